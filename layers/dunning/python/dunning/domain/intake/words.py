"""Words in the cells of accounting exports, in six languages: what a row is, how it stands, yes an"
"d
no, and the words of total rows. Headings are `headings`'.
"""

import re
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
CASH_SALE: Final = "cash_sale"
"""A sale that was paid at once: nothing is owed of it."""
TAKES_OFF: Final = "takes_off"
"""A write-off or a discount: takes something off an invoice that it mostly does not name."""
CANCELS: Final = "cancels"
"""Takes another entry back."""

_TYPES: Final = {
    INVOICE: (
        "invoice | sales invoice | tax invoice | inv | si | ar invoice | customer invoice"
        " | accrec | debit note | debit memo | finance charge | statement charge"
        " | opening balance"
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
        " | ontvangst | aanbetaling | dz | zp | invoice payment | customer deposit | advance"
        " | advance payment | payment received | Vorauszahlung | Zahlung erhalten | Überweisung"
        " | virement | transferencia | bonifico | overboeking | vooruitbetaling"
    ),
    CASH_SALE: (
        "sales receipt | cash sale | cash sales | pos sale | Barverkauf | Quittung | Kassenbon"
        " | Kassenbeleg | vente au comptant | ticket de caisse | venta al contado"
        " | vendita in contanti | scontrino | contante verkoop | kassabon"
    ),
    TAKES_OFF: (
        "write off | writeoff | written off | bad debt | discount | cash discount"
        " | early payment discount | Abschreibung | Ausbuchung | Forderungsausfall | Skonto"
        " | Rabatt | Nachlass | passage en perte | créance irrécouvrable | escompte | remise"
        " | incobrable | descuento | perdita su crediti | sconto | abbuono | afschrijving"
        " | oninbaar | korting | betalingskorting"
    ),
    CANCELS: (
        "Storno | Stornobuchung | Stornierung | cancellation | Rückbuchung | Rückabwicklung"
        " | annulation | contre-passation | extourne | anulación | annullamento | annulering"
    ),
    SETTLING: "ab | clearing | Ausgleich",
    BY_SIGN: (
        "journal | journal entry | general journal | adjustment | Buchung | Umbuchung | écriture"
        " | asiento | registrazione | memoriaal | da | jd | jc"
    ),
    PAYABLE: (
        "bill | bill overpayment | bill prepayment | bill credit | bill payment | vendor bill"
        " | bill payment check | bill payment credit card | vendor payment"
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
        " | pedido | albarán | preventivo | ordine | offerte | pakbon | reminder | dunning letter"
        " | statement | account statement | statement of account | Mahnung | Zahlungserinnerung"
        " | Kontoauszug | relevé de compte | rappel | extracto | recordatorio | estratto conto"
        " | sollecito | rekeningoverzicht | herinnering | aanmaning"
    ),
    TAKES_BACK: (
        "refund | refund receipt | customer refund | payment refund | credit refund"
        " | cash refund | chargeback"
        " | reversal | payment reversal | Erstattung | Rückerstattung | Rückzahlung"
        " | Rücklastschrift | remboursement | rejet de prélèvement | reembolso | devolución"
        " | rimborso | terugbetaling | stornering"
    ),
    OTHER_LEDGER: "bp | br | bank payment | bank receipt | cp | cr | vp | vr",
}

