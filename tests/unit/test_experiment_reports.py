"""What experiments have shown: intervals as published, evidence that holds however often one looks,
and the guard, over a ledger and over a cell's.
"""

import json
import random
from datetime import date, timedelta
from itertools import product
from math import comb, exp
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from dunning.adapters.memory.cell import SetClock
from dunning.adapters.memory.ledger import MemoryLedger
from dunning.domain.account import Said
from dunning.domain.calendar import parse_instant
from dunning.domain.experiments import Experiment, Guard, Variant, variant_of
from dunning.domain.history import Attempt
from dunning.domain.identity import ItemRef
from dunning.domain.reports.evidence import ODDS, Block, _factor, evidence
from dunning.domain.reports.experiments import Arm, Change, Outcome, compared, outcomes, stopping
from dunning.domain.reports.proportions import newcombe, wilson
from dunning.entry.cli import app, experiments
from dunning.service.experiment_reports import Guarding, find, rows_of
from dunning.service.report_book import Book
from dunning.service.simulate import days_between
from typer.testing import CliRunner

from tests.offline import Body, customer, invoice, payment, play, policy
from tests.unit.test_experiments import EXPERIMENT, TRIED

DAY = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        # Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilsons_interval_is_the_published_one(
    successes: int, trials: int, low: float, high: float
) -> None:
    assert tuple(wilson(successes, trials)) == pytest.approx((low, high), abs=0.00005)


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        # Newcombe, Statistics in Medicine 17 (1998) 873-890, table II, method 10.
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0000),
        ((10, 10), (0, 10), 0.6075, 1.0000),
    ],
)
def test_newcombes_interval_is_the_published_one(
    one: tuple[int, int], other: tuple[int, int], low: float, high: float
) -> None:
    assert tuple(newcombe(*one, *other)) == pytest.approx((low, high), abs=0.00005)


def test_nothing_counted_leaves_everything_possible() -> None:
    assert tuple(wilson(0, 0)) == (0, 1)
    assert tuple(newcombe(0, 0, 5, 10)) == (-1, 1)


def days(
    draw: random.Random, sizes: tuple[int, int], shares: list[tuple[float, float]]
) -> list[Block]:
    """A block a day: so many customers of control and variant, of whom such shares pay."""
    found = []
    for control, variant in shares:
        paid = [
            sum(draw.random() < share for _ in range(size))
            for size, share in zip(sizes, (control, variant), strict=True)
        ]
        found.append(Block(sizes[0], paid[0], sizes[1], paid[1]))
    return found


SEASONS = [0.7 if day % 14 < 7 else 0.15 for day in range(60)]
"""The share that pays changes from week to week, for both alike."""


@pytest.mark.parametrize(
    ("sizes", "shares"),
    [
        ((10, 10), [(0.5, 0.5)] * 60),
        ((10, 10), [(0.1, 0.1)] * 60),
        ((18, 2), [(0.3, 0.3)] * 60),
        ((10, 10), [(share, share) for share in SEASONS]),
        ((10, 10), [(0.45, 0.5)] * 60),  # the variant is better
    ],
)
def test_looking_every_day_stops_no_equal_variant_more_often_than_stated(
    sizes: tuple[int, int], shares: list[tuple[float, float]]
) -> None:
    """400 experiments of 60 looks each, at 5 percent: 20 may be stopped. If the chance were 5
    percent, more than 34 would come once in 1,000."""
    draw = random.Random(20260601)
    stopped = sum(evidence(days(draw, sizes, shares)) >= 20 for _ in range(400))
    assert stopped <= 34


def test_a_test_of_one_look_would_stop_far_more_if_it_is_looked_at_every_day() -> None:
    """What the guard is for: of the same equal variants, Newcombe's interval leaves out 0 on some
    day in far more than 5 percent."""
    draw = random.Random(20260601)
    found = 0
    for _ in range(200):
        seen = [0, 0, 0, 0]
        for block in days(draw, (10, 10), [(0.5, 0.5)] * 60):
            seen = [a + b for a, b in zip(seen, block, strict=True)]
            between = newcombe(seen[3], seen[2], seen[1], seen[0])
            if between.high < 0:
                found += 1
                break
    assert found > 200 * 0.08


