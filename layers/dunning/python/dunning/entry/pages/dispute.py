"""The page of objections: what is wrong with which invoice, what stands, and a file to it."""

from urllib.parse import urlsplit

from dunning.adapters.form_pages import (
    Field,
    FormPages,
    FormView,
    HtmlPage,
    LinkTo,
    Option,
    Part,
    WebForm,
)
from dunning.domain.said_by_link import form_of
from dunning.domain.uploads import MOST_BYTES, TYPES, UploadForm
from dunning.entry.pages.asked import Here, PageAsked, Sheet, refs_of
from dunning.service.portal_disputes import LONGEST_TEXT, MOST_ITEMS, REASONS, disputable
from dunning.service.visiting import Visit

OBJECTED, OBJECTED_AGAIN = "objected", "objected-again"
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
    files = [one for one in mine if form_of(one.id)]
    if files:
        parts.append(_file(sheet, files[-1].id))
    items = disputable(sheet.visit)
    if items:
        parts.append(_form(sheet))
    elif not mine:
        parts.append(Part(paragraphs=(tongue.say("dispute", "nothing_open"),)))
    told = asked.said if asked.said in (OBJECTED, FILE_SENT) and mine else ""
    told = OBJECTED_AGAIN if asked.said == OBJECTED_AGAIN else told
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
    """A button for each kind of file, because a form is signed for one."""
    tongue = sheet.tongue
    nonce = sheet.nonce("attach", dispute)
    forms = tuple(
        WebForm(
            sheet.to("attach"),
            tongue.say("dispute", kind),
            hidden=(nonce, ("dispute", dispute), ("kind", kind)),
            quiet=True,
        )
        for kind in TYPES
    )
    lead = tongue.say("dispute", "file_lead", size=MOST_BYTES // 1024**2)
    return Part(tongue.say("dispute", "file_heading"), (lead,), forms=forms)


def upload(pages: FormPages, visit: Visit, kind: str, signed: UploadForm) -> HtmlPage:
    """The form for one file, which the bucket takes. The file has to be its last field."""
    tongue = pages.tongue(visit.settings, visit.state.customer)
    size = MOST_BYTES // 1024**2
    field = Field(
        "file",
        "file",
        tongue.say("dispute", "file"),
        tongue.say("dispute", "file_lead", size=size),
        TYPES[kind],
    )
    button = tongue.say("dispute", "upload")
    form = WebForm(signed.action, button, (field,), signed.fields, multipart=True)
    to = urlsplit(signed.action)
    view = FormView(
        tongue.say("dispute", "upload_heading"),
        (Part(forms=(form,)),),
        back=LinkTo("dispute", tongue.say("dispute", "heading")),
        form_action=f"'self' {to.scheme}://{to.netloc}",
    )
    return pages.page(view, tongue, visit.settings)
