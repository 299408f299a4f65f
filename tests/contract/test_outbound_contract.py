"""The ports of telling other systems: who listens, how endpoints do, and the queue in order."""

import itertools
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from dunning.adapters.dynamodb.outbound import DynamoHealths, DynamoSubscriptions, seen_in
from dunning.adapters.memory.outbound import (
    MemoryDeliveries,
    MemoryHealths,
    MemorySubscriptions,
)
from dunning.adapters.sqs_outbound import SqsDeliveries, delivery_of
from dunning.domain.outbound_endpoints import Endpoint
from dunning.domain.outbound_retry import FAILURES, HEALTHY, Health
from dunning.service.outbound_ports import Delivery, Healths, Subscriptions

from tests.emulator import REGION

from .building import CREDITOR, NOON, ODD_IDS

ERP = Endpoint("erp", "https://erp.example/in?a=1", ("payment.recorded", "plan.broken"))
CRM = Endpoint("crm", "https://crm.example/in", enabled=False)
_numbers = itertools.count(1)


@pytest.fixture
def subscriptions(adapter: str, request: pytest.FixtureRequest) -> Subscriptions:
    if adapter == "memory":
        return MemorySubscriptions()
    request.getfixturevalue("database")
    return DynamoSubscriptions()


@pytest.fixture
def healths(adapter: str, request: pytest.FixtureRequest) -> Healths:
    if adapter == "memory":
        return MemoryHealths()
    request.getfixturevalue("database")
    return DynamoHealths()


def test_endpoints_are_those_of_the_newest_file(subscriptions: Subscriptions) -> None:
    assert subscriptions.of(CREDITOR) == ()
    assert subscriptions.put(CREDITOR, (ERP, CRM))
    assert subscriptions.of(CREDITOR) == (ERP, CRM)
    assert not subscriptions.put(CREDITOR, (ERP, CRM))
    assert subscriptions.of("other") == ()
    assert subscriptions.put(CREDITOR, ())
    assert subscriptions.of(CREDITOR) == ()


def test_an_endpoint_s_failures_are_counted_until_it_is_well(healths: Healths) -> None:
    assert healths.of(CREDITOR, "erp") == HEALTHY
    for number in range(1, FAILURES):
        after = healths.failed(CREDITOR, "erp", NOON + number, "timeout")
        assert after == Health(number, NOON + 1, 0, "timeout")
    after = healths.failed(CREDITOR, "erp", NOON + 9, "status_503")
    assert after == Health(FAILURES, NOON + 1, NOON + 69, "status_503")
    assert healths.of(CREDITOR, "erp") == after
    assert healths.of(CREDITOR, "crm") == healths.of("other", "erp") == HEALTHY
    assert dict(healths.all(CREDITOR)) == {"erp": after}
    healths.well(CREDITOR, "erp")
    assert healths.of(CREDITOR, "erp") == HEALTHY


def test_of_many_who_saw_a_rest_end_one_may_try(healths: Healths) -> None:
    assert not healths.probe(CREDITOR, "erp", HEALTHY, NOON), "nobody has failed"
    for _ in range(FAILURES):
        seen = healths.failed(CREDITOR, "erp", NOON, "timeout")
    tries = [healths.probe(CREDITOR, "erp", seen, NOON + 100) for _ in range(3)]
    assert tries == [True, False, False]
    assert healths.of(CREDITOR, "erp") == seen._replace(until=NOON + 100)


def test_the_table_s_endpoints_are_believed_for_a_minute(database: Any) -> None:
    at = [0.0]
    mine, others = DynamoSubscriptions(lambda: at[0]), DynamoSubscriptions()
    assert mine.of(CREDITOR) == ()
    others.put(CREDITOR, (ERP,))
    at[0] = 60.0
    assert mine.of(CREDITOR) == ()
    at[0] = 61.0
    assert mine.of(CREDITOR) == (ERP,)


# --- the queue in order ---------------------------------------------------------------------------


