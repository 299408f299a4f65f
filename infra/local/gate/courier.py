"""Brings events to the queues that listen: at once, or held back, repeated or lost as ordered.

Knows no HTTP and no mail; a bus and a stream of envelopes.
"""

import json
import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from infra.local.gate import calls
from infra.local.gate.bus import Bus
from infra.local.gate.calls import Placed
from infra.local.gate.events import DESTINATION_TYPE, Accepted, envelope

log = logging.getLogger(__name__)

MOST_AT_ONCE = 100
# Events that come close together travel together: the emulator's event source mapping has no
# window, and one by one each would cost an invocation.
GATHER_SECONDS = 0.05


@dataclass(frozen=True)
class Event:
    """One event of one message, on its way."""

    kind: str
    message: Accepted | Placed


def wall_clock() -> datetime:
    return datetime.now(UTC)


class Courier:
    """One thread, in the order of arrival, as a queue of SES would."""

    def __init__(self, bus: Bus, now: Callable[[], datetime] = wall_clock) -> None:
        self._bus, self._now = bus, now
        self._changed = threading.Condition()
        self._waiting: deque[Event] = deque()
        self._busy = 0
        self._held: list[Event] = []
        self._hold: frozenset[str] | None = None
        self._ledger: list[dict[str, Any]] = []
        threading.Thread(target=self._run, daemon=True, name="courier").start()

    def publish(self, kinds: tuple[str, ...], message: Accepted | Placed) -> None:
        """AWS publishes nothing for a message without a configuration set."""
        if not message.configuration_set:
            return
        with self._changed:
            for kind in kinds:
                event = Event(kind, message)
                if self._hold is not None and (not self._hold or kind in self._hold):
                    self._held.append(event)
                else:
                    self._waiting.append(event)
            self._changed.notify_all()

    def hold(self, kinds: frozenset[str]) -> None:
        """From now on these kinds stay here; none named: all kinds."""
        with self._changed:
            self._hold = kinds

    def release(self, *, times: int, newest_first: bool) -> int:
        """Ends the holding. Each held event goes `times` times; 0 loses it for ever."""
        with self._changed:
            held = self._held[::-1] if newest_first else self._held
            self._held, self._hold = [], None
            for _ in range(times):
                self._waiting.extend(held)
            self._changed.notify_all()
            return len(held)

    def pending(self) -> dict[str, int]:
        with self._changed:
            return {"queued": len(self._waiting) + self._busy, "held": len(self._held)}

    def ledger(self) -> list[dict[str, Any]]:
        """What was delivered where."""
        with self._changed:
            return list(self._ledger)

    def clear(self) -> None:
        with self._changed:
            self._waiting.clear()
            self._held, self._hold = [], None
            self._ledger.clear()
        self._bus.forget()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting)
                self._changed.wait_for(
                    lambda: len(self._waiting) >= MOST_AT_ONCE, timeout=GATHER_SECONDS
                )
                batch = [
                    self._waiting.popleft() for _ in range(min(MOST_AT_ONCE, len(self._waiting)))
                ]
                self._busy = len(batch)
            rows = self._deliver(batch)
            with self._changed:
                self._ledger.extend(rows)
                self._busy = 0

    def _tell(self, event: Event, placed: Placed, row: dict[str, Any]) -> None:
        """An event of a call, to the topic of its configuration set."""
        topic = placed.configuration_set
        try:
            text = json.dumps(calls.event(event.kind, placed, self._now()))
            row["queues"] = [topic] if self._bus.notify(topic, text) else []
        except Exception as error:
            log.exception("event %s of call %s", event.kind, placed.n)
            row["error"] = repr(error)

    def _deliver(self, batch: list[Event]) -> list[dict[str, Any]]:
        bodies: dict[str, list[str]] = {}
        rows = []
        for event in batch:
            row: dict[str, Any] = {"n": event.message.n, "kind": event.kind, "queues": []}
            rows.append(row)
            if isinstance(event.message, Placed):
                self._tell(event, event.message, row)
                continue
            try:
                published = self._bus.published_types(event.message.configuration_set)
                if DESTINATION_TYPE[event.kind] not in published:
                    continue
                body = envelope(event.kind, event.message, self._now())
                row["queues"] = list(self._bus.queues(body))
            except Exception as error:
                log.exception("event %s of message %s", event.kind, event.message.n)
                row["error"] = repr(error)
                continue
            for queue in row["queues"]:
                bodies.setdefault(queue, []).append(json.dumps(body))
        for queue, texts in bodies.items():
            try:
                self._bus.send(queue, texts)
            except Exception:  # best effort, as on AWS; the log says what was lost
                log.exception("%s events for %s were lost", len(texts), queue)
        return rows
