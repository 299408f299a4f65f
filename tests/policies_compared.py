"""Three policies over a real ledger, compared: `python -m tests.policies_compared` writes the page.
The ledger is the IBM one (tests/ibm_ledger.py); figures and sentences come from the simulation.
"""

import sys
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from dunning.adapters.formats.files import FilesByName
from dunning.adapters.formats.source import BytesSource
from dunning.domain.gates import OpenGates
from dunning.domain.policy_file import read_policies
from dunning.entry.offline import stage
from dunning.service.ledger_file import LedgerFile, read_ledger
from dunning.service.simulate import days_between
from dunning.service.simulations import Asked, PolicySet, Simulations

from tests import ibm_ledger as ibm

PAGE = Path(__file__).resolve().parents[1] / "docs/decisions/policies-compared.md"
DAYS = tuple(days_between(date(2013, 1, 1), ibm.AS_OF))

POLICIES = {
    "by item": """\
policies:
  - id: by-item
    grace: {days: 3}
    max_notices: 3
    min_interval: {days: 5}
    ladder:
      - {level: 1, after_due: {days: 5}, channels: [email], tone: friendly}
      - {level: 2, after_due: {days: 15}, channels: [email], tone: persuasive}
      - {level: 3, after_previous: {days: 10}, channels: [email], tone: formal}
""",
    "early word": """\
policies:
  - id: early-word
    grace: {days: 3}
    max_notices: 4
    min_interval: {days: 5}
    ladder:
      - {level: 1, after_due: {days: -3}, channels: [email], tone: friendly}
      - {level: 2, after_due: {days: 5}, channels: [email], tone: friendly}
      - {level: 3, after_due: {days: 15}, channels: [email], tone: persuasive}
      - {level: 4, after_previous: {days: 10}, channels: [email], tone: formal}
""",
    "by account": """\
policies:
  - id: by-account
    track: account
    grace: {days: 5}
    minimum: {amount: {USD: "50.00"}}
    max_notices: 4
    min_interval: {weeks: 2}
    ladder:
      - {level: 1, after_due: {days: 10}, channels: [email], tone: friendly}
      - {level: 2, after_previous: {weeks: 2}, channels: [email], tone: formal}
""",
}


def ledger() -> LedgerFile:
    """The whole ledger, with every payment on its day. Raises FileNotFoundError."""
    source = ibm.rows()
    whole = LedgerFile()
    for name, body in {
        "customers.csv": ibm.customers_csv(source),
        "invoices.csv": ibm.invoices_csv(source),
        "payments.csv": ibm.payments_csv(
            [row for row in source if row.issued <= ibm.AS_OF], ibm.AS_OF
        ),
    }.items():
        rows = FilesByName().rows(name, BytesSource(body)).rows
        whole.bodies += read_ledger(rows, on=date(2012, 1, 1)).bodies
    whole.bodies.sort(key=lambda one: one.body.on)
    return whole


def figures() -> tuple[dict[str, dict[str, Any]], dict[str, dict[str, Any]]]:
    """Summaries by name, and comparisons with the first by the name of the other."""
    sets = tuple(PolicySet(name, read_policies(text), text) for name, text in POLICIES.items())
    asked = Asked(ledger(), sets, DAYS, OpenGates())
    summaries, comparisons = {}, {}
    for line in Simulations(stage).run(asked):
        if "summary" in line:
            summaries[str(line["summary"])] = line
        elif "comparison" in line:
            names = line["comparison"]
            assert isinstance(names, list)
            comparisons[str(names[1])] = line
    return summaries, comparisons


CHANGES = ("earlier", "later", "more", "less", "only_second", "only_first", "same")


