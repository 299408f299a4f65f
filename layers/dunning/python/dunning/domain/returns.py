"""Money that goes back: refunds, chargebacks and reversals undo what stands of a posting.
What a posting does in the first place is `entries`'.
"""

from dataclasses import replace

from .account import Account
from .bodies import ReturnBody, ReversalBody
from .chargeback_fees import ROOM, charge
from .ledger import Entry, Find, FindPosting, LedgerError, drop_waiting, minor_units, post
from .money import format_amount
from .posting import CREDIT_NOTES, LEDGER, REVERSAL, Allocation, Posting, PostingKey


def _find(of: str, find_posting: FindPosting, field: str) -> Posting:
    for source in (LEDGER, CREDIT_NOTES):
        posting = find_posting(PostingKey(source, of))
        if posting is not None:
            return posting
    raise LedgerError("unknown_posting", field, f"no posting {of} is known here")


def give_back(account: Account, body: ReturnBody, find: Find) -> Entry:
    """A refund takes from what is on account first, then from the newest allocation backwards; a
    chargeback takes all that stands."""
    payment = _find(body.payment, find.posting, "payment")
    if payment.type != "payment":
        raise LedgerError("not_a_payment", "payment", f"{body.payment} is a {payment.type}")
    if body.currency and body.currency != payment.currency:
        raise LedgerError(
            "currency_mismatch",
            "currency",
            f"{body.payment} is in {payment.currency}, not {body.currency}; say how much of it in"
            f" {payment.currency} went back",
        )
    standing, on_account = payment.standing()
    left = sum(a.amount for a in standing) + on_account
    amount = left if body.amount is None else minor_units(body.amount, payment.currency)
    if amount > left or not left:
        raise LedgerError(
            "more_than_left",
            "amount",
            f"only {format_amount(left, payment.currency)} of {body.payment} is left",
        )
    from_account = min(on_account, amount)
    rest = amount - from_account
    back: list[Allocation] = []
    for ref, part in reversed(standing):
        if not rest:
            break
        take = min(part, rest)
        back.append(Allocation(ref, take))
        rest -= take
    fee = minor_units(body.fee, payment.currency) if body.fee else 0
    taken = tuple(back)
    entry = _undo(
        account, body.type, body.id, body, payment, taken, from_account, find, ROOM if fee else 0
    )
    if fee:
        charge(entry, body.id, fee, payment.currency, body.on, taken, find)
        said = f"{format_amount(fee, payment.currency)} {payment.currency}"
        entry.detail = f"{entry.detail}; fee {said}".removeprefix("; ")
    return entry


def reverse(account: Account, body: ReversalBody, find: Find) -> Entry:
    """All that stands of a posting is undone; what it settled is open again, as it was."""
    posting = _find(body.of, find.posting, "of")
    standing, on_account = posting.standing()
    if not standing and not on_account:
        raise LedgerError("nothing_left", "of", f"nothing of {body.of} is left to reverse")
    if posting.undoes is not None:
        raise LedgerError(
            "reversal_of_a_return",
            "of",
            f"{body.of} is itself a {posting.type}; post the payment again under a new id",
        )
    return _undo(account, REVERSAL, body.id, body, posting, standing, on_account, find)


def _undo(
    account: Account,
    type_: str,
    id_: str,
    body: ReturnBody | ReversalBody,
    posting: Posting,
    back: tuple[Allocation, ...],
    from_account: int,
    find: Find,
    beside: int = 0,
) -> Entry:
    entry = Entry.begin(account, type_, id_)
    left = replace(
        posting,
        returned=posting.returned + back,
        returned_on_account=posting.returned_on_account + from_account,
    )
    drop_waiting(entry, left)
    total = sum(a.amount for a in back) + from_account
    post(
        entry,
        Posting(
            key=PostingKey(LEDGER, id_),
            type=type_,
            on=body.on,
            value_date=body.on,
            currency=posting.currency,
            amount=-total,
            allocations=tuple(Allocation(ref, -amount) for ref, amount in back),
            on_account=-from_account,
            undoes=posting.key,
        ),
        find,
        beside=len(entry.delete) + beside,
    )
    entry.put.append(left)
    return entry
