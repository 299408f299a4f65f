"""`dunning webhooks`: endpoints and how they do, secrets that are replaced, events told again."""

import json
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from dunning.adapters.memory.cell import Counters, Serial, SetClock
from dunning.adapters.memory.outbound import (
    MemoryDeliveries,
    MemoryHealths,
    MemorySubscriptions,
)
from dunning.adapters.webhook_signing import SecretsOfEndpoints, secret_bytes
from dunning.domain.outbound import EventId
from dunning.domain.outbound_endpoints import Endpoint
from dunning.entry.cli import app
from dunning.service.outbound_events import PublishEvents
from dunning.service.outbound_replay import ReplayEvents
from typer.testing import CliRunner, Result

from tests.unit.books import CREDITOR, NOW, Books, invoice, payment
from tests.unit.test_webhook_signing import Manager

webhooks = import_module("dunning.entry.cli.webhooks")
ERP, CRM = Endpoint("erp", "https://erp.example/in"), Endpoint("crm", "https://crm.example")


class Here:
    """A cell in memory behind the command."""

    def __init__(self) -> None:
        self.books, self.queue = Books(), MemoryDeliveries()
        self.subscriptions, self.healths = MemorySubscriptions(), MemoryHealths()
        self.subscriptions.put(CREDITOR, (ERP, CRM))
        self.secrets = SecretsOfEndpoints(Manager(), "duecourse/x/webhooks")  # type: ignore[arg-type]
        publish = PublishEvents(self.subscriptions, self.queue, Counters())
        self.replays = ReplayEvents(self.books.ledger, publish, self.subscriptions, Serial())
        self.books.record(invoice("I", 100))
        self.books.record(payment("p", 100))


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> Here:
    here = Here()
    wiring = SimpleNamespace(
        rulebooks=SimpleNamespace(creditors=lambda: (CREDITOR,)),
        settings=SimpleNamespace(webhook_queue_url="queue"),
        clock=SetClock(NOW),
    )
    monkeypatch.setattr(webhooks, "wiring_of", lambda name: wiring)
    monkeypatch.setattr(webhooks, "_outbound", lambda wiring: here)
    return here


def typed(*words: str) -> Result:
    return CliRunner().invoke(app, ["webhooks", *words, "--cell", "x"])


def answer(*words: str) -> list[dict[str, Any]]:
    done = typed(*words)
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_new_secret_stands_beside_the_one_before_until_that_is_retired(here: Here) -> None:
    (first,) = answer("secret", "--endpoint", "erp")
    (second,) = answer("secret", "--endpoint", "erp")
    assert (first["secrets"], second["secrets"]) == (1, 2)
    assert here.secrets.written(CREDITOR, "erp") == (second["secret"], first["secret"])
    assert here.secrets.of(CREDITOR, "erp")[0] == secret_bytes(second["secret"])
    (retired,) = answer("secret", "--endpoint", "erp", "--retire")
    assert "secret" not in retired, "it is shown once"
    assert here.secrets.written(CREDITOR, "erp") == (second["secret"],)
    for _ in range(5):
        (newest,) = answer("secret", "--endpoint", "erp")
    assert newest["secrets"] == 3, "no more than three sign"
    assert typed("secret", "--endpoint", "nobody").exit_code == 2
    assert typed("secret", "--endpoint", "crm", "--retire").exit_code == 2


def test_which_endpoint_fails_and_since_when_is_told(here: Here) -> None:
    answer("secret", "--endpoint", "erp")
    for _ in range(5):
        here.healths.failed(CREDITOR, "crm", NOW, "status_503")
    erp, crm = answer("status")
    assert (erp["endpoint"], erp["secrets"], erp["failures"], erp["why"]) == ("erp", 1, 0, None)
    assert erp["events"] == ["*"]
    assert (crm["failures"], crm["why"], crm["secrets"]) == (5, "status_503", 0)
    assert crm["failing_since"] == "2026-03-01T12:00:00Z"
    assert crm["rests_until"] == "2026-03-01T12:01:00Z"


def test_events_are_told_again_by_id_or_since_a_day(here: Here) -> None:
    id_ = str(EventId(here.books.key(), 2))
    assert answer("replay", "--event", id_, "--endpoint", "erp") == [
        {"creditor": CREDITOR, "deliveries": 1, "accounts": 1}
    ]
    assert answer("replay", "--since", "2026-03-01")[0]["deliveries"] == 2
    assert answer("replay", "--since", "2026-03-01T12:00:01Z")[0]["deliveries"] == 0
    assert answer("replay", "--since", "2026-02-01", "--until", "2026-03-01")[0]["deliveries"] == 0
    assert answer("replay", "--since", "2026-03-01", "--customer", "c4")[0]["accounts"] == 1


@pytest.mark.parametrize(
    "words",
    [
        ("replay",),
        ("replay", "--event", "evt_1", "--since", "2026-03-01"),
        ("replay", "--event", "evt_1"),
        ("replay", "--since", "yesterday"),
        ("replay", "--since", "2026-03-01", "--customer", "nobody"),
        ("replay", "--since", "2026-03-01", "--endpoint", "nobody"),
    ],
)
def test_what_cannot_be_done_ends_with_2_and_a_sentence(here: Here, words: tuple[str, ...]) -> None:
    done = typed(*words)
    assert done.exit_code == 2
    assert "--" in done.stderr
    assert not here.queue.waiting
