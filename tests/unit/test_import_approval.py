"""Answers and hand-backs that come in a file: each finds the account of its proposal."""

import json
from typing import Any

from dunning.adapters.memory.cell import Counters, MemoryBlobs

from tests.unit.approving import CREDITOR, CUSTOMER, LADDER, Cell
from tests.unit.importing import NOW, TODAY, Intake, lines


def upload(cell: Cell, *bodies: dict[str, Any], version: str = "v1") -> dict[str, Any]:
    """A file of bodies, taken to its end; its report."""
    blobs = MemoryBlobs()
    intake = Intake(blobs, cell.settings, cell.bodies, Counters())
    key = f"incoming/{CREDITOR}/a.jsonl"
    blobs.files[key], blobs.versions[key] = lines(*bodies).encode(), version
    intake.imports.run(CREDITOR, key, version, TODAY, NOW, uploaded_at=NOW * 1000)
    intake.drain()
    found: dict[str, Any] = json.loads(
        blobs.files[f"results/{CREDITOR}/a.jsonl/{version}.report.json"]
    )
    return found


def test_an_answer_in_a_file_is_recorded_and_one_to_nothing_comes_back_with_its_reason() -> None:
    cell = Cell(LADDER)
    cell.invoice("A", "2026-01-15")
    cell.days("2026-01-15", "2026-02-14")
    answer = {
        "on": "2026-02-16",
        "type": "approval",
        "id": "a1",
        "proposal": cell.proposal.id,
        "outcome": "rejected",
        "by": "lead",
        "reason": "talks",
    }
    report = upload(cell, answer, {**answer, "id": "a2", "proposal": "p9-NOBODY"})
    assert (report["accepted"], report["rejected"]) == (1, 1)
    assert [error["code"] for error in report["errors"]] == ["unknown_proposal"]
    (refusal,) = cell.account.refusals
    # The same file again, and the release of what was refused, by the proposal's id.
    release = {"on": "2026-02-17", "type": "release", "id": "r1", "hold": refusal.id}
    report = upload(cell, answer, release, version="v2")
    assert (report["accepted"], report["unchanged"], report["rejected"]) == (1, 1, 0)
    assert cell.account.refusals == ()


def test_who_pursues_a_case_may_come_in_a_file() -> None:
    cell = Cell(LADDER)
    cell.invoice("A", "2026-01-15")
    over = {
        "on": "2026-02-01",
        "type": "hand_over",
        "id": "h1",
        "customer": CUSTOMER,
        "to": "agency",
    }
    back = {"on": "2026-02-20", "type": "hand_back", "id": "b1", "customer": CUSTOMER}
    report = upload(cell, over, back)
    assert (report["accepted"], report["rejected"]) == (2, 0)
    (fact,) = cell.account.handed_over
    assert fact.back is not None
