"""What customers say on their pages, over the real handlers: the form as the page shows it is sent,
and the ledger, the agenda and the record say what came of it.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode, urljoin

import pytest
from dunning.adapters.memory.cell import plain_hash
from dunning.domain import bars, reasons
from dunning.domain.account import Account
from dunning.domain.bodies import (
    CustomerBody,
    InvoiceBody,
    MoneyBody,
    PlanBody,
    ReleaseBody,
    ResolveBody,
)
from dunning.domain.contact.attempt import Inconvenient
from dunning.domain.customer import Address, Customer
from dunning.domain.invoice import DueItem, Invoice
from dunning.domain.links import Purpose
from dunning.domain.payment_plans import ACTIVE, PROPOSED
from dunning.domain.plan_offers import PlanOffer
from dunning.domain.policy import Policy, Step
from dunning.service import remind
from dunning.service.why import Why

from tests.unit.handling import ADDRESS, CREDITOR, CUSTOMER, NOON, Cell
from tests.unit.portals import Site

DAY = 86_400
OFFER = PlanOffer(fewest=2, most=6)
POLICY = Policy("std", (Step(1, after_due=10),), plan_offer=OFFER)


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Site:
    found = Site(Cell(), monkeypatch)
    irish = replace(found.cell.rulebook.creditor, country="IE")
    found.cell.settings.put_creditor(CREDITOR, irish)
    found.cell.settings.put_policies(CREDITOR, (POLICY,), "with an offer")
    return found


class Form(HTMLParser):
    """The forms of a page: where each goes, and what it would send as it stands."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[dict[str, Any]] = []
        self._select = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append({"action": told["action"], "method": told["method"], "fields": []})
        elif tag == "input" and told.get("type") not in ("radio", "checkbox"):
            self.found[-1]["fields"].append((told["name"], told.get("value", "")))
        elif tag == "input" and "checked" in told:
            self.found[-1]["fields"].append((told["name"], told["value"]))
        elif tag == "select":
            self._select = told["name"]
        elif tag == "option" and "selected" in told:
            self.found[-1]["fields"].append((self._select, told["value"]))


def state(site: Site) -> Account:
    found = site.cell.ledger.read(CREDITOR, site.cell.account)
    assert found is not None
    return found


def forms(html: str, action: str) -> list[dict[str, Any]]:
    return [one for one in Form(html).found if one["action"].rpartition("/")[2] == action]


def send(
    site: Site, token: str, page: str, action: str, place: int = 0, **said: Any
) -> dict[str, Any]:
    """Send the form of a page, with what somebody fills in; the answer."""
    html = site.get(f"/portal/{token}/{page}")["body"]
    return send_shown(site, token, html, action, place, **said)


def send_shown(
    site: Site, token: str, html: str, action: str, place: int = 0, at: str = "/page", **said: Any
) -> dict[str, Any]:
    """Send a form of a page that is shown at `/portal/{token}` and what follows there."""
    form = forms(html, action)[place]
    assert form["method"] == "post"
    names = {name.rstrip("_") for name in said}
    fields = [(name, value) for name, value in form["fields"] if name not in names]
    for name, value in said.items():
        values = value if isinstance(value, list) else [value]
        fields += [(name.rstrip("_"), one) for one in values]
    path = urljoin(f"/portal/{token}{at}", form["action"])
    return site.post(path, urlencode(fields))


def remind_now(site: Site, now: int = NOON) -> str:
    return site.cell.reminders.remind(CREDITOR, site.cell.account, now)


def last(site: Site) -> Any:
    return list(site.cell.ledger.history(CREDITOR, site.cell.account))[-1]


def sentences(site: Site) -> list[str]:
    why = Why(site.cell.ledger, site.cell.accounts.gates)
    return [str(one.get("sentence", "")) for one in why.timeline(CREDITOR, CUSTOMER)]


def tasks(site: Site) -> dict[str, str]:
    return {one.kind: one.detail for one in site.cell.ledger.tasks(CREDITOR)}


def record(site: Site, body: Any) -> None:
    site.cell.bodies.record(CREDITOR, body, site.cell.rulebook, NOON)


def know(site: Site, **fields: Any) -> None:
    who = Customer(CUSTOMER, addresses=(Address("email", ADDRESS, ""),))
    record(site, CustomerBody(on=date(2026, 11, 23), customer=replace(who, **fields)))


