"""What a customer says is wrong, or paid already: items of theirs, a reason, and words; into the
ledger, with a line for a person. Nothing here posts money, and nothing judges who is right.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from dunning.domain import said_objections, said_paid
from dunning.domain.bodies import DisputeBody, HoldBody
from dunning.domain.calendar import later
from dunning.domain.card_numbers import without_card_numbers
from dunning.domain.facts import SAID_PAID, Hold
from dunning.domain.fields import ReadingError, clean_text
from dunning.domain.identity import ItemRef
from dunning.domain.invoice import OpenItem
from dunning.domain.ledger import LedgerError
from dunning.domain.money import format_amount
from dunning.domain.said_lines import OBJECTION, PAID, line_id
from dunning.service.visiting import Refused, Saying, Visit

NOT_RECEIVED, NOT_ORDERED, FAULTY = "not_received", "not_ordered", "faulty"
WRONG_AMOUNT, CANCELLED, OTHER = "wrong_amount", "cancelled", "other"
REASONS = (NOT_RECEIVED, NOT_ORDERED, FAULTY, WRONG_AMOUNT, CANCELLED, OTHER)
LONGEST_TEXT = 1_000
"""Characters of what a customer writes to it."""
LONGEST_REFERENCE = 100
MOST_ITEMS = 20
"""Items that one form is about: more is a letter, or a talk."""


def disputable(visit: Visit) -> tuple[OpenItem, ...]:
    """What can be objected to: open items that nobody has objected to yet, oldest first. Charges
    stand and fall with what they are charged on."""
    state = visit.state
    found = [
        item
        for item in state.open
        if item.charge is None and not any(one.covers(item.ref) for one in state.disputes)
    ]
    return tuple(sorted(found, key=lambda item: (item.due, item.ref)))


def payable(visit: Visit) -> tuple[OpenItem, ...]:
    """What a customer may say they have paid: what is open, charges too, oldest first."""
    return tuple(sorted(visit.state.open, key=lambda item: (item.due, item.ref)))


@dataclass(frozen=True, slots=True)
class Objecting:
    """A customer objects to items."""

    saying: Saying

    def object(
        self, visit: Visit, id_: str, refs: Collection[ItemRef], reason: str, text: str
    ) -> tuple[ItemRef, ...]:
        """Each item is disputed by itself, so that each can be resolved by itself; the items that
        wait for it, which those do not that were objected to too often. Raises Refused. Cut
        anywhere, the same form sent again goes on where it stopped."""
        wanted = _chosen(refs, disputable(visit), visit, id_)
        if reason not in REASONS:
            raise Refused("reason", "missing")
        words = _words(text, LONGEST_TEXT, "text")
        if reason == OTHER and not words:
            raise Refused("text", "missing")
        said = f"{reason}: {words}" if words else reason
        over = tuple(self.saying.bodies.accounts.ledger.ended(visit.creditor, visit.account))
        waits = tuple(ref for ref in wanted if said_objections.holds_again(over, ref))
        for place, ref in enumerate(wanted):
            if ref not in waits:
                continue
            body = DisputeBody(
                on=visit.today, id=f"{id_}-{place}", invoice=ref.invoice, item=ref.item, reason=said
            )
            try:
                self.saying.record(visit, body)
            except LedgerError as error:
                raise Refused("", "changed") from error
        told = f"{reason}, {', '.join(map(str, wanted))}"
        if len(waits) < len(wanted):
            again = ", ".join(str(ref) for ref in wanted if ref not in waits)
            told += f"; nothing waits for {again}, objected to before"
            told += f": {words}" if words else ""
        self.saying.tell(visit, line_id(OBJECTION, id_), OBJECTION, told)
        return waits


@dataclass(frozen=True, slots=True)
class SayingPaid:
    """A customer says that they have paid."""

    saying: Saying

    def paid(
        self,
        visit: Visit,
        id_: str,
        refs: Collection[ItemRef],
        amount: int | None,
        day: date | None,
        reference: str,
    ) -> bool:
        """Reminders about those items wait some days, and a person looks for the money; False: the
        person does, and nothing waits, for it was said too often before. Raises Refused."""
        items = payable(visit)
        wanted = _chosen(refs, items, visit, id_)
        currencies = sorted({item.currency for item in items if item.ref in wanted})
        if len(currencies) > 1:
            raise Refused("items", "several_currencies")
        if day is None or not later(visit.today, -said_paid.LONGEST_AGO) <= day <= visit.today:
            raise Refused("date", "bad_day")
        if amount is None or amount <= 0:
            raise Refused("amount", "bad_amount")
        words = _words(reference, LONGEST_REFERENCE, "reference")
        mine = [one for one in self._known(visit) if not one.id.startswith(id_)]
        holds = said_paid.holds_again(mine, wanted, visit.today)
        for place, ref in enumerate(wanted if holds else ()):
            body = HoldBody(
                on=visit.today,
                id=f"{id_}-{place}",
                customer=visit.customer,
                kind=SAID_PAID,
                scope="item",
                invoice=ref.invoice,
                item=ref.item,
                until=said_paid.until(visit.today),
            )
            try:
                self.saying.record(visit, body)
            except LedgerError as error:
                raise Refused("", "changed") from error
        currency = currencies[0]
        told = f"{format_amount(amount, currency)} {currency} on {day}"
        told += f", for {', '.join(map(str, wanted))}"
        told += f", reference: {words}" if words else ""
        told += f"; waits until {said_paid.until(visit.today)}" if holds else "; nothing waits"
        self.saying.tell(visit, line_id(PAID, id_), PAID, told)
        return holds

    def _known(self, visit: Visit) -> list[Hold]:
        """Holds of the account, those that a person has released among them: who looked and found
        no money has not begun the count anew."""
        ended = self.saying.bodies.accounts.ledger.ended(visit.creditor, visit.account)
        over = [one.fact for one in ended if isinstance(one.fact, Hold)]
        return [*visit.state.holds, *over]


def _chosen(
    refs: Collection[ItemRef], items: Collection[OpenItem], visit: Visit, id_: str
) -> tuple[ItemRef, ...]:
    """The items that were chosen, as they are open; what the same form said before counts as it
    did. Raises Refused."""
    known = {item.ref for item in items}
    mine = [one for one in visit.state.disputes if one.id.startswith(id_)]
    known |= {ItemRef(one.invoice, one.item) for one in mine if one.item is not None}
    if not refs:
        raise Refused("items", "missing")
    if not known.issuperset(refs):
        raise Refused("", "changed")
    if len(refs) > MOST_ITEMS:
        raise Refused("items", "too_many")
    return tuple(sorted(set(refs)))


def _words(text: str, longest: int, field: str) -> str:
    """What somebody wrote, without numbers of cards, in one line."""
    try:
        said = clean_text(" ".join(text.split()), field, longest)
    except ReadingError as error:
        raise Refused(field, error.code) from None
    return without_card_numbers(said)