class Queue:
    """A FIFO queue of the emulator, and its dead letters, as a consumer sees them."""

    def __init__(self, client: Any) -> None:
        self.client = client
        made = f"webhooks-{next(_numbers)}"
        fifo = {"FifoQueue": "true", "DeduplicationScope": "messageGroup"}
        fifo["FifoThroughputLimit"] = "perMessageGroupId"
        self.urls = [
            client.create_queue(QueueName=f"{made}{kind}.fifo", Attributes=fifo)["QueueUrl"]
            for kind in ("", "-dead")
        ]
        self.port = SqsDeliveries(client, *self.urls)

    def take(self, url: int = 0) -> list[dict[str, Any]]:
        answer = self.client.receive_message(QueueUrl=self.urls[url], MaxNumberOfMessages=10)
        found: list[dict[str, Any]] = answer.get("Messages", [])
        return found

    def done(self, message: dict[str, Any]) -> None:
        self.client.delete_message(QueueUrl=self.urls[0], ReceiptHandle=message["ReceiptHandle"])


@pytest.fixture
def queue(emulator: str) -> Iterator[Queue]:
    client = boto3.Session("test", "test", region_name=REGION).client("sqs", endpoint_url=emulator)
    queue = Queue(client)
    yield queue
    for url in queue.urls:
        client.delete_queue(QueueUrl=url)


def said(messages: list[dict[str, Any]]) -> list[Delivery]:
    return [delivery_of(one["Body"])[1] for one in messages]


def test_each_account_s_events_come_in_order_and_wait_for_the_one_before(queue: Queue) -> None:
    mine = [Delivery("acme#c1", seq, "erp") for seq in range(1, 13)]
    other = Delivery("acme#c2", 1, "erp")
    queue.port.put([*mine, other])
    first = queue.take()
    assert said(first) == [one for one in (*mine, other) if one in said(first)]
    assert said(first)[0] == mine[0]
    queue.port.later(first[0]["ReceiptHandle"], 300)
    for message in first[1:]:
        if said([message])[0].account == "acme#c1":
            queue.port.later(message["ReceiptHandle"], 0)
        else:
            queue.done(message)
    assert all(one.account != "acme#c1" for one in said(queue.take()))
    queue.port.later(first[0]["ReceiptHandle"], 0)
    assert said(queue.take())[0] == mine[0]


def test_the_same_delivery_twice_is_one_and_one_told_again_is_another(queue: Queue) -> None:
    one = Delivery("acme#c1", 7, "erp")
    queue.port.put([one])
    queue.port.put([one, one._replace(again="x1"), one._replace(endpoint="crm")])
    found: list[Delivery] = []
    while messages := queue.take():
        found += said(messages)
        for message in messages:
            queue.done(message)
    assert sorted(found) == sorted([one, one._replace(again="x1"), one._replace(endpoint="crm")])


@pytest.mark.parametrize("odd", ODD_IDS)
def test_any_account_and_what_was_given_up_can_be_read_back(queue: Queue, odd: str) -> None:
    from dunning.adapters.dynamodb import keys

    one = Delivery(keys.account(CREDITOR, odd), 7, "e" * 32)
    queue.port.give_up(one)
    assert said(queue.take(url=1)) == [one]


def test_the_fake_queue_keeps_what_it_is_given() -> None:
    fake, one = MemoryDeliveries(), Delivery("acme#c1", 7, "erp")
    fake.put([one, one])
    fake.later("h", 5)
    fake.give_up(one)
    assert (list(fake.waiting), fake.put_off, fake.dead) == ([one, one], [("h", 5)], [one])


# --- the stream -----------------------------------------------------------------------------------


def test_a_record_of_the_stream_is_the_record_of_the_ledger(
    database: Any, owner: Any, emulator: str
) -> None:
    from dunning.adapters.dynamodb.ledger import DynamoLedger

    from .building import record

    owner.update_table(
        TableName=database.table,
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )
    ledger = DynamoLedger(database.connection)
    account = ledger.account_key(CREDITOR, "Müller & Söhne")
    wanted = record(7)
    assert ledger.put_record(CREDITOR, account, wanted) is None
    found = [seen_in(one) for one in _stream(owner, emulator, database.table)]
    assert found == [(CREDITOR, account, wanted)]


def _stream(owner: Any, emulator: str, table: str) -> list[dict[str, Any]]:
    """All that the table's stream holds, as Lambda hands it on."""
    arn = owner.describe_table(TableName=table)["Table"]["LatestStreamArn"]
    session = boto3.Session("test", "test", region_name=REGION)
    streams = session.client("dynamodbstreams", endpoint_url=emulator)
    found: list[dict[str, Any]] = []
    for shard in streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]:
        iterator = streams.get_shard_iterator(
            StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        found += streams.get_records(ShardIterator=iterator)["Records"]
    return found
