"""Hands at a cell: tasks, redrive, settle, replan and why, over a cell in memory."""

import json
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from dunning.adapters.memory.cell import Counters, SetClock
from dunning.adapters.memory.imports import MemoryImports, MemorySteps
from dunning.adapters.memory.replans import MemoryReplannings
from dunning.domain.account import Account
from dunning.domain.calendar import parse_instant
from dunning.domain.creditor import Creditor
from dunning.domain.due import Send
from dunning.domain.policy import Rulebook
from dunning.domain.policy_file import read_policies
from dunning.entry.cli import app, cell
from dunning.service.intake_ports import DONE, Counts, Run
from dunning.service.ports import Message, Unclear
from dunning.service.replan_book import ReplanBook
from dunning.service.settlement import Settlement
from dunning.service.simulate import Simulation
from typer.testing import CliRunner, Result

from tests.offline import customer, invoice, ladder, play

NOON = parse_instant("2026-02-02T12:00:00Z")
TWO_DAYS = 2 * 86_400


class Silent:
    """A provider from which nothing is heard."""

    def send(self, creditor: str, message: Message) -> str:
        raise Unclear


class Torn:
    """A template that raises."""

    def render(
        self, creditor: str, account: str, state: Account, rulebook: Rulebook, send: Send
    ) -> Message:
        raise KeyError("wording")


@pytest.fixture
def simulation(monkeypatch: pytest.MonkeyPatch) -> Simulation:
    played = play(ladder(1), [customer(), invoice("A", "2026-02-01")])
    stage = played.stage
    stage.settings.put_creditor("default", Creditor("default", unknown="ask"))
    played.record(date(2026, 2, 1))
    accounts, replannings = stage.bodies.accounts, MemoryReplannings()
    wiring = SimpleNamespace(
        replannings=replannings,
        replans=ReplanBook(accounts, stage.settings, replannings, MemorySteps(), Counters()),
        rulebooks=stage.settings,
        ledger=stage.ledger,
        accounts=stage.bodies.accounts,
        reminders=stage.reminders["email"],
        settlement=Settlement(stage.bodies.accounts, Counters()),
        clock=SetClock(NOON + TWO_DAYS),
        runs=MemoryImports(),
    )
    monkeypatch.setattr(cell, "wiring_of", lambda name: wiring)
    _imports(wiring.runs)
    return played


def _imports(runs: MemoryImports) -> None:
    """One file that is done, and a newer one under way."""
    for number, name in enumerate(("march.csv", "april.csv")):
        run = Run(name, name, f"incoming/default/{name}", "v", date(2026, 2, 2), NOON + number)
        runs.begin("default", run)
        runs.have_cut("default", name, "cut", 9, 2, Counts(rejected=1))
        runs.have_recorded("default", name, 1, Counts(5, 0, 0))
    runs.have_recorded("default", "march.csv", 2, Counts(2, 1, 0))
    runs.turn("default", "march.csv", DONE, NOON + 60)


def remind(simulation: Simulation, *instants: int, **parts: object) -> None:
    reminders = simulation.stage.reminders["email"]
    for name, part in parts.items():
        object.__setattr__(reminders, name, part)
    account = simulation.stage.ledger.account_key("default", "c1")
    for now in instants:
        reminders.remind("default", account, now, last_receive=True)


def dunning(*arguments: str) -> Result:
    return CliRunner().invoke(app, [*arguments, "--cell", "eu-west-1"])


def answers(*arguments: str) -> list[dict[str, Any]]:
    result = dunning(*arguments)
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def level(simulation: Simulation) -> dict[str, int]:
    ledger = simulation.stage.ledger
    head = ledger.head("default", ledger.account_key("default", "c1"))
    assert head is not None
    return {str(ref): reached.level for ref, reached in head.reached.items()}


def test_a_parked_account_is_a_task_and_redrive_puts_it_back(simulation: Simulation) -> None:
    recorder = simulation.stage.recorder
    remind(simulation, NOON, renderer=Torn())

    (task,) = answers("tasks")
    (redriven,) = answers("redrive")

    assert (task["kind"], task["customer"], task["detail"]) == ("parked", "c1", "KeyError")
    assert redriven["redriven"] is True
    remind(simulation, NOON + TWO_DAYS, renderer=recorder)
    assert level(simulation) == {"A/1": 1}
    assert answers("redrive", redriven["account"]) == [
        {"account": redriven["account"], "redriven": False}
    ]


@pytest.mark.parametrize(("word", "reached"), [("sent", {"A/1": 1}), ("not-sent", {})])
def test_a_person_settles_a_send_whose_result_stayed_unknown(
    simulation: Simulation, word: str, reached: dict[str, int]
) -> None:
    hours = (0, 1, 25)
    remind(simulation, *(NOON + hour * 3600 for hour in hours), senders={"email": Silent()})
    assert answers("tasks")[0]["kind"] == "unknown_send"

    assert answers("settle", "c1", word)[0]["answer"] == word

    assert level(simulation) == reached
    assert dunning("settle", "c1", word).exit_code == 2


def test_an_answer_is_sent_or_not_sent(simulation: Simulation) -> None:
    assert dunning("settle", "c1", "perhaps").exit_code == 2


def test_replan_writes_only_the_plans_that_differ(simulation: Simulation) -> None:
    assert answers("replan")[0]["replanned"] == 1  # its day has come
    assert answers("replan")[0]["replanned"] == 0

    simulation.stage.settings.put_policies("default", read_policies(ladder(30)), ladder(30))

    assert answers("replan")[0]["replanned"] == 1
    assert answers("replan")[0]["replanned"] == 0


def test_how_far_a_replan_has_come_can_be_seen(simulation: Simulation) -> None:
    assert answers("replan", "--status") == [{"creditor": "default", "state": "none"}]
    cell.wiring_of("").replans.begin("default", NOON)

    (running,) = answers("replan", "--status")
    assert (running["state"], running["on_old_plan"], running["accounts"]) == ("running", 1, 1)
    assert (running["began"], running["ended"]) == ("2026-02-02T12:00:00Z", None)

    answers("replan")
    (ended,) = answers("replan", "--status", "--creditor", "default")
    assert (ended["state"], ended["on_old_plan"]) == ("ended", 0)
    assert ended["ended"] == "2026-02-04T12:00:00Z"


def test_why_is_read_from_the_cell(simulation: Simulation) -> None:
    remind(simulation, NOON)

    kinds = [line["kind"] for line in answers("why", "c1")]

    assert kinds == ["FACT", "FACT", "ATTEMPT", "NOW"]
    assert dunning("why", "nobody").exit_code == 2


def test_imports_are_listed_the_newest_first(simulation: Simulation) -> None:
    under_way, done = answers("imports")

    assert (under_way["file"], under_way["state"], under_way["ended"]) == (
        "april.csv",
        "recording",
        None,
    )
    assert (under_way["parts_done"], under_way["parts"], under_way["accepted"]) == (1, 2, 5)
    assert (done["file"], done["state"], done["ended"]) == (
        "march.csv",
        "done",
        "2026-02-02T12:01:00Z",
    )
    assert (done["accepted"], done["unchanged"], done["rejected"]) == (7, 1, 1)
    assert answers("imports", "--creditor", "default") == [under_way, done]
    assert dunning("imports", "--creditor", "other").exit_code == 2


def test_a_creditor_that_the_cell_does_not_have_is_refused(simulation: Simulation) -> None:
    result = dunning("replan", "--creditor", "other")

    assert result.exit_code == 2
    assert "name one of default" in result.stderr
