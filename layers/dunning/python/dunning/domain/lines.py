"""The lines of a notice: each overdue item of a group with its net, and whether it takes its step.
Which notice goes out, when and on which channel: `decision`.
"""

from dataclasses import dataclass, replace
from datetime import date

from .account import Account
from .identity import ItemRef
from .invoice import OpenItem
from .outlook import Group, net_of_credit
from .policy import Rulebook


@dataclass(frozen=True, slots=True)
class Line:
    """One due item in a notice: amounts in minor units, `open` net of credit on account."""

    ref: ItemRef
    due: date
    amount: int
    open: int
    days_late: int
    level: int
    """The level that the notice takes it to, or has taken it to."""
    advanced: bool


def lines_on(
    account: Account, group: Group, net: dict[ItemRef, int], day: date
) -> tuple[Line, ...]:
    """Every overdue item of the group with its net on that day; those whose step is due advance."""
    lines = []
    for one in group.items:
        left = net.get(one.item.ref, 0)
        if left <= 0:
            continue
        reached = account.level_of(one.item)
        level = reached.level if reached else 0
        advanced = one.day is not None and one.day <= day
        if advanced:
            step = group.policy.step_after(level)
            level = step.level if step else level
        lines.append(_line(one.item, left, level, day, advanced=advanced))
    return tuple(lines)


def lines_of_notice(
    account: Account, rulebook: Rulebook, group: Group, serial: int, day: date
) -> tuple[Line, ...]:
    """The items of an earlier notice that can still be asked for on that day."""
    net = net_of_credit(account, rulebook, group.currency, day)
    lines = []
    for one in group.items:
        reached = account.level_of(one.item)
        left = net.get(one.item.ref, 0)
        if reached and reached.serial == serial and left > 0:
            lines.append(_line(one.item, left, reached.level, day, advanced=True))
    return tuple(lines)


def held_back(account: Account, line: Line) -> Line:
    """The same item listed and not advanced."""
    item = account.item(line.ref)
    reached = account.level_of(item) if item else None
    return replace(line, level=reached.level if reached else 0, advanced=False)


def _line(item: OpenItem, left: int, level: int, day: date, *, advanced: bool) -> Line:
    return Line(item.ref, item.due, item.amount, left, (day - item.due).days, level, advanced)
