"""What the workers of a channel share: where its sweep stands, who rests, how fast it may send.
The other ports are `ports`', which has these as well.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol


class Cursor(NamedTuple):
    """How far a sweep came with one creditor, as keys of its agenda."""

    front: str
    """The last one that it enqueued: the next sweep goes on after it."""
    low: str = ""
    high: str = ""
    """The first and the last that it enqueued from behind the front it began with; "": none."""


@dataclass(frozen=True, slots=True)
class SweepState:
    """What one channel's sweep remembers: its cursors by creditor, how many it has enqueued in all,
    and marks of both from before: what has left the queue."""

    cursors: dict[str, Cursor] = field(default_factory=dict)
    total: int = 0
    marks: tuple[tuple[int, dict[str, Cursor]], ...] = ()
    paused_until: int = 0
    paused_why: str = ""
    resting: Mapping[str, int] = field(default_factory=dict)
    """Creditors whose messages alone rest, and until when."""


PROBE = 60
"""Seconds for which the others wait while one sender asks whether a rest is over: several times
what a provider takes to answer."""


class Channels(Protocol):
    """State of a cell's channels."""

    def sweep_state(self, channel: str) -> SweepState: ...

    def save_sweep(self, channel: str, state: SweepState) -> None:
        """Store cursors, total and marks; rests are left as they are."""

    def paused_until(self, channel: str, creditor: str = "") -> int:
        """The instant until which the channel rests, or what this creditor sends on it; 0: neither
        does. A rest that is over stays known until a message has passed. May be as old as the
        invocation: one message too many is refused by the provider, and released."""

    def pause(self, channel: str, until: int, why: str, creditor: str = "") -> None:
        """Let the channel rest, or what this creditor sends on it. A rest is only made longer."""

    def probe(self, channel: str, creditor: str, now: int) -> bool:
        """Whether this sender is the one that tries, after a rest that is over: the first who asks.
        The others rest for PROBE seconds more, or until it `resume`s."""

    def resume(self, channel: str, creditor: str, now: int) -> None:
        """The message of the probe of that instant has passed: end its rest, and no other."""

    def rate(self, channel: str) -> float | None:
        """Messages a second that the provider was last known to take; None: it never said."""

    def set_rate(self, channel: str, rate: float) -> None:
        """Keep what the provider takes; every sender heeds it with its next lease."""


HEALTHY, PROBATION, SHUTDOWN = "HEALTHY", "PROBATION", "SHUTDOWN"


@dataclass(frozen=True, slots=True)
class AccountSending:
    """What the provider says of the account."""

    rate: float
    """Messages a second."""
    day: float | None
    """Messages in any 24 hours; None: as many as one likes."""
    sent: float = 0.0
    """In the last 24 hours."""
    enabled: bool = True
    production: bool = True
    """False: a sandbox, which reaches verified addresses alone."""
    standing: str = HEALTHY


class SendingAccount(Protocol):
    """The provider's word on the account that we send from."""

    def sending(self) -> AccountSending | None:
        """What holds now; None where it could not be learned (throttled, denied, no answer)."""
