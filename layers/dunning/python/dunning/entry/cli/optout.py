"""`dunning opt-out` at a cell: a person writes down that somebody wants no more of it.
One call of the use case that the links and pages call as well.
"""

from typing import Annotated

import typer

from dunning.domain.consents import ALL, EVERY_CHANNEL, PERSON, SOURCES
from dunning.domain.customer import Customer
from dunning.domain.fields import CHANNELS, nearest
from dunning.entry.cli.cell import Cell, OfCreditor, creditor_in, wiring_of
from dunning.entry.cli.output import fail, lines
from dunning.service.withdrawing import GONE, Withdrawal, iso_or_none


def opt_out(
    cell: Cell,
    customer: Annotated[str, typer.Option(help="The customer's id.")],
    channel: Annotated[str, typer.Option(help="email, voice, sms, letter, task, or all.")],
    address: Annotated[
        str | None, typer.Option(help="One address of theirs on that channel; else all of them.")
    ] = None,
    source: Annotated[str, typer.Option(help="Who told: call_back, portal, person …")] = PERSON,
    text: Annotated[str, typer.Option(help="What they said, in their words.")] = "",
    creditor: OfCreditor = None,
) -> None:
    """Take back what a customer agreed to: no more on that channel, from this second on."""
    if channel not in (*CHANNELS, EVERY_CHANNEL):
        fail(f"--channel: {nearest(channel, (*CHANNELS, EVERY_CHANNEL))}")
    if source not in SOURCES:
        fail(f"--source: {nearest(source, SOURCES)}")
    if address and channel == EVERY_CHANNEL:
        fail("--address: it belongs to one channel; name that channel, or leave the address out")
    wiring = wiring_of(cell)
    owner = creditor_in(wiring, creditor)
    key = wiring.ledger.account_key(owner, customer)
    state = wiring.ledger.read(owner, key)
    if state is None:
        fail(f"--customer: {customer} is not known here")
    said = Withdrawal(
        source,
        ALL if channel == EVERY_CHANNEL else channel,
        _hash(state.customer, channel, address) if address else "",
        text,
    )
    found = wiring.withdrawing.withdraw(owner, key, said, wiring.clock.now())
    if found.outcome == GONE:
        fail(f"--customer: {customer} is not known here")
    lines(
        [
            {
                "creditor": owner,
                "customer": customer,
                "channel": channel,
                "recorded": found.outcome,
                "since": iso_or_none(found.at),
                "limit": found.limit.isoformat() if found.limit else None,
            }
        ]
    )


def _hash(customer: Customer, channel: str, address: str) -> str:
    """The hash of one of the customer's addresses, however it is typed: the key is the cell's."""
    from dunning.adapters.address_hash import normal_form

    wanted = normal_form(channel, address, customer.country)
    mine = customer.on(channel)
    found = [a.hash for a in mine if normal_form(channel, a.value, customer.country) == wanted]
    if not found:
        fail(
            f"--address: {customer.customer} has no such address on {channel}; without --address"
            " all are meant, and an opt_out body in a file may name any"
        )
    return found[0]
