"""Counts duplicates and losses from the gate's log and from what a simulation expects.
Shares no code with the product's use cases: it imports nothing of `dunning`.
"""

import base64
import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

Request = Mapping[str, Any]
"""One line of the gate's log."""
FAILURES = frozenset({"bounce", "reject", "busy", "no_answer", "unreached"})
"""What the gate does to an accepted attempt that gives its notice the right to another."""


@dataclass(frozen=True)
class Advanced:
    """What one accepted message advanced: an item of an account's invoice, to a level."""

    account: str
    invoice: str
    item: int
    level: int
    repeat: int = 0


def with_items(log: Iterable[Request], told: Mapping[tuple[str, str], str]) -> list[dict[str, Any]]:
    """The log with the items of calls and letters, beside which there is room for no more than a
    digest of them: `told` gives what the ledger says of an account's notice, and it counts where
    the digest of that is the one that was heard. One that says something else advances nothing."""
    found = []
    for request in log:
        row = dict(request)
        if row["channel"] in ("voice", "letter"):
            text = told.get((str(row["account"]), str(row["notice"])), "")
            row["items"] = text if row.get("items") == digest(text) else ""
        found.append(row)
    return found


def digest(items: str) -> str:
    """Sixteen characters for what a notice advances."""
    return base64.b32encode(hashlib.sha256(items.encode()).digest()).decode()[:16]


def advanced_by(request: Request) -> list[Advanced]:
    """The items a request's header names, "invoice/item/level/repeat" percent-encoded."""
    found = []
    for entry in filter(None, str(request.get("items") or "").split(",")):
        invoice, item, level, repeat = entry.strip().split("/")
        found.append(
            Advanced(str(request["account"]), unquote(invoice), int(item), int(level), int(repeat))
        )
    return found


def find_duplicates(log: Iterable[Request]) -> list[str]:
    """Accepted requests beyond one per account, notice, channel and attempt; attempts whose
    predecessor was accepted and has not failed; items advanced to one level by two notices."""
    accepted: dict[tuple[str, str, str, int], int] = defaultdict(int)
    attempts: dict[tuple[str, str], dict[int, bool]] = defaultdict(dict)
    notices: dict[Advanced, set[str]] = defaultdict(set)
    for request in log:
        if not request["accepted"]:
            continue
        account, notice = str(request["account"]), str(request["notice"])
        attempt = int(request["attempt"])
        accepted[(account, notice, str(request["channel"]), attempt)] += 1
        attempts[(account, notice)][attempt] = request.get("failed_by") in FAILURES
        for advanced in advanced_by(request):
            notices[advanced].add(notice)
    found = [
        f"{count} requests of one attempt: account {key[0]}, notice {key[1]}, {key[2]} {key[3]}"
        for key, count in accepted.items()
        if count > 1
    ]
    for (account, notice), made in attempts.items():
        found += [
            f"attempt {attempt} of notice {notice} of {account}, whose predecessor had not failed"
            for attempt in made
            if attempt > 1 and made.get(attempt - 1) is False
        ]
    found += [
        f"{advanced} by {len(by)} notices: {', '.join(sorted(by))}"
        for advanced, by in notices.items()
        if len(by) > 1
    ]
    return found


def find_lost(
    expected: Iterable[Mapping[str, Any]],
    log: Iterable[Request],
    account_of: Mapping[str, str],
    explained: Mapping[Advanced, str],
    held_back: Callable[[Mapping[str, Any]], str | None],
) -> list[str]:
    """Lines of a simulation that no accepted message and no recorded reason answers.

    `account_of` gives the tag of a customer's account; `explained` what the ledger's own history
    says of an item and level that no message carries (an unknown send, a refusal); `held_back` the
    reason recorded for a line's account on its day, where that reason stops every message."""
    carried = {
        advanced for request in log if request["accepted"] for advanced in advanced_by(request)
    }
    lost = []
    for line in expected:
        wanted = Advanced(
            account_of[line["customer"]], line["invoice"], int(line["item"]), int(line["level"])
        )
        if wanted not in carried and wanted not in explained and not held_back(line):
            lost.append(
                f"{line['run']}: {line['customer']}, {line['invoice']}/{line['item']},"
                f" level {line['level']}"
            )
    return lost
