"""sweep over ports in memory: nothing of the event is believed, the answer is a count.

Order and amounts are tested with the use case.
"""

import pytest
from dunning.entry import bootstrap
from dunning.service.sweep import Sweep

from tests.unit.handling import Cell, Context, load, sample


def test_the_sample_enqueues_what_is_due(monkeypatch: pytest.MonkeyPatch) -> None:
    cell = Cell()
    sweep = Sweep("email", 14, cell.ledger, cell.settings, cell.channels, cell.outbox, cell.metrics)
    monkeypatch.setattr(
        bootstrap, "sweep", lambda: bootstrap.RunSweep(lambda: None, cell.clock, (sweep,))
    )
    handler = load("sweep").handler
    assert handler(sample("sweep"), Context()) == {"email": 1}
    assert list(cell.outbox.waiting) == [("northwind", cell.account)]
    assert handler({"time": "1999-01-01T00:00:00Z"}, Context()) == {"email": 0}
