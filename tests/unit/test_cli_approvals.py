"""Answers from the command line at a cell, and hand-overs of a ledger file."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from dunning.adapters.memory.cell import SetClock
from dunning.entry.cli import app, approvals
from typer.testing import CliRunner, Result

from tests.unit.approving import CREDITOR, CUSTOMER, HANDS_OVER, LADDER, Cell, at, told

ASKED = "2026-02-14"


@pytest.fixture
def cell(monkeypatch: pytest.MonkeyPatch) -> Cell:
    found = Cell(LADDER)
    found.invoice("A", "2026-01-15")
    found.invoice("B", "2026-01-15")
    found.days("2026-01-15", ASKED)
    wiring = SimpleNamespace(
        rulebooks=found.settings,
        ledger=found.ledger,
        bodies=found.bodies,
        clock=SetClock(at(ASKED, 13)),
    )
    monkeypatch.setattr(approvals, "wiring_of", lambda name: wiring)
    return found


def dunning(*arguments: str) -> Result:
    return CliRunner().invoke(app, [*arguments, "--cell", "eu-west-1"])


def answers(*arguments: str) -> list[dict[str, Any]]:
    result = dunning(*arguments)
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_proposals_say_what_would_be_sent_and_by_when_it_is_to_be_answered(cell: Cell) -> None:
    (found,) = answers("proposals")
    items = found.pop("items")
    assert found == {
        "creditor": CREDITOR,
        "customer": CUSTOMER,
        "proposal": cell.proposal.id,
        "on": ASKED,
        "until": "2026-02-28",
        "policy": "std",
        "policy_version": 1,
        "level": 2,
        "channel": "email",
        "tone": "formal",
        "currency": "EUR",
        "total": "200.00",
        "listed": [],
    }
    assert items[0] == {
        "invoice": "A",
        "item": 1,
        "level": 2,
        "repeat": 0,
        "open": "100.00",
        "fee": "0.00",
        "interest": "0.00",
    }


def test_an_approval_from_the_command_line_is_recorded_once(cell: Cell) -> None:
    id_ = cell.proposal.id
    (first,) = answers("approve", id_, "--by", "controller")
    (again,) = answers("approve", id_, "--by", "controller")
    assert (first["recorded"], again["recorded"]) == ("accepted", "unchanged")
    assert answers("proposals") == []
    assert [told(send) for send in cell.run(ASKED, 14)] == [["A:2", "B:2"]]


def test_a_change_says_what_is_otherwise(cell: Cell) -> None:
    id_ = cell.proposal.id
    (found,) = answers("approve", id_, "--by", "lead", "--drop", "B/1", "--tone", "persuasive")
    assert found["outcome"] == "changed"
    (send,) = cell.run(ASKED, 14)
    assert (told(send), send.tone) == (["A:2"], "persuasive")


def test_a_rejection_needs_a_reason_and_holds(cell: Cell) -> None:
    id_ = cell.proposal.id
    assert dunning("reject", id_, "--by", "lead").exit_code == 2
    answers("reject", id_, "--by", "lead", "--reason", "talks", "--until", "2026-03-01")
    assert [fact.until.isoformat() for fact in cell.account.refusals if fact.until] == [
        "2026-03-01"
    ]
    failed = dunning("approve", id_, "--by", "lead")
    assert failed.exit_code == 2
    assert "waits for no answer" in failed.stderr
    assert "(proposal_over)" in failed.stderr


def test_what_is_handed_over_by_a_day_is_said_of_a_ledger_file(tmp_path: Path) -> None:
    policies, ledger, out = (tmp_path / name for name in ("p.yaml", "l.jsonl", "out"))
    policies.write_text(HANDS_OVER.replace("after: {days: 14}}", "after: {days: 14}, to: agency}"))
    bodies: list[dict[str, Any]] = [
        {"on": "2026-01-01", "type": "customer", "customer": "c1", "name": "N", "email": "a@b.com"},
        {
            "on": "2026-01-01",
            "type": "invoice",
            "customer": "c1",
            "number": "A",
            "currency": "EUR",
            "items": [{"due": "2026-01-15", "amount": "100.00"}],
        },
    ]
    ledger.write_text("\n".join(map(json.dumps, bodies)))

    def asked(as_of: str) -> list[dict[str, Any]]:
        given = ["handover", "--ledger", str(ledger), "--policies", str(policies)]
        result = CliRunner().invoke(app, [*given, "--as-of", as_of, "--out", str(out)])
        assert result.exit_code == 0, result.stderr
        return [json.loads(line) for line in result.stdout.splitlines()]

    assert asked("2026-02-17") == []
    (found,) = asked("2026-02-18")
    assert (found["to"], found["customer"]["id"], found["on"]) == ("agency", "c1", "2026-02-18")
    assert sorted(path.suffix for path in out.iterdir()) == [".csv", ".json"]
    (written,) = out.glob("*.json")
    assert json.loads(written.read_text(encoding="utf-8")) == found
