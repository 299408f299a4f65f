"""The lines of a notice: each overdue item of a group with its net, and whether it takes its step.
Which notice goes out, when and on which channel: `decision`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from .groups import Group
from .identity import ItemRef
from .invoice import ChargeOf
from .outlook import ItemOutlook
from .policy import ACCOUNT, LEVEL


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
    repeat: int = 0
    """Which repeat of the last step it takes; 0: the step itself."""
    before: int = 0
    """The level that it had before."""
    charge: ChargeOf | None = None
    """What it is, where it is a charge of an earlier notice."""


def lines_on(group: Group, net: Mapping[ItemRef, int], day: date) -> tuple[Line, ...]:
    """Every overdue item of the group with its net on that day; those whose step is due advance.

    Where the oldest carries the account, it alone may; charges may where only charges are left."""
    carrier = carrier_on(group, net) if group.policy.track == ACCOUNT else None
    listed_only = group.charged and not charges_alone(group, net)
    lines = []
    for one in group.items:
        left = net.get(one.item.ref, 0)
        if left <= 0:
            continue
        takes = one.day is not None and one.day <= day and carrier in (None, one)
        if listed_only and one.item.charge is not None:
            takes = False
        if takes and one.step is not None:
            lines.append(_line(one, left, one.step.level, day, repeat=one.repeat, advanced=True))
        else:
            lines.append(_line(one, left, one.level, day, advanced=False))
    return tuple(lines)


def early_lines_on(group: Group, day: date) -> tuple[Line, ...]:
    """The items of the group whose step before the due day is due on that day."""
    return tuple(
        _line(one, one.item.open, one.early_step.level, day, advanced=True)
        for one in group.items
        if one.early_step is not None and one.early is not None and one.early <= day < one.item.due
    )


def charges_alone(group: Group, net: Mapping[ItemRef, int]) -> bool:
    """Whether nothing but charges is asked for: then the case goes on with them."""
    return not any(one.item.charge is None and net.get(one.item.ref, 0) > 0 for one in group.items)


def carrier_on(group: Group, net: Mapping[ItemRef, int]) -> ItemOutlook | None:
    """The item that carries the account: the oldest that is asked for, then the larger open amount,
    then the number. A charge only where nothing else is asked for."""
    asked = [one for one in group.items if net.get(one.item.ref, 0) > 0]
    if group.charged:
        asked = [one for one in asked if one.item.charge is None] or asked
    return min(asked, key=_seniority, default=None)


def _seniority(one: ItemOutlook) -> tuple[date, int, ItemRef]:
    return one.item.due, -one.item.open, one.item.ref


def lines_of_notice(group: Group, serial: int, day: date) -> tuple[Line, ...]:
    """The items of an earlier notice that can still be asked for on that day: of one about items
    not yet due, those that still are not. Where one item carries the account, the others are
    listed beside it as they were."""
    net = group.case.net(day)
    whole = group.policy.track == ACCOUNT
    listed_only = group.charged and not charges_alone(group, net)
    lines = []
    for one in group.items:
        mine = one.reached is not None and one.reached.serial == serial
        charge = one.item.charge is not None
        if charge and listed_only:
            mine = False
        left = net.get(one.item.ref, 0)
        if mine and left <= 0 and day < one.item.due and _free_on(one, day):
            left = one.item.open
        if left > 0 and (mine or whole or charge):
            repeat = one.reached.repeat if one.reached and mine else 0
            lines.append(_line(one, left, one.level, day, repeat=repeat, advanced=mine))
    if not any(line.advanced for line in lines):
        return ()
    if group.charged and all(line.days_late < 0 for line in lines if line.advanced):
        return tuple(line for line in lines if line.charge is None)
    if group.policy.notice_per == LEVEL and not whole:
        told = {line.ref for line in lines if line.charge is None}
        others = {one.item.ref for one in group.items} - told
        return tuple(x for x in lines if x.charge is None or x.charge.parent not in others)
    return tuple(lines)


def _free_on(one: ItemOutlook, day: date) -> bool:
    return one.free_from is not None and one.free_from <= day


def of_level(lines: tuple[Line, ...], level: int) -> tuple[Line, ...]:
    """The lines of the notice of one level, where each has its own: its items, with the charges on
    them. Charges whose item is paid go with the highest."""
    owed = {line.ref: line.level for line in lines if line.charge is None}
    top = max(owed.values(), default=None)

    def belongs(line: Line) -> bool:
        if line.charge is None or top is None:
            return line.level == level
        return owed.get(line.charge.parent, top) == level

    return tuple(line for line in lines if belongs(line))


def held_back(lines: Iterable[Line], level: int) -> tuple[Line, ...]:
    """The same lines, those that advance to a level listed and not advanced; what is not due is
    not listed."""
    kept = []
    for line in lines:
        if not line.advanced or line.level != level:
            kept.append(line)
        elif line.days_late >= 0:
            kept.append(replace(line, level=line.before, repeat=0, advanced=False))
    return tuple(kept)


def _line(
    one: ItemOutlook, left: int, level: int, day: date, *, repeat: int = 0, advanced: bool
) -> Line:
    item = one.item
    late = (day - one.late_from).days
    ref, due, amount = item.ref, item.due, item.amount
    return Line(ref, due, amount, left, late, level, advanced, repeat, one.level, item.charge)
