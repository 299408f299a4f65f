"""The page of objections: what is wrong with which invoice, what stands, and a file to it."""

from dunning.adapters.form_pages import Field, FormView, HtmlPage, Option, Part, WebForm
from dunning.domain.said_by_link import PREFIX
from dunning.entry.pages.asked import Here, PageAsked, Sheet, refs_of
from dunning.service.portal_disputes import LONGEST_TEXT, MOST_ITEMS, REASONS, disputable

OBJECTED = "objected"
FILE_SENT = "file-sent"


def show(here: Here, asked: PageAsked) -> HtmlPage:
    """What stands, and a form for more."""
    sheet = Sheet.of(here, asked)
    tongue, state = sheet.tongue, sheet.visit.state
    parts = []
    mine = sorted(state.disputes, key=lambda one: (one.on, one.id))
    if mine:
        lines = tuple(
            tongue.say(
                "dispute",
                "standing",
                item=tongue.say("items", "invoice", invoice=one.invoice),
                date=tongue.day(one.on),
            )
            for one in mine
        )
        parts.append(Part(tongue.say("dispute", "standing_heading"), lines))
    files = [one for one in mine if one.id.startswith(PREFIX)]
    if files:
        parts.append(_file(sheet, files[-1].id))
    items = disputable(sheet.visit)
    if items:
        parts.append(_form(sheet))
    elif not mine:
        parts.append(Part(paragraphs=(tongue.say("dispute", "nothing_open"),)))
    told = asked.said if asked.said in (OBJECTED, FILE_SENT) and mine else ""
    view = FormView(
        tongue.say("dispute", "heading"), tuple(parts), said=sheet.told(told) if told else None
    )
    labels = {
        "items": tongue.say("dispute", "items"),
        "reason": tongue.say("dispute", "reason"),
        "text": tongue.say("dispute", "text"),
    }
    most = LONGEST_TEXT if asked.refused and asked.refused.field == "text" else MOST_ITEMS
    return sheet.made(view, sheet.error(labels, most=most))


def _form(sheet: Sheet) -> Part:
    tongue, asked = sheet.tongue, sheet.asked
    items = disputable(sheet.visit)
    chosen = refs_of(asked.fields.get("items", ()))
    reason = asked.text("reason")
    fields = (
        Field(
            "checkbox",
            "items",
            tongue.say("dispute", "items"),
            options=sheet.options(items, chosen if len(items) > 1 else [items[0].ref]),
        ),
        Field(
            "radio",
            "reason",
            tongue.say("dispute", "reason"),
            options=tuple(
                Option(one, tongue.say("dispute", one), chosen=one == reason) for one in REASONS
            ),
            required=True,
        ),
        Field(
            "textarea",
            "text",
            tongue.say("dispute", "text"),
            tongue.say("dispute", "text_hint"),
            asked.text("text"),
            longest=LONGEST_TEXT,
        ),
    )
    hidden = (sheet.nonce("dispute"),)
    form = WebForm(sheet.to("dispute"), tongue.say("dispute", "send"), fields, hidden)
    return Part(paragraphs=(tongue.say("dispute", "lead"),), forms=(form,))


def _file(sheet: Sheet, dispute: str) -> Part:
    return Part()
