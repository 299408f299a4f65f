"""The search: every interleaving of a scenario's actors, breadth first, so that the first way to
break a law is also the shortest.

A state is the cell, the instant, what the provider has accepted, and where each actor stands. A
step is one call of one actor, a tick of the clock, or the end of an actor (a crash) after any of
its calls: between two calls it touches nothing that others see.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from dunning.service.ports import ChannelPaused, NotSent, Refused, Unclear

from tests.model.actors import Actors, Finished, Job, Raises, Request
from tests.model.cell import READS, Cell, Kit, Numbers

DONE = -1
"""An actor that has ended or crashed: how does not matter any more."""
LOCAL = frozenset(
    {
        "clock.now",
        "ledger.account_of_invoice",
        "channels.pause",
        "channels.paused_until",
        "channels.probe",
        "channels.resume",
    }
)
"""Calls that no other actor's can tell apart: done with the call beside them."""


class Accepted(NamedTuple):
    """A message that the provider took: the truth about sends, whatever the product knows."""

    serial: int
    attempt: int
    items: tuple[str, ...]
    address: str
    failed: bool


class State(NamedTuple):
    """One state of the whole."""

    cell: int
    instant: int
    accepted: tuple[Accepted, ...]
    actors: tuple[int, ...]
    crashes: int
    faults: int


class View(NamedTuple):
    """What guards and laws are shown of a state."""

    cell: Cell
    now: int
    accepted: tuple[Accepted, ...]
    crashes: int
    faults: int


class Step(NamedTuple):
    """What a step of an actor leaves: the cell, the actor, and a law that it broke."""

    label: str
    cell: int
    node: int
    law: str | None


Guard = Callable[[View], bool]
Law = Callable[[View], str | None]


@dataclass(frozen=True)
class Slot:
    """One actor of a scenario: its job, when it may begin, and after which equal one (a message of
    the queue is like another: which of two begins first makes no difference)."""

    job: Job
    guard: Guard = lambda view: True
    after: int | None = None
    crashable: bool = True


@dataclass(frozen=True)
class Tick:
    """An instant that the clock may move to; `alone`: only while no actor is on its way, because
    an invocation that old has been ended long since."""

    instant: int
    alone: bool = False


@dataclass(frozen=True)
class Scenario:
    """What is searched: a cell to begin with, actors, instants, and what may go wrong."""

    name: str
    cell: Cell
    slots: tuple[Slot, ...]
    ticks: tuple[Tick, ...]
    bounces: frozenset[str] = frozenset()
    """Addresses at which a message that was accepted fails."""
    refused: frozenset[str] = frozenset()
    """Addresses that the provider refuses for good."""
    faults: int = 0
    fault_kinds: tuple[str, ...] = ()
    """Of: throttle, pause, timeout_before_accept, timeout_after_accept."""
    crashes: int = 0
    kit: Kit | None = None
    """The kit of the scenario's own, where it is not the one it was made from."""


class Laws(NamedTuple):
    """The laws of a search: on every state, on a claim that was granted, and at rest."""

    always: Law
    granted: Callable[[View, Request], str | None]
    at_rest: Law


class Broken(NamedTuple):
    """A broken law and the shortest way there."""

    law: str
    way: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.law}\n      " + " ; ".join(self.way)


@dataclass
class Found:
    """What a search found: how much it saw, and which laws it broke (the shortest way each)."""

    states: int = 0
    steps: int = 0
    runs: int = 0
    broken: list[Broken] = field(default_factory=list)


