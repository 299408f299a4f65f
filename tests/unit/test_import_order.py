"""Two files of one day: the one that was uploaded last has the last word, whichever is worked off
first, and however often the other comes again.
"""

from collections import deque

from dunning.domain.calendar import parse_instant
from dunning.entry.arrivals import arrivals
from dunning.service.intake_ports import Step

from tests.unit.importing import MUCH, NOW, TODAY, Cell

DOCUMENTS = "Invoice No,Customer No,Customer Name,Invoice Date,Due Date,Amount,Currency\n"
LIST = "Invoice No,Customer No,Invoice Date,Due Date,Amount,Open balance,Currency\n"
FIRST = DOCUMENTS + "R1,c1,Smith Ltd,2026-01-05,2026-02-04,100.00,EUR\n"
SECOND = FIRST.replace("100.00", "150.00")
OLD_ROW = "R1,c1,2026-01-05,2026-02-04,100.00,100.00,EUR\n"
NEW_ROW = "N1,c2,2026-02-25,2026-03-04,50.00,50.00,EUR\n"


def late(cell: Cell, name: str, body: str) -> deque[Step]:
    """A file whose parts wait; nobody has taken them."""
    cell.put(name, body)
    cell.arrive(name)
    waiting = deque(cell.steps.waiting)
    cell.steps.waiting.clear()
    return waiting


def open_of(cell: Cell) -> dict[str, int]:
    found: dict[str, int] = {}
    for account in cell.state().values():
        for item in account.open:
            found[item.ref.invoice] = item.open
    return found


def test_an_older_version_that_is_recorded_last_does_not_win() -> None:
    cell = Cell()
    cell.upload("known.csv", FIRST.replace("100.00", "90.00"))
    first = late(cell, "x.csv", FIRST)
    cell.upload("x.csv", SECOND)

    cell.steps.waiting.extend(first)
    cell.drain()

    assert open_of(cell) == {"R1": 15000}


def test_a_part_that_comes_again_behind_a_newer_version_changes_nothing() -> None:
    cell = Cell()
    first = late(cell, "x.csv", FIRST)
    cell.records.run(first[0], NOW, lambda: MUCH)
    cell.steps.waiting.clear()
    cell.upload("x.csv", SECOND)

    cell.records.run(first[0], NOW + 300, lambda: MUCH, 2)
    cell.drain()

    assert open_of(cell) == {"R1": 15000}


def test_of_two_open_item_lists_of_a_day_the_one_uploaded_last_holds() -> None:
    cell = Cell()
    first = late(cell, "s.csv", LIST + OLD_ROW)
    cell.upload("s.csv", LIST + OLD_ROW.replace("100.00,EUR", "60.00,EUR"))

    cell.steps.waiting.extend(first)
    cell.drain()

    assert open_of(cell) == {"R1": 6000}


def test_a_later_list_of_the_same_day_may_raise_and_lower_again() -> None:
    cell = Cell()
    for left in ("100.00", "60.00", "80.00", "60.00"):
        cell.upload("s.csv", LIST + OLD_ROW.replace("100.00,EUR", f"{left},EUR"))
        assert open_of(cell) == {"R1": int(left.replace(".", ""))}


def test_what_only_a_later_list_has_is_not_settled_by_an_earlier_one() -> None:
    cell = Cell()
    probe = Cell().upload("p.csv", LIST + OLD_ROW)["understood"]["layout"]
    cell.upload("mappings/m.yaml", f"layout: {probe}\nmissing: settled\n", "config")
    first = late(cell, "s.csv", LIST + OLD_ROW)
    cell.records.run(first[0], NOW, lambda: MUCH)
    absent = deque(cell.steps.waiting)
    cell.steps.waiting.clear()
    cell.upload("s.csv", LIST + OLD_ROW + NEW_ROW)

    cell.steps.waiting.extend(absent)
    cell.drain()

    assert open_of(cell) == {"R1": 10000, "N1": 5000}


def test_an_event_tells_when_its_file_was_uploaded() -> None:
    bridge = (
        '{"detail-type": "Object Created", "time": "2026-03-01T08:00:00Z", "detail":'
        ' {"object": {"key": "incoming/acme/a.csv", "version-id": "v1"}}}'
    )
    notice = (
        '{"Records": [{"eventName": "ObjectCreated:Put", "eventTime": "2026-03-01T08:00:00.250Z",'
        ' "s3": {"object": {"key": "incoming/acme/a.csv"}}}]}'
    )
    instant = parse_instant("2026-03-01T08:00:00Z") * 1000
    assert [one.at for one in arrivals(bridge)] == [instant]
    assert [one.at for one in arrivals(notice)] == [instant + 250]
    assert [one.at for one in arrivals(bridge.replace("time", "when"))] == [0]


def test_a_list_as_of_a_day_to_come_is_of_the_day_of_its_upload_and_blocks_no_other() -> None:
    cell = Cell()
    report = cell.upload("f.csv", "As of 2027-03-01\n" + LIST + OLD_ROW)
    assert "taken as of 2026-03-01" in str(report["notes"])
    assert cell.account().head.stated == TODAY
    cell.upload("s.csv", LIST + OLD_ROW.replace("100.00,EUR", "60.00,EUR"))
    assert open_of(cell) == {"R1": 6000}
