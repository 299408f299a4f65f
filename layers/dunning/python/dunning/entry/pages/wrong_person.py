"""The page of whom a message was not for. It shows nothing of the account."""

from dunning.adapters.form_pages import FormView, HtmlPage, Part, WebForm
from dunning.entry.pages.asked import Here, PageAsked, Sheet


def show(here: Here, asked: PageAsked) -> HtmlPage:
    """One button."""
    sheet = Sheet.of(here, asked)
    say = sheet.tongue.say
    form = WebForm(
        sheet.to("wrong-person"), say("wrong", "send"), hidden=(sheet.nonce("wrong-person"),)
    )
    return sheet.made(
        FormView(say("wrong", "heading"), (Part(forms=(form,)),), (say("wrong", "lead"),))
    )


def done(here: Here, asked: PageAsked) -> HtmlPage:
    """That it was heard: the link shows nothing from now on, so this is the last page."""
    sheet = Sheet.of(here, asked)
    say = sheet.tongue.say
    view = FormView(say("wrong", "done_heading"), paragraphs=(say("wrong", "done"),))
    return here.pages.page(view, sheet.tongue, sheet.visit.settings)
