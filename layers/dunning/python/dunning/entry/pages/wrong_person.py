"""The page of whom a message was not for. It shows nothing of the account."""

from dunning.adapters.form_pages import FormPages, FormView, HtmlPage, Part, WebForm
from dunning.entry.pages.asked import Here, PageAsked, Sheet
from dunning.service.visiting import Visit


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


def done(pages: FormPages, visit: Visit) -> HtmlPage:
    """That it was heard: the link shows nothing from now on, so this is the last page."""
    tongue = pages.tongue(visit.settings, visit.state.customer)
    heading, text = tongue.say("wrong", "done_heading"), tongue.say("wrong", "done")
    return pages.page(FormView(heading, paragraphs=(text,)), tongue, visit.settings)
