"""What was with each item on a day that is over, as the record tells it: documents, postings, facts
and attempts of that time. No policy of today is asked; what nobody wrote down is not made up.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import NamedTuple, TypeVar

from dunning.domain import history, reasons
from dunning.domain.account import Account, Plan
from dunning.domain.approval import HandedOver
from dunning.domain.calendar import local_day
from dunning.domain.facts import Dispute, Hold, Promise
from dunning.domain.history import Record
from dunning.domain.holding import holding, until_of
from dunning.domain.identity import ItemRef
from dunning.domain.invoice import Invoice
from dunning.domain.money import format_amount
from dunning.domain.payment_plans import ACTIVE, PaymentPlan
from dunning.domain.reasons import sentence, what_was_needed
from dunning.service.ports import Ledger

Output = dict[str, object]
Fact = TypeVar("Fact", Dispute, Hold, Promise, PaymentPlan, HandedOver)
CAME = frozenset({history.SENT, history.PRESUMED_SENT})
"""Outcomes after which an item counts as told."""


class Told(NamedTuple):
    """The newest notice that told of an item, by a day."""

    day: date
    level: int
    policy: str
    version: int


@dataclass(frozen=True)
class Then:
    """One account as it stood at the end of a day, from its records. `held`: that day's plan."""

    ledger: Ledger
    creditor: str
    account: str
    state: Account
    day: date
    zone: str
    held: Plan
    records: Sequence[Record]

    @cached_property
    def then(self) -> Account:
        """The account with the facts of that day."""
        return self._standing()

    def items(self, number: str | None = None) -> Iterator[Output]:
        """A line for each item that was open, of one invoice also where it was not, with the reason
        that the record knows."""
        told, known = self._told(), self._known()
        spent = self._spent()
        for invoice in self._invoices(number):
            day = known.get(invoice.number, (invoice.issued, False))
            for place, item in enumerate(invoice.items, 1):
                ref = ItemRef(invoice.number, place)
                left = item.amount - spent.get(ref, 0)
                unknown = day[0] > self.day
                if (unknown or left <= 0) and number is None:
                    continue
                last = told.get(ref)
                codes = self._codes(ref, item.due, last, unknown=unknown, settled=left <= 0)
                line: Output = {
                    "creditor": self.creditor,
                    "customer": self.state.head.customer,
                    "kind": "ITEM",
                    "on": self.day.isoformat(),
                    "invoice": ref.invoice,
                    "item": ref.item,
                    "due": item.due.isoformat(),
                    "open": format_amount(0 if unknown else max(left, 0), invoice.currency),
                    "level": last.level if last else 0,
                    "last_notice": last.day.isoformat() if last else None,
                    "policy": last.policy if last else None,
                    "policy_version": last.version if last else None,
                    "reason": codes[0],
                    "reasons": codes,
                    "sentence": sentence(codes[0], self._detail(codes[0], ref)),
                    "needed": what_was_needed(codes[0]),
                    "read_from": "record",
                }
                if day[1]:
                    line["amended_since"] = True
                yield line

    def _codes(
        self, ref: ItemRef, due: date, last: Told | None, *, unknown: bool, settled: bool
    ) -> list[str]:
        """What held the item that day, as far as it was written down."""
        if unknown:
            return [reasons.NOT_KNOWN_YET]
        if settled:
            return [reasons.ITEM_SETTLED]
        if last is not None and last.day == self.day:
            return [reasons.STEP_DUE]
        codes = self._facts(ref)
        if self.held.reason not in reasons.ABOUT_AN_ITEM or self.held.detail == str(ref):
            codes.append(self.held.reason)
        elif not codes:
            # The plan tells of the item that comes first; this one's own day came later.
            codes.append(reasons.NOT_OVERDUE if due >= self.day else reasons.STEP_NOT_DUE)
        return list(dict.fromkeys(codes))

    def _detail(self, code: str, ref: ItemRef) -> str:
        of_account = code == self.held.reason and code not in reasons.ABOUT_AN_ITEM
        return self.held.detail if of_account and self.held.detail else str(ref)

    def _facts(self, ref: ItemRef) -> list[str]:
        """What held the item back by itself that day, the longest first."""
        waits = holding(self.then, ref, None, self.day, None)
        return [wait.reason for wait in sorted(waits, key=until_of, reverse=True)]

    def _standing(self) -> Account:
        """The account with the facts of that day: those that stand, and those that ended since."""
        state = self.state
        facts: list[object] = [
            *state.disputes, *state.holds, *state.promises, *state.plans, *state.handed_over,
        ]  # fmt: skip
        ended = self.ledger.ended(self.creditor, self.account)
        facts += [one.fact for one in ended if one.on > self.day]
        plans = [
            replace(plan, state=ACTIVE) if plan.was_in_force(self.day) else plan
            for plan in self._of(PaymentPlan, facts)
        ]
        handed = [
            replace(fact, back=None) if fact.back and fact.back > self.day else fact
            for fact in self._of(HandedOver, facts)
        ]
        return replace(
            state,
            disputes=self._of(Dispute, facts),
            holds=self._of(Hold, facts),
            promises=self._of(Promise, facts),
            plans=tuple(plans),
            handed_over=tuple(handed),
        )

    def _of(self, kind: type[Fact], facts: Sequence[object]) -> tuple[Fact, ...]:
        return tuple(one for one in facts if isinstance(one, kind) and one.on <= self.day)

    def _invoices(self, number: str | None) -> Iterator[Invoice]:
        if number is None:
            yield from self.ledger.invoices(self.creditor, self.account)
        elif found := self.ledger.invoice(self.creditor, self.account, number):
            yield found

    def _spent(self) -> Mapping[ItemRef, int]:
        """What postings known by that day had taken off each item; what was given back is back."""
        spent: dict[ItemRef, int] = {}
        for posting in self.ledger.postings(self.creditor, self.account):
            if posting.on <= self.day:
                for ref, amount in posting.allocations:
                    spent[ref] = spent.get(ref, 0) + amount
        return spent

    def _known(self) -> dict[str, tuple[date, bool]]:
        """From which day each invoice was known, and whether it has been amended since."""
        found: dict[str, tuple[date, bool]] = {}
        for record in self.records:
            if record.kind != history.FACT:
                continue
            day = local_day(record.at, self.zone)
            if record.code == "invoice":
                found.setdefault(record.id, (day, False))
            elif record.code == history.AMENDED and record.id in found and day > self.day:
                found[record.id] = (found[record.id][0], True)
        return found

    def _told(self) -> dict[ItemRef, Told]:
        """The newest notice by that day of each item: what left, or was known by then to have."""
        by_serial: dict[int, Record] = {}
        found: dict[ItemRef, Told] = {}
        for record in self.records:
            if local_day(record.at, self.zone) > self.day:
                break
            made: Record | None = None
            if record.attempt is not None:
                by_serial[record.attempt.serial] = record
                made = record if record.code in CAME else None
            elif record.kind == history.SETTLED and record.code in CAME and record.id.isdigit():
                made = by_serial.get(int(record.id))
            if made is None or made.attempt is None:
                continue
            attempt, day = made.attempt, local_day(made.at, self.zone)
            for said in attempt.said:
                found[said.ref] = Told(day, said.level, attempt.policy, attempt.version)
        return found
