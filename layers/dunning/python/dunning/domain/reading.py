"""Ledger bodies from plain objects: every type of the contract, to the values of `bodies`.
Files, rows and encodings are the adapters'; whether a body fits the ledger is `entries`'.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from . import reading_approval, reading_consents, reading_contacts, reading_holds
from .bodies import (
    AccountBody,
    CreditorBody,
    CustomerBody,
    DisputeBody,
    InvoiceBody,
    MatchBody,
    MoneyBody,
    Part,
    PromiseBody,
    ReleaseBody,
    ResolveBody,
    ReturnBody,
    ReversalBody,
    WaiveBody,
    WriteOffBody,
)
from .card_numbers import without_card_numbers
from .fields import Fields, ReadingError, names, nearest, printable
from .identity import ItemRef
from .invoice import KINDS, DueItem, Invoice
from .reading_mandates import MANDATE_FIELDS, mandate
from .reading_parties import (
    CREDITOR_FIELDS,
    CUSTOMER_FIELDS,
    creditor_from,
    customer_from,
    named_creditor,
)
from .reading_plans import PLAN_FIELDS, plan_from

MOST_ITEMS = 1_000
ITEM_FIELDS = frozenset({"due", "amount", "disputed"})
PART_FIELDS = frozenset({"invoice", "item", "amount"})
REF_FIELDS = frozenset({"invoice", "item"})


@dataclass(frozen=True, slots=True)
class Defaults:
    """What stands for what an object leaves out."""

    creditor: str | None = None
    """Whose file it is: an object that names another creditor is refused."""
    on: date | None = None
    """The day it is known, where the format lets it be left out (CSV: the day of the upload)."""
    terms_days: int | None = None
    """Days from issued to due, for an item without `due`."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One object, read: its type, whose it is (None: not said), and what it brings."""

    type: str
    creditor: str | None
    bodies: tuple[AccountBody | CreditorBody, ...]


def read(raw: Mapping[str, object], defaults: Defaults = Defaults()) -> Reading:
    """The body or bodies of one object. Raises ReadingError, which says how to mend it."""
    if not isinstance(raw, Mapping):
        raise ReadingError(
            "bad_object", "", 'the line is not an object; write {"on": …, "type": …}'
        )
    kind = raw.get("type")
    if kind is None:
        raise ReadingError("missing", "type", f"type is missing; {nearest('', READERS)}")
    if not isinstance(kind, str) or kind not in READERS:
        raise ReadingError(
            "unknown_type",
            "type",
            f"type {printable(kind)} is not known; {nearest(str(kind), READERS)}",
        )
    fields = Fields(raw, FIELDS[kind] | COMMON)
    on = fields.day("on") if defaults.on is None or fields.has("on") else defaults.on
    creditor = named_creditor(fields, defaults.creditor)
    return Reading(kind, creditor, tuple(READERS[kind](fields, on, defaults)))


Reader = Callable[[Fields, date, Defaults], "list[AccountBody | CreditorBody]"]


def _creditor(fields: Fields, on: date, defaults: Defaults) -> list[AccountBody | CreditorBody]:
    return [CreditorBody(on=on, creditor=creditor_from(fields, defaults.creditor))]


def _customer(fields: Fields, on: date, _: Defaults) -> list[AccountBody | CreditorBody]:
    consents = reading_consents.of_customer(fields)
    hours = fields.get("inconvenient") is not None
    return [CustomerBody(on=on, customer=customer_from(fields), consents=consents, hours=hours)]


def _invoice(fields: Fields, on: date, defaults: Defaults) -> list[AccountBody | CreditorBody]:
    number, customer = fields.id("number"), fields.id("customer")
    currency = fields.currency()
    dated = fields.has("issued") or fields.has("on")
    issued = fields.day_or("issued", on)
    given = fields.objects("items", MOST_ITEMS)
    if not given:
        raise ReadingError(
            "missing", "items", 'items is missing; give one {"due": …, "amount": …} or more'
        )
    items: list[DueItem] = []
    disputed: list[int] = []
    for count, raw in enumerate(given, 1):
        item = Fields(raw, ITEM_FIELDS, f"items.{count}")
        due = item.day("due") if item.has("due") else _by_terms(issued, dated, defaults, count)
        items.append(DueItem(due, item.amount(currency)))
        if item.get("disputed") not in (None, False):
            disputed.append(count)
    invoice = Invoice(
        number=number,
        currency=currency,
        kind=fields.one_of("kind", KINDS, KINDS[0]),
        issued=issued,
        items=tuple(items),
        policy=fields.text_or_none("policy", 64),
        reference=fields.text("reference", 200),
        as_of=on,
        autopay=fields.flag("autopay"),
    )
    return [InvoiceBody(on=on, customer=customer, invoice=invoice, disputed=tuple(disputed))]


