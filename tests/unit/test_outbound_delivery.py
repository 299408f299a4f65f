"""Events to endpoints: signed, in order, again after failures, given up after a day; and no
endpoint that fails costs another one anything.
"""

import json
from dataclasses import dataclass, field

import pytest
from dunning.adapters.memory.cell import Counters, Serial
from dunning.adapters.memory.outbound import (
    MemoryDeliveries,
    MemoryHealths,
    MemorySigningSecrets,
    MemorySubscriptions,
)
from dunning.adapters.webhook_signing import signed
from dunning.domain.fields import ReadingError
from dunning.domain.outbound_endpoints import Endpoint
from dunning.domain.outbound_retry import FAILURES, GIVE_UP, Health, wait
from dunning.service.outbound_delivery import DeliverEvents, Handed
from dunning.service.outbound_events import MakeEvent, PublishEvents
from dunning.service.outbound_ports import Delivery, NotTaken
from dunning.service.outbound_replay import ReplayEvents

from tests.unit.books import CREDITOR, NOW, Books, invoice, payment

ERP, CRM = Endpoint("erp", "https://erp.example/in"), Endpoint("crm", "https://crm.example/in")
SECRET = b"0" * 32


@dataclass
class Receiver:
    """Takes what it is told, unless it has something else to say."""

    says: dict[str, list[str]] = field(default_factory=dict)
    taken: list[tuple[str, dict[str, object], dict[str, str]]] = field(default_factory=list)
    calls: int = 0

    def post(self, url: str, body: bytes, headers: dict[str, str]) -> None:
        self.calls += 1
        waiting = self.says.get(url, [])
        if waiting and (word := waiting.pop(0)):
            raise NotTaken(word)
        self.taken.append((url, json.loads(body), headers))


class Desk:
    """One account of which two endpoints may be told, and all that telling needs."""

    def __init__(self, *endpoints: Endpoint) -> None:
        self.books = Books()
        self.subscriptions, self.healths = MemorySubscriptions(), MemoryHealths()
        self.subscriptions.put(CREDITOR, endpoints or (ERP, CRM))
        self.secrets = MemorySigningSecrets(
            {(CREDITOR, one.id): (SECRET,) for one in endpoints or (ERP, CRM)}
        )
        self.queue, self.receiver, self.metrics = MemoryDeliveries(), Receiver(), Counters()
        self.publish = PublishEvents(self.subscriptions, self.queue, self.metrics)
        self.deliver = DeliverEvents(
            make=MakeEvent(self.books.accounts),
            subscriptions=self.subscriptions,
            healths=self.healths,
            secrets=self.secrets,
            sign=signed,
            poster=self.receiver,
            queue=self.queue,
            metrics=self.metrics,
        )
        self.replays = ReplayEvents(self.books.ledger, self.publish, self.subscriptions, Serial())

    def pays(self, id_: str = "p1", customer: str = "c4") -> Delivery:
        """An invoice and its payment; the message about the payment for the first endpoint."""
        self.books.record(invoice(f"I-{id_}", 100, customer=customer))
        self.books.record(payment(id_, 100, (f"I-{id_}", None, 100), customer=customer))
        key = self.books.key(customer)
        *_, last = self.books.ledger.history(CREDITOR, key)
        self.publish.publish([(CREDITOR, key, last)])
        return next(one for one in self.queue.waiting if one.seq == last.seq)

    def hand(self, delivery: Delivery, age: int = 1, now: int = NOW) -> str:
        return self.deliver.deliver(Handed(delivery, CREDITOR, f"h{delivery.seq}", age), now)


def test_an_event_is_queued_for_each_endpoint_that_takes_its_type_and_for_nobody_else() -> None:
    plans = Endpoint("plans", "https://x.example", ("plan.agreed",))
    off = Endpoint("off", "https://y.example", enabled=False)
    desk = Desk(ERP, plans, off)
    desk.pays()
    assert [one.endpoint for one in desk.queue.waiting] == ["erp"]
    assert desk.metrics.counts["WebhookQueued"] == 1
    quiet = Desk()
    quiet.subscriptions.put(CREDITOR, ())
    with pytest.raises(StopIteration):
        quiet.pays()
    assert not quiet.queue.waiting


