"""The API for billing systems: its routes together, entity tags, problems, and its document. The
token says whose data a request is about, and what was not granted is what does not exist.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from aws_lambda_powertools.utilities.typing import LambdaContext

from dunning.service.expected import tag_of

from .access import NotGranted
from .asking import Asked, Door, Refused
from .document import openapi
from .edge import Application
from .malformed import listed, nothing_unknown
from .problems import of_code, problem
from .routes_figures import reports, simulations
from .routes_ledger import contact, facts, ledger
from .routes_lists import lists, single
from .routes_settings import policies, settings, templates
from .routes_unmatched import unmatched
from .routes_webhooks import webhooks


class Api(Application):
    """A resolver whose answers to GET carry an entity tag, and that does not repeat what the caller
    has."""

    def resolve(self, event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
        """The answer to a request; 304 where the caller has it already."""
        answer = super().resolve(event, context)
        http = event.get("requestContext", {}).get("http", {})
        if answer["statusCode"] != 200 or http.get("method") != "GET":
            return answer
        headers = answer.setdefault("headers", {})
        headers.setdefault("Cache-Control", "private, no-cache")
        tag = headers.setdefault("ETag", _tag(str(answer["body"])))
        given = {str(name).lower(): value for name, value in (event.get("headers") or {}).items()}
        if _has(str(given.get("if-none-match") or ""), tag):
            return {**answer, "statusCode": 304, "body": ""}
        return answer


def _tag(body: str) -> str:
    """The tag of a body: what the use cases tell of the same thing has the same one."""
    try:
        return tag_of(json.loads(body))
    except ValueError:
        return tag_of(body)


def _has(header: str, tag: str) -> bool:
    """Whether If-None-Match names a tag, compared weakly (RFC 9110, 13.1.2)."""
    named = {one.strip().removeprefix("W/") for one in header.split(",")}
    return tag in named or named == {"*"}


BODIES = (ledger, facts, contact)
QUESTIONS = (lists, single, reports, simulations)


def application(door: Callable[[], Door]) -> Api:
    """The API over the use cases that `door` makes when the first request comes."""
    app = Api()
    asked = Asked(app, door)
    for routes in (*BODIES, *QUESTIONS, unmatched, settings, policies, templates, webhooks):
        routes(app, asked)
    _errors(app)
    app.use(middlewares=[nothing_unknown])

    @app.get("/openapi.json", include_in_schema=False)
    def document() -> Response[str]:
        """What this API takes and answers."""
        return Response(200, "application/json", openapi(app))

    return app


def _type_said(app: Application) -> str:
    """What a body says it is, where it is one that says so."""
    try:
        said = app.current_event.json_body
    except (TypeError, ValueError):
        return ""
    return str(said.get("type") or "") if isinstance(said, Mapping) else ""


def _errors(app: Application) -> None:
    from dunning.adapters.dynamodb.creditor_change import SettingsContendedError
    from dunning.domain.ledger import LedgerError
    from dunning.domain.policy_nodes import Problem
    from dunning.service.accounts import Contended, Stale

    @app.exception_handler(NotGranted)
    def nothing(_: NotGranted) -> Response[str]:
        return problem(404, "not_found")

    @app.not_found
    def no_route(_: Exception) -> Response[str]:
        return problem(404, "not_found")

    @app.exception_handler(Refused)
    def refused(error: Refused) -> Response[str]:
        code, field, detail = error.result[1:]
        return problem(of_code(code), code, detail, field)

    @app.exception_handler(LedgerError)
    def unreadable(error: LedgerError) -> Response[str]:
        found: tuple[Problem, ...] = getattr(error, "problems", ())
        if not found:
            return problem(of_code(error.code), error.code, str(error), error.field)
        several = [
            {"field": one.key, "code": error.code, "detail": one.message, "line": one.line}
            for one in found
        ]
        return problem(422, error.code, f"{len(several)} to mend; nothing was taken", "", several)

    @app.exception_handler(RequestValidationError)
    def malformed(error: RequestValidationError) -> Response[str]:
        found = listed(error.errors(), _type_said(app))
        only = found[0] if len(found) == 1 else {"field": "", "detail": ""}
        detail = only["detail"] or f"{len(found)} to mend; nothing was taken"
        return problem(422, "malformed", detail, only["field"], found)

    @app.exception_handler(Contended)
    def busy(_: Contended) -> Response[str]:
        return problem(503, "busy", "others keep writing to this account; send it again")

    @app.exception_handler(SettingsContendedError)
    def settings_busy(_: SettingsContendedError) -> Response[str]:
        return problem(503, "busy", "others keep changing these settings; send it again")

    @app.exception_handler(Stale)
    def stale(_: Stale) -> Response[str]:
        said = "it is not what If-Match or If-None-Match says any more; read it again"
        return problem(412, "changed_since", said)