def test_what_loses_is_seen() -> None:
    """Half of the control pay, four in ten of the variant; 1,500 customers each."""
    draw = random.Random(20260601)
    seen = sum(evidence(days(draw, (25, 25), [(0.5, 0.4)] * 60)) >= 20 for _ in range(60))
    assert seen >= 54


@pytest.mark.parametrize("share", [0.02, 0.2, 0.5, 0.8, 0.98])
@pytest.mark.parametrize(("n", "m"), [(1, 1), (3, 2), (1, 4)])
@pytest.mark.parametrize("odds", ODDS)
def test_the_mean_of_a_days_factor_is_at_most_one_whatever_share_pays(
    share: float, n: int, m: int, odds: float
) -> None:
    """Over every outcome of a day: what makes the stated level exact. `usual` is what is believed,
    `share` what is true."""
    for usual in (0.1, 0.5, 0.7):
        mean = 0.0
        for i, j in product(range(n + 1), range(m + 1)):
            chance = comb(n, i) * comb(m, j) * share ** (i + j) * (1 - share) ** (n + m - i - j)
            mean += chance * exp(_factor(Block(n, i, m, j), usual, odds))
        assert mean <= 1 + 1e-12


def arms(control: tuple[int, int], firm: tuple[int, int], on: date = DAY) -> dict[str, Arm]:
    found = {"usual": Arm("usual"), "firm": Arm("firm")}
    for name, (number, paid) in (("usual", control), ("firm", firm)):
        for place in range(number):
            found[name].add(Outcome("summer", name, on + timedelta(place % 20), place < paid))
    return found


def test_the_guard_stops_a_variant_that_loses_with_the_figures_that_led_to_it() -> None:
    found = compared(EXPERIMENT, arms((400, 280), (400, 160)))
    assert found[0].verdict == "worse"
    (one,) = stopping(EXPERIMENT, found, DAY)
    assert one[:8] == ("summer", "firm", "usual", "2026-03-01", 400, 160, 400, 280)
    assert float(one.evidence) > float(one.needed) == 20


@pytest.mark.parametrize(
    ("control", "firm", "guard", "verdict"),
    [
        ((400, 200), (400, 200), Guard(), "no difference shown"),
        ((400, 160), (400, 280), Guard(), "better"),
        ((400, 280), (400, 160), Guard(customers=401), "worse"),
        ((400, 280), (400, 160), None, "worse"),
    ],
)
def test_the_guard_stops_nothing_else(
    control: tuple[int, int], firm: tuple[int, int], guard: Guard | None, verdict: str
) -> None:
    experiment = Experiment("summer", EXPERIMENT.variants, "usual", 14, guard)
    found = compared(experiment, arms(control, firm))
    assert found[0].verdict == verdict
    assert stopping(experiment, found, DAY) == []


def test_of_several_variants_each_needs_more() -> None:
    three = (Variant("usual", 4_000), Variant("firm", 3_000), Variant("mild", 3_000))
    experiment = Experiment("summer", three, "usual", 14)
    found = compared(experiment, {**arms((400, 280), (400, 160)), "mild": Arm("mild")})
    assert [one.needed for one in found] == [40, 40]


def attempt(variant: str, *said: tuple[str, int], serial: int = 1) -> Attempt:
    lines = tuple(Said(ItemRef(number, 1), 1, amount) for number, amount in said)
    return Attempt(serial, 1, "email", "EUR", "h", lines, "p", 1, variant=variant)


A = ItemRef("A", 1)
LONG = date(2026, 6, 1)


