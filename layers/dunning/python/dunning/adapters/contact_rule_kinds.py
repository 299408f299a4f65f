"""What a rule of a contact ruleset may be: its kinds, their keys, and whom it may speak of.
From checked TOML to the domain's tests and scopes; which rules there are is the files'.
"""

from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple

from dunning.adapters.toml_table import Table
from dunning.domain.contact.attempt import CHANNELS, CLASSES, LINE_TYPES, PURPOSES, RINGS_AT
from dunning.domain.contact.consent import NeedsConsent, Suppressed, TakenBack
from dunning.domain.contact.forbidden import KNOWN, PARTS, Covered, Forbidden, Known, Needs
from dunning.domain.contact.frequency import AfterConversation, Cap
from dunning.domain.contact.holds import Held
from dunning.domain.contact.hours import Hours, Said
from dunning.domain.contact.reading_hours import WEEKDAYS
from dunning.domain.contact.rule import UNKNOWN, Condition, Scope
from dunning.domain.contact.ruleset import ContactRulesetError
from dunning.domain.fields import countries
from dunning.domain.gates import DENY, REVIEW

_SCOPE = (
    "channels", "countries", "regions", "cities", "classes", "party", "purposes", "bot", "lines",
    "not_lines", "rings_at", "sources", "overdue_above",
)  # fmt: skip
_PARTIES = {"third": False, "first": True}
_CLOCK_DAY = 24 * 3_600
_LONGEST = 30
"""Days of a cap: `contacted` keeps every contact for as long, whatever the clocks do."""


class Words(NamedTuple):
    """What the index says that the files share."""

    countries: Mapping[str, frozenset[str]]
    cities: Mapping[str, frozenset[str]]


def table_of(raw: object, where: str, known: Collection[str]) -> Table:
    """A table of which every problem is a ContactRulesetError."""
    return Table(raw, where, known, ContactRulesetError)


def scope_of(raw: object, where: str, words: Words) -> Scope:
    one = table_of(raw, where, _SCOPE)
    party = one.named("party", _PARTIES) if "party" in one.raw else None
    return Scope(
        channels=words_of(one, "channels", CHANNELS),
        countries=_countries(one, words) if "countries" in one.raw else frozenset(),
        regions=regions_of(one),
        cities=_group(one, "cities", words.cities) if "cities" in one.raw else frozenset(),
        classes=words_of(one, "classes", CLASSES),
        first_party=party,
        purposes=words_of(one, "purposes", PURPOSES),
        bot=one.or_else("bot", bool, None),
        lines=words_of(one, "lines", LINE_TYPES),
        not_lines=words_of(one, "not_lines", LINE_TYPES),
        rings_at=words_of(one, "rings_at", (*RINGS_AT, UNKNOWN)),
        sources=frozenset(one.or_else("sources", list, [])),
        overdue_above=one.or_else("overdue_above", int, None),
    )


def words_of(one: Table, key: str, known: tuple[str, ...]) -> frozenset[str]:
    return frozenset(one.words(key, known)) if key in one.raw else frozenset()


def _group(one: Table, key: str, groups: Mapping[str, frozenset[str]]) -> frozenset[str]:
    return frozenset().union(*(groups[name] for name in one.words(key, groups)))


def _countries(one: Table, words: Words) -> frozenset[str]:
    """The countries of groups (us, eea), or by their codes (DE)."""
    singles = {code for codes in words.countries.values() for code in codes}
    named = one.words("countries", {*words.countries, *singles, *countries()})
    return frozenset().union(*(words.countries.get(name, frozenset((name,))) for name in named))


def regions_of(one: Table) -> frozenset[str]:
    regions = one.or_else("regions", list, [])
    for region in regions:
        country, dash, rest = str(region).partition("-")
        if not dash or country not in countries() or not rest:
            raise ContactRulesetError(f"{one.where}: regions: {region!r}; write it as US-MA")
    return frozenset(regions)


