"""What the intake needs of the outside: runs, their steps, files of any length; fake and real."""

import contextlib
import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import boto3
import pytest
from dunning.adapters.dynamodb.imports import DynamoImports
from dunning.adapters.memory.cell import MemoryBlobs
from dunning.adapters.memory.imports import MemoryImports, MemorySteps
from dunning.adapters.s3 import S3Blobs
from dunning.adapters.sqs import BadMessage, SqsSteps, step_of, text_of
from dunning.service.intake_ports import (
    CUTTING,
    DONE,
    FAILED,
    MISSING,
    RECORDING,
    Counts,
    Imports,
    Run,
    Step,
)
from dunning.service.ports import Blobs, Gone, TooLarge

from tests.contract.conftest import REGION

RUN = Run(
    id="0123456789abcdef",
    file="March (EU).csv",
    key="incoming/acme/March (EU).csv",
    version="pXf3Kq8Zt1mB",
    uploaded_on=date(2026, 3, 1),
    started=1_772_352_000,
)


@pytest.fixture
def imports(adapter: str, request: pytest.FixtureRequest) -> Imports:
    if adapter == "memory":
        return MemoryImports()
    request.getfixturevalue("database")
    return DynamoImports()


def test_a_run_is_kept_as_it_began(imports: Imports) -> None:
    assert imports.find("acme", RUN.id) is None
    assert imports.begin("acme", RUN) == RUN
    assert imports.find("acme", RUN.id) == RUN
    assert imports.find("other", RUN.id) is None


def test_a_run_that_began_before_stands_as_it_is_by_now(imports: Imports) -> None:
    imports.begin("acme", RUN)
    cut = imports.have_cut("acme", RUN.id, "first", 12, 3, Counts(0, 1, 2))
    assert imports.begin("acme", replace(RUN, started=RUN.started + 60)) == cut
    assert (cut.state, cut.cut, cut.rows, cut.parts) == (RECORDING, "first", 12, 3)
    assert (cut.accepted, cut.unchanged, cut.rejected) == (0, 1, 2)


def test_the_first_cut_holds(imports: Imports) -> None:
    imports.begin("acme", RUN)
    first = imports.have_cut("acme", RUN.id, "first", 12, 3, Counts(rejected=2))
    assert imports.have_cut("acme", RUN.id, "second", 13, 4, Counts(rejected=5)) == first


def test_a_part_counts_once_however_often_it_is_done(imports: Imports) -> None:
    imports.begin("acme", RUN)
    imports.have_cut("acme", RUN.id, "first", 12, 3, Counts())
    once = imports.have_recorded("acme", RUN.id, 3, Counts(5, 1, 0))
    assert (once.done, once.accepted, once.unchanged) == (frozenset({3}), 5, 1)
    assert imports.have_recorded("acme", RUN.id, 3, Counts(5, 1, 0)) == once
    assert not once.recorded
    imports.have_recorded("acme", RUN.id, 1, Counts(2, 0, 3))
    last = imports.have_recorded("acme", RUN.id, 2, Counts(1, 0, 0))
    assert last.recorded
    assert (last.accepted, last.unchanged, last.rejected) == (8, 1, 3)
    assert imports.find("acme", RUN.id) == last


def test_a_run_fails_and_goes_on_but_what_is_done_stays_so(imports: Imports) -> None:
    imports.begin("acme", RUN)
    imports.have_cut("acme", RUN.id, "first", 1, 1, Counts())
    failed = imports.turn("acme", RUN.id, FAILED, 5, "part 1: KeyError")
    assert (failed.state, failed.why, failed.ended) == (FAILED, "part 1: KeyError", 0)
    assert imports.turn("acme", RUN.id, MISSING, 6).why == ""
    done = imports.turn("acme", RUN.id, DONE, 7)
    assert (done.state, done.ended) == (DONE, 7)
    assert imports.turn("acme", RUN.id, FAILED, 8, "late") == done
    assert imports.have_cut("acme", RUN.id, "late", 9, 9, Counts()) == done


def test_a_step_of_a_run_that_is_not_there_is_a_fault(imports: Imports) -> None:
    for call in (
        lambda: imports.have_cut("acme", "gone", "c", 1, 1, Counts()),
        lambda: imports.have_recorded("acme", "gone", 1, Counts()),
        lambda: imports.turn("acme", "gone", DONE, 1),
    ):
        with pytest.raises(LookupError):
            call()


def test_runs_are_listed_by_creditor_the_newest_first(imports: Imports) -> None:
    for number in range(3):
        imports.begin("acme", replace(RUN, id=f"run-{number}", started=RUN.started + number))
    imports.begin("other", RUN)
    assert [run.id for run in imports.runs("acme")] == ["run-2", "run-1", "run-0"]
    assert list(imports.runs("nobody")) == []


