"""The guard of a cell's experiments, once a day: what loses is stopped once, a book that does not
fit into the time is not judged at all, and one creditor's trouble is no other's.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

import pytest
from dunning.domain.calendar import parse_instant
from dunning.domain.policy import Rulebook
from dunning.entry import bootstrap
from dunning.service.guard_experiments import SECONDS_TO_END, GuardExperiments
from dunning.service.simulate import Simulation, days_between

from tests.offline import play, policy
from tests.unit.handling import Cell, Context, load, sample
from tests.unit.test_experiment_reports import GUARDED, losing

MORNING = parse_instant("2026-03-01T03:17:00Z")
DAY = 86_400


@dataclass
class Counts:
    counted: dict[str, int] = field(default_factory=dict)

    def count(self, name: str, value: int = 1) -> None:
        self.counted[name] = self.counted.get(name, 0) + value


@dataclass
class Several:
    """The settings of the played creditor among others that have none, or cannot be read."""

    simulation: Simulation
    names: tuple[str, ...] = ("default",)
    broken: str = ""
    asked: list[str] = field(default_factory=list)

    def creditors(self) -> tuple[str, ...]:
        return self.names

    def rulebook(self, creditor: str) -> Rulebook | None:
        self.asked.append(creditor)
        if creditor == self.broken:
            raise LookupError(creditor)
        return self.simulation.rulebook(creditor) if creditor == "default" else None

    def stop_variant(self, creditor: str, stopped: object) -> bool:
        return bool(self.simulation.stage.settings.stop_variant(creditor, stopped))  # type: ignore[arg-type]


def played(guarded: str = GUARDED) -> Simulation:
    simulation = play(policy(guarded), losing(60))
    for day in days_between(date(2026, 2, 1), date(2026, 3, 1)):
        list(simulation.run(day))
    return simulation


def guard(settings: Several) -> tuple[GuardExperiments, Counts]:
    counts = Counts()
    return GuardExperiments(settings.simulation.stage.ledger, settings, counts), counts  # type: ignore[arg-type]


def plenty() -> float:
    return 900.0


def test_what_loses_is_stopped_once_and_a_person_told() -> None:
    settings = Several(played())
    guards, counts = guard(settings)
    assert guards.run(MORNING, plenty) == {"looked": 1, "stopped": 1, "unread": 0}
    assert counts.counted == {"VariantStopped": 1}
    (task,) = settings.simulation.stage.ledger.tasks("default")
    assert (task.id, task.at) == ("variant-summer-firm", MORNING)
    assert guards.run(MORNING + DAY, plenty) == {"looked": 1, "stopped": 0, "unread": 0}
    assert counts.counted == {"VariantStopped": 1}


def test_a_book_that_does_not_fit_into_the_time_is_not_judged_by_what_was_read() -> None:
    settings = Several(played())
    guards, counts = guard(settings)

    def running_out() -> Iterator[float]:
        yield from (900.0,) * 50  # of sixty accounts
        while True:
            yield SECONDS_TO_END - 1

    left = running_out()
    found = guards.run(MORNING, lambda: next(left))
    assert found == {"looked": 0, "stopped": 0, "unread": 1}
    assert counts.counted == {"ExperimentsUnread": 1}
    assert not [*settings.simulation.stage.ledger.tasks("default")]


def test_an_experiment_without_a_guard_is_not_read() -> None:
    settings = Several(played(GUARDED.replace("guard: {customers: 10}", "guard: none")))
    guards, counts = guard(settings)
    assert guards.run(MORNING, plenty) == {"looked": 0, "stopped": 0, "unread": 0}
    assert counts.counted == {}


def test_settings_that_cannot_be_read_keep_nobody_waiting_and_are_told() -> None:
    settings = Several(played(), ("broken", "default"), broken="broken")
    guards, counts = guard(settings)
    for day in (0, 1):  # whoever begins
        with pytest.raises(LookupError, match="broken"):
            guards.run(MORNING + day * DAY, plenty)
    assert counts.counted == {"VariantStopped": 1}


def test_another_creditor_begins_on_each_day() -> None:
    settings = Several(played(), ("a", "b", "c"))
    guards, _ = guard(settings)
    for day in range(3):
        guards.run(MORNING + day * DAY, plenty)
    assert sorted(settings.asked[::3]) == ["a", "b", "c"]
    assert sorted(settings.asked[:3]) == ["a", "b", "c"]


def test_the_sample_event_is_answered_with_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    cell = Cell()
    guards = GuardExperiments(cell.ledger, cell.settings, cell.metrics)
    made = bootstrap.GuardAll(lambda: None, cell.clock, guards)
    monkeypatch.setattr(bootstrap, "experiments", lambda: made)
    handler = load("guard_experiments").handler
    expected = {"looked": 0, "stopped": 0, "unread": 0}
    assert handler(sample("guard_experiments"), Context()) == expected
