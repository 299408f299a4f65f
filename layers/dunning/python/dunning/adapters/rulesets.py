"""Rulesets from the data that ships with the library: text in, a checked Ruleset out.
Which rate a debt bears is decided in the domain; no figure is written here.
"""

import tomllib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from dunning.adapters.toml_table import Table as _Table
from dunning.domain.charges.day_count import DayCount
from dunning.domain.charges.reference_rate import ReferenceRate, Row, RulesetError
from dunning.domain.charges.regime import (
    NO_INTEREST,
    Compensation,
    CompensationBand,
    Mode,
    Ruleset,
    Terms,
)
from dunning.domain.money import MoneyError, parse_amount
from dunning.domain.reading_parties import CUSTOMER_CLASSES

INTEREST = "interest.toml"


@cache
def interest_ruleset() -> Ruleset:
    """The ruleset of late-payment interest that ships with this version."""
    return read_ruleset(files("dunning.rulesets").joinpath(INTEREST).read_text(encoding="utf-8"))


def read_ruleset(text: str) -> Ruleset:
    """A ruleset from TOML. Raises RulesetError, which names the place and what is wrong there."""
    try:
        data = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise RulesetError(f"{INTEREST}: {error}") from None
    file = _Table(data, INTEREST, ("version", "sources", "references", "regimes"))
    sources = {name: _source(one) for name, one in file.tables("sources")}
    references = {name: _reference(name, one, sources) for name, one in file.tables("references")}
    regimes: dict[str, dict[str, tuple[Terms, ...]]] = {}
    for name, many in file.need("regimes", dict).items():
        if name == NO_INTEREST:
            raise RulesetError(f"{INTEREST}: regimes.{name}: the name stands for no interest")
        classes = regimes[name] = {}
        for number, raw in enumerate(many if isinstance(many, list) else [many], 1):
            where = f"regimes.{name}, entry {number}"
            one = _Table(raw, where, _TERMS)
            terms = _terms(one, references, sources)
            for customer_class in one.words("classes", CUSTOMER_CLASSES):
                dated = classes.get(customer_class, ())
                if dated and dated[-1].start >= terms.start:
                    raise RulesetError(
                        f"{where}: {customer_class} has terms from {dated[-1].start} above; entries"
                        " stand in the order of their days"
                    )
                classes[customer_class] = (*dated, terms)
    return Ruleset(file.need("version", str), references, regimes)


_TERMS = (
    "classes", "from", "reference", "margin", "mode", "day_count", "rolls_due", "compensation",
    "source", "notes", "payment_notes",
)  # fmt: skip


class _Source(NamedTuple):
    what: str
    verified: bool


def _source(raw: object) -> _Source:
    one = _Table(raw, "sources", ("verified", "read_on", "what"))
    one.need("read_on", date)
    return _Source(one.need("what", str), one.need("verified", bool))


def _reference(name: str, raw: object, sources: Mapping[str, _Source]) -> ReferenceRate:
    one = _Table(raw, f"references.{name}", ("name", "rows"))
    rows = []
    for number, entry in enumerate(one.need("rows", list), 1):
        row = _Table(entry, f"references.{name}, row {number}", ("from", "until", "rate", "source"))
        source = row.named("source", sources)
        rows.append(
            Row(
                row.need("from", date),
                row.need("until", date),
                row.need("rate", Decimal),
                source.what,
                source.verified,
            )
        )
    return ReferenceRate(name, one.need("name", str), tuple(rows))


def _terms(
    one: _Table, references: Mapping[str, ReferenceRate], sources: Mapping[str, _Source]
) -> Terms:
    source = one.named("source", sources)
    modes = {mode.value: mode for mode in Mode}
    counts = {count.value: count for count in DayCount}
    return Terms(
        margin=one.need("margin", Decimal),
        reference=one.named("reference", references) if "reference" in one.raw else None,
        mode=one.named("mode", modes),
        day_count=one.named("day_count", counts),
        rolls_due=one.or_else("rolls_due", bool, False),
        compensation=_compensation(one) if "compensation" in one.raw else None,
        start=one.need("from", date),
        source=source.what,
        verified=source.verified,
        notes=tuple(one.or_else("notes", list, [])),
        payment_notes=tuple(one.or_else("payment_notes", list, [])),
    )


def _compensation(terms: _Table) -> Compensation:
    where = f"{terms.where}, compensation"
    one = _Table(terms.raw["compensation"], where, ("currency", "bands"))
    currency = one.need("currency", str)
    try:
        bands = tuple(
            CompensationBand(parse_amount(start, currency), parse_amount(amount, currency))
            for start, amount in one.need("bands", list)
        )
    except (MoneyError, ValueError, TypeError) as error:
        raise RulesetError(
            f'{where}: bands are pairs of amounts, as ["0.00", "40.00"] ({error})'
        ) from None
    if not bands or list(bands) != sorted(bands):
        raise RulesetError(f"{where}: bands stand in the order of their amounts, one at least")
    return Compensation(currency, bands)