DRAFT, VOID, PAID, OPEN = "draft", "void", "paid", "open"
PARTLY_PAID: Final = "partly_paid"
DISPUTED: Final = "disputed"
_STATUSES: Final = {
    DRAFT: (
        "draft | submitted | awaiting approval | pending approval | not sent yet | Entwurf"
        " | in Bearbeitung | brouillon | borrador | bozza | concept | klad | template"
        " | unsent | Vorlage | modèle | plantilla | modello"
    ),
    VOID: (
        "void | voided | deleted | cancelled | canceled | reversed | Storno | storniert"
        " | gelöscht | annulé | annulée | supprimé | anulado | anulada | cancelada | cancelado"
        " | annullata | annullato | stornata | geannuleerd | vervallen | verwijderd"
        " | written off | write off | uncollectible | bad debt | credited | fully credited"
        " | refunded"
        " | abgeschrieben | ausgebucht | uneinbringlich | gutgeschrieben | erstattet"
        " | irrécouvrable"
        " | créditée | remboursée | incobrable | abonada | reembolsada | inesigibile | stornato"
        " | rimborsata | afgeschreven | oninbaar | gecrediteerd | terugbetaald"
    ),
    PAID: (
        "paid | paid in full | fully paid | settled | closed | cleared | bezahlt | beglichen"
        " | ausgeglichen | vollständig bezahlt | erledigt | payé | payée | réglé | réglée | soldé"
        " | soldée | acquitté | acquittée | pagado | pagada | cobrada | cobrado | pagato | pagata"
        " | saldata | saldato | incassata | betaald | voldaan | true | yes"
        " | payment received | payment collected | paid late | komplett bezahlt | voll bezahlt"
        " | ganz bezahlt | Zahlung erhalten | Zahlung eingegangen | encaissé"
        " | encaissée | entièrement payée | totalmente pagada | completamente pagata"
        " | volledig betaald"
    ),
    PARTLY_PAID: (
        "partially paid | partly paid | part paid | partial | partial payment | paid partially"
        " | paid in part | teilbezahlt | teilweise bezahlt | teilgezahlt | angezahlt"
        " | partiellement payé | partiellement payée | partiellement réglée | payée partiellement"
        " | parcialmente pagado | parcialmente pagada | pagada parcialmente | pago parcial"
        " | parzialmente pagato | parzialmente pagata | pagata parzialmente | deels betaald"
        " | gedeeltelijk betaald"
    ),
    DISPUTED: (
        "disputed | in dispute | on dispute | strittig | in Klärung | reklamiert | bestritten"
        " | en litige | contestée | en disputa | disputada | reclamada | in contestazione"
        " | contestata | betwist | in geschil"
    ),
    OPEN: (
        "open | unpaid | not paid | overdue | past due | due | outstanding | sent | viewed | seen"
        " | approved | authorised | authorized | posted | issued | invoiced | billed"
        " | new | active"
        " | late | current | pending | pending payment | awaiting payment | payment pending"
        " | delivered | emailed | printed | finalized | finalised | validated | confirmed"
        " | processed | partially overdue | reminded | reminder sent | not due | to be paid"
        " | payment due | published | live | offen | überfällig | fällig | unbezahlt"
        " | nicht bezahlt | noch offen | versendet | versandt | gesendet | verschickt | gebucht"
        " | verbucht | gemahnt | angemahnt | ausgestellt | freigegeben | erstellt | fakturiert"
        " | festgeschrieben | gedruckt | aktiv | neu | nicht fällig | ouvert | ouverte | impayé"
        " | impayée | non payé | non payée | en retard | envoyé | envoyée | émis | émise"
        " | à payer"
        " | échu | échue | validé | validée | comptabilisée | en attente"
        " | en attente de paiement | relancée | pendiente | pendiente de pago | abierta | abierto"
        " | vencida | vencido | enviada | emitida | no pagada | impagada | impagado"
        " | contabilizada"
        " | aperta | aperto | inviata | emessa | scaduta | scaduto | non pagata | da pagare"
        " | insoluta | registrata | in attesa | openstaand | verzonden | verstuurd | onbetaald"
        " | niet betaald | te laat | achterstallig | herinnerd | aangemaand | geboekt | verwerkt"
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
IN_TOTALS: Final = ("tota", "sum", "som", "gesamt", "overall")
"""Of each word of totals a part, in lower case."""

_IN_PART: Final = re.compile(r"part|teil|parcial|parzial|deel", re.I)
_BEHIND: Final = re.compile(
    r"\s*(?:\(.*\)|[-:,].*"
    r"|\b(?:on|by|since|am|seit|um|le|depuis|de|el|desde|il|dal|da|op|sinds)?\s*\d.*)\Z"
)
"""What a state is followed by: a day, a number of days, words in brackets."""


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
    """DRAFT, VOID, PAID, PARTLY_PAID, DISPUTED or OPEN; "" for a word that is not known. What
    stands behind a state tells no other (`Overdue by 3 days`, `Paid on 2026-02-01`, `PAID (late)`),
    but for a part that was paid."""
    known = _by_word("status")
    if found := known.get(normal(cell)):
        return found
    answer = yes_or_no(cell)
    if answer is not None:
        return PAID if answer else OPEN
    if _IN_PART.search(cell):
        return PARTLY_PAID if known.get(normal(cell.split(" ")[0])) == PAID else ""
    bare = _BEHIND.sub("", cell)
    return known.get(normal(bare), "") if bare != cell else ""


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
