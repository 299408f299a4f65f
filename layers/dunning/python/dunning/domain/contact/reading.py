"""An attempt from a plain object: every key known, every value of its kind, or a ReadingError.
What a number tells of a place is asked of whoever knows the numbering plans.
"""

import re
from collections.abc import Callable, Collection
from datetime import date, time
from decimal import Decimal
from typing import Any, NamedTuple

from dunning.domain.calendar import instant, parse_instant
from dunning.domain.fields import (
    FIRST_DAY,
    LAST_DAY,
    Fields,
    ReadingError,
    clean_text,
    email_address,
    names,
    printable,
)
from dunning.domain.money import MoneyError, parse_amount

from .attempt import (
    CHANNELS,
    CLASSES,
    LANDLINE,
    MOBILE,
    OTHER_LINE,
    PURPOSES,
    RINGS_AT,
    TOLL_FREE,
    VOIP,
    Attempt,
    Consent,
    Contact,
    Content,
    Hold,
    Number,
    Suppression,
)
from .place import region_code
from .reading_hours import INCONVENIENT, inconvenient
from .rule import ANYWHERE

ReadNumber = Callable[[str, str | None], Number | None]
"""A number as a person writes it, and the country of who has it; None: it is no number."""

ATTEMPT = names(
    "channel phone email now country region city time_zone customer_class purpose first_party debt"
    " consents history holds suppressions inconvenient line_type rings_at address_source"
    " contact_is_guarantor amount currency days_overdue bot content"
)
CONSENT = names("channel text at revoked_at more_calls source")
CONTACT = names("channel at connected conversation debt direction purpose")
HOLD = names("kind at until in_window verified_at")
SUPPRESSION = names("channel address reason at")
CONTENT = names("promotional opt_out postal_address")
MOST = 10_000
_LINES = {
    "cell": MOBILE, "cellular": MOBILE, "wireless": MOBILE, "fixed": LANDLINE,
    "fixed_line": LANDLINE, "residential": LANDLINE, "tollfree": TOLL_FREE, "unknown": None,
    MOBILE: MOBILE, LANDLINE: LANDLINE, VOIP: VOIP, TOLL_FREE: TOLL_FREE, OTHER_LINE: OTHER_LINE,
}  # fmt: skip
_FIRST, _LAST = (instant(day, time(0), "UTC") for day in (FIRST_DAY, LAST_DAY))
_WORD = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")


class Asked(NamedTuple):
    """An attempt, and the instant that it is asked for (None: now)."""

    attempt: Attempt
    now: int | None


def read_attempt(raw: object, numbers: ReadNumber) -> Asked:
    """An attempt as `dunning gate` takes it. Raises ReadingError: code, field, and a sentence."""
    fields = Fields(raw, ATTEMPT)
    country = fields.country()
    number = _number(fields, country, numbers)
    currency = fields.currency() if fields.has("currency") else None
    attempt = Attempt(
        channel=fields.one_of("channel", CHANNELS),
        number=number,
        email=email_address(fields.get("email"), "email") if fields.has("email") else None,
        country=country,
        region=region_code(
            country or (number.country if number else None), fields.text_or_none("region", 100)
        ),
        city=fields.text_or_none("city", 100),
        time_zone=fields.zone(),
        customer_class=_word(fields, "customer_class", CLASSES),
        purpose=_word(fields, "purpose", PURPOSES),
        first_party=_flag(fields, "first_party"),
        debt=fields.text_or_none("debt", 100),
        consents=_list(fields, "consents", CONSENT, _consent),
        history=_list(fields, "history", CONTACT, _contact),
        holds=_list(fields, "holds", HOLD, _hold),
        suppressions=_list(fields, "suppressions", SUPPRESSION, _suppression),
        inconvenient=_list(fields, "inconvenient", INCONVENIENT, inconvenient) or (),
        line_type=_line(fields),
        rings_at=_word(fields, "rings_at", RINGS_AT),
        address_source=(fields.text_or_none("address_source", 40) or "").lower() or None,
        contact_is_guarantor=_flag(fields, "contact_is_guarantor"),
        amount=_amount(fields, currency),
        currency=currency,
        days_overdue=_whole(fields, "days_overdue"),
        bot=_flag(fields, "bot") is not False,
        content=_content(fields),
    )
    return Asked(attempt, _instant(fields, "now"))


def _number(fields: Fields, country: str | None, numbers: ReadNumber) -> Number | None:
    text = fields.text_or_none("phone", 60)
    if text is None:
        return None
    found = numbers(text, country)
    if found is None:
        raise ReadingError(
            "bad_phone",
            "phone",
            f"phone {printable(text)} is not a telephone number; write it as +14155550100, or"
            " give its country",
        )
    return found


