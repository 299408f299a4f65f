"""What policies mean together, and whether they mean what was meant: ids twice, items that two
claim alike, policies and steps that can never come. Problems refuse a file; warnings do not.
"""

from collections.abc import Iterator
from itertools import combinations, product
from typing import NamedTuple

from .behaviour import USUAL
from .charges.fees import currencies
from .invoice import KINDS
from .policy import ACCOUNT, Band, Criteria, Policy
from .policy_nodes import Node, Problems, line_of
from .policy_steps import length, words
from .reading_parties import CUSTOMER_CLASSES

MOST_CELLS = 20_000
"""Kinds of items that are looked through for policies that none falls under."""
VOICE = "voice"
_EVERY = Band()


class Read(NamedTuple):
    """A policy with the nodes it was read from. `clear`: nothing of its criteria is a problem by
    itself; `sound`: nothing of it at all."""

    node: Node
    policy: Policy
    steps: tuple[Node, ...]
    clear: bool
    sound: bool


def judged(read: list[Read], problems: Problems, warnings: Problems) -> None:
    """All problems and warnings of policies that have been read one by one."""
    for one, other in combinations(read, 2):
        if not _same_id(one, other, problems) and one.clear and other.clear:
            _apart(one, other, problems)
    _experiments_apart(read, problems)
    sound = [one for one in read if one.sound]
    for one in sound:
        _steps_that_never_come(one, warnings)
        _days_that_are_not_meant(one, warnings)
        _minimum_that_nothing_meets(one, warnings)
        _charges_that_nothing_bears(one, warnings)
        _behaviour_that_nothing_asks_for(one, warnings)
    if len(sound) == len(read) and not problems:
        _policies_that_nothing_falls_under(read, warnings)


def _same_id(one: Read, other: Read, problems: Problems) -> bool:
    taken = one.policy.id
    if not taken or taken != other.policy.id:
        return False
    problems.add(
        other.node,
        "id",
        f"the id {taken} is taken by the policy in line {line_of(one.node)}; choose another",
    )
    return True


def _experiments_apart(read: list[Read], problems: Problems) -> None:
    """A name is one experiment's: customers and reports know it by that alone."""
    taken: dict[str, Node] = {}
    for one in read:
        for step, node in zip(one.policy.ladder, one.steps, strict=True):
            name = step.experiment.name if step.experiment else ""
            if name and name in taken:
                problems.add(
                    node,
                    "variants",
                    f"the experiment {name} is the step's in line {line_of(taken[name])} already;"
                    " give this one another name",
                )
            taken.setdefault(name, node)


def _apart(one: Read, other: Read, problems: Problems) -> None:
    """No item that two policies claim with equally many criteria."""
    first, second = one.policy, other.policy
    both = f"{first.id or '?'} (line {line_of(one.node)}) and {second.id or '?'} (this one)"
    if not first.applies_to.count and not second.applies_to.count:
        problems.add(
            other.node,
            "applies_to",
            f"{both} both have no criteria; at most one policy is the default",
        )
    elif first.applies_to.count == second.applies_to.count and overlap(
        first.applies_to, second.applies_to
    ):
        problems.add(
            other.node,
            "applies_to",
            f"{both} match the same items with equally many criteria; give one of them a further"
            " criterion",
        )


def overlap(one: Criteria, other: Criteria) -> bool:
    """Whether there can be an item that both match."""
    pairs = (
        (one.kinds, other.kinds),
        (one.segments, other.segments),
        (one.customer_classes, other.customer_classes),
    )
    if not all(not a or not b or set(a) & set(b) for a, b in pairs):
        return False
    mine, theirs = _currencies(one), _currencies(other)
    if mine is None and theirs is None:
        return True
    shared = (mine or theirs or set()) & (theirs or mine or set())
    return any(
        _meet(one.amounts.get(currency, _EVERY), other.amounts.get(currency, _EVERY))
        for currency in shared
    )


def _currencies(criteria: Criteria) -> set[str] | None:
    """The currencies that criteria leave; None: all."""
    if not criteria.amounts:
        return set(criteria.currencies) or None
    named = set(criteria.amounts)
    return named & set(criteria.currencies) if criteria.currencies else named


def _meet(one: Band, other: Band) -> bool:
    least = max(one.from_ or 0, other.from_ or 0)
    ends = [end for end in (one.to, other.to) if end is not None]
    return not ends or least < min(ends)


def _steps_that_never_come(one: Read, warnings: Problems) -> None:
    """Steps beyond the notices that max_notices allows. (With track: account the episode counts,
    and calls count nowhere.)"""
    policy = one.policy
    if policy.max_notices is None or policy.track == ACCOUNT:
        return
    sure = 0
    for step, node in zip(policy.ladder, one.steps, strict=True):
        if sure >= policy.max_notices:
            warnings.add(
                node,
                "level",
                f"level {step.level} never comes: max_notices ends the ladder after"
                f" {policy.max_notices}; raise it, or drop the step",
            )
        sure += VOICE not in step.channels and not step.early


