"""`dunning render`: what it prints of the account in the docs, and how it refuses."""

import json
from pathlib import Path
from typing import Any

import pytest
from dunning.domain.wordings import SPOKEN, WORDINGS
from dunning.entry.cli import app
from typer.testing import CliRunner, Result

from infra.templates import built

ACCOUNT = Path(__file__).parents[2] / "docs/examples/account.json"
BUILT = str(built())


def render(account: object, *more: str) -> Result:
    text = json.dumps(account)
    given = ["render", "--account", "-", "--templates", BUILT, *more]
    return CliRunner().invoke(app, given, input=text)


def sample(**changed: Any) -> dict[str, Any]:
    whole = json.loads(ACCOUNT.read_text(encoding="utf-8"))
    return {key: value for key, value in {**whole, **changed}.items() if value is not None}


def answer(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.stderr
    (line,) = result.stdout.splitlines()
    found: dict[str, Any] = json.loads(line)
    return found


@pytest.mark.parametrize("wording", WORDINGS)
def test_every_wording_is_shown_of_the_account_in_the_docs(wording: str) -> None:
    said = answer(render(sample(), "--template", wording, "--tone", "formal"))
    assert said["template"].startswith(f"{wording}-")
    assert said["template"].endswith("-en-formal")
    assert said["subject"]
    assert "Northwind Traders" in said["text"]
    assert said["html"].startswith("<!doctype html>")


@pytest.mark.parametrize("wording", SPOKEN)
def test_a_call_is_shown_as_speech_and_as_text(wording: str) -> None:
    said = answer(render(sample(), "--template", wording, "--channel", "voice"))
    assert said["speech"].startswith("<speak>")
    assert "automated assistant of Northwind Traders" in said["text"]
    assert (said["language"], said["voice"], said["limited"]) == ("en-GB", "AMY", False)


def test_what_a_stranger_may_hear_is_shown_for_a_natural_person() -> None:
    customer = {**sample()["customer"], "class": "consumer"}
    result = render(sample(customer=customer), "--channel", "voice")
    said = answer(result)
    assert said["limited"]
    assert "€" not in said["text"]
    assert "NW-1042" not in said["text"]
    assert "natural person" in result.stderr
    full = answer(render(sample(customer=customer), "--channel", "voice", "--no-limited"))
    assert not full["limited"]


def test_the_figures_of_the_account_are_in_the_message() -> None:
    text = answer(render(sample(), "--template", "last", "--tone", "formal"))["text"]
    # 1190.00 + (400.00 - 100.00) + 486.50 open, 7.50 and 13.38 charged
    assert "Total to pay: €1,997.38" in text
    assert "€86.50 already paid or credited; €100.00 taken from your credit" in text
    assert "by 7 December 2026, we will hand the matter over to a collection agency" in text


def test_links_are_buttons_and_no_links_are_none() -> None:
    assert "https://pay.northwind.example/p/3fK9" in answer(render(sample()))["text"]
    bare = answer(render(sample(links=None)))
    assert "pay.northwind.example" not in bare["text"] + bare["html"]
    assert "Simply reply to this e-mail" in bare["text"]


@pytest.mark.parametrize(
    ("changed", "more", "says"),
    [
        (
            {},
            ["--template", "frist"],
            "--template: 'frist' is not one; there are before_due, first",
        ),
        ({}, ["--tone", "rude"], "--tone: 'rude' is not one"),
        ({}, ["--channel", "fax"], "--channel: 'fax' is not one"),
        ({}, ["--template", "thanks", "--channel", "voice"], "thanks is not told by a call"),
        ({"plan": None}, ["--template", "plan_offer"], "tells of what is under plan"),
        ({"items": []}, [], "items is missing"),
        ({"items": [{"invoice": "A", "due": "2026-11-01", "amount": "ten"}]}, [], "items.1.amount"),
        ({"customer": None}, [], "customer is missing"),
        ({"costumer": {}}, [], "'costumer' is not a field"),
    ],
)
def test_what_cannot_be_shown_is_said(changed: dict[str, Any], more: list[str], says: str) -> None:
    result = render(sample(**changed), *more)
    assert result.exit_code == 2
    assert says in result.stderr
    assert result.stdout == ""


def test_templates_that_are_not_built_are_asked_for(tmp_path: Path) -> None:
    given = ["render", "--account", str(ACCOUNT), "--templates", str(tmp_path)]
    result = CliRunner().invoke(app, given)
    assert result.exit_code == 2
    assert "make templates" in result.stderr


def test_without_a_folder_it_reads_what_was_built_last() -> None:
    result = CliRunner().invoke(app, ["render", "--account", str(ACCOUNT)])
    assert answer(result)["template"] == "first-3-en-friendly"


def test_a_text_is_printed_with_the_parts_that_it_takes() -> None:
    said = answer(render(sample(), "--template", "last", "--tone", "formal", "--channel", "sms"))
    assert said["template"] == "sms-last-2-en-formal"
    assert said["parts"] in (1, 2)
    assert "{" not in str(said["text"])
    told = answer(render(sample(), "--template", "thanks", "--channel", "sms"))
    assert str(told["template"]) == "sms-thanks-2-en-friendly"
