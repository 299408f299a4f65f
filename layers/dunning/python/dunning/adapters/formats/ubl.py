"""UBL 2 Invoice and CreditNote (Peppol BIS Billing, XRechnung and any other customization): which
element says what. What it means is `domain/intake/einvoice`'s.
"""

from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

from dunning.domain.fields import ReadingError
from dunning.domain.intake.document import Document
from dunning.domain.intake.einvoice import (
    Party,
    Stated,
    Terms,
    amount,
    day,
    document,
    words,
)

if TYPE_CHECKING:
    from lxml import etree

_XSD = "urn:oasis:names:specification:ubl:schema:xsd:"
_CAC = f"{{{_XSD}CommonAggregateComponents-2}}"
_CBC = f"{{{_XSD}CommonBasicComponents-2}}"
INVOICE = f"{{{_XSD}Invoice-2}}Invoice"
CREDIT_NOTE = f"{{{_XSD}CreditNote-2}}CreditNote"


@cache
def _path(*names: str) -> str:
    """A path of aggregates (capitalised words) down to a basic component, the last."""
    return "/".join([*(f"{_CAC}{name}" for name in names[:-1]), f"{_CBC}{names[-1]}"])


_PARTY_IDS = _path("PartyIdentification", "ID")
_PARTY_NAME = _path("PartyName", "Name")
_LEGAL_NAME = _path("PartyLegalEntity", "RegistrationName")
_LEGAL_ID = _path("PartyLegalEntity", "CompanyID")
_PRECEDING = _path("BillingReference", "InvoiceDocumentReference", "ID")
_PAYMENT_ID = _path("PaymentMeans", "PaymentID")
_STREET = ("StreetName", "AdditionalStreetName")


def read(root: "etree._Element") -> Document:
    """The document of an Invoice or CreditNote element. Raises ReadingError."""
    sums = root.find(f"{_CAC}LegalMonetaryTotal")
    if sums is None:
        raise ReadingError("missing", "total", "the invoice has no LegalMonetaryTotal")
    currency = words(root.findtext(f"{_CBC}DocumentCurrencyCode"))
    credit = root.tag == CREDIT_NOTE
    buyer = root.find(f"{_CAC}AccountingCustomerParty/{_CAC}Party")
    seller = root.find(f"{_CAC}AccountingSupplierParty/{_CAC}Party")
    language = None if buyer is None else buyer.findtext(_path("Language", "ID"))
    return document(
        Stated(
            number=words(root.findtext(f"{_CBC}ID")),
            type_code=words(
                root.findtext(f"{_CBC}{'CreditNote' if credit else 'Invoice'}TypeCode")
            ),
            issued=day(root.findtext(f"{_CBC}IssueDate"), "issued"),
            currency=currency or _currency_of(sums),
            buyer=_party(buyer),
            seller=_name(seller),
            total=_sum(sums, "TaxInclusiveAmount", "total", currency),
            prepaid=_sum(sums, "PrepaidAmount", "prepaid", currency),
            rounding=_sum(sums, "PayableRoundingAmount", "rounding", currency),
            payable=_sum(sums, "PayableAmount", "open", currency),
            terms=_terms(root, currency),
            preceding=tuple(words(one.text) for one in root.iterfind(_PRECEDING)),
            reference=words(root.findtext(_PAYMENT_ID)),
            language=words(language),
            credit=credit,
        )
    )


def _sum(parent: "etree._Element", name: str, field: str, currency: str) -> Decimal | None:
    found = parent.find(f"{_CBC}{name}")
    if found is None:
        return None
    own = found.get("currencyID", "")
    if currency and own and own != currency:
        raise ReadingError(
            "currency_conflict",
            "currency",
            f"the invoice is in {currency[:3]}, its {field} in {own[:3]}; have it issued in one",
        )
    return amount(found.text, field)


def _currency_of(sums: "etree._Element") -> str:
    payable = sums.find(f"{_CBC}PayableAmount")
    return "" if payable is None else payable.get("currencyID", "")


def _terms(root: "etree._Element", currency: str) -> tuple[Terms, ...]:
    """Instalments stated in the terms, else the due day; a credit note has it in the means."""
    instalments = []
    for one in root.iterfind(f"{_CAC}PaymentTerms"):
        due = day(
            one.findtext(f"{_CBC}PaymentDueDate") or one.findtext(f"{_CBC}InstallmentDueDate"),
            "due",
        )
        if due is not None:
            instalments.append(Terms(due, _sum(one, "Amount", "amount", currency)))
    if len(instalments) > 1:
        return tuple(instalments)
    due = day(root.findtext(f"{_CBC}DueDate"), "due")
    if due is not None:
        return (Terms(due),)
    if instalments:
        return (Terms(instalments[0].due),)
    means = {
        found
        for one in root.iterfind(_path("PaymentMeans", "PaymentDueDate"))
        if (found := day(one.text, "due")) is not None
    }
    return tuple(Terms(due) for due in sorted(means))


def _name(party: "etree._Element | None") -> str:
    """The registered name, else the trading name."""
    if party is None:
        return ""
    return words(party.findtext(_LEGAL_NAME)) or words(party.findtext(_PARTY_NAME))


def _party(party: "etree._Element | None") -> Party:
    if party is None:
        return Party()
    endpoint = party.find(f"{_CBC}EndpointID")
    return Party(
        name=_name(party),
        ids=tuple((one.get("schemeID", ""), words(one.text)) for one in party.iterfind(_PARTY_IDS)),
        vat=_vat(party),
        endpoint=("", "")
        if endpoint is None
        else (endpoint.get("schemeID", ""), words(endpoint.text)),
        legal=words(party.findtext(_LEGAL_ID)),
        email=words(party.findtext(_path("Contact", "ElectronicMail"))),
        phone=words(party.findtext(_path("Contact", "Telephone"))),
        address=_address(party),
        country=words(party.findtext(_path("PostalAddress", "Country", "IdentificationCode"))),
    )


def _vat(party: "etree._Element") -> str:
    for one in party.iterfind(f"{_CAC}PartyTaxScheme"):
        if words(one.findtext(_path("TaxScheme", "ID"))).upper() in ("VAT", ""):
            return words(one.findtext(f"{_CBC}CompanyID"))
    return ""


def _address(party: "etree._Element") -> tuple[str, ...]:
    """Lines as on an envelope, without the country."""
    found = party.find(f"{_CAC}PostalAddress")
    if found is None:
        return ()
    street = words(found.findtext(f"{_CBC}StreetName"))
    building = words(found.findtext(f"{_CBC}BuildingNumber"))
    town = (
        f"{words(found.findtext(f'{_CBC}PostalZone'))} {words(found.findtext(f'{_CBC}CityName'))}"
    )
    lines = (
        f"{street} {building}".strip(),
        words(found.findtext(f"{_CBC}AdditionalStreetName")),
        *(words(one.text) for one in found.iterfind(_path("AddressLine", "Line"))),
        town.strip(),
        words(found.findtext(f"{_CBC}CountrySubentity")),
    )
    return tuple(line for line in lines if line)
