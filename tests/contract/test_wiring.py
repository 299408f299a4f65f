"""The real wiring on an emulated AWS: one invoice from its file to its bounce, by the handlers.

No stack is deployed: queue, bucket, secret and the SES double are made here.
"""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import boto3
import pytest
from dunning.adapters.clock import TableClock
from dunning.domain.calendar import parse_instant
from dunning.entry import bootstrap, settings

from infra.templates import built
from tests.contract.conftest import Database
from tests.emulator import REGION
from tests.unit.handling import Context, batch, failed, load, message

LEDGER = [
    {
        "on": "2026-10-01",
        "type": "customer",
        "customer": "c-1042",
        "name": "Harbour Café",
        "email": "office@harbour.example",
    },
    {
        "on": "2026-10-01",
        "type": "invoice",
        "customer": "c-1042",
        "number": "NW-1042",
        "currency": "EUR",
        "kind": "invoice",
        "items": [{"due": "2026-10-31", "amount": "1190.00"}],
    },
]
FILES = {
    "config/northwind/creditor.json": json.dumps(
        {
            "creditor": "northwind",
            "name": "Northwind Traders",
            "time_zone": "Europe/Dublin",
            "from": "billing@northwind.example",
            "bank": {"iban": "IE29AIBK93115212345678"},
        }
    ),
    "config/northwind/policies.yaml": (
        "policies:\n"
        "  - id: standard\n"
        "    ladder:\n"
        "      - {level: 1, after_due: {days: 10}, channels: [email], tone: friendly}\n"
    ),
    "incoming/northwind/ledger.jsonl": "\n".join(json.dumps(body) for body in LEDGER),
}


class Taken(ThreadingHTTPServer):
    """SES, as far as one mail needs it."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.mails: list[dict[str, Any]] = []
        self.url = f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: Taken

    def do_POST(self) -> None:
        mail = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.mails.append(mail)
        body = json.dumps({"MessageId": f"id-{len(self.server.mails)}"}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def ses() -> Iterator[Taken]:
    server = Taken()
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def cell(
    database: Database, emulator: str, ses: Taken, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Any]:
    """The environment of every function of a cell, and clients to look into it."""
    session = boto3.Session("test", "test", region_name=REGION)
    made = {name: session.client(name, endpoint_url=emulator) for name in ("s3", "sqs")}
    secrets = session.client("secretsmanager", endpoint_url=emulator)
    bucket, queue = f"cell-{database.table}", f"email-{database.table}"
    made["s3"].create_bucket(
        Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION}
    )
    url = made["sqs"].create_queue(QueueName=queue)["QueueUrl"]
    parts = made["sqs"].create_queue(QueueName=f"parts-{database.table}")["QueueUrl"]
    secret = secrets.create_secret(Name=f"key-{database.table}", SecretString="k" * 64)["ARN"]
    for name, value in {
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": emulator,
        "AWS_ENDPOINT_URL_SESV2": ses.url,
        "CELL": "local",
        "TABLE_NAME": database.table,
        "BUCKET_NAME": bucket,
        "ADDRESS_KEY_SECRET": secret,
        "CLOCK_SOURCE": "table",
        "TEMPLATES_PATH": str(built()),
        "EMAIL_QUEUE_URL": url,
        "EMAIL_RATE": "50",
        "EMAIL_MAX_RECEIVE_COUNT": "5",
        "CONFIGURATION_SET": "duecourse-local",
        "PARTS_QUEUE_URL": parts,
        "PARTS_MAX_RECEIVE_COUNT": "5",
    }.items():
        monkeypatch.setenv(name, value)
    made["bucket"], made["queue"], made["parts"] = bucket, url, parts
    _forget()
    yield made
    _forget()


def _forget() -> None:
    """A new process knows nothing of the one before."""
    for made in (
        settings.from_environment,
        bootstrap.reminders,
        bootstrap.sweep,
        bootstrap.feedback,
        bootstrap.imports,
        bootstrap.records,
    ):
        made.cache_clear()


def upload(cell: Any, key: str, body: str) -> dict[str, Any]:
    cell["s3"].put_object(Bucket=cell["bucket"], Key=key, Body=body.encode())
    event = {
        "detail-type": "Object Created",
        "source": "aws.s3",
        "detail": {"object": {"key": key}},
    }
    answer: dict[str, Any] = load("import_invoices").handler(batch(message(event)), Context())
    record = load("record_import").handler
    for part in received(cell, "parts"):
        assert failed(record(batch(part), Context())) == []
    return answer


def received(cell: Any, queue: str = "queue") -> list[dict[str, Any]]:
    found = cell["sqs"].receive_message(QueueUrl=cell[queue], MaxNumberOfMessages=10)
    return [message(one["Body"], number=n) for n, one in enumerate(found.get("Messages", []))]


def test_an_invoice_goes_from_its_file_to_one_mail_and_its_bounce_bars_the_address(
    cell: Any, database: Database, ses: Taken, tmp_path: Path
) -> None:
    clock = TableClock(database.client, database.table)
    clock.set(parse_instant("2026-10-01T08:00:00Z"))
    for key, body in FILES.items():
        assert failed(upload(cell, key, body)) == []
    report = cell["s3"].get_object(
        Bucket=cell["bucket"], Key="results/northwind/ledger.jsonl/null.report.json"
    )
    assert json.load(report["Body"])["accepted"] == 2
    page = "results/northwind/ledger.jsonl/null.report.html"
    text = cell["s3"].get_object(Bucket=cell["bucket"], Key=page)["Body"].read().decode()
    assert "Everything in this file was taken." in text
    sweep, send = load("sweep").handler, load("send_email").handler
    assert sweep({}, Context()) == {"email": 0, "replans": 0}

    clock.set(parse_instant("2026-11-10T12:00:00Z"))
    assert sweep({}, Context()) == {"email": 1, "replans": 0}
    due = received(cell)
    assert failed(send(batch(*due), Context())) == []
    assert failed(send(batch(*due), Context())) == []

    (mail,) = ses.mails
    assert mail["Destination"] == {"ToAddresses": ["office@harbour.example"]}
    assert mail["FromEmailAddress"] == "Northwind Traders <billing@northwind.example>"
    assert mail["Content"]["Simple"]["Subject"]["Data"] == (
        "Reminder: invoice NW-1042 from Northwind Traders"
    )
    assert mail["Content"]["Simple"]["Headers"] == [
        {"Name": "X-Duecourse-Items", "Value": "NW-1042/1/1/0"}
    ]

    tags = {tag["Name"]: [tag["Value"]] for tag in mail["EmailTags"]}
    bounce = {
        "source": "aws.ses",
        "detail-type": "Email Bounced",
        "detail": {
            "eventType": "Bounce",
            "mail": {"messageId": "id-1", "destination": ["office@harbour.example"], "tags": tags},
            "bounce": {
                "bounceType": "Permanent",
                "feedbackId": "f-1",
                "bouncedRecipients": [{"emailAddress": "OFFICE@harbour.example"}],
            },
        },
    }
    assert failed(load("record_feedback").handler(batch(message(bounce)), Context())) == []
    wired = bootstrap.Wiring(settings.from_environment())
    head = wired.ledger.head("northwind", "northwind#c-1042")
    assert head is not None
    assert head.claim is None
    assert [one.reason for one in head.unusable] == ["bounced"]
    codes = [record.code for record in wired.ledger.history("northwind", "northwind#c-1042")]
    assert codes == ["customer", "invoice", "SENT", "feedback"]
    assert sweep({}, Context()) == {"email": 0, "replans": 0}