def _hours(one: Table, _: Words) -> Condition:
    opens, closes = _clock(one, "opens"), _clock(one, "closes")
    if opens >= closes:
        raise ContactRulesetError(f"{one.where}: it closes before it opens; write two rules")
    days = one.words("days", WEEKDAYS) if "days" in one.raw else WEEKDAYS
    return Hours(
        opens,
        closes,
        frozenset(map(WEEKDAYS.index, days)),
        one.or_else("holidays", bool, False),
    )


def _clock(one: Table, key: str) -> int:
    text = one.need(key, str)
    hours, _, minutes = text.partition(":")
    if len(text) == 5 and hours.isdigit() and minutes.isdigit() and int(minutes) < 60:
        second = int(hours) * 3_600 + int(minutes) * 60
        if second <= _CLOCK_DAY:
            return second
    raise ContactRulesetError(f"{one.where}: {key} = {text!r} is not a time of day as 08:00")


def _cap(one: Table, _: Words) -> Condition:
    days, hours = one.or_else("days", int, 0), one.or_else("hours", int, 0)
    if (days > 0) == (hours > 0):
        raise ContactRulesetError(f"{one.where}: write days or hours, and above 0")
    if days > _LONGEST or hours > _LONGEST * 24:
        raise ContactRulesetError(
            f"{one.where}: contacts are kept for {_LONGEST} days; write a cap over no more"
        )
    most = one.need("most", int)
    if most < 0:
        raise ContactRulesetError(f"{one.where}: most = {most} is below 0")
    return Cap(
        most,
        frozenset(one.words("counts", CHANNELS)),
        days,
        hours,
        one.named("per", {"debt": True, "person": False}),
        one.or_else("lifted_by_consent", bool, False),
        one.or_else("unless_consent", bool, False),
    )


def _after(one: Table, _: Words) -> Condition:
    days = one.need("days", int)
    if not 0 < days <= _LONGEST:
        raise ContactRulesetError(f"{one.where}: days = {days} is not from 1 to {_LONGEST}")
    return AfterConversation(
        days,
        one.named("per", {"debt": True, "person": False}),
        one.or_else("lifted_by_consent", bool, False),
    )


def _hold(one: Table, _: Words) -> Condition:
    others = "all_but" in one.raw
    kinds = frozenset(one.need("all_but" if others else "holds", list))
    return Held(
        kinds,
        _decision(one),
        one.or_else("but_one_termination", bool, False),
        one.or_else("in_window", bool, False),
        others,
    )


def _decision(one: Table) -> str:
    known = {DENY: DENY, REVIEW: REVIEW}
    return str(one.named("decision", known)) if "decision" in one.raw else DENY


def _needs(one: Table, _: Words) -> Condition:
    levels = {"known": True, "not_absent": False}
    parts = one.need("parts", dict)
    for part, level in parts.items():
        if part not in PARTS or level not in levels:
            raise ContactRulesetError(
                f"{one.where}: parts: {part} = {level!r}; parts are {', '.join(PARTS)}, each known"
                " or not_absent"
            )
    return Needs({part: levels[level] for part, level in parts.items()})


def said(one: Table, _: Words) -> Condition:
    return Said()


KINDS: dict[str, tuple[tuple[str, ...], Callable[[Table, Words], Condition]]] = {
    "hours": (("opens", "closes", "days", "holidays"), _hours),
    "said": ((), said),
    "cap": (
        ("most", "days", "hours", "per", "counts", "lifted_by_consent", "unless_consent"),
        _cap,
    ),
    "after_conversation": (("days", "per", "lifted_by_consent"), _after),
    "hold": (("holds", "all_but", "decision", "but_one_termination", "in_window"), _hold),
    "needs_consent": (
        ("to",),
        lambda one, _: NeedsConsent(words_of(one, "to", CHANNELS)),
    ),
    "taken_back": (("together",), lambda one, _: TakenBack(words_of(one, "together", CHANNELS))),
    "suppressed": ((), lambda _, __: Suppressed()),
    "forbidden": (("decision",), lambda one, _: Forbidden(_decision(one))),
    "known": (("what",), lambda one, _: Known(one.named("what", {what: what for what in KNOWN}))),
    "covered": (("countries",), lambda one, words: Covered(_countries(one, words))),
    "needs": (("parts",), _needs),
}
