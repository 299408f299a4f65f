"""Collection by mandate: row 49 of the compliance table (Regulation E, 12 CFR 1005.10), and that no
debit gets around it.
"""

from dataclasses import replace
from datetime import date

import pytest
from dunning.domain.account import Account, Head
from dunning.domain.business_days import WEEKENDS
from dunning.domain.creditor import Creditor
from dunning.domain.customer import Customer
from dunning.domain.identity import ItemRef
from dunning.domain.invoice import OpenItem
from dunning.domain.mandate_debits import debits_of
from dunning.domain.mandates import (
    Answer,
    Debit,
    Mandate,
    allowed,
    hash_of_words,
    last_day_to_stop,
    scheduled,
)
from dunning.domain.payment_plans import Instalment, PaymentPlan, Receipt
from dunning.domain.plan_mandates import PlanMandate
from dunning.domain.posting import PostingKey

US = Creditor("acme", country="US")
CONSUMER = Customer("c1", customer_class="consumer", country="US")
WORDS = hash_of_words("I authorise Acme to debit my account on the days and for the amounts below.")
SIGNED = Mandate("gocardless", "MD1", 1_778_000_000, WORDS, copy_given=date(2026, 5, 1))
ON = date(2026, 5, 20)


def told(day: date | None) -> Answer:
    return allowed(Debit(ON, 33_334, day), 33_333, SIGNED, CONSUMER, US)


def test_row_49_an_amount_that_changes_on_20_may_was_told_by_10_may_or_waits() -> None:
    assert told(date(2026, 5, 10)) == Answer("ALLOW")
    assert told(date(2026, 5, 11)) == Answer("DEFER", "amount_not_told", date(2026, 5, 21))
    assert told(None) == Answer("DEFER", "amount_not_told")


def test_the_same_amount_as_before_and_the_first_one_need_no_notice() -> None:
    assert allowed(Debit(ON, 5_000), 5_000, SIGNED, CONSUMER, US) == Answer("ALLOW")
    assert allowed(Debit(ON, 5_000), None, SIGNED, CONSUMER, US) == Answer("ALLOW")


@pytest.mark.parametrize(
    ("mandate", "code"),
    [
        (SIGNED._replace(signed_at=None), "not_signed"),
        (SIGNED._replace(text_hash=""), "not_signed"),
        (SIGNED._replace(copy_given=None), "no_copy_given"),
        (SIGNED._replace(ended=True), "mandate_ended"),
        (SIGNED._replace(stopped=frozenset({ON})), "stopped"),
        (SIGNED._replace(stopped_all=True), "stopped"),
        (SIGNED._replace(compulsory=True), "compulsory"),
    ],
)
def test_without_a_signature_a_copy_or_a_free_choice_nothing_is_debited(
    mandate: Mandate, code: str
) -> None:
    assert allowed(Debit(ON, 5_000), None, mandate, CONSUMER, US) == Answer("DENY", code)


def test_a_stop_of_one_debit_stops_no_other() -> None:
    stopped = SIGNED._replace(stopped=frozenset({ON}))
    later = Debit(date(2026, 6, 20), 5_000)
    assert allowed(later, 5_000, stopped, CONSUMER, US) == Answer("ALLOW")


@pytest.mark.parametrize(
    ("customer", "creditor", "spoken_of"),
    [
        (CONSUMER, US, True),
        (replace(CONSUMER, customer_class=None), US, True),
        (replace(CONSUMER, country=None), US, True),
        (replace(CONSUMER, customer_class="business"), US, False),
        (replace(CONSUMER, country="DE"), US, False),
        (replace(CONSUMER, country=None), Creditor("acme", country="IE"), False),
    ],
)
def test_the_regulation_speaks_of_consumers_in_the_us_and_of_who_may_be_one(
    customer: Customer, creditor: Creditor, spoken_of: bool
) -> None:
    untold = allowed(Debit(ON, 6_000), 5_000, SIGNED, customer, creditor)
    assert (untold.decision == "DEFER") is spoken_of
    unsigned = allowed(Debit(ON, 5_000), None, SIGNED._replace(signed_at=None), customer, creditor)
    assert unsigned == Answer("DENY", "not_signed"), "a signature is needed everywhere"


