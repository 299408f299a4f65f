"""Columns beside the amount that say that less is owed than it: taxes withheld, deposits, discounts
and write-offs, and what is to be paid after them. Asked about, for nothing else tells it.
"""

from decimal import Decimal
from typing import Final

from .columns import Columns, Sample
from .headings import normal
from .mapping import MappingFile, answer_for
from .sampled import figures
from .understood import Question


def _keys(words: str) -> frozenset[str]:
    return frozenset(normal(word) for word in words.split("|"))


_PAYABLE: Final = _keys(
    "net payable | amount payable | payable | payable amount | total payable | Zahlbetrag"
    " | zu zahlender Betrag | Auszahlungsbetrag | net à payer | montant à payer | total à payer"
    " | netto a pagare | importo da pagare | totale da pagare | netto da pagare | a pagar"
    " | total a pagar | importe a pagar | líquido | líquido a pagar | totaal te betalen"
)
_WITHHELD: Final = _keys(
    "withholding tax | withholding | withheld | wht | tds | tds amount | tax withheld | retention"
    " | retention amount | Einbehalt | Sicherheitseinbehalt | Quellensteuer | retenue"
    " | retenue de garantie | retenue à la source | irpf | retención | retención irpf"
    " | importe retención | ritenuta | ritenuta d'acconto | importo ritenuta | inhouding"
)
_SETTLED: Final = _keys(
    "write off | write offs | written off | discount taken | cash discount | cash discount taken"
    " | early payment discount | settlement discount | credits applied | credit applied | credited"
    " | credits used | adjustment | adjustments | allowance | Skonto | Skontobetrag"
    " | gezogener Skonto | Ausbuchung | ausgebucht | Abschreibung | gutgeschrieben | Gutschriften"
    " | escompte | escompte accordé | avoirs | descuento por pronto pago | abonos | sconto cassa"
    " | abbuoni | betalingskorting | afgeschreven | gecrediteerd"
)
_DEPOSITS: Final = _keys(
    "deposit | deposit paid | deposits | advance | advance paid | advance payment | prepayment"
    " | prepaid | down payment | Anzahlung | geleistete Anzahlung | Vorauszahlung | Abschlag"
    " | acompte | acompte versé | anticipo | acconto | aanbetaling | vooruitbetaling"
)


_SAID: Final = frozenset({"reduction", "paid", "total"})


def about_taken_off(columns: Columns, sample: Sample, mapping: MappingFile) -> Question | None:
    """A question about the first such column that has amounts other than the whole; those that have
    none in the first rows are held to that."""
    at = columns.at
    if "open" in at or "debit" in at or "line" in at or not {"total", "net"} & at.keys():
        return None
    ordered = sorted(enumerate(columns.headings), key=lambda one: normal(one[1]) not in _PAYABLE)
    for place, heading in ordered:
        key = normal(heading)
        if place in at.values() or heading in mapping.ignore:
            continue
        kinds = (_PAYABLE, _WITHHELD, _SETTLED if "paid" in at else frozenset(), _DEPOSITS)
        kind = next((words for words in kinds if key in words), None)
        if kind is None or (kind is _DEPOSITS and "paid" in at):
            continue
        amounts = figures(sample(place))
        if not any(amounts):
            columns.empty.append(place)
            continue
        if kind is _PAYABLE and amounts == _whole(columns, sample):
            columns.alike += [(at["total"], place)] if "total" in at else []
            continue
        if kind is _WITHHELD and _is_off_already(columns, sample, amounts):
            continue
        if kind is not _PAYABLE and _SAID & mapping.columns.keys():
            continue  # somebody has said what is taken off, and this is not it
        return _question(columns, heading, kind)
    return None


def _question(columns: Columns, heading: str, kind: frozenset[str]) -> Question:
    at = columns.at
    whole = repr(columns.headings[at["total"]]) if "total" in at else "net and tax together"
    passed_over = (f"ignore: [{heading}]", f"all of {whole} is owed")
    if kind is _PAYABLE:
        return Question(
            "columns",
            f"Is {heading!r} what the customer owes? It is other than {whole}.",
            (
                (answer_for("total", heading), "it is all that was ever owed of the invoice"),
                (answer_for("open", heading), "it is what is still open of it today"),
                passed_over,
            ),
        )
    field, means = (
        ("paid", "it was paid") if kind is _DEPOSITS else ("reduction", "it is taken off")
    )
    return Question(
        "columns",
        f"Is the amount in {heading!r} taken off what the customer owes of {whole}?",
        ((answer_for(field, heading), means), passed_over),
    )


def _whole(columns: Columns, sample: Sample) -> list[Decimal]:
    """The amounts with tax, worked out where no column has them."""
    at = columns.at
    nothing = [Decimal()] * len(sample(at.get("total", at.get("net", 0))))

    def amounts(name: str) -> list[Decimal]:
        return figures(sample(at[name])) if name in at else nothing

    if "total" in at:
        rows = zip(amounts("total"), nothing, amounts("reduction"), strict=True)
    else:
        rows = zip(amounts("net"), amounts("tax"), amounts("reduction"), strict=True)
    return [whole + tax - abs(off) for whole, tax, off in rows]


def _is_off_already(columns: Columns, sample: Sample, withheld: list[Decimal]) -> bool:
    """Whether the total is net and tax less what is withheld."""
    at = columns.at
    if not {"total", "net", "tax"} <= at.keys():
        return False
    rows = zip(
        figures(sample(at["total"])),
        figures(sample(at["net"])),
        figures(sample(at["tax"])),
        withheld,
        strict=True,
    )
    return all(total == net + tax - abs(off) for total, net, tax, off in rows)
