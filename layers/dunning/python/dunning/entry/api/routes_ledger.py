"""Routes that bring bodies: what is owed and paid, what holds reminders back, who may be contacted.
Each translates, calls one use case, and answers.
"""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.openapi.params import Body, Path

from . import models
from .access import WRITE
from .asking import Asked, known, plain


def ledger(app: APIGatewayHttpResolver, asked: Asked) -> None:
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
        raws = [plain(one) for one in body.invoices]
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
        raw = plain(body)
        return asked.recorded(str(raw.pop("type")), raw)


def facts(app: APIGatewayHttpResolver, asked: Asked) -> None:
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

    @app.post("/mandates", tags=["facts"])
    def post_mandate(body: models.Mandate) -> models.Outcome:
        """A word on a mandate to collect a plan."""
        return asked.recorded("mandate", body, source="api")


def contact(app: APIGatewayHttpResolver, asked: Asked) -> None:
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
        return dict(known(asked.door().contact_check(asked.creditor(), body)))
