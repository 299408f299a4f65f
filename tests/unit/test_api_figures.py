"""Reports and simulations over the API: the figures of docs/reports.md, the lines of `dunning
simulate`, tables without formulas, and a bound on both.
"""

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
from dunning.domain.calendar import instant
from dunning.domain.creditor import Creditor
from dunning.domain.gates import OpenGates
from dunning.domain.ledger import LedgerError
from dunning.domain.policy_file import read_policies
from dunning.entry import bootstrap
from dunning.entry.cli import app
from dunning.entry.offline import gates_of, stage
from dunning.service import cell_reports, cell_simulations
from dunning.service.cell_reports import table
from dunning.service.reports import REPORTS
from dunning.service.simulations import Asked, PolicySet, Simulations
from typer.testing import CliRunner

from tests.offline import Body, as_file, customer, invoice, ladder, payment
from tests.report_ledger import AS_OF, BODIES
from tests.unit.billing import Desk

OWNER = "default"
SCOPES = (f"{OWNER}/write",)
TWO_STEPS, LATER = ladder(1, 10), ladder(5, 20)
BOOK: list[Body] = [
    customer("c1"),
    customer("c2"),
    invoice("A", "2026-02-01"),
    invoice("B", "2026-02-03"),
    invoice("C", "2026-02-05", customer="c2"),
    payment("p", "2026-01-20", "40", allocations=[{"invoice": "C", "amount": "40"}], customer="c2"),
]
FEBRUARY = "2026-02-01..2026-02-28"


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    desk = Desk()
    monkeypatch.setattr(bootstrap, "api", lambda: desk.door)
    return desk


def filled(desk: Desk, bodies: list[Body], today: str, policies: str = "") -> None:
    """A creditor's book with those bodies, each recorded on its own day, on that day."""
    cell = desk.cell
    cell.settings.put_creditor(OWNER, Creditor(OWNER))
    if policies:
        cell.settings.put_policies(OWNER, read_policies(policies), policies)
    for stated in as_file(bodies).bodies:
        book = cell.settings.rulebook(OWNER)
        assert book is not None
        now = instant(stated.body.on, time(0), "UTC")
        cell.bodies.record(OWNER, stated.body, book, now)  # type: ignore[arg-type]
    cell.clock.at = instant(date.fromisoformat(today), time(6), "UTC")


def in_the_docs(name: str) -> list[Body]:
    """The rows of a report as docs/reports.md works them out."""
    text = (Path(__file__).parents[2] / "docs" / "reports.md").read_text(encoding="utf-8")
    call = f"dunning report {name} --ledger ledger.jsonl --as-of {AS_OF}\n"
    found = re.search(re.escape(call) + r"\n```json\n(.*?)```", text, re.DOTALL)
    assert found, name
    return [json.loads(line) for line in found[1].splitlines()]


@pytest.mark.parametrize(
    "name", ["aging", "dso", "cei", "payment-rates", "delinquents", "plans", "promises"]
)
def test_a_report_of_a_cell_is_that_of_the_same_ledger_in_a_file(desk: Desk, name: str) -> None:
    filled(desk, BODIES, AS_OF)
    status, told = desk.ask("GET", f"/reports/{name}", scopes=SCOPES)
    assert (status, told["report"], told["as_of"]) == (200, name, AS_OF)
    assert told["rows"] == in_the_docs(name)


def test_what_followed_notices_is_told_by_step_and_channel(desk: Desk) -> None:
    cell = desk.cell
    cell.reminders.remind("northwind", cell.account, cell.clock.now())
    paid = {"type": "payment", "customer": "c-1042", "currency": "EUR", "amount": "1190.00"}
    assert desk.ask("POST", "/postings", {**paid, "id": "p1"})[0] == 200
    cell.clock.at += 20 * 86_400
    (row,) = desk.ask("GET", "/reports/effectiveness")[1]["rows"]
    assert (row["level"], row["channel"], row["notices"]) == (1, "email", 1)
    assert (row["asked"], row["paid"], row["rate"]) == ("1190.00", "1190.00", "100.0")
    assert desk.ask("GET", "/reports/experiments")[1]["rows"] == []


@pytest.mark.parametrize("name", sorted(REPORTS))
def test_a_book_read_by_several_threads_says_the_same(desk: Desk, name: str) -> None:
    filled(desk, BODIES, AS_OF, TWO_STEPS)
    figures = desk.door.figures()
    book = desk.door.rulebook(OWNER)
    many = cell_reports.CellReports(figures.ledger, figures.ranges, threads=4)
    now = desk.cell.clock.now()
    assert many(name, book, now) == figures.report(name, book, now)


