"""From a decision to a mail: figures and dates in the customer's language, words from the wording.
Templates only place what they are handed; what is sent, to whom and when is decided elsewhere.
"""

import re
import tomllib
from collections.abc import Mapping
from copy import copy
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from babel.core import Locale, UnknownLocaleError
from babel.dates import format_date
from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from dunning.domain.account import Account
from dunning.domain.creditor import Creditor
from dunning.domain.customer import Customer
from dunning.domain.due import Send
from dunning.domain.identity import account_tag, notice_id
from dunning.domain.lines import Line
from dunning.domain.mailbox import MailboxError, sender
from dunning.domain.money import exponent
from dunning.domain.notice import items_headers
from dunning.domain.policy import Rulebook
from dunning.service.ports import Message

from .render_charges import charge_lines

FALLBACK = "en"
_GLUED = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")
MOST_NUMBERS = 3
"""Invoice numbers in a payment reference; beyond that the customer's number says it shorter."""


class NoWording(LookupError):
    """The wording has no such tone."""


class NoSender(LookupError):
    """The creditor has no From address, or one that mail cannot come from: a setting to mend."""


class TemplateRenderer:
    """Mails from the templates of a folder. Nothing is stored: the record names the version of the
    wording, and wording, version and figures render the same mail again."""

    def __init__(self, templates: Path) -> None:
        self._folder = templates / "email"
        self._words: dict[str, Mapping[str, Any]] = {}
        self._environment = SandboxedEnvironment(
            loader=FileSystemLoader(self._folder),
            autoescape=lambda name: name is not None and name.endswith(".html.j2"),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )

    def render(
        self, creditor: str, account: str, state: Account, rulebook: Rulebook, send: Send
    ) -> Message:
        owed_to, customer = rulebook.creditor, state.customer
        language, words = self._wording(customer.language or owed_to.language)
        if send.tone not in words["tones"]:
            raise NoWording(f"{language} has no words for the tone {send.tone!r}")
        locale = locale_of(customer, owed_to)
        view = _view(state, owed_to, send, words, language, locale)
        brand = view["creditor"]
        return Message(
            channel=send.channel,
            sender=_from(brand, owed_to.sender),
            to=send.address.value,
            subject=view["subject"],
            text=self._environment.get_template("reminder.txt.j2").render(view),
            html=self._environment.get_template("reminder.html.j2").render(view),
            template=f"reminder-{words['version']}-{language}-{send.tone}",
            reply_to=owed_to.reply_to,
            headers=items_headers(send),
            tags=(
                ("notice", notice_id(account, send.serial)),
                ("attempt", str(send.attempt)),
                ("account", account_tag(account)),
            ),
        )

    def _wording(self, wanted: str) -> tuple[str, Mapping[str, Any]]:
        """The words of a language, else of the fallback."""
        language = wanted.replace("_", "-").partition("-")[0].lower()
        for name in (language, FALLBACK):
            if name in self._words:
                return name, self._words[name]
            file = self._folder / "wording" / f"{name}.toml"
            if name.isalpha() and file.is_file():
                self._words[name] = tomllib.loads(file.read_text(encoding="utf-8"))
                return name, self._words[name]
        raise NoWording(f"no words at all in {self._folder}")


def locale_of(customer: Customer, creditor: Creditor) -> Locale:
    """How amounts and dates are written for a customer: their language, with the ways of their
    country where that is known (English for Ireland, German for Austria); else English."""
    wanted = (customer.language or creditor.language).replace("-", "_")
    country = customer.country or creditor.country
    return _locale(wanted, country.upper() if country else None)


@cache
def _locale(wanted: str, country: str | None) -> Locale:
    language = wanted.partition("_")[0].lower()
    names = [wanted] if "_" in wanted else []
    for known in (language, FALLBACK):
        names += [f"{known}_{country}", known] if country else [known]
    for name in names:
        try:
            return Locale.parse(name)
        except (UnknownLocaleError, ValueError):
            continue
    raise UnknownLocaleError(FALLBACK)


def money(minor: int, currency: str, locale: Locale) -> str:
    """An amount as the locale writes it, with exactly the decimals that ISO 4217 gives the
    currency: the locale data would drop them for some (AFN, IQD), and an amount that is asked for
    is never rounded."""
    digits = exponent(currency)
    pattern = copy(locale.currency_formats["standard"])
    pattern.frac_prec = (digits, digits)
    text = pattern.apply(
        Decimal(minor).scaleb(-digits), locale, currency=currency, currency_digits=False
    )
    # A currency that the locale has no sign for is a word, and stands apart from its figures.
    return _GLUED.sub("\N{NO-BREAK SPACE}", text)


def day(value: date, locale: Locale) -> str:
    """A day in words: 3.4. and 4/3 are different days to different readers."""
    return format_date(value, "long", locale=locale)


