"""Point reads: one item by its whole key, consistent unless a caller says that a moment is no loss.
Ranges are read by the low-level client, in `ledger`.
"""

from typing import TypeVar

from .models import Row

R = TypeVar("R", bound=Row)


def get_row(model: type[R], pk: str, sk: str, *, consistent: bool = True) -> R | None:
    """The item of that key, or None. Not consistent: as it was a moment ago, at half the price."""
    try:
        return model.get(pk, sk, consistent_read=consistent)
    except model.DoesNotExist:
        return None
