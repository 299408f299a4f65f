"""The command: JSON Lines on standard output, errors on standard error with exit code 2."""

import json
from pathlib import Path
from typing import Any

import pytest
from dunning.entry.cli import app
from typer.testing import CliRunner, Result

from tests.offline import customer, invoice, ladder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    bodies = [
        customer(name="Ada", language="de"),
        invoice("A", "2026-02-01"),
        invoice("B", "2026-02-20"),
    ]
    (tmp_path / "L.jsonl").write_text("\n".join(map(json.dumps, bodies)), encoding="utf-8")
    (tmp_path / "P.yaml").write_text(ladder(1, 10), encoding="utf-8")
    (tmp_path / "Q.yaml").write_text(ladder(5), encoding="utf-8")
    return tmp_path


def dunning(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def answers(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def simulate(folder: Path, *more: object) -> Result:
    return dunning(
        "simulate", "--policies", folder / "P.yaml", "--ledger", folder / "L.jsonl", *more
    )


def test_simulate_prints_a_line_per_item_and_run(folder: Path) -> None:
    lines = answers(simulate(folder, "--runs", "2026-02-02,2026-02-21"))

    assert [(x["run"], x["invoice"], x["level"]) for x in lines] == [
        ("2026-02-02", "A", 1),
        ("2026-02-21", "A", 2),
        ("2026-02-21", "B", 1),
    ]


def test_simulate_takes_a_range_of_days_and_explains_the_rest(folder: Path) -> None:
    lines = answers(simulate(folder, "--runs", "2026-02-01..2026-02-03", "--explain"))

    assert [x["run"] for x in lines if "level" in x and "reasons" not in x] == ["2026-02-02"]
    assert len(lines) == 6
    assert all(line["sentence"] for line in lines if "reasons" in line)


def test_simulate_compares_two_sets_of_policies(folder: Path) -> None:
    lines = answers(
        simulate(folder, "--runs", "2026-02-02,2026-02-06", "--compare", folder / "Q.yaml")
    )

    assert [(Path(x["policies"]).name, x["run"]) for x in lines if "run" in x] == [
        ("P.yaml", "2026-02-02"),
        ("Q.yaml", "2026-02-06"),
    ]
    kinds = [next(k for k in ("summary", "difference", "comparison") if k in x) for x in lines[2:]]
    assert kinds == ["summary", "summary", "difference", "difference", "comparison"]
    assert (lines[4]["customer"], lines[4]["change"], lines[4]["days"]) == ("c1", ["later"], 4)
    assert (lines[5]["invoice"], lines[5]["item"]) == ("A", 1)


def test_simulate_says_what_it_comes_to_only_when_it_is_asked(folder: Path) -> None:
    runs = ("--runs", "2026-02-02,2026-02-21")
    plain, told = answers(simulate(folder, *runs)), answers(simulate(folder, *runs, "--summary"))

    assert told[:-1] == plain
    assert Path(told[-1]["summary"]).name == "P.yaml"
    assert (told[-1]["notices"], told[-1]["items_by_level"]) == (2, {"1": 2, "2": 1})


def test_simulate_shows_tables_for_a_person(folder: Path) -> None:
    result = simulate(
        folder, "--runs", "2026-02-02,2026-02-06", "--compare", folder / "Q.yaml",
        "--format", "table",
    )  # fmt: skip

    assert result.exit_code == 0, result.stderr
    for word in ("What it comes to", "customers reached", "1 of 1", "What is different", "later"):
        assert word in result.stdout
    assert simulate(folder, "--runs", "2026-02-02", "--format", "xml").exit_code == 2


def test_simulate_says_once_that_unknown_customers_count_as_reachable(folder: Path) -> None:
    (folder / "L.jsonl").write_text(json.dumps(invoice("A", "2026-02-01")), encoding="utf-8")

    result = simulate(folder, "--runs", "2026-02-02..2026-02-04")

    assert len(answers(result)) == 1
    assert result.stderr.count("reachable") == 1


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--runs", "tomorrow", "is not a day"),
        ("--runs", "2026-02-03..2026-02-01", "ends before it begins"),
        ("--runs", "", "name a day"),
        ("--gates", "no-such", "is not known; known"),
        ("--policies", "missing.yaml", "cannot be read"),
        ("--ledger", "missing.jsonl", "cannot be read"),
    ],
)
def test_a_bad_option_is_one_line_on_standard_error_and_exit_code_2(
    folder: Path, option: str, value: str, said: str
) -> None:
    options: dict[str, object] = {
        "--policies": folder / "P.yaml",
        "--ledger": folder / "L.jsonl",
        "--runs": "2026-02-02",
        option: value,
    }

    result = dunning("simulate", *(word for pair in options.items() for word in pair))

    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr
    assert "Traceback" not in result.stderr