def _view(
    state: Account,
    owed_to: Creditor,
    send: Send,
    words: Mapping[str, Any],
    language: str,
    locale: Locale,
) -> dict[str, Any]:
    """All strings of the message, ready to be placed."""
    tone, labels = words["tones"][send.tone], words["labels"]
    items = [line for line in send.lines if line.charge is None]
    numbers = list(dict.fromkeys(_document(line) for line in items or send.lines))
    customer = _one_line(state.customer.name)
    named = {
        "creditor": _one_line(owed_to.name or owed_to.creditor),
        "customer": customer,
        "invoice": numbers[0],
        "count": str(len(numbers)),
        "total": money(send.total, send.currency, locale),
    }

    def say(form: str | Mapping[str, str]) -> str:
        text = form if isinstance(form, str) else _form(form, len(numbers), language)
        return text.format_map(named)

    credit = _credit(state, send)
    told = tone if items else words["charges"]  # who has paid is not told that they have not
    return {
        "language": language,
        "subject": _one_line(say(told["subject"])),
        "preview": say(tone["preview"]),
        "heading": say(tone["heading"]),
        "greeting": say(tone["greeting"] if customer else tone["greeting_unnamed"]),
        "opening": say(told["opening"]),
        "request": say(tone["request"]),
        "closing": say(tone["closing"]),
        "sent_by": say(labels["sent_by"]),
        "creditor": named["creditor"],
        "labels": labels,
        "lines": [_line(line, send, labels, language, locale) for line in items],
        "charges": charge_lines(
            send,
            words["charges"],
            lambda minor: money(minor, send.currency, locale),
            lambda one: day(one, locale),
            locale,
        ),
        "credit": labels["credit"].format(amount=money(credit, send.currency, locale))
        if credit
        else "",
        "total": named["total"],
        "bank": _bank(owed_to.bank, words["bank"]),
        "reference": ", ".join(numbers) if len(numbers) <= MOST_NUMBERS else state.head.customer,
    }


def _document(line: Line) -> str:
    """The number of the invoice that a line is about: of a charge, the one it stands against."""
    return line.charge.parent.invoice if line.charge else line.ref.invoice


def _line(
    line: Line, send: Send, labels: Mapping[str, Any], language: str, locale: Locale
) -> dict[str, str]:
    parts = sum(1 for other in send.lines if other.ref.invoice == line.ref.invoice)
    name = line.ref.invoice
    if line.ref.item > 1 or parts > 1:
        name = labels["part"].format(invoice=name, part=line.ref.item)
    return {
        "name": name,
        "due": labels["due"].format(date=day(line.due, locale)),
        "late": _late(line.days_late, labels, language),
        "open": money(line.open, send.currency, locale),
        "of": labels["of"].format(amount=money(line.amount, send.currency, locale)),
    }


def _late(days: int, labels: Mapping[str, Any], language: str) -> str:
    if days == 0:
        return str(labels["due_today"])
    forms = labels["late"] if days > 0 else labels["due_in"]
    return _form(forms, abs(days), language).format(count=abs(days))


def _credit(state: Account, send: Send) -> int:
    """What credit on account has taken off the listed items."""
    opened = {item.ref: item.open for item in state.open}
    return sum(max(0, opened.get(line.ref, line.open) - line.open) for line in send.lines)


def _bank(bank: Mapping[str, str], labels: Mapping[str, str]) -> list[dict[str, str]]:
    """The bank details in the wording's order; what it has no word for keeps its own name."""
    known = [key for key in labels if bank.get(key)]
    others = [key for key in bank if key not in labels and bank[key]]
    return [
        {
            "label": labels.get(key) or key.replace("_", " ").capitalize(),
            "value": _grouped(bank[key]) if key == "iban" else _one_line(bank[key]),
        }
        for key in (*known, *others)
    ]


def _grouped(iban: str) -> str:
    """An IBAN in groups of four, as it is printed."""
    plain = "".join(iban.split())
    return " ".join(plain[start : start + 4] for start in range(0, len(plain), 4))


def _form(forms: Mapping[str, str], count: int, language: str) -> str:
    """The form of the words that goes with a number, by the language's own plural rule."""
    return forms.get(_locale(language, None).plural_form(count)) or forms["other"]


def _from(brand: str, setting: str | None) -> str:
    """The From mailbox; with the creditor's name, unless the setting brings its own."""
    if not setting:
        raise NoSender("the creditor has no From address")
    try:
        mailbox = sender(setting)
    except MailboxError as error:
        raise NoSender(str(error)) from None
    return str(mailbox if mailbox.name else mailbox._replace(name=brand))


def _one_line(text: str) -> str:
    return " ".join(text.split())
