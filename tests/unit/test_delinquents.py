"""Whom to call first: points worked out by hand, what is left out, and weights as data."""

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from dunning.domain.policy_nodes import PolicyFileError
from dunning.domain.reports.score import POINTS, USUAL, Known, Weights, scored
from dunning.domain.reports.score_file import read_weights
from dunning.entry.cli import app
from typer.testing import CliRunner

from tests.offline import Body, customer, invoice, payment

ANYBODY = Known(
    customer="c1",
    overdue={"EUR": 50_000},
    left_out={},
    days_late=45,
    settled=4,
    late=1,
    days_to_pay=40,
    days_past_due=15,
    broken_promises=1,
    level=1,
    levels=4,
)


def points(one: Known, weights: Weights = USUAL, *others: Known) -> dict[str, str]:
    (found,) = [s for s in scored([one, *others], weights) if s.known is one]
    assert found.score == sum(found.points.values())
    return {name: str(found.points[name]) for name in POINTS}


def test_points_are_in_proportion_up_to_where_a_thing_gives_all() -> None:
    most = replace_(ANYBODY, customer="c2", overdue={"EUR": 200_000})
    assert points(ANYBODY, USUAL, most) == {
        "amount": "7.5",  # a quarter of 30
        "days_late": "10.0",  # 45 of 90 days: half of 20
        "share_late": "3.8",  # a quarter of 15, half up
        "slowness": "5.0",  # 15 of 30 days: half of 10
        "broken_promises": "7.5",  # 1 of 2: half of 15
        "level": "2.5",  # 1 of 4: a quarter of 10
    }
    worst = replace_(
        most, days_late=400, settled=3, late=3, days_past_due=99, broken_promises=7, level=4
    )
    assert sum(map(Decimal, points(worst).values())) == 100
    best = replace_(
        ANYBODY, overdue={"EUR": 1}, days_late=1, late=0, days_past_due=-20, broken_promises=0,
        level=0,
    )  # fmt: skip
    assert points(best, USUAL, most) == {
        "amount": "0.0", "days_late": "0.2", "share_late": "0.0", "slowness": "0.0",
        "broken_promises": "0.0", "level": "0.0",
    }  # fmt: skip


def replace_(one: Known, **changes: Any) -> Known:
    return one._replace(**changes)


def test_of_somebody_who_paid_too_little_to_be_known_half_is_assumed() -> None:
    new = replace_(ANYBODY, settled=2, late=2, days_past_due=99)
    assert (points(new)["share_late"], points(new)["slowness"]) == ("7.5", "5.0")
    assert points(replace_(new, settled=3))["share_late"] == "10.0"


def test_currencies_are_never_added_and_the_larger_share_counts() -> None:
    both = replace_(ANYBODY, overdue={"EUR": 10_000, "JPY": 900})
    most = replace_(ANYBODY, customer="c2", overdue={"EUR": 100_000, "JPY": 1_000})
    assert points(both, USUAL, most)["amount"] == "27.0"
    full = replace(USUAL, full_amount={"EUR": 40_000})
    assert points(both, full, most)["amount"] == "27.0", "JPY still goes by the most"
    full = replace(USUAL, full_amount={"EUR": 40_000, "JPY": 9_000})
    assert points(both, full, most)["amount"] == "7.5"


def test_the_order_is_by_score_then_age_then_name() -> None:
    told = (("d", 45, 1), ("b", 90, 0), ("a", 100, 0), ("c", 45, 1), ("e", 45, 4))
    names = [
        replace_(ANYBODY, customer=name, days_late=days, late=late) for name, days, late in told
    ]
    # e: 15 for share; a and b: 20 for age; c and d: 10 and 3.8
    assert [one.known.customer for one in scored(names, USUAL)] == ["e", "a", "b", "c", "d"]
    assert scored([], USUAL) == []


def test_the_sentence_names_what_gave_points_the_most_first() -> None:
    (one,) = scored([replace_(ANYBODY, left_out={("DISPUTED", "EUR"): 1_050})], USUAL)
    assert one.sentence == (
        "58.8 points: 500.00 EUR overdue (30.0), the oldest 45 days late (10.0),"
        " 1 broken promise (7.5), paid 15 days after the due day on average (5.0),"
        " 1 of 4 invoices paid late (3.8), level 1 of 4 (2.5); left out: 10.50 EUR (disputed)"
    )


