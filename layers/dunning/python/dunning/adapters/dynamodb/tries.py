"""Counters in the cell's table of what may be done so many times: an item each, which the table
forgets by itself.
"""

from pynamodb.attributes import NumberAttribute
from pynamodb.exceptions import UpdateError

from . import keys
from .models import Row
from .writes import CONDITION


class TryRow(Row):
    """How often something was done."""

    n = NumberAttribute()
    ttl = NumberAttribute()


class DynamoTries:
    """Counters by key."""

    def take(self, key: str, most: int, until: int) -> bool:
        row = TryRow(keys.tries(key), keys.ONLY)
        condition = TryRow.n.does_not_exist() | (TryRow.n < most)
        try:
            row.update(
                actions=[TryRow.n.add(1), TryRow.ttl.set(until)],
                condition=condition,
            )
        except UpdateError as error:
            if error.cause_response_code != f"{CONDITION}Exception":
                raise
            return False
        return True

    def forget(self, key: str) -> None:
        TryRow(keys.tries(key), keys.ONLY).delete()