def test_what_is_told_is_signed_and_names_its_record() -> None:
    desk = Desk()
    delivery = desk.pays()
    assert desk.hand(delivery) == "told"
    ((url, body, headers),) = desk.receiver.taken
    assert url == ERP.url
    assert (body["type"], body["customer"], body["sequence"]) == ("payment.recorded", "c4", 2)
    assert headers["webhook-id"] == body["id"]
    assert headers["webhook-timestamp"] == str(NOW)
    assert headers["webhook-signature"].startswith("v1,")
    assert desk.queue.put_off == []


def test_one_that_is_not_taken_comes_again_after_as_long_as_it_has_waited() -> None:
    desk = Desk()
    delivery = desk.pays()
    desk.receiver.says[ERP.url] = ["status_500", ""]
    assert desk.hand(delivery, age=40) == "failed"
    assert desk.queue.put_off == [(f"h{delivery.seq}", 40)]
    assert desk.hand(delivery, age=80) == "told"
    assert desk.healths.of(CREDITOR, "erp") == Health()


def test_waits_double_between_five_seconds_and_an_hour() -> None:
    ages, waits = 0, []
    for _ in range(14):
        waits.append(wait(ages))
        ages += waits[-1]
    assert waits[:6] == [5, 5, 10, 20, 40, 80]
    assert waits[-1] == 3_600
    assert wait(10, asked=120) == 120
    assert wait(10, asked=99_999) == 3_600


def test_after_five_failures_an_endpoint_rests_and_is_called_by_one_alone() -> None:
    desk = Desk()
    delivery = desk.pays()
    desk.receiver.says[ERP.url] = ["timeout"] * 6
    for _ in range(FAILURES):
        assert desk.hand(delivery) == "failed"
    assert desk.metrics.counts["WebhookEndpointRests"] == 1
    assert desk.receiver.calls == FAILURES
    assert desk.hand(delivery, now=NOW + 10) == "rests"
    assert desk.queue.put_off[-1][1] == 50
    assert desk.receiver.calls == FAILURES, "nobody is called while it rests"
    other = desk.pays("p2", "c5")
    assert desk.hand(delivery, now=NOW + 61) == "failed", "the one try after the rest"
    assert desk.hand(other, now=NOW + 61) == "rests"
    after = desk.healths.of(CREDITOR, "erp")
    assert (after.failures, after.until) == (6, NOW + 61 + 120)
    assert desk.metrics.counts["WebhookEndpointRests"] == 1
    assert desk.hand(other, now=NOW + 182) == "told"
    assert desk.hand(delivery, now=NOW + 183) == "told"


def test_an_endpoint_that_is_dead_costs_another_nothing() -> None:
    desk = Desk()
    delivery = desk.pays()
    desk.receiver.says[ERP.url] = ["timeout"] * 9
    for _ in range(9):
        desk.hand(delivery)
    mine = next(one for one in desk.queue.waiting if one.endpoint == "crm")
    assert desk.hand(mine) == "told"
    assert desk.healths.of(CREDITOR, "crm") == Health()


def test_after_a_day_it_is_a_dead_letter() -> None:
    desk = Desk()
    delivery = desk.pays()
    assert desk.hand(delivery, age=GIVE_UP) == "given_up"
    assert desk.queue.dead == [delivery]
    assert desk.metrics.counts["WebhookGivenUp"] == 1
    assert desk.receiver.calls == 0


