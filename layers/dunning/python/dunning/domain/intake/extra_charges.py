"""Amounts with tax that no column has, beside freight and discounts: what is added to net and tax,
and asked where nothing tells whether it is in them already.
"""

from decimal import Decimal
from typing import Final

from .columns import Columns, Sample
from .headings import normal
from .mapping import MappingFile, answer_for
from .sampled import figures
from .tax_columns import at_a_usual_rate
from .understood import Question

FREIGHT, REDUCTION = "freight", "reduction"
"""Fields for what comes on top of net and tax, and what goes off."""


def _keys(words: str) -> frozenset[str]:
    return frozenset(normal(word) for word in words.split("|"))


_ADDED: Final = _keys(
    "shipping | freight | postage | handling | delivery | shipping cost | shipping costs"
    " | shipping amount | shipping charge | shipping charges | shipping fee | delivery charge"
    " | delivery fee | freight charge | freight amount | freight charges | postage and packing"
    " | shipping and handling | carriage | surcharge | surcharges | packaging"
    " | Versand | Versandkosten | Fracht | Frachtkosten | Porto | Lieferkosten | Verpackung"
    " | Nebenkosten | Zuschlag | frais de port | port | frais de livraison | transport"
    " | frais d'expédition | livraison | gastos de envío | envío | portes | transporte | flete"
    " | spese di spedizione | spedizione | spese di trasporto | trasporto | bollo"
    " | verzendkosten | verzending | porti | vracht | vrachtkosten | toeslag"
)
_TAKEN_OFF: Final = _keys(
    "discount | discount amount | discounts | total discount | rebate | rebate amount"
    " | Rabatt | Rabattbetrag | Nachlass | Preisnachlass | remise | montant remise | rabais"
    " | descuento | importe descuento | sconto | importo sconto | korting | kortingsbedrag"
)
_SUBTOTALS: Final = _keys("subtotal | sub total | items total | Zwischensumme | sous total")
"""By their word without what comes on top of them."""


def about_extras(columns: Columns, sample: Sample, mapping: MappingFile) -> Question | None:
    """Take freight and discounts into amounts that are worked out of net and tax, where the tax is
    one of all of them; else a question. What is empty in the first rows is held to that."""
    at = columns.at
    if {"total", "open", "debit", "line"} & at.keys() or not {"net", "tax"} <= at.keys():
        return None
    if {FREIGHT, REDUCTION} & mapping.columns.keys():
        _say(columns)
        return None
    added, off = (_filled(columns, sample, mapping, keys) for keys in (_ADDED, _TAKEN_OFF))
    if not (added or off):
        return None
    if len(added) <= 1 and len(off) <= 1 and _on_top(columns, sample, added, off):
        for field, places in ((FREIGHT, added), (REDUCTION, off)):
            at.update((field, place) for place in places)
        _say(columns)
        return None
    headings = [columns.headings[place] for place in (*added, *off)]
    fields = [(FREIGHT, added), (REDUCTION, off)]
    pairs = [(field, columns.headings[places[0]]) for field, places in fields if places]
    lines = [answer_for(*pair).removeprefix("columns: {").removesuffix("}") for pair in pairs]
    net, tax = columns.headings[at["net"]], columns.headings[at["tax"]]
    listed = " and ".join(map(repr, headings))
    within = (f"ignore: [{', '.join(headings)}]", f"{net} and {tax} are all that is owed")
    on_top = (f"columns: {{{', '.join(lines)}}}", "freight comes on top, a discount goes off")
    return Question(
        "columns",
        f"Are {listed} in {net!r} already? No column has the whole amount with tax.",
        (on_top, within) if max(len(added), len(off)) == 1 else (within,),
    )


def _filled(
    columns: Columns, sample: Sample, mapping: MappingFile, keys: frozenset[str]
) -> list[int]:
    """The places of columns by their headings that have an amount in the first rows; one that has
    none must have none behind them either."""
    found = []
    for place, heading in enumerate(columns.headings):
        if normal(heading) not in keys or place in columns.at.values():
            continue
        if heading in mapping.ignore:
            continue
        if any(figures(sample(place))):
            found.append(place)
        else:
            columns.empty.append(place)
    return found


def _on_top(columns: Columns, sample: Sample, added: list[int], off: list[int]) -> bool:
    """Whether the rows show that these are on top of the net amount: a subtotal has no freight by
    its word, and a tax at a usual rate of all of them is one of all."""
    at, net_heading = columns.at, normal(columns.headings[columns.at["net"]])
    nothing = [Decimal()] * len(sample(at["net"]))
    more = figures(sample(added[0])) if added else nothing
    less = figures(sample(off[0])) if off else nothing
    rows = [
        (net, tax, freight - abs(discount))
        for net, tax, freight, discount in zip(
            figures(sample(at["net"])), figures(sample(at["tax"])), more, less, strict=True
        )
        if freight or discount
    ]
    if not off and net_heading in _SUBTOTALS:
        return True
    taxed = [row for row in rows if row[1] and row[0] > 0 and row[0] + row[2] > 0]
    if len(taxed) < len(rows):
        return False
    with_them = all(at_a_usual_rate(net + extra, tax) for net, tax, extra in taxed)
    return with_them and not all(at_a_usual_rate(net, tax) for net, tax, _ in taxed)


def _say(columns: Columns) -> None:
    at, headings = columns.at, columns.headings
    words = [f"{headings[at['net']]!r}", f"{headings[at['tax']]!r}"]
    words += [f"{headings[at[FREIGHT]]!r}"] if FREIGHT in at else []
    less = f", and {headings[at[REDUCTION]]!r} was taken off" if REDUCTION in at else ""
    columns.assumed.append(
        f"no column has the amount with tax: {', '.join(words)} were added up{less}"
    )