def owe(site: Site, number: str, amount: int, currency: str = "EUR") -> None:
    on, due = date(2026, 10, 1), date(2026, 10, 31)
    invoice = Invoice(number, currency, "invoice", on, (DueItem(due, amount),))
    record(site, InvoiceBody(on=on, customer=CUSTOMER, invoice=invoice))


def text(answer: dict[str, Any]) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer["body"]))


# --- plans ---------------------------------------------------------------------------------------


def test_before_agreeing_every_day_and_amount_is_shown_and_nothing_is_written(site: Site) -> None:
    token = site.token(Purpose.PLAN)
    before = state(site)
    page = site.get(f"/portal/{token}")
    assert "How many instalments?" in page["body"]
    shown = text(site.get(f"/portal/{token}/plan?choice=EUR-3"))
    for told in (
        "7 December 2026 €396.66",
        "7 January 2027 €396.66",
        "7 February 2027 €396.68",
        "In all €1,190.00",
    ):
        assert told in shown
    assert state(site) == before


def test_an_offer_says_every_amount_that_is_asked_for_to_the_cent(site: Site) -> None:
    """1,190.00 in three leaves a remainder of 0.02, in two it leaves none."""
    shown = text(site.get(f"/portal/{site.token(Purpose.PLAN)}/plan"))
    assert "3 instalments €396.66 or €396.68 each, the last on" in shown
    assert "2 instalments €595.00 each, the last on" in shown


def test_what_a_plan_does_not_cover_is_offered_as_another(site: Site) -> None:
    token = site.token(Purpose.PLAN)
    assert "Another plan" not in text(site.get(f"/portal/{token}/plan"))
    send(site, token, "plan?choice=EUR-3", "plan")
    owe(site, "RE-2", 90_000)
    assert "Another plan For what is due: €900.00." in text(site.get(f"/portal/{token}/plan"))


def test_a_plan_that_is_agreed_is_what_was_shown_and_no_reminder_goes_out(site: Site) -> None:
    token = site.token(Purpose.PLAN)
    answer = send(site, token, "plan?choice=EUR-3", "plan")
    assert answer["statusCode"] == 303
    (plan,) = state(site).plans
    assert plan.state == ACTIVE
    assert [one.amount for one in plan.instalments] == [39_666, 39_666, 39_668]
    assert plan.instalments[0].due == date(2026, 12, 7)
    assert "The plan is agreed" in text(site.go(answer, token))
    assert state(site).head.plan.reason == reasons.IN_PLAN
    assert remind_now(site) == remind.SENT
    assert last(site).attempt.tells.startswith("plan_agreed/"), "and nothing is asked for"
    assert remind_now(site) == remind.NOT_DUE
    assert len(site.cell.sender.sent) == 1


def test_the_record_of_a_plan_says_who_agreed_when_and_in_which_words(site: Site) -> None:
    send(site, site.token(Purpose.PLAN), "plan?choice=EUR-2", "plan")
    found = last(site)
    assert (found.code, found.at) == ("plan", NOON)
    assert re.search(r"because words:en-[0-9a-f]{12}", found.detail)
    assert plain_hash("email", ADDRESS) in found.detail
    assert any("by the customer, with the link" in one for one in sentences(site))


def test_a_plan_that_is_sent_twice_is_one(site: Site) -> None:
    token = site.token(Purpose.PLAN)
    html = site.get(f"/portal/{token}/plan?choice=EUR-2")["body"]
    first = send_shown(site, token, html, "plan")
    head = state(site).head
    assert send_shown(site, token, html, "plan") == first
    assert state(site).head == head


def test_what_has_changed_since_it_was_shown_is_not_agreed_but_shown_again(site: Site) -> None:
    token = site.token(Purpose.PLAN)
    html = site.get(f"/portal/{token}/plan?choice=EUR-2")["body"]
    owe(site, "NW-2", 10_000)
    answer = send_shown(site, token, html, "plan")
    assert "said=again" in str(answer["headers"])
    assert state(site).plans == ()
    assert "look again" in text(site.go(answer, token))


