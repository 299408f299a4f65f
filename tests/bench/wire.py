"""What a reminder asks of AWS on the wire: counted at the front and the gate of a deployed cell.

The real stacks in the local cloud; nothing of the product is called from here.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from dunning.domain.calendar import parse_instant

from infra.local.cloud import LocalCloud, local_cloud
from infra.local.demo.loading import Loader
from tests.bench.figures import Board
from tests.bench.people import CREDITOR, POLICIES

CUSTOMERS = 220
LEAST = 200
DUE = date(2026, 11, 2)
BATCH = 10
"""Messages of one request of Lambda's poller, and of one batch of send_email."""
SENDER, SWEEP, FEEDBACK = (
    f"duecourse-local-{name}" for name in ("send-email", "sweep", "record-feedback")
)
SETTINGS = {
    "creditor": CREDITOR,
    "name": "Acme Supply",
    "country": "DE",
    "time_zone": "Europe/Berlin",
    "language": "en",
    "from": "accounts@example.com",
    "bank": {"name": "Hafenbank", "iban": "DE02120300000000202051"},
}
FLOOR = {
    "GetItem HEAD": 1.0,
    "Query live range": 1.0,
    "GetItem suppression": 1.0,
    "UpdateItem claim": 1.0,
    "SendEmail": 1.0,
    "PutItem history": 1.0,
    "PutItem confirm": 1.0,
    "SQS send, receive, delete, by ten": 3 / BATCH,
}
"""The least that the fence needs of AWS for one reminder."""
_PROCESSED = re.compile(r"ESM: Lambda (\S+) processed (\d+) SQS messages")
_OUTPUT = re.compile(r"(?:ESM: )?Lambda (\S+) output:$")
_STAMP = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [A-Z]+ ")


@dataclass(slots=True)
class Wire:
    """What went over the wire for a number of reminders."""

    reminders: int
    requests: dict[str, Counter[str]]
    """By function, then operation."""
    bytes: dict[str, int]
    """Request and response bytes by function."""
    invocations: Counter[str] = field(default_factory=Counter)
    log_bytes: Counter[str] = field(default_factory=Counter)

    def per_reminder(self, *functions: str, service: str = "") -> float:
        """Requests of functions per reminder, the local cell's reading of its clock left out:
        one GetItem an invocation that no AWS cell makes."""
        count = sum(
            number
            for function in functions
            for operation, number in self.requests.get(function, Counter()).items()
            if operation.startswith(service)
        )
        if not service or service == "dynamodb":
            count -= sum(self.invocations[function] for function in functions)
        return count / self.reminders


def measure(board: Board, directory: Path) -> Wire:
    """Deploy, remind everybody once to warm up, and count the second time."""
    board.say("deploying a local cell")
    with local_cloud(directory) as cloud:
        loader = Loader(cloud, CREDITOR)
        _clock(cloud, f"{DUE}T08:00:00Z")
        loader.settings(SETTINGS, POLICIES)
        loader.bodies("customers", [_customer(n) for n in range(CUSTOMERS)])
        loader.invoices("invoices", [_invoice(n, k) for n in range(CUSTOMERS) for k in range(2)])
        cloud.wait_until_quiet(120)
        board.say(f"{CUSTOMERS} customers with two invoices each are in; the first reminders")
        _remind(cloud, DUE + timedelta(days=6))
        cloud.gate.reset()
        cloud.front.reset()
        start = cloud.emulator_log.stat().st_size
        _remind(cloud, DUE + timedelta(days=16))
        wire = _counted(cloud, start)
    _figures(board, wire)
    return wire


def _customer(number: int) -> dict[str, Any]:
    return {
        "on": DUE.isoformat(),
        "type": "customer",
        "customer": f"C-{number:05}",
        "name": f"Customer {number}",
        "country": "DE",
        "email": f"ledger-{number}@customer-{number}.example",
    }


def _invoice(number: int, which: int) -> dict[str, Any]:
    return {
        "customer": f"C-{number:05}",
        "number": f"INV-{number:05}-{which}",
        "currency": "EUR",
        "kind": "invoice",
        "issued": (DUE - timedelta(days=30)).isoformat(),
        "items": [{"due": DUE.isoformat(), "amount": f"{100 + which}.50"}],
    }


