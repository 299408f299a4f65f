"""The page of what has been: payments, objections, plans and promises."""

from dunning.adapters.form_pages import FormView, HtmlPage, Part, Row, Table
from dunning.domain.payment_plans import ACTIVE, BROKEN, CANCELLED, COMPLETED, PaymentPlan
from dunning.entry.pages.asked import Here, PageAsked, Sheet
from dunning.entry.pages.plan import progress
from dunning.service.portal_history import Money, Objection, Past, past

_STATES = (ACTIVE, COMPLETED, BROKEN, CANCELLED)
_KEPT = {"kept": "kept", "partly": "partly", "broken": "broken_promise", "": "running"}


def show(here: Here, asked: PageAsked) -> HtmlPage:
    """What there is of it."""
    sheet = Sheet.of(here, asked)
    say = sheet.tongue.say
    found = past(here.ledger, sheet.visit)
    parts = [part for part in (_money(sheet, found), _objections(sheet, found)) if part]
    parts += [_plan(sheet, plan) for plan in found.plans]
    promises = _promises(sheet, found)
    if promises:
        parts.append(promises)
    if not parts:
        parts = [Part(paragraphs=(say("history", "nothing"),))]
    lead = (say("history", "more"),) if found.more else ()
    return sheet.made(FormView(say("history", "heading"), tuple(parts), lead, mail=found.more))


def _money(sheet: Sheet, found: Past) -> Part | None:
    say = sheet.tongue.say
    if not found.money:
        return None
    columns = (say("history", "what"), say("history", "amount"))
    rows = tuple(_posting(sheet, one) for one in found.money)
    return Part(table=Table(say("history", "money"), columns, rows))


def _posting(sheet: Sheet, one: Money) -> Row:
    tongue = sheet.tongue
    name = tongue.say("history", one.type, date=tongue.day(one.day))
    notes = (
        (tongue.say("history", "for", invoices=", ".join(one.invoices)),) if one.invoices else ()
    )
    return Row(name, tongue.money(one.amount, one.currency), notes)


def _objections(sheet: Sheet, found: Past) -> Part | None:
    say = sheet.tongue.say
    if not found.objections:
        return None
    columns = (say("items", "invoice", invoice="").strip(), say("history", "state"))
    rows = tuple(_objection(sheet, one) for one in found.objections)
    return Part(table=Table(say("history", "objections"), columns, rows))


def _objection(sheet: Sheet, one: Objection) -> Row:
    tongue = sheet.tongue
    name = tongue.say("history", "objection", invoice=one.invoice, date=tongue.day(one.day))
    until = tongue.day(one.until) if one.until else ""
    return Row(name, tongue.say("history", one.outcome, date=until))


def _plan(sheet: Sheet, plan: PaymentPlan) -> Part:
    tongue = sheet.tongue
    state = tongue.say("history", plan.state) if plan.state in _STATES else ""
    money = tongue.say(
        "history",
        "progress",
        paid=tongue.money(plan.received, plan.currency),
        total=tongue.money(plan.total, plan.currency),
    )
    heading = tongue.say("history", "plan", date=tongue.day(plan.on))
    said = f"{heading}: {state}" if state else heading
    return Part(said, (money,), progress(sheet, plan))


def _promises(sheet: Sheet, found: Past) -> Part | None:
    tongue = sheet.tongue
    if not found.promises:
        return None
    rows = tuple(
        Row(
            tongue.say(
                "history",
                "promise",
                amount=tongue.money(one.amount, one.currency),
                date=tongue.day(one.by),
            ),
            tongue.say("history", _KEPT.get(one.outcome, "running")),
        )
        for one in found.promises
    )
    columns = (tongue.say("history", "what"), tongue.say("history", "state"))
    return Part(table=Table(tongue.say("history", "promises"), columns, rows))
