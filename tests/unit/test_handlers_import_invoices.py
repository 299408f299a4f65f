"""import_invoices and record_import over ports in memory: which file an event tells of, however it
came, and which part a message asks for. What a file says is tested with the use case.
"""

import json
from typing import Any

import pytest
from dunning.adapters.sqs import step_of, text_of
from dunning.entry import bootstrap
from dunning.entry.arrivals import Arrival, BadArrival, arrivals
from dunning.service.intake_ports import Step
from dunning.service.replan_book import REPLAN

from tests.unit.handling import Cell, Context, batch, failed, load, message, sample
from tests.unit.importing import Intake

KEY = "incoming/northwind/invoices 2026-11 (EU).csv"
FILE = b"""type,customer,number,currency,kind,issued,due,amount
invoice,c-7,NW-2001,EUR,invoice,2026-11-01,2026-11-15,250.00
invoice,c-8,NW-2002,EUR,invoice,2026-11-01,not a day,99.00
"""


@pytest.fixture
def cell(monkeypatch: pytest.MonkeyPatch) -> Cell:
    cell = Cell()
    intake = Intake(cell.blobs, cell.settings, cell.bodies, cell.metrics)
    cell.steps = intake.steps
    monkeypatch.setattr(
        bootstrap,
        "imports",
        lambda: bootstrap.ImportFiles(lambda: None, cell.clock, intake.imports),
    )
    monkeypatch.setattr(
        bootstrap,
        "records",
        lambda: bootstrap.RecordParts(
            lambda: None, cell.clock, intake.records, intake.replans, step_of, 5
        ),
    )
    return cell


def handle(event: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = load("import_invoices").handler(event, Context())
    return answer


def record(*events: dict[str, Any], seconds: float = 60.0) -> dict[str, Any]:
    answer: dict[str, Any] = load("record_import").handler(batch(*events), Context(seconds=seconds))
    return answer


def test_the_sample_takes_the_good_rows_and_reports_the_bad_ones(cell: Cell) -> None:
    cell.blobs.files[KEY] = FILE
    assert failed(handle(sample("import_invoices"))) == []
    (step,) = cell.steps.waiting
    assert failed(record(message(text_of(step)))) == []
    assert cell.ledger.account_of_invoice("northwind", "NW-2001")
    written = [key for key in cell.blobs.files if key.startswith("results/northwind/")]
    report = next(key for key in written if key.endswith(".report.json"))
    counted = json.loads(cell.blobs.files[report])
    assert (counted["accepted"], counted["rejected"]) == (1, 1)


def test_the_sample_of_a_part_is_one_of_ours(cell: Cell) -> None:
    (one,) = sample("record_import")["Records"]
    assert step_of(one["body"]) == Step("northwind", "9f2d4c6b8a017e35", 1)
    assert failed(record(one)) == []  # of a run that is gone


def test_a_part_without_time_is_sent_on_and_not_given_back(cell: Cell) -> None:
    cell.blobs.files[KEY] = FILE
    handle(sample("import_invoices"))
    step = cell.steps.waiting.popleft()
    assert failed(record(message(text_of(step)), seconds=5.0)) == []
    assert list(cell.steps.waiting) == [step._replace(resumes=1)]


def test_a_part_that_fails_comes_back_and_at_its_last_receive_the_run_says_so(cell: Cell) -> None:
    cell.blobs.files[KEY] = FILE
    handle(sample("import_invoices"))
    step = cell.steps.waiting.popleft()
    for key in [key for key in cell.blobs.files if "/part-00001.jsonl" in key]:
        del cell.blobs.files[key]
    (progress,) = (key for key in cell.blobs.files if key.endswith(".progress.json"))
    for receives, state in ((1, "recording"), (5, "failed")):
        assert failed(record(message(text_of(step), receives=receives))) == ["message-1"]
        assert json.loads(cell.blobs.files[progress])["state"] == state


def test_a_message_that_is_no_step_comes_back(cell: Cell) -> None:
    assert failed(record(message("{}"))) == ["message-1"]


def test_a_file_that_is_not_there_comes_back(cell: Cell) -> None:
    assert len(failed(handle(sample("import_invoices")))) == 1


def s3(key: str, event: str = "ObjectCreated:Put", **more: object) -> str:
    record = {"eventName": event, "s3": {"bucket": {"name": "b"}, "object": {"key": key, **more}}}
    return json.dumps({"Records": [record]})


def bridge(key: str, **more: object) -> str:
    return json.dumps(
        {
            "detail-type": "Object Created",
            "source": "aws.s3",
            "detail": {"object": {"key": key, **more}},
        }
    )


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (bridge("incoming/acme/a+b c.csv"), [Arrival("acme", "incoming/acme/a+b c.csv", None)]),
        (
            bridge("config/acme/policies.yaml", **{"version-id": "v1"}),
            [Arrival("acme", "config/acme/policies.yaml", "v1")],
        ),
        (
            s3("incoming/acme/M%C3%A4rz+%281%29.csv", versionId="v2"),
            [Arrival("acme", "incoming/acme/März (1).csv", "v2")],
        ),
        (
            s3("incoming/acme/a.csv", versionId="null"),
            [Arrival("acme", "incoming/acme/a.csv", None)],
        ),
        (s3("incoming/acme/"), []),
        (json.dumps({"Service": "Amazon S3", "Event": "s3:TestEvent"}), []),
    ],
    ids=["bridge", "version", "url encoded", "null version", "folder", "greeting"],
)
def test_both_ways_in_which_s3_tells_are_understood(body: str, expected: list[Arrival]) -> None:
    assert arrivals(body) == expected


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "{}",
        json.dumps(
            {"detail-type": "Object Deleted", "detail": {"object": {"key": "incoming/a/b"}}}
        ),
        s3("incoming/acme/a.csv", event="ObjectRemoved:Delete"),
        bridge("incoming/No Creditor/a.csv"),
        bridge("a.csv"),
    ],
)
def test_what_tells_of_no_file_is_refused(body: str) -> None:
    with pytest.raises(BadArrival):
        arrivals(body)


def test_a_message_that_tells_of_no_file_comes_back(cell: Cell) -> None:
    assert failed(handle(batch(message("{}")))) == ["message-1"]


def test_a_step_of_a_replan_goes_to_the_book_and_not_to_an_import(cell: Cell) -> None:
    before = cell.settings.rulebook("northwind")
    assert before is not None
    cell.settings.rules = "of another deployment"

    assert failed(record(message(text_of(Step("northwind", REPLAN))))) == []

    head = cell.ledger.head("northwind", cell.account)
    assert head is not None
    assert head.edition == before.edition + 1
    assert not cell.steps.waiting
