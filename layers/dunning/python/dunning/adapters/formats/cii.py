"""UN/CEFACT Cross Industry Invoice: D16B (Factur-X, ZUGFeRD 2, XRechnung) and its forerunner in
ZUGFeRD 1: which element says what. What it means is `domain/intake/einvoice`'s.
"""

from dataclasses import dataclass
from decimal import Decimal
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
    from datetime import date

    from lxml import etree

_DATA = "urn:un:unece:uncefact:data:standard:"


@dataclass(frozen=True, slots=True)
class Syntax:
    """The names that the two generations write differently."""

    root: str
    ram: str
    header: str
    transaction: str
    agreement: str
    settlement: str
    sums: str


D16B = Syntax(
    root=f"{{{_DATA}CrossIndustryInvoice:100}}CrossIndustryInvoice",
    ram=f"{{{_DATA}ReusableAggregateBusinessInformationEntity:100}}",
    header="ExchangedDocument",
    transaction="SupplyChainTradeTransaction",
    agreement="ApplicableHeaderTradeAgreement",
    settlement="ApplicableHeaderTradeSettlement",
    sums="SpecifiedTradeSettlementHeaderMonetarySummation",
)
ZUGFERD_1 = Syntax(
    root="{urn:ferd:CrossIndustryDocument:invoice:1p0}CrossIndustryDocument",
    ram=f"{{{_DATA}ReusableAggregateBusinessInformationEntity:12}}",
    header="HeaderExchangedDocument",
    transaction="SpecifiedSupplyChainTradeTransaction",
    agreement="ApplicableSupplyChainTradeAgreement",
    settlement="ApplicableSupplyChainTradeSettlement",
    sums="SpecifiedTradeSettlementMonetarySummation",
)


def read(root: "etree._Element") -> Document:
    """The document of a CrossIndustryInvoice or CrossIndustryDocument. Raises ReadingError."""
    return _Reader(root, ZUGFERD_1 if root.tag == ZUGFERD_1.root else D16B).document()


class _Reader:
    """One invoice of one generation."""

    def __init__(self, root: "etree._Element", syntax: Syntax) -> None:
        self.root = root
        self.syntax = syntax
        self.ram = syntax.ram

    def document(self) -> Document:
        syntax, rsm = self.syntax, self.syntax.root.partition("}")[0] + "}"
        header = self.root.find(f"{rsm}{syntax.header}")
        deal = self.root.find(f"{rsm}{syntax.transaction}")
        agreement = self._child(deal, syntax.agreement)
        settlement = self._child(deal, syntax.settlement)
        sums = self._child(settlement, syntax.sums)
        if header is None or settlement is None or sums is None:
            raise ReadingError(
                "missing", "total", f"the invoice has no {syntax.header} or no {syntax.sums}"
            )
        currency = self._text(settlement, "InvoiceCurrencyCode")
        buyer = self._child(agreement, "BuyerTradeParty")
        return document(
            Stated(
                number=self._text(header, "ID"),
                type_code=self._text(header, "TypeCode"),
                issued=self._day(self._child(header, "IssueDateTime"), "issued"),
                currency=currency,
                buyer=self._party(buyer),
                seller=self._text(agreement, "SellerTradeParty", "Name"),
                total=self._sum(sums, "GrandTotalAmount", "total", currency),
                prepaid=self._sum(sums, "TotalPrepaidAmount", "prepaid", currency),
                rounding=self._sum(sums, "RoundingAmount", "rounding", currency),
                payable=self._sum(sums, "DuePayableAmount", "open", currency),
                terms=self._terms(settlement, currency),
                preceding=tuple(
                    self._text(one, "IssuerAssignedID")
                    for one in settlement.iterfind(f"{self.ram}InvoiceReferencedDocument")
                ),
                reference=self._text(settlement, "PaymentReference"),
                language=self._text(header, "LanguageID"),
            )
        )

    def _child(self, parent: "etree._Element | None", name: str) -> "etree._Element | None":
        return None if parent is None else parent.find(f"{self.ram}{name}")

    def _text(self, parent: "etree._Element | None", *names: str) -> str:
        """The first text that is not empty at a path."""
        if parent is None:
            return ""
        path = "/".join(f"{self.ram}{name}" for name in names)
        return next((text for one in parent.iterfind(path) if (text := words(one.text))), "")

    def _day(self, parent: "etree._Element | None", field: str) -> "date | None":
        """A day inside its element, whatever the qualifier's namespace is called there."""
        if parent is None:
            return None
        inner = next(parent.iterchildren("*"), None)
        return day(parent.text if inner is None else inner.text, field)

    def _sum(
        self, parent: "etree._Element", name: str, field: str, currency: str
    ) -> Decimal | None:
        """An amount, in the invoice's currency where it is stated in several."""
        found = parent.findall(f"{self.ram}{name}")
        own = [one for one in found if one.get("currencyID", currency) in (currency, "")]
        if found and not own and currency:
            raise ReadingError(
                "currency_conflict",
                "currency",
                f"the invoice is in {currency[:3]}, its {field} is not; have it issued in one",
            )
        return amount((own or found)[0].text, field) if found else None

    def _terms(self, settlement: "etree._Element", currency: str) -> tuple[Terms, ...]:
        found = []
        for one in settlement.iterfind(f"{self.ram}SpecifiedTradePaymentTerms"):
            due = self._day(self._child(one, "DueDateDateTime"), "due")
            if due is not None:
                part = self._sum(one, "PartialPaymentAmount", "amount", currency)
                found.append(Terms(due, part))
        return tuple(found)

    def _party(self, party: "etree._Element | None") -> Party:
        if party is None:
            return Party()
        endpoint = party.find(f"{self.ram}URIUniversalCommunication/{self.ram}URIID")
        contact = self._child(party, "DefinedTradeContact")
        return Party(
            name=self._text(party, "Name"),
            ids=tuple(
                (one.get("schemeID", ""), words(one.text))
                for name in ("ID", "GlobalID")
                for one in party.iterfind(f"{self.ram}{name}")
            ),
            vat=self._vat(party),
            endpoint=("", "")
            if endpoint is None
            else (endpoint.get("schemeID", ""), words(endpoint.text)),
            legal=self._text(party, "SpecifiedLegalOrganization", "ID"),
            email=self._text(contact, "EmailURIUniversalCommunication", "URIID"),
            phone=self._text(contact, "TelephoneUniversalCommunication", "CompleteNumber"),
            address=self._address(self._child(party, "PostalTradeAddress")),
            country=self._text(party, "PostalTradeAddress", "CountryID"),
        )

    def _vat(self, party: "etree._Element") -> str:
        """The VAT id (VA), else the local tax number (FC)."""
        ids = {
            one.get("schemeID", ""): words(one.text)
            for one in party.iterfind(f"{self.ram}SpecifiedTaxRegistration/{self.ram}ID")
        }
        return ids.get("VA") or ids.get("FC") or ""

    def _address(self, found: "etree._Element | None") -> tuple[str, ...]:
        """Lines as on an envelope, without the country."""
        town = f"{self._text(found, 'PostcodeCode')} {self._text(found, 'CityName')}"
        lines = (
            *(self._text(found, name) for name in ("LineOne", "LineTwo", "LineThree")),
            town.strip(),
            self._text(found, "CountrySubDivisionName"),
        )
        return tuple(line for line in lines if line)
