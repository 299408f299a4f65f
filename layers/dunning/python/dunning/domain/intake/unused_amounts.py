"""Columns full of amounts that no word is known for: one that may be what is still open is asked
about, for a list without it would be owed in full.
"""

import re
from decimal import Decimal
from typing import Final

from .columns import Columns, Sample
from .headings import meaning_of, normal
from .mapping import MappingFile, answer_for
from .sampled import figures
from .understood import Question

_MONEY: Final = re.compile(r"\d[.,]\d\d\D*\Z")
"""Written as money is: with two decimals."""
_AMOUNT: Final = re.compile(r"[^\w]{0,3}\d[\d.,' \u00a0\u202f]*\W{0,3}\Z")
_OTHERS: Final = re.compile(
    r"discount|shipping|freight|postage|handling|fee|charge|cost|tax|vat|rate|percent|price|margin"
    r"|commission|profit|weight|quantity|qty|hours|tip|duty|insurance|limit|deposit|retention"
    r"|rabatt|skonto|versand|fracht|porto|gebuehr|gebuhr|kosten|steuer|mwst|satz|preis|marge"
    r"|provision|gewicht|menge|stunden|zins|mahn|remise|escompte|port|frais|taxe|tva|taux|prix"
    r"|poids|acompte|descuento|envio|gastos|portes|impuesto|iva|tipo|precio|peso|retencion|irpf"
    r"|sconto|spedizione|spese|imposta|aliquota|prezzo|ritenuta|bollo|korting|verzend|btw|tarief"
    r"|prijs|gewicht|exchange|fx|kurs|local|hauswahrung|hauswaehrung|base|cost|net|exempt|age"
    r"|days|tage|bucket|overdue|current|notdue"
)
"""In headings of what is no part of what is owed, as headings are compared."""


def tell_unheaded(columns: Columns, sample: Sample) -> None:
    """Say which columns full of amounts have no heading: nobody could name them."""
    for place, heading in enumerate(columns.headings):
        if heading or place in columns.at.values():
            continue
        cells = [text for text in sample(place) if text]
        if cells and all(map(_AMOUNT.match, cells)):
            columns.assumed.append(
                f"column {place + 1} has amounts and no heading, and was passed over; name it in"
                " the file if it says what is owed"
            )


def about_unused(columns: Columns, sample: Sample, mapping: MappingFile) -> Question | None:
    """A column that no word is known for, with an amount in every row that has a total, none of
    them above it: it may be what is open."""
    at = columns.at
    if "total" not in at or {"open", "paid", "debit", "line"} & at.keys() or mapping.holds:
        return None
    taken = columns.headings[at["total"]]
    totals: list[Decimal] = []
    for place, heading in enumerate(columns.headings):
        key = normal(heading)
        if not key or place in at.values() or meaning_of(heading) or heading in mapping.ignore:
            continue
        if _OTHERS.search(key):
            continue
        cells = sample(place)
        if not any(map(_MONEY.search, cells[:50])):
            continue
        totals = totals or figures(sample(at["total"]))
        amounts = figures(cells)
        rows = [(t, a, c) for t, a, c in zip(totals, amounts, cells, strict=True) if t]
        if not rows or not all(c and (0 <= a <= t or t <= a <= 0) for t, a, c in rows):
            continue
        if all(a == t for t, a, _ in rows):
            continue
        return Question(
            "columns",
            f"Is {heading!r} what is still open of {taken!r}? No word of its heading is known, and"
            " its amounts could be.",
            (
                (answer_for("open", heading), "it is what is open of each row"),
                (f"ignore: [{heading}]", "it is something else, and is passed over"),
            ),
        )
    return None
