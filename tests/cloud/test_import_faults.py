"""The processes of an import killed in mid-file, by SIGKILL, at every stage: the same ledger, and
the same counts, as if nobody had been.
"""

import contextlib
from collections.abc import Iterator

import pytest
from dunning.adapters.dynamodb.imports import DynamoImports
from dunning.domain import history

from infra.local.faults import Rule, When
from tests.cloud.conftest import MakeStage
from tests.cloud.stage import Stage, gapless

ROWS = 60
CUSTOMERS = 6
SEEN_AGAIN_AFTER = 2
"""Seconds; with the queues' own it would be four minutes, and sixteen."""
KILLS: tuple[tuple[str, str, int, When], ...] = (
    # A file that is being cut: before its first part is kept, and after its parts were sent.
    ("ImportInvoices", "s3:PutObject", 2, "before"),
    ("ImportInvoices", "sqs:SendMessageBatch", 1, "after"),
    # A part that is being recorded: in the middle of its rows, before and after a write.
    ("RecordImport", "dynamodb:TransactWriteItems", 11, "after"),
    ("RecordImport", "dynamodb:TransactWriteItems", 37, "before"),
    # Its results, of which the page is there and the report is not.
    ("RecordImport", "s3:PutObject", 3, "after"),
)


@pytest.fixture(params=["import-faults"])
def stage(on_stage: MakeStage, request: pytest.FixtureRequest) -> Iterator[Stage]:
    """A creditor of the test's own: one that left the cell's register does not come back."""
    stage = on_stage(request.param)
    stage.open("2026-03-01T06:00:00Z")
    stage.quiet()
    with contextlib.ExitStack() as stack:
        for queue in ("ImportsQueueUrl", "PartsQueueUrl"):
            stack.enter_context(stage.cloud.visibility(queue, SEEN_AGAIN_AFTER))
        yield stage


def file() -> bytes:
    lines = ["number,customer,currency,issued,due,amount"]
    lines += [
        f"F-{n:03},c{n % CUSTOMERS},EUR,2026-02-01,2026-02-15,{n + 1}.50" for n in range(ROWS - 1)
    ]
    lines.append("F-BAD,c1,EUR,2026-02-01,no day,1.00")
    return ("\n".join(lines) + "\n").encode()


def test_an_import_whose_processes_are_killed_ends_as_if_nobody_had_been(stage: Stage) -> None:
    for function, operation, nth, when in KILLS:
        name = stage.cloud.outputs[f"{function}FunctionName"]
        rule = Rule(operation=operation, function=name, nth=nth, when=when)
        stage.cloud.front.add(rule)

    report = stage.loader.file("killed.csv", file())
    stage.quiet()

    killed = [row["rule"]["operation"] for row in stage.cloud.front.fired() if row["pid"]]
    assert sorted(killed) == sorted(operation for _, operation, _, _ in KILLS)
    # A row that a killed try took, and the next one found taken, was taken.
    counts = (report["accepted"], report["unchanged"], report["rejected"])
    assert counts == (ROWS - 1, 0, 1)
    opened: set[str] = set()
    for n in range(CUSTOMERS):
        records, head = stage.history(f"c{n}"), stage.head(f"c{n}")
        assert gapless(records, head)
        taken = [one.id for one in records if (one.kind, one.code) == (history.FACT, "invoice")]
        assert len(set(taken)) == len(taken)
        opened |= set(taken)
    assert opened == {f"F-{n:03}" for n in range(ROWS - 1)}
    assert set(stage.cloud.dead_letters().values()) == {0}
    (run, *_) = DynamoImports().runs(stage.creditor)
    assert (run.state, run.rows, run.parts, run.done) == ("done", ROWS, 1, frozenset({1}))


@pytest.mark.parametrize("stage", ["import-again"], indirect=True)
def test_the_same_file_again_changes_nothing(stage: Stage) -> None:
    stage.loader.file("twice.csv", file())
    before = {n: stage.head(f"c{n}") for n in range(CUSTOMERS)}

    report = stage.loader.file("twice.csv", file())

    counts = (report["accepted"], report["unchanged"], report["rejected"])
    assert counts == (0, ROWS - 1, 1)
    assert {n: stage.head(f"c{n}") for n in range(CUSTOMERS)} == before
    listed = stage.by_hand("imports", "--creditor", stage.creditor)
    assert [(one["file"], one["state"]) for one in listed[:2]] == [("twice.csv", "done")] * 2
