"""What the steps of the policy file charge: fees, their bands and percentages, and interest.
The other keys of a step: `policy_steps`; how much it comes to: `domain.charges`.
"""

import re
from decimal import Decimal
from typing import NamedTuple

from .charges.fees import Band, Banded, FeeRule, Fixed, Percent
from .charges.jurisdiction import REGIMES
from .charges.notice import ITEM, MODES, NOTICE, FeeOf, InterestOf
from .charges.regime import LARGEST_RATE
from .fields import nearest
from .money import MoneyError, parse_amount
from .policy_nodes import Block, Node

CHARGE_KEYS = ("fee", "charges", "interest")
STATUTORY, CONTRACT = "statutory", "contract"
BY_COUNTRY = "country"
"""In place of a statute's name: the one that the parties' countries give."""
MOST_CHARGES, MOST_BANDS = 20, 50
_RULES = ("fixed", "bands", "percent")
_PERCENT = re.compile(r"[0-9]{1,3}(\.[0-9]{1,6})?\Z")
_LARGEST_PERCENT = Decimal(100)


class Charging(NamedTuple):
    """What a step, or all steps of a policy, charge."""

    fees: tuple[FeeOf, ...] = ()
    interest: InterestOf | None = None
    fees_said: bool = False
    interest_said: bool = False

    def under(self, policy: "Charging") -> "Charging":
        """A step's charges, with the policy's own where it says nothing."""
        return Charging(
            self.fees if self.fees_said else policy.fees,
            self.interest if self.interest_said else policy.interest,
        )


NO_CHARGES = Charging()


def charging(block: Block) -> Charging:
    """The charges of a step or a policy."""
    fees = []
    if block.there("fee"):
        amounts = amounts_of(block, "fee")
        if amounts:
            fees.append(FeeOf(Fixed(amounts)))
    for node in _list(block):
        one = Block(node, "a charge", (*_RULES, "min", "max", "mode", "per"), (), block.problems)
        rule = _rule(one)
        if rule is not None:
            fees.append(FeeOf(rule, one.one_of("mode", MODES), one.one_of("per", (NOTICE, ITEM))))
    return Charging(
        tuple(fees),
        _interest(block),
        block.there("fee") or block.there("charges"),
        block.there("interest"),
    )


def _list(block: Block) -> list[Node]:
    """The charges, each as a mapping; a single one may stand without a list."""
    if block.keyed("charges"):
        return [block.node_of("charges")]
    return block.sequence("charges", MOST_CHARGES)


def _rule(one: Block) -> FeeRule | None:
    given = [key for key in _RULES if one.there(key)]
    if one.troubled:
        return None
    if len(given) != 1:
        one.problem("fixed", "a charge is one of fixed, bands or percent: {fixed: {EUR: 5}}")
        return None
    for bound in ("min", "max"):
        if one.there(bound) and given != ["percent"]:
            one.problem(bound, f"only a percentage has a {bound}; leave it out")
    if given == ["fixed"]:
        return Fixed(amounts_of(one, "fixed"))
    if given == ["bands"]:
        return Banded(_bands(one))
    least, most = amounts_of(one, "min"), amounts_of(one, "max")
    for currency in least.keys() & most.keys():
        if least[currency] > most[currency]:
            one.problem("max", f"the most in {currency} is below the least; let max be the larger")
    return Percent(_percent(one, "percent"), least, most)


def amounts_of(block: Block, key: str) -> dict[str, int]:
    """Amounts by currency, minor units."""
    if not block.says(key):
        return {}
    given = block.child(key, None, ()) if block.keyed(key) else None
    if given is None:
        block.problem(key, f"{key} is an amount by currency, as {{EUR: 5.00}}")
        return {}
    found = {}
    for currency in given.keys():  # noqa: SIM118 (a block is no mapping)
        amount = minor_of(given, currency, given.text(currency) or "", currency)
        if amount is not None:
            found[currency] = amount
    return found


def _bands(one: Block) -> dict[str, tuple[Band, ...]]:
    before = len(one.problems)
    currencies = one.child("bands", None, ())
    found = {}
    for currency in currencies.keys() if currencies else ():
        assert currencies is not None  # it has keys
        bands: list[Band] = []
        for node in currencies.sequence(currency, MOST_BANDS):
            band = Block(node, "a band", ("from", "fee", "percent"), (), one.problems)
            start = minor_of(band, "from", band.text("from") or "0", currency) or 0
            if band.has("fee") == band.has("percent"):
                band.problem("fee", "a band has a fee or a percent: {from: 100, fee: 2}")
                continue
            if bands and start <= bands[-1].start:
                band.problem("from", "bands rise: each begins above the one before it")
            if band.has("fee"):
                fee: int | Decimal = minor_of(band, "fee", band.text("fee") or "", currency) or 0
            else:
                fee = _percent(band, "percent")
            bands.append(Band(start, fee))
        if not bands and len(one.problems) == before:
            currencies.problem(currency, "no band is there: [{from: 100, fee: 2}]")
        found[currency] = tuple(bands)
    if not found and len(one.problems) == before:
        one.problem("bands", "bands stand by currency: {EUR: [{from: 100, fee: 2}]}")
    return found


def _percent(block: Block, key: str) -> Decimal:
    text = block.text(key) or ""
    if _PERCENT.match(text) and Decimal(text) <= _LARGEST_PERCENT:
        return Decimal(text)
    block.problem(key, f"{text[:20]!r} is not a percentage from 0 to 100, as 10 or 2.5")
    return Decimal(0)


def _interest(block: Block) -> InterestOf | None:
    if not block.has("interest"):
        return None
    if not block.keyed("interest"):
        word = (block.text("interest") or "").lower()
        if word == STATUTORY:
            return InterestOf()
        if word and word != "none":
            block.problem("interest", "interest is statutory, or a rate: {contract: 8.0}")
        return None
    known = (CONTRACT, STATUTORY, "mode", "compensation")
    one = block.child("interest", known, ())
    assert one is not None  # it is a mapping
    if one.troubled:
        return None
    mode = one.one_of("mode", MODES)
    if one.has(CONTRACT) == one.has(STATUTORY):
        one.problem(CONTRACT, "interest is one of contract and statutory: {contract: 8.0}")
        return None
    if one.has(CONTRACT):
        if one.there("compensation"):
            one.problem("compensation", "only a statute gives compensation; charge a fee instead")
        text = one.text(CONTRACT) or ""
        if not _PERCENT.match(text) or Decimal(text) > LARGEST_RATE:
            one.problem(CONTRACT, f"{text[:20]!r} is not a rate from 0 to 100 percent a year")
            return None
        return InterestOf(rate=Decimal(text), mode=mode)
    name = one.text(STATUTORY) or ""
    if name.lower() != BY_COUNTRY and name.upper() not in REGIMES:
        said = nearest(name.upper(), (*REGIMES, BY_COUNTRY))
        one.problem(STATUTORY, f"{name[:20]!r} is no statute here; {said}")
        return None
    return InterestOf(
        regime=None if name.lower() == BY_COUNTRY else name.upper(),
        mode=mode,
        compensation=one.one_of("compensation", MODES) if one.there("compensation") else mode,
    )


def minor_of(block: Block, key: str, text: str, currency: str) -> int | None:
    """Minor units of an amount; a problem where it is none, or has no such currency."""
    try:
        return parse_amount(text, currency)
    except MoneyError as error:
        block.problem(key, str(error))
        return None
