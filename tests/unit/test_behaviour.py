"""How a customer has paid, and the tone that follows: what counts, the months, the thresholds."""

from dataclasses import replace
from datetime import date

import pytest
from dunning.domain.behaviour import (
    FIRM,
    FRIENDLY,
    NEUTRAL,
    USUAL,
    Behaviour,
    Count,
    Paid,
    kept,
    month_of,
    over,
    paid,
)
from dunning.domain.invoice import DueItem, Invoice, Settled
from dunning.domain.policy import Policy, Step
from dunning.domain.policy_file import read_policies, read_policy_file
from dunning.domain.policy_nodes import PolicyFileError

from tests.offline import Body, customer, invoice, payment, play, policy, run
from tests.unit.deciding import account, item, rules, sent
from tests.unit.deciding import at as noon

DUE = date(2026, 3, 31)
TODAY = date(2026, 11, 22)
HERE = month_of(TODAY)


def settled(late: int, settled: int) -> dict[int, Count]:
    """A record of so many late ones among so many, all of last month."""
    return {HERE - 1: Count(settled, late)}


def document(*paid_on: date | None, due: date = DUE, kind: str = "invoice") -> Invoice:
    """A settled document, an item for each day of payment (None: something else settled it)."""
    items = tuple(DueItem(due, 100) for _ in paid_on)
    marks = {n: Settled(TODAY, paid=day) for n, day in enumerate(paid_on, 1)}
    return Invoice("I1", "EUR", kind, date(2026, 3, 1), items, settled=marks)


@pytest.mark.parametrize(
    ("late", "of", "manner"),
    [
        (0, 0, NEUTRAL), (2, 2, NEUTRAL), (0, 2, NEUTRAL),  # fewer than three: nothing is concluded
        (0, 3, FRIENDLY), (3, 3, FIRM),
        (24, 100, FRIENDLY), (25, 100, NEUTRAL), (1, 4, NEUTRAL), (1, 5, FRIENDLY),
        (50, 100, NEUTRAL), (2, 4, NEUTRAL), (51, 100, FIRM), (3, 5, FIRM),
    ],
)  # fmt: skip
def test_f12_tone_by_behaviour(late: int, of: int, manner: str) -> None:
    """Fewer than 3 settled invoices neutral; under 25 % late friendly; 25-50 % neutral; over 50 %
    firm."""
    standing = USUAL.standing(settled(late, of), TODAY)
    assert standing == (manner, of, late, 12)


def test_thresholds_are_the_policys_own() -> None:
    strict = Behaviour(months=6, least_settled=1, friendly_below=0, firm_above=0)
    assert strict.standing(settled(0, 1), TODAY).manner == NEUTRAL, "not below 0 percent"
    assert strict.standing(settled(1, 40), TODAY).manner == FIRM
    assert strict.standing({}, TODAY).manner == NEUTRAL


def test_twelve_months_are_the_running_one_and_the_eleven_before_it() -> None:
    record = {HERE - 12: Count(64, 64), HERE - 11: Count(2, 1), HERE: Count(1, 1)}
    assert over(record, TODAY, 12) == Count(3, 2)
    assert over(record, TODAY, 1) == Count(1, 1)
    assert over(record, date(2026, 12, 1), 12) == Count(1, 1), "December leaves last December out"
    assert over({HERE + 1: Count(1, 0)}, TODAY, 12) == Count(), "what counts from a coming month"


def test_an_invoice_is_late_the_day_after_its_last_item_was_due() -> None:
    first, last = date(2026, 2, 28), date(2026, 3, 31)
    both = document(first, last)
    items = (DueItem(first, 100), DueItem(last, 100))
    in_time = Invoice("I1", "EUR", "invoice", first, items, settled=both.settled)
    assert paid(in_time) == Paid(last, last)
    assert not Paid(last, last).late
    assert Paid(date(2026, 4, 1), last).late
    assert paid(document(date(2026, 4, 1), first)) == Paid(date(2026, 4, 1), DUE)


