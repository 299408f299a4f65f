"""A day of sweeps and senders, simulated: the real sweep over the real fakes of agenda and queue.

The sender is a stand-in that only does what a reminder does to the agenda, so that a hundred
thousand accounts take seconds: it takes a due account off, and counts it.
"""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

from dunning.adapters.memory.cell import Counters, MemoryChannels, MemoryOutbox, MemorySettings
from dunning.adapters.memory.ledger import MemoryLedger
from dunning.domain.account import Head, Plan
from dunning.domain.calendar import DAY, parse_instant
from dunning.domain.creditor import Creditor
from dunning.service.ports import AgendaEntry
from dunning.service.sweep import INTERVAL, Sweep

MORNING = parse_instant("2026-03-02T09:00:00Z")
RATE = 14


class AnyOrder(MemoryOutbox):
    """A queue that is first in, first out only nearly: a message may overtake a tenth of them."""

    def __init__(self) -> None:
        super().__init__()
        self._random = random.Random(7)

    def take(self) -> tuple[str, str]:
        """One message from near the front."""
        at = self._random.randrange(max(1, len(self.waiting) // 10))
        self.waiting.rotate(-at)
        taken = self.waiting.popleft()
        self.waiting.rotate(at)
        return taken


class Watched(MemoryOutbox):
    """A queue that remembers what it was given, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.given: list[AgendaEntry] = []
        self.deepest = 0

    def put(self, creditor: str, entries: list[AgendaEntry]) -> None:  # type: ignore[override]
        super().put(creditor, entries)
        self.given.extend(entries)
        self.deepest = max(self.deepest, self.depth())


@dataclass
class World:
    """Agenda, queue, sweep and stand-in senders, and how often each account was reminded."""

    outbox: MemoryOutbox = field(default_factory=MemoryOutbox)
    now: int = MORNING
    rate: int = RATE
    reminded: Counter[str] = field(default_factory=Counter)
    wasted: int = 0
    lost: int = 0

    def __post_init__(self) -> None:
        self.ledger = MemoryLedger()
        self.settings = MemorySettings()
        self.channels = MemoryChannels()
        self.sweep = Sweep(
            "email",
            self.rate,
            self.ledger,
            self.settings,
            self.channels,
            self.outbox,
            Counters(),
        )

    def due(self, creditor: str, numbers: range, at: int = MORNING) -> None:
        """Put accounts on the agenda, due at that instant."""
        if self.settings.rulebook(creditor) is None:
            self.settings.put_creditor(creditor, Creditor(creditor))
        for number in numbers:
            self.plan(creditor, f"{creditor}#c{number:06}", at)

    def plan(self, creditor: str, account: str, at: int | None) -> None:
        """Plan one account for that instant, or for none."""
        self.ledger._index(creditor, account, _planned(creditor, hash_of(account), at))

    def on_agenda(self, creditor: str = "acme") -> list[str]:
        """The accounts of a creditor that are due by now."""
        return [e.account for e in self.ledger.agenda(creditor, "email", 4, self.now)]

    def send(self, most: int, lose: Callable[[], bool] = lambda: False) -> int:
        """Let the senders take up to so many messages."""
        take = getattr(self.outbox, "take", self.outbox.waiting.popleft)
        taken = 0
        while taken < most and self.outbox.waiting:
            creditor, account = take()
            taken += 1
            if lose():
                self.lost += 1
            elif account in self.ledger._agenda_of:
                self.reminded[account] += 1
                self.plan(creditor, account, None)
            else:
                self.wasted += 1
        return taken

    def interval(self, per_second: float, lose: Callable[[], bool] = lambda: False) -> None:
        """One sweep, then a quarter of an hour of senders."""
        self.sweep.run(self.now)
        self.send(int(per_second * INTERVAL), lose)
        self.now += INTERVAL

    def day(self, per_second: float, lose: Callable[[], bool] = lambda: False) -> None:
        """Ninety-six of them."""
        for _ in range(DAY // INTERVAL):
            self.interval(per_second, lose)

    @property
    def messages_per_reminder(self) -> float:
        """What it cost: messages enqueued for one reminder."""
        return self.outbox.enqueued / max(1, len(self.reminded))


@cache
def _planned(creditor: str, shard: int, at: int | None) -> Head:
    """A HEAD of which the agenda reads shard and plan alone: one for all accounts alike."""
    channel = None if at is None else "email"
    return Head(creditor, "", shard=shard, plan=Plan(at, channel, "STEP_DUE"))


def hash_of(account: str) -> int:
    """A shard, as evenly spread as the real one and quicker."""
    return int(account[-3:]) % 4
