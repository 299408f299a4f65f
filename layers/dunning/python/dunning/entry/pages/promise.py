"""The page of a promise: what is due, by when it may be promised, and whether it still helps."""

from dunning.adapters.form_pages import Field, FormView, HtmlPage, Part, WebForm
from dunning.domain.promises import Promisable
from dunning.entry.pages.asked import Here, PageAsked, Sheet, iso
from dunning.service.portal_promises import may_promise

PROMISED = "promised"


def show(here: Here, asked: PageAsked) -> HtmlPage:
    """A form for each currency."""
    sheet = Sheet.of(here, asked)
    tongue, visit = sheet.tongue, sheet.visit
    offers = may_promise(visit)
    standing = [p for p in visit.state.promises if not p.outcome and p.last_day >= visit.today]
    parts = [
        Part(
            paragraphs=(
                tongue.say(
                    "promise",
                    "standing",
                    amount=tongue.money(one.amount, one.currency),
                    date=tongue.day(one.by),
                ),
            )
        )
        for one in standing
    ]
    parts += [_form(sheet, offer) for offer in offers]
    if not offers:
        parts.append(Part(paragraphs=(tongue.say("promise", "nothing_open"),)))
    said = sheet.told(PROMISED) if asked.said == PROMISED and standing else None
    mail = any(offer.reason for offer in offers)
    return sheet.made(
        FormView(tongue.say("promise", "heading"), tuple(parts), said=said, mail=mail),
        _errors(sheet, offers),
    )


def _errors(sheet: Sheet, offers: tuple[Promisable, ...]) -> list[tuple[str, str]]:
    tongue, wanted = sheet.tongue, sheet.asked.text("currency")
    offer = next((one for one in offers if one.currency == wanted and not one.reason), None)
    labels = {"date": tongue.say("promise", "date"), "amount": tongue.say("promise", "amount")}
    if offer is None:
        return sheet.error(labels, first="", last="", amount="")
    return sheet.error(
        labels,
        first=tongue.day(sheet.visit.today),
        last=tongue.day(offer.last),
        amount=tongue.money(offer.amount, offer.currency),
    )


def _form(sheet: Sheet, offer: Promisable) -> Part:
    tongue = sheet.tongue
    if offer.reason:
        known = "too_often" if offer.reason == "promised_too_often" else "not_offered"
        return Part(paragraphs=(tongue.say("promise", known),))
    mine = sheet.asked.text("currency") == offer.currency
    usual = tongue.plain(offer.amount, offer.currency)
    amount = tongue.money(offer.amount, offer.currency)
    fields = (
        Field(
            "date",
            "date",
            tongue.say("promise", "date"),
            tongue.say("promise", "date_hint", last=tongue.day(offer.last)),
            sheet.asked.text("date") if mine else "",
            required=True,
            least=iso(sheet.visit.today),
            most=iso(offer.last),
        ),
        Field(
            "text",
            "amount",
            tongue.say("promise", "amount"),
            tongue.say("promise", "amount_hint"),
            sheet.asked.text("amount") if mine else usual,
            required=True,
            longest=30,
            mode="decimal",
        ),
    )
    paragraphs = [tongue.say("promise", "lead", amount=amount, items=sheet.names(offer.items))]
    paragraphs.append(tongue.say("promise", "effect"))
    if offer.number > 1:
        paragraphs.append(tongue.say("promise", "second"))
    hidden = (sheet.nonce("promise", offer.currency), ("currency", offer.currency))
    form = WebForm(sheet.to("promise"), tongue.say("promise", "send"), fields, hidden)
    return Part(paragraphs=tuple(paragraphs), forms=(form,))