def test_the_sentence_says_where_too_little_is_known_to_judge_by() -> None:
    new = replace_(
        ANYBODY, settled=1, late=1, days_to_pay=50, days_past_due=20, broken_promises=0, level=0
    )
    (one,) = scored([new], USUAL)
    assert one.sentence == (
        "52.5 points: 500.00 EUR overdue (30.0), the oldest 45 days late (10.0),"
        " only 1 paid invoice to judge by (7.5), how fast they pay is not known (5.0)"
    )


def test_weights_come_from_a_file_and_what_it_does_not_say_is_as_usual() -> None:
    read = read_weights('amount: 50\nfull_days_late: 30\nfull_amount: {EUR: "1000", JPY: 5}\n')
    assert read == replace(
        USUAL, amount=50, full_days_late=30, full_amount={"EUR": 100_000, "JPY": 5}
    )


def test_bad_weights_are_told_with_line_and_mend() -> None:
    with pytest.raises(PolicyFileError) as refused:
        read_weights("amount: -1\nfull_days_late: 0\nlevels: 3\nfull_amount: {EURO: 1}\n")
    assert list(map(str, refused.value.problems)) == [
        "line 1: amount: '-1' is not a whole number from 0 to 1000000",
        "line 2: full_days_late: '0' is not a whole number from 1 to 1000000",
        "line 3: levels: the file has no such key; did you mean 'level'?",
        "line 4: EURO: 'EURO' is not a currency of ISO 4217; write its three-letter code, as EUR",
    ]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def listed(folder: Path, bodies: list[Body], *more: str, as_of: str = "2026-03-31") -> list[Any]:
    text = "\n".join(json.dumps(body) for body in bodies)
    (folder / "L.jsonl").write_text(text, encoding="utf-8")
    result = CliRunner().invoke(
        app,
        ["report", "delinquents", "--ledger", str(folder / "L.jsonl"), "--as-of", as_of, *more],
    )
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


HELD: dict[str, tuple[Body, str]] = {
    "a dispute": ({"type": "dispute", "id": "x", "invoice": "A", "reason": "?"}, "DISPUTED"),
    "a hold": (
        {"type": "hold", "id": "x", "customer": "c1", "kind": "legal", "scope": "invoice", "invoice": "A"},  # noqa: E501
        "HELD",
    ),
    "a promise": (
        {"type": "promise", "id": "x", "customer": "c1", "date": "2026-03-30", "amount": "100.00",
         "items": [{"invoice": "A", "item": 1}]},
        "PROMISED",
    ),
}  # fmt: skip


@pytest.mark.parametrize("fact", HELD)
def test_what_is_held_back_is_left_out_and_says_why(folder: Path, fact: str) -> None:
    body, reason = HELD[fact]
    rows: list[Body] = [
        customer(),
        invoice("A", "2026-02-01"),
        invoice("B", "2026-03-01", "40.00"),
        {"on": "2026-03-20", **body},
    ]
    (line,) = listed(folder, rows)
    assert line["overdue"] == {"EUR": "40.00"}
    assert line["left_out"] == [{"reason": reason, "currency": "EUR", "amount": "100.00"}]
    assert line["days_late"] == 30, "the oldest that can be asked for"
    del rows[2]
    assert listed(folder, rows) == [], "nothing can be asked for"


def test_money_on_account_is_set_against_the_oldest(folder: Path) -> None:
    rows: list[Body] = [
        customer(),
        invoice("A", "2026-02-01"),
        invoice("B", "2026-03-01"),
        {
            "on": "2026-03-05", "type": "credit_note", "number": "C", "customer": "c1",
            "currency": "EUR", "amount": "130.00",
        },
    ]  # fmt: skip
    (line,) = listed(folder, rows)
    assert line["overdue"] == {"EUR": "70.00"}
    assert line["left_out"] == [
        {"reason": "ON_ACCOUNT_COVERS", "currency": "EUR", "amount": "130.00"}
    ]
    assert line["days_late"] == 30


