"""What a simulation prints: a line for each due item that a notice tells of, and one for each that
waits. Shapes only (contracts, "simulate"); which items these are is the decision's.
"""

from collections.abc import Collection, Iterator
from datetime import date
from typing import NamedTuple, cast

from dunning.domain.account import Account
from dunning.domain.calendar import later
from dunning.domain.charges.notice import COMPENSATION, FEE, INTEREST
from dunning.domain.due import Send
from dunning.domain.experiments import Assigned
from dunning.domain.explaining import explain
from dunning.domain.gates import Gates
from dunning.domain.identity import ItemRef, notice_id
from dunning.domain.invoice import OpenItem
from dunning.domain.lines import Line
from dunning.domain.money import format_amount
from dunning.domain.policy import Rulebook
from dunning.domain.reasons import (
    APPROVAL_REJECTED,
    BACKOFF,
    CARRIED,
    CHARGE_LISTED,
    DEFERRED,
    DISPUTED,
    HANDED_OVER,
    HELD,
    LADDER_DONE,
    MAX_NOTICES,
    NO_POLICY,
    NOT_A_SEND_DAY,
    NOT_OVERDUE,
    PARKED,
    PERSON_CAP,
    UNMATCHED_PAYMENT,
    sentence,
)
from dunning.domain.telling_words import what

Output = dict[str, object]

ENDLESS = frozenset(
    {
        APPROVAL_REJECTED,
        CARRIED,
        CHARGE_LISTED,
        DISPUTED,
        HANDED_OVER,
        HELD,
        LADDER_DONE,
        MAX_NOTICES,
        NO_POLICY,
        PARKED,
        UNMATCHED_PAYMENT,
    }
)
"""Reasons that, without a last day, stand until somebody writes; an item that is carried waits as
the one that carries it does."""
PASSING = frozenset({NOT_A_SEND_DAY, DEFERRED, PERSON_CAP, BACKOFF})
"""Reasons of a notice whose step has come: another may come before their last day."""


class Steady(NamedTuple):
    """Lines of an account that waits, and how long the first reason of each stays true while nobody
    writes to it."""

    rev: int
    until: str
    """The first day (ISO) on which one may be otherwise."""
    lines: list[Output]

    @classmethod
    def of(cls, rev: int, lines: list[Output]) -> "Steady":
        """The first reason of an item is the one that ends last; sums, and what credit covers,
        change with days when something becomes overdue: at the earliest after its due day. One of
        which no end is known, and which is not there to stay, is asked for anew each day."""
        for line in lines:
            first = cast("list[str]", line["reasons"])[0]
            if first in PASSING or (not line["until"] and first not in ENDLESS):
                return cls(rev, "", lines)
        ends = [str(line["until"]) for line in lines if line["until"]]
        ends += [
            later(date.fromisoformat(str(line["due"])), 1).isoformat()
            for line in lines
            if NOT_OVERDUE in cast("list[str]", line["reasons"])
        ]
        return cls(rev, min(ends, default=date.max.isoformat()), lines)

    def holds(self, rev: int, day: date) -> bool:
        """Whether each line's first reason is that of the day as well."""
        return rev == self.rev and day.isoformat() < self.until


def told_lines(creditor: str, customer: str, account: str, send: Send) -> Iterator[Output]:
    """A line for each item that a notice advances; of one that carries its account, for all that
    it lists. The first has what the notice charges, and what earlier ones have posted."""
    told = send.lines if send.carried else send.advanced
    if any(line.charge is None for line in told):
        told = tuple(line for line in told if line.charge is None)
    beside = sum(line.open for line in send.lines if line.charge and line not in told)
    for place, line in enumerate(told):
        yield _line(creditor, customer, account, send, line, None if place else beside)


def telling_line(creditor: str, customer: str, account: str, send: Send) -> Output:
    """What is told beside the ladder, in one line."""
    assert send.telling is not None
    return {
        "run": send.run.isoformat(),
        "creditor": creditor,
        "customer": customer,
        "currency": send.currency,
        "tells": send.tells,
        "sentence": what(send.tells),
        "channel": send.channel,
        "tone": send.tone,
        "total": format_amount(send.telling.total, send.currency),
        "notice": notice_id(account, send.serial),
    }


def _line(
    creditor: str, customer: str, account: str, send: Send, line: Line, beside: int | None
) -> Output:
    """`beside`: open charges that are listed with the notice's first line; None: it is another."""
    fee = interest = announced = 0
    if beside is not None:
        fee = send.posted(None, FEE, COMPENSATION)
        interest, announced = send.posted(None, INTEREST), send.announced
    charges = beside or 0
    total = line.open + charges + fee + interest + announced
    found: Output = {
        "run": send.run.isoformat(),
        "creditor": creditor,
        "customer": customer,
        "currency": send.currency,
        "invoice": line.ref.invoice,
        "item": line.ref.item,
        "due": line.due.isoformat(),
        "level": line.level if line.advanced or not send.carried else send.level,
        "channel": send.channel,
        "open": format_amount(line.open, send.currency),
        "fee": format_amount(fee, send.currency),
        "interest": format_amount(interest, send.currency),
        "announced": format_amount(announced, send.currency),
        "total": format_amount(total, send.currency),
        "notice": notice_id(account, send.serial),
        "listed": not line.advanced,
    }
    if charges:
        found["charges"] = format_amount(charges, send.currency)
    if line.charge is not None:
        found["parent"] = str(line.charge.parent)
    if send.standing is not None:
        found["tone"], found["tone_because"] = send.tone, send.standing.sentence
    mine = Assigned.of(send.variant)
    if mine is not None:
        found["experiment"], found["variant"] = mine.experiment, mine.variant
        found["stopped"] = mine.stopped
        found["tone"] = send.tone
    return found


def item_line(creditor: str, state: Account, item: OpenItem, day: date) -> Output:
    """What every line about an open item that no notice told of begins with."""
    reached = state.level_of(item)
    return {
        "run": day.isoformat(),
        "creditor": creditor,
        "customer": state.head.customer,
        "currency": item.currency,
        "invoice": item.ref.invoice,
        "item": item.ref.item,
        "due": item.due.isoformat(),
        "level": reached.level if reached else 0,
        "open": format_amount(item.open, item.currency),
    }


def held_lines(
    creditor: str,
    state: Account,
    rulebook: Rulebook,
    now: int,
    gates: Gates,
    day: date,
    told: Collection[ItemRef],
) -> Iterator[Output]:
    """A line for each open item that no line of the day's run is about, with its reasons."""
    for one in explain(state, rulebook, now, gates):
        ref = one.ref
        item = state.item(ref)
        if item is None or ref in told:
            continue
        yield {
            **item_line(creditor, state, item, day),
            "reasons": list(one.codes),
            "until": one.until or None,
            "policy": one.policy or None,
            "policy_by": one.chosen_by,
            "sentence": sentence(one.code, one.detail or str(ref)),
        }
