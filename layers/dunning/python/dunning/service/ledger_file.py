"""A ledger file as a whole, for the offline commands: its bodies by day, and what is wrong in it.
How a row becomes a body is `domain.reading`; recording it is `record_body`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from dunning.domain.bodies import AccountBody, CreditorBody, CustomerBody
from dunning.domain.fields import ReadingError
from dunning.domain.ledger import LedgerError
from dunning.domain.reading import Defaults, read
from dunning.service.ports import Row

DEFAULT_CREDITOR = "default"


@dataclass(frozen=True, slots=True)
class Stated:
    """One body, whose it is, and the row that states it."""

    row: int
    creditor: str
    body: AccountBody | CreditorBody


@dataclass(slots=True)
class LedgerFile:
    """Bodies in the order of their days, each day in the order of the file."""

    bodies: list[Stated] = field(default_factory=list)
    problems: list[tuple[int, LedgerError]] = field(default_factory=list)

    @property
    def creditors(self) -> tuple[str, ...]:
        """Whose bodies these are."""
        return tuple(dict.fromkeys(one.creditor for one in self.bodies))

    def without_body(self) -> frozenset[tuple[str, str]]:
        """Customers (with their creditor) that bodies name and no customer body describes."""
        described: set[tuple[str, str]] = set()
        named: set[tuple[str, str]] = set()
        for one in self.bodies:
            if isinstance(one.body, CustomerBody):
                described.add((one.creditor, one.body.customer.customer))
            elif not isinstance(one.body, CreditorBody):
                customer = getattr(one.body, "customer", None)
                if customer is not None:
                    named.add((one.creditor, customer))
        return frozenset(named - described)

    def days(self) -> tuple[date, date] | None:
        """The first and the last day of the file."""
        return (self.bodies[0].body.on, self.bodies[-1].body.on) if self.bodies else None


def read_ledger(rows: Iterable[Row], on: date | None = None) -> LedgerFile:
    """Read every row; a bad one is a problem, and the rest is read all the same."""
    file = LedgerFile()
    raws: list[tuple[int, Mapping[str, object]]] = []
    for row in rows:
        if row.body is not None:
            raws.append((row.number, row.body))
        else:
            file.problems.append((row.number, row.error or ReadingError("bad_row", "", "empty")))
    named = {raw["creditor"] for _, raw in raws if isinstance(raw.get("creditor"), str)}
    only = str(next(iter(named))).strip() if len(named) == 1 else DEFAULT_CREDITOR
    terms = _terms(raws, only)
    for number, raw in raws:
        creditor = str(raw.get("creditor") or only).strip()
        try:
            if len(named) > 1 and not raw.get("creditor"):
                raise ReadingError(
                    "missing", "creditor", "the file has several creditors; name the one meant"
                )
            found = read(raw, Defaults(creditor, on, terms.get(creditor)))
        except LedgerError as error:
            file.problems.append((number, error))
            continue
        file.bodies += [Stated(number, creditor, body) for body in found.bodies]
    file.bodies.sort(key=lambda one: (one.body.on, not isinstance(one.body, CreditorBody)))
    file.problems.sort(key=lambda one: one[0])
    return file


def _terms(raws: list[tuple[int, Mapping[str, object]]], only: str) -> dict[str, int]:
    """Each creditor's terms, which stand for due days that invoices leave out."""
    found: dict[str, int] = {}
    for _, raw in raws:
        if raw.get("type") != "creditor":
            continue
        try:
            for body in read(raw, Defaults(str(raw.get("creditor") or only).strip())).bodies:
                if isinstance(body, CreditorBody) and body.creditor.terms_days is not None:
                    found[body.creditor.creditor] = body.creditor.terms_days
        except LedgerError:
            continue  # it is named as a problem when its row is read
    return found
