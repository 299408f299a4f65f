"""The rest of a cell in memory: settings, suppressions, channels, queue, senders, counters.
For simulations, tests and models; nothing here leaves the process or outlives it.
"""

import hashlib
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from io import BytesIO
from typing import BinaryIO

from dunning.domain.account import Account
from dunning.domain.business_days import WEEKENDS, Calendars
from dunning.domain.charges.regime import Ruleset
from dunning.domain.contact.attempt import SPOKEN, VOICE
from dunning.domain.creditor import Creditor, OwnRules
from dunning.domain.due import Send
from dunning.domain.experiments import Stopped
from dunning.domain.intake.mapping import MappingFile, read_mapping
from dunning.domain.legal_holds import Effects
from dunning.domain.own_wording import OwnWording, WordingVersion
from dunning.domain.policy import Policy, Rulebook, no_effects, no_ruleset
from dunning.service.ports import (
    PROBE,
    AgendaEntry,
    Blob,
    Fetched,
    Gone,
    Message,
    Moved,
    SweepState,
    TooLarge,
)


class MemorySettings:
    """Creditors and policies, with a version that grows."""

    def __init__(
        self,
        calendars: Calendars = WEEKENDS,
        rules: str = "",
        interest: Callable[[], Ruleset] = no_ruleset,
        effects: Callable[[], Effects] = no_effects,
    ) -> None:
        self.calendars = calendars
        self.interest = interest
        self.effects = effects
        self.rules = rules
        """Versions of what ships with the code, as one text."""
        self._ruled: dict[str, str] = {}
        self._books: dict[str, Rulebook] = {}
        self._sources: dict[tuple[str, int], str] = {}
        self._contact: dict[tuple[str, int], str] = {}
        self._wordings: dict[tuple[str, str, int], WordingVersion] = {}
        self._mappings: dict[tuple[str, str], tuple[str, str]] = {}

    def refresh(self) -> None:
        """Nothing is kept apart from what stands."""

    def rulebook(self, creditor: str) -> Rulebook | None:
        return self._books.get(creditor)

    def creditor(self, creditor: str) -> Creditor | None:
        book = self._books.get(creditor)
        return book.creditor if book else None

    def creditors(self) -> tuple[str, ...]:
        return tuple(sorted(self._books))

    def put_creditor(self, creditor: str, settings: Creditor, after: int | None = None) -> bool:
        book = self._books.get(creditor)
        if after not in (None, book.creditor.version if book else 0):
            raise Moved(creditor)
        wanted = settings.following(book.creditor if book else None)
        if book and replace(book.creditor, version=wanted.version) == wanted:
            return False
        self._books[creditor] = replace(book or self._new(wanted), creditor=wanted)
        return True

    def stop_variant(self, creditor: str, stopped: Stopped) -> bool:
        book = self._books.get(creditor)
        wanted = book.creditor.stopping(stopped) if book else None
        if book is None or wanted is None:
            return False
        self._books[creditor] = replace(book, creditor=wanted)
        return True

    def put_policies(
        self,
        creditor: str,
        policies: tuple[Policy, ...],
        source: str,
        after: int | None = None,
    ) -> int | None:
        book = self._books.get(creditor) or self._new(Creditor(creditor))
        if after not in (None, book.version):
            raise Moved(creditor)
        if book.version and self.policy_source(creditor, book.version) == source:
            return None
        self._sources[creditor, book.version + 1] = source
        self._books[creditor] = replace(book, policies=policies, version=book.version + 1)
        return book.version + 1

    def put_contact_rules(self, creditor: str, source: str) -> int | None:
        book = self._books.get(creditor) or self._new(Creditor(creditor))
        if book.own.version and book.own.source == source:
            return None
        own = OwnRules(book.own.version + 1, source)
        self._contact[creditor, own.version] = source
        self._books[creditor] = replace(book, own=own)
        return own.version

    def put_wording(
        self,
        creditor: str,
        file: str,
        source: str,
        at: int,
        upload: str,
        after: int | None = None,
    ) -> int | None:
        book = self._books.get(creditor) or self._new(Creditor(creditor))
        known = book.wording.versions
        if after not in (None, known.get(file, 0)):
            raise Moved(creditor)
        before = self.wording(creditor, file, known.get(file, 0))
        if before is not None and before.source == source:
            return None
        number = known.get(file, 0) + 1
        self._wordings[creditor, file, number] = WordingVersion(number, source, at, upload)
        own = OwnWording({**known, file: number}, partial(self.wording, creditor))
        self._books[creditor] = replace(book, wording=own)
        return number

    def wording(self, creditor: str, file: str, version: int) -> WordingVersion | None:
        return self._wordings.get((creditor, file, version))

    def contact_rules_source(self, creditor: str, version: int) -> str | None:
        return self._contact.get((creditor, version))

    def outdated(self, creditor: str) -> bool:
        return creditor in self._books and self._ruled.get(creditor) != self.rules

    def renew(self, creditor: str) -> bool:
        if not self.outdated(creditor):
            return False
        self._ruled[creditor] = self.rules
        book = self._books[creditor]
        self._books[creditor] = replace(book, rules=book.rules + 1)
        return True

    def _new(self, creditor: Creditor) -> Rulebook:
        self._ruled[creditor.creditor] = self.rules
        return Rulebook(
            creditor, calendars=self.calendars, interest=self.interest, effects=self.effects
        )

    def policy_source(self, creditor: str, version: int) -> str | None:
        return self._sources.get((creditor, version))

    def mapping(self, creditor: str, layout: str) -> tuple[str, MappingFile] | None:
        found = self._mappings.get((creditor, layout))
        return (found[0], read_mapping(found[1])) if found else None

    def put_mapping(self, creditor: str, layout: str, name: str, source: str) -> bool:
        known = self._mappings.get((creditor, layout))
        self._mappings[creditor, layout] = (name, source)
        return known is None or known[1] != source


