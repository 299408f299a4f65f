"""Amounts, invoice numbers and telephone numbers as they are spoken: with the tags of SSML, and as
plain text. Words come from the wording; what is said with them is `render_voice`'s.
"""

import re
from typing import NamedTuple
from xml.sax.saxutils import escape

from babel.core import Locale
from babel.numbers import format_decimal, get_currency_name

from dunning.domain.money import exponent

from .figures import form
from .wording import Words

LONGEST_SPELT = 20
"""Characters of an invoice number that a listener can follow."""
_PART = re.compile(r"[^\W_]+")


class Spoken(NamedTuple):
    """Something as it is heard."""

    ssml: str
    text: str

    @classmethod
    def of(cls, text: str) -> "Spoken":
        """Plain text: read as it stands."""
        return cls(escape(text), text)


def spoken_money(minor: int, currency: str, locale: Locale, words: Words) -> Spoken:
    """An amount in whole units and hundredths, by their names: 1240 euros and 50 cents. Where the
    language has no name for the small unit, with its decimals."""
    digits = exponent(currency)
    whole, part = divmod(minor, 10**digits)
    small = words["minor_units"].get(currency)
    if part and small is None:
        return _with_decimals(minor, currency, locale)
    name = _currency(currency, whole, locale)
    ssml, text = (
        f"{_cardinal(whole)} {escape(name)}",
        f"{format_decimal(whole, locale=locale)} {name}",
    )
    if part and small is not None:
        unit = form(small, part, words.language)
        joint = words["say"]["and"]
        if not whole:
            return Spoken(f"{_cardinal(part)} {escape(unit)}", f"{part} {unit}")
        ssml += f" {escape(joint)} {_cardinal(part)} {escape(unit)}"
        text += f" {joint} {part} {unit}"
    return Spoken(ssml, text)


def _with_decimals(minor: int, currency: str, locale: Locale) -> Spoken:
    digits = exponent(currency)
    whole, part = divmod(minor, 10**digits)
    point = locale.number_symbols["latn"]["decimal"]
    name = _currency(currency, 2, locale)
    return Spoken.of(f"{whole}{point}{part:0{digits}d} {name}")


def _currency(currency: str, count: int, locale: Locale) -> str:
    return get_currency_name(currency, count=count, locale=locale)


def _cardinal(number: int) -> str:
    return f'<say-as interpret-as="cardinal">{number}</say-as>'


def spoken_number(number: str) -> Spoken | None:
    """An invoice number, sign by sign, with a rest where it has a dash or a blank; None: too long
    to be followed."""
    parts = _PART.findall(number)
    if not parts or len(number) > LONGEST_SPELT:
        return None
    ssml = '<break time="200ms"/>'.join(
        f'<say-as interpret-as="characters">{escape(part)}</say-as>' for part in parts
    )
    return Spoken(ssml, number)


def spoken_phone(number: str, country: str | None, plus: str) -> tuple[Spoken, Spoken]:
    """A telephone number (+ and digits) in the groups of its country, as one dials it from
    `country`; and the same slowly."""
    # Only whoever makes a call needs it: a mail does not.
    import phonenumbers

    parsed = phonenumbers.parse(number)
    home = phonenumbers.region_code_for_number(parsed) == (country or "").upper()
    shape = phonenumbers.PhoneNumberFormat
    text = phonenumbers.format_number(parsed, shape.NATIONAL if home else shape.INTERNATIONAL)
    groups = [f'<say-as interpret-as="digits">{one}</say-as>' for one in re.findall(r"\d+", text)]
    lead = f"{escape(plus)} " if text.startswith("+") else ""
    slow = '<break time="400ms"/>'.join(groups)
    return (
        Spoken(lead + '<break time="150ms"/>'.join(groups), text),
        Spoken(f'<prosody rate="slow">{lead}{slow}</prosody>', text),
    )
