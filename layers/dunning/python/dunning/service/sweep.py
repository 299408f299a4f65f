"""The sweep: moves what is due from the agenda into a channel's queue, one interval's worth.
The agenda is the queue; what is enqueued twice is only a message too many, never a reminder.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice

from dunning.service.ports import (
    AgendaEntry,
    Channels,
    Ledger,
    Metrics,
    Outbox,
    Settings,
    SweepState,
)

INTERVAL = 15 * 60
"""Seconds between two sweeps (the schedule's rate)."""
BATCH = 10
"""Entries of one creditor before the next creditor's turn; one request of the queue."""
KEPT_MARKS = 12
"""Earlier sweeps that are remembered: three hours."""
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

    def run(self, now: int) -> int:
        """Enqueue at most what the channel can send until the next sweep; returns how many.

        Oldest first, creditors in turn. Each creditor goes on after the last key enqueued; before
        that come accounts still due whose message has left the queue (dropped, lost, or planned
        anew for an earlier instant). The cursor moves only behind what the queue has taken."""
        state = self.channels.sweep_state(self.channel)
        if state.paused_until > now:
            return 0
        waiting = self.outbox.depth()
        room = int(self.rate * INTERVAL) - waiting
        if room <= 0:
            return 0
        behind = self._left_the_queue(state, waiting)
        cursors = dict(state.cursors)
        turns: dict[str, Iterator[AgendaEntry]] = {}
        for creditor in self.settings.creditors():
            rulebook = self.settings.rulebook(creditor)
            if rulebook is not None:
                shards = rulebook.creditor.shards_ever
                turns[creditor] = self._due(
                    creditor, shards, now, behind.get(creditor, ""), cursors.get(creditor, "")
                )
        enqueued = 0
        while turns and enqueued < room:
            for creditor in list(turns):
                batch = list(islice(turns[creditor], min(BATCH, room - enqueued)))
                if not batch:
                    del turns[creditor]
                    continue
                self.outbox.put(creditor, batch)
                enqueued += len(batch)
                cursors[creditor] = max(cursors.get(creditor, ""), batch[-1].key)
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
        self, creditor: str, shards: int, now: int, behind: str, cursor: str
    ) -> Iterator[AgendaEntry]:
        """First what is due up to `behind`, then what is due after the cursor."""
        read = self.ledger.agenda
        if behind >= cursor:
            return read(creditor, self.channel, shards, now)
        left: Iterator[AgendaEntry] = iter(())
        if behind:
            everything = read(creditor, self.channel, shards, now)
            left = _until(everything, behind)
        return chain(left, read(creditor, self.channel, shards, now, cursor))

    def _left_the_queue(self, state: SweepState, waiting: int) -> dict[str, str]:
        """For each creditor the newest cursor behind which the queue holds nothing any more."""
        if not waiting:
            return state.cursors
        for total, cursors in reversed(state.marks):
            if state.total - total >= waiting * SURE:
                return cursors
        return {}


def _until(entries: Iterator[AgendaEntry], last: str) -> Iterator[AgendaEntry]:
    for entry in entries:
        if entry.key > last:
            return
        yield entry
