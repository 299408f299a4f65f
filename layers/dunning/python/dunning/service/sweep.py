"""The sweep: moves what is due from the agenda into a channel's queue, one interval's worth.
The agenda is the queue; what is enqueued twice is only a message too many, never a reminder.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice, takewhile

from dunning.service.ports import (
    AgendaEntry,
    Channels,
    Cursor,
    Ledger,
    Metrics,
    Outbox,
    Settings,
    SweepState,
)
from dunning.service.sending_quota import INTERVAL as INTERVAL
from dunning.service.sending_quota import Allowed, SendingQuota

BATCH = 10
"""Entries of one creditor before the next creditor's turn; one request of the queue."""
KEPT_MARKS = 12
"""Earlier sweeps that are remembered: three hours."""
START = Cursor("")
"""Nothing enqueued yet."""
SURE = 1.25
"""A queue is nearly first in, first out: an entry counts as gone from it when a quarter more
than its depth has been enqueued after it."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """One channel's sweep over all creditors of the cell."""

    channel: str
    rate: float
    """Messages a second that the channel can send, over all workers."""
    ledger: Ledger
    settings: Settings
    channels: Channels
    outbox: Outbox
    metrics: Metrics
    quota: SendingQuota | None = None
    """What the provider's account lets us send, where it says so; `rate` is then the ceiling."""

    def run(self, now: int) -> int:
        """Enqueue at most what the channel can send until the next sweep; returns how many.

        Oldest first, creditors in turn. Each creditor goes on after the last key enqueued; before
        that come accounts still due whose message has left the queue (dropped, lost, or planned
        anew for an earlier instant). The cursor moves only behind what the queue has taken."""
        rate, left = self.quota.allowed(self.rate, now) if self.quota else Allowed(self.rate)
        state = self.channels.sweep_state(self.channel)
        if state.paused_until > now:
            return 0
        waiting = self.outbox.depth()
        room = int(rate * INTERVAL) if left is None else min(int(rate * INTERVAL), left)
        room -= waiting
        if room <= 0:
            return 0
        gone, queued = _window(state, waiting)
        cursors = {name: Cursor(cursor.front) for name, cursor in state.cursors.items()}
        fronts = {name: cursor.front for name, cursor in cursors.items()}
        turns: dict[str, Iterator[AgendaEntry]] = {}
        for creditor in self.settings.creditors():
            rests = state.resting.get(creditor, 0) > now
            settings = None if rests else self.settings.creditor(creditor)
            if settings is not None:
                shards = settings.shards_ever
                front, behind = fronts.get(creditor, ""), gone.get(creditor, START).front
                turns[creditor] = self._due(creditor, shards, now, front, behind, queued)
        enqueued = 0
        while turns and enqueued < room:
            for creditor in list(turns):
                batch = list(islice(turns[creditor], min(BATCH, room - enqueued)))
                if not batch:
                    del turns[creditor]
                    continue
                self.outbox.put(creditor, batch)
                enqueued += len(batch)
                _note(cursors, creditor, fronts.get(creditor, ""), batch)
                if enqueued >= room:
                    break
        total = state.total + enqueued
        marks = (*state.marks, (total, cursors))[-KEPT_MARKS:]
        self.channels.save_sweep(
            self.channel, replace(state, cursors=cursors, total=total, marks=marks)
        )
        self.metrics.count("SweepEnqueued", enqueued)
        return enqueued

    def _due(
        self,
        creditor: str,
        shards: int,
        now: int,
        front: str,
        behind: str,
        queued: list[dict[str, Cursor]],
    ) -> Iterator[AgendaEntry]:
        """First what is due up to `behind`, but for what sweeps that may still be in the queue have
        enqueued of it; then what is due after the front."""

        def read(after: str) -> Iterator[AgendaEntry]:
            return self.ledger.agenda(creditor, self.channel, shards, now, after)

        again = [cursors[creditor] for cursors in queued if creditor in cursors]
        lows = [cursor.low for cursor in again if cursor.low]
        high = max((cursor.high for cursor in again), default="")
        if behind and lows:
            yield from takewhile(lambda entry: entry.key < min(lows), read(""))
        if high < behind:
            yield from takewhile(lambda entry: entry.key <= behind, read(high))
        yield from read(front)


def _window(state: SweepState, waiting: int) -> tuple[dict[str, Cursor], list[dict[str, Cursor]]]:
    """The newest cursors of which the queue holds nothing any more, and those of every sweep since:
    what these have enqueued may still be in the queue."""
    queued: list[dict[str, Cursor]] = []
    if not waiting:
        return state.cursors, queued
    for total, cursors in reversed(state.marks):
        if state.total - total >= waiting * SURE:
            return cursors, queued
        queued.append(cursors)
    return {}, queued


def _note(cursors: dict[str, Cursor], creditor: str, front: str, batch: list[AgendaEntry]) -> None:
    """Keep how far a creditor's front has come, and between which keys lies what was enqueued from
    behind it."""
    before = cursors.get(creditor, START)
    cursor = before._replace(front=max(before.front, batch[-1].key))
    left = [entry.key for entry in batch if entry.key <= front]
    if left:
        low = min(before.low or left[0], left[0])
        cursor = cursor._replace(low=low, high=max(before.high, left[-1]))
    cursors[creditor] = cursor
