"""`dunning proposals`, `approve` and `reject` at a cell: what waits for a person, and the answer.
An answer is a ledger body like any other; what it does is the ledger's.
"""

from collections.abc import Mapping
from typing import Annotated

import typer

from dunning.domain.approval import APPROVED, CHANGED, REJECTED
from dunning.domain.bodies import ApprovalBody
from dunning.domain.calendar import local_day
from dunning.domain.ledger import LedgerError
from dunning.domain.reading import Defaults, read
from dunning.entry.cli.cell import Cell, OfCreditor, creditor_in, rulebook_in, wiring_of
from dunning.entry.cli.output import fail, lines
from dunning.service.proposals import Proposals

Which = Annotated[str, typer.Argument(help="The proposal's id, as `dunning proposals` lists it.")]
By = Annotated[str, typer.Option("--by", help="The role or id of whoever answers; no name.")]
Until = Annotated[
    str | None, typer.Option(help="The last day on which what is refused stays refused.")
]


def proposals(cell: Cell, creditor: OfCreditor = None) -> None:
    """Notices that wait for an answer."""
    wiring = wiring_of(cell)
    owners = (creditor_in(wiring, creditor),) if creditor else wiring.rulebooks.creditors()
    waiting = Proposals(wiring.ledger)
    lines(line for owner in owners for line in waiting.waiting(owner))


def approve(
    proposal: Which,
    cell: Cell,
    by: By,
    creditor: OfCreditor = None,
    drop: Annotated[
        list[str] | None, typer.Option(help="An item that is left out: INVOICE or INVOICE/ITEM.")
    ] = None,
    channel: Annotated[str | None, typer.Option(help="Another channel.")] = None,
    tone: Annotated[str | None, typer.Option(help="Another tone.")] = None,
    charges: Annotated[bool, typer.Option(help="Whether it charges what it says.")] = True,
    reason: Annotated[str | None, typer.Option(help="Why; for people.")] = None,
    until: Until = None,
) -> None:
    """Let a notice go, as it is or changed."""
    changed = bool(drop or channel or tone or not charges)
    _answer(
        cell,
        creditor,
        {
            "proposal": proposal,
            "outcome": CHANGED if changed else APPROVED,
            "by": by,
            "reason": reason,
            "drop": [_item(text) for text in drop or ()],
            "channel": channel,
            "tone": tone,
            "charges": charges,
            "until": until,
        },
    )


def reject(
    proposal: Which,
    cell: Cell,
    by: By,
    reason: Annotated[str, typer.Option(help="Why: whoever comes next reads it.")],
    creditor: OfCreditor = None,
    until: Until = None,
) -> None:
    """Refuse a notice: its step waits until that day, or until a release of the proposal's id."""
    said = {"proposal": proposal, "outcome": REJECTED, "by": by, "reason": reason, "until": until}
    _answer(cell, creditor, said)


def _item(text: str) -> dict[str, object]:
    """An item as it is written: the part after the last slash is a number of one, if it is one."""
    invoice, _, number = text.rpartition("/")
    if invoice and number.isascii() and number.isdigit():
        return {"invoice": invoice, "item": int(number)}
    return {"invoice": text}


def _answer(cell: str, creditor: str | None, said: Mapping[str, object]) -> None:
    wiring = wiring_of(cell)
    owner = creditor_in(wiring, creditor)
    rulebook, now = rulebook_in(wiring, owner), wiring.clock.now()
    body = {
        "type": "approval",
        "on": local_day(now, rulebook.creditor.time_zone).isoformat(),
        # The same answer twice is one; another answer meets the first.
        "id": f"{said['proposal']}-{said['outcome']}",
        **{key: value for key, value in said.items() if value not in (None, [])},
    }
    try:
        (one,) = read(body, Defaults(owner)).bodies
        assert isinstance(one, ApprovalBody)
        outcome = wiring.bodies.record(owner, one, rulebook, now)
    except LedgerError as error:
        fail(f"{error} ({error.code})")
    lines([{"creditor": owner, **said, "recorded": outcome}])