def test_a_report_is_a_table_for_whoever_asks_for_one(desk: Desk) -> None:
    filled(desk, BODIES, AS_OF)
    for how in ({"query": {"format": "csv"}}, {"accept": "text/csv, */*;q=0.1"}):
        status, headers, body = desk.answer("GET", "/reports/delinquents", scopes=SCOPES, **how)
        assert status == 200
        assert headers["content-type"] == "text/csv; charset=utf-8"
        assert headers["content-disposition"].endswith(f'"delinquents-{AS_OF}.csv"')
        rows = list(csv.DictReader(io.StringIO(body)))
        assert [row["customer"] for row in rows] == ["adler", "cedar", "birke"]
        assert (rows[0]["overdue.EUR"], rows[0]["points.amount"]) == ("1200.00", "30.0")
        assert (rows[0]["overdue.USD"], rows[1]["overdue.USD"]) == ("", "500.00")
        assert json.loads(rows[1]["left_out"])[0]["reason"] == "DISPUTED"
    as_json = desk.answer(
        "GET", "/reports/aging", scopes=SCOPES, accept="text/csv", query={"format": "json"}
    )
    assert as_json[1]["content-type"] == "application/json"


def test_no_cell_of_a_table_is_a_formula() -> None:
    (row,) = csv.DictReader(io.StringIO(table([{"customer": "=1+1", "amount": "-5.00"}])))
    assert row == {"customer": "'=1+1", "amount": "-5.00"}
    assert table([]) == "\r\n"


@pytest.mark.parametrize("name", ["aging", "dso", "cei", "payment-rates"])
def test_a_report_of_a_past_day_is_that_of_a_file_of_that_day(
    desk: Desk, tmp_path: Path, name: str
) -> None:
    filled(desk, BODIES, AS_OF)
    query = {"as_of": "2026-03-31"}
    status, told = desk.ask("GET", f"/reports/{name}", scopes=SCOPES, query=query)
    assert (status, told["as_of"], told["told_since"]) == (200, "2026-03-31", 0)
    ledger = tmp_path / "ledger.jsonl"
    ledger.write_text("".join(json.dumps(body) + "\n" for body in BODIES), encoding="utf-8")
    words = ["report", name, "--ledger", str(ledger), "--as-of", "2026-03-31"]
    done = CliRunner().invoke(app, words)
    assert told["rows"] == [json.loads(line) for line in done.stdout.splitlines()]
    assert told["rows"] != desk.ask("GET", f"/reports/{name}", scopes=SCOPES)[1]["rows"]


@pytest.mark.parametrize(
    ("name", "as_of", "code"),
    [
        *((one, "2026-03-31", "as_of_not_today") for one in ("delinquents", "plans", "promises")),
        ("effectiveness", "2026-03-31", "as_of_not_today"),
        ("experiments", "2026-03-31", "as_of_not_today"),
        ("aging", "2099-01-01", "as_of_to_come"),
    ],
)
def test_a_day_of_which_a_cell_cannot_tell_the_truth_is_refused(
    desk: Desk, name: str, as_of: str, code: str
) -> None:
    filled(desk, BODIES, AS_OF)
    today = desk.ask("GET", f"/reports/{name}", scopes=SCOPES, query={"as_of": AS_OF})
    assert (today[0], today[1]["told_since"]) == (200, 0)
    query = {"as_of": as_of}
    status, problem = desk.ask("GET", f"/reports/{name}", scopes=SCOPES, query=query)
    assert (status, problem["code"], problem["field"]) == (422, code, "as_of")


def test_a_report_that_there_is_not_is_no_such_thing(desk: Desk) -> None:
    nothing = desk.answer("GET", "/cases/nobody")
    assert desk.answer("GET", "/reports/ageing") == nothing
    assert desk.answer("GET", "/reports/aging", scopes=("acme/read",)) == nothing


