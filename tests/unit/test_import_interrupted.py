"""An import that is killed, repeated, or overtaken: the same ledger, and the same counts, as one
clean run.
"""

import random
from collections import deque
from functools import cache
from typing import Any

import pytest
from dunning.adapters.formats.files import FilesByName
from dunning.service import intake_cut
from dunning.service.intake_ports import DONE, Run, Step
from dunning.service.intake_work import Places
from dunning.service.ports import Gone

from tests.offline import customer, invoice, payment
from tests.unit.importing import NOW, TODAY, Cell, lines, whole
from tests.unit.interrupting import Deaths, Killed, mortal, to_the_end

NAME = "march.jsonl"


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake_cut, "ROWS_OF_PART", 4)


FILE = lines(
    {"on": "2026-01-01", "type": "creditor", "name": "Acme", "terms": 14},
    customer(),
    customer("c2"),
    invoice("A", "2026-02-01"),
    invoice("B", "2026-02-01", "70.00", customer="c2"),
    {"on": "2026-02-12", "type": "dispute", "id": "d1", "invoice": "B", "reason": "broken"},
    invoice("C", "2026-02-01", "20.00", customer="c3"),
    payment("p1", "2026-02-10", "60.00"),
    {"on": "2026-02-11", "type": "reversal", "id": "r1", "of": "p1"},
    payment("p2", "2026-02-12", "30.00"),
    payment("p3", "2026-02-13", "35.00"),
    {"on": "2026-02-13", "type": "write_off", "id": "w1", "invoice": "C", "amount": "20.00"},
    {"on": "2026-02-13", "type": "resolve", "id": "d2", "dispute": "d1", "outcome": "kept"},
    invoice("D", "no day", customer="c4"),
    {"on": "2026-02-13", "type": "write_off", "id": "w2", "invoice": "nowhere", "amount": "1"},
)
ROWS = 15
BAD = {"bad_date": 1, "unknown_invoice": 1}


def new_cell(file: str = FILE) -> Cell:
    cell = Cell()
    cell.put(NAME, file)
    return cell


@pytest.fixture(scope="module")
def clean() -> Cell:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(intake_cut, "ROWS_OF_PART", 4)
        cell = mortal(new_cell(), Deaths())
        assert to_the_end(cell, NAME) == 0
    return cell


