"""Amounts with tax that no column has: what is worked out of net and tax, said, and asked where the
column of taxes may hold their rates.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from .columns import Columns, Sample
from .mapping import MappingFile, answer_for
from .sampled import figures
from .understood import Question

_RATES: Final = frozenset(
    map(Decimal, (2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23))
) | frozenset(
    map(
        Decimal, ("2.1", "2.5", "2.6", "3.8", "5.5", "7.7", "8.1", "13.5", "24", "25", "25.5", "27")
    )
)
"""Per cent that taxes on sales have."""
_COMMON: Final = frozenset(map(Decimal, (5, 7, 10, 19, 20, 21, 22, 25))) | {Decimal("5.5")}
"""Those that a tax may have by its amount without a question."""
_CLOSE: Final = Decimal("0.05")
"""By so much of a per cent a rounded tax may miss its rate, of an amount of 100 and more."""
_MOST_RATES: Final = 5


def about_tax(columns: Columns, sample: Sample, mapping: MappingFile) -> Question | None:
    """Say that amounts are net and tax, added up; a question where what stands for the tax is a
    rate by its numbers."""
    at = columns.at
    if {"total", "open", "debit", "line"} & at.keys() or not {"net", "tax"} <= at.keys():
        return None
    net, tax = columns.headings[at["net"]], columns.headings[at["tax"]]
    if "tax" not in mapping.columns and _may_be_rates(sample(at["net"]), sample(at["tax"])):
        return Question(
            "columns",
            f"Is {tax!r} the amount of the tax, or its rate? No column has the amount with tax. If"
            " it is the rate, export the amount with tax as well.",
            (
                (answer_for("tax", tax), f"an amount: what is owed is {net} and {tax} together"),
                (answer_for("total", net), f"a rate, and {net} is all that is owed"),
            ),
        )
    if not {"freight", "reduction"} & at.keys():
        columns.assumed.append(
            f"no column has the amount with tax: {net!r} and {tax!r} were added up, and nothing"
            " else"
        )
    return None


def _may_be_rates(nets: Sequence[str], taxes: Sequence[str]) -> bool:
    """Whether all taxes are numbers of rates, and stand beside their net amounts as rates do: the
    same for several, without decimals, or no usual part of them."""
    pairs = [
        (abs(net), abs(tax), written)
        for net, tax, written in zip(figures(nets), figures(taxes), taxes, strict=True)
        if tax and net
    ]
    numbers = {tax for _, tax, _ in pairs}
    if not numbers or len(numbers) > _MOST_RATES:
        return False
    if not (numbers <= _RATES or {100 * number for number in numbers} <= _RATES):
        return False
    telling = [(net, tax, written) for net, tax, written in pairs if net != 100]
    if len({(net, tax) for net, tax, _ in telling}) > len({tax for _, tax, _ in telling}):
        return True
    return any(written.isdigit() or not at_a_usual_rate(net, tax) for net, tax, written in telling)


def at_a_usual_rate(net: Decimal, tax: Decimal) -> bool:
    """Whether a tax is that of an amount above zero at a rate that taxes on sales have."""
    rate, close = 100 * tax / net, max(_CLOSE, 1 / net)
    return any(abs(rate - known) <= close for known in _COMMON)
