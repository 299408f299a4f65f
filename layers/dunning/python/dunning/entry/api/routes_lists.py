"""Routes that only read the ledger: lists a page at a time, and one thing by its id."""

from datetime import date
from typing import Annotated, Literal

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from dunning.service.lists import MOST_ROWS, USUAL_ROWS

from . import answers
from .asking import Asked, Said, known, path_id, plain_id

Limit = Annotated[int, Query(ge=1, le=MOST_ROWS, description="The most rows of a page.")]
Cursor = Annotated[
    str | None, Query(max_length=700, description="`next` of the page before, of this very list.")
]
Of = Annotated[
    str | None, Query(min_length=1, max_length=100, description="One customer; else the whole book")
]
FactState = Annotated[Literal["live", "past"] | None, Query(description="Those that stand, or not")]


def lists(app: APIGatewayHttpResolver, asked: Asked) -> None:
    """Everything that has many of it."""

    @app.get("/creditors", tags=["creditors"])
    def get_creditors() -> answers.Creditors:
        """The creditors that the token grants, and what of them; with the header, that one."""
        found = known(asked.door().creditors(asked.those()) or None)
        return answers.Creditors.model_validate({"creditors": found, "next": None})

    @app.get("/customers", tags=["ledger"])
    def get_customers(limit: Limit = USUAL_ROWS, cursor: Cursor = None) -> answers.Customers:
        """Customers, in the order of the book, which no word of theirs is sorted by."""
        return answers.Customers.model_validate(asked.listed("customers", limit, cursor))

    @app.get("/invoices", tags=["ledger"])
    def get_invoices(
        limit: Limit = USUAL_ROWS,
        cursor: Cursor = None,
        customer: Of = None,
        state: Annotated[Literal["open", "settled"] | None, Query()] = None,
        number: Annotated[
            str | None, Query(min_length=1, max_length=100, description="That one alone")
        ] = None,
    ) -> answers.Invoices:
        """Invoices of one customer, or of all; charges that notices posted are among them."""
        if number is not None:
            found = asked.door().invoice(asked.creditor(), plain_id(number))
            kept = [found] if found and customer in (None, found["customer"]) else []
            kept = [one for one in kept if state in (None, one["state"])]
            return answers.Invoices.model_validate({"invoices": kept, "next": None})
        told = asked.listed("invoices", limit, cursor, customer=customer, state=state)
        return answers.Invoices.model_validate(told)

    @app.get("/postings", tags=["ledger"])
    def get_postings(
        limit: Limit = USUAL_ROWS, cursor: Cursor = None, customer: Of = None
    ) -> answers.Postings:
        """Postings of one customer, or of all, as they were applied."""
        told = asked.listed("postings", limit, cursor, customer=customer)
        return answers.Postings.model_validate(told)

    @app.get("/disputes", tags=["facts"])
    def get_disputes(
        limit: Limit = USUAL_ROWS,
        cursor: Cursor = None,
        customer: Of = None,
        state: FactState = None,
    ) -> answers.Disputes:
        """Disputes of one customer, or of all: open ones, then resolved ones."""
        return answers.Disputes.model_validate(facts("disputes", limit, cursor, customer, state))

    @app.get("/holds", tags=["facts"])
    def get_holds(
        limit: Limit = USUAL_ROWS,
        cursor: Cursor = None,
        customer: Of = None,
        state: FactState = None,
    ) -> answers.Holds:
        """Holds of one customer, or of all."""
        return answers.Holds.model_validate(facts("holds", limit, cursor, customer, state))

    @app.get("/promises", tags=["facts"])
    def get_promises(
        limit: Limit = USUAL_ROWS,
        cursor: Cursor = None,
        customer: Of = None,
        state: FactState = None,
    ) -> answers.Promises:
        """Promises of one customer, or of all."""
        return answers.Promises.model_validate(facts("promises", limit, cursor, customer, state))

    @app.get("/plans", tags=["facts"])
    def get_plans(
        limit: Limit = USUAL_ROWS,
        cursor: Cursor = None,
        customer: Of = None,
        state: FactState = None,
    ) -> answers.Plans:
        """Payment plans of one customer, or of all. One that is broken or cancelled stands while
        something is open of its items."""
        return answers.Plans.model_validate(facts("plans", limit, cursor, customer, state))

    @app.get("/cases", tags=["cases"])
    def get_cases(limit: Limit = USUAL_ROWS, cursor: Cursor = None) -> answers.Accounts:
        """Who owes what: accounts on which something is open, or money stands."""
        return answers.Accounts.model_validate(asked.listed("cases", limit, cursor))

    def facts(
        what: str, limit: int, cursor: str | None, customer: str | None, state: str | None
    ) -> Said:
        return asked.listed(what, limit, cursor, customer=customer, state=state)


def single(app: APIGatewayHttpResolver, asked: Asked) -> None:
    """One thing by its id."""

    @app.get("/customers/<customer>", tags=["ledger"])
    def get_customer(customer: Annotated[str, Path()]) -> answers.CustomerShown:
        """A customer. The ETag is what If-Match of a PUT asks for."""
        found = known(asked.door().customer(asked.creditor(), path_id(customer)))
        return answers.CustomerShown.model_validate(found)

    @app.get("/invoices/<number>", tags=["ledger"])
    def get_invoice(number: Annotated[str, Path()]) -> answers.InvoiceShown:
        """An invoice. The ETag is what If-Match of a PUT asks for."""
        found = known(asked.door().invoice(asked.creditor(), path_id(number)))
        return answers.InvoiceShown.model_validate(found)

    @app.get("/cases/<customer>", tags=["cases"])
    def get_case(customer: Annotated[str, Path()]) -> answers.AccountShown:
        """What a customer owes, and what is planned. The ETag is what If-Match asks for of a plan,
        a promise, a hold, a dispute or a posting."""
        found = known(asked.door().case(asked.creditor(), path_id(customer)))
        return answers.AccountShown.model_validate(found)

    @app.get("/cases/<customer>/why", tags=["cases"])
    def get_why(
        customer: Annotated[str, Path()],
        invoice: Annotated[str | None, Query()] = None,
        on: Annotated[date | None, Query()] = None,
    ) -> answers.Records:
        """Why they were, or were not, reminded: the records of their account."""
        told = known(asked.door().why(asked.creditor(), path_id(customer), invoice, on))
        return answers.Records(records=[dict(one) for one in told])