class MemorySuppressions:
    """Suppressed address hashes by channel."""

    def __init__(self) -> None:
        self._reasons: dict[tuple[str, str], str] = {}
        self._of: dict[tuple[str, str, str], tuple[tuple[int, str], ...]] = {}

    def reason(self, creditor: str, channel: str, address_hash: str) -> str | None:
        mine = self._of.get((creditor, channel, address_hash))
        return self._reasons.get((channel, address_hash)) or (mine[0][1] if mine else None)

    def add_for(self, creditor: str, channel: str, address_hash: str, reason: str, at: int) -> None:
        key = (creditor, channel, address_hash)
        self._of[key] = tuple(sorted({*self._of.get(key, ()), (at, reason)}))

    def lift_for(
        self, creditor: str, channel: str, address_hash: str, reasons: frozenset[str], at: int
    ) -> None:
        key = (creditor, channel, address_hash)
        mine = self._of.pop(key, ())
        kept = tuple(one for one in mine if one[0] >= at or one[1] not in reasons)
        if kept:
            self._of[key] = kept

    def add(self, creditor: str, channel: str, address_hash: str, reason: str, now: int) -> None:
        self._reasons.setdefault((channel, address_hash), reason)


def plain_hash(channel: str, address: str, country: str | None = None) -> str:
    """A hash without a key: fit for a process that keeps nothing."""
    kind = VOICE if channel in SPOKEN else channel
    return hashlib.sha256(f"{kind}\n{address.strip().lower()}".encode()).hexdigest()[:16]