def test_what_is_beyond_the_offer_is_asked_for_and_a_person_answers(site: Site) -> None:
    token = site.token(Purpose.PLAN)
    shown = site.get(f"/portal/{token}/plan?currency=EUR&count=10&first=2026-12-20")
    assert "Ask for this plan" in shown["body"]
    assert "20 December 2026" in text(shown)
    send_shown(site, token, shown["body"], "plan")
    (plan,) = state(site).plans
    assert (plan.state, plan.by, len(plan.instalments)) == (PROPOSED, "customer", 10)
    assert "plan_asked_for" in tasks(site)
    assert remind_now(site) == remind.SENT


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("currency=EUR&count=0", "from 1 to 24"),
        ("currency=EUR&count=99", "from 1 to 24"),
        ("currency=EUR&count=x", "from 1 to 24"),
        ("currency=EUR&count=3&first=2026-11-23", "between"),
        ("currency=EUR&count=3&first=2099-01-01", "between"),
        ("currency=EUR&count=3&first=soon", "between"),
        ("choice=USD-3", "Something has changed"),
        ("choice=-3", "from 1 to 24"),
    ],
)
def test_terms_that_cannot_be_are_told_in_words_at_their_field(
    query: str, said: str, site: Site
) -> None:
    page = site.get(f"/portal/{site.token(Purpose.PLAN)}/plan?{query}")
    assert page["statusCode"] == 200
    assert 'id="errors" tabindex="-1" autofocus' in page["body"]
    assert said in text(page)


def _proposed(site: Site) -> None:
    body = PlanBody(
        on=date(2026, 11, 23),
        id="pl-9",
        customer=CUSTOMER,
        state=PROPOSED,
        items=(("NW-1042", 1),),
        instalments=((date(2026, 12, 1), "600.00"), (date(2027, 1, 1), "590.00")),
        by="finance",
    )
    record(site, body)


@pytest.mark.parametrize(
    ("said_to_it", "state_after", "said"),
    [("accept", ACTIVE, "The plan is agreed"), ("decline", "", "You have declined the plan")],
)
def test_what_the_creditor_proposes_is_the_customer_s_to_answer(
    said_to_it: str, state_after: str, said: str, site: Site
) -> None:
    _proposed(site)
    token = site.token(Purpose.PLAN)
    answer = send(site, token, "plan", said_to_it)
    assert said in text(site.go(answer, token))
    assert [plan.state for plan in state(site).plans] == ([state_after] if state_after else [])


def test_a_proposal_of_more_than_is_open_by_now_is_nothing_to_answer(site: Site) -> None:
    _proposed(site)
    token = site.token(Purpose.PLAN)
    before = site.get(f"/portal/{token}/plan")["body"]
    paid = MoneyBody(
        on=date(2026, 11, 23),
        type="payment",
        id="p-1",
        customer=CUSTOMER,
        currency="EUR",
        amount=10_000,
        value_date=date(2026, 11, 23),
    )
    record(site, paid)
    page = site.get(f"/portal/{token}/plan")
    assert forms(page["body"], "accept") == []
    assert "1,090.00" in text(page), "what is offered is of what is open"
    send_shown(site, token, before, "accept")
    assert [plan.state for plan in state(site).plans] == [PROPOSED]


def test_other_terms_than_the_creditor_s_wait_for_a_person_under_the_same_plan(site: Site) -> None:
    _proposed(site)
    token = site.token(Purpose.PLAN)
    answer = send(site, token, "plan", "counter", count="4")
    assert "We have your request" in text(site.go(answer, token))
    (plan,) = state(site).plans
    assert (plan.id, plan.state, plan.by) == ("pl-9", PROPOSED, "customer")
    assert [one.amount for one in plan.instalments] == [29_750] * 4


def test_plans_have_an_address_of_their_own_where_every_answer_works(site: Site) -> None:
    _proposed(site)
    token = site.token(Purpose.PLAN)
    page = site.get(f"/plans/{token}")
    assert page["statusCode"] == 200
    for form in Form(page["body"]).found:
        there = urljoin(f"/plans/{token}", form["action"])
        assert there.startswith((f"/plans/{token}/", f"/portal/{token}/plan"))
    (decline,) = forms(page["body"], "decline")
    wrong = forms(page["body"], "counter")[0]["fields"]
    sent = urlencode([(name, value or "0") for name, value in wrong])
    again = site.post(f"/plans/{token}/counter", sent)
    assert again["statusCode"] == 422
    (decline,) = forms(again["body"], "decline")
    there = urljoin(f"/plans/{token}/counter", decline["action"])
    assert site.post(there, urlencode(decline["fields"]))["statusCode"] == 303
    assert state(site).plans == ()
    assert site.get("/plans/nothing")["statusCode"] == 404
    assert site.post("/plans/nothing/accept", "")["statusCode"] == 404
    assert site.post(f"/plans/{token}/swallow", sent)["statusCode"] == 303
    assert state(site).plans == ()