def _days_that_are_not_meant(one: Read, warnings: Problems) -> None:
    """Steps that come on another day than they say, because of grace or of the interval."""
    policy = one.policy
    before: float | None = None
    for step, node in zip(policy.ladder, one.steps, strict=True):
        gap: float | None = None
        span = step.after_due
        if span is not None and not step.early:
            if 0 <= length(span) <= length(policy.grace) and length(policy.grace) > 0:
                warnings.add(
                    node,
                    "after_due",
                    f"level {step.level} says {words(span)} and comes later: an item is overdue"
                    f" only after the grace of {words(policy.grace)}",
                )
            gap = length(span) - before if before is not None else None
            before = length(span)
        elif step.after_previous is not None:
            gap = length(step.after_previous)
            before = None
        for key, days in (("after_due", gap), ("repeat_every", _repeat(policy, step.level))):
            if days is not None and days < length(policy.min_interval):
                warnings.add(
                    node,
                    key if step.after_previous is None or key != "after_due" else "after_previous",
                    f"level {step.level} comes later than it says: min_interval leaves"
                    f" {words(policy.min_interval)} between two notices",
                )
    if all(step.early for step in policy.ladder):
        warnings.add(
            one.node,
            "ladder",
            f"{policy.id} has no step after the due day: what is overdue is never reminded",
        )


def _repeat(policy: Policy, level: int) -> float | None:
    step = policy.step(level)
    return length(step.repeat_every) if step and step.repeat_every is not None else None


def _minimum_that_nothing_meets(one: Read, warnings: Problems) -> None:
    left = _currencies(one.policy.applies_to)
    for currency in one.policy.minimum:
        if left is not None and currency not in left:
            warnings.add(
                one.node,
                "minimum",
                f"{one.policy.id} is not for {currency}: its minimum there is never asked",
            )


def _charges_that_nothing_bears(one: Read, warnings: Problems) -> None:
    """Amounts of charges in currencies that the policy is not for."""
    left = _currencies(one.policy.applies_to)
    for step, node in zip(one.policy.ladder, one.steps, strict=True):
        for currency in dict.fromkeys(c for fee in step.charges for c in currencies(fee.rule)):
            if left is not None and currency not in left:
                warnings.add(
                    node,
                    "charges",
                    f"{one.policy.id} is not for {currency}: what level {step.level} charges in it"
                    " is never taken",
                )


def _behaviour_that_nothing_asks_for(one: Read, warnings: Problems) -> None:
    policy = one.policy
    if policy.behaviour != USUAL and not any(step.tone_by for step in policy.ladder):
        warnings.add(
            one.node,
            "behaviour",
            f"no step of {policy.id} asks how the customer has paid; write tone: by_behaviour in"
            " those that should, or drop this",
        )


class _Cell(NamedTuple):
    """One kind of item that criteria can tell from others; None: any other."""

    kind: str
    customer_class: str | None
    segment: str | None
    currency: str | None
    amount: int


def _policies_that_nothing_falls_under(read: list[Read], warnings: Problems) -> None:
    """Policies that lose every item they match to more specific ones; and a file without a
    default."""
    won: set[str] = set()
    if _number_of_cells(read) <= MOST_CELLS:
        for cell in _cells(read):
            matching = [one for one in read if _matches(one.policy.applies_to, cell)]
            if matching:
                won.add(max(matching, key=lambda one: one.policy.applies_to.count).policy.id)
        for one in read:
            if one.policy.id not in won:
                warnings.add(
                    one.node,
                    "applies_to",
                    f"no item falls under {one.policy.id} by itself: others match all of its with"
                    " more criteria; it is taken only where an invoice or customer names it",
                )
    if all(one.policy.applies_to.count for one in read):
        warnings.add(
            read[0].node,
            "applies_to",
            "no policy is the default: an item that matches none is never reminded (NO_POLICY)",
        )


def _values(read: list[Read]) -> tuple[list[str | None], list[str | None], dict[str, list[int]]]:
    """Segments, currencies, and by currency the amounts at which bands begin or end."""
    segments: set[str] = set()
    currencies: set[str] = set()
    amounts: dict[str, set[int]] = {}
    for one in read:
        criteria = one.policy.applies_to
        segments.update(criteria.segments)
        currencies.update(criteria.currencies, criteria.amounts)
        for currency, band in criteria.amounts.items():
            ends = amounts.setdefault(currency, {0})
            ends.update(end for end in band if end is not None)
    steps = {currency: sorted(ends) for currency, ends in amounts.items()}
    return [None, *sorted(segments)], [None, *sorted(currencies)], steps


def _number_of_cells(read: list[Read]) -> int:
    segments, currencies, amounts = _values(read)
    sums = sum(len(amounts.get(currency or "", [0])) for currency in currencies)
    return len(KINDS) * (len(CUSTOMER_CLASSES) + 1) * len(segments) * sums * len(read)


def _cells(read: list[Read]) -> Iterator[_Cell]:
    segments, currencies, amounts = _values(read)
    classes: list[str | None] = [None, *CUSTOMER_CLASSES]
    for kind, class_, segment, currency in product(KINDS, classes, segments, currencies):
        for amount in amounts.get(currency or "", [0]):
            yield _Cell(kind, class_, segment, currency, amount)


def _matches(criteria: Criteria, cell: _Cell) -> bool:
    if criteria.amounts:
        band = criteria.amounts.get(cell.currency or "")
        if band is None or not band.holds(cell.amount):
            return False
    return (
        (not criteria.kinds or cell.kind in criteria.kinds)
        and (not criteria.currencies or cell.currency in criteria.currencies)
        and (not criteria.segments or cell.segment in criteria.segments)
        and (not criteria.customer_classes or cell.customer_class in criteria.customer_classes)
    )
