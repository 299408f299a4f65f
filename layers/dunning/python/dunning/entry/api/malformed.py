"""What is wrong with the shape of a request: the field, by the name that the ledger's own refusals
give it, and how to mend it. What a value means is not judged here.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError

LONGEST = 200
"""Of a field's name as it is told: a caller may have sent any."""
_PLACES = ("body", "query", "path", "header")
_AS_TEXT = 'text with a point and no more decimals than the currency has, as "94.00"'
_OF_FIELDS = {
    "amount": _AS_TEXT,
    "down": _AS_TEXT,
    "fee": _AS_TEXT,
    "currency": "the three letters of ISO 4217, as EUR",
    "country": "the two letters of ISO 3166, as DE",
}
"""How the values of fields look that have one name in every body."""
_OF_KINDS = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "list_type": "a list",
    "dict_type": "an object with named fields",
    "model_type": "an object with named fields",
    "model_attributes_type": "an object with named fields",
    "date_type": "a day, as 2026-12-31",
    "date_parsing": "a day, as 2026-12-31",
    "date_from_datetime_parsing": "a day, as 2026-12-31",
    "date_from_datetime_inexact": "a day, as 2026-12-31",
    "datetime_type": "an instant, as 2026-12-31T09:00:00Z",
    "datetime_parsing": "an instant, as 2026-12-31T09:00:00Z",
    "datetime_from_date_parsing": "an instant, as 2026-12-31T09:00:00Z",
    "timezone_aware": "an instant with its zone, as 2026-12-31T09:00:00Z",
}
_SAID = {
    "json_invalid": "the body is not JSON ({error}); mend it",
    "missing": "{field} is missing; give it",
    "extra_forbidden": "{field} is no field here; leave it out, or mend its name by the document",
    "too_long": "{field} has {actual_length} of at most {max_length}; send fewer",
    "too_short": "{field} has {actual_length} of at least {min_length}; give that many",
    "string_too_long": "{field} has more than {max_length} characters; shorten it",
    "string_too_short": "{field} is empty; write it, or leave it out",
    "greater_than_equal": "{field} is less than {ge}; write that or more",
    "less_than_equal": "{field} is more than {le}; write that or less",
    "literal_error": "{field} is not one of {expected}; write one of them",
    "union_tag_invalid": "type is not one of {expected_tags}; write one of them",
    "union_tag_not_found": "type is missing; say what it is, by a type of the document",
    "string_pattern_mismatch": "{field} does not look like {pattern}; write it so",
}


def nothing_unknown(
    app: APIGatewayHttpResolver, following: Callable[[APIGatewayHttpResolver], Response[str]]
) -> Response[str]:
    """Refuses a question that its route does not know: a misspelt `customer` would be answered by
    the whole book."""
    route = app.context["_route"]
    known = {one.alias for one in route.dependant.query_params}
    asked = app.current_event.query_string_parameters or {}
    unknown = [name for name in asked if name not in known]
    if unknown:
        raise RequestValidationError(
            [{"loc": ("query", name), "type": "extra_forbidden", "msg": ""} for name in unknown]
        )
    return following(app)


def listed(errors: Sequence[Mapping[str, Any]], type_: str = "") -> list[dict[str, str]]:
    """Every error with its field, its code and a sentence. `type_`: what the body says it is, where
    it says so; it names the shape that was asked for, and is no field."""
    found = []
    for one in errors:
        field = _field(one["loc"], type_)
        kind = str(one["type"])
        if kind.startswith("union_tag"):
            field = "type"
        if kind == "json_invalid":
            field = ""  # what it names is a character
        found.append({"field": field, "code": kind, "detail": _sentence(field, kind, one)})
    return found


def _field(loc: Sequence[object], type_: str) -> str:
    """Fields and places of a list, counted from 1 as in a file of the ledger."""
    parts = list(loc[1:] if loc and loc[0] in _PLACES else loc)
    if type_ and len(parts) > 1 and parts[0] == type_:
        parts = parts[1:]
    named = (part + 1 if isinstance(part, int) else part for part in parts)
    return ".".join(map(str, named))[:LONGEST]


def _sentence(field: str, kind: str, error: Mapping[str, Any]) -> str:
    told = error.get("ctx") or {}
    name = field.rpartition(".")[2]
    if kind == "value_error":
        return str(error["msg"]).removeprefix("Value error, ")
    if kind == "missing" and not field:
        return "the body is missing; send an object as the document shows it"
    if kind in ("string_type", "string_pattern_mismatch") and name in _OF_FIELDS:
        return f"{field}: write {_OF_FIELDS[name]}"
    if kind in _OF_KINDS:
        return f"{field or 'the body'}: write {_OF_KINDS[kind]}"
    if kind in _SAID:
        return _SAID[kind].format(field=field, **told)
    return f"{field or 'the body'}: {error['msg']}"