def test_terms_that_the_creditor_changed_meanwhile_are_not_accepted_unseen(site: Site) -> None:
    _proposed(site)
    token = site.token(Purpose.PLAN)
    html = site.get(f"/portal/{token}/plan")["body"]
    body = PlanBody(
        on=date(2026, 11, 23),
        id="pl-9",
        customer=CUSTOMER,
        state=PROPOSED,
        items=(("NW-1042", 1),),
        instalments=((date(2026, 12, 1), "1190.00"),),
        by="finance",
    )
    record(site, body)
    answer = send_shown(site, token, html, "accept")
    assert "said=again" in str(answer["headers"])
    assert state(site).plans[0].state == PROPOSED


# --- promises ------------------------------------------------------------------------------------


def test_a_promise_holds_reminders_back_until_its_day(site: Site) -> None:
    token = site.token(Purpose.VIEW)
    answer = send(site, token, "promise", "promise", date="2026-12-01")
    (promise,) = state(site).promises
    assert (promise.by, promise.amount) == (date(2026, 12, 1), 119_000)
    assert "We have your promise" in text(site.go(answer, token))
    assert remind_now(site) == remind.NOT_DUE
    assert state(site).head.plan.reason == reasons.PROMISED
    assert remind_now(site, NOON + 12 * DAY) == remind.SENT


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"date": "2026-12-08"}, "between 23 November 2026 and 7 December 2026"),
        ({"date": "2026-11-22"}, "between"),
        ({"date": "tomorrow"}, "between"),
        ({"date": "2026-12-01", "amount": "1,190.01"}, "an amount of up to €1,190.00"),
        ({"date": "2026-12-01", "amount": "nothing"}, "an amount of up to"),
        ({"date": "2026-12-01", "amount": "0"}, "an amount of up to"),
    ],
)
def test_a_promise_that_cannot_be_is_shown_again_with_what_was_filled_in(
    said: dict[str, str], told: str, site: Site
) -> None:
    answer = send(site, site.token(Purpose.VIEW), "promise", "promise", **said)
    assert answer["statusCode"] == 422
    assert told in text(answer)
    assert all(f'value="{value}"' in answer["body"] for value in said.values())
    assert 'aria-invalid="true"' in answer["body"]
    assert state(site).promises == ()


def test_the_second_promise_says_that_it_is_the_last_and_no_third_is_taken(site: Site) -> None:
    token = site.token(Purpose.VIEW)
    send(site, token, "promise", "promise", date="2026-11-25", amount="100")
    again = site.get(f"/portal/{token}/promise")
    assert "A third promise would hold back no reminder" in text(again)
    send_shown(site, token, again["body"], "promise", date="2026-11-26", amount="200")
    page = site.get(f"/portal/{token}/promise")
    assert "You have promised twice" in text(page)
    assert not forms(page["body"], "promise")
    assert len(state(site).promises) == 2


def test_a_policy_says_how_long_ahead_and_whether_at_all(site: Site) -> None:
    token = site.token(Purpose.VIEW)
    site.cell.settings.put_policies(CREDITOR, (replace(POLICY, promise_within=3),), "three days")
    assert 'max="2026-11-26"' in site.get(f"/portal/{token}/promise")["body"]
    site.cell.settings.put_policies(CREDITOR, (replace(POLICY, promise_within=0),), "none")
    assert "Promises are not taken here" in text(site.get(f"/portal/{token}/promise"))


# --- objections ----------------------------------------------------------------------------------


def test_an_objection_stops_reminders_about_what_it_is_about_and_a_person_is_told(
    site: Site,
) -> None:
    owe(site, "NW-2", 10_000)
    token = site.token(Purpose.DISPUTE)
    answer = send(
        site, token, "dispute", "dispute", items="NW-2/1", reason="faulty", text="cracked"
    )
    (dispute,) = state(site).disputes
    assert (dispute.invoice, dispute.item, dispute.reason) == ("NW-2", 1, "faulty: cracked")
    assert "We have your objection" in text(site.go(answer, token))
    assert tasks(site)["objection"] == "faulty, NW-2/1"
    assert remind_now(site) == remind.SENT
    (message,) = site.cell.sender.sent
    assert "NW-2" not in str(message)
    assert any("dispute" in one and "by the customer" in one for one in sentences(site))


