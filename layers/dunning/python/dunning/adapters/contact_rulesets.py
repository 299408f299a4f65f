"""Contact rulesets from the data that ships with the library, and from tenants' own files: text in,
a checked Ruleset out. What a rule does is the domain's; no hour and no number is written here.
"""

import tomllib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from dunning.adapters.contact_rule_kinds import (
    KINDS,
    Words,
    regions_of,
    said,
    scope_of,
    table_of,
    words_of,
)
from dunning.adapters.holiday_calendars import HolidayCalendars
from dunning.adapters.toml_table import Table
from dunning.domain.contact.attempt import CLASSES
from dunning.domain.contact.rule import AlsoConsumer, PublicHolidays, Rule
from dunning.domain.contact.ruleset import ContactRulesetError, Override, Ruleset
from dunning.domain.creditor import OwnRules
from dunning.domain.fields import nearest
from dunning.domain.legal_holds import Effect, Effects
from dunning.domain.money import MoneyError, parse_amount

INDEX = "contact.toml"
STANDARD = "standard"
OWN_FILE = "contact.toml"
_RULE = frozenset({"id", "kind", "when", "from", "until", "source", "says"})


class _Source(NamedTuple):
    what: str
    verified: bool


@cache
def contact_ruleset(name: str = STANDARD) -> Ruleset:
    """A ruleset that ships with this version, by its name. Raises ContactRulesetError."""
    index = _index()
    holds = index.need("rulesets", dict)
    if name not in holds:
        raise ContactRulesetError(
            f"the ruleset {name!r} is not known; known: {', '.join(sorted(holds))}, or the path of"
            " a file of your own (.toml)"
        )
    words = _words(index)
    rules: list[Rule] = []
    also: list[AlsoConsumer] = []
    for file in holds[name]:
        table, more, wider = _file(_shipped(file), file, words)
        _nothing_of_a_tenant(table)
        rules += more
        also += wider
    _distinct(rules, name)
    return Ruleset(
        name=name,
        version=index.need("version", str),
        rules=tuple(rules),
        holidays=_calendars(),
        also_consumer=tuple(also),
        effects=hold_effects(),
    )


