"""Whether a table is a bank's statement, by its headings: which column is the booking's day,
amount, text and payer. What a booking is for is `payer`'s; other tables are `columns`'.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .currencies import code_of


def _words(text: str) -> frozenset[str]:
    return frozenset(" ".join(word.split()) for word in text.split(","))


BANK = "bank_statement"
"""How a mapping file says that a table is one: `holds: bank_statement`."""
BOOKED, VALUE, TEXT, PAYER, ACCOUNT = "booked", "value_date", "text", "payer", "account"
OWN, AMOUNT, CREDIT, DEBIT, SIDE = "own_account", "amount", "credit", "debit", "side"
CURRENCY, ID, STATUS, KIND, BALANCE = "currency", "id", "status", "kind", "balance"
WORDS: Mapping[str, str] = {
    BOOKED: "buchungstag|buchungsdatum|buchung|datum|date|booking date|transaction date|"
    "posting date|posted date|post date|date posted|completed date|date operation|"
    "date de l operation|date de comptabilisation|date comptable|fecha|fecha operacion|"
    "fecha de operacion|fecha contable|data|data operazione|data contabile|boekdatum|"
    "boekingsdatum|transactiedatum|bokforingsdag|bogforingsdato|data ksiegowania|data operacji",
    VALUE: "valutadatum|valuta|wertstellung|wertstellungstag|wert|value date|date valeur|"
    "date de valeur|fecha valor|data valuta|rentedatum|valutadag|interest date|data waluty",
    TEXT: "verwendungszweck|verwendungszweck zeile|vwz|buchungsdetails|description|details|"
    "narrative|memo|reference|payment reference|payment details|remittance information|"
    "remittance info|transaction description|libelle|libelle operation|libelle de l operation|"
    "detail de l ecriture|communication|communications|concepto|descripcion|causale|descrizione|"
    "descrizione operazione|omschrijving|mededelingen|tytul|tytul operacji|opis operacji|"
    "end to end reference|kundenreferenz end to end|kundenreferenz|omschrijving 1",
    PAYER: "beguenstigter zahlungspflichtiger|begunstigter zahlungspflichtiger|"
    "auftraggeber beguenstigter|auftraggeber begunstigter|auftraggeber|zahlungspflichtige r|"
    "zahlungspflichtiger|zahlungsempfanger|name zahlungsbeteiligter|zahlungsbeteiligter|"
    "beguenstigter auftraggeber|payee|payer|payer name|counterparty|counterparty name|"
    "counter party|partner name|party name|naam tegenpartij|naam omschrijving|"
    "naam van de tegenpartij|nom du tiers|tiers|contrepartie|nom de la contrepartie|ordenante|"
    "ordinante|debtor name|remitter|nadawca odbiorca|merchant name",
    ACCOUNT: "kontonummer|kontonummer iban|iban zahlungsbeteiligter|iban|counterparty iban|"
    "counterparty account|counterparty account number|account number|tegenrekening|"
    "tegenrekening iban bban|rekening tegenpartij|partner iban|compte contrepartie|payer account|"
    "debtor iban|kontonummer blz|konto",
    OWN: "auftragskonto|iban auftragskonto|eigene iban|own account|own iban|rekening|"
    "rekeningnummer|account|account name|account iban|compte|cuenta|bezeichnung auftragskonto",
    AMOUNT: "betrag|amount|transaction amount|umsatz|umsatz in|montant|importe|importo|bedrag|"
    "kwota|belopp|belob",
    CREDIT: "credit|credit amount|haben|gutschrift|paid in|money in|avoir|haber|abono|abonos|"
    "entrate|avere|accrediti|deposit|deposits|bij",
    DEBIT: "debit|debit amount|soll|belastung|paid out|money out|debe|cargo|cargos|uscite|dare|"
    "addebiti|withdrawal|withdrawals|af",
    SIDE: "af bij|soll haben|debit credit|credit debit|credit debit indicator|dc|d c|s h|cr dr|"
    "dr cr|richtung|direction",
    CURRENCY: "wahrung|waehrung|currency|devise|divisa|moneda|munt|valuta code|waluta",
    ID: "transaction id|transaktions id|transaktionsid|transaktionsnummer|transactie id|"
    "bank reference|account servicer reference|id|sammlerreferenz|transactiereferentie|fitid",
    STATUS: "info|status|state|etat|estado",
    KIND: "buchungstext|transaction type|type|vorgang|umsatztyp|umsatzart|mutatiesoort|"
    "type operation|type d operation|tipo|tipo operazione|code",
    BALANCE: "saldo|balance|kontostand|saldo nach mutatie|saldo nach buchung|solde|"
    "running balance|account balance|resulting balance|saldo contabile|saldo po operacji",
}
FIELDS = frozenset(WORDS)
PROOF = _words(
    """buchungstag, verwendungszweck, beguenstigter zahlungspflichtiger, auftragskonto,
    wertstellung,
    begunstigter zahlungspflichtiger, iban auftragskonto, name zahlungsbeteiligter, valutadatum,
    umsatztyp, tegenrekening, tegenrekening iban bban, naam tegenpartij, naam omschrijving, af bij,
    counterparty iban, counterparty account, date de valeur, date valeur, fecha valor, data valuta,
    data operazione, fecha operacion, saldo nach mutatie, rentedatum, money in, money out, paid in,
    paid out, remittance information, date de comptabilisation, partner iban, debtor iban, fitid,
    nom de la contrepartie, credit debit indicator, counterparty account number"""
)
"""Headings that only a bank has."""
OF_A_LEDGER = _words(
    """invoice, invoice number, invoice no, invoice id, rechnung, rechnungsnummer, rechnungsnr,
    rechnungs nr, belegnummer, beleg nr, facture, numero de facture, factura, numero factura,
    fattura, numero fattura, factuur, factuurnummer, due date, due, falligkeit, faelligkeit,
    fallig am, falligkeitsdatum, echeance, vencimiento, scadenza, vervaldatum, customer,
    customer id, customer number, kunde, kundennummer, kundennr, debitor, debitorennummer, client,
    cliente, outstanding, open amount, offener betrag, amount due, tax, vat, mwst, tva, iva, btw"""
)
"""Headings of a list of invoices or of a customer's account: such a table is no bank's."""
_MARKS = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "ß": "ss", "é": "e", "è": "e", "ê": "e"})
_MORE = str.maketrans({"ó": "o", "ñ": "n", "á": "a", "í": "i", "ę": "e", "ł": "l", "ø": "o"})
_IN_BRACKETS = re.compile(r"\(([^)]*)\)")
_OTHER = re.compile(r"[^a-z0-9]+")
_FOREIGN = frozenset({"foreign currency", "foreign", "fremdwahrung", "original"})


@dataclass(frozen=True, slots=True)
class BankColumns:
    """Places of a statement's columns, from 0."""

    at: Mapping[str, int]
    texts: tuple[int, ...] = ()
    """All that hold what the payer wrote, in their order."""
    currency: str = ""
    """That of the heading of the amounts: Amount (EUR)."""

    def cell(self, field: str, cells: Sequence[str]) -> str:
        """The text in a column; "" where there is none."""
        place = self.at.get(field)
        return cells[place] if place is not None and place < len(cells) else ""


