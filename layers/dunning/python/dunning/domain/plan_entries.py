"""Payment plans as entries: what a plan body writes and when it is refused, how a payment is shared
out beside plans, and plans that come back with their money. States and sums: `payment_plans`.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from .account import Account
from .bodies import MandateBody, PlanBody
from .calendar import later
from .facts import Ended
from .identity import ItemRef
from .invoice import OpenItem
from .ledger import Entry, Find, LedgerError, minor_units, spread
from .mandate_entries import failed_key
from .money import format_amount
from .payment_plans import (
    ACTIVE,
    BROKEN,
    CANCELLED,
    COMPLETED,
    PROPOSED,
    Instalment,
    PaymentPlan,
)
from .posting import LEDGER, Allocation, Posting, PostingKey

PLAN_STATES = re.compile(r"[a-z]+ -> ([a-z]+)")
"""How the record of a plan's word begins: the state before, and the one that it came to."""
REINSTATED = "reinstated"
"""How a plan comes back whose items are open again."""


PlanWord = PlanBody | MandateBody


def plan_key(body: PlanWord) -> PostingKey:
    """What makes the word of a plan the same word: its id, its state, and the terms it says. A
    mandate knows itself what it has heard, but for its debits that failed."""
    if isinstance(body, MandateBody):
        return failed_key(body)
    said = repr((body.items, body.down, body.instalments))
    terms = hashlib.sha256(said.encode()).hexdigest()[:12] if body.instalments else ""
    return PostingKey(f"plan:{body.state}:{terms}", body.id)


def enter_plan(account: Account, body: PlanBody, find: Find) -> Entry | None:
    """The entry of a word on a payment plan, new or known; None where it says what stands.

    A plan is proposed, or agreed at once; a proposal may be said again with other terms, agreed or
    cancelled; one in force may be cancelled or called broken. That it is paid, it says itself.
    Raises LedgerError.
    """
    known = next((plan for plan in account.plans if plan.id == body.id), None)
    if known.over if known else find.taken(PostingKey(LEDGER, body.id)):
        raise LedgerError(
            "plan_over", "id", f"the plan {body.id} is over; give a new one an id of its own"
        )
    if known is None and (body.state not in (PROPOSED, ACTIVE) or not body.instalments):
        raise LedgerError(
            "unknown_plan",
            "id",
            f"no plan {body.id} stands on this customer; send it with items and instalments, as"
            f" {PROPOSED} or {ACTIVE}",
        )
    if known is not None and known.state == body.state and not body.instalments:
        return None
    entry = Entry.begin(account, "plan", body.id)
    entry.seen.append(plan_key(body))
    if known is None:
        entry.seen.append(PostingKey(LEDGER, body.id))
    if body.state in (PROPOSED, ACTIVE):
        entry.put.append(_terms(account, body, known))
    elif known is not None:
        _end(entry, known, body)
    before = known.state if known else "new"
    entry.detail = "; ".join(
        part
        for part in (
            f"{before} -> {body.state}",
            f"by {body.by}" if body.by else "",
            f"because {body.reason}" if body.reason else "",
        )
        if part
    )
    return entry


def _terms(account: Account, body: PlanBody, known: PaymentPlan | None) -> PaymentPlan:
    """The plan that a body proposes or agrees to, by its own terms or those of the proposal."""
    if known is not None and known.in_force:
        raise LedgerError(
            "plan_in_force",
            "instalments",
            f"the plan {known.id} is in force, and its terms stand; cancel it, and send the new one"
            " under an id of its own",
        )
    if body.instalments:
        plan = _read(account, body)
    else:
        assert known is not None  # a plan that nobody knows has been refused
        plan = _dated(replace(known, on=body.on, state=body.state), body.on)
    _fits(account, plan, body.on)
    return plan


def _read(account: Account, body: PlanBody) -> PaymentPlan:
    items = tuple(dict.fromkeys(ref for named in body.items for ref in _named(account, *named)))
    currencies = sorted({one.currency for ref in items if (one := account.item(ref))})
    if len(currencies) > 1:
        raise LedgerError(
            "several_currencies",
            "items",
            f"one plan, but items in {' and '.join(currencies)}; send one for each currency",
        )
    currency = currencies[0]
    instalments = [Instalment(due, minor_units(text, currency)) for due, text in body.instalments]
    if body.down is not None:
        instalments.insert(0, Instalment(body.on, minor_units(body.down, currency)))
    return PaymentPlan(
        body.id,
        body.on,
        items,
        currency,
        tuple(instalments),
        body.state,
        body.down is not None,
        by=body.by,
    )


def _named(account: Account, invoice: str, item: int | None) -> list[ItemRef]:
    """The open items that a body names: one, or all of an invoice."""
    found = sorted(
        one.ref
        for one in account.open
        if one.ref.invoice == invoice and item in (None, one.ref.item)
    )
    if not found:
        name = invoice if item is None else str(ItemRef(invoice, item))
        raise LedgerError("unknown_item", "items", f"{name} is not open on this customer")
    return found


