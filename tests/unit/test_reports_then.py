"""Reports of a past day from what a cell keeps: they say what they said on that day, as long as no
word came late; and which words did is told.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from dunning.adapters.memory.ranges import MemoryRanges
from dunning.domain.calendar import local_day
from dunning.service.api_bodies import ApiBodies
from dunning.service.cell_reports import CellReports, Reported
from dunning.service.report_book import Book
from dunning.service.reports import OF_THE_PAST, REPORTS
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.handling import CREDITOR, CUSTOMER, Cell

FIRST = date(2026, 11, 23)
"""The day of the cell's clock, and of the first word."""
DAY_SECONDS = 86_400
NUMBER = st.integers(1, 4)
AMOUNT = st.integers(1, 90).map(lambda units: f"{units}.00")
ITEM = st.fixed_dictionaries({"due": st.integers(-40, 9), "amount": AMOUNT})
PAID: dict[str, Any] = {"customer": CUSTOMER, "currency": "EUR"}


def fact(kind: str, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[str, Any]]:
    return st.tuples(st.just(kind), st.fixed_dictionaries(fields))


FACTS = st.one_of(
    fact("invoice", number=NUMBER, items=st.lists(ITEM, min_size=1, max_size=2)),
    fact("payment", amount=AMOUNT, invoice=st.one_of(st.none(), NUMBER)),
    fact("credit_note", amount=AMOUNT, invoice=st.one_of(st.none(), NUMBER)),
    fact("write_off", amount=AMOUNT, invoice=NUMBER),
    fact("refund", amount=AMOUNT, of=NUMBER),
    fact("chargeback", of=NUMBER),
    fact("reversal", of=NUMBER),
)


def body(kind: str, said: Mapping[str, Any], id_: str, today: date) -> dict[str, Any]:
    """A fact as the API takes it: told on the day that it is of."""
    number = said.get("number") or said.get("invoice")
    named = f"I{number}" if number else None
    match kind:
        case "invoice":
            items = [
                {**one, "due": (today + timedelta(one["due"])).isoformat()} for one in said["items"]
            ]
            return {**PAID, "number": named, "issued": today.isoformat(), "items": items}
        case "payment":
            parts = [{"invoice": named, "amount": said["amount"]}] if named else None
            told = {**PAID, "id": id_, "amount": said["amount"]}
            return {**told, "allocations": parts} if parts else told
        case "credit_note":
            told = {**PAID, "number": id_, "amount": said["amount"]}
            return {**told, "invoice": named} if named else told
        case "write_off":
            return {"id": id_, "invoice": named, "amount": said["amount"]}
        case "refund":
            return {"id": id_, "payment": f"F{said['of']}", "amount": said["amount"]}
        case "chargeback":
            return {"id": id_, "payment": f"F{said['of']}"}
    return {"id": id_, "of": f"F{said['of']}"}


def live(cell: Cell, today: date) -> dict[str, list[Any]]:
    """The reports as they stand."""
    book = Book(cell.ledger, cell.rulebook, today)
    return {name: list(REPORTS[name]([book])) for name in sorted(OF_THE_PAST)}


def then(cell: Cell, day: date) -> dict[str, list[Any]]:
    """The same of a day that is over, from what stands now."""
    book = Book(cell.ledger, cell.rulebook, day, past=True)
    return {name: list(REPORTS[name]([book])) for name in sorted(OF_THE_PAST)}


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), FACTS), max_size=12))
def test_a_past_day_says_what_it_said_when_it_was_today(
    told: list[tuple[int, tuple[str, Any]]],
) -> None:
    """The law: whatever was told later, on the days that it was of."""
    cell = Cell()
    api, today = ApiBodies(cell.bodies), FIRST
    invoices: set[int] = set()
    said: dict[date, dict[str, list[Any]]] = {}
    for count, (days, (kind, one)) in enumerate(told, 1):
        if days:
            said[today] = live(cell, today)
        today += timedelta(days)
        cell.clock.at += days * DAY_SECONDS
        if kind == "invoice":
            if one["number"] in invoices:
                continue  # a later word on a document is another test's
            invoices.add(one["number"])
        api.record(
            CREDITOR, kind, body(kind, one, f"F{count}", today), cell.rulebook, cell.clock.now()
        )
    said[today] = live(cell, today)
    for day, rows in said.items():
        assert then(cell, day) == rows, day


def report(cell: Cell, name: str, as_of: date) -> Reported:
    found = CellReports(cell.ledger, MemoryRanges(cell.ledger), left=lambda: 60.0)(
        name, cell.rulebook, cell.clock.now(), as_of
    )
    assert found is not None
    return found


def test_money_counts_from_its_value_date_and_documents_by_their_last_word_which_is_told() -> None:
    cell = Cell()
    api = ApiBodies(cell.bodies)
    month_end = date(2026, 10, 31)
    assert local_day(cell.clock.now(), "UTC") == FIRST

    def tell(type_: str, **raw: Any) -> None:
        done = api.record(CREDITOR, type_, raw, cell.rulebook, cell.clock.now())
        assert done.outcome == "accepted", done

    def open_then() -> list[tuple[object, object, object]]:
        rows = report(cell, "aging", month_end).rows
        return [(row["bucket"], row["count"], row["open"]) for row in rows if row["count"]]

    # The cell's own invoice: 1,190.00, issued 1 October, due on that very day.
    assert open_then() == [("not_due", 1, "1190.00")]
    assert report(cell, "aging", month_end).told_since == 0
    tell("payment", **PAID, id="late", amount="190.00", value_date="2026-10-30")
    tell("payment", **PAID, id="next", amount="100.00", value_date="2026-11-02")
    assert open_then() == [("not_due", 1, "1000.00")]
    item = {"due": "2026-10-10", "amount": "50.00"}
    tell("invoice", **PAID, number="forgotten", issued="2026-09-10", items=[item])
    tell("invoice", **PAID, number="new", issued="2026-11-01", items=[item])
    assert open_then() == [("not_due", 1, "1000.00"), ("1-30", 1, "50.00")]
    assert report(cell, "aging", month_end).told_since == 1
    assert report(cell, "aging", FIRST).told_since == 0
