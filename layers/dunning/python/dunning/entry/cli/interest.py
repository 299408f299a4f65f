"""`dunning interest`: late-payment interest on one debt, by statute or contract, in segments.
Arguments in, JSON Lines out; the rates are the shipped ruleset's, the rules are the domain's.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Annotated

import typer

from dunning.adapters.rulesets import interest_ruleset
from dunning.domain.charges.claim import Assessment, assess
from dunning.domain.charges.day_count import DayCount
from dunning.domain.charges.interest import Debt, Payment
from dunning.domain.charges.reference_rate import ChargeError
from dunning.domain.charges.regime import NO_INTEREST, Ruleset, Terms, contract
from dunning.domain.charges.rounding import shown
from dunning.domain.fields import nearest
from dunning.domain.money import MoneyError, exponent, format_amount, parse_amount
from dunning.domain.reading_parties import CUSTOMER_CLASSES
from dunning.entry.cli.output import day, fail, lines

Output = dict[str, object]
CONTRACT = "contract"
NO_HOLIDAYS = "weekends move the due day; public holidays are not looked up"
_RATE = re.compile(r"(?:contract:)?([0-9]{1,3}(?:\.[0-9]{1,6})?)\Z")
_DAY_COUNTS = {count.value: count for count in DayCount}


def interest(
    amount: Annotated[str, typer.Option(help="What was owed, as 94.00.")],
    currency: Annotated[str, typer.Option(help="Its currency, as EUR.")],
    due: Annotated[str, typer.Option(help="The day it was due.")],
    until: Annotated[str, typer.Option(help="The last day of interest: of payment, or today.")],
    regime: Annotated[
        str, typer.Option(help="EU, DE, UK, IE, FR, AT, none, or a contract's rate, as 8.0.")
    ],
    customer_class: Annotated[
        str | None,
        typer.Option(help=f"{', '.join(CUSTOMER_CLASSES)}; needed for a statute."),
    ] = None,
    day_count: Annotated[
        str | None, typer.Option(help=f"{', '.join(_DAY_COUNTS)}; left out: the regime's own.")
    ] = None,
    paid: Annotated[
        list[str] | None, typer.Option(help="A part payment, as 2026-06-15=2500.00; repeatable.")
    ] = None,
) -> None:
    """A line per segment of one rate and one base, then one with interest, compensation, total."""
    debt = _debt(amount, currency, due, paid or [])
    last = day(until, "--until")
    count = _day_count(day_count)
    ruleset = interest_ruleset()
    name, terms, notes = _terms(ruleset, regime, customer_class, debt)
    try:
        assessed = assess(debt, terms, last, day_count=count)
    except ChargeError as error:
        fail(str(error))
    used = (count or terms.day_count).value if terms else None
    lines(_segments(debt, assessed))
    lines(
        [
            {
                **_sums(debt, assessed),
                "regime": name,
                "day_count": used,
                "ruleset": None if name in (CONTRACT, NO_INTEREST) else ruleset.version,
                "notes": [*assessed.accrual.notes, *notes],
            }
        ]
    )


def _debt(amount: str, currency: str, due: str, paid: list[str]) -> Debt:
    try:
        owed = parse_amount(amount, currency)
    except MoneyError as error:
        fail(f"--amount, --currency: {error}")
    payments = []
    for one in paid:
        on, sign, part = one.partition("=")
        if not sign:
            fail(f"--paid: {one!r} is not a payment; write it as 2026-06-15=2500.00")
        try:
            payments.append(Payment(day(on, "--paid"), parse_amount(part, currency)))
        except MoneyError as error:
            fail(f"--paid: {error}")
    return Debt(owed, currency, day(due, "--due"), tuple(payments))


def _day_count(text: str | None) -> DayCount | None:
    if text is None:
        return None
    found = _DAY_COUNTS.get(text.upper())
    if found is None:
        fail(f"--day-count: {text!r} is not known; {nearest(text, _DAY_COUNTS)}")
    return found


def _terms(
    ruleset: Ruleset, regime: str, customer_class: str | None, debt: Debt
) -> tuple[str, Terms | None, list[str]]:
    """The regime's name as the answer says it, its terms for this debt, and notes on the choice."""
    if customer_class is not None and customer_class not in CUSTOMER_CLASSES:
        said = nearest(customer_class, CUSTOMER_CLASSES)
        fail(f"--customer-class: {customer_class!r} is not known; {said}")
    rate = _RATE.match(regime)
    try:
        if rate:
            return CONTRACT, contract(Decimal(rate[1])), []
        if regime.lower() == NO_INTEREST:
            return NO_INTEREST, None, []
        name = regime.upper()
        if customer_class is None and name in ruleset.regimes:
            fail(
                f"--customer-class: a statute needs it; write one of {', '.join(CUSTOMER_CLASSES)}"
            )
        terms = ruleset.terms(name, customer_class or "", debt.due + timedelta(days=1))
    except ChargeError as error:
        fail(f"--regime: {error}")
    if terms is None:
        return name, None, [f"{name}: no interest by this statute from the class {customer_class}"]
    return name, terms, [NO_HOLIDAYS] if terms.rolls_due else []


def _segments(debt: Debt, assessed: Assessment) -> Iterator[Output]:
    for one in assessed.accrual.segments:
        yield {
            "from": one.first.isoformat(),
            "to": one.last.isoformat(),
            "days": one.days,
            "rate": str(one.rate),
            "base": format_amount(one.base, debt.currency),
            "interest": shown(one.interest, exponent(debt.currency)),
        }


def _sums(debt: Debt, assessed: Assessment) -> Output:
    claim, currency = assessed.claim, debt.currency
    return {
        "currency": currency,
        "due": assessed.accrual.due.isoformat(),
        "principal": format_amount(claim.principal, currency),
        "interest": format_amount(claim.interest, currency),
        "compensation": format_amount(claim.compensation, currency),
        "total": format_amount(claim.total, currency),
    }
