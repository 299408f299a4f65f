"""A customer pays from the page behind a link: what is offered, what a form begins, and that nobody
pays twice or is reminded while a payment may still come.

What a provider's webhook records is `test_provider_money`'s.
"""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from dunning.adapters.dynamodb.creditor_codec import settings_of
from dunning.domain.account import Account, Head
from dunning.domain.bodies import (
    DisputeBody,
    HandOverBody,
    HoldBody,
    InvoiceBody,
    MoneyBody,
    Part,
    PlanBody,
    ReversalBody,
)
from dunning.domain.calendar import later, parse_instant
from dunning.domain.customer import Customer
from dunning.domain.facts import PAYMENT_BEGUN, Dispute, Hold
from dunning.domain.fields import ReadingError
from dunning.domain.identity import ItemRef
from dunning.domain.invoice import DueItem, Invoice, OpenItem
from dunning.domain.links import Link, Purpose
from dunning.domain.owed import owed
from dunning.domain.paying import payable, total
from dunning.domain.payment_plans import ACTIVE, Instalment, PaymentPlan
from dunning.domain.payment_requests import NotBegun
from dunning.domain.provider_events import ProviderEvent
from dunning.domain.reading import read
from dunning.domain.reading_parties import read_creditor
from dunning.entry.actions import NONCE
from dunning.entry.actions.pay import coming_back
from dunning.service import remind
from dunning.service.provider_money import ProviderMoney
from dunning.service.provider_ports import NotConfigured
from hypothesis import given
from hypothesis import strategies as st

from tests.shown_forms import pay_forms
from tests.unit.handling import CREDITOR, CUSTOMER, NOON, Cell
from tests.unit.portals import Site

TODAY = date(2026, 11, 23)
DAY = 86_400


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Site:
    made = Site(Cell(), monkeypatch)
    pays_with(made, "stripe")
    return made


def pays_with(site: Site, *providers: str) -> None:
    creditor = site.cell.rulebook.creditor
    settings = replace(creditor, pay_with=providers, name="Northwind Traders")
    site.cell.settings.put_creditor(CREDITOR, settings)


def record(site: Site, *bodies: Any, now: int = NOON) -> None:
    for body in bodies:
        site.cell.bodies.record(CREDITOR, body, site.cell.rulebook, now)


def invoice(number: str, due: date, amount: int, currency: str = "EUR") -> InvoiceBody:
    document = Invoice(number, currency, "invoice", date(2026, 10, 1), (DueItem(due, amount),))
    return InvoiceBody(on=date(2026, 10, 1), customer=CUSTOMER, invoice=document)


def paid(id_: str, number: str, amount: int, on: date = TODAY) -> MoneyBody:
    return MoneyBody(
        on=on,
        type="payment",
        id=id_,
        customer=CUSTOMER,
        currency="EUR",
        amount=amount,
        value_date=on,
        parts=(Part(invoice=number, item=1, amount=amount),),
    )


class Shown:
    """The page of a link, as whoever pays uses it."""

    def __init__(self, site: Site, token: str = "", said: str = "") -> None:
        self.site = site
        self.token = token or site.token(Purpose.PAY)
        answer = site.get(f"/portal/{self.token}" + (f"?said={said}" if said else ""))
        assert answer["statusCode"] == 200
        self.html, self.headers = answer["body"], answer["headers"]
        self.forms = pay_forms(self.html)

    @property
    def labels(self) -> list[list[str]]:
        """What stands on the buttons of each form that pays."""
        return [form.labels for form in self.forms]

    def chosen(self, place: int) -> list[str]:
        return self.forms[place].chosen

    def items(self, place: int) -> list[str]:
        return self.forms[place].items

    def send(self, place: int = 0, button: int = 0, **other: Any) -> dict[str, Any]:
        """The form of that place is sent by one of its buttons, with `other` fields for its own."""
        form = self.forms[place]
        return self.site.post(f"/portal/{form.action}", form.body(button, **other))


