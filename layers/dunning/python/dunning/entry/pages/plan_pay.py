"""What a plan asks for at once, paid from its own page with one click, as by the statement's form.
What may be paid is `domain.paying`'s; where a payment is begun, the action `pay`'s.
"""

from dunning.adapters.form_pages import Part, WebForm
from dunning.adapters.pay_section import NAMES
from dunning.adapters.providers.hosted_pages import origins
from dunning.domain.owed import owed
from dunning.domain.paying import Choice, payable
from dunning.domain.payment_plans import PaymentPlan
from dunning.entry.pages.asked import Sheet
from dunning.service.paying import providers_for

PAY = "pay"


def due_parts(sheet: Sheet, plan: PaymentPlan) -> tuple[Part, ...]:
    """A section with a button for each way to pay the instalments of a plan that are due; none
    where none is due, none is offered, or they are collected already."""
    providers = providers_for(sheet.visit.settings.pay_with, plan.currency)
    wanted = _wanted(sheet, plan) if providers and not plan.coming else ()
    if not wanted:
        return ()
    amount = sheet.tongue.money(sum(one.amount for one in wanted), plan.currency)
    items = tuple(("item", one.key) for one in wanted)
    said = sheet.here.pages.paying(sheet.tongue.language)
    forms = tuple(
        WebForm(
            sheet.to(PAY),
            said["all"][one].format(amount=amount),
            hidden=(
                sheet.nonce(PAY, plan.currency),
                ("currency", plan.currency),
                *items,
                ("by", one),
            ),
        )
        for one in providers
    )
    note = said["note"].format(providers=" / ".join(NAMES[one] for one in providers))
    return (Part(said["heading"], (note,), forms=forms),)


def form_action(sheet: Sheet, allowed: str, *, pays: bool) -> str:
    """Where forms of the page may lead (Content-Security-Policy): where they may anyhow, and to the
    pages of providers, if the page has such buttons."""
    if not pays:
        return allowed
    more = origins(sheet.visit.settings.pay_with, sheet.here.provider_api or None)
    return " ".join(dict.fromkeys((*allowed.split(), *more)))


def _wanted(sheet: Sheet, plan: PaymentPlan) -> tuple[Choice, ...]:
    state = sheet.visit.state
    case = next(
        (one for one in owed(state, sheet.visit.today) if one.currency == plan.currency), None
    )
    if case is None:
        return ()
    return tuple(
        one
        for one in payable(state, case).wanted
        if one.item is None and all(plan.covers(ref) for ref, _ in one.parts)
    )
