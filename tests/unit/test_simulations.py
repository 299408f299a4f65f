"""What a simulation comes to, what another policy would do otherwise, and what one may ask for."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest
from dunning.domain.gates import DefaultGates, OpenGates
from dunning.domain.ledger import LedgerError
from dunning.domain.policy_file import read_policies
from dunning.entry.offline import stage
from dunning.service.simulate import Simulation, days_between
from dunning.service.simulations import Asked, Limits, PolicySet, Simulations

from infra.local.demo import sample_ledger
from tests.offline import as_file, customer, invoice, ladder, payment, policy

FEBRUARY = tuple(days_between(date(2026, 2, 1), date(2026, 2, 28)))
Lines = list[dict[str, Any]]


def asked(bodies: Iterable[dict[str, Any]], *texts: str, **more: Any) -> Asked:
    sets = tuple(PolicySet(f"P{n}", read_policies(text), text) for n, text in enumerate(texts, 1))
    more = {"days": FEBRUARY, "gates": OpenGates(), **more}
    return Asked(file=as_file(bodies), sets=sets, **more)


def run(bodies: Iterable[dict[str, Any]], *texts: str, **more: Any) -> Lines:
    return list(Simulations(stage).run(asked(bodies, *texts, **more)))


def summary(bodies: Iterable[dict[str, Any]], text: str, **more: Any) -> dict[str, Any]:
    return run(bodies, text, summary=True, **more)[-1]


TWO = [
    customer("c1"),
    customer("c2"),
    invoice("A", "2026-02-01"),
    invoice("B", "2026-02-03"),
    invoice("C", "2026-02-05", customer="c2"),
    payment(
        "p", "2026-02-08", "100", allocations=[{"invoice": "C", "amount": "100"}], customer="c2"
    ),
]


def test_a_summary_counts_notices_items_by_level_and_days() -> None:
    found = summary(TWO, ladder(1, 10))

    # A: 2 and 11 February; B: 4 and 13; C: the 6th, and paid before the second.
    assert (found["summary"], found["runs"]) == ("P1", 28)
    assert (found["first_run"], found["last_run"]) == ("2026-02-01", "2026-02-28")
    assert (found["notices"], found["notices_by_channel"], found["calls"]) == (5, {"email": 5}, 0)
    assert (found["items"], found["items_by_level"]) == (3, {"1": 3, "2": 2})
    assert found["contacts_per_customer"] == {"mean": 2.5, "most": 4, "customers": {"1": 1, "4": 1}}
    assert (found["customers"], found["reached"]) == (2, 2)
    assert found["never_reached"] == {"customers": 0, "why": {}, "some": []}
    assert found["days_late_at_first_notice"] == {"least": 1, "median": 1, "most": 1}
    spans = found["first_to_last_days"]
    assert spans["items"] == {"least": 0, "median": 9, "most": 9}
    assert spans["customers"] == {"least": 0, "median": 5.5, "most": 11}
    assert found["charges"] == {"EUR": {"fee": "0.00", "interest": "0.00", "announced": "0.00"}}


def test_what_is_told_beside_the_ladder_is_counted_by_its_kind_and_has_lines_if_asked_for() -> None:
    agreed = {
        "on": "2026-02-03", "type": "plan", "id": "pl", "customer": "c1", "state": "active",
        "items": [{"invoice": "A"}], "instalments": [{"due": "2026-02-20", "amount": "100.00"}],
    }  # fmt: skip
    bodies = [customer(), invoice("A", "2026-02-01"), agreed]
    found = summary(bodies, ladder(1, 10))
    # Reminded on the 2nd; the plan is agreed on the 3rd, its instalment announced on the 17th and
    # missed on the 21st; broken on the 23rd, with the second reminder.
    assert found["told"] == {"instalment_due": 1, "instalment_missed": 1, "plan_agreed": 1}
    assert (found["notices"], found["contacts"]) == (2, 5)
    plain, shown = run(bodies, ladder(1, 10)), run(bodies, ladder(1, 10), tellings=True)
    assert [line["run"] for line in plain] == ["2026-02-02", "2026-02-23"]
    assert [line for line in shown if "tells" not in line] == plain
    assert len(shown) == 5
    assert summary(bodies, ladder(1, 10, more="tell: no"))["told"] == {}


def test_calls_and_tries_after_a_bounce_are_contacts_and_no_further_notices() -> None:
    bounced = {
        "on": "2026-02-02", "type": "feedback", "id": "f", "customer": "c1", "channel": "email",
        "address": "a@example.com", "outcome": "bounced",
    }  # fmt: skip
    bodies = [
        customer(email=["a@example.com", "b@example.com"], phone="+49 30 123456"),
        invoice("A", "2026-02-01"),
        bounced,
    ]
    steps = policy(
        """{level: 1, after_due: {days: 1}, channels: [email]}
        {level: 2, after_due: {days: 9}, channels: [voice]}"""
    )

    found = summary(bodies, steps)

    assert (found["notices"], found["notices_by_channel"]) == (2, {"email": 1, "voice": 1})
    assert (found["calls"], found["contacts"]) == (1, 3)


def test_who_owes_and_never_hears_is_counted_with_the_reason() -> None:
    bodies = [
        *TWO,
        customer("c3", email=None),
        invoice("D", "2026-02-01", customer="c3"),
        customer("c4"),
        invoice("E", "2026-03-20", customer="c4"),  # not past due in February: not counted
    ]

    found = summary(bodies, ladder(1))

    assert (found["customers"], found["reached"]) == (3, 2)
    assert found["never_reached"] == {
        "customers": 1,
        "why": {"NO_USABLE_ADDRESS": 1},
        "some": ["c3"],
    }


def test_items_that_are_handed_over_are_counted() -> None:
    text = policy(
        "{level: 1, after_due: {days: 1}, channels: [email],"
        " then: {hand_over: {after: {days: 14}, scope: items}}}"
    )

    found = summary([customer(), invoice("A", "2026-02-01"), invoice("B", "2026-02-25")], text)

    # A is told of on the 2nd, and nothing follows for 14 days; B's 14 days end in March.
    assert (found["items"], found["handed_over"]) == (2, 1)
    assert summary(TWO, ladder(1))["handed_over"] == 0


def test_charges_are_summed_by_currency_and_compared() -> None:
    fee = policy(
        """{level: 1, after_due: {days: 1}, channels: [email]}
        {level: 2, after_due: {days: 5}, channels: [email], fee: {EUR: "5.00"}}"""
    )
    bodies = [customer(), invoice("A", "2026-02-01"), customer("c2")]
    bodies += [invoice("B", "2026-02-01", customer="c2")]

    lines = run(bodies, ladder(1, 5), fee)

    nothing = {"fee": "0.00", "interest": "0.00", "announced": "0.00"}
    summaries = [line for line in lines if "summary" in line]
    assert [one["charges"] for one in summaries] == [
        {"EUR": nothing},
        {"EUR": {**nothing, "fee": "10.00"}},
    ]
    assert lines[-1]["charges"]["EUR"]["fee"] == {
        "first": "0.00", "second": "10.00", "more": "10.00",
    }  # fmt: skip


def test_what_held_back_most_counts_past_due_items_on_each_run() -> None:
    bodies = [customer(), invoice("A", "2026-02-20")]

    found = summary(bodies, ladder(5))

    # The 21st to the 24th; on the 25th it is told of, and then the ladder is done until the 28th.
    assert {one["reason"]: one["item_runs"] for one in found["held_back"]} == {
        "STEP_NOT_DUE": 4,
        "LADDER_DONE": 3,
    }
    assert [one["item_runs"] for one in found["held_back"]] == [4, 3]
    assert all(one["sentence"] for one in found["held_back"])


def test_charges_are_not_among_what_was_held_back() -> None:
    bodies = [customer(), invoice("A", "2026-02-20")]
    fee = policy("{level: 1, after_due: {days: 5}, channels: [email], fee: {EUR: 5}}")

    found = summary(bodies, fee)

    # As without the fee: four days of waiting for the step, and three with the ladder done.
    assert {one["reason"]: one["item_runs"] for one in found["held_back"]} == {
        "STEP_NOT_DUE": 4,
        "LADDER_DONE": 3,
    }
    explained = [one for one in run(bodies, fee, explain=True) if "reasons" in one]
    charges = [one["reasons"] for one in explained if one["invoice"].startswith("charge:")]
    assert len(charges) == 4, "from the 25th, the day of the notice, to the 28th"
    assert all(one == ["CHARGE_LISTED"] for one in charges)


@pytest.mark.parametrize("seed", range(4))
def test_what_waits_is_told_the_same_however_it_was_found(seed: int) -> None:
    """For a summary lines are kept from day to day: the first reason of fresh ones is the same."""

    def first_reasons(lines: Iterable[dict[str, Any]]) -> list[tuple[Any, ...]]:
        return [
            (
                x["run"],
                x["customer"],
                x["invoice"],
                x["item"],
                x["level"],
                x["open"],
                *x["reasons"][:1],
            )
            for x in lines
            if x["due"] < x["run"]
        ]

    sample = sample_ledger.make(40, seed)
    days = tuple(sample.days())
    bodies = [{"on": days[0].isoformat(), "type": "creditor", **sample_ledger.CREDITOR_SETTINGS}]
    bodies += [body for day in days for body in sample.bodies.get(day, [])]
    more = """send_days: [monday, tuesday, wednesday]
        calendar: customer
        minimum: {amount: {EUR: "900.00", USD: "900.00"}, percent: 30}
        min_interval: {days: 9}
        max_notices: 2
        grace: {days: 4}"""
    for text in (sample_ledger.POLICIES, ladder(-2, 3, 12, more=more)):
        policies = read_policies(text)
        kept, fresh = (
            Simulation(stage(DefaultGates()), as_file(bodies), policies, text) for _ in range(2)
        )
        for day in days:
            assert list(kept.run(day)) == list(fresh.run(day))
            found = first_reasons(kept.not_reminded(day, past_due=True))
            assert found == first_reasons(fresh.not_reminded(day))


def test_lines_are_those_of_the_contract_unless_more_is_asked_for() -> None:
    plain = run(TWO, ladder(1, 10))

    assert not any({"summary", "difference", "comparison", "policies"} & set(x) for x in plain)
    assert run(TWO, ladder(1, 10), summary=True)[:-1] == plain


def test_asking_twice_or_for_the_same_day_twice_changes_nothing() -> None:
    simulations, text = Simulations(stage), ladder(1, 10)
    once = list(simulations.run(asked(TWO, text, summary=True)))

    assert list(simulations.run(asked(TWO, text, summary=True))) == once
    again = asked(TWO, text, summary=True, days=(*reversed(FEBRUARY), *FEBRUARY))
    assert list(simulations.run(again)) == once


def changes(lines: Lines, of: str) -> dict[str, tuple[list[str], int | None]]:
    named = {"customer": "customer", "item": "invoice"}[of]
    return {x[named]: (x["change"], x["days"]) for x in lines if x.get("difference") == of}


def test_a_comparison_says_who_hears_earlier_later_more_and_less() -> None:
    lines = run(TWO, ladder(1, 10), ladder(5))

    assert changes(lines, "item") == {
        "A": (["later", "less", "milder"], 4),
        "B": (["later", "less", "milder"], 4),
        "C": (["only_first"], None),
    }
    assert changes(lines, "customer") == {
        "c1": (["later", "less", "milder"], 4),
        "c2": (["only_first"], None),
    }
    told = lines[-1]
    assert told["comparison"] == ["P1", "P2"]
    assert told["notices"] == {"first": 5, "second": 2, "more": -3}
    assert (told["items"]["later"], told["items"]["only_first"], told["items"]["same"]) == (2, 1, 0)
    back = run(TWO, ladder(5), ladder(1, 10))
    assert changes(back, "item")["A"] == (["earlier", "more", "firmer"], -4)
    assert changes(back, "customer")["c2"] == (["only_second"], None)


def test_the_same_policy_compared_with_itself_differs_in_nothing() -> None:
    lines = run(TWO, ladder(1, 10), ladder(1, 10))

    assert not any("difference" in line for line in lines)
    assert lines[-1]["items"]["same"] == 3
    assert {**lines[-3], "summary": "P2"} == lines[-2]


@pytest.mark.parametrize(
    ("limits", "field", "figure"),
    [
        (Limits(bodies=5), "ledger", "6 bodies"),
        (Limits(days=27), "runs", "28 days"),
        (Limits(item_days=83), "runs", "84 due items times days"),
    ],
)
def test_more_than_the_limits_is_refused_before_the_first_line(
    limits: Limits, field: str, figure: str
) -> None:
    with pytest.raises(LedgerError) as refused:
        Simulations(stage, limits).run(asked(TWO, ladder(1)))

    assert (refused.value.code, refused.value.field) == ("simulation_too_large", field)
    assert figure in str(refused.value)


def test_what_is_just_within_the_limits_is_played() -> None:
    limits = Limits(bodies=6, days=28, item_days=84)

    assert len(list(Simulations(stage, limits).run(asked(TWO, ladder(1))))) == 3


def test_rows_that_the_ledger_refuses_are_told_once() -> None:
    refused = asked(
        [*TWO, {"on": "2026-02-02", "type": "reversal", "id": "r", "of": "none"}], ladder(1)
    )

    list(Simulations(stage).run(refused))

    assert [row for row, _ in refused.refused] == [7]