def where(answer: dict[str, Any]) -> str:
    assert answer["statusCode"] == 303
    return {name.lower(): str(value) for name, value in answer["headers"].items()}["location"]


def returning(site: Site) -> str:
    """The token that a provider is told on a Monday: of the same link, to the end of next week."""
    return site.token(Purpose.PAY, until=date(2026, 12, 6))


def holds(site: Site) -> list[Hold]:
    state = site.cell.ledger.read(CREDITOR, site.cell.account)
    assert state is not None
    return [hold for hold in state.holds if hold.kind == PAYMENT_BEGUN]


def agree_halves(site: Site) -> None:
    """A plan over NW-1042 in two equal instalments, the first due today."""
    plan = PlanBody(
        on=TODAY,
        id="p-1",
        customer=CUSTOMER,
        state="active",
        items=(("NW-1042", 1),),
        instalments=((TODAY, "595.00"), (date(2026, 12, 23), "595.00")),
    )
    record(site, plan)


def test_who_is_to_pay_goes_to_the_provider_s_page_with_one_click(site: Site) -> None:
    page = Shown(site)
    assert page.labels == [["Pay €1,190.00 online"]]
    answer = page.send()
    assert where(answer) == "https://checkout.stripe.com/c/pay/cs_1"
    (asked,) = site.provider.asked
    assert (asked.currency, asked.amount) == ("EUR", 119_000)
    assert asked.items == ((ItemRef("NW-1042", 1), 119_000),)
    assert (asked.creditor, asked.customer) == (CREDITOR, CUSTOMER)
    assert asked.title == "Northwind Traders: NW-1042"
    assert asked.back == f"https://pay.example.com/portal/{returning(site)}?said=paying"
    assert asked.left == f"https://pay.example.com/portal/{returning(site)}?said=left"
    assert site.cell.metrics.counts["PaymentBegun"] == 1


@pytest.mark.parametrize(
    ("on", "until"),
    [("2026-11-23", "2026-12-06"), ("2026-11-29", "2026-12-06"), ("2026-11-30", "2026-12-13")],
)
def test_what_a_provider_keeps_is_a_link_of_a_week_or_two(on: str, until: str) -> None:
    """A link of a mail opens the statement for three months."""
    link = Link("a#c", Purpose.PLAN, "00" * 8, date(2027, 2, 21), 3, proven=False)
    back = coming_back(link, parse_instant(f"{on}T23:59:59Z"))
    assert back == link._replace(until=date.fromisoformat(until))
    proven = link._replace(until=date(2026, 11, 24), proven=True)
    assert coming_back(proven, parse_instant("2026-11-23T12:00:00Z")) == proven


def test_a_creditor_without_a_provider_shows_the_bank_alone(site: Site) -> None:
    pays_with(site)
    page = Shown(site)
    assert page.forms == []
    assert "form-action 'self';" in page.headers["Content-Security-Policy"]


def test_the_browser_may_be_led_to_the_creditor_s_providers_and_nowhere_else(site: Site) -> None:
    pays_with(site, "stripe", "gocardless")
    page = Shown(site)
    assert page.labels == [["Pay €1,190.00 online", "Pay €1,190.00 from your bank account"]]
    leads_to = "https://checkout.stripe.com https://pay.gocardless.com"
    leads_to += " https://pay-sandbox.gocardless.com"
    assert f"form-action 'self' {leads_to};" in page.headers["Content-Security-Policy"]


def test_a_provider_is_offered_for_the_currencies_that_it_takes(site: Site) -> None:
    pays_with(site, "gocardless")
    record(site, invoice("NW-2", date(2026, 11, 1), 5_000, "JPY"))
    assert Shown(site).labels == [["Pay €1,190.00 from your bank account"]]


def test_each_currency_is_paid_by_itself(site: Site) -> None:
    record(site, invoice("NW-2", date(2026, 11, 1), 5_000, "JPY"))
    page = Shown(site)
    assert page.labels == [["Pay €1,190.00 online"], ["Pay ¥5,000 online"]]
    page.send(1)
    assert [(one.currency, one.amount) for one in site.provider.asked] == [("JPY", 5_000)]


