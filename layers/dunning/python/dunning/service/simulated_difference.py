"""What a second set of policies would do otherwise: who hears earlier, later, more, less, of what.
Compares two tallies of the same ledger and days; what each comes to is `simulated_summary`'s.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TypeVar

from dunning.service.simulated_lines import Output
from dunning.service.simulated_summary import CHARGES, Story, Tally

EARLIER, LATER, MORE, LESS = "earlier", "later", "more", "less"
FIRMER, MILDER = "firmer", "milder"
ONLY_FIRST, ONLY_SECOND, SAME = "only_first", "only_second", "same"
Key = TypeVar("Key")
CHANGES = (EARLIER, LATER, MORE, LESS, FIRMER, MILDER, ONLY_FIRST, ONLY_SECOND, SAME)


def differences(first: Tally, second: Tally) -> Iterator[Output]:
    """A line for each customer, then for each item, that hears something else under the second."""
    for customer in sorted({*first.customers, *second.customers}):
        one, other = first.customers.get(customer), second.customers.get(customer)
        line = _difference(one, other)
        if line:
            yield {"difference": "customer", "policies": second.name, **_named(customer), **line}
    for item in sorted({*first.items, *second.items}):
        line = _difference(first.items.get(item), second.items.get(item))
        if line:
            yield {"difference": "item", "policies": second.name, **_named(item), **line}


def comparison(first: Tally, second: Tally) -> Output:
    """The difference in figures: `more` is the second less the first."""
    currencies = sorted({*first.charges, *second.charges})
    return {
        "comparison": [first.name, second.name],
        "notices": _figures(first.notices.total(), second.notices.total()),
        "contacts": _figures(first.contacts.total(), second.contacts.total()),
        "customers": _counted(first.customers, second.customers),
        "items": _counted(first.items, second.items),
        "charges": {
            currency: {kind: _charged(first, second, currency, kind) for kind in CHARGES}
            for currency in currencies
        },
    }


def changes(first: Story | None, second: Story | None) -> list[str]:
    """What is otherwise under the second; nothing where both tell the same."""
    if first is None:
        return [ONLY_SECOND] if second is not None else []
    if second is None:
        return [ONLY_FIRST]
    found = []
    pairs = (
        ((second.first - first.first).days, EARLIER, LATER),
        (len(second.notices) - len(first.notices), LESS, MORE),
        (second.level - first.level, MILDER, FIRMER),
    )
    for more, below, above in pairs:
        if more:
            found.append(below if more < 0 else above)
    return found


def _difference(first: Story | None, second: Story | None) -> Output | None:
    found = changes(first, second)
    if not found:
        return None
    days = (second.first - first.first).days if first and second else None
    return {"change": found, "days": days, "first": _told(first), "second": _told(second)}


def _told(story: Story | None) -> Output | None:
    if story is None:
        return None
    return {
        "first": story.first.isoformat(),
        "last": story.last.isoformat(),
        "notices": len(story.notices),
        "level": story.level,
    }


def _named(key: tuple[str, ...] | tuple[str, str, str, int]) -> Output:
    return dict(zip(("creditor", "customer", "invoice", "item"), key, strict=False))


def _counted(first: Mapping[Key, Story], second: Mapping[Key, Story]) -> dict[str, int]:
    """How many of all that either tells of, by change; one may have several."""
    found: Counter[str] = Counter()
    for key in {*first, *second}:
        found.update(changes(first.get(key), second.get(key)) or [SAME])
    return {change: found[change] for change in CHANGES}


def _figures(first: int, second: int) -> Output:
    return {"first": first, "second": second, "more": second - first}


def _charged(first: Tally, second: Tally, currency: str, kind: str) -> Output:
    one = first.charges.get(currency, {}).get(kind)
    other = second.charges.get(currency, {}).get(kind)
    known = one if one is not None else other
    nothing = (known or Decimal(0)) * 0
    one, other = one if one is not None else nothing, other if other is not None else nothing
    return {"first": str(one), "second": str(other), "more": str(other - one)}
