"""What every request passes on its way in and out: its size, and a line about it without a path.
API Gateway's own log knows no route: there is one for all that is asked with a method.
"""

import logging
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from dunning.entry.observability import logger

from .problems import problem

MOST_BYTES = 1_048_576
"""Of a body: 1 MiB, some 3,000 invoices; a batch takes 500."""
NO_ROUTE = "none"
JSON = "application/json"
Event = dict[str, Any]


class Application(APIGatewayHttpResolver):
    """Powertools' resolver, which can tell which of its routes was asked last."""

    def __init__(self) -> None:
        super().__init__(enable_validation=True)
        self._templates: set[str] = set()
        self.asked = NO_ROUTE

    def route(self, rule: str, *more: Any, **named: Any) -> Any:  # noqa: ANN401 (Powertools' own)
        self._templates.add(rule)
        return super().route(rule, *more, **named)

    def append_context(self, **additional_context: Any) -> None:  # noqa: ANN401
        route = additional_context.get("_route")
        if route is not None and route.path in self._templates:
            # Never the path of a request that has no route: whatever was asked stands in it.
            self.asked = f"{route.method} {route.path}"
        super().append_context(**additional_context)


def answered(app: Application, event: Event, context: LambdaContext) -> Event:
    """Whatever the routes answer; 413 for a body that none of them is to see. One request at a
    time, as a function has them."""
    app.asked = NO_ROUTE
    answer = _refusal(event) or app.resolve(_in_small_letters(event), context)
    logger().info(
        "answered",
        extra={
            "route": app.asked,
            "status": answer["statusCode"],
            "client": client_of(event),
        },
    )
    return answer


def bytes_of(event: Mapping[str, Any]) -> int:
    """How many bytes a request's body has."""
    body = str(event.get("body") or "")
    if event.get("isBase64Encoded"):
        return len(body) * 3 // 4 - body[-2:].count("=")
    return len(body.encode())


def client_of(event: Mapping[str, Any]) -> str:
    """The id of the client whose token was shown; empty where no token is asked for."""
    authorizer = event.get("requestContext", {}).get("authorizer") or {}
    claims = (authorizer.get("jwt") or {}).get("claims") or {}
    return str(claims.get("client_id", ""))


def _refusal(event: Mapping[str, Any]) -> Event | None:
    """What is answered to a body that no route is to see."""
    size, type_ = bytes_of(event), _type_of(event)
    if size > MOST_BYTES:
        said = f"the body has {size} bytes; at most {MOST_BYTES} are taken: send several requests"
        return _plain(problem(413, "too_large", said))
    if size and type_ not in ("", JSON):
        said = f"Content-Type: only {JSON} is taken; send the body so, and say so"
        return _plain(problem(415, "wrong_type", said, "Content-Type"))
    return None


def _in_small_letters(event: Event) -> Event:
    """The request with its media type as Powertools looks for it; to HTTP all spellings are one."""
    headers = event.get("headers") or {}
    spelt = {name: value for name, value in headers.items() if str(name).lower() == "content-type"}
    small = {name: str(value).lower() for name, value in spelt.items()}
    return event if small == spelt else {**event, "headers": {**headers, **small}}


def _type_of(event: Mapping[str, Any]) -> str:
    """The media type of the body; "": none is said."""
    headers = {str(name).lower(): value for name, value in (event.get("headers") or {}).items()}
    return str(headers.get("content-type") or "").partition(";")[0].strip().lower()


def _plain(answer: "Response[str]") -> Event:
    return {
        "statusCode": answer.status_code,
        "headers": {"Content-Type": answer.content_type},
        "body": answer.body,
        "isBase64Encoded": False,
    }


# Powertools logs what a route raised in its own words, which nobody has masked; the function's own
# entry point logs it as well, masked.
logging.getLogger("aws_lambda_powertools.event_handler").setLevel(logging.CRITICAL)