def test_row_46_a_number_like_a_card_s_is_never_kept(site: Site) -> None:
    said = {"items": "NW-1042/1", "reason": "other", "text": "card 4242 4242 4242 4242 was charged"}
    send(site, site.token(Purpose.DISPUTE), "dispute", "dispute", **said)
    (dispute,) = state(site).disputes
    assert dispute.reason == "other: card ****4242 was charged"
    assert "4242 4242" not in str(tasks(site)) + str(list(sentences(site)))


def test_words_of_a_customer_are_in_no_record_of_the_history(site: Site) -> None:
    said = {"items": "NW-1042/1", "reason": "other", "text": "Ask my neighbour Eve"}
    send(site, site.token(Purpose.DISPUTE), "dispute", "dispute", **said)
    assert "Eve" not in str(list(site.cell.ledger.history(CREDITOR, site.cell.account)))


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"items": [], "reason": "faulty"}, "Which invoice is it about?"),
        ({"items": "NW-1042/1", "reason": ""}, "What is wrong?"),
        ({"items": "NW-1042/1", "reason": "because"}, "What is wrong?"),
        ({"items": "NW-1042/1", "reason": "other"}, "Please tell us more"),
        ({"items": "NW-9/1", "reason": "faulty"}, "Something has changed"),
        ({"items": "x", "reason": "faulty"}, "Something has changed"),
        (
            {"items": "NW-1042/1", "reason": "faulty", "text": "x" * 1_001},
            "at most 1000 characters",
        ),
    ],
)
def test_an_objection_that_says_too_little_is_shown_again(
    said: dict[str, Any], told: str, site: Site
) -> None:
    answer = send(site, site.token(Purpose.DISPUTE), "dispute", "dispute", **said)
    assert answer["statusCode"] == 422
    assert told in text(answer)
    assert state(site).disputes == ()


def test_an_objection_that_was_cut_goes_on_when_the_form_comes_again(site: Site) -> None:
    owe(site, "NW-2", 10_000)
    token = site.token(Purpose.DISPUTE)
    html = site.get(f"/portal/{token}/dispute")["body"]
    both = {"items": ["NW-1042/1", "NW-2/1"], "reason": "faulty"}
    write, left = site.cell.ledger.write, [1]

    def cut(*arguments: Any) -> None:
        if not left[0]:
            raise RuntimeError("the process ends here")
        left[0] -= 1
        write(*arguments)

    site.cell.ledger.write = cut  # type: ignore[method-assign]
    with pytest.raises(RuntimeError):
        send_shown(site, token, html, "dispute", **both)
    site.cell.ledger.write = write  # type: ignore[method-assign]
    assert len(state(site).disputes) == 1
    assert send_shown(site, token, html, "dispute", **both)["statusCode"] == 303
    assert {one.invoice for one in state(site).disputes} == {"NW-1042", "NW-2"}
    assert send_shown(site, token, html, "dispute", **both)["statusCode"] == 303
    assert len(state(site).disputes) == 2


def test_what_became_of_an_objection_is_shown_and_its_line_goes_with_it(site: Site) -> None:
    token = site.token(Purpose.DISPUTE)
    send(site, token, "dispute", "dispute", items="NW-1042/1", reason="faulty")
    (dispute,) = state(site).disputes
    assert "is looked into" in text(site.get(f"/portal/{token}/history"))
    record(
        site, ResolveBody(on=date(2026, 11, 23), id="r1", dispute=dispute.id, outcome="rejected")
    )
    assert "not accepted on 23 November 2026" in text(site.get(f"/portal/{token}/history"))
    assert "objection_over" in tasks(site)


# --- paid already --------------------------------------------------------------------------------


