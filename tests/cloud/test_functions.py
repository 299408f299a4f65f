"""The deployed functions under their own roles: from an uploaded file to what became of each mail.

The creditor is this file's own; the cell's clock is moved by hand.
"""

import json
from collections.abc import Iterator

import pytest
from dunning.adapters.clock import TableClock
from dunning.domain.calendar import parse_instant

from infra.local.cloud import LocalCloud
from infra.local.demo.reading import Reader
from tests.cloud.stage import Stage

CREDITOR = "harbourline"
SENDER = "billing@harbourline.example"
CUSTOMERS = {
    "plain": "post@customer.example",
    "bounces": "bounce@customer.example",
    "throttled": "throttle-1@customer.example",
    "unclear": "reset@customer.example",
    "refused": "reject@customer.example",
}
POLICIES = """policies:
  - id: standard
    ladder:
      - {level: 1, after_due: {days: 10}, channels: [email], tone: friendly}
"""


@pytest.fixture
def cell(cloud: LocalCloud, reader: Reader) -> Iterator[LocalCloud]:
    cloud.wait_until_quiet()
    cloud.verify_sender(SENDER)
    at(cloud, "2026-10-01T08:00:00Z")
    settings = {"creditor": CREDITOR, "name": "Harbour Line", "from": SENDER, "time_zone": "UTC"}
    bodies = []
    for customer, address in CUSTOMERS.items():
        bodies += [
            {"on": "2026-10-01", "type": "customer", "customer": customer, "email": address},
            {
                "on": "2026-10-01",
                "type": "invoice",
                "customer": customer,
                "number": f"HL-{customer}",
                "currency": "EUR",
                "kind": "invoice",
                "items": [{"due": "2026-10-31", "amount": "99.00"}],
            },
        ]
    files = {
        f"config/{CREDITOR}/creditor.json": json.dumps(settings),
        f"config/{CREDITOR}/policies.yaml": POLICIES,
        f"incoming/{CREDITOR}/a first ledger.jsonl": "\n".join(map(json.dumps, bodies)),
    }
    for key, body in files.items():
        cloud.client("s3").put_object(
            Bucket=cloud.outputs["BucketName"], Key=key, Body=body.encode()
        )
        cloud.wait_until_quiet()
    yield cloud
    cloud.wait_until_quiet()
    Stage(cloud, CREDITOR, reader).leave()


def at(cloud: LocalCloud, instant: str) -> None:
    clock = TableClock(cloud.client("dynamodb"), cloud.outputs["TableName"])
    clock.set(parse_instant(instant))


def said(cloud: LocalCloud, customer: str) -> list[str]:
    """What the gate did with the mails to a customer."""
    return [row["outcome"] for row in cloud.gate.log() if row["to"].endswith(CUSTOMERS[customer])]


def test_a_file_becomes_reminders_and_every_answer_finds_its_way_back(cell: LocalCloud) -> None:
    assert cell.invoke("SweepFunctionName")["email"] == 0
    at(cell, "2026-11-10T12:00:00Z")
    assert cell.invoke("SweepFunctionName")["email"] == len(CUSTOMERS)
    cell.wait_until_quiet()
    assert said(cell, "plain") == ["accepted"]
    assert said(cell, "throttled") == ["throttled"]
    assert said(cell, "refused") == ["rejected"]
    (mail,) = [row for row in cell.gate.log() if row["to"].endswith(CUSTOMERS["plain"])]
    assert mail["items"] == "HL-plain/1/1/0"
    assert mail["subject"] == "Reminder: invoice HL-plain from Harbour Line"

    # A later day: only the one that was provably not sent is tried again.
    at(cell, "2026-11-12T12:00:00Z")
    cell.invoke("SweepFunctionName")
    cell.wait_until_quiet()
    assert said(cell, "throttled") == ["throttled", "accepted"]
    for customer in ("plain", "bounces", "unclear", "refused"):
        assert len(said(cell, customer)) == 1
    assert set(cell.dead_letters().values()) == {0}

    # What the functions wrote to their logs names nobody.
    log = cell.emulator_log.read_text(encoding="utf-8", errors="replace")
    assert '"outcomes"' in log
    written = "\n".join(line for line in log.splitlines() if '"request_id"' in line)
    assert "customer.example" not in written
