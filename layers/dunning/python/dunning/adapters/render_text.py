"""From a decision to a text message: who writes, about which invoice, how much, whom to call.
Short: at most three parts. Whether and when it is sent is decided elsewhere.
"""

from pathlib import Path

from dunning.domain import wordings
from dunning.domain.account import Account
from dunning.domain.due import Send
from dunning.domain.policy import Rulebook

from .figures import form, locale_of, money
from .gsm import parts, plainer
from .render_lines import document, one_line
from .wording import Wordings

MOST_PARTS = 3
LONGEST_NAME, LONGEST_NUMBER = 40, 24
"""Characters of a creditor's name and of an invoice's number; a longer name is cut, and of a longer
number the text says "an invoice"."""
_LEAST_NAME = 12
STOPPED_BY_REPLY = frozenset({"US", "CA", "PR"})
"""Where carriers and the law (47 CFR 64.1200(a)(10)) expect that STOP ends it; elsewhere a reply to
our numbers may reach nobody."""


class Unwritable(ValueError):
    """A text that cannot be sent: `code` is stable, the sentence says how to mend."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class WrittenText:
    """What a text says."""

    __slots__ = ("language", "template", "text")

    def __init__(self, text: str, language: str, template: str) -> None:
        self.text, self.language, self.template = text, language, template


class TextRenderer:
    """Texts from the wordings of a folder; nothing is stored."""

    def __init__(self, templates: Path) -> None:
        self.wordings = Wordings(templates / "sms" / "wording")

    def render_text(
        self, state: Account, rulebook: Rulebook, send: Send, country: str | None = None
    ) -> WrittenText:
        """The text of a reminder; `country`: of the number it goes to. Raises NoWording,
        Unwritable."""
        creditor, customer = rulebook.creditor, state.customer
        number = creditor.brand.phone
        if not number:
            raise Unwritable(
                "no_phone", "a text names a number to call; give brand.phone in creditor.json"
            )
        words = self.wordings.of(customer.language or creditor.language)
        wording = wordings.wording_of(rulebook.named(send.policy), send.level, send.variant)
        step = words.step(wording, send.tone)
        lines = [line for line in send.lines if line.charge is None] or list(send.lines)
        numbers = list(dict.fromkeys(document(line) for line in lines))
        short = len(numbers[0]) <= LONGEST_NUMBER
        forms = words["phrases"]["invoices" if short else "invoices_unnamed"]
        invoices = form(forms, len(numbers), words.language)
        named = {
            "invoices": invoices.format(invoice=numbers[0], count=len(numbers)),
            "total": money(send.total, send.currency, locale_of(customer, creditor)),
            "number": number,
        }
        listed = (country or customer.country or "").upper() in STOPPED_BY_REPLY
        name = one_line(creditor.name or creditor.creditor)[:LONGEST_NAME].rstrip()
        ends = [words["opt_out"]["reply"]] if listed else []

        def said(name: str, call: str) -> str:
            text = step.say("text", len(numbers), named | {"creditor": name})
            return plainer(" ".join((text, call, *ends)))

        text = said(name, step.say("call", len(numbers), named))
        while parts(text) > MOST_PARTS and len(name) > _LEAST_NAME:
            name = name[:-4].rstrip()
            text = said(name, step.say("call", len(numbers), named))
        if parts(text) > MOST_PARTS:
            text = said(name, number)
        if parts(text) > MOST_PARTS:
            raise Unwritable("too_long", f"the text takes {parts(text)} parts, more than 3")
        template = f"sms-{wording}-{words.version}-{words.language}-{send.tone}"
        return WrittenText(text, words.language, template)
