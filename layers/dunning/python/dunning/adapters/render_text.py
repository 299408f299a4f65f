"""From a decision to a text message: who writes, about which invoice, how much, whom to call.
Short: at most three parts. Whether and when it is sent is decided elsewhere.
"""

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

from babel.core import Locale

from dunning.domain import wordings
from dunning.domain.account import Account
from dunning.domain.calling import SMS
from dunning.domain.creditor import Creditor
from dunning.domain.due import Send
from dunning.domain.policy import Rulebook
from dunning.domain.tellings import (
    HandOverTold,
    InstalmentTold,
    PlanTold,
    PromiseTold,
    Telling,
    Thanks,
)

from .figures import form, locale_of, money, short_day
from .gsm import parts, plainer
from .own_words import Failed, OwnWords, ignored
from .render_lines import document, one_line
from .wording import Wordings, Words

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

    def __init__(self, templates: Path, failed: Failed = ignored) -> None:
        """`failed` is told where a creditor's own words could not be said."""
        self.wordings = Wordings(templates / "sms" / "wording")
        self._own = OwnWords(self.wordings, SMS, failed)

    def render_text(
        self, state: Account, rulebook: Rulebook, send: Send, country: str | None = None
    ) -> WrittenText:
        """The text of a reminder; `country`: of the number it goes to. Raises NoWording,
        Unwritable."""
        wording = wordings.wording_of(rulebook.named(send.policy), send.level, send.variant)
        lines = [line for line in send.lines if line.charge is None] or list(send.lines)
        numbers = [document(line) for line in lines]

        def said(text: _Text) -> WrittenText:
            text.about(numbers, send.total, send.currency)
            return text.written(wording, send.tone)

        return self._said(state, rulebook, country, said)

    def tell_text(
        self,
        state: Account,
        rulebook: Rulebook,
        telling: Telling,
        tone: str,
        country: str | None = None,
    ) -> WrittenText:
        """The text of what is told beside reminders. Raises NoWording, Unwritable."""

        def said(text: _Text) -> WrittenText:
            text.of(telling)
            return text.written(telling.wording, tone)

        return self._said(state, rulebook, country, said)

    def _said(
        self,
        state: Account,
        rulebook: Rulebook,
        country: str | None,
        said: "Callable[[_Text], WrittenText]",
    ) -> WrittenText:
        customer, owed_to = state.customer, rulebook.creditor
        where = (country or customer.country or "").upper()

        def made(words: Words) -> WrittenText:
            return said(_Text(words, locale_of(customer, owed_to), owed_to, where))

        language = customer.language or owed_to.language
        return self._own.say(owed_to.creditor, rulebook.wording, language, made)


class _Text:
    """One text in the making."""

    def __init__(self, words: Words, locale: Locale, owed_to: Creditor, where: str) -> None:
        number = owed_to.brand.phone
        if not number:
            raise Unwritable(
                "no_phone", "a text names a number to call; give brand.phone in creditor.json"
            )
        self.words, self.locale = words, locale
        self.name = one_line(owed_to.name or owed_to.creditor)[:LONGEST_NAME].rstrip()
        self.ends = [words["opt_out"]["reply"]] if where in STOPPED_BY_REPLY else []
        self.count = 1
        self.named = {"number": number}

    def about(self, numbers: Iterable[str], total: int, currency: str) -> None:
        """Say which invoices it is about, and for how much."""
        found = list(dict.fromkeys(numbers))
        self.count = max(len(found), 1)
        short = bool(found) and len(found[0]) <= LONGEST_NUMBER
        forms = self.words["phrases"]["invoices" if short else "invoices_unnamed"]
        invoices = form(forms, self.count, self.words.language)
        first = found[0] if found else ""
        self.named["invoices"] = invoices.format(invoice=first, count=self.count)
        self.named["total"] = money(total, currency, self.locale)

    def of(self, telling: Telling) -> None:
        """Say what is told."""

        def amount(minor: int) -> str:
            return money(minor, telling.currency, self.locale)

        def on(day: date) -> str:
            return short_day(day, self.locale)

        numbers: Iterable[str] = ()
        match telling:
            case InstalmentTold():
                plan, numbers = telling.plan, [ref.invoice for ref in telling.plan.items]
                self.named |= {
                    "part": str(telling.number),
                    "instalments": str(len(plan.instalments)),
                    "due": on(telling.instalment.due),
                    "last_day": on(plan.last_day(telling.instalment)),
                }
            case PromiseTold():
                numbers = [document(line) for line in telling.lines]
                self.named |= {
                    "promised": amount(telling.promise.amount),
                    "by": on(telling.promise.by),
                }
            case Thanks():
                numbers = [settled.ref.invoice for settled in telling.settled]
                self.named |= {"paid": amount(telling.paid), "on": on(telling.on)}
            case PlanTold():
                first = telling.plan.instalments[0]
                numbers = [document(line) for line in telling.lines]
                self.named |= {
                    "instalments": str(len(telling.plan.instalments)),
                    "first_amount": amount(first.amount),
                    "first_due": on(first.due),
                }
            case HandOverTold():
                numbers = [document(line) for line in telling.lines]
                self.named["receiver"] = self.words["receivers"][telling.fact.to]
        self.about(numbers, telling.total, telling.currency)

    def written(self, wording: str, tone: str) -> WrittenText:
        """The whole text of a wording. Where it is too long, the creditor's name is cut, then what
        stands beside the number to call."""
        step = self.words.step(wording, tone)
        name, call = self.name, step.say("call", self.count, self.named)

        def said() -> str:
            text = step.say("text", self.count, self.named | {"creditor": name})
            return plainer(" ".join((text, call, *self.ends)))

        text = said()
        while parts(text) > MOST_PARTS and len(name) > _LEAST_NAME:
            name = name[:-4].rstrip()
            text = said()
        if parts(text) > MOST_PARTS:
            call = self.named["number"]
            text = said()
        if parts(text) > MOST_PARTS:
            raise Unwritable("too_long", f"the text takes {parts(text)} parts, more than 3")
        template = f"sms-{wording}-{self.words.edition}-{self.words.language}-{tone}"
        return WrittenText(text, self.words.language, template)
