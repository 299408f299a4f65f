"""The page of how somebody wants to be reached: language, hours, and what is to stop."""

from dunning.adapters.form_pages import Field, FormView, HtmlPage, Option, Part, WebForm
from dunning.entry.pages.asked import Here, PageAsked, Sheet
from dunning.service.portal_contact import LANGUAGES, preferences

SAVED, STOPPED = "saved", "stopped"


def show(here: Here, asked: PageAsked) -> HtmlPage:
    """What is known, to be changed; and what can be stopped."""
    sheet = Sheet.of(here, asked)
    tongue = sheet.tongue
    known = preferences(sheet.visit)
    language = asked.text("language") or known.language
    fields = [
        Field(
            "select",
            "language",
            tongue.say("contact", "language"),
            options=tuple(
                Option(one, tongue.say("languages", one), chosen=one == language)
                for one in LANGUAGES
            ),
        )
    ]
    paragraphs: tuple[str, ...] = ()
    if known.others:
        paragraphs = (tongue.say("contact", "others"),)
    else:
        start, end = (str(hour) for hour in known.hours) if known.hours else ("", "")
        if asked.refused is not None:
            start, end = asked.text("from"), asked.text("until")
        fields += [_hour(sheet, "from", start, "hours_hint"), _hour(sheet, "until", end, "")]
    form = WebForm(
        sheet.to("contact"),
        tongue.say("contact", "send"),
        tuple(fields),
        (sheet.nonce("contact"),),
    )
    parts = [Part(paragraphs=paragraphs, forms=(form,))]
    if known.channels:
        stopped = tuple(tongue.say("contact", f"stopped_{one}") for one in known.stopped)
        forms = tuple(
            WebForm(
                sheet.to("stop"),
                tongue.say("contact", one),
                hidden=(sheet.nonce("stop"), ("channel", one)),
                quiet=True,
            )
            for one in known.channels
            if one not in known.stopped
        )
        said = (tongue.say("contact", "stop"), *stopped)
        parts.append(Part(tongue.say("contact", "stop_heading"), said, forms=forms))
    told = asked.said == SAVED or (asked.said == STOPPED and known.stopped)
    view = FormView(
        tongue.say("contact", "heading"),
        tuple(parts),
        said=sheet.told(asked.said) if told else None,
    )
    labels = {
        "from": tongue.say("contact", "hours"),
        "language": tongue.say("contact", "language"),
    }
    return sheet.made(view, sheet.error(labels))


def _hour(sheet: Sheet, name: str, value: str, hint: str) -> Field:
    tongue = sheet.tongue
    hours = [Option("", tongue.say("contact", "none"), chosen=not value)]
    span = range(24) if name == "from" else range(1, 25)
    hours += [Option(str(one), f"{one:02d}:00", chosen=str(one) == value) for one in span]
    return Field(
        "select",
        name,
        tongue.say("contact", name),
        tongue.say("contact", hint) if hint else "",
        options=tuple(hours),
    )
