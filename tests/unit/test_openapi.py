"""The kept OpenAPI document is that of the routes, and one that tools can read."""

import json

from tests.openapi import FILE, text


def test_the_document_is_that_of_the_routes() -> None:
    assert FILE.read_text(encoding="utf-8") == text(), "run: python -m tests.openapi"


def test_every_route_tells_what_it_is() -> None:
    document = json.loads(FILE.read_text(encoding="utf-8"))
    assert document["openapi"].startswith("3.1")
    for path, methods in document["paths"].items():
        for method, route in methods.items():
            assert route["summary"], (method, path)
            assert route["tags"], (method, path)
