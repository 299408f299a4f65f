"""Payment terms in words, as a column of an export has them: how many days from the day of issue.
Simple terms alone; ends of months, days of the month and shares are nobody's to guess.
"""

import re
import unicodedata
from typing import Final

LONGEST = 365
"""Days: a number above it is no number of days."""
_AT_ONCE: Final = frozenset(
    (
        "due on receipt", "due upon receipt", "on receipt", "upon receipt", "payable on receipt",
        "immediate", "immediately", "due immediately", "immediate payment", "payment on receipt",
        "sofort", "sofort fallig", "zahlbar sofort", "sofort zahlbar", "sofort netto",
        "sofort ohne abzug", "zahlbar sofort ohne abzug", "sofort rein netto",
        "a reception", "a reception de facture", "paiement a reception", "comptant",
        "paiement comptant", "al contado", "contado", "pago al contado", "pago inmediato",
        "a la recepcion", "a vista", "rimessa diretta", "immediato", "pagamento immediato",
        "a ricevimento fattura", "contant", "direct", "per direct", "direct betalen",
        "bij ontvangst",
    )
)  # fmt: skip
_DAY = r"(?:days?|d|tage?n?|t|jours?|jrs|j|giorni|gg|dagen|dgn|dias)"
_NET = r"(?:net|netto|rein netto|nets?|neto|ohne abzug|strictly net)"
_BEFORE = (
    rf"(?:{_NET}|n|due in|due within|within|payable within|payment within|zahlbar in"
    r"|zahlbar innerhalb(?: von)?|innerhalb(?: von)?|binnen|dans les|a|sous|zahlungsziel"
    rf"|zahlungsziel {_NET}|{_NET} in|{_NET} innerhalb(?: von)?)"
)
_AFTER = (
    r"(?:after|from|of) (?:the )?(?:invoice(?: date)?|date of invoice|receipt of invoice)"
    r"|(?:ab|nach) (?:rechnungsdatum|rechnungseingang|erhalt der rechnung)"
    r"|(?:date|de la date) (?:de )?(?:la )?facture|data fattura|fecha (?:de )?factura"
    r"|(?:na|vanaf) factuurdatum"
)
_NUMBER = r"(0|[1-9]\d{0,2})"
_PLAIN: Final = re.compile(
    rf"(?:{_BEFORE}[ /:-]*)?{_NUMBER}(?: ?{_DAY})?(?:,? {_NET})?(?: (?:{_AFTER}))?\.?"
)
_DISCOUNT: Final = re.compile(
    rf"\d+(?:[.,]\d+)? ?%?(?: ?/ ?| )\d+(?: ?{_DAY})?[ ,;/]+(?:{_NET}|n)[ /]*{_NUMBER}(?: ?{_DAY})?"
    rf"|.{{0,60}}\bskonto\b[ ,;]+(?:{_NET} )?(?:innerhalb(?: von)? )?{_NUMBER} ?{_DAY}(?: {_NET})?"
)
"""A discount for who pays early, then the days that count: `2/10 net 30`."""


def days_of(text: str) -> int | None:
    """Days after the day of issue, as `Net 30`, `30 Tage netto` and `Due on receipt` (0) say it;
    None for words that say something else or too much."""
    plain = unicodedata.normalize("NFKD", text[:100].replace("ß", "ss")).casefold()
    plain = " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())
    if plain.rstrip(".") in _AT_ONCE:
        return 0
    found = _PLAIN.fullmatch(plain) or _DISCOUNT.fullmatch(plain)
    if found is None:
        return None
    days = int(next(group for group in found.groups() if group))
    return days if days <= LONGEST else None
