"""CAMT.053 bank statements of any version: booked credits as payments. Which customer and invoice a
payment is for is not decided here, for a bank knows neither.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from dunning.adapters.formats import xml_tree
from dunning.domain.card_numbers import without_card_numbers
from dunning.domain.fields import ReadingError
from dunning.domain.intake.document import PAYMENT, Document
from dunning.domain.intake.einvoice import amount, day, words
from dunning.domain.intake.understood import PAYMENTS, Understood
from dunning.service.ports import FileRows, Row, Source

if TYPE_CHECKING:
    from lxml import etree

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:"
COLUMNS = (
    "id", "customer", "invoice", "currency", "amount", "value_date", "payer", "reference"
)  # fmt: skip
"""Those of a plain file of payments: a list of bad rows of them is mended in place."""
WHOSE = (
    "a payment is of the customer whose invoices its text names, else of the one who is called"
    " exactly as the payer; any other is given back as a bad row"
)
LONGEST_REFERENCE = 500
MOST_PARTS = 10_000

_VERSION = re.compile(r"\{" + re.escape(NAMESPACE) + r"camt\.053\.001\.([0-9]{2})\}Document\Z")
_NO_REFERENCE = frozenset({"", "NOTPROVIDED", "NONREF", "NOREF", "NOT PROVIDED", "UNKNOWN", "0"})
_CARD = re.compile(r"(?<![0-9A-Za-z])(?:[0-9][ -]?){12,18}[0-9](?![0-9A-Za-z])")
_CARD_STARTS = re.compile(r"4|5[1-5]|2[2-7]|3[47]|6(?:011|5)")
_CHARGES = frozenset({"CHRG", "FEES", "COMM", "COME", "COMI", "COMT", "TAXE", "INTR"})
"""Sub-families of the bank transaction codes (ISO 20022, external code set) that are costs."""
_OTHERS = {
    "camt.052": "an account report (camt.052), whose bookings may still change",
    "camt.054": "a debit and credit notification (camt.054), whose bookings the statement repeats",
    "pain.": "a payment order, which says what is to be paid and not what was",
}


class _Part(NamedTuple):
    """One transaction of an entry."""

    element: "etree._Element | None"
    amount: Decimal
    """In the account's favour above zero."""
    nth: int
    """From 1 where the entry has several; else 0."""


def read(source: Source, root: str) -> FileRows:
    """The payments of a bank statement, in bounded memory. Raises ReadingError for other messages
    of ISO 20022."""
    found = _VERSION.match(root)
    if found is None:
        raise _not_a_statement(root)
    understood = Understood(
        format="camt.053",
        layout="camt.053",
        layout_title=f"Bank statement camt.053.001.{found.group(1)}",
        holds=PAYMENTS,
        assumed=[WHOSE],
    )
    return FileRows(COLUMNS, _Statement(understood).rows(source), understood=understood)


def _not_a_statement(root: str) -> ReadingError:
    message = root.partition(NAMESPACE)[2]
    name = next((text for start, text in _OTHERS.items() if message.startswith(start)), "")
    said = name or "a bank message that is no statement"
    return ReadingError(
        "unknown_document", "", f"the file is {said}; send the account statement (camt.053)"
    )


