"""`dunning mandate` at a cell: a person records a mandate to collect a plan, or that it is
stopped. Arguments in, the body of a ledger file, JSON Lines out.
"""

from pathlib import Path
from typing import Annotated

import typer

from dunning.domain.bodies import MandateBody
from dunning.domain.calendar import local_day
from dunning.domain.fields import ReadingError
from dunning.domain.ledger import LedgerError
from dunning.domain.plan_mandates import PERSON, SIGNED
from dunning.domain.reading import read
from dunning.entry.cli.cell import Cell, OfCreditor, creditor_in, rulebook_in, wiring_of
from dunning.entry.cli.output import fail, lines


def mandate(
    cell: Cell,
    mandate: Annotated[str, typer.Argument(help="The mandate's id in the ledger.")],
    customer: Annotated[str, typer.Option(help="The customer's id.")],
    state: Annotated[str, typer.Option(help="signed, live, stopped or ended.")] = SIGNED,
    plan: Annotated[str | None, typer.Option(help="The plan that it collects.")] = None,
    provider: Annotated[str | None, typer.Option(help="gocardless.")] = None,
    reference: Annotated[str | None, typer.Option(help="The provider's id of it.")] = None,
    signed_at: Annotated[str | None, typer.Option(help="When it was signed, in UTC.")] = None,
    words: Annotated[
        Path | None, typer.Option(help="A file with the very words; their SHA-256 is kept.")
    ] = None,
    copy_given: Annotated[str | None, typer.Option(help="When a copy was given.")] = None,
    reason: Annotated[str | None, typer.Option(help="Why it ended: a code.")] = None,
    creditor: OfCreditor = None,
) -> None:
    """Record a mandate to collect a plan, or what became of it. Debits follow by themselves, or are
    cancelled, within a quarter of an hour."""
    wiring = wiring_of(cell)
    owner = creditor_in(wiring, creditor)
    rulebook, now = rulebook_in(wiring, owner), wiring.clock.now()
    said = {
        "on": local_day(now, rulebook.creditor.time_zone).isoformat(),
        "type": "mandate",
        "id": mandate,
        "customer": customer,
        "state": state,
        "source": PERSON,
        "plan": plan,
        "provider": provider,
        "reference": reference,
        "signed_at": signed_at,
        "text": words.read_text("utf-8") if words else None,
        "copy_given": copy_given,
        "reason": reason,
    }
    try:
        (body,) = read({name: value for name, value in said.items() if value is not None}).bodies
        assert isinstance(body, MandateBody)
        outcome = wiring.bodies.record(owner, body, rulebook, now)
    except (ReadingError, LedgerError) as error:
        fail(f"{error.field}: {error}")
    lines([{"creditor": owner, "customer": customer, "mandate": mandate, "outcome": outcome}])
