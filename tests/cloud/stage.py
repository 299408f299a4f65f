"""A creditor of a test's own on the deployed stacks: its files, the cell's clock, and looks at it.

It drives and looks; nothing in here decides anything about a reminder.
"""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dunning.adapters.dynamodb import keys
from dunning.domain import history
from dunning.domain.account import Head
from dunning.domain.calendar import parse_instant
from dunning.domain.history import Record, Task
from dunning.domain.identity import account_tag
from dunning.entry.cli import app
from typer.testing import CliRunner

from infra.local.cloud import LocalCloud
from infra.local.demo.driver import Driver
from infra.local.demo.loading import Loader
from infra.local.demo.reading import Reader

SENDER = "billing@example.com"
PATIENCE_SECONDS = 240.0
"""Until something comes that must come; a busy machine may take its time."""
ONE_STEP = """policies:
  - id: standard
    send_at: "09:00"
    ladder:
      - {level: 1, after_due: {days: 10}, channels: [email], tone: friendly}
"""

Body = dict[str, Any]


def customer(name: str, *addresses: str, on: str = "2026-01-01") -> Body:
    """A customer with e-mail addresses, known on a day."""
    return {"on": on, "type": "customer", "customer": name, "email": list(addresses)}


def invoice(
    owner: str, number: str, due: str, amount: str = "99.00", on: str = "2026-01-01"
) -> Body:
    """An invoice of one item in euro."""
    return {
        "on": on,
        "type": "invoice",
        "customer": owner,
        "number": number,
        "currency": "EUR",
        "kind": "invoice",
        "items": [{"due": due, "amount": amount}],
    }


def payment(owner: str, number: str, amount: str, on: str) -> Body:
    """A payment for one invoice."""
    return {
        "on": on,
        "type": "payment",
        "id": f"pays-{number}",
        "customer": owner,
        "currency": "EUR",
        "amount": amount,
        "allocations": [{"invoice": number, "amount": amount}],
    }


@dataclass
class Stage:
    """One creditor of the shared cell, and hands for it."""

    cloud: LocalCloud
    creditor: str
    reader: Reader
    loader: Loader = field(init=False)
    driver: Driver = field(init=False)

    def __post_init__(self) -> None:
        self.loader = Loader(self.cloud, self.creditor, patience=PATIENCE_SECONDS)
        self.driver = Driver(self.cloud, self.reader.head, (self.creditor,))

    def open(
        self, at: str, *bodies: Body, policies: str = ONE_STEP, **settings: Any
    ) -> Mapping[str, Any]:
        """The creditor begins: clock, settings, policies, first ledger. The ledger's report."""
        self.at(at)
        asked = {"creditor": self.creditor, "name": "Test & Sons", "from": SENDER, **settings}
        self.loader.settings(asked, policies)
        return self.loader.bodies("first", bodies) if bodies else {}

    def at(self, instant: str) -> None:
        """Put the cell's clock there."""
        self.driver.set_clock(parse_instant(instant))

    def sweep(self) -> int:
        """One sweep; how many messages it put into the queue."""
        enqueued: int = self.cloud.invoke("SweepFunctionName")["email"]
        return enqueued

    def quiet(self) -> None:
        """Wait until nothing is on its way."""
        self.cloud.wait_until_quiet(PATIENCE_SECONDS)

    def sweep_and_send(self) -> int:
        """One sweep, and all that follows from it."""
        enqueued = self.sweep()
        self.quiet()
        return enqueued

    def sent(self, to: str) -> list[Mapping[str, Any]]:
        """What the gate saw for an address."""
        return [row for row in self.cloud.gate.log() if row["to"] == to]

    def outcomes(self, to: str) -> list[str]:
        """What the gate did with the requests for an address."""
        return [row["outcome"] for row in self.sent(to)]

    def account(self, name: str) -> str:
        """The key of a customer's account."""
        return keys.account(self.creditor, name)

    def tag(self, name: str) -> str:
        """A customer's account as it stands in messages."""
        return account_tag(self.account(name))

    def head(self, name: str) -> Head:
        """HEAD of a customer's account."""
        head = self.reader.head(self.creditor, self.account(name))
        assert head is not None
        return head

    def history(self, name: str) -> list[Record]:
        """A customer's history, oldest first."""
        return list(self.reader.ledger.history(self.creditor, self.account(name)))

    def attempts(self, name: str) -> list[tuple[int, int, str]]:
        """Serial, attempt and outcome of each attempt in a customer's history."""
        return [
            (record.attempt.serial, record.attempt.attempt, record.code)
            for record in self.history(name)
            if record.kind == history.ATTEMPT and record.attempt
        ]

    def tasks(self) -> list[Task]:
        """The creditor's lines for people."""
        return self.reader.tasks(self.creditor)

    def metric(self, name: str) -> int:
        """How often a counter of the cell was written so far, summed from the functions' logs."""
        found = 0
        text = self.cloud.emulator_log.read_text(encoding="utf-8", errors="replace")
        for line in text.splitlines():
            start = line.find('{"_aws"')
            if start >= 0 and f'"{name}"' in line:
                values = json.JSONDecoder().raw_decode(line[start:])[0].get(name, 0)
                found += int(sum(values) if isinstance(values, list) else values)
        return found

    def by_hand(self, *arguments: str) -> list[dict[str, Any]]:
        """The command line at this cell, as a person types it; its JSON lines."""
        done = CliRunner().invoke(app, [*arguments, "--cell", "local"])
        assert done.exit_code == 0, (done.output, done.exception)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def leave(self) -> None:
        """Out of the cell's register, so that no sweep of a later test meets this creditor; and
        no pause outlives its test."""
        dynamodb, table = self.cloud.client("dynamodb"), self.cloud.outputs["TableName"]
        pk, sk = keys.REGISTRY
        dynamodb.update_item(
            TableName=table,
            Key={"pk": {"S": pk}, "sk": {"S": sk}},
            UpdateExpression="DELETE #names :one",
            ExpressionAttributeNames={"#names": "names"},
            ExpressionAttributeValues={":one": {"SS": [self.creditor]}},
        )
        pause = {"pk": {"S": keys.sweep("email")}, "sk": {"S": keys.SWEEP_PAUSE}}
        dynamodb.delete_item(TableName=table, Key=pause)


def wait_for(what: Callable[[], object], seconds: float = PATIENCE_SECONDS) -> None:
    """Until something holds."""
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.05)


def gapless(records: Sequence[Record], head: Head) -> bool:
    """Whether a history is a row without a gap, up to what HEAD counts."""
    return [record.seq for record in records] == list(range(1, head.seq + 1))
