"""docs/own-wording.md: its examples are uploaded, taken, and said."""

import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from dunning.domain.own_wording import name_of
from dunning.entry.cli import app, cell
from typer.testing import CliRunner, Result

from infra.templates import built
from tests.unit.importing import CREDITOR, Cell

PAGE = (Path(__file__).parents[2] / "docs/own-wording.md").read_text(encoding="utf-8")
EXAMPLES = {
    found[1]: found[0]
    for found in re.findall(
        r"```\w+\n(\{?# config/northwind/wording/(\S+?)(?:\.toml)?(?: #\})?\n.*?)```", PAGE, re.S
    )
}
BUILT = ["--templates", str(built())]


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Cell:
    """A cell in memory that the commands find."""
    held = Cell()
    held.upload("creditor.json", json.dumps({"name": "Acme", "language": "en"}), "config")
    wiring = SimpleNamespace(rulebooks=held.settings, blobs=held.blobs)
    monkeypatch.setattr(cell, "wiring_of", lambda name: wiring)
    return held


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["wording", *arguments])


def rows(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_the_page_has_an_example_of_each_channel() -> None:
    assert set(EXAMPLES) == {"email/en", "voice/en", "email/en.html"}


@pytest.mark.parametrize("file", EXAMPLES)
def test_an_example_is_taken_when_it_is_uploaded(file: str, bucket: Cell) -> None:
    report = bucket.upload(name_of(file), EXAMPLES[file], "config")
    assert (report["accepted"], report["rejected"], report["errors"]) == (1, 0, [])


def test_an_example_is_previewed_before_and_after_it_is_uploaded(
    bucket: Cell, tmp_path: Path
) -> None:
    own = tmp_path / "own.toml"
    own.write_text(EXAMPLES["email/en"], encoding="utf-8")
    assert rows(run("check", str(own), "--file", "email/en", *BUILT))[0]["problems"] == 0
    (before,) = rows(run("preview", "--own", str(own), "--file", "email/en", *BUILT))
    bucket.upload(name_of("email/en"), EXAMPLES["email/en"], "config")
    (after,) = rows(run("preview", "--cell", "c", "--file", "email/en", *BUILT))
    assert "Just a line from Galway" in before["text"]
    assert re.search(r"Settle .{0,4}[\d,.]+.{0,4} now", before["text"])
    assert re.search(r"Settle .{0,4}[\d,.]+.{0,4} now", before["html"])
    assert before["text"] == after["text"]


def test_blocks_are_previewed_beside_the_words_and_taken_back(bucket: Cell) -> None:
    file, text = "email/en.html", EXAMPLES["email/en.html"]
    bucket.upload(name_of(file), text, "config")
    (said,) = rows(run("preview", "--cell", "c", "--file", file, *BUILT))
    assert "It is about these parcels:" in said["html"]
    assert "on the road since 1911" in said["html"]
    assert "parcels" not in said["text"]
    assert re.fullmatch(r"first-\d+\+h\d+-en-friendly", said["template"])
    assert run("show", "--file", file, "--cell", "c").stdout == text
    rows(run("rollback", "--file", file, "--to", "0", "--cell", "c", *BUILT))
    assert taken(bucket, name_of(file)) == {file: 2}
    (plain,) = rows(run("preview", "--cell", "c", "--file", file, *BUILT))
    assert "parcels" not in plain["html"]


def test_a_call_is_previewed_in_its_own_words(bucket: Cell) -> None:
    bucket.upload(name_of("voice/en"), EXAMPLES["voice/en"], "config")
    (said,) = rows(run("preview", "--cell", "c", "--file", "voice/en", *BUILT))
    assert "If you have just paid: thank you." in said["text"]
    assert said["speech"].startswith("<speak>")


def test_versions_are_listed_shown_and_taken_back(bucket: Cell) -> None:
    first = EXAMPLES["email/en"]
    name = name_of("email/en")
    bucket.upload(name, first, "config")
    bucket.upload(name, first.replace("Galway", "Cork"), "config")
    found = rows(run("list", "--cell", "c"))
    assert [(one["file"], one["version"], one["holds"]) for one in found] == [
        ("email/en", 2, True),
        ("email/en", 1, False),
    ]
    assert [one["upload"] for one in found] == ["v3", "v2"]
    assert run("show", "--file", "email/en", "--version", "1", "--cell", "c").stdout == first
    back = ("rollback", "--file", "email/en", "--cell", "c", *BUILT)
    assert rows(run(*back, "--to", "1"))[0]["before"] == 2
    assert taken(bucket, name) == {"email/en": 3}
    assert run("show", "--file", "email/en", "--cell", "c").stdout == first
    rows(run(*back, "--to", "0"))
    assert taken(bucket, name) == {"email/en": 4}
    (plain,) = rows(run("preview", "--cell", "c", "--file", "email/en", *BUILT))
    assert "Galway" not in plain["text"]


def taken(bucket: Cell, name: str) -> dict[str, int]:
    """The bucket tells of the file that the command wrote."""
    key = f"config/{CREDITOR}/{name}"
    bucket.upload(name, bucket.blobs.files[key], "config")
    book = bucket.settings.rulebook(CREDITOR)
    assert book is not None
    return dict(book.wording.versions)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("show", "--file", "email/en", "--cell", "c"), "no file"),
        (("rollback", "--file", "email/en", "--to", "0", "--cell", "c"), "nothing to take back"),
        (("preview", "--file", "email/en"), "--own"),
        (("preview", "--file", "voice/en", "--cell", "c", "--template", "thanks"), "not one"),
    ],
)
def test_what_cannot_be_answered_says_why(
    arguments: tuple[str, ...], said: str, bucket: Cell
) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert said in result.stderr


def test_a_file_with_problems_is_told_line_by_line(bucket: Cell, tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[labels]\nwrnog = "x"\nwrong = "<i>"\n', encoding="utf-8")
    result = run("check", str(own), "--file", "email/en", *BUILT)
    assert result.exit_code == 2
    assert "email/en: line 2: labels.wrnog" in result.stderr
    assert "email/en: line 3: labels.wrong" in result.stderr
    unknown = run("check", str(own), "--file", "email/xx", *BUILT)
    assert unknown.exit_code == 2
    assert "did you mean 'email/" in unknown.stderr
