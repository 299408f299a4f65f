"""The IBM histories as IBM gives them: one file, one question, and aging as its figures say."""

import csv
import io
import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from dunning.entry.cli import app
from typer.testing import CliRunner

from tests import ibm_ledger as ibm

TRUTH = ibm.SOURCE.with_name("truth.json")
pytestmark = pytest.mark.skipif(
    not (ibm.SOURCE.exists() and TRUTH.exists()),
    reason=f"the IBM ledger is not at hand ({ibm.SOURCE.name})",
)
BUCKETS = {
    "not_yet_due (dpd<=0)": "not_due",
    "1-30": "1-30",
    "31-60": "31-60",
    "61-90": "61-90",
    "90+ (>=91)": "90+",
}
STOPPED = "scenario_B_payments_stop_2013-03-31_asof_2013-06-30"
NONE = "scenario_C_no_payments_asof_2013-06-30"
DAYS = ("2012-06-30", "2012-12-31", "2013-03-31", "2013-06-30", "2013-09-30", "2013-11-30")


def truth() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(TRUTH.read_text())
    return found


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    path = tmp_path / "ibm.yaml"
    path.write_text("currency: USD\n")
    return path


def aged(ledger: Path, as_of: str, mapping: Path | None) -> dict[str, tuple[int, float]]:
    """Count and open amount of each bucket, as the command prints them."""
    arguments = ["report", "aging", "--ledger", str(ledger), "--as-of", as_of]
    told = CliRunner().invoke(app, [*arguments, *(["--mapping", str(mapping)] if mapping else [])])
    assert told.exit_code == 0, told.stderr
    lines = [json.loads(line) for line in told.stdout.splitlines()]
    return {line["bucket"]: (line["count"], float(line["open"])) for line in lines}


def figures(said: dict[str, Any]) -> dict[str, tuple[int, float]]:
    """The same, as the data's own figures say. Some leave out an empty bucket, and those of the
    scenarios what is not due: that is what is open and not overdue."""
    found = {ours: tuple(said.get(theirs, (0, 0.0))) for theirs, ours in BUCKETS.items()}
    (open_, amount), (overdue, late) = said["open"], said["overdue"]
    found["not_due"] = (open_ - overdue, round(amount - late, 2))
    return found


def without_payments(path: Path, kept: Callable[[date], bool]) -> Path:
    """The file in which invoices whose payment is not kept were never settled."""
    with ibm.SOURCE.open(encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, rows[0].keys())
    writer.writeheader()
    for row in rows:
        day = datetime.strptime(row["SettledDate"], "%m/%d/%Y").date()  # noqa: DTZ007
        writer.writerow(row if kept(day) else {**row, "SettledDate": ""})
    path.write_text(text.getvalue(), encoding="utf-8", newline="")
    return path


def test_the_days_of_the_figures_are_all_of_them() -> None:
    assert set(truth()["asof"]) == set(DAYS)


@pytest.mark.parametrize("as_of", DAYS)
def test_aging_of_the_file_itself_is_that_of_its_figures(as_of: str, mapping: Path) -> None:
    assert aged(ibm.SOURCE, as_of, mapping) == figures(truth()["asof"][as_of])


def test_with_payments_stopped_in_march(tmp_path: Path, mapping: Path) -> None:
    file = without_payments(tmp_path / "stopped.csv", lambda day: day <= date(2013, 3, 31))
    assert aged(file, "2013-06-30", mapping) == figures(truth()[STOPPED])


def test_with_no_payment_at_all(tmp_path: Path, mapping: Path) -> None:
    file = without_payments(tmp_path / "none.csv", lambda day: False)
    assert aged(file, "2013-06-30", mapping) == figures(truth()[NONE])


def test_without_an_answer_the_one_question_is_asked_once_and_nothing_is_counted() -> None:
    arguments = ["report", "aging", "--ledger", str(ibm.SOURCE), "--as-of", "2013-06-30"]
    told = CliRunner().invoke(app, arguments)
    assert (told.exit_code, told.stdout) == (2, "")
    (line,) = told.stderr.splitlines()
    assert "currency" in line


def test_parse_prints_every_invoice_and_the_question_last() -> None:
    told = CliRunner().invoke(app, ["parse", str(ibm.SOURCE)])
    *invoices, question = [json.loads(line) for line in told.stdout.splitlines()]
    assert len(invoices) == 2_466
    assert invoices[0] == {
        "file": ibm.SOURCE.name,
        "row": 2,
        "type": "invoice",
        "number": "0000611365",
        "customer": "0379-NEVHP",
        "customer_name": "",
        "email": "",
        "phone": "",
        "issue_date": "2013-01-02",
        "due_date": "2013-02-01",
        "currency": "",
        "total": "55.94",
        "open": "55.94",
        "language": "",
        "payment_reference": "",
        "type_code": "",
        "settled_on": "2013-01-15",
    }
    assert (question["row"], question["code"], question["column"]) == (0, "question", "currency")
