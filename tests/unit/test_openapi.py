"""The kept OpenAPI document is that of the routes, and one that tools can read."""

import json
import re
from collections.abc import Iterator
from typing import Any

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


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    document = json.loads(FILE.read_text(encoding="utf-8"))
    for path, methods in document["paths"].items():
        for method, route in methods.items():
            yield method, path, route


def test_whatever_the_document_refers_to_is_in_it() -> None:
    text = FILE.read_text(encoding="utf-8")
    document = json.loads(text)
    for reference in set(re.findall(r'"\$ref": "#/([^"]+)"', text)):
        found = document
        for part in reference.split("/"):
            found = found[part]
        assert found, reference


def test_every_route_may_refuse_by_a_problem_and_every_answer_to_a_question_has_a_tag() -> None:
    for method, path, route in operations():
        told = route["responses"]
        assert list(told["default"]["content"]) == ["application/problem+json"], (method, path)
        assert "422" not in told, (method, path)
        assert ("304" in told) == (method == "get"), (method, path)
        if method == "get":
            assert "ETag" in told["200"]["headers"], path


def test_what_may_have_many_rows_is_asked_for_by_the_page() -> None:
    bounded = {"/customers", "/invoices", "/postings", "/disputes", "/holds", "/promises"}
    bounded |= {"/plans", "/cases", "/policies", "/templates/{channel}/{language}/versions"}
    bounded |= {"/unmatched"}
    for method, path, route in operations():
        names = {one.get("name") for one in route.get("parameters", [])}
        if method == "get":
            assert ({"limit"} <= names) == (path in bounded), path


def test_the_page_about_the_api_has_every_route() -> None:
    page = (FILE.parent / "api.md").read_text(encoding="utf-8")
    for method, path, _ in operations():
        assert re.search(rf"`({method.upper()} )?{re.escape(path)}[`?]", page), (method, path)
