"""When an event is told again, and when an endpoint rests: pure, by the age of the message and the
failures in a row. Seconds of the real clock: a receiver's world has no other.
"""

from typing import NamedTuple

FIRST_WAIT, LONGEST_WAIT = 5, 3_600
GIVE_UP = 24 * 3_600
"""Seconds after which an event that nobody took is a dead letter."""
FAILURES = 5
"""Failures in a row after which an endpoint rests."""
FIRST_REST, LONGEST_REST = 60, 900
PROBE = 30
"""Seconds for which whoever tries an endpoint after its rest has it alone."""


def wait(age: int, asked: int = 0) -> int:
    """Seconds until the next try: as long as it has waited already, so that it doubles; longer
    where the receiver asked for that. No count is kept: what came back because another message
    failed has not been tried."""
    return min(max(age, asked, FIRST_WAIT), LONGEST_WAIT)


def given_up(age: int) -> bool:
    """Whether it has been tried for long enough."""
    return age >= GIVE_UP


class Health(NamedTuple):
    """An endpoint: failures in a row, since when, until when it rests, and what it last said."""

    failures: int = 0
    since: int = 0
    until: int = 0
    why: str = ""

    def failed(self, now: int, why: str) -> "Health":
        """After one more failure: from the fifth on it rests, each time twice as long."""
        failures = self.failures + 1
        rest = 0
        if failures >= FAILURES:
            rest = min(FIRST_REST * 2 ** min(failures - FAILURES, 10), LONGEST_REST)
        return Health(failures, self.since or now, now + rest if rest else 0, why)

    def rests(self, now: int) -> bool:
        """Whether nobody calls it now."""
        return self.until > now


HEALTHY = Health()