def ruleset_of(name: str) -> Ruleset:
    """A shipped ruleset by its name, or a tenant's from the path of its file (.toml). Raises
    ContactRulesetError."""
    if not name.endswith(".toml"):
        return contact_ruleset(name)
    path = Path(name)
    try:
        return tenant_ruleset(path.read_text(encoding="utf-8-sig"), path.name)
    except OSError as error:
        raise ContactRulesetError(f"{path} cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise ContactRulesetError(f"{path} is not UTF-8 text; save it so") from None


def tenant_ruleset(text: str, file: str = "ruleset") -> Ruleset:
    """A tenant's own ruleset: a shipped one, tightened by rules of its own, and with overrides
    that somebody signed. Raises ContactRulesetError, which names the place."""
    table, more, also = _file(text, file, _words(_index()), policy=True)
    base = contact_ruleset(table.or_else("extends", str, STANDARD))
    rules = (*base.rules, *more)
    _distinct(list(rules), file)
    known = {rule.id for rule in base.rules}
    overrides = tuple(
        _override(one, f"{file}, override {number}", known)
        for number, one in enumerate(table.or_else("overrides", list, []), 1)
    )
    return Ruleset(
        name=table.need("name", str),
        version=f"{table.need('version', str)}+{base.label}",
        rules=rules,
        holidays=base.holidays,
        also_consumer=(*base.also_consumer, *also),
        overrides=overrides,
        effects=base.effects,
    )


def rules_of(name: str, own: OwnRules) -> Ruleset:
    """The ruleset of a creditor: its own where it has one, else the shipped one that it names.
    Raises ContactRulesetError, also where it would be looser than `standard` unsigned."""
    if own.version:
        return check_own(own.source)
    if name != STANDARD:
        check_name(name)
    return contact_ruleset(name)


def contact_version() -> str:
    """The version of the shipped contact rules."""
    return str(_index().need("version", str))


def check_name(name: str) -> None:
    """Whether a creditor may name a shipped ruleset. Raises ContactRulesetError."""
    missing = _rule_ids(contact_ruleset()) - _rule_ids(contact_ruleset(name))
    if missing:
        raise ContactRulesetError(
            f"{name} leaves out rules that {STANDARD} has ({len(missing)}, {min(missing)} among"
            f" them): it is there to ask by, not to send by. Write {STANDARD}, and put out of force"
            f" by an override in {OWN_FILE} what somebody answers for"
        )


def check_own(text: str) -> Ruleset:
    """A creditor's own rules, from the text of its file. They build on `standard`, add to it, and
    loosen by overrides alone. Raises ContactRulesetError."""
    found = tenant_ruleset(text, OWN_FILE)
    missing = _rule_ids(contact_ruleset()) - _rule_ids(found)
    if missing:
        raise ContactRulesetError(
            f"{OWN_FILE}: it builds on a ruleset without rules that {STANDARD} has; write"
            f' extends = "{STANDARD}", and an override for each rule that somebody answers for'
        )
    return found


def _rule_ids(ruleset: Ruleset) -> frozenset[str]:
    return frozenset(rule.id for rule in ruleset.rules)


def _nothing_of_a_tenant(table: Table) -> None:
    for key in ("overrides", "extends", "name"):
        if key in table.raw:
            raise ContactRulesetError(f"{table.where}: {key} is for tenants' files")


@cache
def _calendars() -> PublicHolidays:
    return HolidayCalendars()


def _shipped(file: str) -> str:
    return files("dunning.rulesets").joinpath(file).read_text(encoding="utf-8")


@cache
def _index() -> Table:
    known = ("version", "rulesets", "countries", "cities", "effects")
    return table_of(_parsed(_shipped(INDEX), INDEX), INDEX, known)


def _words(index: Table) -> Words:
    return Words(
        {name: frozenset(codes) for name, codes in index.tables("countries")},  # type: ignore[call-overload]
        {name: frozenset(places) for name, places in index.tables("cities")},  # type: ignore[call-overload]
    )


def _parsed(text: str, file: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise ContactRulesetError(f"{file}: {error}") from None


def _file(
    text: str, file: str, words: Words, policy: bool = False
) -> tuple[Table, list[Rule], list[AlsoConsumer]]:
    known = (
        "policy", "sources", "rules", "also_consumer", "overrides", "extends", "name", "version",
    )  # fmt: skip
    table = table_of(_parsed(text, file), file, known)
    ours = policy or table.or_else("policy", bool, False)
    sources = {
        name: _source(one, f"{file}, sources.{name}")
        for name, one in table.or_else("sources", dict, {}).items()
    }
    rules = [
        _rule(one, f"{file}, rule {number}", sources, words, policy=ours, free_source=policy)
        for number, one in enumerate(table.or_else("rules", list, []), 1)
    ]
    also = [
        _also(name, one, f"{file}, also_consumer.{name}", sources)
        for name, one in table.or_else("also_consumer", dict, {}).items()
    ]
    return table, rules, also


def _source(raw: object, where: str) -> _Source:
    one = table_of(raw, where, ("verified", "read_on", "what"))
    one.need("read_on", date)
    return _Source(one.need("what", str), one.need("verified", bool))


def _rule(
    raw: object,
    where: str,
    sources: Mapping[str, _Source],
    words: Words,
    *,
    policy: bool,
    free_source: bool,
) -> Rule:
    if isinstance(raw, dict) and isinstance(raw.get("id"), str):
        where = f"{where} ({raw['id']})"
    kind = raw.get("kind") if isinstance(raw, dict) else None
    if isinstance(raw, dict) and kind not in KINDS:
        raise ContactRulesetError(f"{where}: kind: {kind!r}; {nearest(str(kind), KINDS)}")
    keys, build = KINDS[str(kind)] if isinstance(raw, dict) else ((), said)
    one = table_of(raw, where, _RULE | set(keys))
    named = one.need("source", str)
    if free_source and named not in sources:
        source = _Source(named, True)
    else:
        source = one.named("source", sources)
    start, end = one.or_else("from", date, date.min), one.or_else("until", date, None)
    if end is not None and end < start:
        raise ContactRulesetError(f"{where}: it ends before it begins")
    return Rule(
        id=one.need("id", str),
        scope=scope_of(one.or_else("when", dict, {}), f"{where}, when", words),
        test=build(one, words),
        source=source.what,
        says=one.need("says", str),
        verified=source.verified,
        policy=policy,
        start=start,
        end=end,
    )


def _also(name: str, raw: object, where: str, sources: Mapping[str, _Source]) -> AlsoConsumer:
    known = ("regions", "classes", "natural", "currency", "most", "from", "source")
    one = table_of(raw, where, known)
    currency = one.need("currency", str)
    try:
        most = parse_amount(one.need("most", str), currency)
    except MoneyError as error:
        raise ContactRulesetError(f"{where}: most: {error}") from None
    return AlsoConsumer(
        id=name,
        regions=regions_of(one),
        classes=words_of(one, "classes", CLASSES),
        natural=words_of(one, "natural", CLASSES),
        currency=currency,
        most=most,
        start=one.need("from", date),
        source=one.named("source", sources).what,
    )


def _override(raw: object, where: str, known: set[str]) -> Override:
    one = table_of(raw, where, ("rule", "who", "when", "why", "until"))
    rule = one.named("rule", {name: name for name in known})
    who, why = one.need("who", str).strip(), one.need("why", str).strip()
    if not who or not why:
        raise ContactRulesetError(f"{where}: an override says who answers for it, and why")
    return Override(rule, who, one.need("when", date), why, one.or_else("until", date, None))


@cache
def hold_effects() -> Effects:
    """What kinds of holds do to interest and fees, without the rules beside them."""
    return {kind: _effect(one, f"effects.{kind}") for kind, one in _index().tables("effects")}


def _effect(raw: object, where: str) -> Effect:
    one = table_of(raw, where, ("interest", "fees"))
    return Effect(one.need("interest", bool), one.need("fees", bool))


def _distinct(rules: list[Rule], name: str) -> None:
    seen: set[str] = set()
    for rule in rules:
        if rule.id in seen:
            raise ContactRulesetError(f"{name}: the rule {rule.id} is there twice; give it a name")
        seen.add(rule.id)
