"""Disputes that files tell of, and that later files say are none any more. What people dispute, and
resolve, by bodies of their own is `entries`'; a file never ends that.
"""

import hashlib
from collections.abc import Callable
from datetime import date

from .account import Account
from .bodies import InvoiceBody, StatementBody
from .facts import Dispute
from .identity import LONGEST_ID
from .posting import LEDGER, PostingKey

AS_IMPORTED = "as imported"
"""Reason of a dispute that a document tells of."""
OVER = "not disputed any more, as imported"
_PREFIX = "disputed:"
_MOST = 50
"""Times that files may dispute one item again."""


def dispute_id(number: str, item: int) -> str:
    """The id of the dispute that an item's `disputed` stands for: the same at every import."""
    return _fitting(f"{_PREFIX}{number}/{item}")


def over_id(dispute: str) -> str:
    """The id of a file's word that a dispute is over."""
    return _fitting(f"{dispute}:over")


def current_id(number: str, item: int, taken: Callable[[PostingKey], bool]) -> str:
    """The id under which a file disputes an item now: another one after each time that a file said
    that it is over. One that a person ended keeps its id, and so stays ended."""
    id_ = dispute_id(number, item)
    for count in range(2, _MOST):
        if not taken(PostingKey(LEDGER, over_id(id_))):
            break
        id_ = _fitting(f"{dispute_id(number, item)}:{count}")
    return id_


def not_any_more(account: Account, body: InvoiceBody | StatementBody) -> list[Dispute]:
    """The disputes of an invoice that earlier files told of, and that this newer word says are
    over: none where it does not speak of disputes, or is an older word."""
    if not body.undisputed:
        return []
    disputed: tuple[int, ...] = ()
    if isinstance(body, InvoiceBody):
        number, disputed = body.invoice.number, body.disputed
    else:
        number, head = body.document, account.head
        if (body.as_of, body.at) < (head.stated or date.min, head.stated_at):
            return []
    return [
        one
        for one in account.disputes
        if one.invoice == number
        and one.reason == AS_IMPORTED
        and one.id.startswith(_PREFIX)
        and one.on <= body.on
        and one.item not in disputed
    ]


def _fitting(plain: str) -> str:
    if len(plain) <= LONGEST_ID:
        return plain
    return f"{_PREFIX}{hashlib.sha256(plain.encode()).hexdigest()[:32]}"
