"""Unmatched payments in memory: the first word of an id stands."""

from collections.abc import Iterator
from dataclasses import replace

from dunning.adapters.dynamodb import keys
from dunning.domain.unmatched import Unmatched


class MemoryUnmatched:
    """Payments by creditor and id."""

    def __init__(self) -> None:
        self._payments: dict[str, dict[str, Unmatched]] = {}

    def put(self, creditor: str, payment: Unmatched) -> Unmatched:
        return self._payments.setdefault(creditor, {}).setdefault(payment.id, payment)

    def get(self, creditor: str, id_: str) -> Unmatched | None:
        return self._payments.get(creditor, {}).get(id_)

    def all(self, creditor: str) -> Iterator[Unmatched]:
        found = self._payments.get(creditor, {})
        return (found[id_] for id_ in sorted(found, key=keys.id_key))

    def behind(self, creditor: str, id_: str, most: int) -> list[Unmatched]:
        after = keys.id_key(id_) if id_ else ""
        return [one for one in self.all(creditor) if keys.id_key(one.id) > after][:most]

    def any(self, creditor: str) -> bool:
        return bool(self._payments.get(creditor))

    def matched(self, creditor: str, id_: str, customer: str) -> None:
        mine = self._payments.get(creditor, {})
        if id_ in mine:
            mine[id_] = replace(mine[id_], customer=customer)
