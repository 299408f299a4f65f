"""Charges in the policy file: what each form means, and every mistake with its line and mend."""

from decimal import Decimal

import pytest
from dunning.adapters.rulesets import interest_ruleset
from dunning.domain.charges.fees import Band, Banded, Fixed, Percent
from dunning.domain.charges.jurisdiction import MEMBERS, OWN, REGIMES, regime_of
from dunning.domain.charges.notice import FeeOf, InterestOf
from dunning.domain.policy import Step
from dunning.domain.policy_file import read_policy_file
from dunning.domain.policy_nodes import PolicyFileError


def file(what: str, more: str = "") -> str:
    """A policy with one step in line 4, and more keys in line 3."""
    return (
        f"policies:\n  - id: a\n    {more or 'track: item'}\n    ladder:\n"
        f"      - {{level: 1, after_due: {{days: 10}}, channels: [email]{what}}}\n"
    )


def step(what: str, more: str = "") -> Step:
    (policy,) = read_policy_file(file(what, more)).policies
    return policy.ladder[0]


@pytest.mark.parametrize(
    ("what", "fees"),
    [
        (', fee: {EUR: "5.00", JPY: 500}', (FeeOf(Fixed({"EUR": 500, "JPY": 500})),)),
        (", charges: [{fixed: {EUR: 1}}, {percent: 2.5}]",
         (FeeOf(Fixed({"EUR": 100})), FeeOf(Percent(Decimal("2.5"))))),
        (", charges: {percent: 3, min: {EUR: 2}, max: {EUR: 9}, mode: announce, per: item}",
         (FeeOf(Percent(Decimal(3), {"EUR": 200}, {"EUR": 900}), "announce", "item"),)),
        (", charges: [{bands: {EUR: [{from: 100, fee: 2}, {from: 1000, percent: 0.3}]}}]",
         (FeeOf(Banded({"EUR": (Band(10_000, 200), Band(100_000, Decimal("0.3")))})),)),
        (", fee: {EUR: 1}, charges: [{fixed: {EUR: 2}, mode: waive}]",
         (FeeOf(Fixed({"EUR": 100})), FeeOf(Fixed({"EUR": 200}), "waive"))),
        (", fee: none", ()),
    ],
)  # fmt: skip
def test_a_step_charges_what_it_says(what: str, fees: tuple[FeeOf, ...]) -> None:
    assert step(what).charges == fees


@pytest.mark.parametrize(
    ("what", "interest"),
    [
        ("statutory", InterestOf()),
        ("none", None),
        ("{contract: 8.0}", InterestOf(rate=Decimal("8.0"))),
        ("{contract: 8, mode: announce}", InterestOf(rate=Decimal(8), mode="announce")),
        ("{statutory: de}", InterestOf(regime="DE")),
        ("{statutory: country, mode: announce}",
         InterestOf(mode="announce", compensation="announce")),
        ("{statutory: UK, compensation: waive}", InterestOf(regime="UK", compensation="waive")),
    ],
)  # fmt: skip
def test_a_step_takes_the_interest_that_it_says(what: str, interest: InterestOf | None) -> None:
    assert step(f", interest: {what}").interest == interest


def test_what_the_policy_says_holds_for_steps_that_say_nothing_and_none_before_the_due_day() -> (
    None
):
    text = """
policies:
  - id: a
    fee: {EUR: 5}
    interest: statutory
    ladder:
      - {level: 1, after_due: {days: -3}, channels: [email]}
      - {level: 2, after_due: {days: 3}, channels: [email]}
      - {level: 3, after_due: {days: 6}, channels: [email], fee: {EUR: 9}, interest: none}
"""
    early, plain, own = read_policy_file(text).policies[0].ladder

    assert (early.charges, early.interest) == ((), None)
    assert (plain.charges, plain.interest) == ((FeeOf(Fixed({"EUR": 500})),), InterestOf())
    assert (own.charges, own.interest) == ((FeeOf(Fixed({"EUR": 900})),), None)


