"""What comes between a page and its form, and forms that try again what a person has ended."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any, cast

import pytest
from dunning.domain.bodies import CustomerBody, PlanBody, ReleaseBody
from dunning.domain.customer import Address, Customer
from dunning.domain.identity import ItemRef
from dunning.domain.links import Purpose
from dunning.domain.payment_plans import PROPOSED
from dunning.domain.plan_offers import PlanOffer
from dunning.domain.policy import Policy, Step
from dunning.service.record_body import RecordBody

from tests.unit.handling import ADDRESS, CREDITOR, CUSTOMER, Cell
from tests.unit.portals import Site
from tests.unit.test_portal_said import owe, record, send, send_shown, state, tasks

ON = date(2026, 11, 23)
HALVES = ((date(2026, 12, 1), "600.00"), (date(2027, 1, 1), "590.00"))


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Site:
    found = Site(Cell(), monkeypatch)
    irish = replace(found.cell.rulebook.creditor, country="IE")
    found.cell.settings.put_creditor(CREDITOR, irish)
    policy = Policy("std", (Step(1, after_due=10),), plan_offer=PlanOffer(fewest=2, most=6))
    found.cell.settings.put_policies(CREDITOR, (policy,), "with an offer")
    return found


def propose(site: Site, invoice: str, parts: Any = HALVES) -> None:
    record(
        site,
        PlanBody(
            on=ON,
            id="pl-9",
            customer=CUSTOMER,
            state=PROPOSED,
            items=((invoice, 1),),
            instalments=parts,
            by="finance",
        ),
    )


def meanwhile(site: Site, does: Callable[[], None]) -> None:
    """Do something after the form has read the account, right before its own write reads it."""
    before = site.cell.bodies.record
    done: list[bool] = []

    def first_that(*arguments: Any, **named: Any) -> str:
        if not done:
            done.append(True)
            does()
        return before(*arguments, **named)

    site.bodies = cast(RecordBody, _Recording(site.cell.bodies, first_that))


class _Recording:
    """The use case, with something that happens before its first call."""

    def __init__(self, bodies: RecordBody, record: Callable[..., str]) -> None:
        self.record = record
        self.accounts = bodies.accounts


def test_what_is_agreed_is_for_the_items_that_were_shown(site: Site) -> None:
    """The same days and amounts for another invoice are another plan."""
    owe(site, "NW-2", 119_000)
    propose(site, "NW-1042")
    token = site.token(Purpose.PLAN)
    html = site.get(f"/portal/{token}/plan")["body"]
    propose(site, "NW-2")
    for answer in ("accept", "decline"):
        assert "said=again" in str(send_shown(site, token, html, answer)["headers"])
    (plan,) = state(site).plans
    assert (plan.state, plan.items) == (PROPOSED, (ItemRef("NW-2", 1),))


@pytest.mark.parametrize("answer", ["accept", "decline", "counter"])
def test_terms_that_change_while_a_form_is_taken_are_not_answered_unseen(
    answer: str, site: Site
) -> None:
    propose(site, "NW-1042")
    token = site.token(Purpose.PLAN)
    html = site.get(f"/portal/{token}/plan")["body"]
    meanwhile(site, lambda: propose(site, "NW-1042", ((date(2026, 12, 1), "1190.00"),)))
    said = {"count": "4"} if answer == "counter" else {}
    page = send_shown(site, token, html, answer, **said)
    assert page["statusCode"] == 422
    (plan,) = state(site).plans
    assert (plan.state, plan.by, len(plan.instalments)) == (PROPOSED, "finance", 1)


def test_an_address_that_is_mended_while_a_form_is_taken_stays_mended(site: Site) -> None:
    token = site.token(Purpose.VIEW)
    html = site.get(f"/portal/{token}/contact")["body"]
    who = Customer(CUSTOMER, "Harbour Café", addresses=(Address("email", "new@b.example", ""),))
    meanwhile(site, lambda: record(site, CustomerBody(on=ON, customer=who)))
    page = send_shown(site, token, html, "contact", language="fr")
    assert page["statusCode"] == 422
    assert [one.value for one in state(site).customer.on("email")] == ["new@b.example"]
    assert ADDRESS not in str(state(site).customer)


def test_who_looked_for_the_money_and_found_none_has_not_begun_the_count_anew(site: Site) -> None:
    token = site.token(Purpose.PAID)
    for place in range(3):
        send(site, token, "paid", "paid", date="2026-11-20", reference=f"r{place}")
        for hold in state(site).holds:
            record(site, ReleaseBody(on=ON, id=f"r-{hold.id}", hold=hold.id))
    assert state(site).holds == ()
    lines = [one.detail for one in site.cell.ledger.tasks(CREDITOR) if one.kind == "said_paid"]
    assert [line.rpartition("; ")[2] for line in lines] == ["nothing waits"]
    assert "said_paid_over" in tasks(site)