def test_who_says_they_paid_is_not_reminded_for_a_week_and_nothing_is_posted(site: Site) -> None:
    token = site.token(Purpose.PAID)
    said = {"date": "2026-11-20", "reference": "thanks 4242424242424242"}
    answer = send(site, token, "paid", "paid", **said)
    assert "we look for it" in text(site.go(answer, token))
    (hold,) = state(site).holds
    assert (hold.kind, hold.until) == ("said_paid", date(2026, 11, 30))
    assert tasks(site)["said_paid"] == (
        "1190.00 EUR on 2026-11-20, for NW-1042/1, reference: thanks ****4242;"
        " waits until 2026-11-30"
    )
    assert list(site.cell.ledger.postings(CREDITOR, site.cell.account)) == []
    assert state(site).head.plan.reason == reasons.SAID_PAID
    assert remind_now(site) == remind.NOT_DUE
    assert remind_now(site, NOON + 8 * DAY) == remind.SENT


def test_the_third_word_that_it_was_paid_is_a_line_and_holds_nothing(site: Site) -> None:
    token = site.token(Purpose.PAID)
    for place in range(3):
        answer = send(site, token, "paid", "paid", date="2026-11-20", reference=f"r{place}")
    assert "cannot wait a further time" in text(site.go(answer, token))
    assert len(state(site).holds) == 2
    lines = [one.detail for one in site.cell.ledger.tasks(CREDITOR)]
    assert sum(line.endswith("nothing waits") for line in lines) == 1


def test_the_line_goes_when_the_hold_is_released(site: Site) -> None:
    send(site, site.token(Purpose.PAID), "paid", "paid", date="2026-11-20")
    (hold,) = state(site).holds
    record(site, ReleaseBody(on=date(2026, 11, 23), id="r1", hold=hold.id))
    assert "said_paid_over" in tasks(site)
    assert remind_now(site) == remind.SENT


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"date": ""}, "On which day?"),
        ({"date": "2026-11-24"}, "between"),
        ({"date": "2026-11-20", "amount": "-5"}, "please give an amount, as €1,190.00"),
        ({"date": "2026-11-20", "items": []}, "What have you paid?"),
        ({"date": "2026-11-20", "reference": "x" * 101}, "at most 100 characters"),
    ],
)
def test_a_payment_that_cannot_be_is_shown_again(
    said: dict[str, Any], told: str, site: Site
) -> None:
    answer = send(site, site.token(Purpose.PAID), "paid", "paid", **said)
    assert answer["statusCode"] == 422
    assert told in text(answer)
    assert state(site).holds == ()


# --- who, and how --------------------------------------------------------------------------------


def test_who_is_not_the_customer_is_written_to_no_more_and_sees_nothing_any_more(
    site: Site,
) -> None:
    token = site.token(Purpose.WRONG_PERSON)
    page = site.get(f"/portal/{token}")
    assert "NW-1042" not in page["body"]
    answer = send_shown(site, token, page["body"], "wrong-person", at="")
    assert answer["statusCode"] == 200
    assert "no longer uses your address" in text(answer)
    assert [one.value for one in bars.usable(state(site), "email", 9)] == []
    assert site.get(f"/portal/{token}")["statusCode"] == 404
    assert site.get(f"/portal/{site.token(Purpose.VIEW)}")["statusCode"] == 404
    assert "find_address" in tasks(site)


def test_language_and_hours_are_the_customer_s_to_choose(site: Site) -> None:
    token = site.token(Purpose.VIEW)
    answer = send(site, token, "contact", "contact", language="fr", from_="22", until="7")
    customer = state(site).customer
    assert customer.language == "fr"
    assert customer.inconvenient == (
        Inconvenient(22 * 3_600, 24 * 3_600),
        Inconvenient(0, 7 * 3_600),
    )
    assert customer.name == "Harbour Café"
    assert [one.value for one in customer.on("email")] == [ADDRESS]
    page = site.go(answer, token)
    assert "C’est enregistré" in text(page)
    assert 'value="22" selected' in page["body"]
    assert 'value="7" selected' in page["body"]


def test_hours_that_the_form_cannot_show_are_left_alone(site: Site) -> None:
    odd = (Inconvenient(3_660, 7_200, frozenset({0})),)
    who = Customer(CUSTOMER, addresses=(Address("email", ADDRESS, ""),), inconvenient=odd)
    record(site, CustomerBody(on=date(2026, 11, 23), customer=who, hours=True))
    token = site.token(Purpose.VIEW)
    page = site.get(f"/portal/{token}/contact")
    assert "hours that this form cannot show" in text(page)
    send_shown(site, token, page["body"], "contact", language="de")
    assert state(site).customer.inconvenient == odd