@pytest.mark.parametrize(
    ("changes", "paid"),
    [
        ([Change(DAY, 100, True)], True),
        ([Change(DAY + timedelta(14), 100, True)], True),
        ([Change(DAY + timedelta(15), 100, True)], False),
        ([Change(DAY - timedelta(1), 100, True)], False),
        ([Change(DAY, 99, True)], False),
        ([Change(DAY, 60, True), Change(DAY, 40, True)], True),
        ([Change(DAY, 20, False), Change(DAY, 80, True)], True),
        ([Change(DAY, 100, False)], False),  # credited: nobody has paid
        ([], False),
    ],
)
def test_paid_is_who_paid_all_that_was_asked_in_time(changes: list[Change], paid: bool) -> None:
    sent = [(DAY, attempt("summer/firm", ("A", 100)))]
    assert outcomes(sent, {A: changes}, LONG, {"summer": 14}) == [
        Outcome("summer", "firm", DAY, paid)
    ]


def test_a_customer_counts_once_with_the_first_notice_of_the_experiment() -> None:
    sent = [
        (DAY, attempt("", ("A", 100))),
        (DAY, attempt("summer/firm", ("A", 100))),
        (LONG, attempt("summer/firm", ("B", 100))),
        (LONG, attempt("winter/usual", ("B", 100))),
        (LONG, attempt("gone/usual", ("B", 100))),
    ]
    found = outcomes(sent, {A: [Change(DAY, 100, True)]}, LONG, {"summer": 14, "winter": 14})
    assert found == [
        Outcome("summer", "firm", DAY, True),
        Outcome("winter", "usual", LONG, None),
    ]


def test_who_came_after_the_stop_counts_in_nothing_else() -> None:
    sent = [(DAY, attempt("summer/firm/stopped", ("A", 100)))]
    arm = Arm("firm")
    for one in outcomes(sent, {}, LONG, {"summer": 14}):
        arm.add(one)
    assert (arm.customers, arm.paid, arm.after_stop) == (0, 0, 1)


def losing(number: int) -> list[Body]:
    """Customers of whom nobody pays but eight in ten of the control, two days after the notice."""
    found: list[Body] = []
    for place in range(number):
        who = f"c{place}"
        found += [customer(who), invoice(f"I{place}", "2026-02-01", customer=who)]
        if variant_of(EXPERIMENT, "default", who).name == "usual" and place % 10 < 8:
            paid = payment(f"p{place}", "2026-02-13", "100.00", customer=who)
            found.append({**paid, "allocations": [{"invoice": f"I{place}", "amount": "100.00"}]})
    return found


GUARDED = TRIED.replace("name: summer", "name: summer, guard: {customers: 10}")


def test_a_losing_variant_is_stopped_with_a_task_and_its_customers_get_the_control() -> None:
    bodies = [*losing(60), customer("late"), customer("later")]
    for place in range(40):
        who = f"n{place}"
        bodies += [customer(who), invoice(f"N{place}", "2026-03-01", customer=who)]
    simulation = play(policy(GUARDED), bodies)
    for day in days_between(date(2026, 2, 1), date(2026, 3, 1)):
        list(simulation.run(day))
    ledger, settings = simulation.stage.ledger, simulation.stage.settings
    book = Book(ledger, simulation.rulebook("default"), date(2026, 3, 1))
    found = find(book)
    rows: dict[str, dict[str, Any]] = {str(row["variant"]): row for row in rows_of(book, found)}
    assert rows["firm"]["guard_stops"]
    assert rows["firm"]["paid"] == 0
    assert rows["usual"]["customers"] + rows["firm"]["customers"] == 60
    (stopped,) = Guarding(ledger, settings).stop(book, found, 77)
    assert (stopped.experiment, stopped.variant, stopped.on) == ("summer", "firm", "2026-03-01")
    (task,) = ledger.tasks("default")
    assert (task.id, task.at, task.kind) == ("variant-summer-firm", 77, "variant_stopped")
    after = Book(ledger, simulation.rulebook("default"), date(2026, 3, 1))
    assert Guarding(ledger, settings).stop(after, found, 78) == []
    told = [line for day in (10, 11) for line in simulation.run(date(2026, 3, day + 1))]
    assert {line["tone"] for line in told if str(line["customer"]).startswith("n")} == {"friendly"}
    assert {line["stopped"] for line in told if line["variant"] == "firm"} == {True}


