"""What the contact rules had to do with it: the codes of a plan explained one by one, and under
which versions an attempt was allowed. The wording of a rule is its ruleset's.
"""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dunning.domain import reasons
from dunning.domain.account import Plan
from dunning.domain.contact.ruleset_gates import RulesetGates
from dunning.domain.contact.telling import told
from dunning.domain.contact.under import under
from dunning.domain.gates import ALLOW, Gates
from dunning.domain.policy import Rulebook

Output = dict[str, Any]
BY_RULES = frozenset({reasons.DEFERRED, reasons.CHANNEL_DENIED, reasons.CONTACT_REVIEW})
"""Reasons whose detail is codes of contact rules."""


@dataclass(frozen=True, slots=True)
class ContactTold:
    """The rules of one creditor, to explain by. `source_of`: a version of its own rules."""

    gates: Gates
    rulebook: Rulebook | None = None
    source_of: Callable[[int], str | None] = lambda version: None

    def codes(self, reason: str, detail: str) -> list[Output]:
        """Each code of a plan with its sentence and source; none for other reasons."""
        gates, rulebook = self.gates, self.rulebook
        if reason not in BY_RULES or rulebook is None or not isinstance(gates, RulesetGates):
            return []
        found = (
            told(gates, rulebook.creditor, rulebook.own, code) for code in detail.split(",") if code
        )
        return [dict(one._asdict()) for one in found]

    def plan(self, plan: Plan) -> Output:
        """What is added to a plan that the contact rules made."""
        codes = self.codes(plan.reason, plan.detail)
        return {"contact_rules": codes} if codes else {}

    def attempt(self, ruleset: str) -> Output:
        """By which rules an attempt was allowed, as its record keeps it."""
        found = under(ruleset)
        if found is None:
            return {}
        name, version, overrides = found.name, found.version, set(found.overrides)
        own = self._own(found.own)
        if own:
            name, version = str(own.get("name")), f"{own.get('version')} on {found.version}"
        signed: dict[str, Any] = {one["rule"]: one for one in own.get("overrides", ())}
        overrides |= set(signed) if found.own and not found.overrides else set()
        said = [f"allowed by {name} {version}", f"tzdata {found.time_zones}"]
        rows: list[Output] = []
        for rule in sorted(overrides):
            one = signed.get(rule, {})
            row: Output = {"rule": rule, "who": one.get("who"), "why": one.get("why")}
            rows.append(row | {"when": str(one["when"]) if "when" in one else None})
            said.append(f"override {rule}" + (f" by {one['who']}" if "who" in one else ""))
        return {
            "decision": ALLOW,
            "ruleset": name,
            "ruleset_version": version,
            "own_version": found.own or None,
            "tzdata": found.time_zones,
            "overrides": rows,
            "sentence": ", ".join(said[:2]) + "".join(f"; {one}" for one in said[2:]),
        }

    def _own(self, version: int) -> dict[str, Any]:
        source = self.source_of(version) if version else None
        if source is None:
            return {}
        try:
            return tomllib.loads(source)
        except tomllib.TOMLDecodeError:
            return {}