def key_of(heading: str) -> str:
    """A heading as it is compared: without marks, signs, brackets and capitals."""
    bare = _IN_BRACKETS.sub(" ", heading.lower()).translate(_MARKS).translate(_MORE)
    return _OTHER.sub(" ", bare).strip()


_BY_WORD = {word: field for field, words in WORDS.items() for word in words.split("|")}


def bank_columns(
    headings: Sequence[str], named: Mapping[str, str] | None = None, *, said: bool = False
) -> BankColumns | None:
    """The columns of a bank's statement; None where the row is no heading of one. `named`: heading
    by field, as a mapping file has it; `said`: a person has said that it is one, so that headings
    which others have too are enough."""
    by_heading = {heading.strip().lower(): field for field, heading in (named or {}).items()}
    at: dict[str, int] = {}
    texts: list[int] = []
    currency, proofs = "", 0
    for place, heading in enumerate(headings):
        key = key_of(heading)
        if not said and key in OF_A_LEDGER:
            return None
        field = by_heading.get(heading.strip().lower()) or _BY_WORD.get(key, "")
        if not field or _is_foreign(heading):
            continue
        if field == TEXT:
            texts.append(place)
            at.setdefault(TEXT, place)
        elif field not in at:
            at[field] = place
            if field in (AMOUNT, CREDIT):
                currency = currency or _currency(heading)
        proofs += key in PROOF
    days = BOOKED in at or VALUE in at
    money = AMOUNT in at or CREDIT in at
    who = TEXT in at or PAYER in at
    if not (days and money and who) or not (said or proofs or _looks_like_one(at)):
        return None
    return BankColumns(at, tuple(texts), currency)


def _looks_like_one(at: Mapping[str, int]) -> bool:
    """Headings that others have too, but not together: whose account the money came from."""
    return (PAYER in at and (ACCOUNT in at or KIND in at)) or (ACCOUNT in at and KIND in at)


def _is_foreign(heading: str) -> bool:
    inside = _IN_BRACKETS.search(heading)
    return inside is not None and key_of(inside[1]) in _FOREIGN


def _currency(heading: str) -> str:
    """The currency that stands in the heading of the amounts: in brackets, or as its last word."""
    inside = _IN_BRACKETS.search(heading)
    for word in (inside[1] if inside else "", *heading.split()[-1:]):
        if len(word.strip()) == 3 and word.strip().isupper() and (code := code_of(word.strip())):
            return code
    return ""
