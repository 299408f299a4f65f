"""`dunning revoke-links` at a cell: the links in a customer's messages so far open nothing more.
One call of the use case.
"""

from typing import Annotated

import typer

from dunning.entry.cli.cell import Cell, OfCreditor, creditor_in, wiring_of
from dunning.entry.cli.output import fail, lines


def revoke_links(
    cell: Cell,
    customer: Annotated[str, typer.Argument(help="The customer's id.")],
    creditor: OfCreditor = None,
) -> None:
    """End all links that a customer's messages have carried; the next message has new ones. Who
    holds an old mail can still stop further ones."""
    wiring = wiring_of(cell)
    owner = creditor_in(wiring, creditor)
    account = wiring.ledger.account_key(owner, customer)
    if wiring.ledger.head(owner, account) is None:
        fail(f"{customer} is not known here")
    if not wiring.behind_links.revoking.revoke(owner, account, wiring.clock.now()):
        fail(f"{customer}: somebody else wrote to the account at that moment; try again")
    lines([{"creditor": owner, "customer": customer, "links": "revoked"}])