def test_a_book_too_large_to_wait_for_is_refused_with_the_way_out(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(desk, BODIES, AS_OF)
    monkeypatch.setattr(cell_reports, "MOST_ACCOUNTS", 3)
    status, problem = desk.ask("GET", "/reports/aging", scopes=SCOPES)
    assert (status, problem["code"]) == (422, "report_too_large")
    assert "dunning report aging --cell" in problem["detail"]


def test_a_report_that_would_come_too_late_is_refused_in_time(desk: Desk) -> None:
    filled(desk, BODIES, AS_OF)
    figures, book = desk.door.figures(), desk.door.rulebook(OWNER)
    looks = iter([20.0, 10.0, 1.9, 1.8])
    slow = cell_reports.CellReports(figures.ledger, figures.ranges, 1, lambda: next(looks))
    with pytest.raises(LedgerError) as refused:
        slow("dso", book, desk.cell.clock.now())
    assert refused.value.code == "report_too_large"
    assert next(looks) == 1.8, "the third account was not read"


# --- simulations ---------------------------------------------------------------------------------


def from_a_file(policies: list[tuple[str, str]], **more: Any) -> list[Any]:
    """What `dunning simulate` prints of the same ledger."""
    sets = tuple(PolicySet(name, read_policies(text), text) for name, text in policies)
    days = tuple(date(2026, 2, day) for day in range(1, 29))
    asked = Asked(as_file(BOOK), sets, days, OpenGates(), **more)
    return list(Simulations(stage).run(asked))


def simulated(desk: Desk, **body: Any) -> list[Any]:
    status, told = desk.ask("POST", "/simulations", {"runs": [FEBRUARY], **body}, scopes=SCOPES)
    assert status == 200, told
    lines: list[Any] = told["lines"]
    return lines


@pytest.mark.parametrize("more", [{}, {"explain": True}, {"summary": True}])
def test_what_is_to_come_is_what_a_file_of_the_same_ledger_says(
    desk: Desk, more: dict[str, bool]
) -> None:
    filled(desk, BOOK, "2026-02-01", TWO_STEPS)
    expected = from_a_file([("current", TWO_STEPS)], **more)
    assert simulated(desk, **more) == expected
    assert any(line.get("level") == 2 for line in expected)
    given = [{"name": "current", "source": TWO_STEPS}]
    assert simulated(desk, policies=given, **more) == expected


def test_two_policies_are_compared_customer_by_customer(desk: Desk) -> None:
    filled(desk, BOOK, "2026-02-01", TWO_STEPS)
    found = simulated(desk, policies=[{}, {"name": "later", "source": LATER}])
    assert found == from_a_file([("current", TWO_STEPS), ("later", LATER)])
    (last,) = [line for line in found if "comparison" in line]
    assert last["comparison"] == ["current", "later"]


def test_it_goes_on_from_where_each_account_stands_and_leaves_nothing_behind(desk: Desk) -> None:
    filled(desk, BOOK, "2026-02-02", TWO_STEPS)
    ledger, creditor = desk.cell.ledger, OWNER
    key = ledger.account_key(creditor, "c1")
    desk.cell.clock.at = instant(date(2026, 2, 2), time(9), "UTC")
    desk.cell.reminders.remind(creditor, key, desk.cell.clock.now())
    sent = len(desk.cell.sender.sent)
    before = {one: ledger.read(creditor, one) for one in ledger.book(creditor)}
    lines = simulated(desk, runs=["2026-02-03..2026-02-28"])
    levels = [(line["run"], line["invoice"], line["level"]) for line in lines]
    assert ("2026-02-11", "A", 2) in levels
    assert not [one for one in levels if one[1:] == ("A", 1)], "A's first was sent"
    assert before == {one: ledger.read(creditor, one) for one in ledger.book(creditor)}
    assert len(desk.cell.sender.sent) == sent
    assert simulated(desk, runs=["2026-02-03..2026-02-28"]) == lines


def test_some_customers_alone_may_be_asked_about(desk: Desk) -> None:
    filled(desk, BOOK, "2026-02-01", TWO_STEPS)
    assert {line["customer"] for line in simulated(desk, customers=["c2"])} == {"c2"}
    status, problem = desk.ask(
        "POST", "/simulations", {"runs": [FEBRUARY], "customers": ["c2", "c9"]}, scopes=SCOPES
    )
    assert (status, problem["code"]) == (404, "unknown_customer")


def test_contact_rules_are_asked_where_they_are_named(desk: Desk) -> None:
    filled(desk, BOOK, "2026-02-01", TWO_STEPS)
    assert gates_of("default") is not None
    assert simulated(desk, gates="default"), "mails go out by the rules that are shipped"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"runs": ["2026-01-31"]}, "runs_are_over"),
        ({"runs": ["2026-02-30"]}, "bad_date"),
        ({"runs": ["2026-03-02..2026-03-01"]}, "bad_span"),
        ({"runs": ["2026-03-02..2028-03-01"]}, "bad_span"),
        ({"runs": []}, "malformed"),
        ({"runs": ["tomorrow"]}, "malformed"),
        ({"runs": [FEBRUARY], "policies": [{"source": "policies: 1"}]}, "bad_policies"),
        ({"runs": [FEBRUARY], "policies": []}, "malformed"),
        ({"runs": [FEBRUARY], "gates": "mine"}, "malformed"),
    ],
)
def test_what_cannot_be_played_is_a_problem(desk: Desk, body: dict[str, Any], code: str) -> None:
    filled(desk, BOOK, "2026-02-01", TWO_STEPS)
    status, problem = desk.ask("POST", "/simulations", body, scopes=SCOPES)
    assert (status, problem["code"]) == (422, code)


@pytest.mark.parametrize(
    ("bound", "most"), [("MOST_ACCOUNTS", 1), ("MOST_ITEM_DAYS", 83), ("MOST_LINES", 4)]
)
def test_more_than_one_request_can_play_is_refused_and_says_how_much_can(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, bound: str, most: int
) -> None:
    filled(desk, BOOK, "2026-02-01", TWO_STEPS)
    monkeypatch.setattr(cell_simulations, bound, most)
    status, problem = desk.ask("POST", "/simulations", {"runs": [FEBRUARY]}, scopes=SCOPES)
    assert (status, problem["code"]) == (422, "simulation_too_large")
    assert str(most) in problem["detail"]


def test_who_may_only_read_may_simulate(desk: Desk) -> None:
    filled(desk, BOOK, "2026-02-01", TWO_STEPS)
    body = {"runs": ["2026-02-02"]}
    read: Callable[..., Any] = desk.ask
    assert read("POST", "/simulations", body, scopes=(f"{OWNER}/read",))[0] == 200
    assert read("POST", "/simulations", body, scopes=("acme/write",))[0] == 404
