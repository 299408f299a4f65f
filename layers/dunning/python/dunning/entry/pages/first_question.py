"""The page of the question that comes before any amount. It shows nothing of the account."""

from dunning.adapters.form_pages import Field, FormPages, FormView, HtmlPage, Part, WebForm
from dunning.domain.second_factor import POSTCODE, question
from dunning.entry.pages.asked import Here, PageAsked, Sheet
from dunning.service.visiting import Visit

ANSWER = "answer"
_AN_AMOUNT = 123_450


def show(here: Here, asked: PageAsked) -> HtmlPage:
    """The question."""
    sheet = Sheet.of(here, asked)
    tongue, visit = sheet.tongue, sheet.visit
    what = question(visit.state, visit.settings.second_factor)
    currency = next((item.currency for item in visit.state.open), "EUR")
    hint = ""
    if what != POSTCODE:
        hint = tongue.say("factor", "amount_hint", amount=tongue.money(_AN_AMOUNT, currency))
    field = Field(
        "text",
        ANSWER,
        tongue.say("factor", what),
        hint,
        required=True,
        longest=40,
        complete="postal-code" if what == POSTCODE else "off",
    )
    form = WebForm(sheet.to(ANSWER), tongue.say("factor", "send"), (field,), (sheet.nonce(ANSWER),))
    view = FormView(
        tongue.say("factor", "heading"), (Part(forms=(form,)),), (tongue.say("factor", "lead"),)
    )
    # No way back: there is no page yet to go back to.
    errors = sheet.error({})
    return here.pages.page(
        FormView(view.heading, view.parts, view.paragraphs, sheet.said(), errors=tuple(errors)),
        tongue,
        visit.settings,
    )


def locked(pages: FormPages, visit: Visit) -> HtmlPage:
    """That there were too many wrong answers."""
    tongue = pages.tongue(visit.settings, visit.state.customer)
    view = FormView(
        tongue.say("factor", "heading"), paragraphs=(tongue.say("factor", "locked"),), mail=True
    )
    return pages.page(view, tongue, visit.settings)
