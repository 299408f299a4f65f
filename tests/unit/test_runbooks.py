"""The commands of the runbooks are those of the command line: whoever is woken copies them."""

import re
from pathlib import Path

import typer
from dunning.entry.cli import app

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "runbooks.md").read_text(encoding="utf-8")
WRITTEN = re.compile(r"([^\s`]*)\bdunning ((?:tasks|redrive|settle|replan|why)\b[^`\n#]*)")


def test_every_command_is_found_from_the_project_s_folder_and_has_the_options_it_names() -> None:
    known = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    found = WRITTEN.findall(TEXT)
    assert {rest.split()[0] for _, rest in found} == {"tasks", "redrive", "settle", "replan"}
    for before, rest in found:
        assert before == ".venv/bin/", rest
        name, *words = rest.split()
        options = {name for one in known[name].params for name in one.opts}
        assert {word for word in words if word.startswith("--")} <= options, rest
        assert "--cell" in words, rest


def test_a_command_about_one_customer_names_the_creditor_too() -> None:
    settles = [rest for _, rest in WRITTEN.findall(TEXT) if rest.startswith("settle")]
    assert settles
    assert all("--creditor" in rest for rest in settles)


def test_bounces_and_complaints_are_never_purged() -> None:
    section = TEXT.partition("## Something is in a dead-letter queue")[2].partition("\n## ")[0]
    assert section.index("start-message-move-task") < section.index("purged")
    assert re.search(r"\*feedback\*[^*]*\*\*never purge these\*\*", section)
