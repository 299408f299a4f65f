"""The page of payment plans: what may be chosen, what exactly it comes to, what runs and what waits
for an answer.
"""

from collections.abc import Mapping

from dunning.adapters.form_pages import (
    Field,
    FormView,
    HtmlPage,
    LinkTo,
    Option,
    Part,
    Row,
    Table,
    WebForm,
)
from dunning.domain.payment_plans import PaymentPlan
from dunning.domain.plan_offers import Offered, Terms
from dunning.domain.typed import typed_day
from dunning.entry.pages import PLAN_PDF, plan_pay
from dunning.entry.pages import collect_parts as collecting
from dunning.entry.pages.asked import Here, PageAsked, Sheet, iso
from dunning.service.plan_agreements import earlier_plans
from dunning.service.portal_plans import (
    MOST_ASKED,
    Chosen,
    PlansShown,
    PortalPlans,
    plan_seen,
)
from dunning.service.visiting import Refused

CHOICE = "choice"
"""Field of an offer: currency and number, as EUR-3."""
AGREED, ASKED_FOR, DECLINED = "plan-agreed", "plan-asked", "plan-declined"


def show(here: Here, asked: PageAsked) -> HtmlPage:
    """The offers; or, where terms are chosen, the days and amounts."""
    sheet = Sheet.of(here, asked)
    visit = sheet.visit
    over = earlier_plans(here.ledger.ended(visit.creditor, visit.account))
    page = PortalPlans(visit, tuple(over))
    if asked.refused is None and (asked.text(CHOICE) or asked.text("count")):
        try:
            return _review(sheet, chosen_of(page, asked))
        except Refused as refused:
            return _offers(sheet, page, refused)
    return _offers(sheet, page, asked.refused)


def chosen_of(page: PortalPlans, asked: PageAsked) -> Chosen:
    """The terms that an address, or a form, names. Raises Refused."""
    currency, _, number = asked.text(CHOICE).rpartition("-")
    if not currency:
        currency, number = asked.text("currency"), asked.text("count")
    day = asked.text("first")
    first = typed_day(day) if day else None
    if day and first is None:
        raise Refused("first", "bad_day")
    if not (number.isascii() and number.isdigit() and len(number) < 4):
        raise Refused("count", "bad_count")
    return page.chosen(currency, int(number), first)


def _review(sheet: Sheet, chosen: Chosen) -> HtmlPage:
    say = sheet.tongue.say
    hidden = [
        sheet.nonce("plan", chosen.seen),
        ("currency", chosen.currency),
        ("count", str(chosen.number)),
    ]
    if chosen.first:
        hidden.append(("first", iso(chosen.first)))
    paragraphs = [say("plan", "covers", items=sheet.names(item.ref for item in chosen.items))]
    if chosen.terms.fee:
        fee = sheet.tongue.money(chosen.terms.fee, chosen.currency)
        paragraphs.append(say("plan", "fee", amount=fee))
    paragraphs.append(say("plan", "needs_person" if chosen.why else "promise"))
    button = say("plan", "ask" if chosen.why else "agree")
    form = WebForm(sheet.to("plan"), button, hidden=tuple(hidden))
    view = FormView(
        say("plan", "review_heading"),
        (
            Part(table=_table(sheet, chosen.terms, chosen.currency)),
            Part(paragraphs=tuple(paragraphs), forms=(form,)),
        ),
        paragraphs=(say("plan", "review"),),
        back=LinkTo(sheet.to("plan"), say("plan", "heading")),
    )
    return sheet.made(view)


def _table(sheet: Sheet, terms: Terms, currency: str) -> Table:
    tongue = sheet.tongue
    rows = []
    for place, (due, amount) in enumerate(terms.instalments):
        day = tongue.day(due)
        name = tongue.say("plan", "down", date=day) if terms.down and not place else day
        rows.append(Row(name, tongue.money(amount, currency)))
    total = Row(tongue.say("plan", "sum"), tongue.money(terms.total, currency))
    columns = (tongue.say("plan", "when"), tongue.say("plan", "amount"))
    return Table(tongue.say("plan", "table"), columns, tuple(rows), total)