class Counting(MemoryLedger):
    """Counts whose histories are read."""

    read_histories = 0

    def history(self, creditor: str, account: str) -> Any:
        self.read_histories += 1
        return super().history(creditor, account)


def test_an_account_without_a_notice_costs_one_read_and_a_sample_is_always_the_same() -> None:
    simulation = play(policy(GUARDED), losing(60))
    simulation.record(date(2026, 2, 10))
    ledger = simulation.stage.ledger
    assert isinstance(ledger, MemoryLedger)
    ledger.__class__ = Counting
    assert isinstance(ledger, Counting)
    book = Book(ledger, simulation.rulebook("default"), DAY)
    find(book)
    assert ledger.read_histories == 0
    list(simulation.run(date(2026, 2, 11)))
    ledger.read_histories = 0

    def customers(percent: int) -> int:
        (found,) = find(Book(ledger, simulation.rulebook("default"), DAY, sample=percent))
        return sum(arm.customers for arm in found.arms.values())

    assert customers(100) == 60
    assert 15 < customers(50) < 45
    assert customers(50) == customers(50)


def test_the_command_wants_policies_and_applies_nothing_to_a_file(tmp_path: Path) -> None:
    (tmp_path / "l.jsonl").write_text("\n".join(json.dumps(one) for one in losing(20)), "utf-8")
    (tmp_path / "p.yaml").write_text(policy(GUARDED), "utf-8")
    usual = [
        "report",
        "experiments",
        "--ledger",
        str(tmp_path / "l.jsonl"),
        "--as-of",
        "2026-03-01",
    ]
    result = CliRunner().invoke(app, [*usual, "--policies", str(tmp_path / "p.yaml")])
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [row["variant"] for row in rows] == ["usual", "firm"]
    assert sum(row["customers"] for row in rows) == 20
    for more, said in (
        ([], "give --policies"),
        (["--apply"], "go with --cell"),
        (["--cell", "local"], "give either"),
    ):
        refused = CliRunner().invoke(app, [*usual, *more])
        assert refused.exit_code != 0
        assert said in refused.stderr


def test_a_cells_report_stops_nothing_unless_it_is_told_to_and_says_when_it_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    simulation = play(policy(GUARDED), losing(60))
    for day in days_between(date(2026, 2, 1), date(2026, 3, 1)):
        list(simulation.run(day))
    stage = simulation.stage
    wiring = SimpleNamespace(
        ledger=stage.ledger,
        rulebooks=stage.settings,
        clock=SetClock(parse_instant("2026-03-01T12:00:00Z")),
    )
    monkeypatch.setattr(experiments, "wiring_of", lambda name: wiring)
    asked = ["report", "experiments", "--cell", "local"]
    shown = CliRunner().invoke(app, asked)
    assert shown.exit_code == 0, shown.output
    assert [json.loads(line)["stopped"] for line in shown.stdout.splitlines()] == [None, None]
    assert list(stage.ledger.tasks("default")) == []
    applied = CliRunner().invoke(app, [*asked, "--apply"])
    assert applied.exit_code == 3
    assert "firm of summer is stopped" in applied.stderr
    assert len(list(stage.ledger.tasks("default"))) == 1
    again = CliRunner().invoke(app, [*asked, "--apply", "--creditor", "default"])
    assert again.exit_code == 0
    rows = [json.loads(line) for line in again.stdout.splitlines()]
    assert [(row["variant"], row["stopped"]) for row in rows] == [
        ("usual", None),
        ("firm", "2026-03-01"),
    ]
    other = CliRunner().invoke(app, ["report", "aging", "--cell", "local"])
    assert other.exit_code == 0, other.output
    assert sum(json.loads(line)["count"] for line in other.stdout.splitlines()) > 0
    refused = CliRunner().invoke(app, ["report", "aging", "--cell", "local", "--apply"])
    assert refused.exit_code != 0
    assert "experiments" in refused.stderr
