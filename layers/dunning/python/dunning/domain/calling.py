"""How often one notice is tried by telephone, with how long between, and at which number in turn.
Pure. Whether a call may be made at all is the gates'; that one failed is told by events.
"""

from typing import NamedTuple

from .account import VOICE, Head
from .customer import Address

SMS = "sms"
BY_PHONE = frozenset({VOICE, SMS})
HOUR = 3_600


class Calls(NamedTuple):
    """What a policy says of its calls: after so many that nobody took, the next channel has its
    turn; and so many seconds lie between two of them at the least."""

    attempts: int = 3
    pause: int = 4 * HOUR


USUAL = Calls()


def tries(head: Head, channel: str, serial: int) -> tuple[int, int]:
    """How often a notice has gone out on a channel, and the instant of the last time (0: never)."""
    made = [c.at for c in head.recent if (c.channel, c.serial) == (channel, serial)]
    return len(made), max(made, default=0)


def used_up(calls: Calls, head: Head, channel: str, serial: int) -> bool:
    """Whether a notice has had all its calls. Other channels have no such end: what fails there
    bars the address."""
    return channel in BY_PHONE and tries(head, channel, serial)[0] >= calls.attempts


def not_before(calls: Calls, head: Head, channel: str, serial: int) -> int:
    """The first instant of a notice's next call; 0 where none was made."""
    if channel not in BY_PHONE:
        return 0
    made, last = tries(head, channel, serial)
    return last + calls.pause if made else 0


def in_turn(
    addresses: tuple[Address, ...], head: Head, channel: str, serial: int
) -> tuple[Address, ...]:
    """The addresses in the order in which they are tried: after each call the next number."""
    if channel not in BY_PHONE or len(addresses) < 2:
        return addresses
    first = tries(head, channel, serial)[0] % len(addresses)
    return addresses[first:] + addresses[:first]