def _word(fields: Fields, name: str, words: Collection[str]) -> str | None:
    return fields.one_of(name, words) if fields.has(name) else None


def _flag(fields: Fields, name: str) -> bool | None:
    value = fields.get(name)
    if value is None or isinstance(value, bool):
        return value
    path = fields.path + name
    raise ReadingError("bad_flag", path, f"{path} is neither true nor false")


def _line(fields: Fields) -> str | None:
    if not fields.has("line_type"):
        return None
    return _LINES[fields.one_of("line_type", _LINES)]


def _whole(fields: Fields, name: str) -> int | None:
    value = fields.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not -100_000 < value < 100_000:
        path = fields.path + name
        raise ReadingError("bad_number", path, f"{path} is not a whole number of days")
    return value


def _amount(fields: Fields, currency: str | None) -> int | None:
    """Minor units; without a currency, of one with two decimals, as the dollar has."""
    value = fields.get("amount")
    if value is None:
        return None
    text = value if isinstance(value, str | int | Decimal) else "?"
    try:
        return parse_amount(text, currency or "USD")
    except MoneyError as error:
        raise ReadingError("bad_amount", "amount", f"amount: {error}") from None


def _instant(fields: Fields, name: str) -> int | None:
    value = fields.get(name)
    if value is None:
        return None
    path = fields.path + name
    try:
        if isinstance(value, str) and _FIRST <= (at := parse_instant(value.strip())) < _LAST:
            return at
    except (ValueError, OverflowError):
        pass
    raise ReadingError(
        "bad_instant",
        path,
        f"{path} {printable(value)} is not an instant; write it in UTC, as 2026-11-22T08:00:00Z",
    )


def _list(
    fields: Fields, name: str, known: frozenset[str], read: Callable[[Fields], object]
) -> Any:  # noqa: ANN401
    """Objects of a list; None where it is not given, which is not the same as an empty one."""
    if fields.get(name) is None:
        return None
    found = fields.objects(name, MOST)
    return tuple(read(Fields(one, known, f"{name}[{i}]")) for i, one in enumerate(found))


def _consent(one: Fields) -> Consent:
    return Consent(
        channel=one.one_of("channel", CHANNELS),
        text=one.text("text", 5_000),
        at=_instant(one, "at"),
        revoked_at=_instant(one, "revoked_at"),
        more_calls=_flag(one, "more_calls") or False,
    )


def _contact(one: Fields) -> Contact:
    at = _instant(one, "at")
    if at is None:
        raise ReadingError("missing", f"{one.path}at", f"{one.path}at is missing; give the instant")
    return Contact(
        channel=one.one_of("channel", CHANNELS),
        at=at,
        connected=_flag(one, "connected"),
        conversation=_flag(one, "conversation"),
        debt=one.text_or_none("debt", 100),
        inbound=one.one_of("direction", ("outbound", "inbound"), "outbound") == "inbound",
        purpose=_word(one, "purpose", PURPOSES),
    )


def _hold(one: Fields) -> Hold:
    kind = clean_text(one.need("kind"), f"{one.path}kind", 40)
    if not _WORD.match(kind):
        raise ReadingError(
            "bad_kind",
            f"{one.path}kind",
            f"{one.path}kind {printable(kind)} is no word, as cease is",
        )
    until, ends = _until(one, "until")
    verified = _instant_or_day(one, "verified_at")
    ends = min((end for end in (ends, verified) if end is not None), default=None)
    return Hold(kind, _instant_or_day(one, "at"), until, ends, _flag(one, "in_window"))


def _until(one: Fields, name: str) -> tuple[date | None, int | None]:
    """The last day of something, or the instant at which it is over."""
    value = one.get(name)
    if isinstance(value, str) and _DAY.match(value.strip()):
        return one.day(name), None
    return None, _instant(one, name)


def _instant_or_day(one: Fields, name: str) -> int | None:
    """An instant; a day begins where on earth it begins first."""
    value = one.get(name)
    if isinstance(value, str) and _DAY.match(value.strip()):
        return instant(one.day(name), time(0), ANYWHERE[0])
    return _instant(one, name)


def _suppression(one: Fields) -> Suppression:
    return Suppression(
        channel=_word(one, "channel", CHANNELS),
        address=one.text_or_none("address", 320),
        reason=one.text("reason", 100),
        at=_instant_or_day(one, "at"),
    )


def _content(fields: Fields) -> Content:
    value = fields.get("content")
    if value is None:
        return Content()
    one = Fields(value, CONTENT, "content")
    return Content(*(_flag(one, name) for name in ("promotional", "opt_out", "postal_address")))
