"""A book planned anew in pieces: stopped or killed anywhere it goes on, and ends as if it had not
been; how many accounts are on the old plan can be seen while it runs.
"""

import json
from collections.abc import Callable
from typing import Any

import pytest
from dunning.adapters.memory.replans import MemoryReplannings
from dunning.domain.account import Account
from dunning.domain.policy_file import read_policies
from dunning.service import replan_book
from dunning.service.intake_ports import Step
from dunning.service.replan_book import REPLAN
from dunning.service.replan_ports import Replanning

from tests.offline import customer, invoice, ladder
from tests.unit.importing import CREDITOR, NOW, Cell, lines

ACCOUNTS = 12


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replan_book, "PIECE", 5)
    monkeypatch.setattr(replan_book, "AT_ONCE", 3)


def book(policies: str = ladder(30)) -> Cell:
    """Twelve accounts under a first policy, on nobody's old plan."""
    cell = Cell()
    cell.upload("policies.yaml", policies, "config")
    for n in range(ACCOUNTS):
        who = f"c{n}"
        cell.upload(
            f"{n}.jsonl", lines(customer(who), invoice(f"A{n}", "2026-02-20", customer=who))
        )
    return cell


def publish(cell: Cell, policies: str) -> dict[str, Any]:
    """A policy file arrives; messages that follow from it stay in the queue."""
    cell.put("policies.yaml", policies, "config")
    cell.arrive("policies.yaml", "config")
    return cell.result("policies.yaml")


def stands(cell: Cell) -> Replanning:
    found = cell.replans.replannings.find(CREDITOR)
    assert found is not None
    return found


def heads(cell: Cell) -> dict[str, tuple[str, int | None, int]]:
    """Reason, instant and edition of every account's plan."""
    found: dict[str, Account | None] = cell.state()
    return {
        key: (state.head.plan.reason, state.head.plan.at, state.head.edition)
        for key, state in found.items()
        if state is not None
    }


def on_old_plan(cell: Cell) -> int:
    """Counted the long way, account by account."""
    rulebook = cell.settings.rulebook(CREDITOR)
    assert rulebook is not None
    return sum(edition < rulebook.edition for _, _, edition in heads(cell).values())


def one_piece() -> Callable[[], float]:
    """Time for one piece, and no more."""
    seconds = iter([900.0, 0.0])
    return lambda: next(seconds, 0.0)


def test_a_large_book_goes_by_message_and_the_report_says_how_many_are_on_the_old_plan() -> None:
    cell = book()

    report = publish(cell, ladder(1))

    assert list(cell.steps.waiting) == [Step(CREDITOR, REPLAN)]
    assert report["replanned"] == 0
    assert any("12 of 12 accounts still stand" in said for said in report["warnings"])
    assert (stands(cell).behind, on_old_plan(cell)) == (12, 12)
    cell.drain()
    assert (stands(cell).behind, on_old_plan(cell)) == (0, 0)
    assert stands(cell).written == 12
    assert {reason for reason, _, _ in heads(cell).values()} == {"STEP_DUE"}


def test_a_small_book_is_planned_before_the_report(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replan_book, "AT_ONCE", ACCOUNTS)
    cell = book()

    report = publish(cell, ladder(1))

    assert not cell.steps.waiting
    assert report["replanned"] == 12
    assert not any("former edition" in warning for warning in report["warnings"])


def test_a_worker_whose_time_ends_sends_the_rest_on_and_what_is_left_is_seen() -> None:
    cell = book()
    publish(cell, ladder(1))

    seen = []
    while cell.steps.waiting:
        step = cell.steps.waiting.popleft()
        word = cell.replans.step(step, NOW, one_piece())
        seen.append((word, stands(cell).behind, on_old_plan(cell)))

    assert seen == [("behind 7", 7, 7), ("behind 2", 2, 2), ("ended", 0, 0)]


@pytest.mark.parametrize("writes", range(26))
def test_killed_after_any_write_and_run_again_it_ends_the_same(writes: int) -> None:
    whole = book()
    publish(whole, ladder(1))
    whole.drain()
    cell = book()
    publish(cell, ladder(1))
    write, save, left = cell.ledger.write, cell.replans.replannings.save, [writes]

    class Killed(BaseException):
        pass

    def dying(call: Callable[..., Any]) -> Callable[..., Any]:
        def one(*arguments: Any) -> Any:
            if not left[0]:
                raise Killed
            left[0] -= 1
            return call(*arguments)

        return one

    cell.ledger.write = dying(write)  # type: ignore[method-assign]
    cell.replans.replannings.save = dying(save)  # type: ignore[method-assign]
    step = cell.steps.waiting[0]
    try:
        cell.replans.step(step, NOW, lambda: 900.0)
        assert writes >= ACCOUNTS + 3
    except Killed:
        pass
    cell.ledger.write, cell.replans.replannings.save = write, save  # type: ignore[method-assign]
    cell.drain()

    assert heads(cell) == heads(whole)
    assert stands(cell).ended
    assert stands(cell).behind == on_old_plan(cell) == 0


