"""From a decision to what a call says: SSML and the same as text, in the customer's language.
Refuses what may not be said aloud. Whether, when and how a call is placed is decided elsewhere.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

from babel.core import Locale

from dunning.domain import wordings
from dunning.domain.account import VOICE, Account
from dunning.domain.calendar import later
from dunning.domain.creditor import Creditor
from dunning.domain.customer import Customer
from dunning.domain.due import Send
from dunning.domain.policy import Policy, Rulebook
from dunning.domain.tellings import InstalmentTold, PromiseTold, Telling
from dunning.service.ports import SpokenMessage

from .figures import day, form, locale_of
from .own_words import Failed, OwnWords, ignored
from .render_lines import document, one_line
from .spoken import Spoken, spoken_money, spoken_number, spoken_phone
from .wording import NoWording, Wordings, Words

LONGEST_TEXT, LONGEST_SSML = 3_000, 6_000
"""Characters that the voice service takes: of text, and with the tags."""
LISTED_COUNTRIES = frozenset({"US"})
"""Where the law lists what a message to nobody in particular may hold (12 CFR 1006.2(j)): the words
that say "machine" are not among them."""
MAY_HEAR = frozenset({"business", "public"})
"""Classes of customers of whose debt a call may speak. A voice service tells neither a person from
an answering machine nor who listens: of a natural person's debt it never speaks."""
_NAMES = ("creditor", "customer", "contact")
_END = re.compile(r"[.!?]\s")


class Unspeakable(ValueError):
    """A script that may not be said, or cannot: `code` is stable, the sentence says how to mend."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def may_hear_of_the_debt(customer: Customer) -> bool:
    """Whether a call to that customer may say more than the limited message."""
    return customer.customer_class in MAY_HEAR


class SpeechRenderer:
    """Scripts from the wordings of a folder; nothing is stored."""

    def __init__(self, templates: Path, failed: Failed = ignored) -> None:
        """`failed` is told where a creditor's own words could not be said."""
        self.wordings = Wordings(templates / "voice" / "wording")
        self._own = OwnWords(self.wordings, VOICE, failed)

    def render_voice(
        self, state: Account, rulebook: Rulebook, send: Send, *, limited: bool | None = None
    ) -> SpokenMessage:
        """The script of a reminder. `limited`: only what anybody may hear; None: as the customer's
        class allows. Raises NoWording, Unspeakable."""
        policy = rulebook.named(send.policy)
        wording = wordings.wording_of(policy, send.level, send.variant)

        def said(script: _Script) -> SpokenMessage:
            return _demand(script, policy, wording, send)

        return self._said(state, rulebook, send.tone, limited, said)

    def tell_voice(
        self,
        state: Account,
        rulebook: Rulebook,
        telling: Telling,
        tone: str,
        *,
        limited: bool | None = None,
    ) -> SpokenMessage:
        """The script of what is told beside reminders, where a call makes sense of it: a missed
        instalment, a broken promise. Raises NoWording, Unspeakable."""

        def said(script: _Script) -> SpokenMessage:
            return _told(script, telling)

        return self._said(state, rulebook, tone, limited, said)

    def _said(
        self,
        state: Account,
        rulebook: Rulebook,
        tone: str,
        limited: bool | None,
        said: "Callable[[_Script], SpokenMessage]",
    ) -> SpokenMessage:
        customer, owed_to = state.customer, rulebook.creditor
        only = limited if limited is not None else not may_hear_of_the_debt(customer)

        def made(words: Words) -> SpokenMessage:
            locale = locale_of(customer, owed_to)
            script = _Script(words, locale, customer, owed_to, tone, only)
            return script.limited_message() if only else said(script)

        language = customer.language or owed_to.language
        return self._own.say(owed_to.creditor, rulebook.wording, language, made)


def _demand(script: "_Script", policy: Policy | None, wording: str, send: Send) -> SpokenMessage:
    items = [line for line in send.lines if line.charge is None] or list(send.lines)
    script.about([document(line) for line in items], send.total, send.currency)
    script.days(due=min(line.due for line in items))
    return script.message(wording, _consequence(script, policy, send))


