"""How the commands speak: JSON Lines on standard output, errors on standard error, exit code 2.
No command lives here.
"""

import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from dunning.domain.intake.mapping import MappingFileError
from dunning.domain.intake.understood import BODIES
from dunning.domain.ledger import LedgerError
from dunning.domain.policy import Policy
from dunning.domain.policy_file import read_policy_file
from dunning.domain.policy_nodes import PolicyFileError
from dunning.entry.offline import CALENDARS, rows_of
from dunning.service.ledger_file import LedgerFile, read_ledger
from dunning.service.ports import FileRows
from dunning.service.simulate import days_between

MOST_RUNS = 20_000
STDIN = "-"
MappingOption = Annotated[
    Path | None,
    typer.Option("--mapping", help="Answers about the file's layout (YAML), where it asks."),
]
SkipOption = Annotated[
    bool,
    typer.Option(
        "--skip-bad",
        help="Answer without the rows that cannot be taken: told on standard error, exit code 0.",
    ),
]
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")


def lines(rows: Iterable[Mapping[str, object]]) -> None:
    """Each row as one line of JSON."""
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    write = sys.stdout.write
    for row in rows:
        write(encode(row) + "\n")
    sys.stdout.flush()


def say(message: str) -> None:
    """One line for the person, apart from the answer."""
    Console(stderr=True, soft_wrap=True, highlight=False, markup=False).print(message)


def fail(*messages: str) -> NoReturn:
    """Stop with what is wrong, one line each."""
    for message in messages:
        say(f"dunning: {message}")
    raise typer.Exit(2)


def day(text: str, option: str) -> date:
    """A day as the option gives it."""
    try:
        if _DAY.match(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    fail(f"{option}: {text!r} is not a day; write it as 2026-11-22")


def run_days(text: str) -> list[date]:
    """The days of --runs: a list, in which D1..D2 stands for every day from D1 to D2."""
    days: set[date] = set()
    for part in filter(None, (one.strip() for one in text.split(","))):
        first, dots, last = part.partition("..")
        start = day(first, "--runs")
        end = day(last, "--runs") if dots else start
        if end < start or (end - start).days > MOST_RUNS:
            fail(f"--runs: {part!r} ends before it begins, or is longer than {MOST_RUNS} days")
        days.update(days_between(start, end))
    if not days:
        fail("--runs: name a day or more, as 2026-11-22,2026-11-29 or 2026-11-01..2026-11-30")
    return sorted(days)


def policies_of(path: Path) -> tuple[tuple[Policy, ...], str]:
    """The policies of a file, and its text."""
    text = text_of(path, "--policies")
    try:
        file = read_policy_file(text, CALENDARS)
    except PolicyFileError as error:
        fail(*(f"{path.name}: {problem}" for problem in error.problems))
    for warning in file.warnings:
        say(f"dunning: {path.name}: {warning} (a warning)")
    return file.policies, text


def file_rows(
    path: Path, mapping: Path | None, option: str = "", on: date | None = None
) -> FileRows:
    """The rows of a file on disk, with the answers of a mapping file."""
    said = f"{option}: " if option else ""
    try:
        return rows_of(path, on, mapping)
    except MappingFileError as error:
        fail(*(f"--mapping: {mapping}: {problem}" for problem in error.problems))
    except UnicodeDecodeError:
        fail(f"--mapping: {mapping} is not UTF-8 text; save it so")
    except OSError as error:
        if mapping is not None and error.filename == str(mapping):
            fail(f"--mapping: {mapping} cannot be read ({error.strerror})")
        fail(f"{said}{path} cannot be read ({error.strerror})")


def ledger_of(
    path: Path,
    mapping: Path | None = None,
    on: date | None = None,
    *,
    skip_bad: bool = False,
) -> LedgerFile:
    """The bodies of a ledger file, in any format that is taken; any row that cannot be read stops
    the command, unless bad ones are skipped and good ones are left. `on` is the day of documents
    that state none."""
    rows = file_rows(path, mapping, "--ledger", on)
    try:
        # Bodies say their own days, or are of the day of an upload, which there is none of here.
        day = on if not rows.dated and rows.understood.holds != BODIES else None
        file = read_ledger(rows.rows, day, rows.understood)
    except OSError as error:
        fail(f"--ledger: {path} cannot be read ({error.strerror})")
    tell(path, file.problems, skip_bad=skip_bad and bool(file.bodies))
    for note in dict.fromkeys(file.notes):
        say(f"dunning: {path.name}: {note}")
    return file


def tell(
    path: Path, problems: Sequence[tuple[int, LedgerError]], *, skip_bad: bool = False
) -> None:
    """Say what is wrong with which rows; unless these are skipped, that is the end."""
    said = [problem(path, row, error) for row, error in problems]
    if said and not skip_bad:
        fail(*said)
    for one in said:
        say(f"dunning: {one}; skipped")


def problem(path: Path, row: int, error: LedgerError) -> str:
    """A bad row as a sentence."""
    return f"{path.name}: row {row}: {error} ({error.code})"


def text_of(path: Path, option: str) -> str:
    """The text of a file that an option names."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        fail(f"{option}: {path} cannot be read ({error.strerror})")
    except UnicodeDecodeError:
        fail(f"{option}: {path} is not UTF-8 text; save it so")


def object_of(path: str, option: str) -> object:
    """The one JSON value of a file (- is standard input). Numbers keep the digits that they are
    written with."""
    try:
        text = sys.stdin.read() if path == STDIN else Path(path).read_text(encoding="utf-8-sig")
        return json.loads(text, parse_float=Decimal, object_pairs_hook=_once)
    except OSError as error:
        fail(f"{option}: {path} cannot be read ({error.strerror})")
    except UnicodeDecodeError:
        fail(f"{option}: {path} is not UTF-8 text; save it so")
    except RecursionError:
        fail(f"{option}: {path} is nested deeper than anything that is taken")
    except ValueError as error:
        fail(f"{option}: {path} is not JSON ({error})")


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key is there twice; of two answers none can be believed")
    return found
