"""The demo's count of duplicates and losses: each kind is found, and what is in order is not."""

from typing import Any

import pytest

from infra.local.demo.audit import Advanced, find_duplicates, find_lost


def sent(**more: Any) -> dict[str, Any]:
    row = {
        "account": "acc", "notice": "1-acc", "channel": "email", "attempt": "1",
        "items": "I%231/1/1/0", "accepted": True, "failed_by": None,
    }  # fmt: skip
    return {**row, **more}


SECOND = {"notice": "2-acc", "items": "I%231/1/2/0"}


@pytest.mark.parametrize(
    "log",
    [
        [sent(), sent(**SECOND)],
        [sent(accepted=False), sent()],
        [sent(failed_by="bounce"), sent(attempt="2")],
        [sent(), sent(account="other", notice="1-other")],
    ],
)
def test_what_is_in_order_is_no_duplicate(log: list[dict[str, Any]]) -> None:
    assert find_duplicates(log) == []


@pytest.mark.parametrize(
    ("log", "says"),
    [
        ([sent(), sent()], "2 requests of one attempt"),
        ([sent(), sent(attempt="2")], "had not failed"),
        ([sent(failed_by="complaint"), sent(attempt="2")], "had not failed"),
        ([sent(), sent(notice="2-acc")], "by 2 notices"),
    ],
)
def test_each_kind_of_duplicate_is_found(log: list[dict[str, Any]], says: str) -> None:
    assert any(says in found for found in find_duplicates(log))


LINE = {"run": "2026-03-10", "customer": "c", "invoice": "I#1", "item": 1, "level": 1}
WANTED = Advanced("acc", "I#1", 1, 1)


def lost(log: list[dict[str, Any]], explained: Any = None, reason: str | None = None) -> list[str]:
    return find_lost([LINE], log, {"c": "acc"}, explained or {}, lambda line: reason)


def test_a_line_with_neither_message_nor_reason_is_lost() -> None:
    assert lost([]) == ["2026-03-10: c, I#1/1, level 1"]
    assert lost([sent(accepted=False)])
    assert lost([sent(items="I%231/1/2/0")])
    assert lost([sent(account="other")])


def test_a_line_with_a_message_an_unknown_send_or_a_recorded_reason_is_not_lost() -> None:
    assert not lost([sent()])
    assert not lost([], explained={WANTED: "UNKNOWN"})
    assert not lost([], reason="NO_USABLE_ADDRESS")