def everything(site: Site) -> None:
    """Items for and against whose payment something speaks."""
    due = date(2026, 11, 1)
    numbers = ("disputed", "held", "in-a-plan", "with-an-agency")
    record(site, *(invoice(number, due, 1_000) for number in numbers))
    record(
        site,
        invoice("coming", date(2026, 12, 24), 700),
        DisputeBody(on=TODAY, id="d-1", invoice="disputed", item=None, reason="wrong"),
        HoldBody(
            on=TODAY,
            id="h-1",
            customer=CUSTOMER,
            kind="request",
            scope="invoice",
            invoice="held",
            item=None,
            until=None,
        ),
        PlanBody(
            on=TODAY,
            id="p-1",
            customer=CUSTOMER,
            state="active",
            items=(("in-a-plan", 1),),
            instalments=((TODAY, "4.00"), (date(2026, 12, 23), "6.00")),
        ),
        HandOverBody(
            on=TODAY,
            id="o-1",
            customer=CUSTOMER,
            to="agency",
            items=(ItemRef("with-an-agency", 1),),
        ),
    )


def test_what_is_disputed_held_or_not_yet_due_may_be_paid_and_is_not_chosen(site: Site) -> None:
    everything(site)
    page = Shown(site)
    # The invoice that is due, and the instalment that is; not the whole of what is in the plan.
    assert page.labels == [["Pay €1,194.00 online"], ["Pay what is chosen online"]]
    assert len(page.chosen(0)) == len(page.chosen(1)) == 2
    assert len(page.items(1)) == 6
    assert "with-an-agency" not in page.html.partition("<details>")[2].partition("</details>")[0]
    page.send(1, item=page.items(1))
    (asked,) = site.provider.asked
    paid_for = dict(asked.items)
    assert paid_for.pop(ItemRef("NW-1042", 1)) == 119_000
    assert paid_for.pop(ItemRef("in-a-plan", 1)) == 1_000
    assert paid_for.pop(ItemRef("coming", 1)) == 700
    assert paid_for == {ItemRef("disputed", 1): 1_000, ItemRef("held", 1): 1_000}


def test_an_instalment_that_is_paid_is_paid_of_the_plan_and_no_more(site: Site) -> None:
    everything(site)
    page = Shown(site)
    page.send()
    (asked,) = site.provider.asked
    assert dict(asked.items)[ItemRef("in-a-plan", 1)] == 400


def test_what_is_on_account_already_is_not_asked_for_again(site: Site) -> None:
    money = replace(paid("p-0", "NW-1042", 20_000), parts=(), on_account=True)
    record(site, money)
    page = Shown(site)
    assert page.labels == [["Pay €990.00 online"]]
    assert "€990.00" in page.html.partition("To pay now")[2][:120]


def test_a_second_click_leads_to_the_same_payment(site: Site) -> None:
    page = Shown(site)
    first, second = page.send(), page.send()
    assert where(first) == where(second)
    assert len(site.provider.begun) == 1
    assert len(holds(site)) == 1


def test_a_click_after_midnight_leads_to_the_payment_of_the_day_before(site: Site) -> None:
    Shown(site).send()
    site.cell.clock.at = NOON + DAY
    page = Shown(site)
    assert page.labels == [["Go on with this payment"], ["Pay what is chosen online"]]
    page.send()
    page.send(1, item=page.items(1))
    assert len(site.provider.begun) == 1
    site.cell.clock.at = NOON + 2 * DAY
    page = Shown(site)
    page.send()
    assert len(site.provider.begun) == 2


def test_another_provider_or_other_items_are_another_payment(site: Site) -> None:
    pays_with(site, "stripe", "gocardless")
    record(site, invoice("NW-2", date(2026, 11, 1), 5_000))
    page = Shown(site)
    page.send()
    page.send(button=1)
    page.send(1, item=page.items(1)[:1])
    assert len(site.provider.begun) == 3


