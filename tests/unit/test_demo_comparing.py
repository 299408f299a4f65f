"""Whether deployed stacks and simulation agree: a ledger that both played has no differing line,
and each kind of difference is found.
"""

from datetime import date
from typing import Any

import pytest
from dunning.domain.creditor import Creditor
from dunning.service.simulate import Simulation, days_between

from infra.local.demo.comparing import deployed_lines, differing
from tests.offline import customer, invoice, ladder, payment, play

Lines = list[dict[str, Any]]
DAYS = list(days_between(date(2026, 2, 1), date(2026, 3, 10)))


def played() -> tuple[Simulation, Lines]:
    """A ledger played to its end, and the lines of it; its histories stand for a cell's."""
    bounce = {
        "on": "2026-02-06", "type": "feedback", "id": "f", "customer": "c2", "channel": "email",
        "address": "a@example.com", "outcome": "bounced",
    }  # fmt: skip
    simulation = play(
        ladder(1, 10, 20),
        [
            customer("c1"),
            customer("c2", email=["a@example.com", "b@example.com"], time_zone="Asia/Tokyo"),
            invoice("A", "2026-02-01", items=[
                {"due": "2026-02-01", "amount": "10.00"}, {"due": "2026-02-20", "amount": "5.00"},
            ]),
            invoice("B", "2026-02-05", customer="c2", currency="JPY", amount="500"),
            bounce,
            payment("p", "2026-02-15", "4", allocations=[{"invoice": "A", "amount": "4"}]),
        ],
    )  # fmt: skip
    return simulation, [line for day in DAYS for line in simulation.run(day)]


def test_the_histories_of_a_ledger_tell_the_lines_that_were_printed() -> None:
    simulation, lines = played()

    deployed = list(deployed_lines(simulation.stage.ledger, Creditor("default")))

    assert len(deployed) == len(lines) > 5
    assert differing(lines, deployed) == []


@pytest.mark.parametrize(
    ("name", "value"), [("run", "2026-02-03"), ("level", 9), ("open", "1.00"), ("channel", "voice")]
)
def test_a_line_that_says_something_else_stands_on_both_sides(name: str, value: object) -> None:
    simulation, lines = played()
    deployed = list(deployed_lines(simulation.stage.ledger, Creditor("default")))
    deployed[0] = {**deployed[0], name: value}

    found = differing(lines, deployed)

    assert sorted(one.partition(":")[0] for one in found) == ["deployed alone", "simulated alone"]


def test_a_line_that_is_missing_or_comes_twice_is_found() -> None:
    simulation, lines = played()
    deployed = list(deployed_lines(simulation.stage.ledger, Creditor("default")))

    assert [one.partition(":")[0] for one in differing(lines, deployed[1:])] == ["simulated alone"]
    assert [one.partition(":")[0] for one in differing(lines, [*deployed, deployed[0]])] == [
        "deployed alone"
    ]


def test_what_is_told_beside_the_ladder_is_compared_as_well() -> None:
    """A plan is agreed on 3 February, its one instalment announced on the 17th, and paid."""
    agreed = {
        "on": "2026-02-03", "type": "plan", "id": "pl", "customer": "c1", "state": "active",
        "items": [{"invoice": "A"}], "instalments": [{"due": "2026-02-20", "amount": "100.00"}],
    }  # fmt: skip
    bodies = [customer("c1"), invoice("A", "2026-02-01"), agreed]
    simulation = play(ladder(1, 30), [*bodies, payment("p", "2026-02-20", "100")])
    simulation.tellings = True
    lines = [line for day in DAYS for line in simulation.run(day)]
    deployed = list(deployed_lines(simulation.stage.ledger, Creditor("default")))

    assert [line.get("tells") for line in deployed] == [
        None, "plan_agreed/2026-02-03/pl", "instalment_due/1/pl",
    ]  # fmt: skip
    assert differing(lines, deployed) == []
    assert len(differing(lines, deployed[:2])) == 1
    assert len(differing(lines[:2], deployed)) == 1
    other = [*deployed[:2], {**deployed[2], "run": "2026-02-18"}]
    assert len(differing(lines, other)) == 2
