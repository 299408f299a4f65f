"""Which column of a table is taken for which field: by the layout, by a mapping file's word, or by
the table of synonyms; and what is left open when two columns say the same.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from dunning.domain.fields import ReadingError, nearest, printable

from .heading_words import WORDS
from .headings import currency_in, meaning_of, normal
from .layout import Layout
from .mapping import MappingFile, answer_for
from .understood import PAYMENTS, Question

AMOUNTS: Final = ("total", "open", "paid", "net", "tax", "debit", "credit", "line", "allocated")
"""Fields of amounts: between two columns for one of these only a person can choose."""
WHO: Final = ("customer", "name", "party")

Sample = Callable[[int], Sequence[str]]
"""The first cells of a column, by its place."""


@dataclass(slots=True)
class Columns:
    """A header row, understood: the place of each field's column."""

    headings: tuple[str, ...]
    """As they stand; a second column of one heading is `Amount (2)`."""
    at: dict[str, int] = field(default_factory=dict)
    currency: str = ""
    """The currency that the heading of an amount names."""
    heading_of_currency: str = ""
    """That heading."""
    questions: list[Question] = field(default_factory=list)
    assumed: list[str] = field(default_factory=list)
    alike: list[tuple[int, int]] = field(default_factory=list)
    """Columns of amounts that say the same in the first rows: the one taken, and another."""
    empty: list[int] = field(default_factory=list)
    """Columns that would matter, and have nothing in the first rows: nor may they behind them."""
    paid_below: bool = False
    """What was paid of invoices stands below zero."""
    no_credit_seen: bool = False
    """No amount stands in the column for credit in the first rows: what they are was not asked."""

    @property
    def unused(self) -> tuple[str, ...]:
        """Headings that are taken for nothing."""
        used = set(self.at.values())
        return tuple(h for i, h in enumerate(self.headings) if h and i not in used)

    @property
    def by_field(self) -> dict[str, str]:
        """Heading by field."""
        return {name: self.headings[i] for name, i in sorted(self.at.items(), key=lambda p: p[1])}

    def lacking(self, missing: Sequence[str], row: int, layout: str) -> str:
        """The sentence for a header that lacks what every invoice has: what it lacks, what was
        found, and the words that were perhaps meant."""
        found = ", ".join(
            f"{words_for(name)} ({printable(self.headings[i])})" for name, i in self.at.items()
        )
        unknown = [heading for heading in self.unused if meaning_of(heading) is None]
        near = [(heading, nearest(heading.lower(), _spoken())) for heading in unknown[:10]]
        meant = [f"{printable(h)}: {said}" for h, said in near if said.startswith("did")]
        others = ", ".join(map(printable, unknown[:20]))
        parts = (
            f"there is no column for {' and for '.join(missing)} in row {row}",
            f"Found: {found or 'nothing'}",
            f"Not known: {others}" if others else "",
            "; ".join(meant),
            (
                f"Name the columns in a mapping file: `layout: {layout}`, and below `columns:`"
                " lines as `number: heading`"
            ),
        )
        return ". ".join(filter(None, parts))


@cache
def _spoken() -> tuple[str, ...]:
    """The words of the table of synonyms, as people write them."""
    return tuple(
        {
            word.strip().lower()
            for ranks in WORDS.values()
            for words in ranks
            for word in words.split("|")
        }
    )


def told_apart(headings: Sequence[str]) -> tuple[str, ...]:
    """Headings as a person can name them: the second of one name is `Amount (2)`."""
    seen: dict[str, int] = {}
    found = []
    for heading in headings:
        text = " ".join(heading.split())
        key = normal(text)
        seen[key] = seen.get(key, 0) + 1
        found.append(f"{text} ({seen[key]})" if key and seen[key] > 1 else text)
    return tuple(found)


def columns_by(
    headings: Sequence[str], layout: Layout | None, mapping: MappingFile, sample: Sample
) -> Columns:
    """The columns of a header row. Raises ReadingError where a mapping names a column that is not
    there."""
    found = Columns(told_apart(headings))
    keys = [normal(heading) for heading in found.headings]
    passed_over = {_place(found, keys, heading) for heading in mapping.ignore}
    for name, heading in mapping.columns.items():
        place = _place(found, keys, heading)
        if place is None:
            raise ReadingError(
                "mapping_misses",
                name,
                f"the mapping file takes the column {heading!r} for {name}, and there is none;"
                f" {nearest(heading, [h for h in found.headings if h])}",
            )
        found.at[name] = place
    free = {i for i, key in enumerate(keys) if key} - passed_over - set(found.at.values())
    if layout is not None:
        _by_layout(found, keys, layout, free)
    else:
        _by_synonyms(found, free, mapping, sample)
    _party(found, sample)
    for name in ("total", "open", "debit", "net"):
        if name in found.at and not found.currency:
            found.heading_of_currency = found.headings[found.at[name]]
            found.currency = currency_in(found.heading_of_currency)
    return found