@pytest.mark.parametrize(
    "other",
    [
        {"item": "0" * 12},
        {"item": []},
        {"currency": "USD"},
        {"by": "paypal"},
        {"by": "gocardless"},
        {"by": ""},
        {NONCE: ""},
    ],
    ids=str,
)
def test_what_the_page_does_not_offer_is_not_begun(other: dict[str, Any], site: Site) -> None:
    page = Shown(site)
    assert where(page.send(**other)) == f"../{page.token}?said=again"
    assert site.provider.asked == []
    assert holds(site) == []


def test_an_amount_that_has_changed_since_is_shown_again_and_not_paid(site: Site) -> None:
    page = Shown(site)
    record(site, paid("p-1", "NW-1042", 100))
    assert where(page.send()) == f"../{page.token}?said=again"
    assert site.provider.asked == []
    Shown(site).send()
    assert [one.amount for one in site.provider.asked] == [118_900]


@pytest.mark.parametrize(
    "error", [NotBegun("unavailable", "Timeout"), NotBegun("misconfigured"), NotConfigured("no")]
)
def test_a_provider_that_does_not_answer_is_told_and_holds_nothing(
    error: Exception, site: Site
) -> None:
    site.provider.fails = error
    page = Shown(site)
    answer = page.send()
    assert where(answer) == f"../{page.token}?said=not-begun"
    assert "could not be opened" in site.go(answer, page.token)["body"]
    assert holds(site) == []
    assert site.cell.metrics.counts["PaymentNotBegun"] == 1


def test_nobody_is_reminded_while_the_payment_may_still_come_and_is_when_it_did_not(
    site: Site,
) -> None:
    cell = site.cell
    Shown(site).send()
    assert cell.reminders.remind(CREDITOR, cell.account, NOON) == remind.NOT_DUE
    head = cell.ledger.head(CREDITOR, cell.account)
    assert head is not None
    assert (head.plan.reason, head.plan.detail) == ("PAYMENT_AWAITED", "NW-1042/1")
    # The rest of today and all of tomorrow.
    assert cell.reminders.remind(CREDITOR, cell.account, NOON + DAY) == remind.NOT_DUE
    assert cell.reminders.remind(CREDITOR, cell.account, NOON + 2 * DAY) == remind.SENT


def test_a_payment_between_banks_is_waited_for_as_long_as_banks_take(site: Site) -> None:
    pays_with(site, "gocardless")
    Shown(site).send()
    (hold,) = holds(site)
    assert (hold.on, hold.until) == (TODAY, date(2026, 11, 28))


def test_who_begins_again_and_again_and_never_pays_is_reminded(site: Site) -> None:
    cell = site.cell
    for n in range(4):
        cell.clock.at = NOON + 2 * n * DAY
        page = Shown(site, site.token(Purpose.PAY))
        page.send()
    assert sorted(hold.on for hold in holds(site)) == [TODAY, date(2026, 11, 25)]
    assert len(site.provider.begun) == 4
    at = NOON + 6 * DAY
    assert cell.reminders.remind(CREDITOR, cell.account, at) == remind.SENT


def test_the_hold_ends_with_the_payment_and_what_comes_back_is_asked_for(site: Site) -> None:
    Shown(site).send()
    record(site, paid("stripe:pi_1", "NW-1042", 119_000))
    assert holds(site) == []
    (ended,) = site.cell.ledger.ended(CREDITOR, site.cell.account)
    assert (ended.kind, ended.outcome) == ("hold", "settled")
    record(site, ReversalBody(on=TODAY, id="back", of="stripe:pi_1"))
    page = Shown(site)
    assert page.labels == [["Pay €1,190.00 online"]]


