"""send_voice over ports in memory: a message names an account, its HEAD the channel."""

from typing import Any

import pytest
from dunning.adapters.sqs import BadMessage, account_of
from dunning.entry import bootstrap
from dunning.entry.batch import GiveUp

from tests.unit.handling import CREDITOR, NOON, Cell, Context, batch, failed, load, message, sample


def handle(event: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = load("send_voice").handler(event, Context())
    return answer


class Calling:
    """The telephone's senders of a cell: what each was asked, in order, and what it answers."""

    def __init__(self, *outcomes: str) -> None:
        self.asked: list[tuple[int, str, str]] = []
        self.last: list[bool] = []
        self.senders = tuple(_Sender(self, n, one) for n, one in enumerate(outcomes))


class _Sender:
    def __init__(self, calling: Calling, number: int, outcome: str) -> None:
        self._calling, self._number, self._outcome = calling, number, outcome

    def remind(self, creditor: str, account: str, now: int, **more: Any) -> str:
        self._calling.asked.append((self._number, creditor, account))
        self._calling.last.append(more["last_receive"])
        assert now == NOON
        assert more["seconds_left"]() == 60
        if self._outcome == "raises":
            raise RuntimeError("no table")
        return self._outcome


@pytest.fixture
def wired(monkeypatch: pytest.MonkeyPatch) -> Any:
    def make(calling: Calling) -> Calling:
        here = bootstrap.SendVoice(
            lambda: None,
            Cell().clock,
            calling.senders,  # type: ignore[arg-type]
            account_of,
            GiveUp(5, BadMessage),
            1,
        )
        monkeypatch.setattr(bootstrap, "calls", lambda: here)
        return calling

    return make


BODY = {"v": 1, "account": f"{CREDITOR}#c-1042", "agenda_at": "2026-11-23T12:00:00Z"}


def test_the_sender_of_the_planned_channel_has_its_turn_and_no_other_after_it(wired: Any) -> None:
    calling = wired(Calling("sent", "sent"))
    assert failed(handle(batch(message(BODY)))) == []
    assert [number for number, *_ in calling.asked] == [0]
    calling = wired(Calling("other_channel", "sent"))
    assert failed(handle(batch(message(BODY)))) == []
    assert calling.asked == [(n, CREDITOR, f"{CREDITOR}#c-1042") for n in (0, 1)]


def test_the_sample_is_read_and_nobody_else_is_asked(wired: Any) -> None:
    calling = wired(Calling("not_due"))
    assert failed(handle(sample("send_voice"))) == []
    assert len(calling.asked) == 3


def test_what_fails_comes_back_until_the_last_receive_which_says_so(wired: Any) -> None:
    calling = wired(Calling("raises"))
    assert failed(handle(batch(message(BODY, receives=4)))) == ["message-1"]
    assert failed(handle(batch(message(BODY, receives=5)))) == []
    assert calling.last == [False, True]


def test_what_nobody_can_read_goes_to_the_dead_letters(wired: Any) -> None:
    wired(Calling("sent"))
    assert failed(handle(batch(message("no message of ours", receives=5)))) == ["message-1"]
