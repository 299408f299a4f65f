"""import_invoices over ports in memory: which file an event tells of, however it came.

What a file says is tested with the formats and the use case.
"""

import json
from typing import Any

import pytest
from dunning.adapters.formats.files import FilesByName
from dunning.entry import bootstrap
from dunning.entry.arrivals import Arrival, BadArrival, arrivals
from dunning.service.import_invoices import ImportInvoices

from tests.unit.handling import Cell, Context, batch, failed, load, message, sample

KEY = "incoming/northwind/invoices 2026-11 (EU).csv"
FILE = b"""type,customer,number,currency,kind,issued,due,amount
invoice,c-7,NW-2001,EUR,invoice,2026-11-01,2026-11-15,250.00
invoice,c-8,NW-2002,EUR,invoice,2026-11-01,not a day,99.00
"""


@pytest.fixture
def cell(monkeypatch: pytest.MonkeyPatch) -> Cell:
    cell = Cell()
    use_case = ImportInvoices(cell.blobs, cell.settings, cell.bodies, FilesByName(), cell.metrics)
    monkeypatch.setattr(
        bootstrap, "imports", lambda: bootstrap.ImportFiles(lambda: None, cell.clock, use_case)
    )
    return cell


def handle(event: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = load("import_invoices").handler(event, Context())
    return answer


def test_the_sample_takes_the_good_rows_and_reports_the_bad_ones(cell: Cell) -> None:
    cell.blobs.files[KEY] = FILE
    assert failed(handle(sample("import_invoices"))) == []
    assert cell.ledger.account_of_invoice("northwind", "NW-2001")
    written = [key for key in cell.blobs.files if key.startswith("results/northwind/")]
    report = next(key for key in written if key.endswith(".report.json"))
    counted = json.loads(cell.blobs.files[report])
    assert (counted["accepted"], counted["rejected"]) == (1, 1)


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
