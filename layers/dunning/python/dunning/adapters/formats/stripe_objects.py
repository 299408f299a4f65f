"""Invoices and credit notes as Stripe's interface gives them: amounts in the smallest unit, days as
seconds. Its CSV exports are tables like any other.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

from dunning.domain.fields import FIRST_DAY, LAST_DAY, ReadingError, printable
from dunning.domain.intake.document import CREDIT_NOTE, INVOICE, Document, withdrawn
from dunning.domain.intake.understood import Understood
from dunning.domain.money import MoneyError, exponent
from dunning.service.ports import Row

_KINDS = {"invoice": INVOICE, "credit_note": CREDIT_NOTE}
_TWO_ALL_THE_SAME = ("ISK", "UGX")
"""Currencies without decimals whose amounts Stripe states with two."""
VOID = "void"
_NOT_OWED = ("draft", VOID)

UNNAMED = "it names its invoice by Stripe's own id; which number that is, it does not say"

Object = Mapping[str, object]


def are(first: Object) -> bool:
    """Whether an object is one of these."""
    return str(first.get("object")) in _KINDS and "currency" in first and "total" in first


def are_others(first: Object) -> bool:
    """Whether an object is another kind of Stripe's (a charge, a payout): not read, for its amounts
    would be taken for a hundred times what they are."""
    return isinstance(first.get("object"), str) and "livemode" in first


def what_they_are(first: Object) -> str:
    """The sentence that refuses other kinds."""
    name = printable(first.get("object"))
    return f"the objects are Stripe's {name}, which are not read; send its invoices"


def rows(found: Iterable[tuple[int, object]], understood: Understood) -> Iterator[Row]:
    """The objects as documents; drafts and voided ones are counted, not taken."""
    for number, one in found:
        cells = ((json.dumps(one, ensure_ascii=False, default=str),),)
        try:
            document = _read(one)
        except ReadingError as error:
            yield Row(number, cells, error=error)
        else:
            if isinstance(document, str):
                understood.skipped[document] += 1
                gone = _voided(one) if document == VOID else None
                if gone is not None:
                    yield Row(number, cells, document=gone)
            else:
                yield Row(number, cells, document=document)


def _read(one: object) -> Document | str:
    """The document, or why it is none, in a word."""
    if not isinstance(one, dict) or not are(one):
        raise ReadingError(
            "bad_object", "", "the record is no invoice or credit note; leave it out"
        )
    status = one.get("status")
    return status if isinstance(status, str) and status in _NOT_OWED else _document(one)


def _voided(one: object) -> Document | None:
    if not isinstance(one, Mapping) or one.get("object") != "invoice":
        return None
    whole = _document(one)
    return withdrawn(whole.number, whole.customer, whole.name, whole.currency)


def _document(one: Object) -> Document:
    currency = _text(one, "currency").upper()
    customer = one.get("customer")
    moments = one.get("status_transitions")
    moments = moments if isinstance(moments, dict) else {}
    address = one.get("customer_address")
    address = address if isinstance(address, dict) else {}
    town = f"{_text(address, 'postal_code')} {_text(address, 'city')}".strip()
    lines = (_text(address, "line1"), _text(address, "line2"), town, _text(address, "state"))
    kind = _KINDS[str(one.get("object"))]
    unnamed = kind == CREDIT_NOTE and one.get("invoice") is not None
    return Document(
        type=kind,
        number=_text(one, "number") or _text(one, "id"),
        customer=_text(customer, "id") if isinstance(customer, dict) else _text(one, "customer"),
        name=_text(one, "customer_name")
        or (_text(customer, "name") if isinstance(customer, dict) else ""),
        currency=currency,
        issued=_day(one.get("effective_at") or moments.get("finalized_at") or one.get("created")),
        due=_day(one.get("due_date")),
        total=_amount(one, "total", currency),
        open=_amount(one, "amount_remaining", currency) if kind == INVOICE else None,
        settled_on=_day(moments.get("paid_at")) if one.get("status") == "paid" else None,
        email=_text(one, "customer_email"),
        phone=_text(one, "customer_phone"),
        country=_text(address, "country").upper(),
        address=tuple(line for line in lines if line),
        notes=(UNNAMED,) if unnamed else (),
    )


def _text(holder: object, name: str) -> str:
    value = holder.get(name) if isinstance(holder, Mapping) else None
    return " ".join(str(value).split()) if isinstance(value, str | int) else ""


def _amount(one: Object, name: str, currency: str) -> Decimal | None:
    value = one.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= 10**15:
        raise ReadingError("bad_amount", name, f"{name} is not a whole number of smallest units")
    try:
        digits = 2 if currency in _TWO_ALL_THE_SAME else exponent(currency)
    except MoneyError as error:
        raise ReadingError("bad_currency", "currency", f"currency: {error}") from None
    return Decimal(value).scaleb(-digits)


def _day(value: object) -> date | None:
    """The day of a moment in seconds, in UTC."""
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**11:
        try:
            day = datetime.fromtimestamp(value, UTC).date()
        except (OverflowError, OSError, ValueError):
            day = date.min
        if FIRST_DAY <= day <= LAST_DAY:
            return day
    raise ReadingError("bad_date", "date", "a day is not given in seconds since 1970")