@pytest.mark.parametrize(
    "one",
    [
        document(None),
        document(DUE, None),
        document(),
        document(DUE, kind="charge"),
        replace(document(DUE, DUE), settled={1: Settled(DUE, paid=DUE)}),
    ],
    ids=["credited", "half credited", "of nothing", "a charge", "half open"],
)  # fmt: skip
def test_what_does_not_count(one: Invoice) -> None:
    assert paid(one) is None


def test_a_record_keeps_twelve_months_and_a_year_ahead() -> None:
    months = range(HERE - 30, HERE + 30)
    record = kept({}, [(month, Count(1, 0)) for month in months], TODAY)
    assert sorted(record) == list(range(HERE - 11, HERE + 13))
    later = kept(record, [(HERE - 5, Count(-1, 0))], date(2027, 1, 1))
    assert sorted(later) == [*range(HERE - 9, HERE - 5), *range(HERE - 4, HERE + 13)]


def test_what_is_not_kept_any_more_is_not_taken_off_either() -> None:
    assert kept({}, [(HERE, Count(-1, -1))], TODAY) == {}
    assert kept({HERE: Count(1, 0)}, [(HERE - 12, Count(-1, -1))], TODAY) == {HERE: Count(1, 0)}


STEPS = """
{level: 1, after_due: {days: 1}, channels: [email], tone: friendly}
{level: 2, after_due: {days: 10}, channels: [email], tone: by_behaviour}
{level: 3, after_due: {days: 20}, channels: [email], tone: {friendly: friendly, neutral: formal, firm: formal}}
"""  # noqa: E501


@pytest.mark.parametrize(
    ("late", "tones"),
    [
        (0, ["friendly", "friendly", "friendly"]),
        (1, ["friendly", "persuasive", "formal"]),
        (4, ["friendly", "formal", "formal"]),
    ],
)
def test_a_step_speaks_in_the_tone_of_the_manner_it_names(late: int, tones: list[str]) -> None:
    (read,) = read_policies(policy(STEPS))
    record = settled(late, 4)
    assert [read.tone_of(step, record, TODAY)[0] for step in read.ladder] == tones
    assert read.tone_of(read.ladder[0], record, TODAY)[1] is None
    standing = read.tone_of(read.ladder[1], record, TODAY)[1]
    assert standing
    assert standing.sentence.endswith(f"of 4 invoices paid within 12 months {late} late")


def test_a_decision_says_what_its_tone_follows_from() -> None:
    (read,) = read_policies(policy("{level: 1, after_due: {days: 1}, channels: [email], tone: by_behaviour}"))  # fmt: skip  # noqa: E501
    found = sent(account(item()), noon(5), rules(read))
    assert (found.tone, found.standing) == ("persuasive", (NEUTRAL, 0, 0, 12))
    plain = sent(account(item()), noon(5), rules(Policy("std", (Step(1, after_due=1),))))
    assert plain.standing is None


def test_the_months_are_those_of_the_day_of_the_notice() -> None:
    (read,) = read_policies(policy("{level: 1, after_due: {days: 1}, channels: [email], tone: by_behaviour}"))  # fmt: skip  # noqa: E501
    state = account(item(due=date(2026, 1, 30)))
    month = month_of(date(2025, 2, 1))
    state = replace(state, head=replace(state.head, behaviour={month: Count(3, 3)}))
    assert sent(state, noon(date(2026, 1, 31)), rules(read)).tone == "formal"
    assert sent(state, noon(date(2026, 2, 1)), rules(read)).tone == "persuasive"


def told(text: str) -> list[str]:
    """What a file with these lines under its policy is told."""
    with pytest.raises(PolicyFileError) as refused:
        read_policies(text)
    return [str(problem) for problem in refused.value.problems]


