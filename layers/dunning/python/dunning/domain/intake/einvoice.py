"""What an electronic invoice states, by the terms of EN 16931 (BT numbers), as a Document: who is
the customer, which way it goes, what is left to pay, when. Which element says so is each syntax's.
"""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from dunning.domain.fields import FIRST_DAY, LAST_DAY, ReadingError, printable
from dunning.domain.identity import LONGEST_ID
from dunning.domain.intake.document import CREDIT_NOTE, INVOICE, Document, Instalment

CREDIT_CODES = frozenset(
    ["81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "502", "503", "532"]
)
"""UNTDID 1001 codes that EN 16931 counts as credit notes."""
CORRECTED = "384"
"""UNTDID 1001: a corrected invoice. Whether it takes the other's place it does not say."""
PRO_FORMA = "325"
EMAIL_SCHEME = "EM"
NOTHING = frozenset({"n/a", "na", "n.a.", "none", "null", "nil", "unknown", "unbekannt", "-", "."})
"""What systems write where they have nothing to say."""

_DECIMAL = re.compile(r"[+-]?(?:[0-9]{1,15}(?:\.[0-9]{0,12})?|\.[0-9]{1,12})\Z")
_DAY = re.compile(r"([0-9]{4})(-?)([0-9]{2})\2([0-9]{2})(?=\Z|[TZ+ -]|[0-9]{4}(?:[0-9]{2})?\Z)")
_LANGUAGE = re.compile(r"[A-Za-z]{2}(?:[-_][A-Za-z]{2})?\Z")
_THREE = {
    "deu": "de", "ger": "de", "eng": "en", "fra": "fr", "fre": "fr", "ita": "it", "spa": "es",
    "nld": "nl", "dut": "nl", "swe": "sv", "dan": "da", "nor": "no", "pol": "pl", "por": "pt",
}  # fmt: skip


class Party(NamedTuple):
    """The buyer as stated; ids and endpoint as (scheme, value)."""

    name: str = ""
    """BT-44."""
    ids: tuple[tuple[str, str], ...] = ()
    """BT-46, in the order of the document."""
    vat: str = ""
    """BT-48."""
    endpoint: tuple[str, str] = ("", "")
    """BT-49."""
    legal: str = ""
    """BT-47."""
    email: str = ""
    """BT-58."""
    phone: str = ""
    """BT-57."""
    address: tuple[str, ...] = ()
    country: str = ""


class Terms(NamedTuple):
    """A due day (BT-9), of all or of a stated part."""

    due: date
    amount: Decimal | None = None


class Stated(NamedTuple):
    """One invoice or credit note, element by element."""

    number: str
    type_code: str
    issued: date | None
    currency: str
    buyer: Party
    seller: str
    total: Decimal | None
    """BT-112, with tax."""
    prepaid: Decimal | None
    rounding: Decimal | None
    payable: Decimal | None
    """BT-115."""
    terms: tuple[Terms, ...] = ()
    preceding: tuple[str, ...] = ()
    reference: str = ""
    """BT-83."""
    language: str = ""
    credit: bool = False
    """The document's own kind is a credit note, whatever its code."""


def words(text: str | None) -> str:
    """Text in one line, without blanks around it or twice between."""
    return " ".join(text.split()) if text else ""


def amount(text: str | None, field: str) -> Decimal | None:
    """An xs:decimal; None where there is none. Raises ReadingError."""
    plain = text.strip() if text else ""
    if not plain:
        return None
    if not _DECIMAL.match(plain):
        raise ReadingError(
            "bad_amount",
            field,
            f"{field} {printable(plain)} is not an amount; it is to be digits with a point, 94.00",
        )
    return Decimal(plain)


def day(text: str | None, field: str) -> date | None:
    """A day as xs:date (a time or zone behind it is passed over) or as 20260131; None where there
    is none. Raises ReadingError."""
    plain = text.strip() if text else ""
    if not plain:
        return None
    found = _DAY.match(plain)
    try:
        taken = date(*map(int, found.group(1, 3, 4))) if found else None
    except ValueError:
        taken = None
    if taken is None or not FIRST_DAY <= taken <= LAST_DAY:
        raise ReadingError(
            "bad_date", field, f"{field} {printable(plain)} is not a day; it is to be 2026-01-31"
        )
    return taken


def document(stated: Stated) -> Document:
    """The document. Raises ReadingError for one that states no number or no amount."""
    if not stated.number:
        raise ReadingError("missing", "number", "the invoice has no number; have it issued anew")
    if stated.type_code == PRO_FORMA:
        raise ReadingError(
            "not_owed", "type", "this is a pro forma invoice (325): nothing is owed by it; leave it"
        )
    credit = stated.credit or stated.type_code in CREDIT_CODES
    total, payable, notes = _amounts(stated)
    if credit and (total < 0 or (not total and (payable or 0) < 0)):
        total, payable = -total, None if payable is None else -payable
        notes.append("the credit note states negative amounts; they are taken as credit")
    if credit and payable is not None and payable < 0:
        payable = Decimal()
        notes.append("more was paid back already than the credit note gives; nothing is left of it")
    due, items = _due(stated.terms, payable if payable is not None else total, notes)
    buyer = stated.buyer
    preceding = tuple(dict.fromkeys(filter(None, stated.preceding)))
    corrects = credit or total < 0 or (payable or 0) < 0
    if corrects and len(preceding) > 1:
        notes.append(f"it corrects {len(preceding)} invoices and does not say how much of each")
    if stated.type_code == CORRECTED and preceding and not corrects:
        notes.append(
            f"it corrects {', '.join(preceding)} and is owed beside what it corrects: if it takes"
            " the other's place, void or credit that one"
        )
    return Document(
        type=CREDIT_NOTE if credit else INVOICE,
        number=stated.number,
        customer=customer_id(buyer),
        name=buyer.name,
        currency=stated.currency,
        issued=stated.issued,
        due=due,
        total=total,
        open=payable,
        items=items,
        invoice=preceding[0] if corrects and len(preceding) == 1 else "",
        reference=stated.reference,
        type_code=stated.type_code,
        seller=stated.seller,
        email=buyer.email if _says(buyer.email) else "",
        phone=buyer.phone if _says(buyer.phone) else "",
        language=_language(stated.language),
        country=buyer.country.upper(),
        address=buyer.address,
        preceding=preceding,
        notes=tuple(notes),
        endpoint=":".join(filter(None, buyer.endpoint)) if _says(buyer.endpoint[1]) else "",
    )


def mail_of(document: Document) -> str:
    """Where the customer of a document is written to: the contact's address; where that is none,
    the electronic address if it is one for mail."""
    scheme, _, address = document.endpoint.partition(":")
    mail = address if scheme == EMAIL_SCHEME and "@" in address else ""
    return document.email if "@" in document.email or not mail else mail


def customer_id(buyer: Party) -> str:
    """The seller's own id of the buyer (BT-46; one without a scheme first), else the VAT id, the
    electronic address, the legal id, the name."""
    own = [value for scheme, value in buyer.ids if not scheme]
    foreign = [value for scheme, value in buyer.ids if scheme]
    scheme, address = buyer.endpoint
    if scheme and scheme != EMAIL_SCHEME and address:
        address = f"{scheme}:{address}"
    for value in (*own, *foreign, buyer.vat, address, buyer.legal):
        if len(value) <= LONGEST_ID and _says(value):
            return value
    return buyer.name[:LONGEST_ID].strip() if _says(buyer.name) else ""


def _says(text: str) -> bool:
    return any(c.isalnum() for c in text) and text.lower() not in NOTHING


def _language(text: str) -> str:
    plain = _THREE.get(text.lower(), text)
    return plain.replace("_", "-") if _LANGUAGE.match(plain) else ""


def _amounts(stated: Stated) -> tuple[Decimal, Decimal | None, list[str]]:
    """Total and payable. Either may be absent: payable = total - prepaid + rounding (BR-CO-16)."""
    if stated.total is not None:
        return stated.total, stated.payable, []
    if stated.payable is None:
        raise ReadingError(
            "missing", "total", "the invoice states neither its total nor what is payable"
        )
    nothing = Decimal()
    total = stated.payable + (stated.prepaid or nothing) - (stated.rounding or nothing)
    return total, stated.payable, ["the total is not stated; it is what is payable and prepaid"]


def _due(
    terms: Iterable[Terms], owed: Decimal, notes: list[str]
) -> tuple[date | None, tuple[Instalment, ...]]:
    """The due day, and the instalments where several add up to what is owed. Where they do not, all
    is due on the last day: nobody is reminded too early."""
    several = sorted(terms, key=lambda one: one.due)
    days = {one.due for one in several}
    if len(several) < 2 or (len(days) == 1 and any(one.amount is None for one in several)):
        return (several[0].due if several else None), ()
    parts = [one.amount for one in several if one.amount is not None]
    if len(parts) == len(several) and sum(parts) == owed and all(part > 0 for part in parts):
        return several[0].due, tuple(
            Instalment(one.due, part) for one, part in zip(several, parts, strict=True)
        )
    if len(days) > 1:
        notes.append(
            f"{len(several)} due days are stated whose amounts are not those of the whole; all is"
            f" taken as due on the last, {several[-1].due}"
        )
    return several[-1].due, ()
