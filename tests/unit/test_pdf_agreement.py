"""A payment plan as a PDF: all that was agreed, in every language, and what has come of it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from dunning.adapters.figures import day, locale_of, money
from dunning.adapters.pdf_agreement import AgreementPdf
from dunning.adapters.portal_words import LANGUAGES
from dunning.domain.payment_plans import BROKEN, Coming, PaymentPlan, Receipt
from dunning.domain.plan_mandates import LIVE, PlanMandate
from dunning.domain.posting import PostingKey
from dunning.domain.tellings import PlanTold

from infra.templates import built
from tests.unit.printed import bare, printer, reader, tags, text
from tests.unit.telling import NASTY, NORTHWIND, PLAIN, TODAY, Told

AGREEMENTS = AgreementPdf(built(), printer())


def agreed(told: Told = PLAIN) -> PaymentPlan:
    telling = told.telling("plan_agreed")
    assert isinstance(telling, PlanTold)
    return telling.plan


def pdf(told: Told, plan: PaymentPlan, language: str = "en", *, named: bool = True) -> bytes:
    state = told.speaking(language).state
    return AGREEMENTS.agreement(NORTHWIND, state, plan, TODAY, named=named).pdf


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_that_was_agreed_stands_there(language: str) -> None:
    plan = agreed()
    said = bare(text(pdf(PLAIN, plan, language)))
    locale = locale_of(PLAIN.speaking(language).state.customer, NORTHWIND)
    for one in plan.instalments:
        assert bare(day(one.due, locale)) in said
        assert bare(money(one.amount, "EUR", locale)) in said
    assert bare(money(plan.total, "EUR", locale)) in said
    for part in ("Harbour Café & Söhne", "Northwind Traders", "p-1", "NW-1042", "c-1042"):
        assert bare(part) in said
    view = AGREEMENTS.view(NORTHWIND, PLAIN.speaking(language).state, plan, TODAY, named=True)
    for sentence in (*view["terms"], view["opening"]):
        assert bare(sentence) in said
        assert not {"{", "}"} & set(sentence)
    assert {"H1", "Table", "L", "LI", "Figure"} <= set(tags(pdf(PLAIN, plan, language)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_plan_that_is_collected_has_the_authorisation_and_asks_nobody_to_pay(
    language: str,
) -> None:
    plan = agreed()
    coming = tuple(Coming(one.due, one.due, one.amount, one.due) for one in plan.unpaid())
    mandate = PlanMandate("m", TODAY, plan.id, "gocardless", 0, "0" * 64, state=LIVE)
    told = PLAIN.speaking(language)
    state = replace(told.state, mandates=(mandate,))
    view = AGREEMENTS.view(NORTHWIND, state, replace(plan, coming=coming), TODAY, named=False)
    assert view["bank"] is None
    signed, words = view["terms"][-2:]
    assert day(TODAY, locale_of(state.customer, NORTHWIND)) in signed
    assert "GoCardless" in words
    assert not {"{", "}"} & set(signed + words)
    notes = [line["small"] for line in view["instalments"]["lines"]]
    assert all(len(one) == 1 for one in notes)
    by_hand = AGREEMENTS.view(NORTHWIND, told.state, plan, TODAY, named=False)
    assert by_hand["bank"] is not None
    assert words not in by_hand["terms"]


@pytest.mark.parametrize("account", NASTY, ids=lambda one: one.name)
def test_accounts_that_nobody_likes_have_plans_too(account: Told) -> None:
    said = bare(text(pdf(account, agreed(account), "de")))
    for ref in agreed(account).items:
        assert bare(ref.invoice) in said


def test_what_has_come_stands_beside_its_instalment_and_the_code_asks_for_the_next() -> None:
    plan = agreed()
    first = plan.instalments[0].amount
    begun = replace(plan, receipts=(Receipt(PostingKey("ledger", "x"), plan.on, first),))
    said = text(pdf(PLAIN, begun))
    assert f"{money(first, 'EUR', locale_of(PLAIN.state.customer, NORTHWIND))} paid" in said
    assert "Still to be paid" in said
    view = AGREEMENTS.view(NORTHWIND, PLAIN.state, begun, TODAY, named=True)
    second = plan.instalments[1].amount
    assert (
        money(second, "EUR", locale_of(PLAIN.state.customer, NORTHWIND))
        in (view["bank"]["qr"]["alt"])
    )


def test_a_plan_that_broke_says_so_and_asks_for_nothing_any_more() -> None:
    broken = replace(agreed(), state=BROKEN, until=date(2026, 11, 20))
    said = text(pdf(PLAIN, broken))
    assert "This plan ended on 20 November 2026" in said
    assert "IBAN" not in said


def test_behind_a_link_it_names_nobody_and_is_the_same_bytes_on_the_same_day() -> None:
    one = pdf(PLAIN, agreed(), named=False)
    assert "Harbour" not in text(one)
    assert "customer with number c-1042" in text(one)
    assert pdf(PLAIN, agreed(), named=False) == one
    info = reader(one).metadata
    assert info is not None
    assert info["/Title"] == "Payment plan with Northwind Traders"
    later = AGREEMENTS.agreement(
        NORTHWIND, PLAIN.state, agreed(), TODAY + timedelta(1), named=False
    )
    assert later.pdf != one
