"""What happens to a message, by its recipient: the local part of the address, or an order given.

Data and choice only; the server does it.
"""

import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

SEND, DELIVERY, BOUNCE, SOFT_BOUNCE = "Send", "Delivery", "Bounce", "SoftBounce"
COMPLAINT, REJECT, DELAY, RENDERING = "Complaint", "Reject", "DeliveryDelay", "RenderingFailure"


class UnknownBehaviourError(ValueError):
    """No behaviour has that name."""


@dataclass(frozen=True, kw_only=True)
class Behaviour:
    """One way in which a provider can answer, or not."""

    outcome: str
    accepted: bool
    status: int = 200
    code: str = ""
    """The error's type, when the answer is one."""
    reason: str = ""
    """Of errors that have one: why."""
    silent: bool = False
    """Accepts the connection and never answers."""
    hangup: bool = False
    """Closes the connection instead of answering."""
    kill: bool = False
    """Takes the calling function's process down instead of answering."""
    events: tuple[str, ...] = ()
    failed_by: str | None = None


def _refused(outcome: str, status: int, code: str, failed_by: str | None = None) -> Behaviour:
    return Behaviour(outcome=outcome, accepted=False, status=status, code=code, failed_by=failed_by)


_ARRIVES = (SEND, DELIVERY)

NORMAL = Behaviour(outcome="accepted", accepted=True, events=_ARRIVES)


def untold(taken: tuple[str, ...], code: str) -> dict[str, Behaviour]:
    """Not answered, or not truthfully: the caller cannot know. `taken` are the events of what was
    taken all the same, `code` that of the service's own failure."""

    def one(outcome: str, **more: Any) -> Behaviour:
        accepted = bool(more.get("events"))
        return Behaviour(outcome=outcome, accepted=accepted, **more)

    return {
        "timeout-after-accept": one("timeout_after_accept", silent=True, events=taken),
        "timeout-before-accept": one("timeout_before_accept", silent=True),
        "reset": one("reset", hangup=True, events=taken),
        "reset-before-accept": one("reset", hangup=True),
        "error-after-accept": one("error_after_accept", status=500, code=code, events=taken),
        "error-before-accept": one("error_before_accept", status=500, code=code),
        "kill-before-accept": one("killed_before_accept", kill=True),
        "kill-after-accept": one("killed_after_accept", kill=True, events=taken),
    }


BEHAVIOURS: dict[str, Behaviour] = {
    "accept": NORMAL,
    # Refused, and said so: provably not sent.
    "throttle": _refused("throttled", 429, "TooManyRequestsException"),
    "quota": _refused("quota", 400, "LimitExceededException"),
    "paused": _refused("paused", 400, "SendingPausedException"),
    "suspended": _refused("suspended", 400, "AccountSuspendedException"),
    "reject": _refused("rejected", 400, "MessageRejected", "reject"),
    **untold(_ARRIVES, "InternalFailure"),
    # Accepted; what became of it comes later, as an event or not at all.
    "bounce": Behaviour(
        outcome="accepted", accepted=True, events=(SEND, BOUNCE), failed_by="bounce"
    ),
    "soft-bounce": Behaviour(outcome="accepted", accepted=True, events=(SEND, SOFT_BOUNCE)),
    "complaint": Behaviour(
        outcome="accepted", accepted=True, events=(*_ARRIVES, COMPLAINT), failed_by="complaint"
    ),
    "ses-reject": Behaviour(
        outcome="accepted", accepted=True, events=(REJECT,), failed_by="reject"
    ),
    "delay": Behaviour(outcome="accepted", accepted=True, events=(SEND, DELAY)),
    "rendering-failure": Behaviour(
        outcome="accepted", accepted=True, events=(RENDERING,), failed_by="reject"
    ),
    "lost-events": Behaviour(outcome="accepted", accepted=True),
}

# Refusals that pass by themselves: `throttle-3@` refuses three times, then accepts.
_PASSING = ("throttle", "quota", "paused", "suspended")
_COUNTED = re.compile(rf"({'|'.join(_PASSING)})-(\d+)(?:\+.*)?\Z")


def named(name: str, behaviours: Mapping[str, Behaviour] = BEHAVIOURS) -> Behaviour:
    try:
        return behaviours[name]
    except KeyError:
        known = ", ".join(sorted(behaviours))
        raise UnknownBehaviourError(f"no behaviour {name!r}; there are: {known}") from None


def by_address(address: str, seen: int) -> Behaviour:
    """The behaviour that an address asks for; `seen` counts the earlier requests to it.

    `bounce@`, `bounce+anything@` and `bounce-17@` all bounce; any other address is delivered.
    """
    local = address.partition("@")[0].lower()
    counted = _COUNTED.match(local)
    if counted:
        return named(counted[1]) if seen < int(counted[2]) else NORMAL
    fitting = [name for name in BEHAVIOURS if re.match(rf"{name}(?:[+-]|\Z)", local)]
    return named(max(fitting, key=len)) if fitting else NORMAL


@dataclass
class Order:
    """A behaviour asked for by the driver of a test, for one address or all, for some requests."""

    behaviour: str
    to: str = "*"
    nth: int = 1
    times: int | None = None
    seen: int = 0

    def takes(self, address: str) -> bool:
        if self.to not in ("*", address):
            return False
        self.seen += 1
        return self.seen >= self.nth and (self.times is None or self.seen < self.nth + self.times)


class Choice:
    """Which behaviour a request meets: an order first, then the address."""

    def __init__(
        self,
        behaviours: Mapping[str, Behaviour] = BEHAVIOURS,
        by_address: Callable[[str, int], Behaviour] = by_address,
    ) -> None:
        self._behaviours, self._by_address = behaviours, by_address
        self._lock = threading.Lock()
        self._orders: list[Order] = []
        self._seen: dict[str, int] = {}

    def order(self, data: dict[str, Any]) -> None:
        order = Order(**data)
        named(order.behaviour, self._behaviours)
        with self._lock:
            self._orders.append(order)

    def meet(self, address: str) -> Behaviour:
        with self._lock:
            seen = self._seen.get(address, 0)
            self._seen[address] = seen + 1
            for order in self._orders:
                if order.takes(address):
                    return named(order.behaviour, self._behaviours)
        return self._by_address(address, seen)

    def clear(self) -> None:
        with self._lock:
            self._orders.clear()
            self._seen.clear()