def test_due_today_is_not_overdue_and_grace_is_the_policys(folder: Path) -> None:
    rows: list[Body] = [customer(), invoice("A", "2026-03-31"), invoice("B", "2026-03-29")]
    (line,) = listed(folder, rows)
    assert (line["overdue"], line["days_late"]) == ({"EUR": "100.00"}, 2)
    policies = folder / "P.yaml"
    policies.write_text(
        "policies:\n  - id: p\n    grace: {days: 5}\n    ladder:\n"
        "      - {level: 1, after_due: {days: 10}, channels: [email]}\n",
        encoding="utf-8",
    )
    assert listed(folder, rows, "--policies", str(policies)) == []
    (later,) = listed(folder, rows, "--policies", str(policies), as_of="2026-04-08")
    assert (later["overdue"], later["level"]) == ({"EUR": "200.00"}, 1)


def test_what_no_policy_is_for_is_said(folder: Path) -> None:
    rows: list[Body] = [
        customer(),
        invoice("A", "2026-02-01", policy="gone"),
        invoice("B", "2026-02-02"),
    ]
    (line,) = listed(folder, rows)
    assert line["overdue"] == {"EUR": "100.00"}
    assert line["left_out"] == [{"reason": "NO_POLICY", "currency": "EUR", "amount": "100.00"}]


def test_promises_of_twelve_months_that_were_not_kept_are_counted(folder: Path) -> None:
    def promise(id_: str, on: str, by: str, number: str, amount: str = "100.00") -> Body:
        return {
            "on": on, "type": "promise", "id": id_, "customer": "c1", "date": by, "amount": amount,
            "items": [{"invoice": number, "item": 1}],
        }  # fmt: skip

    allocated = [{"invoice": "A", "amount": "100.00"}]
    rows: list[Body] = [
        customer(),
        *(invoice(number, "2026-01-10") for number in ("A", "B", "C")),
        promise("late", "2026-01-11", "2026-01-20", "A"),
        payment("p", "2026-02-20", "100.00", allocations=allocated),
        promise("broken", "2026-02-01", "2026-02-10", "B"),
        promise("stands", "2026-03-20", "2026-03-31", "C"),
    ]
    (line,) = listed(folder, rows)
    assert line["broken_promises"] == 2, "one is over with its invoice, one stands open"
    assert line["left_out"] == [{"reason": "PROMISED", "currency": "EUR", "amount": "100.00"}]
    (line,) = listed(folder, rows, as_of="2027-02-11")
    assert line["broken_promises"] == 2, "of the last twelve months: broken, and the one that stood"


def test_weights_of_a_file_order_the_list(folder: Path) -> None:
    rows: list[Body] = [
        customer("c1"),
        customer("c2"),
        invoice("A", "2026-01-10", "10.00"),
        invoice("B", "2026-03-30", "900.00", customer="c2"),
    ]
    assert [line["customer"] for line in listed(folder, rows)] == ["c2", "c1"]
    weights = folder / "W.yaml"
    weights.write_text("amount: 0\n", encoding="utf-8")
    found = listed(folder, rows, "--weights", str(weights))
    assert [line["customer"] for line in found] == ["c1", "c2"]
    assert found[0]["points"]["amount"] == "0.0"
    weights.write_text("amount: much\n", encoding="utf-8")
    with pytest.raises(AssertionError, match=r"W\.yaml: line 1: amount"):
        listed(folder, rows, "--weights", str(weights))


def test_average_days_are_those_of_invoices_paid_within_twelve_months(folder: Path) -> None:
    def paid(number: str, on: str, due: str, paid_on: str) -> list[Body]:
        parts = [{"invoice": number, "amount": "100.00"}]
        return [
            invoice(number, due, on=on),
            payment(f"p{number}", paid_on, "100.00", allocations=parts),
        ]

    rows: list[Body] = [
        customer(on="2024-01-01"),
        *paid("old", "2024-01-01", "2024-01-10", "2025-03-31"),
        *paid("first", "2025-04-01", "2025-04-11", "2025-04-10"),
        *paid("second", "2025-05-01", "2025-05-11", "2025-05-15"),
        invoice("A", "2026-02-01"),
    ]
    (line,) = listed(folder, rows)
    assert (line["settled_12_months"], line["late_12_months"]) == (2, 1)
    assert line["average_days_to_pay"] == 12, "9 and 14 days: 11.5, half up"
    assert line["average_days_past_due"] == 2, "-1 and 4 days: 1.5, half up"
