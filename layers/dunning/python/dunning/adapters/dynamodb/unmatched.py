"""Unmatched payments in the cell's table: a partition for each creditor. The first word of an id
stands; whose it was is added later.
"""

from collections.abc import Iterator
from datetime import date

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import PutError, UpdateError

from dunning.domain.unmatched import Unmatched

from . import keys
from .models import Row, Texts
from .reading import get_row
from .writes import CONDITION


class UnmatchedRow(Row):
    """A payment that is on no account, or was."""

    id = UnicodeAttribute()
    on = UnicodeAttribute()
    value_date = UnicodeAttribute()
    currency = UnicodeAttribute()
    amount = NumberAttribute()
    said = UnicodeAttribute(null=True)
    suggested = Texts()
    customer = UnicodeAttribute(null=True)


class DynamoUnmatched:
    """Payments by creditor and id."""

    def put(self, creditor: str, payment: Unmatched) -> Unmatched:
        row = UnmatchedRow(
            keys.unmatched(creditor),
            keys.id_key(payment.id),
            id=payment.id,
            on=payment.on.isoformat(),
            value_date=payment.value_date.isoformat(),
            currency=payment.currency,
            amount=payment.amount,
            said=payment.said or None,
            suggested=list(payment.suggested) or None,
            customer=payment.customer or None,
        )
        try:
            row.save(UnmatchedRow.pk.does_not_exist())
        except PutError as error:
            if error.cause_response_code != f"{CONDITION}Exception":
                raise
            return self.get(creditor, payment.id) or payment
        return payment

    def get(self, creditor: str, id_: str) -> Unmatched | None:
        row = get_row(UnmatchedRow, keys.unmatched(creditor), keys.id_key(id_))
        return _payment(row) if row is not None else None

    def all(self, creditor: str) -> Iterator[Unmatched]:
        for row in UnmatchedRow.query(keys.unmatched(creditor), consistent_read=True):
            yield _payment(row)

    def behind(self, creditor: str, id_: str, most: int) -> list[Unmatched]:
        after = UnmatchedRow.sk > keys.id_key(id_) if id_ else None
        found = UnmatchedRow.query(
            keys.unmatched(creditor), after, limit=most, page_size=most, consistent_read=True
        )
        return [_payment(row) for row in found]

    def any(self, creditor: str) -> bool:
        found = UnmatchedRow.query(keys.unmatched(creditor), limit=1, page_size=1)
        return next(iter(found), None) is not None

    def matched(self, creditor: str, id_: str, customer: str) -> None:
        row = UnmatchedRow(keys.unmatched(creditor), keys.id_key(id_))
        try:
            row.update([UnmatchedRow.customer.set(customer)], UnmatchedRow.pk.exists())
        except UpdateError as error:
            if error.cause_response_code != f"{CONDITION}Exception":
                raise


def _payment(row: UnmatchedRow) -> Unmatched:
    return Unmatched(
        row.id,
        date.fromisoformat(row.on),
        date.fromisoformat(row.value_date),
        row.currency,
        int(row.amount),
        row.said or "",
        tuple(row.suggested or ()),
        row.customer or "",
    )