def page() -> str:
    """The page as it stands in the docs."""
    summaries, comparisons = figures()
    names = list(summaries)
    lines = [
        "# Three policies over a real ledger",
        "",
        "Made by `python -m tests.policies_compared`: what three policies would have sent in the",
        f"first half of 2013 ({len(DAYS)} daily runs) over the IBM late-payment histories, every",
        "payment on the day on which it came (a replay cannot know who would have paid sooner for",
        "being reminded). The same comes of `dunning simulate --compare`, two policies at a time.",
        "",
        *_row("", *names),
        "|---" * (len(names) + 1) + "|",
    ]
    for title, figure in ROWS:
        lines += _row(title, *(figure(summaries[name]) for name in names))
    lines += ["", f"Against *{names[0]}*, due items that are told of:", ""]
    lines += [*_row("", *names[1:]), "|---" * len(names) + "|"]
    for change in CHANGES:
        counts = (comparisons[name]["items"][change] for name in names[1:])
        lines += _row(change.replace("_second", " here").replace("_first", " there"), *counts)
    lines += ["", "## What finance learns", ""]
    for name, said in _lessons(summaries, comparisons).items():
        lines += [f"- *{name}*: {said}"]
    lines += ["", "## The policies", ""]
    for text in POLICIES.values():
        lines += ["```yaml", text.rstrip(), "```", ""]
    return "\n".join(lines).rstrip() + "\n"


def _lessons(
    summaries: Mapping[str, Mapping[str, Any]], comparisons: Mapping[str, Mapping[str, Any]]
) -> dict[str, str]:
    item, account = summaries["by item"], summaries["by account"]
    sooner, fewer = comparisons["early word"], comparisons["by account"]
    first = item["items_by_level"]
    held = {one["reason"]: one["item_runs"] for one in item["held_back"]}
    waited = first.get("1", 0) - first.get("2", 0)
    return {
        "by item": (
            f"of {first.get('1', 0)} items that got a first notice, {waited} had no second: paid"
            f" or disputed before it, or too young for it at the end. Disputes held past-due items"
            f" for {held.get('DISPUTED', 0)} item days, the steps themselves for"
            f" {held.get('STEP_NOT_DUE', 0)}: settling disputes would bring more than another"
            " ladder. (The data tells no end of a dispute but the payment.)"
        ),
        "early word": (
            f"a word three days before the due day tells of {sooner['items']['only_second']} items"
            f" that *by item* never had to mention, for {sooner['notices']['more']} notices more;"
            " it pays only if it also brings money in sooner, which a replay cannot show: try it on"
            " one segment first."
        ),
        "by account": (
            f"one voice an account and a minimum of 50 dollars say the same in {account['notices']}"
            f" notices in place of {item['notices']}; the price is that {_unheard(fewer)} items"
            " are paid, or still open, without having been named in a notice."
        ),
    }


def _unheard(one: Mapping[str, Any]) -> int:
    return int(one["items"]["only_first"])


def _reached(one: Mapping[str, Any]) -> str:
    return f"{one['reached']} of {one['customers']}"


def _levels(one: Mapping[str, Any]) -> str:
    return ", ".join(f"{level}: {count}" for level, count in one["items_by_level"].items())


def _late(one: Mapping[str, Any]) -> str:
    late = one["days_late_at_first_notice"]
    return f"{late['least']}, {late['median']}, {late['most']}"


def _held(one: Mapping[str, Any]) -> str:
    return ", ".join(f"{held['reason']} {held['item_runs']}" for held in one["held_back"][:3])


def _row(*cells: object) -> list[str]:
    return ["| " + " | ".join(str(cell) for cell in cells) + " |"]


ROWS: tuple[tuple[str, Callable[[Mapping[str, Any]], object]], ...] = (
    ("Notices", lambda one: one["notices"]),
    ("Customers who heard, of all who heard or owed past a due day", _reached),
    ("Contacts a customer, on average", lambda one: one["contacts_per_customer"]["mean"]),
    ("Contacts of who heard most", lambda one: one["contacts_per_customer"]["most"]),
    ("Due items told of", lambda one: one["items"]),
    ("By level", _levels),
    ("Days late at the first notice (least, median, most)", _late),
    ("Held past-due items back most, item by day", _held),
)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"written: {PAGE}\n")