def test_an_endpoint_that_is_gone_or_off_or_takes_it_no_more_is_told_nothing() -> None:
    desk = Desk()
    delivery = desk.pays()
    desk.subscriptions.put(CREDITOR, (CRM,))
    assert desk.hand(delivery) == "unsubscribed"
    desk.subscriptions.put(CREDITOR, (Endpoint("erp", ERP.url, enabled=False),))
    assert desk.hand(delivery) == "unsubscribed"
    desk.subscriptions.put(CREDITOR, (Endpoint("erp", ERP.url, ("plan.agreed",)),))
    assert desk.hand(delivery) == "no_news"
    assert desk.receiver.calls == 0


def test_nothing_goes_out_unsigned() -> None:
    desk = Desk()
    delivery = desk.pays()
    desk.secrets.kept.clear()
    assert desk.hand(delivery) == "unsigned"
    assert desk.receiver.calls == 0
    assert desk.queue.put_off == [(f"h{delivery.seq}", 5)]
    assert desk.metrics.counts["WebhookUnsigned"] == 1


# --- told again -----------------------------------------------------------------------------------


def ids(desk: Desk) -> list[str]:
    return [str(body["id"]) for _, body, _ in desk.receiver.taken]


def tell_all(desk: Desk) -> None:
    while desk.queue.waiting:
        assert desk.hand(desk.queue.waiting.popleft()) == "told"


def test_what_is_told_again_has_the_same_id_and_says_the_same() -> None:
    desk = Desk(ERP)
    desk.pays()
    tell_all(desk)
    ((_, first, _),) = desk.receiver.taken
    assert desk.replays.by_id(CREDITOR, [str(first["id"])]) == (1, 1)
    (again,) = desk.queue.waiting
    assert again.again, "another message than the first: a queue that drops repeats takes it"
    tell_all(desk)
    assert desk.receiver.taken[1][1] == first


def test_all_since_then_are_told_again_each_account_in_its_order() -> None:
    desk = Desk(ERP)
    for id_, customer in (("p1", "c4"), ("p2", "c5"), ("p3", "c4")):
        desk.pays(id_, customer)
    tell_all(desk)
    once = ids(desk)
    told = desk.replays.since(CREDITOR, NOW, NOW + 1)
    assert told == (3, 2)
    tell_all(desk)
    assert sorted(ids(desk)[3:]) == sorted(once)
    mine = [body["sequence"] for _, body, _ in desk.receiver.taken[3:] if body["customer"] == "c4"]
    assert mine == sorted(mine)
    assert desk.replays.since(CREDITOR, NOW + 1, NOW + 2) == (0, 0)
    assert desk.replays.since(CREDITOR, 0, NOW + 1, customer="c5") == (1, 1)


def test_one_endpoint_alone_is_told_again() -> None:
    desk = Desk()
    desk.pays()
    desk.queue.waiting.clear()
    assert desk.replays.since(CREDITOR, 0, NOW + 1, endpoint="crm") == (1, 1)
    assert [one.endpoint for one in desk.queue.waiting] == ["crm"]


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (lambda desk: desk.replays.by_id(CREDITOR, ["evt_x"]), "bad_event"),
        (lambda desk: desk.replays.by_id(CREDITOR, ["evt_YWNtZSNjNA_99"]), "unknown_event"),
        (lambda desk: desk.replays.by_id("other", ["evt_YWNtZSNjNA_1"]), "unknown_endpoint"),
        (lambda desk: desk.replays.by_id(CREDITOR, ["evt_b3RoZXIjYzQ_1"]), "unknown_event"),
        (lambda desk: desk.replays.since(CREDITOR, 0, 1, customer="x"), "unknown_customer"),
        (lambda desk: desk.replays.since(CREDITOR, 0, 1, endpoint="x"), "unknown_endpoint"),
        (lambda desk: desk.replays.by_id(CREDITOR, [f"e{n}" for n in range(101)]), "too_many"),
    ],
)
def test_what_cannot_be_told_again_is_refused_with_a_mend(ask: object, code: str) -> None:
    desk = Desk()
    desk.pays()
    desk.queue.waiting.clear()
    with pytest.raises(ReadingError) as refused:
        ask(desk)  # type: ignore[operator]
    assert refused.value.code == code
    assert not desk.queue.waiting