def _by_terms(issued: date, dated: bool, defaults: Defaults, count: int) -> date:
    """The due day of an item that states none, if the creditor has terms."""
    if defaults.terms_days is None or not dated:
        raise ReadingError(
            "missing",
            f"items.{count}.due",
            "due is missing; give it, or set the creditor's terms and give the day of issue",
        )
    return issued + timedelta(days=defaults.terms_days)


def _payment(fields: Fields, on: date, _: Defaults) -> list[AccountBody | CreditorBody]:
    currency = fields.currency()
    parts = _parts(fields, "allocations", currency, None)
    return [
        MoneyBody(
            on=on,
            type="payment",
            id=fields.id("id"),
            # Whose invoices it is for says whose it is; one that names nobody is unmatched.
            customer=fields.id_or_none("customer") or "",
            currency=currency,
            amount=fields.amount(currency),
            value_date=fields.day_or("value_date", on),
            parts=parts,
            reference=fields.text_or_none("reference", 200),
        )
    ]


def _credit_note(fields: Fields, on: date, _: Defaults) -> list[AccountBody | CreditorBody]:
    currency = fields.currency()
    invoice = fields.id_or_none("invoice")
    return [
        MoneyBody(
            on=on,
            type="credit_note",
            id=fields.id("number"),
            customer=fields.id("customer"),
            currency=currency,
            amount=fields.amount(currency),
            value_date=fields.day_or("value_date", on),
            parts=_parts(fields, "items", currency, invoice),
            invoice=invoice,
        )
    ]


def _parts(fields: Fields, name: str, currency: str, invoice: str | None) -> tuple[Part, ...]:
    found = []
    for count, raw in enumerate(fields.objects(name, MOST_ITEMS), 1):
        part = Fields(raw, PART_FIELDS, f"{name}.{count}")
        of = part.id_or_none("invoice") or invoice or part.id("invoice")
        found.append(Part(invoice=of, item=part.item_or_none(), amount=part.amount(currency)))
    return tuple(found)


def _write_off(fields: Fields, on: date, _: Defaults) -> list[AccountBody | CreditorBody]:
    invoice, amount = fields.id("invoice"), fields.amount_text()
    return [WriteOffBody(on=on, id=fields.id("id"), invoice=invoice, amount=amount)]


def _waive(fields: Fields, on: date, _: Defaults) -> list[AccountBody | CreditorBody]:
    amount = fields.amount_text() if fields.has("amount") else None
    invoice, item = fields.id("invoice"), fields.item_or_none()
    return [WaiveBody(on=on, id=fields.id("id"), invoice=invoice, item=item, amount=amount)]


def _refund(fields: Fields, on: date, _: Defaults) -> list[AccountBody | CreditorBody]:
    payment, amount = fields.id("payment"), fields.amount_text()
    return [ReturnBody(on=on, type="refund", id=fields.id("id"), payment=payment, amount=amount)]


def _chargeback(fields: Fields, on: date, _: Defaults) -> list[AccountBody | CreditorBody]:
    nothing = not str(fields.get("fee") or "0").strip("0. ")
    fee = None if nothing else fields.amount_text("fee")
    id_, payment = fields.id("id"), fields.id("payment")
    return [ReturnBody(on=on, type="chargeback", id=id_, payment=payment, fee=fee)]


def _reversal(fields: Fields, on: date, _: Defaults) -> list[AccountBody | CreditorBody]:
    return [ReversalBody(on=on, id=fields.id("id"), of=fields.id("of"))]


def _dispute(fields: Fields, on: date, _: Defaults) -> list[AccountBody | CreditorBody]:
    return [
        DisputeBody(
            on=on,
            id=fields.id("id"),
            invoice=fields.id("invoice"),
            item=fields.item_or_none(),
            reason=without_card_numbers(fields.text("reason")),
        )
    ]