def test_a_run_leaves_the_table_by_itself_after_its_results(database: Any) -> None:
    DynamoImports().begin("acme", RUN)
    (item,) = database.scan()
    assert int(item["ttl"]["N"]) == RUN.started + 97 * 86_400
    assert item["state"]["S"] == CUTTING


# Steps

STEPS = [Step("acme", "run", 1), Step("other", "run-2", 7, resumes=2), Step("acme", "r", after="k")]


@pytest.fixture(scope="session")
def aws(emulator: str) -> Callable[[str], Any]:
    session = boto3.Session("test", "test", region_name=REGION)
    return lambda service: session.client(service, endpoint_url=emulator)


_numbers = itertools.count(1)


def test_steps_come_out_of_the_queue_as_they_went_in(aws: Callable[[str], Any]) -> None:
    sqs = aws("sqs")
    url = sqs.create_queue(QueueName=f"steps-{next(_numbers)}")["QueueUrl"]
    many = [*STEPS, *(Step("acme", "many", number) for number in range(1, 20))]
    SqsSteps(sqs, url).put(iter(many))
    fake = MemorySteps()
    fake.put(iter(many))
    found, groups = [], set()
    while messages := sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, MessageSystemAttributeNames=["MessageGroupId"]
    ).get("Messages"):
        for message in messages:
            step = step_of(message["Body"])
            found.append(step)
            groups.add((step.creditor, message["Attributes"]["MessageGroupId"]))
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    assert sorted(found) == sorted(fake.waiting) == sorted(many)
    assert groups == {("acme", "acme"), ("other", "other")}


@pytest.mark.parametrize("step", STEPS)
def test_a_step_is_read_as_it_was_written(step: Step) -> None:
    assert step_of(text_of(step)) == step


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "{}",
        '{"v":1,"creditor":"acme"}',
        '{"v":2,"creditor":"acme","run":"r","part":1}',
        '{"v":1,"creditor":"ACME!","run":"r","part":1}',
        '{"v":1,"creditor":"acme","run":"r","part":-1}',
        '{"v":1,"creditor":"acme","run":"r","part":"1"}',
        '{"v":1,"creditor":"acme","run":7}',
        '{"v":1,"creditor":"acme","run":"r","more":1}',
    ],
)
def test_what_is_no_step_is_named_so(body: str) -> None:
    with pytest.raises(BadMessage):
        step_of(body)


# Files of any length


@pytest.fixture
def blobs(adapter: str, request: pytest.FixtureRequest) -> Iterator[Blobs]:
    if adapter == "memory":
        yield MemoryBlobs()
        return
    s3 = request.getfixturevalue("aws")("s3")
    name = f"intake-{next(_numbers)}"
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    yield S3Blobs(s3, name)


def test_a_file_is_fetched_to_be_read_more_than_once(blobs: Blobs) -> None:
    body = b"a,b\n" * 700_000
    blobs.write("acme", "incoming/acme/a.csv", body, "text/csv")
    with blobs.fetch("acme", "incoming/acme/a.csv", None, 10_000_000) as file:
        assert file.source.size == len(body)
        for _ in range(2):
            with file.source.open() as stream:
                assert stream.read() == body
    assert file.version == blobs.read("acme", "incoming/acme/a.csv", None).version


def test_nothing_of_a_fetched_file_stays_on_the_disk(aws: Callable[[str], Any]) -> None:
    s3 = aws("s3")
    name = f"intake-{next(_numbers)}"
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    blobs = S3Blobs(s3, name)
    blobs.write("acme", "a", b"1", "text/plain")
    with blobs.fetch("acme", "a", None, 10) as file:
        path: Path = file.source.path  # type: ignore[attr-defined]
        assert path.exists()
    assert not path.exists()


def test_a_file_that_is_too_large_is_not_fetched(blobs: Blobs) -> None:
    blobs.write("acme", "a", b"12345", "text/plain")
    with pytest.raises(TooLarge) as caught, blobs.fetch("acme", "a", None, 4):
        pass
    assert (caught.value.size, caught.value.most) == (5, 4)


def test_a_file_that_is_not_there_is_gone(blobs: Blobs) -> None:
    with pytest.raises(Gone):
        blobs.read("acme", "nothing", None)
    with pytest.raises(Gone), blobs.fetch("acme", "nothing", None, 4):
        pass


def test_a_stream_becomes_a_file_when_its_block_ends_well(blobs: Blobs) -> None:
    piece = b"x" * 1_000_000
    with blobs.writing("acme", "long", "text/csv") as out:
        for _ in range(6):
            out.write(piece)
    assert blobs.read("acme", "long", None).body == piece * 6
    with (
        contextlib.suppress(RuntimeError),
        blobs.writing("acme", "broken", "text/csv") as out,
    ):
        out.write(b"half")
        raise RuntimeError
    with pytest.raises(Gone):
        blobs.read("acme", "broken", None)
