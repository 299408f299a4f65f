"""docs/contact-rules.md says what the rulesets hold: every rule, every doubt; its examples run."""

import json
import re
from pathlib import Path

from dunning.adapters.contact_rule_kinds import KINDS
from dunning.adapters.contact_rulesets import contact_ruleset, tenant_ruleset
from dunning.adapters.phone_numbers import phone_number
from dunning.domain.calendar import parse_instant
from dunning.domain.contact.evaluate import evaluate
from dunning.domain.contact.reading import read_attempt

PAGE = (Path(__file__).parents[2] / "docs/contact-rules.md").read_text(encoding="utf-8")
WORD = re.compile(r"[a-z][a-z0-9_]*")


def section(title: str) -> str:
    return PAGE.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]


def first_cells(text: str) -> set[str]:
    rows = [line.split("|")[1] for line in text.splitlines() if line.startswith("|")]
    return {word for row in rows for word in WORD.findall(row)}


def test_the_tables_name_every_rule_and_no_other() -> None:
    known = {rule.id for rule in contact_ruleset("standard").rules}
    named = {word for word in first_cells(section("Rulesets")) if "_" in word} | {"suppressed"}

    assert known - {"can_spam"} <= named | {"can_spam"}
    assert {word for word in named if word not in known} == set()
    assert known <= set(WORD.findall(section("Rulesets")))


def test_the_doubts_are_those_of_the_rules() -> None:
    unverified = {rule.id for rule in contact_ruleset("standard").rules if not rule.verified}

    assert first_cells(section("Not verified")) - {"rule"} == unverified


def test_the_kinds_are_those_that_are_read() -> None:
    assert first_cells(section("A tenant's own")) - {"kind"} == set(KINDS)


def test_the_tenants_file_is_read_and_tightens() -> None:
    (text,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    ruleset = tenant_ruleset(text)

    assert {one.rule for one in ruleset.overrides} == {"p_us_hours"}
    assert ruleset.rules[-1].id == "acme_fridays"


def test_the_attempt_is_read_and_waits_for_the_morning() -> None:
    (text,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    asked = read_attempt(json.loads(text), phone_number)
    assert asked.now is not None

    verdict = evaluate(asked.attempt, contact_ruleset("us-federal"), asked.now)
    assert verdict.until == parse_instant("2026-03-09T12:00:00Z")
