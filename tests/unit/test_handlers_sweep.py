"""sweep over ports in memory: nothing of the event is believed, the answer is a count.

Order and amounts are tested with the use case.
"""

import pytest
from dunning.adapters.memory.imports import MemorySteps
from dunning.adapters.memory.replans import MemoryReplannings
from dunning.adapters.rulesets import interest_ruleset
from dunning.entry import bootstrap
from dunning.service.keep_current import KeepCurrent
from dunning.service.sweep import INTERVAL, Sweep

from tests.unit.handling import Cell, Context, load, sample


def test_the_sample_enqueues_what_is_due(monkeypatch: pytest.MonkeyPatch) -> None:
    cell = Cell()
    sweep = Sweep("email", 14, cell.ledger, cell.settings, cell.channels, cell.outbox, cell.metrics)
    steps = MemorySteps()
    current = KeepCurrent(
        cell.settings, MemoryReplannings(), steps, interest_ruleset, cell.metrics, INTERVAL
    )
    monkeypatch.setattr(
        bootstrap, "sweep", lambda: bootstrap.RunSweep(lambda: None, cell.clock, (sweep,), current)
    )
    handler = load("sweep").handler
    assert handler(sample("sweep"), Context()) == {"email": 1, "replans": 0}
    assert list(cell.outbox.waiting) == [("northwind", cell.account)]
    cell.settings.rules = "of another deployment"
    assert handler({"time": "1999-01-01T00:00:00Z"}, Context()) == {"email": 0, "replans": 1}
    assert [step.creditor for step in steps.waiting] == ["northwind"]
