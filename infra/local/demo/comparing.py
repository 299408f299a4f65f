"""Whether the deployed stacks told what a simulation tells: line by line, but for ids of notices.
The deployed side is read from the accounts' own histories; nothing is decided here.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

from dunning.domain import history
from dunning.domain.calendar import local_day
from dunning.domain.creditor import Creditor
from dunning.domain.history import Attempt, Record
from dunning.domain.identity import account_tag, notice_id
from dunning.domain.money import format_amount
from dunning.domain.notice import telling_entry
from dunning.service.ports import Ledger

COMPARED = (
    "run", "creditor", "customer", "currency", "invoice", "item", "due", "level", "channel",
    "open", "fee", "interest",
)  # fmt: skip
"""What a line says, but for the notice's id, and for sums of what is compared."""
COMPARED_BESIDE = ("run", "creditor", "customer", "currency", "tells", "channel", "tone")
"""The same of a line of what is told beside the ladder."""
LEFT = frozenset({history.SENT, history.UNKNOWN, history.REJECTED})
"""Outcomes of attempts that were made: a simulation prints the line of a notice at its first."""

GATE_OUTCOMES = {
    "bounce": "bounced",
    "complaint": "complained",
    "reject": "rejected",
    "busy": "busy",
    "no_answer": "no_answer",
    "unreached": "unreached",
}


def feedback_bodies(
    log: Iterable[Mapping[str, Any]], day_of: Mapping[int, str], customers: Mapping[str, str]
) -> list[dict[str, Any]]:
    """What the gate played, as ledger bodies: `day_of` gives the day of a line of its log,
    `customers` the customer of an account's tag."""
    return [
        {
            "on": day_of[row["n"]],
            "type": "feedback",
            "id": f"gate-{row['n']}",
            "customer": customers[row["account"]],
            "channel": row["channel"],
            "address": row["to"],
            "outcome": GATE_OUTCOMES[row["failed_by"]],
        }
        for row in log
        if row.get("failed_by") in GATE_OUTCOMES
    ]


def told_items(
    histories: Mapping[str, Iterable[Record]],
) -> dict[tuple[str, str], str]:
    """What each notice said that it advances, by the tags of its account and of itself: in the
    words of a mail's header."""
    found = {}
    for account, records in histories.items():
        for record in records:
            attempt = record.attempt
            if record.kind != history.ATTEMPT or attempt is None:
                continue
            key = (account_tag(account), notice_id(account, attempt.serial))
            if attempt.tells:
                found[key] = telling_entry(attempt.tells)
                continue
            found[key] = ", ".join(
                f"{quote(one.ref.invoice, safe='')}/{one.ref.item}/{one.level}/{one.repeat}"
                for one in attempt.said
            )
    return found


def deployed_lines(ledger: Ledger, creditor: Creditor) -> Iterator[dict[str, Any]]:
    """A line for each item that a notice's first attempt advanced, and for each message beside the
    ladder, of every account."""
    name = creditor.creditor
    for account in ledger.book(name):
        state = ledger.read(name, account)
        if state is None:
            continue
        customer, zone = state.head.customer, state.zone(creditor)
        dues: dict[str, tuple[str, ...]] = {}
        for record, attempt in _first_attempts(ledger.history(name, account)):
            if attempt.tells:
                yield {
                    "run": local_day(record.at, zone).isoformat(),
                    "creditor": name,
                    "customer": customer,
                    "currency": attempt.currency,
                    "tells": attempt.tells,
                    "channel": attempt.channel,
                    "tone": attempt.tone,
                }
                continue
            fee = sum(said.fee for said in attempt.said)
            interest = sum(said.interest for said in attempt.said)
            for place, said in enumerate(attempt.said):
                number = said.ref.invoice
                if number not in dues:
                    invoice = ledger.invoice(name, account, number)
                    assert invoice is not None
                    dues[number] = tuple(item.due.isoformat() for item in invoice.items)
                yield {
                    "run": local_day(record.at, zone).isoformat(),
                    "creditor": name,
                    "customer": customer,
                    "currency": attempt.currency,
                    "invoice": number,
                    "item": said.ref.item,
                    "due": dues[number][said.ref.item - 1],
                    "level": said.level,
                    "channel": attempt.channel,
                    "open": format_amount(said.open, attempt.currency),
                    # What a notice charges stands on its first line.
                    "fee": format_amount(0 if place else fee, attempt.currency),
                    "interest": format_amount(0 if place else interest, attempt.currency),
                }


def differing(
    simulated: Iterable[Mapping[str, Any]], deployed: Iterable[Mapping[str, Any]]
) -> list[str]:
    """Lines that stand on one side alone, each with the side, in order; none where both agree. Of
    the simulated ones those of items that a notice advances, and of what is told beside it (which
    `simulate` prints where it is asked to)."""
    told = (line for line in simulated if line.get("listed") is False or "tells" in line)
    ours = Counter(map(_key, deployed))
    theirs = Counter(map(_key, told))
    found = [(key, "simulated alone") for key in (theirs - ours).elements()]
    found += [(key, "deployed alone") for key in (ours - theirs).elements()]
    return [f"{side}: {' '.join(map(str, key))}" for key, side in sorted(found, key=str)]


def _key(line: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(line[name] for name in (COMPARED_BESIDE if "tells" in line else COMPARED))


def _first_attempts(records: Iterable[Record]) -> Iterator[tuple[Record, Attempt]]:
    """The first attempt of each notice that was made: what provably never left is none."""
    seen: set[int] = set()
    for record in records:
        attempt = record.attempt
        if record.kind != history.ATTEMPT or attempt is None or record.code not in LEFT:
            continue
        if attempt.serial not in seen:
            seen.add(attempt.serial)
            yield record, attempt