class MemoryChannels:
    """Sweep state, rests and rates."""

    def __init__(self) -> None:
        self._states: dict[str, SweepState] = {}
        self._rates: dict[str, float] = {}

    def sweep_state(self, channel: str) -> SweepState:
        return self._states.get(channel, SweepState())

    def save_sweep(self, channel: str, state: SweepState) -> None:
        now = self.sweep_state(channel)
        self._states[channel] = replace(
            state,
            paused_until=now.paused_until,
            paused_why=now.paused_why,
            resting=now.resting,
        )

    def paused_until(self, channel: str, creditor: str = "") -> int:
        state = self.sweep_state(channel)
        return max(state.paused_until, state.resting.get(creditor, 0))

    def pause(self, channel: str, until: int, why: str, creditor: str = "") -> None:
        state = self.sweep_state(channel)
        if creditor:
            until = max(until, state.resting.get(creditor, 0))
            state = replace(state, resting={**state.resting, creditor: until})
        elif until > state.paused_until:
            state = replace(state, paused_until=until, paused_why=why)
        self._states[channel] = state

    def probe(self, channel: str, creditor: str, now: int) -> bool:
        if self.paused_until(channel, creditor) > now:
            return False
        state = self.sweep_state(channel)
        if state.paused_until:
            state = replace(state, paused_until=now + PROBE)
        if creditor in state.resting:
            state = replace(state, resting={**state.resting, creditor: now + PROBE})
        self._states[channel] = state
        return True

    def resume(self, channel: str, creditor: str, now: int) -> None:
        state = self.sweep_state(channel)
        if state.paused_until == now + PROBE:
            state = replace(state, paused_until=0, paused_why="")
        if state.resting.get(creditor) == now + PROBE:
            left = {one: until for one, until in state.resting.items() if one != creditor}
            state = replace(state, resting=left)
        self._states[channel] = state

    def rate(self, channel: str) -> float | None:
        return self._rates.get(channel)

    def set_rate(self, channel: str, rate: float) -> None:
        self._rates[channel] = rate


class MemoryOutbox:
    """A queue, first in, first out; what is taken is in flight until it is deleted."""

    def __init__(self) -> None:
        self.waiting: deque[tuple[str, str]] = deque()
        self.in_flight = 0
        self.enqueued = 0

    def depth(self) -> int:
        return len(self.waiting) + self.in_flight

    def put(self, creditor: str, entries: Iterable[AgendaEntry]) -> None:
        for entry in entries:
            self.waiting.append((creditor, entry.account))
            self.enqueued += 1


@dataclass
class Sent:
    """One message that a memory sender took."""

    creditor: str
    message: Message


@dataclass
class MemorySender:
    """Takes every message; `behaviour` may raise what a provider would."""

    sent: list[Sent] = field(default_factory=list)

    def send(self, creditor: str, message: Message) -> str:
        self.sent.append(Sent(creditor, message))
        return f"memory-{len(self.sent)}"


class PlainRenderer:
    """A message without wording: the decision as it is, for simulations that read no text."""

    def render(
        self, creditor: str, account: str, state: Account, rulebook: Rulebook, send: Send
    ) -> Message:
        text = "\n".join(f"{line.ref} {line.open}" for line in send.lines)
        return Message(
            channel=send.channel,
            sender=rulebook.creditor.sender or "",
            to=send.address.value,
            subject=f"{send.tone} {send.level}",
            text=text,
            html="",
            template="plain-1",
            tags=(
                ("notice", str(send.serial)),
                ("attempt", str(send.attempt)),
                ("account", account),
            ),
        )


class NoLimit:
    """Leave to send, always."""

    def take(self, creditor: str, channel: str) -> bool:
        return True


class Serial:
    """Tokens in a row: 16 characters, different each time."""

    def __init__(self) -> None:
        self._next = 0

    def __call__(self) -> str:
        self._next += 1
        return f"{self._next:016x}"


class Counters:
    """Metrics as plain counts."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def count(self, name: str, value: int = 1) -> None:
        self.counts[name] += value


class MemoryBlobs:
    """Files by key: the newest of each, and its version where one was named."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.versions: dict[str, str] = {}

    def read(self, creditor: str, key: str, version: str | None) -> Blob:
        if key not in self.files:
            raise Gone(key)
        return Blob(self.files[key], version or self.versions.get(key, "null"))

    @contextmanager
    def fetch(self, creditor: str, key: str, version: str | None, most: int) -> Iterator[Fetched]:
        blob = self.read(creditor, key, version)
        if blob.size > most:
            raise TooLarge(blob.size, most)
        yield Fetched(blob, blob.version)

    def write(self, creditor: str, key: str, body: bytes, content_type: str) -> None:
        self.files[key] = body

    @contextmanager
    def writing(self, creditor: str, key: str, content_type: str) -> Iterator[BinaryIO]:
        out = BytesIO()
        yield out
        self.write(creditor, key, out.getvalue(), content_type)


@dataclass
class SetClock:
    """A clock that stands where it was set."""

    at: int = 0

    def now(self) -> int:
        return self.at
