"""The demo's ledger, smaller, through the deployed stacks and through a simulation over the same
days: the same lines, but for the ids of notices, however the provider behaves.
"""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from dunning.domain.calendar import parse_instant
from dunning.domain.creditor import Creditor
from dunning.domain.policy_file import read_policies
from dunning.domain.reading_parties import read_creditor
from dunning.entry.offline import gates_of, stage
from dunning.service.simulations import Asked, PolicySet, Simulations

from infra.local.demo import sample_ledger
from infra.local.demo.comparing import deployed_lines, differing, feedback_bodies
from tests.cloud.conftest import MakeStage
from tests.cloud.stage import SENDER
from tests.offline import as_file

CUSTOMERS, DAYS = 24, 16
BEHAVIOURS = {
    2: "error-after-accept", 3: "bounce", 6: "throttle-2", 10: "reject", 11: "complaint",
    12: "soft-bounce", 15: "reset-before-accept",
}  # fmt: skip
"""As in the demo, by those of the few customers who are due within the days; what takes the
provider's whole time-out is left to the demo."""
LINES = 15
"""At the least; without misbehaviour there are 19."""


def test_stacks_and_simulation_tell_the_same_lines(
    on_stage: MakeStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sample_ledger, "MISBEHAVING", BEHAVIOURS)
    sample = sample_ledger.make(CUSTOMERS)
    days = list(sample.days())[:DAYS]
    cell = on_stage(sample_ledger.CREDITOR)
    settings = {**sample_ledger.CREDITOR_SETTINGS, "from": SENDER}
    day_of: dict[int, str] = {}

    def note(now: int) -> None:
        for row in cell.cloud.gate.log(after=max(day_of, default=0)):
            day_of[row["n"]] = datetime.fromtimestamp(now, UTC).date().isoformat()

    def loading(day: date) -> Any:
        def load() -> None:
            if day == days[0]:
                cell.loader.settings(settings, sample_ledger.POLICIES)
            if bodies := sample.bodies.get(day):
                assert cell.loader.bodies(f"day-{day}", bodies)["rejected"] == 0

        return load

    cell.driver.after_step = note
    cell.driver.paused_until = cell.reader.paused_until
    facts = {parse_instant(f"{day}T06:00:00Z"): loading(day) for day in days}
    cell.driver.play(facts, parse_instant(f"{days[-1]}T23:00:00Z"))

    customers = {tag: one for one, tag in cell.reader.tags(cell.creditor).items()}
    log = [row for row in cell.cloud.gate.log() if row["account"] in customers]
    played = feedback_bodies(log, day_of, customers)
    first = {"on": days[0].isoformat(), "type": "creditor", **settings}
    bodies = [body for day in days for body in sample.bodies.get(day, [])]
    file = as_file(sorted([first, *bodies, *played], key=lambda body: str(body["on"])))
    policies = PolicySet("demo", read_policies(sample_ledger.POLICIES), sample_ledger.POLICIES)
    asked = Asked(file, (policies,), tuple(days), gates_of("default"))
    simulated = list(Simulations(stage).run(asked))
    creditor: Creditor = read_creditor(settings, cell.creditor)
    deployed = list(deployed_lines(cell.reader.ledger, creditor))

    assert asked.refused == []
    assert differing(simulated, deployed) == []
    assert {row["outcome"] for row in played} == {"bounced", "complained", "rejected"}
    assert len(deployed) >= LINES
