"""Sections of one table: titles that say what stands below them, and headings in another order.
What the rows of a section are is `rows`' by the word here.
"""

from collections.abc import Sequence
from functools import cache
from typing import Final

from .cells import Cell
from .document import CREDIT_NOTE, INVOICE, PAYMENT
from .header import judged
from .headings import meaning_of, normal
from .words import NO_INVOICE, PAYABLE

_TITLES: Final = {
    INVOICE: (
        "invoices | open invoices | sales invoices | Rechnungen | offene Rechnungen | factures"
        " | factures ouvertes | facturas | fatture | facturen | verkoopfacturen"
    ),
    CREDIT_NOTE: (
        "credit notes | credit memos | sales credit notes | credits | Gutschriften | avoirs"
        " | notes de crédit | notas de crédito | abonos | note di credito | creditnotas"
        " | creditnota's | creditfacturen"
    ),
    PAYMENT: (
        "payments | receipts | payments received | customer payments | Zahlungen"
        " | Zahlungseingänge | paiements | règlements | encaissements | pagos | cobros"
        " | pagamenti | incassi | betalingen | ontvangsten"
    ),
    NO_INVOICE: (
        "quotes | quotations | estimates | orders | sales orders | Angebote | Aufträge | devis"
        " | commandes | presupuestos | pedidos | preventivi | ordini | offertes | bestellingen"
    ),
    PAYABLE: (
        "bills | purchase invoices | supplier invoices | Eingangsrechnungen"
        " | Lieferantenrechnungen | factures fournisseurs | facturas de proveedores"
        " | fatture fornitori | inkoopfacturen"
    ),
}
_FEWEST = 3
"""Texts that a row of headings has."""


@cache
def _by_title() -> dict[str, str]:
    return {normal(word): kind for kind, words in _TITLES.items() for word in words.split("|")}


def section_of(title: str) -> str:
    """What the rows below a title are; "" for a title that does not say."""
    return _by_title().get(normal(title), "")


def is_header(number: int, cells: Sequence[Cell], texts: Sequence[str]) -> bool:
    """Whether a row is one of headings, whatever their order."""
    filled = [text for text in texts if text]
    if len(filled) < _FEWEST or any(text[0].isdigit() for text in filled):
        return False
    if meaning_of(filled[0]) is None or meaning_of(filled[-1]) is None:
        return False
    header = judged(number, cells)
    return header is not None and header.complete and 2 * header.score > len(filled)
