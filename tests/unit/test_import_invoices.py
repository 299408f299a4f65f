"""One uploaded file into the ledger: counts, reports, repeats, interruptions, settings."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from dunning.adapters.formats.files import FilesByName
from dunning.adapters.memory.ledger import MemoryLedger
from dunning.domain.change import Change
from dunning.domain.policy_file import read_policies
from dunning.service.accounts import Contended
from dunning.service.ports import Moved
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.offline import customer, invoice, ladder, payment
from tests.unit.importing import NOW, TODAY, Cell, lines


def test_good_rows_are_written_and_bad_rows_come_back_with_their_reason() -> None:
    cell = Cell()

    cell.upload(
        "a.csv",
        "number,customer,currency,due,amount\nA1,c1,EUR,2026-02-01,50\nA2,=c2,EUR,2026-02-01,5x\n",
    )

    report = cell.result("a.csv")
    assert (report["accepted"], report["unchanged"], report["rejected"]) == (1, 0, 1)
    assert report["errors"][0]["row"] == 3
    assert report["errors"][0]["code"] == "bad_amount"
    header, bad = cell.bad_rows("a.csv")
    assert header[-2:] == ["reason", "read_as"]
    assert bad[:5] == ["A2", "'=c2", "EUR", "2026-02-01", "5x"]
    assert bad[5].startswith("bad_amount: ")
    assert cell.metrics.counts["ImportRejectedRows"] == 1


def test_a_row_without_a_day_is_known_on_the_day_of_the_upload() -> None:
    cell = Cell()

    cell.upload("a.csv", "number,customer,currency,due,amount\nA1,c1,EUR,2026-02-01,50\n")

    (item,) = cell.account().open
    assert item.issued == TODAY


def test_a_body_that_the_ledger_refuses_is_a_bad_row_and_the_rest_is_taken() -> None:
    cell = Cell()

    report = cell.upload(
        "a.jsonl",
        lines(
            {"on": "2026-01-01", "type": "write_off", "id": "w", "invoice": "X", "amount": "5"},
            invoice("A", "2026-02-01"),
            invoice("A", "2026-02-01", customer="c2"),
            invoice("B", "2026-02-01", creditor="other"),
        ),
    )

    assert (report["accepted"], report["rejected"]) == (1, 3)
    assert sorted(report["reasons"]) == ["number_taken", "other_creditor", "unknown_invoice"]


def test_a_disputed_column_opens_a_dispute_beside_the_invoice() -> None:
    cell = Cell()

    for _ in range(2):
        cell.upload(
            "a.csv",
            "number,customer,currency,due,amount,disputed\n"
            "A1,c1,EUR,2026-02-01,50,\nA1,c1,EUR,2026-03-01,50,yes\n",
        )

    (dispute,) = cell.account().disputes
    assert (dispute.invoice, dispute.item) == ("A1", 2)


def test_policies_that_come_after_the_invoices_plan_the_whole_book() -> None:
    cell = Cell()
    report = cell.upload("a.jsonl", lines(customer(), invoice("A", "2026-02-01")))
    assert "no policies" in report["warnings"][0]
    assert cell.account().head.plan.reason == "NO_POLICY"

    report = cell.upload("policies.yaml", ladder(1), area="config")

    assert (report["accepted"], report["replanned"]) == (1, 1)
    assert cell.account().head.plan.reason == "STEP_DUE"


def test_policies_that_stand_already_finish_the_replan_that_was_cut_off() -> None:
    cell = Cell()
    cell.upload("a.jsonl", lines(customer(), invoice("A", "2026-02-01")))
    policies = ladder(1)
    cell.settings.put_policies("acme", (), policies)  # stored, and stopped before the book

    report = cell.upload("policies.yaml", policies, area="config")

    assert (report["accepted"], report["unchanged"]) == (0, 1)


def test_settings_that_come_while_a_file_is_read_reach_its_accounts() -> None:
    class Meanwhile(FilesByName):
        def rows(self, name: str, source: Any, *more: Any) -> Any:
            file = super().rows(name, source, *more)

            def coming() -> Any:
                yield from file.rows
                cell.settings.put_policies("acme", read_policies(ladder(1)), ladder(1))

            return replace(file, rows=coming())

    cell = Cell(formats=Meanwhile())
    cell.upload("a.jsonl", lines(customer(), invoice("A", "2026-02-01")))

    assert cell.account().head.plan.reason == "STEP_DUE"


def test_bad_policies_change_nothing_and_name_their_lines() -> None:
    cell = Cell()

    report = cell.upload("policies.yaml", "policies:\n  - id: p\n    track: all\n", "config")

    assert report["accepted"] == 0
    assert {error["row"] for error in report["errors"]} == {2, 3}
    assert cell.settings.rulebook("acme") is None


def test_creditor_settings_are_taken_and_another_creditors_are_not() -> None:
    cell = Cell()

    good = cell.upload("creditor.json", '{"time_zone":"Europe/Berlin","terms":14}', "config")
    bad = cell.upload("creditor.json", '{"creditor":"other"}', "config")

    book = cell.settings.rulebook("acme")
    assert book is not None
    assert (good["accepted"], bad["reasons"]["other_creditor"]) == (1, 1)
    assert (book.creditor.time_zone, book.creditor.terms_days) == ("Europe/Berlin", 14)


@pytest.mark.parametrize("name", ["creditor.json", "policies.yaml", "other.txt"])
@pytest.mark.parametrize("body", [b"", b"\x89PNG\x00", b"[", b"[1]", b"\xff"])
def test_settings_that_cannot_be_read_are_reported(name: str, body: bytes) -> None:
    assert Cell().upload(name, body, "config")["rejected"]


def test_terms_stand_for_a_due_day_that_is_left_out() -> None:
    cell = Cell()
    cell.upload("creditor.json", '{"terms":{"days":14}}', "config")

    cell.upload("a.csv", "number,customer,currency,issued,amount,due\nA,c1,EUR,2026-02-01,5,\n")

    (item,) = cell.account().open
    assert item.due == date(2026, 2, 15)


@pytest.mark.parametrize("key", ["incoming/other/a.csv", "results/acme/a.csv", "incoming/acme/"])
def test_a_key_that_is_not_the_creditors_upload_is_a_fault(key: str) -> None:
    cell = Cell()
    cell.blobs.files[key] = b"x"

    with pytest.raises(ValueError, match="not a file of creditor"):
        cell.imports.run("acme", key, None, TODAY, NOW)


FILE = lines(
    customer(),
    invoice("A", "2026-02-01"),
    invoice("B", "2026-02-01", "70.00"),
    payment("p1", "2026-02-10", "120.00"),
    {"on": "2026-02-11", "type": "reversal", "id": "r1", "of": "p1"},
    {"on": "2026-02-12", "type": "dispute", "id": "d1", "invoice": "B", "reason": "broken"},
    {"on": "2026-02-13", "type": "resolve", "id": "d2", "dispute": "d1", "outcome": "kept"},
    invoice("C", "2026-02-01", customer="c2"),
    {"on": "2026-02-14", "type": "hold", "id": "h", "customer": "c2", "kind": "talks"},
)


def test_a_file_twice_changes_nothing() -> None:
    cell = Cell()
    first = cell.upload("a.jsonl", FILE)
    before = cell.state()

    second = cell.upload("a.jsonl", FILE)

    assert (first["accepted"], first["rejected"]) == (9, 0)
    assert (second["accepted"], second["unchanged"], second["rejected"]) == (0, 9, 0)
    assert cell.state() == before


@pytest.mark.parametrize(
    "second",
    [
        payment("x", "2026-02-11", "60"),
        payment("x", "2026-02-11", "50", currency="USD"),
        {"on": "2026-02-11", "type": "hold", "id": "x", "customer": "c1", "kind": "talks"},
        {"on": "2026-02-11", "type": "write_off", "id": "x", "invoice": "A", "amount": "50"},
    ],
    ids=["another amount", "another currency", "a hold", "a write-off"],
)
def test_an_id_that_is_known_for_something_else_is_refused_and_not_taken_for_a_repeat(
    second: dict[str, Any],
) -> None:
    first = (invoice("A", "2026-02-01"), payment("x", "2026-02-10", "50"))
    cell = Cell()

    report = cell.upload("a.jsonl", lines(*first, second))

    assert report["accepted"] == 2
    assert report["reasons"] == {"id_differs": 1}


def test_a_payment_whose_id_is_a_holds_is_refused() -> None:
    hold = {"on": "2026-02-09", "type": "hold", "id": "x", "customer": "c1", "kind": "talks"}
    cell = Cell()

    report = cell.upload("a.jsonl", lines(hold, payment("x", "2026-02-10", "50")))

    assert report["reasons"] == {"id_differs": 1}


class Killed(BaseException):
    """The function was stopped."""


class Mortal(MemoryLedger):
    """A ledger whose process is stopped before or after its n-th write."""

    def __init__(self, writes: int, *, after: bool) -> None:
        super().__init__()
        self.left = writes
        self.after = after

    def write(self, creditor: str, account: str, change: Change) -> None:
        self.left -= 1
        if self.left == 0 and not self.after:
            raise Killed
        super().write(creditor, account, change)
        if self.left == 0:
            raise Killed


@settings(deadline=None, max_examples=30)
@given(writes=st.integers(1, 10), after=st.booleans())
def test_an_import_that_is_killed_at_any_row_and_run_again_ends_the_same(
    writes: int, after: bool
) -> None:
    whole = Cell()
    whole.upload("a.jsonl", FILE)
    cell = Cell(Mortal(writes, after=after))

    try:
        cell.upload("a.jsonl", FILE)
    except Killed:
        cell.upload("a.jsonl", FILE)

    assert cell.state() == whole.state()


def test_an_account_that_others_keep_writing_to_brings_the_file_again() -> None:
    class Busy(MemoryLedger):
        def write(self, creditor: str, account: str, change: Change) -> None:
            raise Moved(account)

    with pytest.raises(Contended):
        Cell(Busy()).upload("a.jsonl", FILE)