def test_a_stop_is_heard_up_to_three_business_days_before_the_debit() -> None:
    assert last_day_to_stop(date(2026, 5, 21), US, WEEKENDS) == date(2026, 5, 18)
    assert last_day_to_stop(date(2026, 5, 20), US, WEEKENDS) == date(2026, 5, 15), "over a weekend"


def test_the_rest_in_the_last_instalment_is_another_amount() -> None:
    days = [date(2026, 6, 1), date(2026, 7, 1), date(2026, 8, 1)]
    parts = zip(days, (33_333, 33_333, 33_334), strict=True)
    copied = date(2026, 7, 25)
    debits = [Debit(day, amount, copied) for day, amount in parts]
    made, refused = scheduled(debits, SIGNED, CONSUMER, US)
    assert refused == []
    assert [one.on for one in made] == [days[0], days[1], date(2026, 8, 4)]
    made, _ = scheduled([one._replace(told=days[0]) for one in debits], SIGNED, CONSUMER, US)
    assert [one.on for one in made] == days


# --- the debits of a plan -------------------------------------------------------------------------


REF = ItemRef("A", 1)
ITEM = OpenItem(REF, "USD", date(2026, 4, 1), 100_000, 100_000)
PLAN = PaymentPlan(
    "pl1",
    date(2026, 5, 1),
    (REF,),
    "USD",
    tuple(
        Instalment(date(2026, month, 1), amount)
        for month, amount in ((6, 33_333), (7, 33_333), (8, 33_334))
    ),
    "active",
)
ACCOUNT = Account(Head("acme", "c1"), CONSUMER, (ITEM,))
TODAY = date(2026, 5, 2)
OF_PLAN = PlanMandate(
    "m1", TODAY, "pl1", "gocardless", 1_778_000_000, WORDS, reference="MD1",
    copy_given=date(2026, 5, 1), state="live",
)  # fmt: skip


def debits(
    mandate: PlanMandate = OF_PLAN, plan: PaymentPlan = PLAN
) -> tuple[list[tuple[date, int]], list[str]]:
    made, refused = debits_of(ACCOUNT, plan, mandate, US, TODAY)
    return [(one.on, one.amount) for _, one in made], [answer.code for _, answer in refused]


def test_an_agreed_plan_is_collected_by_its_days_and_amounts() -> None:
    assert debits() == ([(one.due, one.amount) for one in PLAN.instalments], [])


def test_no_debit_is_before_the_day_from_which_the_bank_can_be_debited() -> None:
    made, refused = debits(replace(OF_PLAN, earliest=date(2026, 6, 4)))
    assert made == [
        (date(2026, 6, 4), 33_333),
        (date(2026, 7, 1), 33_333),
        (date(2026, 8, 1), 33_334),
    ]
    assert refused == []


def test_if_one_debit_may_not_be_made_none_is_asked_for() -> None:
    for mandate, code in (
        (replace(OF_PLAN, copy_given=None), "no_copy_given"),
        (replace(OF_PLAN, state="over", why="stopped"), "stopped"),
        (replace(OF_PLAN, state="over", why="ended"), "mandate_ended"),
    ):
        made, refused = debits(mandate)
        assert made == []
        assert code in refused


def test_what_is_left_of_an_instalment_that_was_paid_in_part_was_not_told_in_the_copy() -> None:
    part = PLAN.counted(Receipt(PostingKey("ledger", "p"), TODAY, 60_000))
    assert [one.amount for one in part.unpaid()] == [33_333, 6_667], "shortened from the end"
    assert debits(plan=part) == ([], ["amount_not_told"])


def test_no_plan_depends_on_a_mandate() -> None:
    """12 CFR 1005.10(e): an offer has no word for it, and a policy that had one is refused."""
    from dunning.domain.policy_file import read_policies
    from dunning.domain.policy_nodes import PolicyFileError

    text = (
        "policies:\n  - id: p\n    plan_offer: {most: 3, mandate: required}\n"
        "    ladder:\n      - {level: 1, after_due: {days: 1}, channels: [email]}\n"
    )
    with pytest.raises(PolicyFileError) as refused:
        read_policies(text)
    assert "mandate" in str(refused.value.problems[0])