class _Statement:
    """The statements of one file, as their entries come by."""

    def __init__(self, understood: Understood) -> None:
        self.understood = understood
        self.account = ""
        self.currency = ""
        self.seen: Counter[str] = Counter()
        self.number = 0

    def rows(self, source: Source) -> Iterator[Row]:
        with source.open() as stream:
            try:
                for element in xml_tree.elements(stream, "Document", ("Stmt", "Acct", "Ntry")):
                    yield from self._element(element)
            except ReadingError as error:
                yield Row(0, (), error=error)

    def _element(self, element: "etree._Element") -> Iterator[Row]:
        name, parent = xml_tree.local(element), element.getparent()
        if parent is None:
            return
        if name == "Acct" and xml_tree.local(parent) == "Stmt":
            self.account = _text(element, "Id", "IBAN") or _text(element, "Id", "Othr", "Id")
            self.currency = _text(element, "Ccy")
        elif name == "Stmt":
            self.account = self.currency = ""
            self.seen.clear()
        elif name == "Ntry":
            yield from self._entry(element)

    def _entry(self, entry: "etree._Element") -> Iterator[Row]:
        try:
            if not _is_booked(entry):
                self.number += 1
                self.understood.skipped["not_booked"] += 1
                return
            parts = self._parts(entry)
        except ReadingError as error:
            self.number += 1
            yield Row(self.number, (_shown(entry),), error=error)
            return
        for part in parts:
            self.number += 1
            yield from self._part(entry, part)

    def _part(self, entry: "etree._Element", part: _Part) -> Iterator[Row]:
        try:
            why = self._why_not(entry, part)
            if why:
                self.understood.skipped[why] += 1
                return
            document = self._payment(entry, part)
        except ReadingError as error:
            yield Row(self.number, (_shown(entry, part),), error=error)
            return
        yield Row(self.number, (_cells(document),), document=document)

    def _why_not(self, entry: "etree._Element", part: _Part) -> str:
        """Why a transaction is no payment, in a word; "" for one. Raises ReadingError for money
        that the bank took back: somebody has to say which payment that was."""
        element = entry if part.element is None else part.element
        back = _is_reversal(entry) or _is_reversal(element) or _is_returned(element)
        if part.amount > 0:
            return "own_payment_returned" if back else ""
        money = f"{abs(part.amount):f} {_currency(entry, self.currency)}"
        if back:
            raise ReadingError(
                "payment_taken_back",
                "",
                f"the bank took back {money} that had been credited; record the reversal of that"
                " payment (or a chargeback) by its id",
            )
        if part.nth and _text(entry, "CdtDbtInd") == "CRDT" and not _is_charge(element):
            raise ReadingError(
                "taken_off",
                "",
                f"a collective credit has {money} in it that was taken off, and does not say why;"
                " if a payment was taken back, record its reversal (or a chargeback) by its id, if"
                " it is a cost of the bank, nothing is to be done",
            )
        return "debit"

    def _parts(self, entry: "etree._Element") -> list[_Part]:
        """The transactions of an entry, each with its own sign, where their amounts are known and
        add up; else the entry. Raises ReadingError where such an entry has money in it that was
        taken back: what is left of it is no payment."""
        whole = amount(_text(entry, "Amt"), "amount")
        if whole is None:
            raise ReadingError("missing", "amount", "the booking has no amount")
        if _text(entry, "CdtDbtInd") != "CRDT":
            whole = -whole
        details = list(entry.iterfind("{*}NtryDtls/{*}TxDtls"))
        if len(details) == 1:
            return [_Part(details[0], whole, 0)]
        if details and len(details) <= MOST_PARTS:
            currency = _currency(entry, self.currency)
            amounts = [_amount_of(one, currency, credit=whole > 0) for one in details]
            known = [one for one in amounts if one is not None]
            if len(known) == len(details) and sum(known) == whole:
                return [
                    _Part(one, part, nth)
                    for nth, (one, part) in enumerate(zip(details, known, strict=True), 1)
                    if part
                ]
        returned = [_is_returned(one) for one in details]
        if any(returned):
            if all(returned):
                return [_Part(details[0], whole, 0)]
            raise ReadingError(
                "payment_taken_back",
                "",
                f"the collective booking of {abs(whole):f} {_currency(entry, self.currency)} has"
                " money in it that was taken back, and its parts do not add up; record by hand what"
                " came in, and the reversal of each payment that was taken back",
            )
        if whole < 0 and any(_text(one, "CdtDbtInd") == "CRDT" for one in details):
            raise ReadingError(
                "parts_differ",
                "",
                f"the collective debit of {-whole:f} {_currency(entry, self.currency)} has credits"
                " in it, and its parts do not add up; enter the payments in it by hand",
            )
        return [_Part(None, whole, 0)]

    def _payment(self, entry: "etree._Element", part: _Part) -> Document:
        details = part.element
        booked = _day(entry, "BookgDt")
        value = _day(entry, "ValDt") or booked
        name = card_hidden(
            _text(details, "RltdPties", "Dbtr", "Nm")
            or _text(details, "RltdPties", "Dbtr", "Pty", "Nm")
            or _text(details, "RltdPties", "UltmtDbtr", "Nm")
            or _text(details, "RltdPties", "UltmtDbtr", "Pty", "Nm")
        )
        account = _text(details, "RltdPties", "DbtrAcct", "Id", "IBAN") or _text(
            details, "RltdPties", "DbtrAcct", "Id", "Othr", "Id"
        )
        reference = _reference(entry, details)
        numbers = _texts(details, "RmtInf", "Strd", "RfrdDocInf", "Nb")
        currency = _currency(entry, self.currency)
        notes = []
        if details is None and entry.find("{*}NtryDtls") is not None:
            notes.append("a collective booking without its parts; it is one payment")
        address = next(entry.iterfind(".//{*}Dbtr//{*}PstlAdr/{*}Ctry"), None)
        return Document(
            type=PAYMENT,
            number=self._id(entry, part, (booked, value, currency, name, account, reference)),
            name=name[:200],
            currency=currency,
            issued=booked,
            total=part.amount,
            settled_on=value,
            invoice=numbers[0] if len(numbers) == 1 else "",
            preceding=tuple(numbers) if len(numbers) > 1 else (),
            reference=reference,
            of_bank=True,
            country="" if address is None or details is None else words(address.text),
            account=account,
            notes=tuple(notes),
        )

    def _id(
        self, entry: "etree._Element", part: _Part, facts: tuple[date | str | None, ...]
    ) -> str:
        """The same for the same booking in every export: account, day, the bank's reference (else
        the payer's, else a hash of what it says), and its place among bookings that are alike."""
        details = part.element
        own = _text(details, "Refs", "AcctSvcrRef")
        whole = _text(entry, "AcctSvcrRef")
        end_to_end = _text(details, "Refs", "EndToEndId")
        if _is_reference(own) and own != whole:
            name = own
        elif _is_reference(whole):
            name = f"{whole}.{part.nth}" if part.nth else whole
        else:
            said = "\n".join(map(str, (*facts, part.amount)))
            digest = hashlib.sha256(said.encode()).hexdigest()[:12]
            name = f"{end_to_end}.{digest}" if _is_reference(end_to_end) else digest
        base = f"{self.account}/{facts[0] or facts[1] or ''}/{name}"
        self.seen[base] += 1
        again = self.seen[base]
        return base if again == 1 else f"{base}/{again}"