@cache
def effects() -> int:
    """What a clean run does to the outside, counted."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(intake_cut, "ROWS_OF_PART", 4)
        deaths = Deaths()
        to_the_end(mortal(new_cell(), deaths), NAME)
    return deaths.effects


def told(cell: Cell) -> dict[str, Any]:
    report = cell.result(NAME)
    # Planned twice is told twice; and what a killed try did to settings was done.
    return {**report, "replanned": 0}


def honest(found: dict[str, Any], expected: dict[str, Any], *, killed: int) -> bool:
    """Whether counts are those of a clean run. What has no id of its own (a customer's record, the
    creditor's settings) may be found as a killed try left it, and then counts as unchanged."""
    less = {
        kind: expected["types"][kind] - found["types"].get(kind, 0) for kind in expected["types"]
    }
    without_id = {kind: less.pop(kind) for kind in ("creditor", "customer")}
    known = sum(without_id.values())
    same = {
        **found,
        "types": expected["types"],
        "accepted": found["accepted"] + known,
        "unchanged": found["unchanged"] - known,
    }
    return set(less.values()) == {0} and 0 <= known <= killed and same == expected


def test_a_clean_run_cuts_by_account_and_chains_what_does_not_fit(clean: Cell) -> None:
    (run,) = clean.runs.runs("acme")
    assert (run.state, run.rows) == (DONE, ROWS)
    assert run.parts > 2
    header = clean.onward.header("acme", run)
    assert header.continued  # c1 has six rows
    report = told(clean)
    assert report["reasons"] == BAD
    assert (report["accepted"], report["unchanged"], report["rejected"]) == (ROWS - 2, 0, 2)
    assert [row[-1].partition(":")[0] for row in clean.bad_rows(NAME)[1:]] == [*BAD]


@pytest.mark.parametrize("at", range(1, effects() + 2))
def test_killed_before_any_step_or_after_the_last_it_ends_the_same(at: int, clean: Cell) -> None:
    # Before a step is after the one before it: nothing else touches the outside in between.
    last = at > effects()
    cell = mortal(new_cell(), Deaths(at - last, after=last))

    assert to_the_end(cell, NAME) == 1

    assert whole(cell.ledger) == whole(clean.ledger)
    assert honest(told(cell), told(clean), killed=1)
    assert cell.bad_rows(NAME) == clean.bad_rows(NAME)
    assert cell.progress(NAME)["state"] == DONE


@pytest.mark.parametrize("seed", range(20))
def test_killed_again_and_again_it_ends_the_same(seed: int, clean: Cell) -> None:
    chosen = random.Random(seed)
    at = sorted(chosen.sample(range(1, 60), 8))
    cell = mortal(new_cell(), Deaths(*at, after=chosen.random() < 0.5))

    assert to_the_end(cell, NAME) > 1

    assert whole(cell.ledger) == whole(clean.ledger)
    assert honest(told(cell), told(clean), killed=8)


def test_a_file_that_is_uploaded_again_changes_nothing() -> None:
    cell = new_cell()
    to_the_end(cell, NAME)
    before = whole(cell.ledger)
    cell.put(NAME, FILE)

    to_the_end(cell, NAME)

    assert whole(cell.ledger) == before
    report = told(cell)
    assert (report["accepted"], report["unchanged"], report["rejected"]) == (0, ROWS - 2, 2)


def test_an_event_that_comes_again_is_a_run_that_is_known() -> None:
    cell = new_cell()
    to_the_end(cell, NAME)
    before, report = whole(cell.ledger), cell.output(NAME, "report.json")

    cell.arrive(NAME)

    assert not cell.steps.waiting
    assert (whole(cell.ledger), cell.output(NAME, "report.json")) == (before, report)
    assert len(list(cell.runs.runs("acme"))) == 1


@pytest.mark.parametrize("seed", range(10))
def test_parts_that_come_twice_and_in_any_order_change_nothing(seed: int, clean: Cell) -> None:
    chosen, cell = random.Random(seed), new_cell()
    cell.arrive(NAME)
    seen: list[Step] = []
    while cell.steps.waiting:
        # Any that waits, and then perhaps an old one once more.
        step = chosen.choice(list(cell.steps.waiting))
        cell.steps.waiting.remove(step)
        seen.append(step)
        cell.records.run(step, NOW, lambda: 900.0)
        if chosen.random() < 0.5:
            cell.records.run(chosen.choice(seen), NOW, lambda: 900.0)

    assert whole(cell.ledger) == whole(clean.ledger)
    assert told(cell) == told(clean)


def test_two_uploads_at_once_take_each_row_once() -> None:
    cell = new_cell()
    cell.put("again.jsonl", FILE)
    for name in (NAME, "again.jsonl"):
        cell.arrive(name)
    # Their parts by turns.
    cell.steps.waiting = deque(sorted(cell.steps.waiting, key=lambda step: (step.part, step.run)))
    cell.drain()

    first, second = cell.result(NAME), cell.result("again.jsonl")
    assert first["accepted"] + second["accepted"] == ROWS - 2
    assert first["unchanged"] + second["unchanged"] == ROWS - 2
    once = new_cell()
    to_the_end(once, NAME)
    assert {k: v.open for k, v in cell.state().items() if v} == {
        k: v.open for k, v in once.state().items() if v
    }


def test_the_first_of_two_cuts_holds() -> None:
    cell = new_cell()
    deaths = Deaths()
    mortal(cell, deaths)
    cut = cell.imports.cut
    start = cell.imports._begin  # the other one's event, up to its cut
    other: list[Any] = []

    class Overtaken(FilesByName):
        def rows(self, *arguments: Any) -> Any:
            if not other:
                other.append(None)
                key = f"incoming/acme/{NAME}"
                other[0] = start(
                    "acme", Run("", NAME, key, "", TODAY, NOW), cell.version(NAME), NOW
                )
            return super().rows(*arguments)

    object.__setattr__(cut, "formats", Overtaken())
    cell.arrive(NAME)

    (run,) = cell.runs.runs("acme")
    assert run.cut == other[0].cut
    cell.drain()
    assert told(cell)["accepted"] == ROWS - 2


def test_a_part_that_stops_in_time_goes_on_where_it_stopped(clean: Cell) -> None:
    cell = new_cell()
    cell.arrive(NAME)
    steps, words = 0, []
    while cell.steps.waiting:
        seconds = iter([100.0, 100.0, *[0.0] * 50])  # two rows, and the time is over
        words.append(cell.records.run(cell.steps.waiting.popleft(), NOW, lambda s=seconds: next(s)))
        steps += 1
        assert steps < 50

    assert "stopped" in words
    assert whole(cell.ledger) == whole(clean.ledger)
    assert told(cell) == told(clean)


def test_a_part_that_is_killed_after_it_went_on_goes_on_from_there_again(clean: Cell) -> None:
    for at in range(1, 60):
        cell = mortal(new_cell(), Deaths(at, after=at % 2 == 0))
        budget = iter([100.0, 0.0] * 100)
        to_the_end(cell, NAME, left=lambda budget=budget: next(budget))
        assert whole(cell.ledger) == whole(clean.ledger)
        assert told(cell)["rejected"] == 2


def test_a_step_that_fails_at_its_last_receive_says_so_and_goes_on_when_it_is_sent_again() -> None:
    cell = new_cell()
    cell.arrive(NAME)
    step = cell.steps.waiting.popleft()
    (run,) = cell.runs.runs("acme")
    at = Places("acme", run).part(step.part)
    body = cell.blobs.files.pop(at)

    for receives in (1, 2):
        assert cell.progress(NAME)["state"] == "recording"
        with pytest.raises(Gone):
            cell.records.run(step, NOW, lambda: 900.0, receives, 2)

    assert cell.progress(NAME)["state"] == "failed"
    assert cell.progress(NAME)["why"] == f"part {step.part}: Gone"
    cell.blobs.files[at] = body
    cell.steps.put([step])
    cell.drain()
    assert cell.progress(NAME)["state"] == DONE
    assert "why" not in cell.progress(NAME)


def test_progress_can_be_read_while_it_runs() -> None:
    cell = new_cell()
    cell.arrive(NAME)
    first = cell.progress(NAME)
    assert (first["state"], first["rows"], first["parts_done"]) == ("recording", ROWS, 0)
    assert first["parts"] > 2
    cell.records.run(cell.steps.waiting.popleft(), NOW, lambda: 900.0)
    second = cell.progress(NAME)
    assert (second["state"], second["parts_done"]) == ("recording", 1)
    assert second["accepted"] > 0
    assert f"results/acme/{NAME}/{cell.version(NAME)}.report.json" not in cell.blobs.files


def test_a_word_on_how_far_it_is_that_comes_late_is_not_the_last_one() -> None:
    cell = new_cell()
    cell.arrive(NAME)
    (early,) = cell.runs.runs("acme")
    cell.drain()
    cell.onward.tell("acme", early)
    assert cell.progress(NAME)["state"] == DONE


def test_a_message_of_a_run_that_is_gone_is_no_work() -> None:
    assert Cell().records.run(Step("acme", "gone", 1), NOW, lambda: 900.0) == "known"


def test_nothing_is_left_undone_when_killing_is_counted() -> None:
    with pytest.raises(Killed):
        mortal(new_cell(), Deaths(1)).arrive(NAME)