class Search:
    """One breadth-first search over one scenario."""

    def __init__(self, scenario: Scenario, laws: Laws) -> None:
        self._scenario = scenario
        self._laws = laws
        self._numbers = Numbers()
        self._actors = Actors(self._numbers)
        self._cells: list[Cell] = []
        self._cell_numbers: dict[tuple[object, ...], int] = {}
        self._stepped: dict[tuple[int, int, int], Step] = {}
        self._acted: set[int] = set()
        self._checked: dict[tuple[object, ...], str | None] = {}
        self._roots = tuple(self._actors.root(slot.job) for slot in scenario.slots)
        # Every job reads the clock first, and never again.
        self._reads_clock = frozenset(self._roots)

    def run(self, limit: int = 2_000_000, stop_at_first: bool = True) -> Found:
        """Search until nothing is new, a law is broken, or the limit is reached (an error)."""
        start = State(self._number(self._scenario.cell), 0, (), self._roots, 0, 0)
        came: dict[State, tuple[State, str] | None] = {start: None}
        queue = deque([start])
        found = Found()
        laws_seen: set[str] = set()
        while queue:
            state = queue.popleft()
            law = self._law_of(state)
            new = [(law, state, ())] if law else []
            for label, after, broken in self._steps(state):
                found.steps += 1
                if broken:
                    new.append((broken, state, (label,)))
                if after not in came:
                    came[after] = (state, label)
                    queue.append(after)
            for law, where, last in new:
                if law.split(":")[0] not in laws_seen:
                    laws_seen.add(law.split(":")[0])
                    found.broken.append(Broken(law, (*_way(came, where), *last)))
            if found.broken and stop_at_first:
                break
            if len(came) > limit:
                raise RuntimeError(f"{self._scenario.name}: more than {limit} states")
        found.states, found.runs = len(came), len(self._actors)
        return found

    def _steps(self, state: State) -> Iterator[tuple[str, State, str | None]]:
        scenario = self._scenario
        view = self._view(state)
        cell, instant, accepted, actors, crashes, faults = state
        for index, slot in enumerate(scenario.slots):
            node = actors[index]
            if node == DONE:
                continue
            if node == self._roots[index]:
                if slot.after is not None and actors[slot.after] == self._roots[slot.after]:
                    continue
                if not slot.guard(view):
                    continue
            elif crashes < scenario.crashes and slot.crashable and node in self._acted:
                # Only what was done before a crash is seen by others: one after a read would be
                # the same state as one before it.
                ended = (*actors[:index], DONE, *actors[index + 1 :])
                label = f"{slot.job.name} CRASHES"
                yield label, State(cell, instant, accepted, ended, crashes + 1, faults), None
            request = self._actors.at(node)
            assert isinstance(request, Request)
            if request.name == "provider.send":
                yield from self._sends(state, index, slot, node, request)
                continue
            label, cell_then, node_then, law = self._step(cell, node, instant)
            moved = (*actors[:index], node_then, *actors[index + 1 :])
            yield label, State(cell_then, instant, accepted, moved, crashes, faults), law
        if instant + 1 < len(scenario.ticks):
            tick = scenario.ticks[instant + 1]
            if not tick.alone or not self._on_their_way(state):
                yield f"clock {instant + 1}", state._replace(instant=instant + 1), None

    def _step(self, cell: int, node: int, instant: int) -> Step:
        """One call of an actor, with the local calls before and after it: what it leaves."""
        clock = instant if node in self._reads_clock else -1
        known = self._stepped.get((cell, node, clock))
        if known is None:
            known = self._stepped[cell, node, clock] = self._made(cell, node, instant)
        return known

    def _made(self, cell: int, node: int, instant: int) -> Step:
        now = self._scenario.ticks[instant].instant
        name = self._actors.job(node).name
        calls = []
        law = None
        done = False
        while True:
            request = self._actors.at(node)
            if isinstance(request, Finished):
                if request.error:
                    law = f"RAISED: {name} let {request.error} through"
                return Step(f"{name} {'+'.join(calls)}", cell, DONE, law)
            if done and request.name not in LOCAL:
                return Step(f"{name} {'+'.join(calls)}", cell, node, law)
            if request.name == "provider.send":
                raise AssertionError("a send is never done with another call")
            calls.append(request.name.partition(".")[2])
            done = done or request.name not in LOCAL
            before = self._cells[cell]
            after, result = before.execute(request, now)
            if after is not before:
                cell = self._number(after)
            if request.name == "ledger.claim" and not isinstance(result, Raises):
                law = self._laws.granted(View(before, now, (), 0, 0), request)
            node = self._after(node, result)

    def _after(self, node: int, result: Any) -> int:
        """The node after a result; remembered if its last call was one that others can see."""
        request = self._actors.at(node)
        then = self._actors.after(node, result)
        assert isinstance(request, Request)
        if request.name not in READS and request.name != "clock.now":
            self._acted.add(then)
        return then

    def _sends(
        self, state: State, index: int, slot: Slot, node: int, request: Request
    ) -> Iterator[tuple[str, State, str | None]]:
        """What the provider may do with a message."""
        scenario = self._scenario
        message = request.args[1]
        tags = dict(message.tags)
        taken = Accepted(
            int(tags["serial"]),
            int(tags["attempt"]),
            tuple(tags["items"].split(",")),
            message.to,
            message.to in scenario.bounces,
        )
        name = slot.job.name

        def after(what: str, result: Any, *, accepted: bool, fault: bool) -> Any:
            then = self._after(node, result)
            if isinstance(self._actors.at(then), Finished):
                then = DONE
            actors = (*state.actors[:index], then, *state.actors[index + 1 :])
            moved = state._replace(actors=actors, faults=state.faults + fault)
            if accepted:
                moved = moved._replace(accepted=tuple(sorted((*moved.accepted, taken))))
            return f"{name} SEND {what} {taken.serial}.{taken.attempt}", moved, None

        if message.to in scenario.refused:
            yield after("refused", Raises(Refused, ("bad_address",)), accepted=False, fault=False)
            return
        yield after("accepted", "message-id", accepted=True, fault=False)
        if state.faults >= scenario.faults:
            return
        for kind in scenario.fault_kinds:
            error = {"throttle": NotSent, "pause": ChannelPaused}.get(kind, Unclear)
            raised = Raises(error, (kind,))
            yield after(kind, raised, accepted=kind == "timeout_after_accept", fault=True)

    def _number(self, cell: Cell) -> int:
        key = cell.key(self._numbers)
        number = self._cell_numbers.get(key)
        if number is None:
            number = self._cell_numbers[key] = len(self._cells)
            self._cells.append(cell)
        return number

    def _on_their_way(self, state: State) -> bool:
        return any(
            node not in (DONE, root) for node, root in zip(state.actors, self._roots, strict=True)
        )

    def _view(self, state: State) -> View:
        return View(
            self._cells[state.cell],
            self._scenario.ticks[state.instant].instant,
            state.accepted,
            state.crashes,
            state.faults,
        )

    def _law_of(self, state: State) -> str | None:
        at_rest = not self._on_their_way(state)
        shown = (state.cell, state.instant, state.accepted, state.crashes, state.faults)
        law = self._checked_law("always", shown, self._laws.always, state)
        if law is None and at_rest:
            law = self._checked_law("at rest", shown, self._laws.at_rest, state)
        return law

    def _checked_law(self, when: str, shown: tuple[object, ...], law: Law, state: State) -> Any:
        key = (when, *shown)
        if key not in self._checked:
            self._checked[key] = law(self._view(state))
        return self._checked[key]


def _way(came: dict[State, tuple[State, str] | None], state: State) -> tuple[str, ...]:
    labels = []
    step = came[state]
    while step is not None:
        labels.append(step[1])
        step = came[step[0]]
    return tuple(reversed(labels))
