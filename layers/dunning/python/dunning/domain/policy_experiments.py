"""What the policy file says of an experiment: a step's `variants`, with their shares.
Who gets which is `experiments`'.
"""

import re
from collections.abc import Callable
from decimal import Decimal

from .calendar import Duration
from .experiments import USUAL_GUARD, WHOLE, Experiment, Guard, Variant
from .policy_nodes import NEUTRAL_WORDS, Block

KEYS = ("name", "among", "control", "paid_within", "guard")
VARIANT_KEYS = ("share", "tone", "wording")
GUARD_KEYS = ("false_stops", "customers")
MOST_VARIANTS = 8
MOST_FALSE_STOPS = 20
MOST_CUSTOMERS = 1_000_000

_NAME = re.compile(r"[A-Za-z0-9._-]{1,32}\Z")
_PERCENT = re.compile(r"[0-9]{1,3}(\.[0-9]{1,2})?\Z")

ReadDuration = Callable[[Block, str], Duration | None]
"""A duration under a key, of a day or more; None where there is none."""


def experiment(
    step: Block, tones: tuple[str, ...], wordings: tuple[str, ...], duration: ReadDuration
) -> Experiment | None:
    """The experiment of a step. `wordings`: those that are true on the step's day."""
    word = step.scalar("variants")
    if word is not None and word.lower() in NEUTRAL_WORDS:
        return None
    given = step.child("variants", KEYS, ())
    if given is None:
        if step.there("variants"):
            step.problem(
                "variants", "an experiment has keys: name, paid_within, and among, with shares"
            )
        return None
    name = _name(given)
    variants = _among(given, tones, wordings)
    control = given.text("control") or (variants[0].name if variants else "")
    if variants and control not in {one.name for one in variants}:
        named = ", ".join(one.name for one in variants)
        given.problem("control", f"{control[:60]!r} is not among the variants; known: {named}")
    within = duration(given, "paid_within")
    if within is None and not given.there("paid_within"):
        given.problem(
            "paid_within", "say within how long a payment counts: {days: 14} after the notice"
        )
    return Experiment(name, variants, control, within or 1, _guard(given))


def _name(given: Block) -> str:
    name = given.text("name") or ""
    if not _NAME.match(name):
        given.problem(
            "name",
            "an experiment has a name of 1 to 32 letters, digits, dots, hyphens and underscores",
        )
    return name


def _among(given: Block, tones: tuple[str, ...], wordings: tuple[str, ...]) -> tuple[Variant, ...]:
    among = given.child("among", None, ())
    names = tuple(among.keys()) if among else ()
    if among is None or not 2 <= len(names) <= MOST_VARIANTS:
        if among is None or not among.troubled:
            given.problem(
                "among",
                f"an experiment has 2 to {MOST_VARIANTS} variants, as"
                " {usual: {share: 50}, firm: {share: 50, tone: formal}}",
            )
        return ()
    found = []
    sound = True
    for name in names:
        if not _NAME.match(name):
            among.problem(name, "a variant is named as an experiment is: up to 32 of a-z, 0-9, . _")
        one = among.child(name, VARIANT_KEYS, ())
        share = _share(one) if one else 0
        if one is None:
            among.problem(name, "a variant has a share of the customers: {share: 50}")
        sound = sound and share > 0
        tone = one.one_of("tone", tones) if one and one.has("tone") else ""
        wording = one.one_of("wording", wordings) if one and one.has("wording") else ""
        found.append(Variant(name, max(share, 1), tone, wording))
    total = sum(one.share for one in found)
    if sound and total != WHOLE:
        said = f"{Decimal(total) / 100:f}"
        given.problem("among", f"the shares come to {said} percent; let them come to 100")
    return tuple(found)


def _share(one: Block) -> int:
    """Basis points; 0 where there is a problem."""
    text = one.text("share")
    if text is None:
        if not one.troubled:
            one.problem("share", "a variant has a share of the customers, in percent: {share: 50}")
        return 0
    digits = text.removesuffix("%").strip()
    if _PERCENT.match(digits) and 0 < Decimal(digits) < 100:
        return int(Decimal(digits) * 100)
    one.problem("share", f"{text[:20]!r} is not a share above 0 and below 100 percent, as 12.5")
    return 0


def _guard(given: Block) -> Guard | None:
    word = given.scalar("guard")
    if word is not None and word.lower() in NEUTRAL_WORDS - {""}:
        return None
    guard = given.child("guard", GUARD_KEYS, ())
    if guard is None:
        return USUAL_GUARD
    return Guard(_false_stops(guard), _customers(guard))


def _false_stops(guard: Block) -> Decimal:
    text = guard.text("false_stops")
    if text is None:
        return USUAL_GUARD.false_stops
    digits = text.removesuffix("%").strip()
    if _PERCENT.match(digits) and 0 < Decimal(digits) <= MOST_FALSE_STOPS:
        return Decimal(digits)
    guard.problem(
        "false_stops", f"{text[:20]!r} is no percentage above 0 and up to {MOST_FALSE_STOPS}, as 5"
    )
    return USUAL_GUARD.false_stops


def _customers(guard: Block) -> int:
    text = guard.text("customers")
    if text is None:
        return USUAL_GUARD.customers
    if text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MOST_CUSTOMERS:
        return int(text)
    guard.problem("customers", f"{text[:20]!r} is not a whole number from 1 to {MOST_CUSTOMERS}")
    return USUAL_GUARD.customers
