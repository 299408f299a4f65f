"""Mandates for plans as entries: what a word on one writes, and when it is refused. Which debits
follow is `mandate_debits`'; that one is over because its plan is, `mandate_upkeep` finds.
"""

from dataclasses import replace

from .account import Account
from .bodies import MandateBody
from .ledger import Entry, Find, LedgerError
from .plan_mandates import ENDED, LIVE, OVER, SIGNED, STOPPED, PlanMandate
from .posting import LEDGER, PostingKey

FAILED = "failed"
"""Word that one debit did not come; the mandate stands."""
SAID = (SIGNED, LIVE, STOPPED, ENDED)
"""What may be said of a mandate from outside."""
LATEST_CHARGE_DAYS = 5
"""Days by which a provider debits later than asked for: weekends and bank holidays."""


def enter_mandate(account: Account, body: MandateBody, find: Find) -> Entry | None:
    """The entry of a word on a mandate; None where it says what stands, or comes too late to say
    anything. Raises LedgerError."""
    known = next((one for one in account.mandates if one.id == body.id), None)
    if body.state == SIGNED:
        return _signed(account, body, known, find)
    if known is None:
        if find.taken(PostingKey(LEDGER, body.id)):
            return None  # it is over
        raise LedgerError(
            "unknown_mandate", "id", f"no mandate {body.id} stands on this customer; send it first"
        )
    if body.state == FAILED:
        return _failed(account, body, known)
    if known.over:
        return None
    if body.state == LIVE:
        return _live(account, body, known)
    return _entry(account, known, replace(known, on=body.on, state=OVER, why=body.state), body)


def _signed(
    account: Account, body: MandateBody, known: PlanMandate | None, find: Find
) -> Entry | None:
    if known is None and find.taken(PostingKey(LEDGER, body.id)):
        return None  # it is over, whoever signed it
    if known is not None and known.state != SIGNED:
        return None
    plan = next((one for one in account.plans if one.id == body.plan), None)
    if plan is None or not plan.in_force:
        raise LedgerError(
            "plan_not_agreed",
            "plan",
            f"no plan {body.plan} is in force on this customer; a mandate collects an agreed plan",
        )
    other = next((m for m in account.mandates if m.plan == body.plan and not m.over), None)
    if other is not None and other.id != body.id:
        raise LedgerError(
            "mandate_stands",
            "plan",
            f"the plan {body.plan} is collected by the mandate {other.id}; stop that one first",
        )
    fresh = PlanMandate(
        body.id,
        body.on,
        body.plan,
        body.provider,
        body.signed_at,
        body.text_hash,
        body.language,
        body.source,
        body.reference,
        body.copy_given,
        body.earliest,
        LIVE if body.reference else SIGNED,
    )
    if known == fresh:
        return None
    entry = _entry(account, known, fresh, body)
    if entry is not None and known is None:
        entry.seen.append(PostingKey(LEDGER, body.id))
    return entry


def _live(account: Account, body: MandateBody, known: PlanMandate) -> Entry | None:
    if known.reference and known.reference != body.reference:
        return None  # the customer went through the provider's page twice: the first one counts
    fresh = replace(
        known,
        on=body.on,
        state=LIVE,
        reference=body.reference,
        earliest=body.earliest or known.earliest,
    )
    if replace(fresh, on=known.on, earliest=known.earliest) == known and known.schedule:
        return None
    return None if replace(fresh, on=known.on) == known else _entry(account, known, fresh, body)


def _failed(account: Account, body: MandateBody, known: PlanMandate) -> Entry | None:
    """A debit that did not come is not waited for: its instalment has its grace from there."""
    plan = next((one for one in account.plans if one.id == known.plan), None)
    if plan is None or body.charged is None:
        return None
    mine = [one for one in plan.coming if 0 <= (body.charged - one.on).days <= LATEST_CHARGE_DAYS]
    if not mine:
        return None
    gone = max(mine, key=lambda one: one.on)
    kept = tuple(one for one in plan.coming if one != gone)
    reopened = max(plan.reopened or body.on, body.on)
    entry = Entry.begin(account, "mandate", body.id)
    entry.seen.append(failed_key(body))
    entry.put.append(replace(plan, coming=kept, reopened=reopened))
    entry.detail = f"debit of {gone.on} failed; plan {plan.id}"
    return entry


def failed_key(body: MandateBody) -> PostingKey:
    """What makes the word that a debit failed the same word; of any other word a key that nothing
    is known by."""
    return PostingKey("mandate:failed", f"{body.id}:{body.payment}")


def _entry(
    account: Account, known: PlanMandate | None, fresh: PlanMandate, body: MandateBody
) -> Entry | None:
    entry = Entry.begin(account, "mandate", fresh.id)
    entry.put.append(fresh)
    told = (
        f"{known.state if known else 'new'} -> {fresh.state}",
        f"plan {fresh.plan}",
        f"{fresh.provider} {fresh.reference}".strip(),
        f"words {fresh.text_hash[:16]}" if fresh.state == SIGNED else "",
        f"because {body.reason or fresh.why}" if fresh.over else "",
    )
    entry.detail = "; ".join(part for part in told if part)
    return entry