def test_the_page_says_no_more_of_a_payment_than_is_known(site: Site) -> None:
    token = site.token(Purpose.PAY)
    plain = Shown(site, token).html
    for said in ("paying", "left"):
        # Nothing was begun, whatever the address says.
        assert Shown(site, token, said).html == plain
    Shown(site, token).send()
    page = Shown(site, token, "paying")
    assert "We have not heard from the bank yet; this page will show it" in page.html
    assert "A payment of it was begun" in page.html
    assert "To pay now" not in page.html
    assert page.labels == [["Go on with this payment"], ["Pay what is chosen online"]]
    assert page.chosen(1) == []
    assert "nothing has been taken" in Shown(site, token, "left").html
    record(site, paid("stripe:pi_1", "NW-1042", 119_000))
    assert "Your payment has arrived" in Shown(site, token, "paying").html
    assert "Your payment has arrived" not in Shown(site, token, "left").html
    site.cell.clock.at = NOON + 8 * DAY
    assert "Your payment has arrived" not in Shown(site, token, "paying").html


def test_what_was_paid_in_part_cannot_be_gone_on_with(site: Site) -> None:
    Shown(site).send()
    record(site, paid("p-1", "NW-1042", 100))
    page = Shown(site)
    assert "A payment was begun" in page.html
    assert page.labels == [["Pay what is chosen online"]]


def test_the_history_keeps_the_amount_and_no_word_of_the_customer(site: Site) -> None:
    Shown(site).send()
    last = list(site.cell.ledger.history(CREDITOR, site.cell.account))[-1]
    assert (last.kind, last.code) == ("FACT", PAYMENT_BEGUN)
    assert last.detail == "1190.00 EUR for 1 items, until 2026-11-24"
    assert last.id.startswith("paying-")


def test_a_file_cannot_set_such_a_hold() -> None:
    said = {"type": "hold", "id": "h", "customer": "c", "kind": PAYMENT_BEGUN, "on": "2026-11-23"}
    with pytest.raises(ReadingError, match="set by the system"):
        read(said)


@given(
    opens=st.lists(
        st.tuples(st.integers(1, 9_999), st.integers(-30, 30), st.booleans()),
        min_size=1,
        max_size=6,
    ),
    credit=st.integers(0, 12_000),
)
def test_the_button_asks_for_what_the_page_says_is_to_be_paid_now(
    opens: list[tuple[int, int, bool]], credit: int
) -> None:
    items = tuple(
        OpenItem(ItemRef(f"I{n}", 1), "EUR", later(TODAY, days), amount, amount)
        for n, (amount, days, _) in enumerate(opens)
    )
    disputes = tuple(
        Dispute(f"d{n}", f"I{n}", TODAY) for n, (*_, disputed) in enumerate(opens) if disputed
    )
    head = replace(Head(CREDITOR, CUSTOMER), credit={"EUR": credit} if credit else {})
    state = Account(head, Customer(CUSTOMER), open=items, disputes=disputes)
    (case,) = owed(state, TODAY)
    found = payable(state, case)
    assert sum(one.amount for one in found.wanted) == case.now
    parts = dict(total(found.choices))
    assert all(0 < part <= item.open for item in items if (part := parts.get(item.ref, item.open)))
    assert sum(parts.values()) + min(credit, _due(state)) == sum(item.open for item in items)


def _due(state: Account) -> int:
    (case,) = owed(state, TODAY)
    return sum(one.open for one in case.items if one.now)


@pytest.mark.parametrize(
    ("said", "known"),
    [("stripe", ("stripe",)), (["gocardless", "stripe"], ("gocardless", "stripe")), ([], ())],
)
def test_a_creditor_names_its_providers_in_the_order_in_which_they_are_offered(
    said: object, known: tuple[str, ...]
) -> None:
    creditor = read_creditor({"creditor": "acme", "pay_with": said})
    assert creditor.pay_with == known
    stored = json.dumps({"creditor": "acme", "pay_with": list(creditor.pay_with)})
    assert settings_of("acme", stored).pay_with == known


@pytest.mark.parametrize("said", ["paypal", ["stripe", 1], {"stripe": True}, 7])
def test_a_provider_without_a_page_is_refused_with_those_that_have_one(said: object) -> None:
    with pytest.raises(ReadingError, match="write of: stripe, gocardless"):
        read_creditor({"creditor": "acme", "pay_with": said})