@pytest.mark.parametrize(
    ("what", "key", "mend"),
    [
        (", fee: 5", "fee", "{EUR: 5.00}"),
        (", fee: {EUR: 5.001}", "EUR", "more decimals"),
        (", fee: {EUR: -1}", "EUR", "write digits"),
        (", fee: {EURO: 1}", "EURO", "three-letter code"),
        (", charges: [{}]", "fixed", "one of fixed, bands or percent"),
        (", charges: [{fixed: {EUR: 1}, percent: 3}]", "fixed", "one of fixed, bands or percent"),
        (", charges: [{fixed: {EUR: 1}, min: {EUR: 3}}]", "min", "only a percentage has a min"),
        (", charges: [{percent: 101}]", "percent", "from 0 to 100"),
        (", charges: [{percent: ten}]", "percent", "from 0 to 100"),
        (", charges: [{percent: 3, min: {EUR: 5}, max: {EUR: 2}}]", "max", "let max be the larger"),
        (", charges: [{percent: 3, mode: pots}]", "mode", "'post'"),
        (", charges: [{percent: 3, per: letter}]", "per", "item, notice"),
        (", charges: [{percent: 3, oer: item}]", "oer", "'per'"),
        (", charges: [{bands: {EUR: []}}]", "EUR", "{from: 100, fee: 2}"),
        (", charges: [{bands: {EUR: [{from: 1}]}}]", "fee", "a fee or a percent"),
        (", charges: [{bands: {EUR: [{from: 9, fee: 1}, {from: 9, fee: 2}]}}]", "from", "rise"),
        (", charges: [{bands: 5}]", "bands", "with keys"),
        (", interest: 8", "interest", "{contract: 8.0}"),
        (", interest: {contract: 101}", "contract", "from 0 to 100"),
        (", interest: {}", "contract", "one of contract and statutory"),
        (", interest: {contract: 8, statutory: DE}", "contract", "one of contract and statutory"),
        (", interest: {contract: 8, compensation: post}", "compensation", "charge a fee"),
        (", interest: {statutory: US}", "statutory", "UK"),
        (", interest: {statutory: DE, mode: keep}", "mode", "waive"),
    ],
)
def test_each_mistake_is_named_with_its_line_and_its_mend(what: str, key: str, mend: str) -> None:
    with pytest.raises(PolicyFileError) as refused:
        read_policy_file(file(what))

    (problem,) = refused.value.problems
    assert (problem.line, problem.key) == (5, key)
    assert mend in problem.message


def test_nothing_is_charged_before_the_due_day() -> None:
    text = file(", fee: {EUR: 5}, interest: statutory").replace("days: 10", "days: -1")
    with pytest.raises(PolicyFileError) as refused:
        read_policy_file(text)

    assert [one.key for one in refused.value.problems] == ["fee", "interest"]


def test_a_charge_in_a_currency_that_the_policy_is_not_for_is_warned_about() -> None:
    text = file(", fee: {EUR: 5, USD: 5}", "applies_to: {currencies: [EUR]}")
    said = [(one.line, one.key) for one in read_policy_file(text).warnings if one.key == "charges"]

    assert said == [(5, "charges")]


def test_the_regimes_that_a_policy_may_name_are_those_of_the_ruleset() -> None:
    assert set(REGIMES) == set(interest_ruleset().regimes)
    assert set(OWN.values()) | {"EU"} == set(REGIMES)
    assert len(MEMBERS) == 27


@pytest.mark.parametrize(
    ("creditor", "customer", "customer_class", "regime"),
    [
        ("DE", "FR", "business", "DE"),
        ("de", None, "public", "DE"),
        (None, "GB", "sole_trader", "UK"),
        ("DE", "AT", "consumer", "AT"),
        ("DE", None, "consumer", "DE"),
        ("ES", "PT", "business", "EU"),
        ("US", "DE", "business", None),
        ("US", "DE", "consumer", "DE"),
        (None, "", "business", None),
    ],
)
def test_the_law_is_the_seller_s_between_businesses_and_the_consumer_s_own(
    creditor: str | None, customer: str | None, customer_class: str, regime: str | None
) -> None:
    assert regime_of(creditor, customer, customer_class) == regime
