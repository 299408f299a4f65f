"""send_email over ports in memory: what deletes a message, what brings it back.

The use case's own rules are tested with the use case.
"""

import io
import json
from dataclasses import dataclass
from typing import Any

import pytest
from dunning.adapters.memory.cell import PlainRenderer
from dunning.entry import bootstrap
from dunning.entry.observability import logger
from dunning.entry.threads import sender_threads
from dunning.service.ports import NotSent

from tests.unit.handling import ADDRESS, NOON, Cell, Context, batch, failed, load, message, sample


@pytest.fixture
def cell(monkeypatch: pytest.MonkeyPatch) -> Cell:
    cell = Cell()
    monkeypatch.setattr(bootstrap, "reminders", cell.send_email)
    return cell


def handle(event: dict[str, Any], context: Context | None = None) -> dict[str, Any]:
    answer: dict[str, Any] = load("send_email").handler(event, context or Context())
    return answer


def test_the_sample_sends_what_is_due_and_drops_what_is_not(cell: Cell) -> None:
    assert failed(handle(sample("send_email"))) == []
    assert [sent.message.to for sent in cell.sender.sent] == [ADDRESS]


def test_a_message_that_comes_twice_sends_once(cell: Cell) -> None:
    handle(sample("send_email"))
    assert failed(handle(sample("send_email"))) == []
    assert len(cell.sender.sent) == 1


@pytest.mark.parametrize(
    "body",
    [
        "",
        "not json",
        "7",
        "[]",
        '{"v":1}',
        '{"v":2,"account":"northwind#c-1042"}',
        '{"v":1,"account":"northwind"}',
        '{"v":1,"account":"Northwind#c-1042"}',
        '{"v":1,"account":7}',
    ],
)
def test_only_a_message_that_cannot_be_read_comes_back_on_its_way_to_the_dead_letters(
    cell: Cell, body: str
) -> None:
    good = {"v": 1, "account": cell.account, "agenda_at": "2026-11-23T08:00:00Z"}
    answer = handle(batch(message(body, 5, 1), message(good, 1, 2)))
    assert failed(answer) == ["message-1"]
    assert len(cell.sender.sent) == 1


def test_what_the_provider_refuses_deletes_the_message_because_the_agenda_is_the_retry(
    cell: Cell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def throttle(*_: object) -> str:
        raise NotSent("TooManyRequestsException")

    monkeypatch.setattr(cell.sender, "send", throttle)
    assert failed(handle(batch(message({"v": 1, "account": cell.account})))) == []
    head = cell.ledger.head("northwind", cell.account)
    assert head is not None
    assert head.claim is None
    assert head.plan.at is not None
    assert head.plan.at > NOON


@dataclass
class Raises(PlainRenderer):
    """A template with a fault."""

    def render(self, *_: object) -> Any:
        raise KeyError("no such word")


def test_an_account_that_raises_comes_back_and_is_parked_on_the_last_receive(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cell = Cell(Raises())
    monkeypatch.setattr(bootstrap, "reminders", cell.send_email)
    body = {"v": 1, "account": cell.account}
    assert failed(handle(batch(message(body, receives=4)))) == ["message-1"]
    assert failed(handle(batch(message(body, receives=5)))) == []
    head = cell.ledger.head("northwind", cell.account)
    assert head is not None
    assert head.parked == "KeyError"
    assert [task.kind for task in cell.ledger.tasks("northwind")] == ["parked"]


def test_a_fault_of_the_cloud_is_tried_again_and_then_left_to_the_agenda(
    cell: Cell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: object) -> None:
        raise ConnectionError("the table does not answer")

    monkeypatch.setattr(cell.ledger, "head", down)
    body = {"v": 1, "account": cell.account}
    assert failed(handle(batch(message(body, receives=4)))) == ["message-1"]
    assert failed(handle(batch(message(body, receives=5)))) == []


def test_no_claim_is_taken_when_the_function_is_about_to_end(cell: Cell) -> None:
    event = batch(message({"v": 1, "account": cell.account}))
    assert failed(handle(event, Context(seconds=19))) == []
    assert cell.sender.sent == []
    assert failed(handle(event, Context(seconds=21))) == []
    assert len(cell.sender.sent) == 1


def test_the_instant_is_read_once_for_all_messages(
    cell: Cell, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[int] = []
    monkeypatch.setattr(cell.clock, "now", lambda: reads.append(1) or NOON)
    handle(sample("send_email"))
    assert len(reads) == 1


def test_side_by_side_every_message_has_its_own_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    cell = Cell()
    monkeypatch.setattr(bootstrap, "reminders", lambda: cell.send_email(threads=4))
    account = {"v": 1, "account": cell.account}
    messages = [message("broken" if n % 2 else account, number=n) for n in range(10)]
    assert sorted(failed(handle(batch(*messages)))) == [f"message-{n}" for n in (1, 3, 5, 7, 9)]
    assert len(cell.sender.sent) == 1


def test_neither_address_nor_name_stands_in_the_log(
    cell: Cell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> str:
        raise RuntimeError(f"'Harbour Café' <{ADDRESS}> is unhappy")

    out = io.StringIO()
    monkeypatch.setattr(logger().registered_handler, "stream", out)
    monkeypatch.setattr(cell.sender, "send", fail)
    handle(batch(message({"v": 1, "account": cell.account}), message("not json", number=2)))
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    assert lines[-1]["outcomes"] == {"failed": 2}
    assert "RuntimeError: … <<email>> is unhappy" in lines[0]["exception"]
    for secret in ("harbour", "Harbour", "NW-1042"):
        assert secret not in out.getvalue()


@pytest.mark.parametrize(("rate", "threads"), [(1, 1), (6, 1), (10, 2), (14, 3), (30, 4)])
def test_a_sender_has_as_many_threads_as_two_senders_need_for_the_rate(
    rate: float, threads: int
) -> None:
    assert sender_threads(rate) == threads
