"""The interest rows 37, 38, 40, 41 and 42 of the compliance rules, to the cent, by the command."""

import json
from typing import Any

import pytest
from dunning.entry.cli import app
from typer.testing import CliRunner

Answer = dict[str, Any]


def interest(**options: object) -> tuple[list[Answer], Answer]:
    """The segments, and the line with the sums."""
    words = [
        word
        for name, value in options.items()
        for word in (f"--{name.replace('_', '-')}", str(value))
    ]
    result = CliRunner().invoke(app, ["interest", *words])
    assert result.exit_code == 0, result.stderr
    *segments, sums = map(json.loads, result.stdout.splitlines())
    return segments, sums


def row_37(**options: object) -> tuple[list[Answer], Answer]:
    """10,000 EUR due 2026-04-30, paid 2026-08-15."""
    return interest(amount="10000", currency="EUR", due="2026-04-30", until="2026-08-15", **options)


def test_row_37_germany_between_businesses_changes_its_rate_with_the_half_year() -> None:
    segments, sums = row_37(regime="DE", customer_class="business")

    # 10000 x 10.27 % x 61/365 = 171.635616; 10000 x 10.52 % x 46/365 = 132.580822
    assert segments == [
        {
            "from": "2026-05-01",
            "to": "2026-06-30",
            "days": 61,
            "rate": "10.27",
            "base": "10000.00",
            "interest": "171.635616",
        },
        {
            "from": "2026-07-01",
            "to": "2026-08-15",
            "days": 46,
            "rate": "10.52",
            "base": "10000.00",
            "interest": "132.580822",
        },
    ]
    assert (sums["interest"], sums["compensation"], sums["total"]) == (
        "304.22",
        "40.00",
        "10344.22",
    )


def test_row_37_a_german_consumer_pays_less_interest_and_no_compensation() -> None:
    segments, sums = row_37(regime="DE", customer_class="consumer")

    assert [(x["days"], x["rate"]) for x in segments] == [(61, "6.27"), (46, "6.52")]
    assert (sums["interest"], sums["compensation"], sums["total"]) == (
        "186.96",
        "0.00",
        "10186.96",
    )


def test_row_37_with_months_of_30_days() -> None:
    segments, sums = row_37(regime="DE", customer_class="business", day_count="30/360")

    # Two months, then a month and 15 days: (10.27 x 60 + 10.52 x 45) x 100/360 = 302.666667
    assert [x["days"] for x in segments] == [60, 45]
    assert (sums["interest"], sums["day_count"]) == ("302.67", "30/360")


def test_row_37_says_that_the_rate_of_july_2026_is_not_verified() -> None:
    _, sums = row_37(regime="DE", customer_class="business")

    assert any("1.52 from 2026-07-01 is not verified" in note for note in sums["notes"])
    assert not any("1.27" in note for note in sums["notes"])


def test_row_38_the_directive_over_the_same_days() -> None:
    segments, sums = row_37(regime="EU", customer_class="business")

    # 10000 x (10.15 % x 61 + 10.40 % x 46)/365 = 300.698630
    assert [(x["days"], x["rate"]) for x in segments] == [(61, "10.15"), (46, "10.40")]
    assert (sums["interest"], sums["compensation"], sums["total"]) == (
        "300.70",
        "40.00",
        "10340.70",
    )


def test_row_40_the_british_example() -> None:
    segments, sums = interest(
        amount="10000",
        currency="GBP",
        due="2026-04-30",
        until="2026-06-29",
        regime="UK",
        customer_class="business",
    )

    assert [(x["days"], x["rate"]) for x in segments] == [(60, "11.75")]
    assert (sums["interest"], sums["compensation"], sums["total"]) == (
        "193.15",
        "100.00",
        "10293.15",
    )


@pytest.mark.parametrize(
    ("amount", "fixed"),
    [("999.99", "40.00"), ("1000", "70.00"), ("9999.99", "70.00"), ("10000", "100.00")],
)
def test_row_41_british_compensation_by_the_size_of_the_debt(amount: str, fixed: str) -> None:
    _, sums = interest(
        amount=amount,
        currency="GBP",
        due="2026-04-30",
        until="2026-05-01",
        regime="UK",
        customer_class="business",
    )

    assert sums["compensation"] == fixed


@pytest.mark.parametrize(
    ("customer_class", "together"),
    [("business", 12_000), ("sole_trader", 12_000), ("public", 12_000), ("consumer", 0)],
)
def test_row_42_each_late_invoice_has_its_compensation_but_a_consumers_none(
    customer_class: str, together: int
) -> None:
    late = [
        interest(
            amount=amount,
            currency="EUR",
            due=due,
            until="2026-06-30",
            regime=regime,
            customer_class=customer_class,
        )[1]["compensation"]
        for amount, due, regime in (
            ("12.50", "2026-04-30", "EU"),
            ("900", "2026-05-29", "EU"),
            ("45000", "2026-06-12", "DE"),
        )
    ]

    assert sum(int(fixed.replace(".", "")) for fixed in late) == together