def test_two_workers_at_once_do_it_once_and_the_second_stops_counting() -> None:
    cell = book()
    publish(cell, ladder(1))
    kept = cell.replans.replannings
    save, notes = kept.save, list[tuple[int, bool]]()

    def overtaken(creditor: str, note: Replanning) -> bool:
        if not notes:
            notes.append((0, True))
            cell.replans.go_on(CREDITOR, NOW, one_piece())  # the other worker, at the same piece
        notes.append((note.done, save(creditor, note)))
        return notes[-1][1]

    kept.save = overtaken  # type: ignore[method-assign]
    cell.drain()

    assert notes[1:] == [(5, True), (5, False), (10, True), (12, True)]
    assert stands(cell).done == ACCOUNTS
    assert on_old_plan(cell) == 0


def test_a_newer_edition_while_one_runs_begins_anew_and_stands_in_the_end() -> None:
    cell = book()
    publish(cell, ladder(1))
    cell.replans.step(cell.steps.waiting.popleft(), NOW, one_piece())
    publish(cell, ladder(90))

    cell.drain()

    rulebook = cell.settings.rulebook(CREDITOR)
    assert rulebook is not None
    assert rulebook.policies == read_policies(ladder(90))
    assert stands(cell).edition == rulebook.edition
    assert on_old_plan(cell) == 0
    assert {reason for reason, _, _ in heads(cell).values()} == {"STEP_NOT_DUE"}


def test_settings_that_were_stored_by_a_killed_run_are_planned_by_the_next() -> None:
    cell = book()
    cell.settings.put_policies(CREDITOR, read_policies(ladder(1)), ladder(1))  # and was killed

    publish(cell, ladder(1))
    cell.drain()

    assert on_old_plan(cell) == 0
    assert {reason for reason, _, _ in heads(cell).values()} == {"STEP_DUE"}


def test_an_account_that_cannot_be_planned_stops_the_others_only_until_the_last_receive() -> None:
    cell = book()
    publish(cell, ladder(1))
    step = cell.steps.waiting.popleft()
    read = cell.ledger.read
    torn = cell.ledger.account_key(CREDITOR, "c3")

    def reading(creditor: str, account: str) -> Account | None:
        if account == torn:
            raise ValueError("an item that nobody understands")
        return read(creditor, account)

    cell.ledger.read = reading  # type: ignore[method-assign]
    with pytest.raises(ValueError, match="nobody understands"):
        cell.replans.step(step, NOW, lambda: 900.0)
    assert cell.replans.step(step, NOW, lambda: 900.0, last_receive=True) == "ended"
    cell.ledger.read = read  # type: ignore[method-assign]

    assert (stands(cell).skipped, stands(cell).behind, on_old_plan(cell)) == (1, 1, 1)
    assert cell.metrics.counts["ReplanSkipped"] == 1


def test_the_same_file_again_plans_nothing_again() -> None:
    cell = book()
    publish(cell, ladder(1))
    cell.drain()
    before = stands(cell)

    report = publish(cell, ladder(1))

    assert not cell.steps.waiting
    assert (report["accepted"], report["unchanged"]) == (0, 1)
    assert stands(cell) == before


def test_what_a_file_of_rows_says_of_its_creditor_replans_a_large_book_by_message() -> None:
    cell = book()
    settings = {"on": "2026-03-01", "type": "creditor", "creditor": CREDITOR, "country": "DE"}

    cell.put("creditor.jsonl", json.dumps(settings))
    cell.arrive("creditor.jsonl")

    assert Step(CREDITOR, REPLAN) in cell.steps.waiting
    assert stands(cell).behind == 12
    cell.drain()
    assert (stands(cell).behind, on_old_plan(cell)) == (0, 0)


def test_a_creditor_without_settings_has_nothing_to_plan() -> None:
    cell = Cell()

    assert cell.replans.publish("nobody", NOW) is None
    assert cell.replans.step(Step("nobody", REPLAN), NOW, lambda: 900.0) == "known"


def test_a_replan_by_hand_begins_from_the_start_also_where_one_has_ended() -> None:
    cell = book()
    publish(cell, ladder(1))
    cell.drain()
    replannings = cell.replans.replannings
    assert isinstance(replannings, MemoryReplannings)

    begun = cell.replans.begin(CREDITOR, NOW + 60, anew=True)

    assert begun is not None
    assert (begun.began, begun.done, begun.ended) == (NOW + 60, 0, 0)
    ended = cell.replans.go_on(CREDITOR, NOW + 60)
    assert ended is not None
    assert (ended.done, ended.written) == (12, 0)
