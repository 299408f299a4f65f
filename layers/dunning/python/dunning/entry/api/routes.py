"""The routes of the API for billing systems. Each translates, calls one use case, and answers; the
token says whose data it is about, and what was not granted is what does not exist.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Annotated, Any, NamedTuple, Protocol

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from aws_lambda_powertools.event_handler.openapi.params import Body, Path, Query
from pydantic import BaseModel

from dunning.service.api_bodies import REFUSED, Result

from . import models
from .access import HEADER, READ, WRITE, NotGranted, creditor_of, grants, scopes_of
from .edge import Application
from .problems import of_code, problem

KEY = "idempotency-key"
LONGEST_KEY = 100
Said = Mapping[str, Any]


class Door(Protocol):
    """What the routes need: the use cases of one cell."""

    def record(self, creditor: str, type_: str, raw: Said, key: str) -> Result:
        """One body. Raises NotGranted where there is no such creditor."""

    def batch(self, creditor: str, type_: str, raws: Sequence[Said]) -> list[Result]:
        """Each of several, in their order. Raises NotGranted as well."""

    def case(self, creditor: str, customer: str) -> tuple[Said, int] | None:
        """What a customer owes and what is planned, and its revision; None: nobody is known."""

    def why(
        self, creditor: str, customer: str, invoice: str | None, on: date | None
    ) -> list[Said] | None:
        """The story of a customer's account; None: nobody is known by that id."""

    def contact_check(self, creditor: str, raw: Said) -> Said | None:
        """Whether somebody may be contacted; None: nobody is known by that id. Raises ReadingError
        for what is no attempt."""


class Refused(Exception):
    """A body that the ledger does not take."""

    def __init__(self, result: Result) -> None:
        super().__init__(result.code)
        self.result = result


def application(door: Callable[[], Door]) -> Application:
    """The API over the use cases that `door` makes when the first request comes."""
    app = Application()
    asked = _Asked(app, door)
    for routes in (_ledger, _facts, _contact, _cases):
        routes(app, asked)
    _errors(app)

    @app.get("/openapi.json", include_in_schema=False)
    def document() -> Response[str]:
        """What this API takes and answers."""
        return Response(200, "application/json", openapi(app))

    return app


def openapi(app: APIGatewayHttpResolver) -> str:
    """The OpenAPI 3.1 document of the routes."""
    return app.get_openapi_json_schema(
        title="Duecourse",
        version="1",
        description="What a billing system says and asks. Bodies are those of a ledger file; an"
        " error is a problem document (RFC 9457) with a code.",
    )


class _Asked(NamedTuple):
    """The request that is being answered: whose it is, and the way to the ledger."""

    app: APIGatewayHttpResolver
    door: Callable[[], Door]

    def creditor(self, right: str) -> str:
        """Whose data it is about. Raises NotGranted."""
        event = self.app.current_event
        named = event.headers.get(HEADER, "")
        return creditor_of(grants(scopes_of(event.raw_event)), right, named)

    def recorded(self, type_: str, body: BaseModel | Said, **more: str) -> models.Outcome:
        """What became of a body. Raises Refused."""
        raw = body if isinstance(body, Mapping) else _plain(body)
        key = self.app.current_event.headers.get(KEY, "")[:LONGEST_KEY]
        result = self.door().record(self.creditor(WRITE), type_, {**raw, **more}, key)
        if result.outcome == REFUSED:
            raise Refused(result)
        return models.Outcome(outcome=result.outcome)  # type: ignore[arg-type]


def _ledger(app: APIGatewayHttpResolver, asked: _Asked) -> None:
    """What is owed, and what was paid of it."""

    @app.put("/customers/<customer>", tags=["ledger"])
    def put_customer(customer: Annotated[str, Path()], body: models.Customer) -> models.Outcome:
        """A customer as they are from now on."""
        return asked.recorded("customer", body, customer=customer)

    @app.put("/invoices/<number>", tags=["ledger"])
    def put_invoice(number: Annotated[str, Path()], body: models.Invoice) -> models.Outcome:
        """An invoice; a known one with other items is amended."""
        return asked.recorded("invoice", body, number=number)

    @app.put("/invoices", tags=["ledger"])
    def put_invoices(body: models.InvoiceBatch) -> models.BatchOutcome:
        """Up to 500 invoices, each with a result of its own."""
        raws = [_plain(one) for one in body.invoices]
        told = asked.door().batch(asked.creditor(WRITE), "invoice", raws)
        results = []
        for one, result in zip(body.invoices, told, strict=True):
            results.append(
                models.ItemOutcome(
                    number=one.number,
                    outcome=result.outcome,  # type: ignore[arg-type]
                    code=result.code or None,
                    field=result.field or None,
                    detail=result.detail or None,
                )
            )
        return models.BatchOutcome(results=results)

    @app.post("/postings", tags=["ledger"])
    def post_posting(body: Annotated[models.Posting, Body()]) -> models.Outcome:
        """Money that came, went back, or was given up."""
        raw = _plain(body)
        return asked.recorded(str(raw.pop("type")), raw)


