"""Queue, files, clock and rate: one suite each, over the fake and over the real adapter.

Where nothing fake exists (the rate), the real one alone is held to what it promises.
"""

import itertools
import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from dunning.adapters.clock import ClockNotSet, TableClock, WallClock
from dunning.adapters.memory.cell import MemoryBlobs, MemoryOutbox, SetClock
from dunning.adapters.rate import LONGEST_WAIT, LeasedRate, block_of
from dunning.adapters.s3 import S3Blobs
from dunning.adapters.sqs import QueueRefused, SqsOutbox, account_of
from dunning.service.ports import AgendaEntry, Blob, Blobs, Outbox

from tests.contract.conftest import Database
from tests.emulator import REGION


@pytest.fixture(scope="session")
def aws(emulator: str) -> Callable[[str], Any]:
    """Clients of the emulated AWS."""
    session = boto3.Session("test", "test", region_name=REGION)
    return lambda service: session.client(service, endpoint_url=emulator)


# Outbox


_numbers = itertools.count(1)


@pytest.fixture
def queue(aws: Callable[[str], Any]) -> Iterator[str]:
    sqs = aws("sqs")
    url: str = sqs.create_queue(QueueName=f"outbox-{next(_numbers)}")["QueueUrl"]
    yield url
    sqs.delete_queue(QueueUrl=url)


@pytest.fixture
def outbox(adapter: str, request: pytest.FixtureRequest) -> Outbox:
    if adapter == "memory":
        return MemoryOutbox()
    client = request.getfixturevalue("aws")("sqs")
    return SqsOutbox(client, request.getfixturevalue("queue"))


def entries(count: int) -> list[AgendaEntry]:
    return [
        AgendaEntry(f"2026-11-23T08:00:00Z#acme#c{number}", f"acme#c{number}")
        for number in range(count)
    ]


@pytest.mark.parametrize("count", [0, 1, 10, 23])
def test_what_is_put_is_counted(outbox: Outbox, count: int) -> None:
    assert outbox.depth() == 0
    outbox.put("acme", iter(entries(count)))
    assert outbox.depth() == count


