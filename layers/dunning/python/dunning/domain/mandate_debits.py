"""The debits of a mandate: which are asked for, that they are (before the provider is), and what
the provider made of it. Entries of whoever does what is to be done there (`collecting`). Pure.
"""

from dataclasses import replace
from datetime import date

from .account import Account
from .autopay import COLLECTION_DAYS
from .business_days import Calendars, business_days_after, of_creditor
from .creditor import Creditor
from .ledger import Entry
from .mandates import Answer, Debit, scheduled
from .money import format_amount
from .payment_plans import Coming, Instalment, PaymentPlan
from .plan_mandates import CANCEL, CREATE, OVER, PlanMandate


def debits_of(
    account: Account, plan: PaymentPlan, mandate: PlanMandate, creditor: Creditor, today: date
) -> tuple[list[tuple[Instalment, Debit]], list[tuple[Debit, Answer]]]:
    """The debits of what is still to come of a plan, each with its instalment, and those that may
    not be made, with why. Together they are what is left of the plan, or none is to be asked for.

    The copy told days and amounts as they were agreed: a rest, or another day, it did not."""
    copied = {(one.due, one.amount) for one in plan.instalments}
    first = max(today, mandate.earliest or today)
    wanted = []
    for one in plan.unpaid():
        on = max(one.due, first)
        told = mandate.copy_given if (on, one.amount) in copied else None
        wanted.append(Debit(on, one.amount, told))
    made, refused = scheduled(wanted, mandate.authority, account.customer, creditor)
    if refused:
        return [], refused
    return list(zip(plan.unpaid(), made, strict=True)), []


def asked_for(
    account: Account, mandate_id: str, creditor: Creditor, calendars: Calendars, today: date
) -> Entry | None:
    """The entry that keeps which debits are to be asked for, and lets their instalments wait for
    them; where one may not be made, that the mandate is over. None: there is nothing to ask for."""
    mandate, plan = _found(account, mandate_id)
    if mandate is None or plan is None or mandate.errand != CREATE or mandate.debits:
        return None
    made, refused = debits_of(account, plan, mandate, creditor, today)
    if refused or not made:
        why = refused[0][1].code if refused else "nothing_left"
        return _over(account, mandate, why)
    calendar = of_creditor(creditor)
    coming = tuple(
        Coming(
            instalment.due,
            debit.on,
            debit.amount,
            business_days_after(debit.on, COLLECTION_DAYS, calendar, calendars),
        )
        for instalment, debit in made
    )
    entry = Entry.begin(account, "mandate", mandate.id)
    entry.put.append(replace(mandate, debits=tuple(debit for _, debit in made)))
    entry.put.append(replace(plan, coming=coming))
    total = format_amount(sum(one.amount for one in coming), plan.currency)
    entry.detail = (
        f"{len(coming)} debits of {total} {plan.currency}, {coming[0].on} to {coming[-1].on};"
        f" plan {plan.id}"
    )
    return entry


def taken_by_provider(account: Account, mandate_id: str, schedule: str) -> Entry | None:
    """The entry that keeps the provider's id of the debits."""
    mandate, _ = _found(account, mandate_id)
    if mandate is None or not mandate.debits or mandate.schedule:
        return None
    entry = Entry.begin(account, "mandate", mandate.id)
    entry.put.append(replace(mandate, schedule=schedule))
    entry.detail = f"scheduled as {schedule}; plan {mandate.plan}"
    return entry


def refused_by_provider(account: Account, mandate_id: str, why: str) -> Entry | None:
    """The entry that ends a mandate by which the provider makes no debit."""
    mandate, _ = _found(account, mandate_id)
    if mandate is None or mandate.errand != CREATE:
        return None
    return _over(account, mandate, why)


def undone_by_provider(account: Account, mandate_id: str) -> Entry | None:
    """The entry that keeps that nothing is collected by it any more."""
    mandate, _ = _found(account, mandate_id)
    if mandate is None or mandate.errand != CANCEL:
        return None
    entry = Entry.begin(account, "mandate", mandate.id)
    entry.put.append(replace(mandate, undone=True))
    entry.detail = f"debits cancelled ({mandate.why}); plan {mandate.plan}"
    return entry


def _over(account: Account, mandate: PlanMandate, why: str) -> Entry:
    entry = Entry.begin(account, "mandate", mandate.id)
    entry.put.append(replace(mandate, state=OVER, why=why))
    entry.detail = f"{mandate.state} -> {OVER}; plan {mandate.plan}; because {why}"
    return entry


def _found(account: Account, mandate_id: str) -> tuple[PlanMandate | None, PaymentPlan | None]:
    mandate = next((one for one in account.mandates if one.id == mandate_id), None)
    if mandate is None:
        return None, None
    return mandate, next((one for one in account.plans if one.id == mandate.plan), None)