def _clock(cloud: LocalCloud, instant: str) -> None:
    cloud.client("dynamodb").put_item(
        TableName=cloud.outputs["TableName"],
        Item={
            "pk": {"S": "CLOCK"},
            "sk": {"S": "CLOCK"},
            "now": {"N": str(parse_instant(instant))},
        },
    )


def _remind(cloud: LocalCloud, day: date) -> None:
    _clock(cloud, f"{day}T09:00:00Z")
    cloud.invoke("SweepFunctionName")
    cloud.wait_until_quiet(180)


def _counted(cloud: LocalCloud, start: int) -> Wire:
    log = cloud.gate.log()
    accepted = sum(row["accepted"] for row in log)
    if accepted < LEAST:
        raise AssertionError(f"{accepted} reminders went out; {LEAST} are needed")
    requests: dict[str, Counter[str]] = {SENDER: Counter({"ses:SendEmail": len(log)})}
    size: Counter[str] = Counter()
    for row in cloud.front.counts():
        function = row["function"]
        requests.setdefault(function, Counter())[row["operation"]] += row["requests"]
        size[function] += row["request_bytes"] + row["response_bytes"]
    wire = Wire(accepted, requests, dict(size))
    with cloud.emulator_log.open("rb") as file:
        file.seek(start)
        _read_log(wire, file.read().decode(errors="replace"))
    return wire


def _read_log(wire: Wire, text: str) -> None:
    """Invocations and log bytes by function: each block is what one invocation wrote."""
    writing = ""
    for line in text.splitlines():
        if _STAMP.match(line):
            processed, output = _PROCESSED.search(line), _OUTPUT.search(line)
            writing = output[1] if output else ""
            if processed:
                wire.invocations[processed[1]] += 1
            elif output and output[1] == SWEEP:
                wire.invocations[SWEEP] += 1
        elif writing:
            wire.log_bytes[writing] += len(line.encode()) + 1


def _figures(board: Board, wire: Wire) -> None:
    for function in (SENDER, SWEEP, FEEDBACK):
        counts = ", ".join(f"{n} {op}" for op, n in sorted(wire.requests.get(function, {}).items()))
        board.say(f"{function}: {wire.invocations[function]} invocations; {counts}")
    polled = 2 / BATCH
    by_operation: Counter[str] = Counter()
    for function in (SENDER, SWEEP):
        by_operation.update(wire.requests.get(function, Counter()))
    shown = ", ".join(
        f"{operation} {number / wire.reminders:.3g}"
        for operation, number in sorted(by_operation.items())
    )
    board.add(
        "remind_aws_calls",
        wire.per_reminder(SENDER, SWEEP) + polled,
        "requests",
        f"SES, DynamoDB and SQS requests of sweep and send_email per reminder, over "
        f"{wire.reminders} reminders on the deployed local cell. Counted: {shown}; less one "
        f"GetItem an invocation (the local cell's clock, which no AWS cell reads), plus {polled} "
        f"that Lambda's poller makes (receive and delete, by ten; not on our wire). UpdateItem "
        "beyond one is the rate's lease, at this cell's 1,000 mails a second. Floor: "
        + ", ".join(f"{name} {count:g}" for name, count in FLOOR.items()),
        floor=sum(FLOOR.values()),
    )
    for service, least in (("ses", 1.0), ("dynamodb", 6.0), ("sqs", 3 / BATCH)):
        extra = polled if service == "sqs" else 0.0
        board.add(
            f"remind_{service}_calls",
            wire.per_reminder(SENDER, SWEEP, service=service) + extra,
            "requests",
            f"those of remind_aws_calls that go to {service}",
            floor=least,
        )
    settings = wire.invocations[FEEDBACK] / wire.reminders
    board.add(
        "feedback_aws_calls",
        wire.per_reminder(FEEDBACK) - settings + polled,
        "requests",
        "requests for the Sent event of a reminder: its HEAD is read, for the event may settle a "
        "claim that is still open (a few do here, where events come before the sender goes on). "
        "The reading of settings, once a batch, left out: a batch is up to 1,000 events on AWS and "
        f"a few here. Plus {polled} of Lambda's poller. Floor: that read, and the poller",
        floor=1 + polled,
    )
