"""What follows the ladder: which items are handed over, and when.
What was handed over and not handed back is no machine's any more: that rule is `outlook`'s.
"""

from dataclasses import replace
from datetime import date, time

from . import history, reasons
from .account import EMAIL, Account
from .approval import AGENCY, HandedOver
from .calendar import instant, later
from .due import Act, Due, View
from .groups import Group
from .legal_holds import SAYS, forbids_all
from .lines import carrier_on
from .outlook import ItemOutlook
from .policy import ACCOUNT, HandOver
from .proposing import proposal_id


def next_hand_over(view: View, group: Group) -> Due | None:
    """The first day on which items of the group are handed over; None: there is no such day."""
    rule = _rule(group)
    if rule is None:
        return None
    ends = [(one, day) for one in group.items if (day := hand_over_day(view.account, group, one))]
    if not ends:
        return None
    begin = max(view.today, min(day for _, day in ends))
    days = {begin, *(day for _, day in ends if day > begin)}
    days.update(turn for turn in group.case.turns if turn > begin)
    for day in sorted(days):
        due = _on(view, group, rule, ends, day)
        if due is not None:
            return due
    return None


def exports(view: View) -> list[Due]:
    """The files for an agency that are still to be written."""
    found = []
    for fact in view.account.handed_over:
        if fact.exported:
            continue
        stopped = next(
            (h for ref in fact.items if (h := forbids_all(view.account.holds, ref, view.today))),
            None,
        )
        if stopped is not None:
            # Whatever is handed to others waits for the end of the hold: a release plans anew.
            at = instant(later(stopped.until, 1), time(0), view.zone) if stopped.until else None
            found.append(Due(at, SAYS[stopped.kind].code, str(fact.items[0]), EMAIL))
        else:
            at = instant(fact.on, time(0), view.zone)
            act = Act(
                history.EXPORTED,
                reasons.HAND_OVER_EXPORT,
                fact.id,
                (replace(fact, exported=True),),
                export=fact,
            )
            found.append(Due(at, reasons.HAND_OVER_EXPORT, fact.id, EMAIL, act=act))
    return found


def _rule(group: Group) -> HandOver | None:
    return group.policy.ladder[-1].hand_over if group.policy.ladder else None


def hand_over_day(account: Account, group: Group, one: ItemOutlook) -> date | None:
    """The first day on which an item may be handed over: so long after its last notice, or after it
    came back. None: the ladder has more for it, or something without an end holds it."""
    rule = _rule(group)
    if rule is None:
        return None
    reached, last = one.reached, group.policy.ladder[-1]
    if reached is None or reached.level < last.level or one.asked_from is None:
        return None
    most = group.policy.max_notices
    used_up = most is not None and group.policy.track == ACCOUNT and group.notices >= most
    if one.day is not None and not used_up:
        return None
    if one.reason not in (reasons.LADDER_DONE, reasons.MAX_NOTICES) and not used_up:
        return None
    since = [reached.day]
    since += [one.item.reopened] if one.item.reopened else []
    since += [fact.back for fact in account.handed_over if fact.back and one.item.ref in fact.items]
    return max(later(max(since), rule.after), one.asked_from)


def _on(
    view: View, group: Group, rule: HandOver, ends: list[tuple[ItemOutlook, date]], day: date
) -> Due | None:
    """What is handed over on that day, at the hour of the policy's notices."""
    net = group.case.net(day)
    ready = [one for one, since in ends if since <= day and net.get(one.item.ref, 0) > 0]
    total = sum(net.get(one.item.ref, 0) for one in group.items)
    if not ready or not group.policy.allows(total, group.case.open, group.currency):
        return None
    if group.policy.track == ACCOUNT:
        if carrier_on(group, net) not in ready:
            return None
        ready = [one for one in group.items if net.get(one.item.ref, 0) > 0]
    # What was charged on an item goes with it, whatever else becomes of the item.
    mine = {one.item.ref for one in ready}
    charged = [one for one in group.items if one.item.charge and one.item.charge.parent in mine]
    ready += [one for one in charged if one.item.ref not in mine]
    head = view.account.head
    fact = HandedOver(
        proposal_id(head, head.seq + 1).replace("p", "h", 1),
        view.today,
        rule.to,
        tuple(one.item.ref for one in ready),
        rule.scope,
        exported=rule.to != AGENCY,
        by=group.policy.id,
    )
    act = Act(history.HANDED_OVER, reasons.HANDED_OVER, fact.id, (fact,), detail=f"to {rule.to}")
    at = instant(day, group.policy.send_at, view.zone)
    return Due(at, reasons.HAND_OVER_DUE, str(ready[0].item.ref), EMAIL, act=act)
