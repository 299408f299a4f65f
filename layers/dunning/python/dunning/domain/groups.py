"""The cases of an account and the groups in them: the open items of one case under one policy, the
unit of a notice. Which days, which lines and which channel: `decision` and `lines`.
"""

from datetime import date
from typing import NamedTuple

from .account import Account, LastNotice
from .autopay import collection_day
from .business_days import SendDays, rolled
from .calendar import later
from .charge_items import outlook_of_charge
from .customer import Customer
from .identity import ItemRef
from .invoice import OpenItem
from .outlook import ItemOutlook, outlook_of
from .policy import LEVEL, Policy, Rulebook


class Case(NamedTuple):
    """An account in one currency: what is open, what is on account, and what can be asked for."""

    currency: str
    credit: int
    """Minor units on account, to be set against what is overdue, the oldest first."""
    open: int
    """Minor units of all that is open, due or not."""
    asked: tuple[tuple[date, OpenItem], ...]
    """Each item that can be asked for, oldest first, with the day from which it can."""
    turns: tuple[date, ...]
    """Days after today on which more can be asked for: sums, and what credit covers, change on
    these days alone."""

    def net(self, day: date) -> dict[ItemRef, int]:
        """What is asked for on a day: each item that is overdue and free, with its open amount less
        the credit on account (contracts, "Credit")."""
        credit = self.credit
        net: dict[ItemRef, int] = {}
        for since, item in self.asked:
            if since <= day:
                covered = min(credit, item.open)
                credit -= covered
                net[item.ref] = item.open - covered
        return net


class Group(NamedTuple):
    """The open items of one case under one policy, oldest first."""

    case: Case
    policy: Policy
    items: tuple[ItemOutlook, ...]
    runs: tuple[tuple[int, date], ...]
    """Level and day of the notices of this very group."""
    bounds: tuple[tuple[date, date], ...]
    """Of each notice to the account that counts: its day, and the first day that its interval
    leaves."""
    notices: int
    """Notices of the group since something of it has been overdue without a break."""
    send_days: SendDays | None
    asks: bool = False
    """Whether it is the part of a group whose notices a person must allow."""
    charged: bool = False
    """Whether charges of earlier notices are among the items."""

    @property
    def currency(self) -> str:
        """The currency of its case."""
        return self.case.currency

    def leaves(self, day: date) -> bool:
        """Whether the intervals leave that day. Several notices of one run count once, so another
        group's notice of the same day does not stand in the way."""
        return all(day == counted or day >= first for counted, first in self.bounds)

    def ran(self, day: date, level: int) -> bool:
        """Whether that day has had the notice that a run may have: one, or one for each level."""
        per_level = self.policy.notice_per == LEVEL
        return any(on == day and (not per_level or at == level) for at, on in self.runs)

    def next_open(self, day: date) -> date:
        """The first day from that day on, on which the policy sends."""
        return self.send_days.next(day) if self.send_days else day


NO_POLICY = Policy(id="", ladder=())


def groups(account: Account, rulebook: Rulebook, today: date) -> list[Group]:
    """The account's open items by currency and policy, each item with its outlook."""
    found: dict[tuple[str, str], list[ItemOutlook]] = {}
    by_currency: dict[str, list[ItemOutlook]] = {}
    policies: dict[str, Policy] = {}
    creditor, customer = rulebook.creditor, account.customer
    of_parents: dict[ItemRef, Policy | None] = {}
    charged = any(item.charge is not None for item in account.open)
    for item in sorted(account.open, key=_age):
        due = item.charge.since if item.charge else item.due
        late_from = rolled(due, creditor, rulebook.calendars) if creditor.roll else due
        if item.charge is not None and item.charge.parent in of_parents:
            policy = of_parents[item.charge.parent]
        else:
            policy = rulebook.choose(item, customer).policy
        if item.charge is not None:
            waits = item.charge.parent in of_parents
            one = outlook_of_charge(account, item, policy, late_from, today, waits=waits)
        else:
            last = collection_day(item, customer, policy, creditor, rulebook.calendars)
            one = outlook_of(account, item, policy, late_from, today, last)
            if charged:
                of_parents[item.ref] = policy
        policy = policy or NO_POLICY
        policies[policy.id] = policy
        found.setdefault((item.currency, policy.id), []).append(one)
        by_currency.setdefault(item.currency, []).append(one)
    cases = {
        currency: _case(account, currency, by_currency[currency], today) for currency in by_currency
    }
    return [
        _group(account, rulebook, cases[currency], policies[id_], items)
        for (currency, id_), items in sorted(found.items())
    ]


def _age(item: OpenItem) -> tuple[bool, date, ItemRef]:
    """Charges come last: money on account is set against what they stand for first."""
    return item.charge is not None, item.due, item.ref


def _case(account: Account, currency: str, items: list[ItemOutlook], today: date) -> Case:
    asked = tuple([(one.asked_from, one.item) for one in items if one.asked_from is not None])
    return Case(
        currency,
        account.head.credit.get(currency, 0),
        sum([one.item.open for one in items]),
        asked,
        tuple(sorted({since for since, _ in asked if since > today})),
    )


def _group(
    account: Account, rulebook: Rulebook, case: Case, policy: Policy, items: list[ItemOutlook]
) -> Group:
    last = account.head.last
    mine = [n for n in last if n.policy == policy.id and n.currency == case.currency]
    return Group(
        case=case,
        policy=policy,
        items=tuple(items),
        runs=tuple((n.level, n.day) for n in mine),
        bounds=tuple(_bounds(rulebook, policy, last)),
        notices=max((n.notices for n in mine), default=0),
        send_days=send_days_of(rulebook, policy, account.customer),
        charged=any(one.item.charge is not None for one in items),
    )


def send_days_of(rulebook: Rulebook, policy: Policy, customer: Customer) -> SendDays | None:
    """The days on which a policy sends to a customer; None: all."""
    calendar = rulebook.calendar_of(policy, customer) if policy.calendar else ""
    if not policy.send_days and not calendar:
        return None
    return SendDays(policy.send_days, calendar, rulebook.calendars)


def _bounds(
    rulebook: Rulebook, policy: Policy, last: tuple[LastNotice, ...]
) -> list[tuple[date, date]]:
    """Each counted notice's day, and the first day that the larger of both intervals leaves."""
    found = []
    for notice in last:
        counted = notice.counts_on
        if counted is None:
            continue
        other = rulebook.named(notice.policy)
        first = later(counted, policy.min_interval)
        if other is not None and other is not policy:
            first = max(first, later(counted, other.min_interval))
        found.append((counted, max(first, later(counted, 1))))
    return found