def _dated(plan: PaymentPlan, on: date) -> PaymentPlan:
    """The plan with its down payment due on the day of agreement."""
    if not plan.down:
        return plan
    first, *others = plan.instalments
    return replace(plan, instalments=(first._replace(due=on), *others))


def _fits(account: Account, plan: PaymentPlan, on: date) -> None:
    """Whether a plan can be proposed or agreed to as things stand. Raises LedgerError."""
    first = plan.instalments[1 if plan.down and len(plan.instalments) > 1 else 0]
    if first.due < on:
        raise LedgerError(
            "instalment_past",
            "instalments",
            f"the first instalment is due {first.due}, before {on}; give days that are to come",
        )
    for other in account.plans:
        both = sorted(ref for ref in plan.items if other.covers(ref))
        if other.id != plan.id and other.in_force and both:
            raise LedgerError(
                "in_another_plan",
                "items",
                f"{both[0]} is in the plan {other.id} already; cancel that, or leave it out here",
            )
    opened = [account.item(ref) for ref in plan.items]
    left = sum(item.open for item in opened if item)
    if plan.total != left:
        told, due = (format_amount(one, plan.currency) for one in (plan.total, left))
        raise LedgerError(
            "plan_sum_differs",
            "instalments",
            f"down payment and instalments are {told} {plan.currency} together, but {due} is open"
            " of the items; make the last instalment the rest",
        )


def _end(entry: Entry, known: PaymentPlan, body: PlanBody) -> None:
    """A plan that a person ends."""
    if body.state == COMPLETED:
        left = format_amount(known.left, known.currency)
        raise LedgerError(
            "plan_not_paid",
            "state",
            f"{left} {known.currency} of the plan {known.id} is still to come; it completes by"
            " itself when its items are paid",
        )
    if body.state == BROKEN and not known.in_force:
        raise LedgerError(
            "plan_not_agreed",
            "state",
            f"the plan {known.id} was only proposed; cancel it instead",
        )
    assert body.state in (BROKEN, CANCELLED)
    over = replace(known, state=body.state)
    if known.in_force:
        entry.put.append(replace(over, until=later(body.on, -1)))
        return
    entry.delete.append(known)
    entry.put.append(Ended(over, known.id, body.on, body.state))


def reinstated(entry: Entry | None, find: Find) -> Entry | None:
    """The entry, with the completed plans of items that it opens again: money that is taken back
    was never paid, so the plan is in force as it was before it came."""
    if entry is None:
        return None
    backs = [f for f in entry.put if isinstance(f, Posting) and f.undoes is not None]
    refs = {a.ref for back in backs for a in back.allocations if a.amount < 0}
    opened = refs - {item.ref for item in entry.account.open}
    if not opened or not any(_was_in_plan(entry, back.undoes, find) for back in backs):
        return entry
    standing = {plan.id for plan in entry.account.plans}
    held = {ref for plan in entry.account.plans if plan.in_force for ref in plan.items}
    for ended in find.ended():
        plan = ended.fact
        if not isinstance(plan, PaymentPlan) or ended.outcome != COMPLETED:
            continue
        if plan.id not in standing and refs & set(plan.items) and not held & set(plan.items):
            entry.put.append(replace(plan, state=ACTIVE))
            standing.add(plan.id)
            held.update(plan.items)
            entry.detail = f"{entry.detail}; plan {plan.id} {REINSTATED}".removeprefix("; ")
    return entry


def _was_in_plan(entry: Entry, key: PostingKey | None, find: Find) -> bool:
    """Whether a posting that is taken back has counted for a plan."""
    if key is None:
        return False
    written = (f for f in (*entry.put, *entry.rewritten.values()) if isinstance(f, Posting))
    undone = next((f for f in written if f.key == key), None) or find.posting(key)
    return undone is not None and undone.in_plan


def shared_out(
    account: Account, items: Iterable[OpenItem], amount: int, on: date, reference: str
) -> list[Allocation]:
    """A payment that names no invoice, on open items of its currency: instalments that are due
    first, each plan's covered items oldest first, then the oldest item, charges after what is due
    and before what is not. One whose reference names a plan is for all of that plan first."""
    if not account.plans:
        return spread(items, amount, on)[0]
    left = {item.ref: item for item in items}
    taken: dict[ItemRef, int] = {}

    def take(some: Iterable[OpenItem], most: int) -> int:
        allocations, rest = spread(some, most, on)
        for ref, part in allocations:
            taken[ref] = taken.get(ref, 0) + part
            left[ref] = replace(left[ref], open=left[ref].open - part)
        return most - rest

    standing = [plan for plan in account.plans if plan.in_good_standing(on)]
    standing.sort(key=lambda plan: (not _names(reference, plan), plan.broken_from, plan.id))
    for plan in standing:
        wanted = plan.left if _names(reference, plan) else plan.due_on(on)
        mine = [left[ref] for ref in plan.items if ref in left and left[ref].open]
        amount -= take(mine, min(wanted, amount))
    take([item for item in left.values() if item.open], amount)
    return [Allocation(ref, part) for ref, part in taken.items()]


def _names(reference: str, plan: PaymentPlan) -> bool:
    return reference.strip() == plan.id or plan.id in re.split(r"[\s,;]+", reference)