def test_what_is_being_worked_on_is_counted_too(aws: Callable[[str], Any], queue: str) -> None:
    outbox = SqsOutbox(aws("sqs"), queue)
    outbox.put("acme", entries(3))
    taken = aws("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=2)["Messages"]
    assert taken
    assert outbox.depth() == 3


def test_a_message_says_whose_account_and_since_when_and_its_creditor_is_its_group(
    aws: Callable[[str], Any], queue: str
) -> None:
    SqsOutbox(aws("sqs"), queue).put("acme", entries(1))
    message = aws("sqs").receive_message(
        QueueUrl=queue, MessageSystemAttributeNames=["MessageGroupId"]
    )["Messages"][0]
    assert json.loads(message["Body"]) == {
        "v": 1,
        "account": "acme#c0",
        "agenda_at": "2026-11-23T08:00:00Z",
    }
    assert account_of(message["Body"]) == ("acme", "acme#c0")
    assert message["Attributes"]["MessageGroupId"] == "acme"


class Flaky:
    """A queue that takes of every batch what it is told to."""

    def __init__(self, *refused: set[str], fault: bool = False) -> None:
        self.asked: list[list[str]] = []
        self._refused = list(refused)
        self._fault = fault

    def send_message_batch(self, QueueUrl: str, Entries: list[dict[str, str]]) -> dict[str, Any]:  # noqa: N803
        ids = [entry["Id"] for entry in Entries]
        self.asked.append(ids)
        refused = self._refused.pop(0) if self._refused else set()
        return {
            "Failed": [
                {"Id": one, "Code": "InternalError", "SenderFault": self._fault}
                for one in ids
                if one in refused
            ]
        }


def test_entries_that_were_not_taken_are_asked_again_and_only_those() -> None:
    flaky = Flaky({"1", "2"}, {"2"})
    SqsOutbox(flaky, "url").put("acme", entries(3))  # type: ignore[arg-type]
    assert flaky.asked == [["0", "1", "2"], ["1", "2"], ["2"]]


@pytest.mark.parametrize(
    "flaky", [Flaky({"0"}, {"0"}, {"0"}), Flaky({"0"}, fault=True)], ids=["thrice", "our fault"]
)
def test_a_queue_that_does_not_take_an_entry_is_an_error_and_not_a_loss(flaky: Flaky) -> None:
    with pytest.raises(QueueRefused):
        SqsOutbox(flaky, "url").put("acme", entries(1))  # type: ignore[arg-type]


# Blobs


@pytest.fixture
def blobs(adapter: str, request: pytest.FixtureRequest) -> Blobs:
    if adapter == "memory":
        return MemoryBlobs()
    s3 = request.getfixturevalue("aws")("s3")
    bucket = f"blobs-{next(_numbers)}"
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    return S3Blobs(s3, bucket)


def test_a_file_is_read_as_it_was_written(blobs: Blobs) -> None:
    blobs.write("acme", "results/acme/März (1) +x.csv", b"\x00\xff", "text/csv")
    assert blobs.read("acme", "results/acme/März (1) +x.csv", None).body == b"\x00\xff"


def test_a_file_that_is_not_there_is_a_lookup_error(blobs: Blobs) -> None:
    with pytest.raises(LookupError):
        blobs.read("acme", "incoming/acme/none.csv", None)


def test_the_version_that_the_event_names_is_read_also_when_a_newer_one_came(
    aws: Callable[[str], Any],
) -> None:
    s3 = aws("s3")
    s3.create_bucket(Bucket="versions", CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_versioning(Bucket="versions", VersioningConfiguration={"Status": "Enabled"})
    first = s3.put_object(Bucket="versions", Key="a", Body=b"1")["VersionId"]
    s3.put_object(Bucket="versions", Key="a", Body=b"2")
    blobs = S3Blobs(s3, "versions")
    assert blobs.read("acme", "a", first) == Blob(b"1", first)
    assert blobs.read("acme", "a", None).body == b"2"


# Clock


def test_the_tables_clock_stands_where_it_was_set(database: Database) -> None:
    clock = TableClock(database.client, database.table)
    with pytest.raises(ClockNotSet):
        clock.now()
    clock.set(1_795_334_400)
    assert clock.now() == SetClock(1_795_334_400).now()


def test_the_wall_clock_counts_whole_seconds() -> None:
    assert isinstance(WallClock().now(), int)


# Rate


class Time:
    """An instant that moves only when somebody sleeps."""

    def __init__(self) -> None:
        self.at = 1_795_334_400.0

    def now(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += seconds


def test_over_all_workers_no_more_leaves_than_the_rate(database: Database) -> None:
    time, rate = Time(), 12.0
    workers = [
        LeasedRate(database.client, database.table, "email", rate, now=time.now, sleep=time.sleep)
        for _ in range(3)
    ]
    start, moments = time.at, []
    for number in range(60):
        assert workers[number % 3].take("acme", "email")
        moments.append(time.at - start)
    for first in range(len(moments)):
        within = [m for m in moments if moments[first] <= m < moments[first] + 1]
        assert len(within) <= rate + 3 * block_of(rate)
    assert moments[-1] >= 60 / rate - 1 - block_of(rate) / rate


def test_a_block_is_one_write_and_the_rest_of_it_none(database: Database) -> None:
    time = Time()
    rate = LeasedRate(database.client, database.table, "email", 30, now=time.now, sleep=time.sleep)
    rate.take("acme", "email")
    before = database.scan()
    for _ in range(block_of(30) - 1):
        assert rate.take("acme", "email")
    assert database.scan() == before
    rate.take("acme", "email")
    assert database.scan() != before


def test_a_worker_that_would_wait_too_long_is_told_no_and_takes_nothing(
    database: Database,
) -> None:
    time = Time()

    def worker() -> LeasedRate:
        return LeasedRate(
            database.client, database.table, "email", 0.25, now=time.now, sleep=lambda _: None
        )

    granted = [worker().take("acme", "email") for _ in range(6)]
    assert granted == [True, True, True, False, False, False]
    time.at += LONGEST_WAIT
    assert worker().take("acme", "email")


def test_without_a_rate_nothing_leaves(database: Database) -> None:
    assert not LeasedRate(database.client, database.table, "email", 0).take("acme", "email")
    assert database.scan() == []


def test_threads_that_ask_at_once_never_hold_the_same_moment(database: Database) -> None:
    slept: list[float] = []
    lock = threading.Lock()
    time = Time()

    def sleep(seconds: float) -> None:
        with lock:
            slept.append(round(seconds, 3))

    workers = [
        LeasedRate(database.client, database.table, "email", 10, now=time.now, sleep=sleep)
        for _ in range(4)
    ]
    granted: list[bool] = []
    threads = [
        threading.Thread(target=lambda w=worker: granted.append(w.take("acme", "email")))
        for worker in workers
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert granted == [True] * 16
    # The very first moment needs no sleep; every other one is somebody's alone.
    assert len(slept) >= 15
    assert len(set(slept)) == len(slept)