def _resolve(fields: Fields, on: date, _: Defaults) -> list[AccountBody | CreditorBody]:
    dispute, outcome = fields.id("dispute"), fields.text("outcome", 100)
    return [ResolveBody(on=on, id=fields.id("id"), dispute=dispute, outcome=outcome)]


def _hold(fields: Fields, on: date, _: Defaults) -> list[AccountBody | CreditorBody]:
    return [reading_holds.hold(fields, on)]


def _release(fields: Fields, on: date, _: Defaults) -> list[AccountBody | CreditorBody]:
    return [ReleaseBody(on=on, id=fields.id("id"), hold=fields.id("hold"))]


def _promise(fields: Fields, on: date, _: Defaults) -> list[AccountBody | CreditorBody]:
    items = []
    for count, raw in enumerate(fields.objects("items", MOST_ITEMS), 1):
        item = Fields(raw, REF_FIELDS, f"items.{count}")
        items.append(ItemRef(item.id("invoice"), item.item_or_none() or 1))
    return [
        PromiseBody(
            on=on,
            id=fields.id("id"),
            customer=fields.id("customer"),
            by=fields.day("date"),
            amount=fields.amount_text(),
            items=tuple(items),
        )
    ]


def _match(fields: Fields, on: date, _: Defaults) -> list[AccountBody | CreditorBody]:
    allocations = []
    for count, raw in enumerate(fields.objects("allocations", MOST_ITEMS), 1):
        part = Fields(raw, PART_FIELDS, f"allocations.{count}")
        allocations.append((part.id("invoice"), part.item_or_none(), part.amount_text()))
    return [
        MatchBody(
            on=on,
            id=fields.id("id"),
            unmatched=fields.id("unmatched"),
            customer=fields.id("customer"),
            allocations=tuple(allocations),
            by=fields.id_or_none("by") or "",
        )
    ]


def _one(body: Callable[[Fields, date], AccountBody]) -> Reader:
    """The reader of a type whose objects bring one body each, and need no defaults."""
    return lambda fields, on, _: [body(fields, on)]


COMMON = frozenset({"on", "type", "creditor", "value_date"})
READERS: dict[str, Reader] = {
    "creditor": _creditor,
    "customer": _customer,
    "invoice": _invoice,
    "payment": _payment,
    "credit_note": _credit_note,
    "write_off": _write_off,
    "waive": _waive,
    "refund": _refund,
    "chargeback": _chargeback,
    "reversal": _reversal,
    "dispute": _dispute,
    "resolve": _resolve,
    "hold": _hold,
    "release": _release,
    "promise": _promise,
    "plan": _one(plan_from),
    "mandate": _one(mandate),
    "match": _match,
    "consent": _one(reading_consents.consent),
    "opt_out": _one(reading_consents.opt_out),
    "wrong_person": _one(reading_consents.wrong_person),
    "contact": _one(reading_contacts.contact_made),
    "feedback": _one(reading_contacts.feedback),
    "approval": _one(reading_approval.approval),
    "hand_over": _one(reading_approval.hand_over),
    "hand_back": _one(reading_approval.hand_back),
}
FIELDS: dict[str, frozenset[str]] = {
    "creditor": CREDITOR_FIELDS,
    "customer": CUSTOMER_FIELDS,
    "invoice": names("customer number currency kind issued policy reference items autopay"),
    "payment": names("id customer currency amount allocations reference"),
    "credit_note": names("number customer currency amount invoice items"),
    "write_off": names("id invoice amount"),
    "waive": names("id invoice item amount"),
    "refund": names("id payment amount"),
    "chargeback": names("id payment fee"),
    "reversal": names("id of"),
    "dispute": names("id invoice item reason"),
    "resolve": names("id dispute outcome"),
    "hold": reading_holds.HOLD_FIELDS,
    "release": names("id hold"),
    "promise": names("id customer date amount items"),
    "plan": PLAN_FIELDS,
    "mandate": MANDATE_FIELDS,
    "match": names("id unmatched customer allocations by"),
    "consent": reading_consents.CONSENT_FIELDS,
    "opt_out": reading_consents.OPT_OUT_FIELDS,
    "wrong_person": reading_consents.WRONG_PERSON_FIELDS,
    "contact": reading_contacts.CONTACT_FIELDS,
    "feedback": names("id customer channel address outcome"),
    "approval": reading_approval.APPROVAL_FIELDS,
    "hand_over": reading_approval.HAND_OVER_FIELDS,
    "hand_back": reading_approval.HAND_BACK_FIELDS,
}