def _facts(app: APIGatewayHttpResolver, asked: _Asked) -> None:
    """What holds reminders back."""

    @app.post("/disputes", tags=["facts"])
    def post_dispute(body: models.Dispute) -> models.Outcome:
        """What is disputed waits until it is resolved."""
        return asked.recorded("dispute", body)

    @app.post("/disputes/<dispute>/resolution", tags=["facts"])
    def post_resolution(dispute: Annotated[str, Path()], body: models.Resolve) -> models.Outcome:
        """A dispute is over."""
        return asked.recorded("resolve", body, dispute=dispute)

    @app.post("/holds", tags=["facts"])
    def post_hold(body: models.Hold) -> models.Outcome:
        """A stop."""
        return asked.recorded("hold", body)

    @app.post("/holds/<hold>/release", tags=["facts"])
    def post_release(hold: Annotated[str, Path()], body: models.Release) -> models.Outcome:
        """A hold is over."""
        return asked.recorded("release", body, hold=hold)

    @app.post("/promises", tags=["facts"])
    def post_promise(body: models.Promise) -> models.Outcome:
        """A promise to pay."""
        return asked.recorded("promise", body)

    @app.post("/plans", tags=["facts"])
    def post_plan(body: models.Plan) -> models.Outcome:
        """A word on a payment plan."""
        return asked.recorded("plan", body)


def _contact(app: APIGatewayHttpResolver, asked: _Asked) -> None:
    """Who may be contacted."""

    @app.post("/consents", tags=["contact"])
    def post_consent(body: models.Consent) -> models.Outcome:
        """What a customer agreed to."""
        return asked.recorded("consent", body, source="api")

    @app.post("/opt-outs", tags=["contact"])
    def post_opt_out(body: models.OptOut) -> models.Outcome:
        """What a customer wants no more of; it holds at once."""
        return asked.recorded("opt_out", body, source="api")

    @app.post("/contact-checks", tags=["contact"])
    def post_contact_check(body: Annotated[dict[str, Any], Body()]) -> dict[str, Any]:
        """May this person be contacted now, and if not, when? The attempt is that of
        `dunning gate`."""
        return dict(_known(asked.door().contact_check(asked.creditor(READ), body)))


def _cases(app: APIGatewayHttpResolver, asked: _Asked) -> None:
    """What is known of a customer."""

    @app.get("/cases/<customer>", tags=["cases"])
    def get_case(customer: Annotated[str, Path()]) -> dict[str, Any]:
        """What a customer owes, and what is planned; `revision` grows with every change."""
        found, revision = _known(asked.door().case(asked.creditor(READ), customer))
        return {**found, "revision": revision}

    @app.get("/cases/<customer>/why", tags=["cases"])
    def get_why(
        customer: Annotated[str, Path()],
        invoice: Annotated[str | None, Query()] = None,
        on: Annotated[date | None, Query()] = None,
    ) -> dict[str, Any]:
        """Why they were, or were not, reminded: the records of their account."""
        told = _known(asked.door().why(asked.creditor(READ), customer, invoice, on))
        return {"records": [dict(one) for one in told]}


def _errors(app: APIGatewayHttpResolver) -> None:
    from dunning.domain.ledger import LedgerError
    from dunning.service.accounts import Contended

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
        return problem(of_code(error.code), error.code, str(error), error.field)

    @app.exception_handler(RequestValidationError)
    def malformed(error: RequestValidationError) -> Response[str]:
        listed = [
            {
                "field": ".".join(str(part) for part in one["loc"] if part != "body"),
                "code": str(one["type"]),
                "detail": str(one["msg"]),
            }
            for one in error.errors()
        ]
        return problem(422, "malformed", "the body has not the shape of the document", "", listed)

    @app.exception_handler(Contended)
    def busy(_: Contended) -> Response[str]:
        return problem(503, "busy", "others keep writing to this account; send it again")


def _known(found: Any) -> Any:  # noqa: ANN401 (whatever the use case tells)
    if found is None:
        raise NotGranted
    return found


def _plain(body: BaseModel) -> dict[str, Any]:
    """A body as the ledger's reader takes it: by the names of the contract, nothing that was not
    said."""
    return body.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude_none=True)
