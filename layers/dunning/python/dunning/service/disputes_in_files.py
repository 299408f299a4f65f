"""What a file's word on disputes comes to by the ledger: the id under which it disputes now, and
the disputes of earlier files that it ends.
"""

from collections.abc import Iterator
from dataclasses import replace

from dunning.domain.account import Account
from dunning.domain.bodies import DisputeBody, InvoiceBody, ResolveBody, StatementBody
from dunning.domain.disputes_told import OVER, current_id, not_any_more, over_id
from dunning.domain.posting import PostingKey
from dunning.service.ports import Ledger

NOT_ANY_MORE = "not_disputed_any_more"


def disputed_now(ledger: Ledger, creditor: str, body: DisputeBody) -> DisputeBody:
    """A dispute that a file tells of, under the id that it has by now."""

    def taken(key: PostingKey) -> bool:
        return ledger.account_of_posting(creditor, key) is not None

    return replace(body, id=current_id(body.invoice, body.item or 1, taken))


def ended_by(
    ledger: Ledger,
    creditor: str,
    account: str,
    state: Account | None,
    body: InvoiceBody | StatementBody,
) -> Iterator[tuple[ResolveBody, str]]:
    """What ends each dispute of earlier files that a file says is none any more, and a sentence."""
    for one in not_any_more(state, body) if state else ():
        if isinstance(body, InvoiceBody):
            known = ledger.invoice(creditor, account, one.invoice)
            if known and known.later_than(replace(body.invoice, as_of=body.on)):
                continue
        over = ResolveBody(on=body.on, id=over_id(one.id), dispute=one.id, outcome=OVER)
        said = (
            f"{one.invoice}: it was disputed by a file of {one.on}, and is not in this one; that"
            " dispute is over"
        )
        yield over, said
