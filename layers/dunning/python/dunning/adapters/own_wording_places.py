"""What each sentence of own wording may hold, and what it must: by channel, and where it stands.
Placeholders alone; the other checks are `own_wording_check`'s.
"""

from collections.abc import Collection, Iterator, Mapping
from string import Formatter
from typing import Any, NamedTuple

from dunning.domain import wordings
from dunning.domain.account import EMAIL
from dunning.domain.calling import SMS

from .own_words import is_forms
from .wording import ALWAYS, PLACEHOLDERS, Words

_FOLLOWS = frozenset({"deadline", "receiver"})
_PARTLY = frozenset({"received"})
_WHO = frozenset({"creditor", "contact", "number"})
_HEARD = _WHO | {"customer", "invoices", "count", "total"}
_SPOKEN: Mapping[str, frozenset[str]] = {
    wordings.INSTALMENT_MISSED: _HEARD | {"due", "last_day"},
    wordings.PROMISE_BROKEN: _HEARD | {"by", "promised"},
}
_TEXTED = frozenset({"creditor", "total", "invoices", "number"})
_PLAN = frozenset({"instalments", "first_amount", "first_due"})
_INSTALMENT = frozenset({"part", "instalments", "due", "last_day"})
TEXTED: Mapping[str, frozenset[str]] = {
    wordings.INSTALMENT_DUE: _INSTALMENT,
    wordings.INSTALMENT_MISSED: _INSTALMENT,
    wordings.PROMISE_REMINDER: frozenset({"promised", "by"}),
    wordings.PROMISE_BROKEN: frozenset({"promised", "by"}),
    wordings.THANKS: frozenset({"paid", "on"}),
    wordings.PLAN_OFFER: _PLAN,
    wordings.PLAN_AGREED: _PLAN,
    wordings.HAND_OVER: frozenset({"receiver"}),
}
"""What a text may say of its step beside creditor, total, invoices and the number to call."""
_SHOWN = ALWAYS | {
    "due", "number", "instalments", "left", "promised", "by", "received", "paid", "first_amount",
    "first_due",
}  # fmt: skip
"""Figures that the layout of a mail shows in any case."""
_FIGURED = ("labels", "schedule", "promise", "charges")
"""Tables of a mail whose sentences are rows: each keeps its figures."""


class Place(NamedTuple):
    """What one sentence may hold, and what it must."""

    may: frozenset[str]
    must: frozenset[str] = frozenset()


def place(channel: str, path: tuple[str, ...], shipped: Words, phrases: Collection[str]) -> Place:
    """What the sentence at a path may hold. `phrases`: names of the language's own phrases, with
    those that the file adds."""
    here = may_in(at(shipped.raw, path))
    if channel == EMAIL:
        return _written(path, here, frozenset(phrases))
    return _texted(path, here) if channel == SMS else _heard(path, here)


def _written(path: tuple[str, ...], here: frozenset[str], phrases: frozenset[str]) -> Place:
    match path:
        case ("steps", step, _, key):
            if step == wordings.NEW_LINK:
                return Place(PLACEHOLDERS[step])  # it is about no invoice
            may = PLACEHOLDERS[step] | phrases
            if step == wordings.LAST:
                follows = key == "consequence"
                return Place(may, _FOLLOWS) if follows else Place(may - _FOLLOWS)
            if step in (wordings.PROMISE_BROKEN, wordings.PROMISE_REMINDER):
                may = may if key == "opening_partly" else may - _PARTLY
            return Place(may)
        case ("tones", *_):
            return Place(ALWAYS | phrases)
        case ("phrases", *_):
            return Place(ALWAYS - {"invoices"})
        case ("charges", "subject" | "opening"):
            return Place(ALWAYS | phrases | {"due"})
        case (table, *_) if table in _FIGURED:
            return Place(here, here - {"count"})
    return Place(here)


def _heard(path: tuple[str, ...], here: frozenset[str]) -> Place:
    match path:
        case ("steps", _, _, "consequence"):
            return Place(_HEARD | {"due"} | _FOLLOWS, _FOLLOWS)
        case ("steps", step, *_):
            return Place(_SPOKEN.get(step, _HEARD | {"due"}), here - _HEARD | here & {"total"})
        case ("tones", _, "intro"):
            return Place(frozenset({"creditor", "customer"}), frozenset({"creditor"}))
        case ("tones", _, "call_back") | ("limited", "body"):
            return Place(_WHO | {"slowly"}, here)
        case ("limited" | "tones", *_):
            return Place(_WHO, here)
    return Place(here, here - {"count", "invoice"})


def _texted(path: tuple[str, ...], here: frozenset[str]) -> Place:
    """A text has no page behind it: each sentence keeps its figures, but for which invoices."""
    match path:
        case ("steps", step, _, "text"):
            return Place(_TEXTED | TEXTED.get(step, frozenset()), here - {"invoices"})
        case ("steps" | "tones", *_, "call"):
            return Place(frozenset({"number"}), frozenset({"number"}))
    return Place(here, here - {"count", "invoice"})


def untold(step: str, said: Mapping[str, Any], before: Mapping[str, Any]) -> frozenset[str]:
    """Figures that a mail's step tells as it is shipped, and not in own words, and that the layout
    does not show either: the day by which an instalment saves the plan, who took a case over."""
    if step == wordings.LAST:
        return frozenset()  # what follows it is told by `consequence`, which is checked by itself
    shown = _SHOWN if step == wordings.HAND_OVER else _SHOWN | {"on"}
    return _all(before) - _all(said) - shown


def _all(said: Mapping[str, Any]) -> frozenset[str]:
    return frozenset().union(*(named_in(one) for one in said.values()))


def at(raw: Mapping[str, Any], path: tuple[str, ...]) -> object:
    """What stands at a path; None where nothing does."""
    found: Any = raw
    for key in path:
        if not isinstance(found, Mapping) or key not in found:
            return None
        found = found[key]
    return found


def sentences(value: object) -> Iterator[str]:
    """Every sentence of a value: one, its forms, or a list of such."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        for one in value.values() if isinstance(value, Mapping) else value:
            yield from sentences(one)


def named_in(value: object) -> frozenset[str]:
    """Placeholders that are named whatever the number is: by all forms of a sentence, and by any
    sentence of a list."""
    if isinstance(value, str):
        try:
            return frozenset(name for _, name, _, _ in Formatter().parse(value) if name)
        except ValueError:
            return frozenset()
    if isinstance(value, Mapping) and is_forms(value):
        return frozenset.intersection(*(named_in(one) for one in value.values()))
    if isinstance(value, list):
        return frozenset().union(*(named_in(one) for one in value))
    return frozenset()


def may_in(value: object) -> frozenset[str]:
    """Placeholders that are named by any sentence of a value."""
    return frozenset().union(*(named_in(one) for one in sentences(value)))
