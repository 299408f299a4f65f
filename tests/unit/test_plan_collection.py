"""A plan collected by mandate, from the customer's signature to the last debit: over the ledger in
memory, and over GoCardless' own package with the stand-in of this machine.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from dunning.adapters.memory.cell import Counters, MemorySettings, SetClock
from dunning.adapters.providers.gocardless_events import GoCardlessEvents
from dunning.adapters.providers.gocardless_pages import GoCardlessPages
from dunning.domain.bodies import MandateBody, PlanBody
from dunning.domain.calendar import instant
from dunning.domain.creditor import Creditor
from dunning.domain.due import View
from dunning.domain.facts import Ended
from dunning.domain.fields import ReadingError
from dunning.domain.gates import DefaultGates
from dunning.domain.ledger import LedgerError
from dunning.domain.mandates import hash_of_words
from dunning.domain.payment_plans import PaymentPlan
from dunning.domain.payment_requests import DebitsRequest, MandateRequest, NotBegun
from dunning.domain.plan_mandates import COLLECT, PlanMandate
from dunning.domain.reading import read
from dunning.domain.tellings_wanted import wanted
from dunning.entry.cli import app, mandates
from dunning.service.collecting import Collecting, NotCollected
from dunning.service.provider_money import ProviderMoney
from dunning.service.provider_ports import Keys
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from infra.local.debits import Debits
from infra.local.provider import PaymentProvider
from tests.banks import Bank
from tests.unit.books import CREDITOR, CUSTOMER, POLICY, Books, invoice, payment, reversal

AGREED = date(2026, 3, 1)
NOW = instant(AGREED, time(12), "UTC")
DUES = (date(2026, 4, 1), date(2026, 5, 1), date(2026, 6, 1))
AMOUNTS = (33_333, 33_333, 33_334)
TOTAL = sum(AMOUNTS)
DAY = 86_400
WORDS = hash_of_words("Collect the instalments of my plan from my bank account.")


def at(day: date) -> int:
    return NOW + (day - AGREED).days * DAY


class Story:
    """A customer with a plan of three instalments, and whoever collects it."""

    def __init__(self, creditor: Creditor | None = None) -> None:
        settings = MemorySettings()
        settings.put_creditor(CREDITOR, creditor or Creditor(CREDITOR, country="DE"))
        settings.put_policies(CREDITOR, (POLICY,), "two steps")
        rulebook = settings.rulebook(CREDITOR)
        assert rulebook is not None
        self.books = Books(rulebook=rulebook)
        self.debits = Debits()
        self.bank = Bank(self.debits)
        self.metrics = Counters()
        self.collecting = self.over(lambda provider, keys: self.bank, settings)
        self.books.record(invoice("SI1", TOTAL, due=date(2026, 2, 1)), NOW)
        self.books.record(plan_body(), NOW)

    def over(self, providers: Callable[[str, Keys], Bank], settings: MemorySettings) -> Collecting:
        return Collecting(
            self.books.accounts, settings, Anybody(), providers, self.metrics,
            lambda rulebook, state, plan: "Acme: SI1",
        )  # fmt: skip

    @property
    def plan(self) -> PaymentPlan:
        return self.books.account().plans[0]

    @property
    def mandate(self) -> PlanMandate:
        return self.books.account().mandates[0]

    def sign(self, **more: object) -> str:
        return self.books.record(signed(**more), NOW)

    def live(self, **more: object) -> str:
        reference, _ = self.debits.set_up("BRQ1", {"metadata": {}})
        return self.books.record(word("live", reference=reference, **more), NOW)

    def attend(self, day: date = AGREED) -> None:
        self.collecting.attend(CREDITOR, self.books.key(), self.books.rulebook, at(day))

    def run(self, day: date = AGREED) -> dict[str, int]:
        return self.collecting.run(at(day), lambda: 300.0)

    def waits(self, day: date = AGREED) -> bool:
        return any(self.books.ledger.agenda(CREDITOR, COLLECT, 1, at(day)))

    def pays(self, amount: int, day: date = AGREED, id_: str = "p1") -> None:
        self.books.record(payment(id_, amount, on=day), at(day))

    def pending(self) -> list[tuple[str, int]]:
        return [
            (one["charge_date"], one["amount"])
            for one in self.debits.payments.values()
            if one["status"] == "pending_submission"
        ]

    def over_now(self) -> list[Ended]:
        ended = self.books.ledger.ended(CREDITOR, self.books.key())
        return [one for one in ended if isinstance(one.fact, PlanMandate)]


class Anybody:
    """The keys of any account."""

    def of(self, creditor: str, provider: str) -> Keys:
        return Keys(("secret",), "token")


def plan_body(state: str = "active") -> PlanBody:
    parts = tuple((due, f"{amount / 100:.2f}") for due, amount in zip(DUES, AMOUNTS, strict=True))
    new = state == "active"
    return PlanBody(
        on=AGREED,
        id="pl1",
        customer=CUSTOMER,
        state=state,
        items=(("SI1", None),) if new else (),
        instalments=parts if new else (),
    )


def signed(**more: object) -> MandateBody:
    return replace(
        word("signed"),
        plan="pl1",
        provider="gocardless",
        signed_at=NOW,
        text_hash=WORDS,
        language="en",
        copy_given=AGREED,
        **{"source": "portal", **more},  # type: ignore[arg-type]
    )


def word(state: str, on: date = AGREED, **more: object) -> MandateBody:
    return MandateBody(on=on, id="m1", customer=CUSTOMER, state=state, **more)  # type: ignore[arg-type]


@pytest.fixture
def story() -> Story:
    made = Story()
    made.sign()
    made.live()
    return made


def test_a_plan_is_scheduled_once_by_its_days_and_amounts(story: Story) -> None:
    assert story.waits()
    assert story.run() == {"done": 1, "undone": 0}
    wanted = [(due.isoformat(), amount) for due, amount in zip(DUES, AMOUNTS, strict=True)]
    assert story.pending() == wanted
    assert story.mandate.schedule in story.debits.schedules
    assert not story.waits()
    assert story.run() == {"done": 0, "undone": 0}
    story.attend()
    assert story.pending() == wanted
    assert story.metrics.counts["PlanScheduled"] == 1


def test_a_signature_alone_collects_nothing() -> None:
    story = Story()
    story.sign()
    assert not story.waits()
    story.attend()
    assert story.pending() == []


def test_whoever_is_cut_off_from_the_provider_s_answer_asks_for_the_same_again(
    story: Story,
) -> None:
    story.bank.loses = 1
    with pytest.raises(NotCollected):
        story.attend()
    assert story.waits(), "the agenda keeps it"
    assert len(story.pending()) == 3
    story.attend()
    assert len(story.debits.schedules) == 1
    assert story.mandate.schedule
    assert not story.waits()


def test_who_paid_all_while_the_answer_was_lost_is_debited_nothing(story: Story) -> None:
    story.bank.loses = 1
    with pytest.raises(NotCollected):
        story.attend()
    story.pays(TOTAL, AGREED + timedelta(days=1))
    assert story.waits(AGREED + timedelta(days=1))
    story.attend(AGREED + timedelta(days=1))
    assert story.pending() == []


@pytest.mark.parametrize("source", ["portal", "api"])
def test_what_is_cancelled_while_the_provider_is_being_asked_does_not_stand_afterwards(
    source: str,
) -> None:
    story = Story()
    story.sign(source=source)
    story.live()
    asks, between = story.bank.collect, AGREED + timedelta(days=1)

    def slow(asked: DebitsRequest) -> str:
        story.pays(TOTAL, between)
        story.bank.collect = asks  # type: ignore[method-assign]
        story.attend(between)  # another worker cancels, and there is nothing yet
        return asks(asked)

    story.bank.collect = slow  # type: ignore[method-assign]
    story.attend()
    assert story.pending() == []


def test_nobody_is_asked_for_what_will_be_collected_and_the_plan_waits_for_it(
    story: Story,
) -> None:
    before = story.plan.broken_from
    story.attend()
    assert [story.plan.collects(one) for one in story.plan.instalments] == [True] * 3
    # Five business days after Wednesday 1 April 2026, two days of grace, and broken the day after.
    assert (before, story.plan.broken_from) == (date(2026, 4, 4), date(2026, 4, 11))


def told(story: Story, day: date) -> list[str]:
    """What the customer is to be told about instalments, from a day on."""
    view = View.of(story.books.account(), story.books.rulebook, at(day), DefaultGates())
    return [one.tells.kind for one in wanted(view) if one.tells.kind.startswith("instalment")]


def test_no_message_asks_for_an_instalment_while_it_is_being_collected(story: Story) -> None:
    due = DUES[0] - timedelta(days=2)
    assert told(story, due) == ["instalment_due", "instalment_missed"]
    story.attend()
    assert story.plan.collects(story.plan.instalments[0])
    kinds = told(story, due)
    assert "instalment_due" not in kinds
    view = View.of(story.books.account(), story.books.rulebook, at(due), DefaultGates())
    (missed,) = [one for one in wanted(view) if one.tells.kind == "instalment_missed"]
    assert missed.first > story.plan.coming[0].until, "only once no debit can come any more"


def event(story: Story, kind: str, number: int, on: date, **more: object) -> str:
    from dunning.domain.provider_events import ProviderEvent

    one = list(story.debits.payments.values())[number]
    told = ProviderEvent(
        provider="gocardless", id=f"EV{kind}{number}", kind=kind, type=kind, on=on,
        payment=one["id"], amount=one["amount"] if kind == "paid" else None, currency="EUR",
        customer=CUSTOMER, reference="pl1", authorised="m1",
        charged=date.fromisoformat(one["charge_date"]), **more,
    )  # type: ignore[arg-type]  # fmt: skip
    money = ProviderMoney(story.books.bodies, Counters())
    return money.record(CREDITOR, told, story.books.rulebook, at(on), last=True)


def test_a_debit_that_came_pays_its_instalment_and_the_others_still_come(story: Story) -> None:
    story.attend()
    story.debits.debit("2026-04-01")
    for _ in range(2):
        event(story, "paid", 0, date(2026, 4, 3))
    assert story.plan.paid() == (33_333, 0, 0)
    assert [one.due for one in story.plan.coming] == [*DUES[1:]]
    assert story.plan.left == TOTAL - 33_333
    assert not story.waits(date(2026, 4, 3)), "nothing is to be done at the provider"
    assert story.mandate.state == "live"


def test_a_debit_that_failed_is_missed_after_its_grace_and_the_others_still_come(
    story: Story,
) -> None:
    story.attend()
    story.debits.debit("2026-04-01", fails=True)
    event(story, "failed", 0, date(2026, 4, 7))
    once = story.books.account()
    event(story, "failed", 0, date(2026, 4, 7))
    assert story.books.account().plans == once.plans, "told twice, it is one"
    assert story.plan.in_force
    assert story.plan.broken_from == date(2026, 4, 10), "two days from the day it failed"
    assert [one.due for one in story.plan.coming] == [*DUES[1:]]
    story.books.record(payment("late", 33_333, on=date(2026, 4, 8)), at(date(2026, 4, 8)))
    assert story.plan.paid() == (33_333, 0, 0)
    assert story.mandate.state == "live", "what was paid instead of the debit is not too much"


def test_one_that_the_provider_tries_again_is_still_awaited(story: Story) -> None:
    story.attend()
    story.debits.debit("2026-04-01", fails=True)
    event(story, "failed", 0, date(2026, 4, 7), again=True)
    assert [one.due for one in story.plan.coming] == [*DUES]


@pytest.mark.parametrize("how", ["paid", "cancelled", "broken", "stopped", "ended", "paid in part"])
def test_once_less_is_owed_or_the_customer_says_so_nothing_is_debited_any_more(
    story: Story, how: str
) -> None:
    story.attend()
    day = AGREED + timedelta(days=3)
    match how:
        case "paid":
            story.pays(TOTAL, day)
        case "paid in part":
            story.pays(100, day)
        case "cancelled" | "broken":
            story.books.record(plan_body(how), at(day))
        case _:
            story.books.record(word(how, on=day), at(day))
    assert story.waits(day)
    assert story.run(day) == {"done": 1, "undone": 0}
    assert story.pending() == []
    assert not story.waits(day)
    (over,) = story.over_now()
    why = {"paid": "plan_over", "paid in part": "paid_otherwise", "cancelled": "plan_over",
           "broken": "plan_over"}  # fmt: skip
    assert over.outcome == why.get(how, how)
    assert story.books.account().mandates == ()
    plans = [one for one in story.books.account().plans if one.in_force]
    assert all(one.coming == () for one in plans)
    story.attend(day)
    assert story.pending() == []


def test_a_plan_that_comes_back_with_its_money_waits_for_no_debit_that_was_cancelled(
    story: Story,
) -> None:
    story.attend()
    day = AGREED + timedelta(days=3)
    story.pays(TOTAL, day)
    story.attend(day)
    story.books.record(reversal("r1", "p1"), at(day))
    assert (story.plan.in_force, story.plan.left, story.plan.coming) == (True, TOTAL, ())


def test_what_the_bank_has_already_is_waited_for_and_not_asked_for(story: Story) -> None:
    story.attend()
    day = date(2026, 3, 31)
    story.books.record(word("stopped", on=day), at(day))
    assert [one.due for one in story.plan.coming] == [DUES[0]]


def test_a_plan_can_be_collected_again_by_a_new_signature(story: Story) -> None:
    story.attend()
    story.books.record(word("stopped"), NOW)
    story.attend()
    story.books.record(replace(signed(), id="m2"), NOW)
    reference, _ = story.debits.set_up("BRQ2", {"metadata": {}})
    story.books.record(replace(word("live", reference=reference), id="m2"), NOW)
    story.attend()
    assert len(story.pending()) == 3


def test_a_plan_has_one_mandate_and_a_mandate_a_plan_that_is_agreed(story: Story) -> None:
    with pytest.raises(LedgerError) as other:
        story.books.record(replace(signed(), id="m2"), NOW)
    assert other.value.code == "mandate_stands"
    with pytest.raises(LedgerError) as unknown:
        story.books.record(replace(signed(), id="m3", plan="pl9"), NOW)
    assert unknown.value.code == "plan_not_agreed"
    assert story.sign() == "unchanged"


def test_a_consumer_in_the_us_without_a_copy_pays_each_himself() -> None:
    story = Story(Creditor(CREDITOR, country="US"))
    story.books.record(replace(signed(), copy_given=None), NOW)
    story.live()
    story.run()
    assert (story.debits.schedules, story.plan.coming) == ({}, ())
    story.run()
    (over,) = story.over_now()
    assert over.outcome == "no_copy_given"


def test_what_the_provider_does_not_take_is_paid_by_the_customer(story: Story) -> None:
    story.debits.mandates[story.mandate.reference]["status"] = "cancelled"
    story.bank.collect = refusing  # type: ignore[method-assign]
    story.run()
    story.run()
    assert story.plan.coming == ()
    (over,) = story.over_now()
    assert over.outcome == "refused"
    assert story.metrics.counts["PlanNotCollected"] == 1


def refusing(asked: DebitsRequest) -> str:
    raise NotBegun("refused")


def test_a_billing_system_tells_of_a_mandate_by_the_words_that_were_signed() -> None:
    said = {
        "on": "2026-03-01", "type": "mandate", "id": "m1", "customer": CUSTOMER, "plan": "pl1",
        "provider": "gocardless", "reference": "MD9", "signed_at": "2026-03-01T09:00:00Z",
        "text": "Collect the instalments of my plan from my bank account.",
        "copy_given": "2026-03-01",
    }  # fmt: skip
    (body,) = read(said).bodies
    story = Story()
    for outcome in ("accepted", "unchanged"):
        assert story.books.record(body, NOW) == outcome  # type: ignore[arg-type]
    assert (story.mandate.state, story.mandate.text_hash) == ("live", WORDS)
    assert not story.mandate.ours
    told = {"text_sha256": WORDS, **{name: said[name] for name in said if name != "text"}}
    assert read(told).bodies == (body,)
    stop = {"on": "2026-03-02", "type": "mandate", "id": "m1", "customer": CUSTOMER}
    (stopped,) = read({**stop, "state": "stopped"}).bodies
    story.books.record(stopped, NOW)  # type: ignore[arg-type]
    (over,) = story.over_now()
    assert over.outcome == "stopped"


def test_a_person_records_a_mandate_and_that_it_is_stopped_from_the_command_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    story = Story()
    wiring = SimpleNamespace(
        rulebooks=story.collecting.settings, bodies=story.books.bodies, clock=SetClock(NOW)
    )
    monkeypatch.setattr(mandates, "wiring_of", lambda name: wiring)
    words = tmp_path / "words.txt"
    words.write_text("Collect the instalments of my plan from my bank account.\n")

    def dunning(*more: str) -> Result:
        said = ["mandate", "m1", "--cell", "eu-west-1", "--customer", CUSTOMER, *more]
        return CliRunner().invoke(app, said)

    signed = (
        "--plan", "pl1", "--provider", "gocardless", "--reference", "MD9",
        "--signed-at", "2026-03-01T09:00:00Z", "--words", str(words),
    )  # fmt: skip
    done = dunning(*signed)
    assert done.exit_code == 0, done.stderr
    assert json.loads(done.stdout)["outcome"] == "accepted"
    assert (story.mandate.text_hash, story.mandate.source) == (WORDS, "person")
    assert dunning(*signed[:-2]).exit_code != 0, "the words are missing"
    assert json.loads(dunning("--state", "stopped").stdout)["outcome"] == "accepted"
    assert story.books.account().mandates == ()


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"signed_at": None}, "missing", "signed_at"),
        ({"text": None}, "missing", "text"),
        ({"text": None, "text_sha256": "abc"}, "bad_hash", "text_sha256"),
        ({"provider": "stripe"}, "unknown_word", "provider"),
        ({"state": "live"}, "missing", "reference"),
        ({"plan": None}, "missing", "plan"),
        ({"state": "over"}, "unknown_word", "state"),
        ({"reason": "my own words"}, "bad_code", "reason"),
    ],
)
def test_a_mandate_that_says_too_little_is_refused_with_the_field(
    change: dict[str, object], code: str, field: str
) -> None:
    said: dict[str, object] = {
        "on": "2026-03-01", "type": "mandate", "id": "m1", "customer": CUSTOMER, "plan": "pl1",
        "provider": "gocardless", "signed_at": "2026-03-01T09:00:00Z", "text": "words", **change,
    }  # fmt: skip
    with pytest.raises(ReadingError) as refused:
        read(said)
    assert (refused.value.code, refused.value.field) == (code, field)


# --- over GoCardless' package ---------------------------------------------------------------------


@pytest.fixture
def provider() -> Iterator[PaymentProvider]:
    server = PaymentProvider(now=lambda: NOW)
    server.start()
    yield server
    server.stop()


def test_the_whole_way_over_gocardless_own_package(provider: PaymentProvider) -> None:
    story = Story()
    pages = GoCardlessPages("token", api=provider.url)
    story.bank = pages  # type: ignore[assignment]
    story.sign()
    wanted = MandateRequest(
        creditor=CREDITOR, customer=CUSTOMER, plan="pl1", mandate="m1", currency="EUR",
        title="Acme", language="de-AT", back="https://pay.example/x",
    )  # fmt: skip
    begun = pages.set_up(wanted)
    assert pages.set_up(wanted).id == begun.id, "the same mandate is the same request"
    provider.debits.earliest = "2026-04-02"
    provider.pay(begun.id)
    hear(story, provider, pages)
    assert (story.mandate.state, story.mandate.reference) == ("live", "MD2")
    story.run()
    (schedule,) = provider.debits.schedules.values()
    made = [provider.debits.payments[one] for one in schedule["links"]["payments"]]
    assert [(one["charge_date"], one["amount"]) for one in made] == [
        ("2026-04-02", 33_333), ("2026-05-01", 33_333), ("2026-06-01", 33_334),
    ]  # fmt: skip
    provider.debit("2026-04-02")
    hear(story, provider, pages, date(2026, 4, 4))
    assert story.plan.paid() == (33_333, 0, 0)
    story.pays(TOTAL - 33_333, date(2026, 4, 5))
    story.run(date(2026, 4, 5))
    assert schedule["status"] == "cancelled"
    assert [one["status"] for one in made] == ["confirmed", "cancelled", "cancelled"]
    assert provider.debits.mandates["MD2"]["status"] == "cancelled"
    hear(story, provider, pages, date(2026, 4, 5))
    assert story.books.account().open == ()
    assert story.books.credit() == 0


def test_a_mandate_of_a_billing_system_outlives_its_plan(provider: PaymentProvider) -> None:
    pages = GoCardlessPages("token", api=provider.url)
    id_, _ = provider.debits.set_up("BRQ9", {})
    asked = DebitsRequest(
        creditor=CREDITOR, customer=CUSTOMER, plan="pl1", mandate="m1", reference=id_,
        currency="EUR", debits=((DUES[0], 100),), title="Acme",
    )  # fmt: skip
    mine, other = pages.collect(asked), pages.collect(replace(asked, mandate="m2"))
    for _ in range(2):
        pages.stop(id_, "m1", whole=False)
    assert provider.debits.schedules[mine]["status"] == "cancelled"
    assert provider.debits.schedules[other]["status"] == "active"
    assert provider.debits.mandates[id_]["status"] != "cancelled"


def hear(
    story: Story, provider: PaymentProvider, pages: GoCardlessPages, day: date = AGREED
) -> None:
    """What was sent since, into the ledger, each twice; nothing of it has to come again."""
    money = ProviderMoney(story.books.bodies, Counters())
    sent, provider.sent = provider.sent, []
    for _, raw, _ in sent * 2:
        for one in GoCardlessEvents(pages).read(raw):
            told = replace(one, on=day)
            money.record(CREDITOR, told, story.books.rulebook, at(day))


# --- the law --------------------------------------------------------------------------------------

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["pay", "stop", "cancel", "bank", "refuse", "wait", "lose", "sign"]),
        st.integers(1, 40_000),
    ),
    max_size=9,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
def test_never_is_more_asked_for_than_is_left_and_never_anything_twice(
    steps: list[tuple[str, int]],
) -> None:
    story, day = Story(), AGREED
    story.sign()
    story.live()
    for number, (step, amount) in enumerate(steps):
        match step:
            case "pay":
                story.pays(amount, day, f"p{number}")
            case "stop":
                story.books.record(word("stopped", on=day), at(day))
            case "cancel" if any(one.in_force for one in story.books.account().plans):
                story.books.record(replace(plan_body("cancelled"), on=day), at(day))
            case "bank" | "refuse":
                told = story.debits.debit(day.isoformat(), fails=step == "refuse")
                places = list(story.debits.payments)
                for _, action, links, _ in told:
                    kind = "paid" if action == "confirmed" else "failed"
                    event(story, kind, places.index(links["payment"]), day)
            case "wait":
                day += timedelta(days=amount % 20)
            case "lose":
                story.bank.loses = 1
        try:
            story.attend(day)
        except NotCollected:
            assert story.waits(day)
            story.attend(day)
        asked = sum(amount for _, amount in story.pending())
        left = sum(one.left for one in story.books.account().plans if one.in_force)
        assert asked <= left
        active = [one for one in story.debits.schedules.values() if one["status"] == "active"]
        assert len(active) <= 1
    paid = sum(
        one["amount"] for one in story.debits.payments.values() if one["status"] == "confirmed"
    )
    came = sum(one.amount for one in story.books.postings() if one.key.id.startswith("gocardless:"))
    assert came == paid