def test_money_on_account_is_taken_off_an_instalment_that_is_due_as_well(site: Site) -> None:
    everything(site)
    record(site, replace(paid("p-0", "x", 119_300), parts=(), on_account=True))
    page = Shown(site)
    # All of the invoice that is due, and three of the four of the instalment.
    assert page.labels[0] == ["Pay €1.00 online"]
    assert "€1.00" in page.html.partition("To pay now")[2][:120]


def test_two_instalments_of_one_amount_are_two_payments_of_one_day(site: Site) -> None:
    agree_halves(site)
    Shown(site).send()
    record(site, paid("stripe:pi_1", "NW-1042", 59_500))
    page = Shown(site)
    page.send(0, item=page.items(0))
    assert [one.amount for one in site.provider.asked] == [59_500, 59_500]
    assert len(site.provider.begun) == 2


def test_gocardless_is_offered_for_what_is_paid_at_once_there(site: Site) -> None:
    pays_with(site, "gocardless")
    record(site, invoice("NW-2", date(2026, 11, 1), 5_000, "USD"))
    record(site, invoice("NW-3", date(2026, 11, 1), 6_000, "GBP"))
    assert [label.split()[1] for (label,) in Shown(site).labels] == ["€1,190.00", "£60.00"]


def test_a_plan_is_not_broken_while_its_instalment_is_on_the_way_between_banks(site: Site) -> None:
    cell = site.cell
    pays_with(site, "gocardless")
    agree_halves(site)
    Shown(site).send()  # on the last day but two of the first instalment
    for days in (3, 5):
        assert cell.reminders.remind(CREDITOR, cell.account, NOON + days * DAY) == remind.NOT_DUE
        state = cell.ledger.read(CREDITOR, cell.account)
        assert state is not None
        assert [one.state for one in state.plans] == ["active"]
    record(site, paid("gocardless:PM1", "NW-1042", 59_500, later(TODAY, 5)), now=NOON + 5 * DAY)
    state = cell.ledger.read(CREDITOR, cell.account)
    assert state is not None
    assert [(one.state, one.received) for one in state.plans] == [("active", 59_500)]


def test_who_paid_for_an_instalment_and_it_never_came_is_told_so_before_the_plan_is_broken(
    site: Site,
) -> None:
    cell = site.cell
    pays_with(site, "gocardless")
    agree_halves(site)
    assert cell.reminders.remind(CREDITOR, cell.account, NOON) == remind.SENT, "the agreement"
    Shown(site).send()
    # It could come for five days; a word on the sixth, and two days of grace from the fifth.
    told = []
    for days in range(1, 9):
        while cell.reminders.remind(CREDITOR, cell.account, NOON + days * DAY) == remind.SENT:
            told.append((days, cell.ledger.read(CREDITOR, cell.account).told[-1].tells))
    since = later(TODAY, 5)
    assert told == [(6, ("instalment_missed", f"1-{since}", "p-1"))]
    state = cell.ledger.read(CREDITOR, cell.account)
    assert state is not None
    assert [(one.state, one.until) for one in state.plans] == [("broken", later(TODAY, 7))]


def instalments(site: Site, *shares: tuple[date, str], invoices: tuple[str, ...] = ()) -> None:
    """The invoice that is due, and more, in a plan."""
    record(
        site,
        PlanBody(
            on=TODAY,
            id="p-1",
            customer=CUSTOMER,
            state="active",
            items=(("NW-1042", 1), *((number, 1) for number in invoices)),
            instalments=shares,
        ),
    )


