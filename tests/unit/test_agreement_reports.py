"""Reports of plans and promises: each once, as it stands on the day, whoever has looked since."""

import json
from pathlib import Path
from typing import Any

import pytest
from dunning.entry.cli import app
from typer.testing import CliRunner

from tests.offline import Body, invoice, payment

OWED = invoice("A", "2026-02-01", "300.00")
PLAN: Body = {
    "on": "2026-02-20", "type": "plan", "id": "pl", "customer": "c1", "state": "active",
    "items": [{"invoice": "A"}],
    "instalments": [
        {"due": "2026-03-01", "amount": "100.00"},
        {"due": "2026-04-01", "amount": "200.00"},
    ],
}  # fmt: skip
PROMISE: Body = {
    "on": "2026-02-03", "type": "promise", "id": "pr", "customer": "c1", "date": "2026-02-10",
    "amount": "50.00",
}  # fmt: skip


def report(folder: Path, name: str, as_of: str, *bodies: Body) -> list[dict[str, Any]]:
    """The rows of a report over bodies."""
    path = folder / "L.jsonl"
    path.write_text("\n".join(json.dumps(body) for body in bodies), encoding="utf-8")
    result = CliRunner().invoke(app, ["report", name, "--ledger", str(path), "--as-of", as_of])
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_plan_is_told_with_what_came_what_is_missing_and_what_comes_next(tmp_path: Path) -> None:
    (row,) = report(
        tmp_path, "plans", "2026-03-02", OWED, PLAN, payment("p", "2026-03-01", "60.00")
    )
    assert (row["state"], row["received"], row["left"]) == ("active", "60.00", "240.00")
    assert (row["missing"], row["next_due"], row["next_amount"]) == (
        "40.00", "2026-04-01", "200.00",
    )  # fmt: skip
    assert row["good_until"] == "2026-03-03"


@pytest.mark.parametrize(
    ("more", "as_of", "state", "good_until"),
    [
        ([], "2026-03-03", "active", "2026-03-03"),
        ([], "2026-03-04", "broken", "2026-03-03"),
        ([payment("p", "2026-03-05", "10.00")], "2026-03-10", "broken", "2026-03-03"),
        ([payment("p", "2026-03-01", "300.00")], "2026-03-10", "completed", None),
        ([payment("p", "2026-03-05", "300.00")], "2026-03-10", "broken", "2026-03-03"),
        ([{**PLAN, "on": "2026-02-25", "state": "cancelled", "items": None, "instalments": None}],
         "2026-03-10", "cancelled", "2026-02-24"),
    ],
)  # fmt: skip
def test_a_plan_is_told_once_in_the_state_of_the_day(
    tmp_path: Path, more: list[Body], as_of: str, state: str, good_until: str | None
) -> None:
    (row,) = report(tmp_path, "plans", as_of, OWED, PLAN, *more)
    assert (row["state"], row["good_until"]) == (state, good_until)
    if state != "active":
        assert (row["left"], row["instalments_left"], row["missing"]) == ("0.00", 0, "0.00")


@pytest.mark.parametrize(
    ("paid", "as_of", "outcome"),
    [
        (None, "2026-02-12", "open"),
        (None, "2026-02-13", "broken"),
        ("20.00", "2026-02-12", "open"),
        ("20.00", "2026-02-13", "partly"),
        ("50.00", "2026-02-12", "kept"),
        ("300.00", "2026-03-12", "kept"),
    ],
)
def test_a_promise_is_told_with_what_became_of_it_by_the_day(
    tmp_path: Path, paid: str | None, as_of: str, outcome: str
) -> None:
    money = [payment("p", "2026-02-05", paid)] if paid else []
    (row,) = report(tmp_path, "promises", as_of, OWED, PROMISE, *money)
    assert row["outcome"] == outcome


def test_reports_of_a_ledger_without_any_are_empty(tmp_path: Path) -> None:
    assert report(tmp_path, "plans", "2026-03-01", OWED) == []
    assert report(tmp_path, "promises", "2026-03-01", OWED) == []
