"""What every write of an account brings up to date beside its fact: the policies that items are
pinned to, what was received of promises and plans, and which runs of notices have come to an end.
Pure, from the state after the fact; who writes it plans after this.
"""

from datetime import date

from .account import Account, Head
from .begun_payments import without_arrived
from .business_days import rolled
from .calendar import local_day
from .change import Change, Mark, apply
from .facts import PAYMENT_BEGUN
from .follow_up import followed_up
from .identity import ItemRef
from .invoice import Invoice, OpenItem, open_item
from .ledger import LARGEST_WRITE
from .mandate_upkeep import with_mandates
from .plan_tasks import with_plan_tasks
from .plan_upkeep import with_plans
from .policy import ACCOUNT, Policy, Rulebook
from .promise_upkeep import with_promises
from .replaced import replace
from .telling_upkeep import with_tellings


def kept_up(state: Account, change: Change, rulebook: Rulebook, now: int) -> tuple[Change, Account]:
    """A change with all of that in it, as far as one write has room for, and the account as it
    leaves it."""
    after = apply(state, change)
    today = local_day(now, after.zone(rulebook.creditor))
    change, after = with_promises(state, change, after, now, today)
    if any(hold.kind == PAYMENT_BEGUN for hold in after.holds):
        change = without_arrived(after, change, today)
        after = apply(state, change)
    if after.plans:
        change, after = with_plans(state, change, now, today)
    if after.mandates:
        change, after = with_mandates(
            state, change, rulebook.creditor, rulebook.calendars, now, today
        )
    if after.plans or state.plans:
        change = with_plan_tasks(state, change, after, now)
    if change.marks:
        change = _with_pins_of_settled(after, change, rulebook)
    stale = {item.ref: item for item in stale_pins(after, rulebook)}
    if stale:
        change, after = _with_pins(after, change, stale)
    change, after = with_tellings(state, change, after, rulebook, today)
    head = _without_past_runs(after, change.head, rulebook, today)
    if head is not change.head:
        change, after = replace(change, head=head), replace(after, head=head)
    return followed_up(state, change, after, rulebook, now)


def stale_pins(account: Account, rulebook: Rulebook) -> list[OpenItem]:
    """The open items whose policy is chosen by criteria and not kept yet, with their new pins."""
    found = []
    for item in account.open:
        pin = rulebook.pin_for(item, account.customer)
        if pin != item.pin:
            found.append(replace(item, pin=pin))
    return found


def _with_pins(
    after: Account, change: Change, stale: dict[ItemRef, OpenItem]
) -> tuple[Change, Account]:
    """What the change puts is put with its pin; of what else lies open, as much as has room."""
    mine = {fact.ref for fact in change.put if isinstance(fact, OpenItem)}
    room = max(LARGEST_WRITE - len(change.put) - len(change.delete), 0)
    others = [ref for ref in stale if ref not in mine][:room]
    put = [stale.get(f.ref, f) if isinstance(f, OpenItem) else f for f in change.put]
    put += [stale[ref] for ref in others]
    written = mine.union(others)
    items = tuple([stale.get(i.ref, i) if i.ref in written else i for i in after.open])
    return replace(change, put=tuple(put)), replace(after, open=items)


def _with_pins_of_settled(after: Account, change: Change, rulebook: Rulebook) -> Change:
    """What is settled as soon as it is opened, by money that waited for it, is pinned all the same:
    a reversal may bring it back."""
    documents = {f.number: f for f in change.put if isinstance(f, Invoice)}
    if not documents:
        return change

    def pinned(mark: Mark) -> Mark:
        invoice, settled = documents.get(mark.invoice), mark.settled
        if not invoice or not settled or settled.pin or mark.item > len(invoice.items):
            return mark
        item = open_item(invoice, mark.item, invoice.items[mark.item - 1].amount)
        pin = rulebook.pin_for(item, after.customer)
        return mark._replace(settled=replace(settled, pin=pin))

    marks = tuple(map(pinned, change.marks))
    return change if marks == change.marks else replace(change, marks=marks)


def _overdue_from(item: OpenItem, policy: Policy, rulebook: Rulebook) -> date:
    return policy.first_overdue_day(rolled(item.due, rulebook.creditor, rulebook.calendars))


def _without_past_runs(after: Account, head: Head, rulebook: Rulebook, today: date) -> Head:
    """HEAD whose count of notices, and of levels charged, begins anew where nothing of a policy is
    overdue any more. What is handed over does not count; what is disputed does."""
    if not any(notice.notices or notice.charged for notice in head.last):
        return head
    in_hand = [item for item in after.open if not _handed_over(after, item)]
    last = []
    for notice in head.last:
        policy = rulebook.named(notice.policy) if notice.notices or notice.charged else None
        if policy is None or (policy.track != ACCOUNT and not notice.charged):
            last.append(notice)
            continue
        overdue = any(
            item.currency == notice.currency
            and rulebook.policy_for(item, after.customer) is policy
            and (item.charge or _overdue_from(item, policy, rulebook) <= today)
            for item in in_hand
        )
        notices = notice.notices if policy.track != ACCOUNT else 0
        last.append(notice if overdue else notice._replace(notices=notices, charged=()))
    return replace(head, last=tuple(last)) if tuple(last) != head.last else head


def _handed_over(account: Account, item: OpenItem) -> bool:
    """Whether it is out of hand, itself or as a charge of what is."""
    refs = (item.ref, item.charge.parent) if item.charge else (item.ref,)
    return any(fact.covers(ref) for fact in account.handed_over for ref in refs)