def test_thresholds_that_cannot_be_are_refused_with_line_and_mend() -> None:
    step = "{level: 1, after_due: {days: 1}, channels: [email], tone: by_behaviour}"
    assert told(policy(step, more="behaviour: {months: 13, least_settled: 0}")) == [
        "line 3: least_settled: '0' is not a whole number from 1 to 1000",
        "line 3: months: '13' is not a whole number from 1 to 12",
    ]
    (said,) = told(policy(step, more="behaviour: {friendly_below: 60}"))
    assert said == (
        "line 3: friendly_below: a share of late invoices would be below 60 and above 50 percent"
        " at once; let friendly_below be at most firm_above"
    )
    assert told(policy(step, more="behaviour: {firm_over: 60}")) == [
        "line 3: firm_over: behaviour has no such key; did you mean 'firm_above'?"
    ]
    assert told(policy(step, more="behaviour: {firm_above: 5.5}")) == [
        "line 3: firm_above: '5.5' is not a whole number from 0 to 100"
    ]
    assert told(policy(step, more="behaviour:")) == [
        "line 3: behaviour: give the thresholds, as {friendly_below: 25, firm_above: 50}"
    ]


def test_percent_signs_are_taken() -> None:
    step = "{level: 1, after_due: {days: 1}, channels: [email], tone: by_behaviour}"
    (read,) = read_policies(policy(step, more="behaviour: {friendly_below: 10 %, firm_above: 60%}"))
    assert read.behaviour == Behaviour(friendly_below=10, firm_above=60)


@pytest.mark.parametrize(
    ("tone", "said"),
    [
        ("by_behavior", "tone: 'by_behavior' is no such tone; did you mean 'by_behaviour'?"),
        (
            "{friendly: friendly, firm: formal}",
            "neutral: all three are to be said; add neutral: persuasive",
        ),
        (
            "{friendly: friendly, neutral: strict, firm: formal}",
            "neutral: 'strict' is no such tone; known are: formal, friendly, persuasive",
        ),
        (
            "{good: friendly, neutral: formal, firm: formal}",
            "good: tone has no such key; known are: firm, friendly, neutral",
        ),
    ],
)
def test_a_tone_by_behaviour_that_cannot_be_is_refused(tone: str, said: str) -> None:
    step = f"{{level: 1, after_due: {{days: 1}}, channels: [email], tone: {tone}}}"
    assert told(policy(step)) == [f"line 4: {said}"]


def late_payer(count: int, late: int) -> list[Body]:
    """A customer who has paid so many invoices, of which the first ones late, and owes another."""
    bodies: list[Body] = [customer()]
    for number in range(count):
        bodies.append(invoice(f"P{number}", "2026-01-31"))
        on = "2026-02-10" if number < late else "2026-01-31"
        bodies.append(
            payment(
                f"p{number}",
                on,
                "100.00",
                allocations=[{"invoice": f"P{number}", "amount": "100.00"}],
            )
        )
    return [*bodies, invoice("A", "2026-03-31", on="2026-03-01")]


@pytest.mark.parametrize(
    ("count", "late", "tone"),
    [
        (2, 2, "persuasive"), (3, 0, "friendly"), (4, 1, "persuasive"), (5, 1, "friendly"),
        (4, 2, "persuasive"), (3, 2, "formal"),
    ],
)  # fmt: skip
def test_a_ledger_says_in_which_tone_its_customers_are_reminded(
    count: int, late: int, tone: str
) -> None:
    step = "{level: 1, after_due: {days: 1}, channels: [email], tone: by_behaviour}"
    simulation = play(policy(step), late_payer(count, late))
    (line,) = run(simulation, "2026-04-01")
    assert (line["invoice"], line["tone"]) == ("A", tone)
    assert f" of {count} invoices paid within 12 months {late} late" in line["tone_because"]
    send = simulation.stage.recorder.last
    assert send
    assert send.tone == tone
    standing = send.standing
    assert standing
    assert (standing.settled, standing.late) == (count, late)


def test_thresholds_that_no_step_asks_for_are_warned_about() -> None:
    plain = "{level: 1, after_due: {days: 1}, channels: [email], tone: formal}"
    (warning,) = read_policy_file(policy(plain, more="behaviour: {firm_above: 60}")).warnings
    assert str(warning) == (
        "line 2: behaviour: no step of standard asks how the customer has paid; write tone:"
        " by_behaviour in those that should, or drop this"
    )
    asks = plain.replace("formal", "by_behaviour")
    assert read_policy_file(policy(asks, more="behaviour: {firm_above: 60}")).warnings == ()
