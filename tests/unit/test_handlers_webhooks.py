"""publish_events and deliver_webhooks over ports in memory: records of a stream, messages of a
queue in order. What an event says is tested with its rule, what an endpoint answers with the use
case.
"""

from datetime import date
from typing import Any

import pytest
from dunning.adapters.memory.cell import Counters, SetClock
from dunning.adapters.memory.outbound import (
    MemoryDeliveries,
    MemoryHealths,
    MemorySigningSecrets,
    MemorySubscriptions,
)
from dunning.adapters.sqs_outbound import delivery_of, delivery_text
from dunning.adapters.webhook_signing import signed
from dunning.domain.bodies import MoneyBody
from dunning.domain.outbound_endpoints import Endpoint
from dunning.entry import bootstrap
from dunning.entry.outbound import Deliver, Publish
from dunning.service.outbound_delivery import DeliverEvents
from dunning.service.outbound_events import MakeEvent, PublishEvents
from dunning.service.outbound_ports import Delivery, NotTaken

from tests.unit.handling import CREDITOR, CUSTOMER, NOON, Cell, Context, load, sample

ERP = Endpoint("erp", "https://erp.example/in")


class Receiver(list[bytes]):
    """Takes all but what it is told to refuse."""

    refuses = 0

    def post(self, url: str, body: bytes, headers: dict[str, str]) -> None:
        if self.refuses:
            self.refuses -= 1
            raise NotTaken("status_503")
        self.append(body)


class Wired:
    """A cell with a payment that somebody listens for."""

    def __init__(self) -> None:
        self.cell = Cell()
        self.subscriptions, self.queue = MemorySubscriptions(), MemoryDeliveries()
        self.subscriptions.put(CREDITOR, (ERP,))
        self.receiver = Receiver()
        self.publish = Publish(PublishEvents(self.subscriptions, self.queue, Counters()))
        use_case = DeliverEvents(
            make=MakeEvent(self.cell.accounts),
            subscriptions=self.subscriptions,
            healths=MemoryHealths(),
            secrets=MemorySigningSecrets({(CREDITOR, "erp"): (b"0" * 32,)}),
            sign=signed,
            poster=self.receiver,
            queue=self.queue,
            metrics=Counters(),
        )
        self.deliver = Deliver(use_case, SetClock(NOON))

    def pays(self, id_: str = "pi_3QXduecourse01") -> int:
        """A payment; the seq of its record."""
        body = MoneyBody(
            on=date(2026, 11, 22),
            type="payment",
            id=id_,
            customer=CUSTOMER,
            currency="EUR",
            amount=100,
            value_date=date(2026, 11, 22),
        )
        self.cell.bodies.record(CREDITOR, body, self.cell.rulebook, NOON)
        head = self.cell.ledger.head(CREDITOR, self.cell.account)
        assert head is not None
        return head.seq


@pytest.fixture
def wired(monkeypatch: pytest.MonkeyPatch) -> Wired:
    wired = Wired()
    monkeypatch.setattr(bootstrap, "publishing", lambda: wired.publish)
    monkeypatch.setattr(bootstrap, "delivering", lambda: wired.deliver)
    return wired


def told(event: dict[str, Any], seconds: float = 60.0) -> list[str]:
    """Messages that come again."""
    answer = load("deliver_webhooks").handler(event, Context(seconds=seconds))
    return [one["itemIdentifier"] for one in answer["batchItemFailures"]]


def messages(*seqs: int, endpoint: str = "erp", group: str = "g") -> list[dict[str, Any]]:
    """Messages of one group, as the queue hands them out."""
    (one,) = sample("deliver_webhooks")["Records"]
    return [
        {
            **one,
            "messageId": f"{group}{seq}",
            "receiptHandle": f"h-{group}{seq}",
            "body": delivery_text(Delivery(f"{CREDITOR}#{CUSTOMER}", seq, endpoint)),
            "attributes": {
                "MessageGroupId": group,
                "SentTimestamp": str((NOON - 60) * 1000),
                "ApproximateReceiveCount": "1",
            },
        }
        for seq in seqs
    ]


def test_the_sample_of_the_stream_is_queued_for_who_listens(wired: Wired) -> None:
    load("publish_events").handler(sample("publish_events"), Context())
    assert list(wired.queue.waiting) == [Delivery("northwind#c-1042", 7, "erp")]
    (one,) = sample("deliver_webhooks")["Records"]
    assert delivery_of(one["body"]) == ("northwind", wired.queue.waiting[0])


def test_what_is_no_news_and_what_cannot_be_read_stops_nothing(wired: Wired) -> None:
    event = sample("publish_events")
    (good,) = event["Records"]
    image = good["dynamodb"]["NewImage"]
    other = [
        {**good, "eventName": "MODIFY"},
        {**good, "eventName": "REMOVE", "dynamodb": {"Keys": image}},
        {**good, "dynamodb": {"NewImage": {**image, "sk": {"S": "0#HEAD"}}}},
        {**good, "dynamodb": {"NewImage": {**image, "ended": {"S": "nothing of ours"}}}},
        {**good, "dynamodb": {"NewImage": {**image, "code": {"S": "invoice"}}}},
    ]
    load("publish_events").handler({"Records": [*other, good]}, Context())
    assert len(wired.queue.waiting) == 1


def test_messages_are_told_in_the_order_of_their_group(wired: Wired) -> None:
    first, second = wired.pays("a"), wired.pays("b")
    assert told({"Records": messages(first, second)}) == []
    assert [body.count(b'"posting":"a"') for body in wired.receiver] == [1, 0]


def test_what_stands_behind_one_that_fails_waits_for_it_and_other_groups_do_not(
    wired: Wired,
) -> None:
    first, second = wired.pays("a"), wired.pays("b")
    wired.receiver.refuses = 1
    wired.deliver = Deliver(wired.deliver.events, wired.deliver.clock, threads=1)
    event = {"Records": [*messages(first, second), *messages(first, group="k")]}
    answer = wired.deliver.batch(event, lambda: 60.0)
    again = [one["itemIdentifier"] for one in answer["batchItemFailures"]]
    assert again == [f"g{first}", f"g{second}"]
    assert wired.queue.put_off == [(f"h-g{first}", 60), (f"h-g{second}", 0)]
    assert len(wired.receiver) == 1


def test_a_message_that_is_none_of_ours_comes_again_until_the_queue_gives_it_up(
    wired: Wired,
) -> None:
    (bad,) = messages(1)
    bad["body"] = '{"v":2}'
    assert told({"Records": [bad]}) == ["g1"]


def test_with_little_time_left_nobody_is_called(wired: Wired) -> None:
    seq = wired.pays()
    assert told({"Records": messages(seq)}, seconds=10.0) == [f"g{seq}"]
    assert wired.receiver == []
    assert wired.queue.put_off == [(f"h-g{seq}", 0)]
