"""The demo's customers who agree plans and promise payments: what each of them hears, worked out by
hand from the sample's policy, if their pages say what they are made for.

What the pages really said, and that the stacks did the same, is the demo's own count.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from dunning.adapters.dynamodb import keys
from dunning.entry.offline import OF_THE_CELL, gates_of
from dunning.service.simulate import Simulation

from infra.local.demo import planners, sample_ledger
from infra.local.demo.planners import PLANNERS, Planner
from infra.local.demo.sample_ledger import FIRST_DAY, Sample
from tests.offline import play

A_WEEK_EACH = {3: (19, 26, 33), 4: (19, 26, 33, 40)}
"""Days of instalments that are chosen on day 12: the first a week after, then weekly."""
HEARS = {
    # Due on day 5: the first step on day 10, the second on day 20, the third ten days later. Three
    # days before an instalment a word, the day after a missed one another; broken three days after.
    "keeps-a-plan": {10: ["1"], 12: ["plan_agreed"], 16: ["instalment_due/1"],
                     23: ["instalment_due/2"], 30: ["instalment_due/3"],
                     34: ["instalment_missed/3"]},
    "keeps-a-plan-in-yen": {10: ["1"], 12: ["plan_agreed"], 16: ["instalment_due/1"],
                            23: ["instalment_due/2"], 30: ["instalment_due/3"]},
    "pays-a-plan-early": {10: ["1"], 12: ["plan_agreed"], 16: ["instalment_due/1"]},
    "misses-an-instalment": {10: ["1"], 12: ["plan_agreed"], 16: ["instalment_due/1"],
                             23: ["instalment_due/2"], 27: ["instalment_missed/2"], 29: ["2"],
                             39: ["3"]},
    "accepts-a-proposal": {10: ["1"], 12: ["plan_offer"], 14: ["plan_agreed"],
                           19: ["instalment_due/1"], 33: ["instalment_due/2"]},
    "declines-a-proposal": {10: ["1"], 12: ["plan_offer"], 20: ["2"], 30: ["3"]},
    "suggests-other-terms": {10: ["1"], 12: ["plan_offer"], 16: ["plan_agreed"],
                             19: ["instalment_due/1"], 26: ["instalment_due/2"],
                             33: ["instalment_due/3"], 40: ["instalment_due/4"]},
    "keeps-a-promise": {10: ["1"], 14: ["promise_reminder"]},
    "breaks-a-promise": {10: ["1"], 14: ["promise_reminder"], 18: ["promise_broken"], 20: ["2"],
                         30: ["3"]},
}  # fmt: skip


def said(one: Planner) -> Iterator[dict[str, Any]]:
    """What a customer's page would make of them, as bodies."""

    def body(day: int, **more: Any) -> dict[str, Any]:
        return {"on": on(day), "customer": one.name, "by": "customer", **more}

    def terms(days: tuple[int, ...]) -> dict[str, Any]:
        shares = planners.parts(one.total, len(days))
        text = [sum_of(one, part) for part in shares]
        listed = [{"due": on(d), "amount": t} for d, t in zip(days, text, strict=True)]
        return {"items": [{"invoice": one.invoice, "item": 1}], "instalments": listed}

    id_ = f"plan-{one.name}"
    if one.chooses:
        yield body(12, type="plan", id=id_, state="active", **terms(A_WEEK_EACH[one.chooses]))
    if one.answer == "accept":
        yield body(14, type="plan", id=id_, state="active")
    if one.answer == "decline":
        yield body(14, type="plan", id=id_, state="cancelled", reason="declined")
    if one.answer == "counter":
        # From the day of the proposal's first instalment, weekly as the policy offers.
        yield body(14, type="plan", id=id_, state="proposed", reason="counter",
                   **terms((22, 29, 36, 43)))  # fmt: skip
    if one.promises:
        promise = body(12, type="promise", id=one.name, date=on(one.promises))
        del promise["by"]
        yield {**promise, "amount": sum_of(one, one.total), "items": [{"invoice": one.invoice}]}


def on(day: int) -> str:
    return (FIRST_DAY + timedelta(days=day)).isoformat()


def sum_of(one: Planner, amount: int) -> str:
    return str(amount) if one.currency == "JPY" else f"{amount // 100}.{amount % 100:02}"


@pytest.fixture(scope="module")
def played() -> tuple[Simulation, list[dict[str, Any]]]:
    """Their days under the sample's policy and the cell's contact rules."""
    sample = Sample()
    planners.add_planners(sample)
    first = {"on": on(0), "type": "creditor", **sample_ledger.CREDITOR_SETTINGS}
    bodies = [body for _, each in sorted(sample.bodies.items()) for body in each]
    bodies += [body for one in PLANNERS for body in said(one)]
    bodies.sort(key=lambda body: str(body["on"]))
    simulation = play(sample_ledger.POLICIES, [first, *bodies], gates_of(OF_THE_CELL))
    simulation.tellings = True
    lines = [line for day in Sample().days() for line in simulation.run(day)]
    assert simulation.refused == []
    return simulation, lines


def test_each_of_them_hears_what_the_policy_says_on_its_days_and_no_more(
    played: tuple[Simulation, list[dict[str, Any]]],
) -> None:
    hears: dict[str, dict[int, list[str]]] = defaultdict(dict)
    for line in played[1]:
        number = (date.fromisoformat(line["run"]) - FIRST_DAY).days
        what = str(line.get("tells", line.get("level")))
        kind, _, rest = what.partition("/")
        mark = rest.partition("/")[0]
        told = f"{kind}/{mark}" if kind.startswith("instalment") else kind
        hears[line["customer"]].setdefault(number, []).append(told)
    assert hears == HEARS


def test_what_becomes_of_them_is_what_the_demo_counts(
    played: tuple[Simulation, list[dict[str, Any]]],
) -> None:
    ledger = played[0].stage.ledger
    records = [
        record
        for one in PLANNERS
        for record in ledger.history(
            sample_ledger.CREDITOR, keys.account(sample_ledger.CREDITOR, one.name)
        )
    ]
    found = dict(planners.rows(records))
    agreed = [one.name for one in PLANNERS if one.chooses or one.answer in ("accept", "counter")]
    planners.checked(found, agreed)
    assert found == {
        "plans agreed": 6,
        "plans declined": 1,
        "other terms suggested": 1,
        "plans kept": 5,
        "plans broken": 1,
        "promises kept": 1,
        "promises broken": 1,
        "told: instalment_due": 15,
        "told: instalment_missed": 2,
        "told: plan_agreed": 6,
        "told: plan_offer": 3,
        "told: promise_broken": 1,
        "told: promise_reminder": 2,
    }
    with pytest.raises(RuntimeError, match="plans agreed"):
        planners.checked(found, agreed[1:])


def test_all_of_it_is_within_the_days_that_are_played() -> None:
    assert max(pays.day for one in PLANNERS for pays in one.pays) < sample_ledger.DAYS - 1
    assert len({one.name for one in PLANNERS}) == len(PLANNERS)