def _told(script: "_Script", telling: Telling) -> SpokenMessage:
    if isinstance(telling, InstalmentTold):
        plan = telling.plan
        script.about([ref.invoice for ref in plan.items], telling.total, telling.currency)
        script.days(due=telling.instalment.due, last_day=plan.last_day(telling.instalment))
    elif isinstance(telling, PromiseTold):
        numbers = [document(line) for line in telling.lines]
        script.about(numbers, telling.total, telling.currency)
        script.days(by=telling.promise.by)
        script.money("promised", telling.promise.amount, telling.currency)
    else:
        raise NoWording(f"{telling.wording} is not told by a call")
    return script.message(telling.wording, False)


class _Said(NamedTuple):
    """Sentences as they are heard, with tags and without."""

    ssml: str
    text: str
    bare: str
    """Without the names of people and companies, which are nobody's choice of words."""


class _Script:
    """One script in the making."""

    def __init__(
        self,
        words: Words,
        locale: Locale,
        customer: Customer,
        owed_to: Creditor,
        tone: str,
        limited: bool,
    ) -> None:
        self.words, self.locale, self.customer, self.owed_to = words, locale, customer, owed_to
        self.tone, self.limited = tone, limited
        self.count = 1
        brand = owed_to.brand
        if not brand.phone:
            raise Unspeakable(
                "no_phone",
                "a call names a number to call back; give brand.phone in creditor.json",
            )
        if limited and not brand.contact:
            raise Unspeakable(
                "no_contact",
                "a limited message names a person to ask for; give brand.contact in creditor.json",
            )
        plus = words["say"]["plus"]
        number, slowly = spoken_phone(brand.phone, customer.country or owed_to.country, plus)
        self.named: dict[str, Spoken] = {
            "creditor": Spoken.of(one_line(owed_to.name or owed_to.creditor)),
            "customer": Spoken.of(one_line(customer.name)),
            "contact": Spoken.of(one_line(brand.contact)),
            "number": number,
            "slowly": slowly,
        }

    def about(self, numbers: Iterable[str], total: int, currency: str) -> None:
        """Say which invoices it is about, and for how much."""
        found = list(dict.fromkeys(numbers))
        self.count = max(len(found), 1)
        invoice = spoken_number(found[0]) if found else None
        self.named["count"] = Spoken.of(str(self.count))
        self.named["invoice"] = invoice or Spoken.of("")
        phrases = self.words["phrases"]
        forms = phrases["invoices" if invoice else "invoices_unnamed"]
        said = self._filled(form(forms, self.count, self.words.language))
        self.named["invoices"] = Spoken(said.ssml, said.text)
        self.money("total", total, currency)

    def money(self, name: str, minor: int, currency: str) -> None:
        """An amount, as it is spoken."""
        self.named[name] = spoken_money(minor, currency, self.locale, self.words)

    def days(self, **days: date) -> None:
        """Days, as they are spoken."""
        for name, value in days.items():
            self.named[name] = Spoken.of(day(value, self.locale))

    def limited_message(self) -> SpokenMessage:
        """Business, a person, a number: what any person or machine may hear."""
        frame = self.words["limited"]
        listed = (self.customer.country or "").upper() in LISTED_COUNTRIES
        intro = frame["intro_listed" if listed else "intro"]
        said = [self._filled(one) for one in (intro, *frame["body"], frame["goodbye"])]
        self._disclosed(intro, needed=not listed)
        for one in said:
            self._free_of("debt", "debt_disclosed", one.bare, "tells a stranger of a debt")
        self._free_of(
            "names",
            "debt_disclosed",
            self.named["creditor"].text,
            "in the creditor's name tells a stranger of a debt",
        )
        return self._made([said], f"voice-{self.words.edition}-{self.words.language}-limited")

    def message(self, wording: str, consequence: bool) -> SpokenMessage:
        """The whole script of a wording."""
        step = self.words.raw["steps"].get(wording, {}).get(self.tone)
        tone = self.words.raw["tones"].get(self.tone)
        if step is None or tone is None:
            language = self.words.language
            raise NoWording(f"{language} has no call for {wording!r} in the tone {self.tone!r}")
        intro = tone["intro" if self.named["customer"].text else "intro_unnamed"]
        self._disclosed(intro, needed=True)
        body = [self._filled(self._form(one)) for one in step["body"]]
        if consequence:
            body.append(self._filled(self._form(step["consequence"])))
        back = [self._filled(one) for one in tone["call_back"]]
        paragraphs = [[self._filled(intro)], body, back, [self._filled(tone["goodbye"])]]
        language = self.words.language
        return self._made(
            paragraphs, f"voice-{self.words.edition}-{language}-{wording}-{self.tone}"
        )

    def has(self, wording: str, key: str) -> bool:
        """Whether a wording has such a sentence."""
        return key in self.words.raw["steps"].get(wording, {}).get(self.tone, {})

    def _form(self, forms: str | Mapping[str, str]) -> str:
        return form(forms, self.count, self.words.language)

    def _filled(self, sentence: str) -> _Said:
        named = self.named
        bare = {name: "" if name in _NAMES else one.text for name, one in named.items()}
        return _Said(
            escape(sentence).format_map({name: one.ssml for name, one in named.items()}),
            sentence.format_map({name: one.text for name, one in named.items()}),
            sentence.format_map(bare),
        )

    def _disclosed(self, intro: str, *, needed: bool) -> None:
        """The first sentence says who calls, and that it is a machine."""
        first = _END.split(intro, maxsplit=1)[0]
        if "{creditor}" not in first:
            raise Unspeakable("no_identity", "the first sentence must name the caller: {creditor}")
        words = self.words["must"]["automated"]
        if needed and words.lower() not in first.lower():
            raise Unspeakable(
                "not_disclosed",
                f"the first sentence must say that a machine speaks: {words!r}",
            )

    def _free_of(self, what: str, code: str, text: str, why: str) -> None:
        for word in self.words["never"][what]:
            begin = r"(?<!\w)" if word[0].isalnum() else ""  # "20% off": the sign follows a digit
            if re.search(rf"{begin}{re.escape(word)}(?!\w)", text, re.IGNORECASE):
                raise Unspeakable(code, f"{word!r} {why}; take it out")

    def _made(self, paragraphs: list[list[_Said]], template: str) -> SpokenMessage:
        for paragraph in paragraphs:
            for one in paragraph:
                self._free_of("promotion", "promotion", one.bare, "makes it an advertisement")
        ssml = "".join(
            f"<p>{''.join(f'<s>{one.ssml}</s>' for one in paragraph)}</p>"
            for paragraph in paragraphs
            if paragraph
        )
        ssml = f"<speak>{ssml}</speak>"
        text = "\n".join(" ".join(one.text for one in each) for each in paragraphs if each)
        if len(text) > LONGEST_TEXT or len(ssml) > LONGEST_SSML:
            raise Unspeakable(
                "too_long",
                f"the script has {len(text)} characters, {len(ssml)} with its tags; a call takes"
                f" {LONGEST_TEXT} and {LONGEST_SSML}",
            )
        language, voice = self._voice()
        return SpokenMessage(ssml, text, language, voice, template, self.limited)

    def _voice(self) -> tuple[str, str]:
        """The voice of the customer's country, else the language's first."""
        voices = self.words["voices"]
        mine = f"{self.words.language}-{(self.customer.country or '').upper()}"
        language = mine if mine in voices else next(iter(voices))
        return language, voices[language]


def _consequence(script: _Script, policy: Policy | None, send: Send) -> bool:
    """Whether to say what follows: where the policy says that it will."""
    step = policy.step(send.level) if policy else None
    if step is None or step.hand_over is None or step.repeat_every is not None:
        return False
    script.days(deadline=later(send.run, step.hand_over.after))
    script.named["receiver"] = Spoken.of(script.words["receivers"][step.hand_over.to])
    return script.has(wordings.wording_of(policy, send.level, send.variant), "consequence")
