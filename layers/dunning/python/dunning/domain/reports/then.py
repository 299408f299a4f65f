"""What was open at a past day's end, of what the ledger keeps: by days of issue and value dates, as
`receivables` counts. Documents count by their last word; which ones that came after is told.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from dunning.domain.identity import ItemRef
from dunning.domain.invoice import Invoice, OpenItem, open_item
from dunning.domain.posting import Allocation, Posting, PostingKey


def issued_by(invoices: Iterable[Invoice], day: date) -> list[Invoice]:
    """The documents that there were."""
    return [one for one in invoices if one.issued <= day]


def told_since(invoices: Iterable[Invoice], day: date) -> list[str]:
    """Numbers of documents of that day of which a word came after it: told late, or amended."""
    return [
        one.number for one in issued_by(invoices, day) if one.as_of is not None and one.as_of > day
    ]


def postings_by(postings: Iterable[Posting], day: date) -> list[Posting]:
    """The postings that counted, each with what had been taken back of it by then."""
    counted = [one for one in postings if one.value_date <= day]
    returned: dict[PostingKey, list[Allocation]] = {}
    on_account: dict[PostingKey, int] = {}
    for one in counted:
        if one.undoes is not None:
            back = [Allocation(ref, -amount) for ref, amount in one.allocations]
            returned.setdefault(one.undoes, []).extend(back)
            on_account[one.undoes] = on_account.get(one.undoes, 0) - one.on_account
    return [
        replace(
            one,
            returned=tuple(returned.get(one.key, ())),
            returned_on_account=on_account.get(one.key, 0),
        )
        for one in counted
    ]


def open_by(invoices: Iterable[Invoice], postings: Iterable[Posting], day: date) -> list[OpenItem]:
    """The items of which something was open, by invoice and item."""
    settled: dict[ItemRef, int] = {}
    for one in postings:
        if one.value_date <= day:
            for ref, amount in one.allocations:
                settled[ref] = settled.get(ref, 0) + amount
    found = []
    for invoice in issued_by(invoices, day):
        for number, item in enumerate(invoice.items, 1):
            left = item.amount - settled.get(ItemRef(invoice.number, number), 0)
            if left > 0:
                found.append(open_item(invoice, number, left))
    return found