def test_bad_policies_are_told_with_their_lines(folder: Path) -> None:
    (folder / "P.yaml").write_text("policies:\n  - id: p\n    track: all\n", encoding="utf-8")

    result = simulate(folder, "--runs", "2026-02-02")

    assert result.exit_code == 2
    assert "P.yaml: line 3: track" in result.stderr


def test_bad_rows_of_a_ledger_stop_the_command_and_are_all_told(folder: Path) -> None:
    (folder / "L.jsonl").write_text('{"on":1}\n{\n', encoding="utf-8")

    result = simulate(folder, "--runs", "2026-02-02")

    assert (result.exit_code, result.stdout) == (2, "")
    assert "row 1" in result.stderr
    assert "row 2" in result.stderr


def test_bodies_that_the_ledger_refuses_are_told_after_the_lines(folder: Path) -> None:
    with (folder / "L.jsonl").open("a", encoding="utf-8") as file:
        file.write(
            "\n" + json.dumps({"on": "2026-01-02", "type": "reversal", "id": "r", "of": "x"})
        )

    result = simulate(folder, "--runs", "2026-02-02")

    assert result.exit_code == 2
    assert len(result.stdout.splitlines()) == 1
    assert "row 4" in result.stderr


def test_why_tells_the_timeline_and_why_not_on_a_day(folder: Path) -> None:
    where = ("--ledger", folder / "L.jsonl", "--policies", folder / "P.yaml")

    assert [x["kind"] for x in answers(dunning("why", "c1", *where))][-1] == "NOW"
    first = answers(dunning("why", "c1", *where, "--on", "2026-02-05"))[0]
    assert (first["reason"], first["reminded"]) == ("STEP_NOT_DUE", False)
    assert dunning("why", "nobody", *where).exit_code == 2
    assert dunning("why", "c1").exit_code == 2


def test_aging_is_one_line_per_bucket(folder: Path) -> None:
    lines = answers(
        dunning("report", "aging", "--ledger", folder / "L.jsonl", "--as-of", "2026-02-15")
    )

    assert lines[0] == {"currency": "EUR", "bucket": "not_due", "count": 1, "open": "100.00"}
    assert lines[4] == {"currency": "EUR", "bucket": "90+", "count": 0, "open": "0.00"}


@pytest.mark.parametrize("name", ["turnover", "agin"])
def test_a_report_that_is_not_made_names_those_that_are(folder: Path, name: str) -> None:
    result = dunning("report", name, "--ledger", folder / "L.jsonl", "--as-of", "2026-02-15")

    assert result.exit_code == 2
    assert "known: aging" in result.stderr


PARSED = [
    "file", "row", "type", "number", "customer", "customer_name", "email", "phone", "issue_date",
    "due_date", "currency", "total", "open", "language", "payment_reference",
]  # fmt: skip


def test_parse_says_what_documents_say(folder: Path) -> None:
    lines = answers(dunning("parse", folder / "L.jsonl"))

    assert list(lines[0])[: len(PARSED)] == PARSED
    assert (lines[0]["customer_name"], lines[0]["email"]) == ("Ada", "c1@example.com")
    assert (lines[0]["due_date"], lines[0]["total"], lines[0]["language"]) == (
        "2026-02-01",
        "100.00",
        "de",
    )


def test_parse_tells_bad_rows_among_the_good_ones(folder: Path) -> None:
    (folder / "a.csv").write_text(
        "number,customer,currency,issued,due,amount\nA,c,EUR,,,5\nB,c,EUR,,,x\n", encoding="utf-8"
    )

    good, bad = answers(dunning("parse", folder / "a.csv"))

    assert (good["due_date"], good["issue_date"], good["total"]) == ("", "", "5.00")
    assert (bad["row"], bad["column"], bad["code"]) == (3, "total", "bad_amount")
    assert set(bad) == {"file", "row", "column", "code", "message"}


def test_a_cell_that_is_not_there_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")

    result = dunning("tasks", "--cell", "us-east-1")

    assert result.exit_code == 2
    assert "duecourse-us-east-1-stateless" in result.stderr
