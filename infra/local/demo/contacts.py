"""The table of contacts that the rules put off or denied, from the cell's own records: which rule,
until when, and what it says. Nothing is judged here but the holds, by the product's own check.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from dunning.adapters.dynamodb import keys
from dunning.domain.account import Plan
from dunning.domain.calendar import iso_instant, parse_instant
from dunning.domain.contact.ruleset_gates import RulesetGates
from dunning.domain.contact.telling import told
from dunning.domain.gates import DEFER, DENY
from dunning.domain.history import Record
from dunning.domain.policy import Rulebook
from dunning.domain.reasons import CHANNEL_DENIED, DEFERRED
from dunning.service.account_check import AccountCheck

from infra.local.demo.reading import Reader
from infra.local.demo.ruled import LEGAL

COLUMNS = ("customer", "decision", "since", "until", "code", "in words", "source")
_DECISIONS = {DEFERRED: DEFER, CHANNEL_DENIED: DENY}
Row = tuple[str, str, str, str, str, str, str]


def rows(
    reader: Reader,
    creditor: str,
    rulebook: Rulebook,
    gates: RulesetGates,
    histories: Mapping[str, Sequence[Record]],
    bodies: Iterable[Mapping[str, Any]],
) -> list[Row]:
    """One row for each customer and rule: the first time that it spoke."""
    found: dict[tuple[str, str, str], Row] = {}
    for account, records in histories.items():
        head = reader.head(creditor, account)
        plans = [record.ended for record in records] + ([head.plan] if head else [])
        for row in _of_plans(keys.customer_key_of(account), plans, rulebook, gates):
            found.setdefault((row[0], row[1], row[4]), row)
    for row in _of_holds(reader, creditor, rulebook, gates, bodies):
        found.setdefault((row[0], row[1], row[4]), row)
    return sorted(found.values())


def _of_plans(
    customer: str, plans: Iterable[Plan], rulebook: Rulebook, gates: RulesetGates
) -> Iterator[Row]:
    for plan in plans:
        decision = _DECISIONS.get(plan.reason)
        if decision is None:
            continue
        until = "" if plan.at is None else iso_instant(plan.at)
        for code in plan.detail.split(","):
            one = told(gates, rulebook.creditor, rulebook.own, code)
            yield customer, decision, iso_instant(plan.since), until, code, one.says, one.source


def _of_holds(
    reader: Reader,
    creditor: str,
    rulebook: Rulebook,
    gates: RulesetGates,
    bodies: Iterable[Mapping[str, Any]],
) -> Iterator[Row]:
    """A hold of a person stops an account before any rule is asked: what the rules would have said
    on the day after is asked for the table."""
    check = AccountCheck(reader.ledger, gates)
    for body in bodies:
        if body.get("type") != "hold" or body.get("kind") not in LEGAL:
            continue
        since = f"{body['on']}T12:00:00Z"
        at = parse_instant(since) + int(timedelta(days=1).total_seconds())
        answer = check(creditor, body["customer"], rulebook, at)
        for rule in answer["rules"] if answer else ():
            until = str(body.get("until") or rule["until"] or "")
            code, says, source = rule["code"], rule["says"], rule["source"]
            yield body["customer"], rule["decision"], since, until, code, says, source