def _offers(sheet: Sheet, page: PortalPlans, refused: Refused | None) -> HtmlPage:
    tongue, shown = sheet.tongue, page.shown()
    pays = {plan.id: plan_pay.due_parts(sheet, plan) for plan in shown.running}
    parts = [
        part
        for plan in shown.running
        for part in (
            _running(sheet, plan),
            *pays[plan.id],
            *collecting.collect_parts(sheet, plan),
        )
    ]
    parts += [_asked_for(sheet, plan) for plan in shown.asked]
    for plan in shown.proposed:
        parts += _proposed(sheet, plan)
    mail = False
    for offer in shown.offers:
        if offer.reason:
            mail = True
            known = tongue.has("plan", offer.reason)
            parts.append(Part(paragraphs=(tongue.say("plan", offer.reason if known else "none"),)))
        else:
            heading = tongue.say("plan", "another_heading") if parts else ""
            parts += _choose(sheet, page, offer, heading)
    if not (shown.offers or parts):
        parts = [Part(paragraphs=(tongue.say("plan", "nothing_open"),))]
    view = FormView(
        tongue.say("plan", "heading"),
        tuple(parts),
        said=_said(sheet, shown),
        mail=mail,
        form_action=plan_pay.form_action(
            sheet, collecting.form_action(sheet), pays=any(pays.values())
        ),
    )
    errors = []
    if refused is not None:
        labels = {"count": tongue.say("plan", "count"), "first": tongue.say("plan", "first")}
        first, last = page.days_to_begin()
        key = refused.code if tongue.has("errors", refused.code) else "changed"
        words = tongue.say(
            "errors",
            key,
            label=labels.get(refused.field, ""),
            most=MOST_ASKED,
            first=tongue.day(first),
            last=tongue.day(last),
        )
        errors.append((refused.field, words))
    return sheet.made(view, errors)


def _said(sheet: Sheet, shown: PlansShown) -> Mapping[str, str] | None:
    """What was done, where it is so."""
    code = sheet.asked.said
    if code in collecting.SAID:
        return collecting.told(sheet)
    so = {AGREED: shown.running, ASKED_FOR: shown.asked, DECLINED: True}
    return sheet.told(code) if so.get(code) else None


def _choose(sheet: Sheet, page: PortalPlans, offer: Offered, heading: str) -> list[Part]:
    tongue = sheet.tongue
    total = offer.terms[0].total - offer.terms[0].fee
    options = [
        Option(
            f"{offer.currency}-{one.number}",
            tongue.counted("plan", "option", one.number),
            _hint(sheet, one, offer.currency),
            place == 0,
        )
        for place, one in enumerate(offer.terms)
    ]
    label = tongue.say("plan", "choose")
    field = Field("radio", CHOICE, label, options=tuple(options), required=True)
    button = tongue.say("plan", "show")
    form = WebForm(sheet.to("plan"), button, (field,), method="get")
    said = tongue.say("plan", "total", amount=tongue.money(total, offer.currency))
    first, last = page.days_to_begin()
    other = WebForm(
        sheet.to("plan"),
        button,
        (
            _count(sheet),
            Field(
                "date",
                "first",
                tongue.say("plan", "first"),
                value=sheet.asked.text("first"),
                least=iso(first),
                most=iso(last),
            ),
        ),
        hidden=(("currency", offer.currency),),
        method="get",
        quiet=True,
    )
    return [
        Part(heading, paragraphs=(said,), forms=(form,)),
        Part(tongue.say("plan", "other_heading"), (tongue.say("plan", "other"),), forms=(other,)),
    ]


