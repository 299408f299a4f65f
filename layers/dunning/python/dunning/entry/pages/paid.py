"""The page of whoever has paid already: what, when, how much, and by which reference."""

from dunning.adapters.form_pages import Field, FormView, HtmlPage, Part, WebForm
from dunning.domain.calendar import later
from dunning.domain.said_paid import LONGEST_AGO, WAITING_DAYS
from dunning.entry.pages.asked import Here, PageAsked, Sheet, iso, refs_of
from dunning.service.portal_disputes import LONGEST_REFERENCE, MOST_ITEMS, payable

PAID, PAID_AGAIN = "paid", "paid-again"


def show(here: Here, asked: PageAsked) -> HtmlPage:
    """The form, or that nothing is open."""
    sheet = Sheet.of(here, asked)
    tongue = sheet.tongue
    parts = (_form(sheet),) if sheet.visit.state.open else ()
    lead = tongue.say("paid", "lead" if parts else "nothing_open")
    said = None
    if asked.said in (PAID, PAID_AGAIN):
        said = sheet.told(asked.said, days=WAITING_DAYS)
    labels = {name: tongue.say("paid", name) for name in ("items", "date", "amount", "reference")}
    today = sheet.visit.today
    refused = asked.refused
    most = LONGEST_REFERENCE if refused and refused.field == "reference" else MOST_ITEMS
    if refused and refused.code == "bad_amount":
        errors = [
            (
                refused.field,
                tongue.say("errors", "no_amount", label=labels["amount"], amount=_usual(sheet)[1]),
            )
        ]
    else:
        errors = sheet.error(
            labels,
            most=most,
            first=tongue.day(later(today, -LONGEST_AGO)),
            last=tongue.day(today),
        )
    return sheet.made(FormView(tongue.say("paid", "heading"), parts, (lead,), said=said), errors)


def _usual(sheet: Sheet) -> tuple[str, str]:
    """What is due, as a field holds it and as it is shown."""
    items = payable(sheet.visit)
    currency = items[0].currency
    mine = [item for item in items if item.currency == currency]
    due = sum(item.open for item in mine if item.due <= sheet.visit.today)
    amount = due or sum(item.open for item in mine)
    return sheet.tongue.plain(amount, currency), sheet.tongue.money(amount, currency)


def _form(sheet: Sheet) -> Part:
    tongue, asked = sheet.tongue, sheet.asked
    items, today = payable(sheet.visit), sheet.visit.today
    chosen = refs_of(asked.fields.get("items", ()))
    value, shown = _usual(sheet)
    if not asked.fields:
        chosen = tuple(item.ref for item in items if item.due <= today)[:MOST_ITEMS]
    fields = (
        Field(
            "checkbox", "items", tongue.say("paid", "items"), options=sheet.options(items, chosen)
        ),
        Field(
            "date",
            "date",
            tongue.say("paid", "date"),
            value=asked.text("date"),
            required=True,
            least=iso(later(today, -LONGEST_AGO)),
            most=iso(today),
        ),
        Field(
            "text",
            "amount",
            tongue.say("paid", "amount"),
            tongue.say("paid", "amount_hint", amount=shown),
            asked.text("amount") if asked.fields else value,
            required=True,
            longest=30,
            mode="decimal",
        ),
        Field(
            "text",
            "reference",
            tongue.say("paid", "reference"),
            tongue.say("paid", "reference_hint"),
            asked.text("reference"),
            longest=LONGEST_REFERENCE,
        ),
    )
    form = WebForm(sheet.to("paid"), tongue.say("paid", "send"), fields, (sheet.nonce("paid"),))
    return Part(paragraphs=(tongue.say("paid", "effect", days=WAITING_DAYS),), forms=(form,))
