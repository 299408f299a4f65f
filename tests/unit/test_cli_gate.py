"""`dunning gate`: its answer, what it takes, and how it refuses."""

import json
from pathlib import Path
from typing import Any

import pytest
from dunning.entry.cli import app
from typer.testing import CliRunner, Result

from tests.unit.contacting import CALL, MAIL


def gate(tmp_path: Path, attempt: object, *more: str) -> Result:
    file = tmp_path / "attempt.json"
    file.write_text(attempt if isinstance(attempt, str) else json.dumps(attempt), encoding="utf-8")
    return CliRunner().invoke(app, ["gate", "--attempt", str(file), *more])


def answer(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.stderr
    (line,) = result.stdout.splitlines()
    found: dict[str, Any] = json.loads(line)
    return found


def test_it_says_decision_until_and_each_rule_with_code_and_source(tmp_path: Path) -> None:
    said = answer(gate(tmp_path, CALL | {"now": "2026-03-09T01:05:00Z"}, "--ruleset", "us-federal"))

    assert said["decision"] == "DEFER"
    assert said["until"] == "2026-03-09T12:00:00Z"
    (rule,) = said["rules"]
    assert rule["code"] == "regf_hours"
    assert rule["source"].startswith("12 CFR 1006.6(b)(1)")
    assert (rule["decision"], rule["until"]) == ("DEFER", "2026-03-09T12:00:00Z")
    assert (rule["policy"], rule["verified"]) == (False, True)
    assert said["ruleset"] == "us-federal@2026-11-22"
    assert said["tzdata"] >= "2026f"
    assert said["overrides"] == []


def test_nothing_that_is_forbidden_is_an_empty_list_and_no_instant(tmp_path: Path) -> None:
    said = answer(gate(tmp_path, MAIL | {"now": "2026-06-03T09:00:00+02:00"}))

    assert (said["decision"], said["until"], said["rules"]) == ("ALLOW", None, [])
    assert said["now"] == "2026-06-03T07:00:00Z"


def test_without_an_instant_it_is_asked_for_now(tmp_path: Path) -> None:
    assert answer(gate(tmp_path, MAIL))["now"] > "2026-01-01T00:00:00Z"


def test_it_reads_standard_input() -> None:
    attempt = json.dumps(MAIL | {"now": "2026-06-03T09:00:00Z"})
    result = CliRunner().invoke(app, ["gate", "--attempt", "-"], input=attempt)

    assert answer(result)["decision"] == "ALLOW"


def test_a_tenants_file_is_a_ruleset_and_its_override_stands_in_the_answer(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        'name = "acme"\nversion = "1"\n[[overrides]]\nrule = "p_us_hours"\nwho = "R. Roe"\n'
        'when = 2026-01-01\nwhy = "first party only"\n',
        encoding="utf-8",
    )
    night = MAIL | {"country": "US", "region": "NJ", "now": "2026-06-03T02:00:00Z"}

    assert answer(gate(tmp_path, night))["decision"] == "DEFER"
    said = answer(gate(tmp_path, night, "--ruleset", str(own)))
    assert said["decision"] == "ALLOW"
    assert said["overrides"] == [
        {
            "rule": "p_us_hours",
            "who": "R. Roe",
            "when": "2026-01-01",
            "why": "first party only",
            "until": None,
        }
    ]


def test_the_answer_repeats_no_address_and_no_number(tmp_path: Path) -> None:
    asked = CALL | {
        "now": "2026-03-09T01:05:00Z",
        "suppressions": [{"channel": "voice", "address": "+12125550100", "reason": "asked"}],
    }

    result = gate(tmp_path, asked)
    assert answer(result)["decision"] == "DENY"
    assert "2125550100" not in result.stdout


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"chanel": "voice"}, "did you mean 'channel'?"),
        ({"channel": ...}, "channel is missing"),
        ({"channel": "fax"}, "channel 'fax' is not known"),
        ({"now": "2026-06-03"}, "write it in UTC"),
        ({"now": "2026-06-03T09:00:00"}, "write it in UTC"),
        ({"now": 1}, "write it in UTC"),
        ({"phone": "12"}, "not a telephone number"),
        ({"phone": "030 1234567", "country": None}, "give its country"),
        ({"email": "a"}, "not an e-mail address"),
        ({"country": "Germany"}, "write two letters"),
        ({"time_zone": "Berlin"}, "not a time zone"),
        ({"customer_class": "person"}, "customer_class 'person' is not known"),
        ({"purpose": "sale"}, "purpose 'sale' is not known"),
        ({"first_party": "yes"}, "first_party is neither true nor false"),
        ({"bot": 1}, "bot is neither true nor false"),
        ({"consents": {}}, "consents is not a list"),
        ({"consents": [{"channel": "voice", "when": "x"}]}, "'consents[0].when' is not a field"),
        ({"history": [{"channel": "voice"}]}, "history[0].at is missing"),
        ({"history": [{"channel": "voice", "at": "noon"}]}, "history[0].at 'noon'"),
        ({"history": ["call"]}, "history[0] is not an object"),
        ({"holds": [{"until": "2026-06-01"}]}, "holds[0].kind is missing"),
        ({"holds": [{"kind": "cease", "until": "soon"}]}, "holds[0].until 'soon'"),
        ({"holds": [{"kind": "Cease!"}]}, "holds[0].kind"),
        ({"suppressions": [{"channel": "pigeon"}]}, "suppressions[0].channel 'pigeon'"),
        ({"line_type": "pager"}, "line_type 'pager' is not known"),
        ({"amount": "1,000"}, "amount: "),
        ({"amount": True}, "amount: "),
        ({"currency": "dollar"}, "currency: "),
        ({"days_overdue": "30"}, "days_overdue is not a whole number"),
        ({"inconvenient": [{"from": "8", "until": "12:00"}]}, "inconvenient[0].from '8'"),
        ({"inconvenient": [{"days": ["monday"]}]}, "inconvenient[0].days 'monday'"),
        ({"content": {"promo": True}}, "'content.promo' is not a field"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_the_field_and_exit_code_2(
    tmp_path: Path, changed: dict[str, Any], message: str
) -> None:
    asked = {key: value for key, value in (CALL | changed).items() if value is not ...}

    result = gate(tmp_path, asked)

    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "not JSON"),
        ("[]", "not an object"),
        ('{"channel": "email", "channel": "voice"}', "a key is there twice"),
        ("[" * 100_000, "nested deeper"),
    ],
)
def test_what_is_no_object_of_json_is_refused(tmp_path: Path, text: str, message: str) -> None:
    result = gate(tmp_path, text)

    assert result.exit_code == 2
    assert message in result.stderr


def test_a_ruleset_that_is_not_known_is_refused(tmp_path: Path) -> None:
    result = gate(tmp_path, MAIL, "--ruleset", "lenient")

    assert result.exit_code == 2
    assert "known: standard, us-federal" in result.stderr