@pytest.mark.parametrize(
    ("start", "end"), [("8", ""), ("", "8"), ("8", "8"), ("x", "9"), ("3", "99")]
)
def test_half_a_span_of_hours_is_shown_again(start: str, end: str, site: Site) -> None:
    token = site.token(Purpose.VIEW)
    answer = send(site, token, "contact", "contact", from_=start, until=end)
    assert answer["statusCode"] == 422
    assert state(site).customer.inconvenient == ()


def test_each_channel_can_be_stopped_by_itself(site: Site) -> None:
    know(site, addresses=(Address("email", ADDRESS, ""), Address("voice", "+35391123456", "")))
    token = site.token(Purpose.VIEW)
    page = site.get(f"/portal/{token}/contact")["body"]
    assert len(forms(page, "stop")) == 3
    answer = send_shown(site, token, page, "stop", 0)
    assert [one.value for one in bars.usable(state(site), "email", 9)] == []
    assert len(bars.usable(state(site), "voice", 9)) == 1
    shown = site.go(answer, token)
    assert "E-mail reminders are stopped." in text(shown)
    assert len(forms(shown["body"], "stop")) == 2


# --- pages ---------------------------------------------------------------------------------------

PAGES = ("plan", "promise", "dispute", "paid", "wrong-person", "contact", "history", "statement")


@pytest.mark.parametrize("page", PAGES)
def test_looking_at_a_page_changes_nothing(page: str, site: Site) -> None:
    before = state(site)
    answer = site.get(f"/portal/{site.token(Purpose.VIEW)}/{page}")
    assert answer["statusCode"] == 200
    assert state(site) == before


def test_the_statement_leads_to_every_page_and_each_leads_back(site: Site) -> None:
    token = site.token(Purpose.VIEW)
    for at in (f"/portal/{token}", f"/portal/{token}/statement"):
        found = re.findall(r'<li><a href="([^"]+)">', site.get(at)["body"])
        assert len(found) == 7
        for href in found:
            there = urljoin(at, href)
            page = site.get(there)
            assert page["statusCode"] == 200
            (back,) = re.findall(r'class="back"><a href="([^"]+)">', page["body"])
            assert site.get(urljoin(there, back))["statusCode"] == 200


@pytest.mark.parametrize(
    ("purpose", "heading"),
    [
        (Purpose.PLAN, "Pay in instalments"),
        (Purpose.PAID, "I have paid already"),
        (Purpose.DISPUTE, "Object to an invoice"),
        (Purpose.WRONG_PERSON, "Is this not for you?"),
        (Purpose.PAY, "What is open"),
        (Purpose.VIEW, "What is open"),
    ],
)
def test_each_link_of_a_mail_opens_its_own_page(purpose: Purpose, heading: str, site: Site) -> None:
    page = site.get(f"/portal/{site.token(purpose)}")["body"]
    assert f"<h1>{heading}</h1>" in page


def _each_form(site: Site, token: str) -> Iterator[str]:
    for page in PAGES:
        yield site.get(f"/portal/{token}/{page}")["body"]


def test_a_form_of_a_link_s_own_page_goes_where_that_of_the_page_below_goes(site: Site) -> None:
    for purpose in (Purpose.PLAN, Purpose.PAID, Purpose.DISPUTE, Purpose.WRONG_PERSON):
        token = site.token(purpose)
        own = Form(site.get(f"/portal/{token}")["body"]).found
        assert own
        for form in own:
            assert urljoin(f"/portal/{token}", form["action"]).startswith(f"/portal/{token}/")


def test_pages_say_nothing_of_the_customer_but_what_they_said_themselves(site: Site) -> None:
    know(site, name="Harbour Café & Söhne", postal=("1 Quay Street", "Galway"))
    for body in _each_form(site, site.token(Purpose.VIEW)):
        for told in (ADDRESS, "Harbour", "Quay", "Galway"):
            assert told not in body


def test_nothing_that_was_typed_or_of_the_link_is_written_to_the_log(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    token = site.token(Purpose.DISPUTE)
    said = {"items": "NW-1042/1", "reason": "other", "text": "Ask my neighbour Eve"}
    send(site, token, "dispute", "dispute", **said)
    send(site, token, "paid", "paid", date="x", reference="Eve")
    written = capsys.readouterr()
    for told in (token, ADDRESS, "Eve"):
        assert told not in written.out + written.err
