"""Errors of the API as problem documents (RFC 9457): type, status, code, and how to mend it."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from aws_lambda_powertools.event_handler import Response

KIND = "application/problem+json"
TYPES = "urn:duecourse:problem:"

TITLES = {
    400: "The request cannot be read",
    404: "There is no such thing",
    409: "It contradicts what is known",
    412: "It has changed since it was read",
    413: "The request is too large",
    415: "The request is of a type that is not taken",
    422: "The request says something that cannot be",
    503: "Ask again",
}
AGAIN_SECONDS = "1"
"""After so long whoever wrote to the same account is done: a write takes some hundredths."""
CONFLICTS = frozenset(
    {
        "already_answered",
        "handed_over",
        "id_differs",
        "id_taken",
        "in_another_plan",
        "matched_already",
        "more_than_left",
        "nothing_left",
        "number_taken",
        "plan_in_force",
        "plan_over",
        "too_late",
        "unknown_dispute",
        "unknown_hold",
        "unknown_item",
        "unknown_of",
        "unknown_payment",
        "unknown_plan",
        "unknown_posting",
    }
)
"""Refusals of the ledger that speak of what is known, and not of the request alone."""


def problem(
    status: int,
    code: str,
    detail: str = "",
    field: str = "",
    errors: Iterable[Mapping[str, object]] = (),
) -> "Response[str]":
    """One problem. `errors`: several of one request, each with a field, a code and a sentence, and
    where a text was sent its line."""
    body: dict[str, Any] = {
        "type": TYPES + code,
        "title": TITLES.get(status, "Error"),
        "status": status,
        "code": code,
    }
    if detail:
        body["detail"] = detail
    if field:
        body["field"] = field
    listed = list(errors)
    if listed:
        body["errors"] = listed
    again = {"Retry-After": AGAIN_SECONDS} if status == 503 else {}
    return Response(status_code=status, content_type=KIND, headers=again, body=json.dumps(body))


def of_code(code: str) -> int:
    """The status of a refusal of the ledger or of its reader."""
    if code in ("unknown_customer", "unknown_invoice"):
        return 404
    return 409 if code in CONFLICTS else 422