def _place(found: Columns, keys: Sequence[str], heading: str) -> int | None:
    text = " ".join(heading.split())
    if text in found.headings:
        return found.headings.index(text)
    key = normal(text)
    return keys.index(key) if key and key in keys else None


def _by_layout(found: Columns, keys: Sequence[str], layout: Layout, free: set[int]) -> None:
    place_of: dict[str, int] = {}
    for i in sorted(free):
        place_of.setdefault(keys[i], i)
    for name, words in layout.fields.items():
        place = next((place_of[word] for word in words if word in place_of), None)
        if place is not None and name not in found.at:
            found.at[name] = place
    pairs = [
        (
            next((place_of[word] for word in amounts if word in place_of), None),
            next((place_of[word] for word in currencies if word in place_of), None),
        )
        for amounts, currencies in layout.paired
    ]
    best = max(pairs, key=lambda p: (p[0] is not None) + (None not in p), default=(None, None))
    if best[0] is not None and "total" not in found.at:
        found.at["total"] = best[0]
        if best[1] is not None:
            found.at.setdefault("currency", best[1])


def _by_synonyms(found: Columns, free: set[int], mapping: MappingFile, sample: Sample) -> None:
    candidates: dict[str, list[tuple[int, int, int]]] = {}
    for i in sorted(free):
        meaning = meaning_of(_bare(found.headings[i]))
        if meaning is not None:
            candidates.setdefault(meaning.field, []).append((meaning.rank, meaning.place, i))
    if mapping.holds == PAYMENTS:  # the number of an invoice is what a payment is for
        candidates["invoice"] = candidates.pop("number", []) or candidates.get("invoice", [])
        candidates["number"] = candidates.pop("payment_id", [])
    for name, ranked in candidates.items():
        if name in found.at or not ranked:
            continue
        ranked.sort()
        equal = [i for rank, _, i in ranked if rank == ranked[0][0]]
        if name not in AMOUNTS:
            equal = [i for _, place, i in ranked if place == ranked[0][1] and i in equal]
        chosen = _chosen(found, name, equal, sample)
        if chosen is not None:
            found.at[name] = chosen


def _bare(heading: str) -> str:
    """A heading without the `(2)` that tells it from another."""
    head, bracket, tail = heading.rpartition(" (")
    return head if bracket and tail[:-1].isdigit() and len(tail) <= 3 else heading


def _chosen(found: Columns, name: str, equal: Sequence[int], sample: Sample) -> int | None:
    """The column among those that say the same; None leaves a question."""
    filled = [i for i in equal if any(sample(i))] or list(equal[:1])
    texts = {tuple(sample(i)) for i in filled}
    if len(texts) == 1:
        found.alike += [(filled[0], i) for i in equal if i != filled[0]]
        return filled[0]
    headings = [found.headings[i] for i in filled]
    listed = " and ".join(f"{heading!r}" for heading in headings)
    what = "the amount with tax" if name == "total" else _WORDS.get(name, name)
    found.questions.append(
        Question(
            "columns",
            f"Which column is {what}: {listed}? They differ.",
            tuple(
                (answer_for(name, heading), f"{heading} is {what}, as {_example(sample(i))}")
                for heading, i in zip(headings, filled, strict=True)
            ),
        )
    )
    return None


_WORDS: Final[Mapping[str, str]] = {
    "number": "the invoice's number",
    "customer": "the customer's number",
    "name": "the customer's name",
    "issued": "the day of issue",
    "due": "the due day",
    "total": "the amount",
    "open": "what is still open",
    "paid": "what was paid",
    "net": "the amount without tax",
    "tax": "the tax",
    "settled_on": "the day of payment",
    "currency": "the currency",
    "line": "the line's amount",
}


def words_for(name: str) -> str:
    """A field in words, for a person."""
    return _WORDS.get(name, name.replace("_", " "))


def _example(cells: Sequence[str]) -> str:
    return next((cell for cell in cells if cell), "nothing")


def _party(found: Columns, sample: Sample) -> None:
    """A column headed `Customer` alone holds numbers or names: its cells tell."""
    if "party" not in found.at:
        return
    place = found.at.pop("party")
    if "customer" in found.at:
        found.at.setdefault("name", place)
    elif "name" in found.at:
        found.at["customer"] = place
    else:
        cells = [cell for cell in sample(place) if cell]
        ids = all(" " not in cell and any(map(str.isdigit, cell)) for cell in cells)
        found.at["customer" if cells and ids else "name"] = place