def card_hidden(text: str) -> str:
    """Text without card numbers: of what may be one, only the last four digits stay."""

    def hidden(found: re.Match[str]) -> str:
        digits = [c for c in found.group() if c.isdigit()]
        if not _CARD_STARTS.match("".join(digits)) or not _luhn(digits):
            return found.group()
        return "*" * (len(digits) - 4) + "".join(digits[-4:])

    return without_card_numbers(_CARD.sub(hidden, text))


def _luhn(digits: list[str]) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _is_reference(text: str) -> bool:
    return text.upper() not in _NO_REFERENCE and len(text) <= 40


def _reference(entry: "etree._Element", details: "etree._Element | None") -> str:
    """The creditor's structured reference, then what the payer wrote."""
    structured = _texts(details, "RmtInf", "Strd", "CdtrRefInf", "Ref")
    free = [
        *_texts(details, "RmtInf", "Ustrd"),
        *_texts(details, "RmtInf", "Strd", "AddtlRmtInf"),
    ]
    if not structured and not free:
        free = _texts(details, "AddtlTxInf") or _texts(entry, "AddtlNtryInf")
    said = " ".join(dict.fromkeys([*structured, *map(card_hidden, free)]))
    return said if len(said) <= LONGEST_REFERENCE else f"{said[: LONGEST_REFERENCE - 1]}…"


def _is_booked(entry: "etree._Element") -> bool:
    return (_text(entry, "Sts", "Cd") or _text(entry, "Sts")) == "BOOK"


def _is_reversal(element: "etree._Element") -> bool:
    return _text(element, "RvslInd").lower() in ("true", "1")


def _is_returned(element: "etree._Element") -> bool:
    return next(element.iterfind(".//{*}RtrInf"), None) is not None


def _is_charge(details: "etree._Element") -> bool:
    """Whether the bank's own code says that it is a cost: fees, commissions, taxes, interest."""
    return _text(details, "BkTxCd", "Domn", "Fmly", "SubFmlyCd") in _CHARGES


def _amount_of(details: "etree._Element", currency: str, *, credit: bool) -> Decimal | None:
    """A transaction's amount in the account's currency, debits below zero. One that does not say
    its direction has the booking's."""
    for path in (("Amt",), ("AmtDtls", "TxAmt", "Amt"), ("AmtDtls", "InstdAmt", "Amt")):
        found = _find(details, *path)
        if found is not None and found.get("Ccy", currency) == currency:
            value = amount(found.text, "amount")
            if value is not None:
                side = _text(details, "CdtDbtInd") or ("CRDT" if credit else "DBIT")
                return -value if side == "DBIT" else value
    return None


def _currency(entry: "etree._Element", default: str) -> str:
    found = _find(entry, "Amt")
    return default if found is None else found.get("Ccy", default)


def _day(entry: "etree._Element", name: str) -> date | None:
    return day(_text(entry, name, "Dt") or _text(entry, name, "DtTm"), "value_date")


def _find(parent: "etree._Element | None", *names: str) -> "etree._Element | None":
    return None if parent is None else parent.find(_path(names))


def _text(parent: "etree._Element | None", *names: str) -> str:
    found = _find(parent, *names)
    return "" if found is None else words(found.text)


def _texts(parent: "etree._Element | None", *names: str) -> list[str]:
    if parent is None:
        return []
    return [text for one in parent.iterfind(_path(names)) if (text := words(one.text))]


@cache
def _path(names: tuple[str, ...]) -> str:
    return "/".join(f"{{*}}{name}" for name in names)


def _cells(payment: Document) -> tuple[str, ...]:
    value = payment.settled_on.isoformat() if payment.settled_on else ""
    return (
        payment.number, "", payment.invoice, payment.currency, f"{payment.total:f}", value,
        payment.name, payment.reference,
    )  # fmt: skip


def _shown(entry: "etree._Element", part: _Part | None = None) -> tuple[str, ...]:
    """A booking that is no payment, or one transaction of it, as a row of the list of bad rows."""
    value = _text(entry, "ValDt", "Dt") or _text(entry, "BookgDt", "Dt")
    details = _find(entry, "NtryDtls", "TxDtls") if part is None else part.element
    shown = _text(entry, "Amt") if part is None or not part.nth else f"{part.amount:f}"
    return ("", "", "", _currency(entry, ""), shown, value, "", _reference(entry, details))
