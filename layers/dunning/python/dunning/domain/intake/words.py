"""Words in the cells of accounting exports, in six languages: what a row is, how it stands, yes and
no, and the words of total rows. Headings are `headings`'.
"""

from functools import cache
from typing import Final

from .document import CREDIT_NOTE, INVOICE, PAYMENT
from .headings import normal

BY_SIGN: Final = "by_sign"
"""An entry of the ledger: above zero like an invoice, below like a credit note."""
SETTLING: Final = "settling"
"""An entry that settles: above zero like an invoice (what is left), below like a payment."""
PAYABLE: Final = "payable"
"""Something this company owes."""
NO_INVOICE: Final = "no_invoice"
"""A quote or an order: nothing is owed yet."""
TAKES_BACK: Final = "takes_back"
"""Money that went back to the customer."""
OTHER_LEDGER: Final = "other_ledger"
"""An entry of another ledger (bank, stock) in the same list."""

_TYPES: Final = {
    INVOICE: (
        "invoice | sales invoice | tax invoice | inv | si | ar invoice | customer invoice"
        " | accrec | debit note | debit memo | finance charge | statement charge | opening balance"
        " | Rechnung | Ausgangsrechnung | RE | AR | Debitorenrechnung | facture | facture client"
        " | facture de vente | factura | factura de venta | factura cliente | fattura"
        " | fattura di vendita | fattura cliente | factuur | verkoopfactuur | rv | dr | sales"
        " | 380 | retail invoice | bill of supply"
    ),
    CREDIT_NOTE: (
        "credit note | credit memo | sales credit note | sales credit | credit | sc | cn | crn"
        " | ar credit memo | accreccredit | customer credit | refund note | Gutschrift"
        " | Rechnungskorrektur | Stornorechnung | GU | avoir | note de crédit | facture d'avoir"
        " | nota de crédito | abono | factura rectificativa | nota di credito | nota credito"
        " | creditnota | creditfactuur | dg | 381"
    ),
    PAYMENT: (
        "payment | receipt | customer payment | sales overpayment | sales prepayment"
        " | overpayment | prepayment | ar overpayment | ar prepayment | unapplied payment"
        " | unapplied cash payment | deposit | sa | sr | receive payment | Zahlung"
        " | Zahlungseingang | Anzahlung | Überzahlung | paiement | règlement | encaissement"
        " | acompte | pago | cobro | anticipo | pagamento | incasso | acconto | betaling"
        " | ontvangst | aanbetaling | dz | zp"
    ),
    SETTLING: "ab | clearing | Ausgleich",
    BY_SIGN: (
        "journal | journal entry | general journal | adjustment | Buchung | Umbuchung | écriture"
        " | asiento | registrazione | memoriaal | da | jd | jc"
    ),
    PAYABLE: (
        "bill | bill overpayment | bill prepayment | bill credit | bill payment | vendor bill"
        " | vendor credit | vendor invoice | purchase invoice | purchase credit note"
        " | supplier invoice | supplier credit | accpay | accpaycredit | pi | pc | pp | pa"
        " | ap invoice | expense | Eingangsrechnung | ER | Kreditorenrechnung | facture d'achat"
        " | facture fournisseur | factura de compra | factura de proveedor | fattura di acquisto"
        " | fattura fornitore | inkoopfactuur | kr | kg | kz | ka"
    ),
    NO_INVOICE: (
        "quote | quotation | estimate | proposal | proforma | pro forma | proforma invoice"
        " | sales order | order | purchase order | customer order | Bestellung | bon de commande"
        " | orden de compra | ordine di acquisto | inkooporder | bestelling"
        " | delivery note | Angebot | Auftrag | Auftragsbestätigung"
        " | Lieferschein | Proformarechnung | devis | commande | bon de livraison | presupuesto"
        " | pedido | albarán | preventivo | ordine | offerte | pakbon"
    ),
    TAKES_BACK: (
        "refund | customer refund | payment refund | credit refund | cash refund | chargeback"
        " | reversal | payment reversal | Erstattung | Rückerstattung | Rückzahlung"
        " | Rücklastschrift | remboursement | rejet de prélèvement | reembolso | devolución"
        " | rimborso | terugbetaling | stornering"
    ),
    OTHER_LEDGER: "bp | br | bank payment | bank receipt | cp | cr | vp | vr",
}

DRAFT, VOID, PAID, OPEN = "draft", "void", "paid", "open"
_STATUSES: Final = {
    DRAFT: (
        "draft | submitted | awaiting approval | pending approval | not sent yet | Entwurf"
        " | in Bearbeitung | brouillon | borrador | bozza | concept | klad"
    ),
    VOID: (
        "void | voided | deleted | cancelled | canceled | reversed | Storno | storniert"
        " | gelöscht | annulé | annulée | supprimé | anulado | anulada | cancelada | cancelado"
        " | annullata | annullato | stornata | geannuleerd | vervallen | verwijderd"
    ),
    PAID: (
        "paid | paid in full | fully paid | settled | closed | cleared | bezahlt | beglichen"
        " | ausgeglichen | vollständig bezahlt | erledigt | payé | payée | réglé | réglée | soldé"
        " | soldée | acquitté | acquittée | pagado | pagada | cobrada | cobrado | pagato | pagata"
        " | saldata | saldato | incassata | betaald | voldaan | true | yes"
    ),
}

_YES: Final = "yes | y | true | 1 | x | ja | j | wahr | oui | o | vrai | si | sí | s | vero"
_NO: Final = "no | n | false | 0 | nein | non | nee | falsch | faux | falso | none"
_TOTALS: Final = (
    "total | totals | grand total | sub total | subtotal | sum | summe | gesamt | gesamtsumme"
    " | zwischensumme | endsumme | total general | total général | sous total | somme | suma"
    " | totale | totale generale | subtotale | somma | totaal | eindtotaal | subtotaal"
    " | overall | control total | insgesamt | total geral | montant total"
)


def _split(words: str) -> frozenset[str]:
    return frozenset(normal(word) for word in words.split("|"))


@cache
def _by_word(of: str) -> dict[str, str]:
    table = _TYPES if of == "type" else _STATUSES
    return {word: meaning for meaning, words in table.items() for word in _split(words)}


def type_of(cell: str) -> str:
    """What a row is by the word in its type column; "" for a word that is not known."""
    return _by_word("type").get(normal(cell), "")


def status_of(cell: str) -> str:
    """DRAFT, VOID, PAID or OPEN (whatever else a status says)."""
    return _by_word("status").get(normal(cell), OPEN)


@cache
def _yes_no() -> dict[str, bool]:
    return dict.fromkeys(_split(_NO), False) | dict.fromkeys(_split(_YES), True)


def yes_or_no(cell: str) -> bool | None:
    """Yes or no in six languages; None for any other word."""
    return _yes_no().get(normal(cell))


@cache
def _totals() -> tuple[str, ...]:
    return tuple(sorted(_split(_TOTALS), key=len, reverse=True))


def is_total(cell: str) -> bool:
    """Whether a cell begins a row of totals: `Total`, `Summe EUR`, `Total - Smith`, `Total:`."""
    first = cell.strip().split(" ")[0]
    return normal(first) in _totals() or normal(cell) in _totals()
