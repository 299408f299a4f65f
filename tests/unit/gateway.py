"""API Gateway before the API's function, as a WSGI application: a request becomes the event that it
gets. Whoever asks has a token of one creditor.
"""

import base64
import json
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

from hypothesis import HealthCheck, Phase, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.unit.handling import CREDITOR, Context, sample

CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
)
"""What holds for the answer to every request, whatever it says. That a body of the right shape is
taken does not: what it means may be wrong."""
Handler = Callable[[dict[str, Any], Any], dict[str, Any]]
StartResponse = Callable[[str, list[tuple[str, str]]], object]
TEXT = ("text/", "application/json", "application/javascript", "application/xml")


class Gateway:
    """A WSGI application over a handler."""

    def __init__(self, handler: Handler, *scopes: str) -> None:
        self._handler = handler
        self._scopes = list(scopes or (f"{CREDITOR}/write",))

    def __call__(self, environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
        answer = self._handler(self._event(environ), Context())
        status = HTTPStatus(answer["statusCode"])
        headers = [(name, str(value)) for name, value in (answer.get("headers") or {}).items()]
        start(f"{status.value} {status.phrase}", headers)
        body = answer.get("body") or ""
        return [base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode()]

    def _event(self, environ: dict[str, Any]) -> dict[str, Any]:
        event = json.loads(json.dumps(sample("api")))
        # WSGI hands bytes over as Latin-1; API Gateway decodes the path.
        path = environ["PATH_INFO"].encode("latin-1").decode(errors="replace")
        http = event["requestContext"]["http"]
        http["method"], http["path"] = environ["REQUEST_METHOD"], path
        event["rawPath"] = path
        event["rawQueryString"] = environ.get("QUERY_STRING", "")
        asked = parse_qs(event["rawQueryString"], keep_blank_values=True)
        event["queryStringParameters"] = {name: ",".join(said) for name, said in asked.items()}
        event["headers"] = {
            name.removeprefix("HTTP_").replace("_", "-").lower(): value
            for name, value in environ.items()
            if name.startswith("HTTP_")
        }
        event["requestContext"]["authorizer"] = {"jwt": {"claims": {}, "scopes": self._scopes}}
        kind = environ.get("CONTENT_TYPE", "")
        if kind:
            event["headers"]["content-type"] = kind
        raw = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        event.pop("body", None)
        if raw and kind.startswith(TEXT):
            event["body"] = raw.decode(errors="replace")
        elif raw:
            event["body"], event["isBase64Encoded"] = base64.b64encode(raw).decode(), True
        return dict(event)


def about_what_is_known(case: Case, known: Mapping[str, str]) -> None:
    """The same request, about what there is: ids in its path, and the customer of its body."""
    for name in set(known) & set(case.path_parameters):
        case.path_parameters[name] = known[name]
    body = case.body
    if isinstance(body, dict) and isinstance(body.get("customer"), str):
        body["customer"] = known["customer"]


def few(examples: int) -> settings:
    """Hypothesis for requests that are generated: none is made smaller, for each has its say; in
    an order of their own, so that a run that failed fails again."""
    return settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
