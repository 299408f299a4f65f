"""The OpenAPI document of the routes, with what all of them have: headers, problems, who may ask.
The shapes are the routes' own.
"""

import json
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

JSON, PROBLEM = "application/json", "application/problem+json"
_TEXT = {"type": "string"}
IF_MATCH = (
    "The ETag that was read: 412 where something else stands. Of a customer or an invoice its own,"
    " of a creditor and of an unmatched payment as well, of a policy or template that of the"
    " version that holds, else that of the case."
)
KEY = (
    "The request's own name, and the id of a body that has none: the same request again changes"
    " nothing, another with it is a 409, id_differs. Ignored where nothing is written."
)
HEADERS: dict[str, tuple[str, str, int]] = {
    "creditor": ("Duecourse-Creditor", "Which creditor, where the token grants several.", 32),
    "key": (
        "Idempotency-Key",
        KEY,
        100,
    ),
    "match": ("If-Match", IF_MATCH, 1_000),
    "none": ("If-None-Match", "GET: 304 where one of these stands. PUT: * alone.", 1_000),
}
PROBLEMS = {
    "type": "object",
    "description": "RFC 9457",
    "required": ["type", "title", "status", "code"],
    "properties": {
        "type": _TEXT,
        "title": _TEXT,
        "status": {"type": "integer"},
        "code": {**_TEXT, "description": "What programs go by"},
        "detail": {**_TEXT, "description": "How to mend it"},
        "field": _TEXT,
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "code", "detail"],
                "properties": {
                    "field": _TEXT,
                    "code": _TEXT,
                    "detail": _TEXT,
                    "line": {"type": "integer", "description": "Of the text that was sent, from 1"},
                },
            },
        },
    },
}
SCHEME = {
    "type": "oauth2",
    "description": "Client credentials. Scopes are {creditor}/read, {creditor}/write and"
    " {creditor}/settings; whoever has one may read.",
    "flows": {
        "clientCredentials": {"tokenUrl": "/oauth2/token", "scopes": {}},
    },
}


def openapi(app: APIGatewayHttpResolver) -> str:
    """The OpenAPI 3.1 document of the routes."""
    text = app.get_openapi_json_schema(
        title="Duecourse",
        version="1",
        description="What a billing system says and asks. Bodies are those of a ledger file; an"
        " error is a problem document (RFC 9457) with a code. docs/api.md says the rest.",
    )
    document: dict[str, Any] = json.loads(text)
    for methods in document["paths"].values():
        for method, route in methods.items():
            _complete(route, method.upper())
    parts = document.setdefault("components", {})
    schemas = parts.setdefault("schemas", {})
    for gone in ("HTTPValidationError", "ResponseValidationError", "ValidationError"):
        schemas.pop(gone, None)
    schemas["Problem"] = PROBLEMS
    parts["parameters"] = {
        name: {
            "name": header,
            "in": "header",
            "required": False,
            "description": said,
            "schema": {**_TEXT, "maxLength": longest},
        }
        for name, (header, said, longest) in HEADERS.items()
    }
    parts["securitySchemes"] = {"clients": SCHEME}
    document["security"] = [{"clients": []}]
    return json.dumps(document, ensure_ascii=False)


def _complete(route: dict[str, Any], method: str) -> None:
    named = ["creditor", *{"GET": ["none"], "PUT": ["match", "none"]}.get(method, ["key", "match"])]
    route.setdefault("parameters", []).extend(
        {"$ref": f"#/components/parameters/{name}"} for name in named
    )
    answers = route["responses"]
    answers.pop("422", None)
    if method == "GET":
        tag = {"ETag": {"description": "Of what is answered", "schema": _TEXT}}
        answers["200"]["headers"] = tag
        answers["304"] = {"description": "What the caller has stands", "headers": tag}
    schema = {"$ref": "#/components/schemas/Problem"}
    answers["default"] = {"description": "A problem", "content": {PROBLEM: {"schema": schema}}}