def test_the_payment_of_an_instalment_is_begun_shown_and_arrives_as_what_it_is(site: Site) -> None:
    instalments(site, (TODAY, "400.00"), (date(2026, 12, 23), "790.00"))
    token = site.token(Purpose.PAY)
    Shown(site, token).send()
    page = Shown(site, token, "paying")
    assert "The payment of €400.00 was begun" in page.html
    assert "To pay now" not in page.html
    assert page.labels == [["Go on with this payment"], ["Pay what is chosen online"]]
    page.send()
    assert len(site.provider.begun) == 1
    record(site, paid("stripe:pi_1", "NW-1042", 40_000))
    page = Shown(site, token, "paying")
    assert "Your payment has arrived" in page.html
    assert "was begun" not in page.html
    assert holds(site) == []
    (ended,) = site.cell.ledger.ended(CREDITOR, site.cell.account)
    assert (ended.by, ended.outcome) == ("stripe:pi_1", "arrived")


def test_a_payment_that_money_on_account_made_smaller_arrives_as_well(site: Site) -> None:
    record(site, replace(paid("p-0", "NW-1042", 20_000), parts=(), on_account=True))
    token = site.token(Purpose.PAY)
    Shown(site, token).send()
    record(site, paid("stripe:pi_1", "NW-1042", 99_000))
    page = Shown(site, token, "paying")
    assert "Your payment has arrived" in page.html
    assert "was begun" not in page.html
    assert page.labels == []


def test_other_money_is_not_the_payment_that_was_begun(site: Site) -> None:
    Shown(site).send()
    record(site, invoice("NW-2", date(2026, 11, 1), 119_000))
    record(site, paid("bank-1", "NW-1042", 100), paid("bank-2", "NW-2", 119_000))
    assert len(holds(site)) == 1
    assert "The payment of €1,190.00 was begun" in Shown(site).html


def test_of_two_payments_of_one_sum_one_has_arrived(site: Site) -> None:
    pays_with(site, "stripe", "gocardless")
    instalments(site, (TODAY, "595.00"), (date(2026, 12, 23), "595.00"))
    page = Shown(site)
    page.send(button=0)
    page.send(button=1)
    assert len(holds(site)) == 2
    record(site, paid("stripe:pi_1", "NW-1042", 59_500))
    assert len(holds(site)) == 1


