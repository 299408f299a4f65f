"""Point reads: one item by its whole key, always consistent.
Ranges are read by the low-level client, in `ledger`.
"""

from typing import TypeVar

from .models import Row

R = TypeVar("R", bound=Row)


def get_row(model: type[R], pk: str, sk: str) -> R | None:
    """The item of that key, or None."""
    try:
        return model.get(pk, sk, consistent_read=True)
    except model.DoesNotExist:
        return None
