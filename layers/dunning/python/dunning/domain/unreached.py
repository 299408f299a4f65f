"""The line for a person when a customer who owes something cannot be written to or called any more:
the last address bounced, complained or was taken back. And again when there is one. Pure.
"""

from . import bars
from .account import EMAIL, VOICE, Account
from .calling import SMS
from .history import Task

KIND = "unreachable"
OVER = f"{KIND}_over"


def told(before: Account, after: Account, now: int) -> tuple[Task, ...]:
    """The line that a write brings, by the account before it and as it leaves it."""
    if not after.open or not before.customer.addresses or _bars(before) == _bars(after):
        return ()
    had, has = _reached(before), _reached(after)
    if had == has:
        return ()
    customer = after.head.customer
    detail = "" if has else "no address is left that may be used"
    return (Task(f"{KIND}-{customer}", now, OVER if has else KIND, customer, detail),)


def _bars(account: Account) -> tuple[object, ...]:
    """All that decides which addresses may be used."""
    return account.head.unusable, account.consents, account.customer.addresses


def _reached(account: Account) -> bool:
    """Whether any address may be used for a coming notice."""
    serial = account.head.serial + 1
    return any(bars.usable(account, channel, serial) for channel in (EMAIL, VOICE, SMS))