def _hint(sheet: Sheet, terms: Terms, currency: str) -> str:
    tongue = sheet.tongue
    regular = sorted({one.amount for one in terms.instalments[1 if terms.down else 0 :]})
    low, high = tongue.money(regular[0], currency), tongue.money(regular[-1], currency)
    figures = {
        # The remainder of a division makes some of them a minor unit more.
        "amount": low if low == high else tongue.say("plan", "either", low=low, high=high),
        "date": tongue.day(terms.instalments[-1].due),
    }
    if terms.down:
        down = tongue.money(terms.instalments[0].amount, currency)
        return tongue.say("plan", "down_hint", down=down, **figures)
    return tongue.say("plan", "option_hint", **figures)


def _running(sheet: Sheet, plan: PaymentPlan) -> Part:
    tongue = sheet.tongue
    return Part(
        tongue.say("plan", "running_heading"),
        (
            tongue.say("plan", "covers", items=sheet.names(plan.items)),
            tongue.say(
                "plan",
                "running",
                paid=tongue.money(plan.received, plan.currency),
                total=tongue.money(plan.total, plan.currency),
            ),
        ),
        progress(sheet, plan),
        link=LinkTo(sheet.to(PLAN_PDF), tongue.say("plan", "pdf")),
    )


def progress(sheet: Sheet, plan: PaymentPlan) -> Table:
    """The instalments of a plan, with what came of each."""
    tongue, rows = sheet.tongue, []
    for one, paid in zip(plan.instalments, plan.paid(), strict=True):
        notes: tuple[str, ...] = ()
        if paid >= one.amount:
            notes = (tongue.say("plan", "row_paid"),)
        elif came := next((debit for debit in plan.coming if debit.due == one.due), None):
            notes = (tongue.say("collect", "row", date=tongue.day(came.on)),)
        elif paid:
            notes = (tongue.say("plan", "row_part", amount=tongue.money(paid, plan.currency)),)
        rows.append(Row(tongue.day(one.due), tongue.money(one.amount, plan.currency), notes))
    columns = (tongue.say("plan", "when"), tongue.say("plan", "amount"))
    total = Row(tongue.say("plan", "sum"), tongue.money(plan.total, plan.currency))
    return Table(tongue.say("plan", "table_running"), columns, tuple(rows), total)


def _asked_for(sheet: Sheet, plan: PaymentPlan) -> Part:
    tongue = sheet.tongue
    return Part(
        tongue.say("plan", "asked_heading"),
        (tongue.say("plan", "asked"),),
        _table(sheet, Terms(plan.instalments, plan.down), plan.currency),
    )


def _proposed(sheet: Sheet, plan: PaymentPlan) -> list[Part]:
    """What the creditor proposes, with the three answers."""
    tongue = sheet.tongue
    seen = plan_seen(plan)
    nonce = sheet.nonce("plan-answer", plan.id, seen)

    hidden = (nonce, ("plan", plan.id))

    def to(answer: str) -> str:
        return sheet.to(f"../../plans/{sheet.asked.token}/{answer}")

    accept = WebForm(to("accept"), tongue.say("plan", "accept"), hidden=hidden)
    decline = WebForm(to("decline"), tongue.say("plan", "decline"), hidden=hidden, quiet=True)
    counter = WebForm(
        to("counter"), tongue.say("plan", "counter"), (_count(sheet),), hidden=hidden, quiet=True
    )
    return [
        Part(
            tongue.say("plan", "proposed_heading"),
            (tongue.say("plan", "covers", items=sheet.names(plan.items)),),
            _table(sheet, Terms(plan.instalments, plan.down), plan.currency),
        ),
        Part(paragraphs=(tongue.say("plan", "promise"),), forms=(accept, decline)),
        Part(
            tongue.say("plan", "counter_heading"), (tongue.say("plan", "other"),), forms=(counter,)
        ),
    ]


def _count(sheet: Sheet) -> Field:
    """How many instalments somebody would like."""
    return Field(
        "number",
        "count",
        sheet.tongue.say("plan", "count"),
        value=sheet.asked.text("count"),
        required=True,
        least="1",
        most=str(MOST_ASKED),
        mode="numeric",
    )
