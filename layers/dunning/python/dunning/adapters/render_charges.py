"""The charges of a mail: each in a line of its own with its reason, in the customer's language.
What is charged is the decision's; figures and dates are written as `render` writes the others.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from babel.core import Locale
from babel.numbers import format_decimal

from dunning.domain.charges.basis import stretches
from dunning.domain.charges.notice import ANNOUNCE, INTEREST, Charge
from dunning.domain.due import Send
from dunning.domain.lines import Line

Shown = dict[str, str]
Money = Callable[[int], str]
Day = Callable[[date], str]


def charge_lines(
    send: Send, words: Mapping[str, Any], money: Money, day: Day, locale: Locale
) -> list[Shown]:
    """What earlier notices have posted and is open, then what this one charges."""

    def earlier(line: Line) -> Shown:
        assert line.charge is not None
        name = words[line.charge.what].format(invoice=line.charge.parent.invoice)
        return {
            "name": name,
            "why": words["earlier"].format(date=day(line.due)),
            "amount": money(line.open),
        }

    def new(charge: Charge) -> Shown:
        name = words[charge.what].format(invoice=charge.ref.invoice)
        said = [*_stretches(charge, send, words, money, day, locale)] or [words["now"]]
        if charge.mode == ANNOUNCE:
            said.append(words["announced"])
        return {"name": name, "why": "; ".join(said), "amount": money(charge.amount)}

    return [
        *(earlier(line) for line in send.lines if line.charge is not None),
        *(new(charge) for charge in send.charges if charge.counts),
    ]


def _stretches(
    charge: Charge, send: Send, words: Mapping[str, Any], money: Money, day: Day, locale: Locale
) -> Iterator[str]:
    """The stretches of interest, so that it can be computed again."""
    if charge.what != INTEREST:
        return
    for one in stretches(charge.basis, send.currency):
        yield words["stretch"].format(
            rate=_rate(one.rate, locale),
            base=money(one.base),
            first=day(one.first),
            last=day(one.last),
        )


def _rate(rate: Decimal, locale: Locale) -> str:
    return str(format_decimal(rate, format="#,##0.######", locale=locale))