@given(
    opens=st.lists(st.integers(1, 5_000), min_size=1, max_size=3),
    shares=st.lists(st.tuples(st.integers(1, 100), st.integers(-20, 40)), min_size=1, max_size=4),
    credit=st.integers(0, 4_000),
    held=st.sets(st.integers(0, 3)),
)
def test_the_button_and_the_page_say_one_sum_of_instalments_too(
    opens: list[int], shares: list[tuple[int, int]], credit: int, held: set[int]
) -> None:
    items = tuple(
        OpenItem(ItemRef(f"I{n}", 1), "EUR", later(TODAY, -n), amount, amount)
        for n, amount in enumerate(opens)
    )
    whole = sum(opens)
    parts = [whole * share // 400 for share, _ in shares]
    days = sorted(later(TODAY, after) for _, after in shares)
    listed = [Instalment(day, part) for day, part in zip(days, parts, strict=True)]
    listed[-1] = Instalment(days[-1], whole - sum(parts[:-1]))
    refs = tuple(item.ref for item in items)
    plan = PaymentPlan("p", TODAY, refs, "EUR", tuple(one for one in listed if one.amount), ACTIVE)
    free = OpenItem(ItemRef("free", 1), "EUR", TODAY, 700, 700)
    begun = tuple(ref for n, ref in enumerate(refs) if n in held)
    hold = Hold("k", PAYMENT_BEGUN, TODAY, "items", until=TODAY, items=begun)
    head = replace(Head(CREDITOR, CUSTOMER), credit={"EUR": credit} if credit else {})
    state = Account(head, Customer(CUSTOMER), open=(*items, free), plans=(plan,), holds=(hold,))
    (case,) = owed(state, TODAY)
    found = payable(state, case)
    assert sum(one.amount for one in found.wanted) == case.now
    of = dict(total(found.choices))
    assert all(of.get(item.ref, 0) <= item.open for item in state.open)


def told_of(site: Site, kind: str, **more: Any) -> str:
    """GoCardless tells what became of the payment that was begun last."""
    asked = site.provider.asked[-1]
    event = ProviderEvent(
        provider="gocardless", id=f"EV-{kind}", kind=kind, type=kind, on=TODAY, payment="PM1",
        amount=asked.amount if kind == "paid" else None, currency=asked.currency,
        customer=asked.customer, items=asked.items, **more,
    )  # fmt: skip
    money = ProviderMoney(site.cell.bodies, site.cell.metrics)
    return money.record(CREDITOR, event, site.cell.rulebook, NOON, last=True)


def test_a_bank_that_refuses_for_good_ends_the_wait_at_once_and_nobody_is_told_that_money_came(
    site: Site,
) -> None:
    pays_with(site, "gocardless")
    page = Shown(site)
    page.send()
    assert len(holds(site)) == 1
    told_of(site, "failed", again=True)
    assert len(holds(site)) == 1, "it is tried again, and may still come"
    told_of(site, "failed")
    told_of(site, "failed")
    assert [hold.until for hold in holds(site)] == [later(TODAY, -1)], "remembered, and over"
    assert site.cell.reminders.remind(CREDITOR, site.cell.account, NOON) == remind.SENT
    assert "Your payment has arrived" not in Shown(site, page.token, "paying").html


def test_a_refusal_of_one_payment_ends_no_other_s_wait(site: Site) -> None:
    pays_with(site, "gocardless")
    Shown(site).send()
    asked = site.provider.asked[-1]
    ((ref, amount),) = asked.items
    site.provider.asked[-1] = replace(asked, items=((ref, amount - 1),))
    told_of(site, "failed")
    assert len(holds(site)) == 1


def told_by(
    site: Site, kind: str, on: date = TODAY, now: int = NOON, provider: str = "stripe"
) -> str:
    """What came of an event about the payment that was begun last."""
    asked = site.provider.asked[-1]
    event = ProviderEvent(
        provider=provider,
        id="e",
        kind=kind,
        type=kind,
        on=on,
        payment=f"pi_{len(site.provider.asked)}",
        amount=asked.amount,
        currency=asked.currency,
        creditor=CREDITOR,
        customer=CUSTOMER,
        items=asked.items,
    )
    money = ProviderMoney(site.cell.bodies, site.cell.metrics)
    return money.record(CREDITOR, event, site.cell.rulebook, now, last=True)


def test_a_debit_that_was_agreed_to_on_the_page_of_cards_is_waited_for_as_banks_take(
    site: Site,
) -> None:
    cell = site.cell
    Shown(site).send()
    assert told_by(site, "under_way") == "told"
    assert [hold.until for hold in holds(site)] == [date(2026, 12, 1)]
    assert cell.reminders.remind(CREDITOR, cell.account, NOON + 7 * DAY) == remind.NOT_DUE
    told_by(site, "failed", date(2026, 11, 30), NOON + 7 * DAY)
    assert cell.reminders.remind(CREDITOR, cell.account, NOON + 7 * DAY) == remind.SENT


def test_who_begins_again_and_again_what_their_bank_refuses_is_reminded(site: Site) -> None:
    cell = site.cell
    pays_with(site, "gocardless")
    for n in range(3):
        cell.clock.at = NOON + 3 * n * DAY
        Shown(site, site.token(Purpose.PAY)).send()
        on = later(TODAY, 3 * n + 2)
        told_by(site, "failed", on, NOON + (3 * n + 2) * DAY, "gocardless")
    Shown(site, site.token(Purpose.PAY)).send()
    assert cell.reminders.remind(CREDITOR, cell.account, NOON + 6 * DAY) == remind.SENT


def test_what_a_bank_has_refused_is_not_shown_as_begun(site: Site) -> None:
    token = site.token(Purpose.PAY)
    Shown(site, token).send()
    told_by(site, "failed")
    page = Shown(site, token, "paying")
    assert "was begun" not in page.html
    assert "arrived" not in page.html
    assert page.labels == [["Pay €1,190.00 online"]]
