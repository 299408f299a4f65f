"""What comes between a page and its form, and forms that try again what a person has ended."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any, cast

import pytest
from dunning.domain.bodies import CustomerBody, DisputeBody, PlanBody, ReleaseBody, ResolveBody
from dunning.domain.customer import Address, Customer
from dunning.domain.identity import ItemRef
from dunning.domain.links import Purpose
from dunning.domain.payment_plans import PROPOSED
from dunning.domain.plan_offers import PlanOffer
from dunning.domain.policy import Policy, Step
from dunning.domain.shown_forms import about
from dunning.service import remind
from dunning.service.record_body import RecordBody
from dunning.service.refused import Refused
from dunning.service.visiting import Saying, Visit

from tests.unit.handling import ADDRESS, CREDITOR, CUSTOMER, NOON, Cell
from tests.unit.portals import FORMS, Site
from tests.unit.test_portal_said import (
    owe,
    record,
    remind_now,
    send,
    send_shown,
    state,
    tasks,
    text,
)

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


def test_a_form_that_was_sent_speaks_of_no_other_customer_s_invoice(site: Site) -> None:
    """What the form said before is let through again; that is no word for what it adds."""
    site.cell._owes("c-2", "other@b.example", "NW-7")
    token = site.token(Purpose.DISPUTE)
    html = site.get(f"/portal/{token}/dispute")["body"]
    for items in (["NW-1042/1"], ["NW-1042/1", "NW-7/1"], ["NW-7/1"]):
        answer = send_shown(site, token, html, "dispute", items=items, reason="faulty")
        assert answer["statusCode"] == (303 if items == ["NW-1042/1"] else 422)
    other = site.cell.ledger.read(CREDITOR, site.cell.ledger.account_key(CREDITOR, "c-2"))
    assert other is not None
    assert other.disputes == ()
    assert [one.invoice for one in state(site).disputes] == ["NW-1042"]


def test_what_is_said_on_a_page_is_written_to_nobody_else_s_account(site: Site) -> None:
    site.cell._owes("c-2", "other@b.example", "NW-7")
    opened = site.door.open(site.token(Purpose.DISPUTE), NOON)
    assert opened is not None
    visit = Visit.of(CREDITOR, opened.link, opened.state, opened.rulebook, NOON)
    said = DisputeBody(on=ON, id="x-0", invoice="NW-7", item=1, reason="faulty")
    with pytest.raises(Refused, match="changed"):
        Saying(site.cell.bodies).record(visit, said)
    other = site.cell.ledger.read(CREDITOR, site.cell.ledger.account_key(CREDITOR, "c-2"))
    assert other is not None
    assert other.disputes == ()


def test_who_goes_back_and_objects_to_another_item_has_objected_to_both(site: Site) -> None:
    owe(site, "NW-2", 10_000)
    token = site.token(Purpose.DISPUTE)
    html = site.get(f"/portal/{token}/dispute")["body"]
    for item in ("NW-1042/1", "NW-2/1", "NW-2/1"):
        answer = send_shown(site, token, html, "dispute", items=[item], reason="faulty")
        assert answer["statusCode"] == 303
    assert {one.invoice for one in state(site).disputes} == {"NW-1042", "NW-2"}
    lines = [one.detail for one in site.cell.ledger.tasks(CREDITOR) if one.kind == "objection"]
    assert sorted(lines) == ["faulty, NW-1042/1", "faulty, NW-2/1"]


def test_who_goes_back_and_has_paid_another_item_is_reminded_of_neither(site: Site) -> None:
    owe(site, "NW-2", 10_000)
    token = site.token(Purpose.PAID)
    html = site.get(f"/portal/{token}/paid")["body"]
    for item in ("NW-1042/1", "NW-2/1", "NW-2/1"):
        said = {"items": [item], "date": "2026-11-20", "amount": "100"}
        assert send_shown(site, token, html, "paid", **said)["statusCode"] == 303
    assert {one.invoice for one in state(site).holds} == {"NW-1042", "NW-2"}
    assert len(state(site).holds) == 2
    assert len([one for one in site.cell.ledger.tasks(CREDITOR) if one.kind == "said_paid"]) == 2


def test_the_third_objection_after_two_that_were_declined_is_a_line_and_holds_nothing(
    site: Site,
) -> None:
    token = site.token(Purpose.DISPUTE)
    for place in range(3):
        answer = send(site, token, "dispute", "dispute", items=["NW-1042/1"], reason="faulty",
                      text=f"broken {place}")  # fmt: skip
        assert answer["statusCode"] == 303
        for one in state(site).disputes:
            record(site, ResolveBody(on=ON, id=f"r-{one.id}", dispute=one.id, outcome="rejected"))
    assert "cannot wait a further time" in text(site.go(answer, token))
    (line,) = [one.detail for one in site.cell.ledger.tasks(CREDITOR) if one.kind == "objection"]
    assert line == "faulty, NW-1042/1; nothing waits for NW-1042/1, objected to before: broken 2"
    assert remind_now(site) == remind.SENT


def test_an_objection_that_was_right_counts_for_nothing(site: Site) -> None:
    token = site.token(Purpose.DISPUTE)
    for _ in range(3):
        send(site, token, "dispute", "dispute", items=["NW-1042/1"], reason="faulty")
        (one,) = state(site).disputes
        record(site, ResolveBody(on=ON, id=f"r-{one.id}", dispute=one.id, outcome="Accepted"))


def test_a_file_is_for_what_was_said_on_the_page_and_not_for_an_id_that_looks_like_it(
    site: Site,
) -> None:
    """Ids of the API's are its callers' to choose, and a key of the bucket follows from it."""
    token = site.token(Purpose.DISPUTE)
    named = "portal-../../other/x-0"
    record(site, DisputeBody(on=ON, id=named, invoice="NW-1042", item=1, reason="told"))
    assert "attach" not in site.get(f"/portal/{token}/dispute")["body"]
    opened = site.door.open(token, NOON)
    assert opened is not None
    nonce = FORMS.nonce(opened, "attach", about((named,)), NOON)
    told = site.post(f"/portal/{token}/attach", f"form={nonce}&dispute={named}&kind=pdf")
    assert "said=again" in str(told["headers"])
    assert list(site.cell.ledger.tasks(CREDITOR)) == []
