"""What stands between an open charge and a step: it is listed with what is open of its case, and
takes steps of its own only when nothing else is left. Items of documents: `outlook`.
"""

from datetime import date

from . import reasons
from .account import Account
from .holding import Wait, freed, until_of
from .invoice import OpenItem
from .outlook import (
    ItemOutlook,
    common_waits,
    finished,
    next_step,
    not_allowed,
    step_day,
)
from .policy import Policy


def outlook_of_charge(
    account: Account,
    item: OpenItem,
    policy: Policy | None,
    since: date,
    today: date,
    *,
    waits: bool,
) -> ItemOutlook:
    """The outlook of a charge. Its steps count as those of its parent (`since`: the parent's due
    day) from the level that the parent had. It can be asked for at once, unless something holds it
    or its parent. `waits`: the parent is open, and speaks for it."""
    assert item.charge is not None
    reached = account.level_of(item)
    free, held_by = _free_from(account, item, policy, today)
    if policy is None:
        return ItemOutlook(item, reached, since, free, None, None, reasons.NO_POLICY)
    known = (item, reached, since, free, free)
    if waits:
        return ItemOutlook(*known, None, reasons.CHARGE_LISTED)
    step, repeat = next_step(policy, reached)
    why = finished(policy, reached, step)
    refused = not_allowed(account, policy, item.ref, step, repeat) if account.refusals else None
    if refused is not None and refused.until is None:
        why = why or refused.reason
    if why or free is None or step is None:
        return ItemOutlook(*known, None, why or held_by, step, repeat)
    waiting = [
        Wait(step_day(step, item, reached, since, repeat), reasons.STEP_NOT_DUE),
        *common_waits(policy, item, reached),
    ]
    if refused is not None:
        waiting.append(refused)
    if free > today:
        waiting.append(Wait(free, held_by))
    day, reason = max(waiting, key=until_of)
    return ItemOutlook(*known, day, reason, step, repeat)


def _free_from(
    account: Account, item: OpenItem, policy: Policy | None, today: date
) -> tuple[date | None, str]:
    """As of an item: what holds the parent holds its charges as well."""
    assert item.charge is not None
    free, by = today, ""
    for ref in (item.ref, item.charge.parent):
        found, held_by = freed(account, ref, policy, today)
        if found is None:
            return None, held_by
        if found > free:
            free, by = found, held_by
    return free, by
