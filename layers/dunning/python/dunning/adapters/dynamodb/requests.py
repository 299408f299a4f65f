"""Requests by their keys: those that told the ledger something stand where it put them, beside the
ids of facts; others are put there with their answers.
"""

from pynamodb.exceptions import PutError

from dunning.domain.posting import PostingKey
from dunning.service.request_ports import KEYS, Kept

from . import keys
from .models import OwnerRow
from .reading import get_row
from .writes import CONDITION


class DynamoRequests:
    """Requests in the cell's table."""

    def request(self, creditor: str, key: str) -> Kept | None:
        row = get_row(OwnerRow, _partition(creditor, key), keys.ONLY)
        return Kept(row.by or "", row.answer or "") if row is not None else None

    def keep(self, creditor: str, key: str, kept: Kept) -> None:
        row = OwnerRow(
            _partition(creditor, key), keys.ONLY, account="", by=kept.by, answer=kept.answer
        )
        try:
            row.save(OwnerRow.pk.does_not_exist())
        except PutError as error:
            if error.cause_response_code != f"{CONDITION}Exception":
                raise


def _partition(creditor: str, key: str) -> str:
    return keys.seen(creditor, PostingKey(KEYS, key))
