"""`dunning interest`: what its lines hold, and how it refuses."""

import json
from typing import Any

import pytest
from dunning.entry.cli import app
from typer.testing import CliRunner, Result

ORDINARY = {
    "--amount": "1000",
    "--currency": "EUR",
    "--due": "2026-03-31",
    "--until": "2026-05-31",
    "--regime": "10",
}


def dunning(*more: str, **changed: str | None) -> Result:
    options = ORDINARY | {f"--{name.replace('_', '-')}": text for name, text in changed.items()}
    words = [word for name, text in options.items() if text is not None for word in (name, text)]
    return CliRunner().invoke(app, ["interest", *words, *more])


def answers(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_contract_rate_needs_no_class_and_names_no_statute() -> None:
    *_, sums = answers(dunning("--paid", "2026-04-30=400"))

    # 1000 x 10 % x 30/365 = 8.219178, then 600 x 10 % x 31/365 = 5.095890
    assert sums == {
        "currency": "EUR",
        "due": "2026-03-31",
        "principal": "600.00",
        "interest": "13.32",
        "compensation": "0.00",
        "total": "613.32",
        "regime": "contract",
        "day_count": "ACT/365F",
        "ruleset": None,
        "notes": [],
    }


def test_payments_may_be_several() -> None:
    *segments, _ = answers(dunning("--paid", "2026-04-30=400", "--paid", "2026-05-15=100.50"))

    assert [x["base"] for x in segments] == ["1000.00", "600.00", "499.50"]


def test_no_regime_owes_the_amount_alone() -> None:
    (sums,) = answers(dunning(regime="none"))

    assert (sums["interest"], sums["compensation"], sums["total"]) == ("0.00", "0.00", "1000.00")


def test_a_consumer_outside_the_statute_owes_the_amount_alone_and_that_is_said() -> None:
    (sums,) = answers(dunning(regime="eu", customer_class="consumer"))

    assert (sums["interest"], sums["total"]) == ("0.00", "1000.00")
    assert sums["notes"] == ["EU: no interest by this statute from the class consumer"]


def test_amounts_have_the_decimals_of_their_currency() -> None:
    *segments, sums = answers(dunning(currency="JPY"))
    assert (segments[0]["base"], sums["interest"], sums["total"]) == ("1000", "17", "1017")

    *segments, sums = answers(dunning(currency="KWD"))
    # 1000 x 10 % x 61/365 = 16.712329
    assert (segments[0]["base"], sums["interest"]) == ("1000.000", "16.712")


def test_a_part_payment_under_german_law_says_what_the_law_would_settle_first() -> None:
    *_, sums = answers(dunning("--paid", "2026-04-30=400", regime="DE", customer_class="business"))

    assert any("BGB 367" in note for note in sums["notes"])


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"amount": "1,000"}, "is not an amount"),
        ({"amount": "0.001"}, "more decimals than EUR"),
        ({"amount": "-5"}, "is not an amount"),
        ({"currency": "EURO"}, "is not a currency"),
        ({"due": "31.03.2026"}, "--due: '31.03.2026' is not a day"),
        ({"until": "2026-02-30"}, "--until: '2026-02-30' is not a day"),
        ({"regime": "US"}, "known: EU, DE, UK, IE, FR, AT, none, or a rate"),
        ({"regime": "-1"}, "is not known"),
        ({"regime": "101"}, "is not from 0 to 100 percent"),
        ({"regime": "DE"}, "--customer-class: a statute needs it"),
        ({"customer_class": "firm"}, "--customer-class: 'firm' is not known"),
        ({"day_count": "ACT/360"}, "--day-count: 'ACT/360' is not known"),
        ({"paid": "2026-04-30"}, "write it as 2026-06-15=2500.00"),
        ({"paid": "April=5"}, "--paid: 'April' is not a day"),
        ({"paid": "2026-04-30=x"}, "--paid: 'x' is not an amount"),
        ({"paid": "2026-04-30=1000.01"}, "more was paid than was owed"),
        (
            {"regime": "EU", "customer_class": "business", "until": "2027-02-01"},
            "no ECB main refinancing rate for 2027-01-01",
        ),
        (
            {"regime": "DE", "customer_class": "business", "due": "2012-01-31"},
            "known from 2014-07-29 on",
        ),
    ],
)
def test_what_cannot_be_computed_is_one_line_on_standard_error_and_exit_code_2(
    changed: dict[str, str], said: str
) -> None:
    result = dunning(**changed)

    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_missing_option_is_exit_code_2() -> None:
    result = dunning(until=None)

    assert (result.exit_code, result.stdout) == (2, "")
