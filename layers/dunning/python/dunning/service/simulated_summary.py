"""What a simulation comes to: notices, contacts, charges, levels, spans, and what held items back.
Made from the lines of the runs alone; what one policy does differently is `simulated_difference`'s.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from statistics import median
from typing import TypeVar

from dunning.domain.account import VOICE
from dunning.domain.charge_documents import PREFIX
from dunning.domain.reasons import CHARGE_LISTED, sentence
from dunning.domain.told import Tells
from dunning.service.simulated_lines import Output

NAMED = 20
"""Customers that a summary names; beyond that it counts them."""
CHARGES = ("fee", "interest", "announced")

CustomerKey = tuple[str, str]
"""Creditor and customer."""
ItemKey = tuple[str, str, str, int]
"""Creditor, customer, invoice and item."""
Key = TypeVar("Key")


@dataclass(slots=True)
class Story:
    """What a customer hears, of one item or of all: from when to when, how often, how firmly."""

    first: date
    last: date
    level: int
    notices: set[str] = field(default_factory=set)

    @property
    def days(self) -> int:
        """Days from the first notice to the last."""
        return (self.last - self.first).days


@dataclass(slots=True)
class Tally:
    """The runs of one set of policies, as their lines come by."""

    name: str
    days: tuple[date, ...]
    items: dict[ItemKey, Story] = field(default_factory=dict)
    customers: dict[CustomerKey, Story] = field(default_factory=dict)
    contacts: Counter[CustomerKey] = field(default_factory=Counter)
    """Attempts that left, calls and repeats after a bounce too, by customer."""
    channels: Counter[str] = field(default_factory=Counter)
    """The same by channel."""
    levels: Counter[int] = field(default_factory=Counter)
    """Due items advanced, by the level that they were advanced to."""
    charges: dict[str, dict[str, Decimal]] = field(default_factory=dict)
    """By currency and kind."""
    handed_over: int = 0
    """Due items that were handed over."""
    beside: Counter[str] = field(default_factory=Counter)
    """What was told beside the ladder, by its kind."""
    held: Counter[str] = field(default_factory=Counter)
    """Past-due items on a run, by the reason that held them back."""
    _notices: dict[str, str] = field(default_factory=dict)
    """The channel of each notice."""
    _late: dict[ItemKey, int] = field(default_factory=dict)
    """Days after its due day on which an item is first told of; negative: before it."""
    _owing: dict[CustomerKey, str] = field(default_factory=dict)
    """Customers with an item past due on some run, and what held it last."""

    def told(self, line: Output) -> None:
        """Count a line of an item that a notice tells of."""
        run = date.fromisoformat(str(line["run"]))
        customer = (str(line["creditor"]), str(line["customer"]))
        item = (*customer, str(line["invoice"]), int(str(line["item"])))
        notice, level = str(line["notice"]), int(str(line["level"]))
        self._notices.setdefault(notice, str(line["channel"]))
        self._late.setdefault(item, (run - date.fromisoformat(str(line["due"]))).days)
        self._owing.setdefault(customer, "")
        _hear(self.items, item, run, level, notice)
        _hear(self.customers, customer, run, level, notice)
        if not line["listed"]:
            self.levels[level] += 1
        kept = self.charges.setdefault(str(line["currency"]), {})
        for kind in CHARGES:
            kept[kind] = kept.get(kind, Decimal(0)) + Decimal(str(line[kind]))

    def told_beside(self, line: Output) -> None:
        """Count a line of what is told beside the ladder."""
        self.beside[Tells.of(str(line["tells"])).kind] += 1

    def waited(self, line: Output) -> None:
        """Count a line of an item that waits, where its due day has passed. Charges are not among
        what was held back: they are asked for with what they are on, and chased with it."""
        if str(line["due"]) >= str(line["run"]):
            return
        reasons, customer = line["reasons"], (str(line["creditor"]), str(line["customer"]))
        assert isinstance(reasons, list)
        if not str(line["invoice"]).startswith(PREFIX):
            self.held[reasons[0]] += 1
        if reasons[0] == CHARGE_LISTED:
            self._owing.setdefault(customer, CHARGE_LISTED)
        else:
            self._owing[customer] = reasons[0]

    def left(self, creditor: str, customer: str, channel: str) -> None:
        """Count an attempt that left."""
        self.contacts[creditor, customer] += 1
        self.channels[channel] += 1

    @property
    def notices(self) -> Counter[str]:
        """Notices by the channel of their first attempt."""
        return Counter(self._notices.values())

    def summary(self) -> Output:
        """The summary, in the shape that docs/policies.md describes."""
        silent = sorted(customer for customer in self._owing if customer not in self.customers)
        per_customer = Counter(self.contacts[customer] for customer in self._owing)
        return {
            "summary": self.name,
            "runs": len(self.days),
            "first_run": self.days[0].isoformat() if self.days else None,
            "last_run": self.days[-1].isoformat() if self.days else None,
            "notices": self.notices.total(),
            "notices_by_channel": _sorted(self.notices),
            "told": _sorted(self.beside),
            "calls": self.channels[VOICE],
            "contacts": self.contacts.total(),
            "contacts_per_customer": {
                "mean": _rounded(self.contacts.total() / len(self._owing) if self._owing else 0),
                "most": max(self.contacts.values(), default=0),
                "customers": {str(n): count for n, count in sorted(per_customer.items())},
            },
            "customers": len(self._owing),
            "reached": len(self.customers),
            "never_reached": {
                "customers": len(silent),
                "why": _sorted(Counter(self._owing[customer] for customer in silent)),
                "some": [customer for _, customer in silent[:NAMED]],
            },
            "items": len(self.items),
            "items_by_level": {str(n): count for n, count in sorted(self.levels.items())},
            "handed_over": self.handed_over,
            "charges": {
                currency: {kind: str(kept[kind]) for kind in CHARGES}
                for currency, kept in sorted(self.charges.items())
            },
            "days_late_at_first_notice": _spread(self._late.values()),
            "first_to_last_days": {
                "items": _spread(story.days for story in self.items.values()),
                "customers": _spread(story.days for story in self.customers.values()),
            },
            "held_back": [
                {"reason": code, "item_runs": count, "sentence": sentence(code, "an item")}
                for code, count in sorted(self.held.items(), key=lambda kv: (-kv[1], kv[0]))
            ],
        }


def _hear(stories: dict[Key, Story], key: Key, run: date, level: int, notice: str) -> None:
    story = stories.get(key)
    if story is None:
        story = stories[key] = Story(run, run, level)
    story.last = max(story.last, run)
    story.level = max(story.level, level)
    story.notices.add(notice)


def _sorted(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda kv: (-kv[1], kv[0])))


def _spread(days: Iterable[int]) -> Output:
    known = sorted(days)
    if not known:
        return {"least": None, "median": None, "most": None}
    return {"least": known[0], "median": _rounded(median(known)), "most": known[-1]}


def _rounded(number: float) -> float:
    """Two decimals; a whole number has none."""
    return int(number) if number == int(number) else round(number, 2)
