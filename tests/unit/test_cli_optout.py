"""`dunning opt-out`: a person takes back, at a cell, what a customer agreed to."""

import json
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from dunning.adapters.memory.cell import SetClock
from dunning.domain.bars import usable
from dunning.entry.cli import app, optout
from dunning.service.withdrawing import Withdrawing
from typer.testing import CliRunner, Result

from tests.unit.approving import CREDITOR, CUSTOMER, Cell
from tests.unit.deciding import at

NOW = at(date(2026, 11, 20), 17)


@pytest.fixture
def cell(monkeypatch: pytest.MonkeyPatch) -> Cell:
    found = Cell()
    who: dict[str, Any] = {"phone": ["+49 30 123456", "030 999"], "country": "DE"}
    found.say("2026-01-02", "customer", customer=CUSTOMER, email="a@example.com", **who)
    wiring = SimpleNamespace(
        rulebooks=found.settings,
        ledger=found.ledger,
        withdrawing=Withdrawing(found.bodies, found.settings),
        clock=SetClock(NOW),
    )
    monkeypatch.setattr(optout, "wiring_of", lambda name: wiring)
    return found


def dunning(*arguments: str, customer: str = CUSTOMER) -> Result:
    common = ("opt-out", "--cell", "eu-west-1", "--customer", customer)
    return CliRunner().invoke(app, [*common, *arguments])


def use(of: Cell, channel: str) -> list[str]:
    return [one.value for one in usable(of.account, channel, 1)]


def test_a_channel_is_taken_back_and_the_limit_of_the_law_is_told(cell: Cell) -> None:
    result = dunning("--channel", "voice", "--source", "call_back")

    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout) == {
        "creditor": CREDITOR,
        "customer": CUSTOMER,
        "channel": "voice",
        "recorded": "accepted",
        "since": "2026-11-20T17:00:00Z",
        "limit": "2026-12-04",
    }
    assert use(cell, "voice") == []
    assert use(cell, "email") == ["a@example.com"]
    again = json.loads(dunning("--channel", "voice").stdout)
    assert again["recorded"] == "unchanged"


def test_one_address_is_found_however_it_is_typed(cell: Cell) -> None:
    assert dunning("--channel", "voice", "--address", "0049 (0)30 123456").exit_code == 0
    assert use(cell, "voice") == ["030 999"]


def test_everything_is_taken_back(cell: Cell) -> None:
    assert dunning("--channel", "all").exit_code == 0
    assert use(cell, "voice") == use(cell, "email") == []


@pytest.mark.parametrize(
    ("arguments", "customer", "said"),
    [
        (("--channel", "fax"), CUSTOMER, "--channel"),
        (("--channel", "all", "--address", "a@example.com"), CUSTOMER, "one channel"),
        (("--channel", "voice", "--source", "gossip"), CUSTOMER, "--source"),
        (("--channel", "voice"), "nobody", "not known"),
        (("--channel", "email", "--address", "b@example.com"), CUSTOMER, "no such address"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    cell: Cell, arguments: tuple[str, ...], customer: str, said: str
) -> None:
    result = dunning(*arguments, customer=customer)

    assert result.exit_code == 2
    assert said in result.stderr
    assert cell.account.consents == ()
