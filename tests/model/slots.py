"""Two customers of whom one address is known: one person, who may be contacted once a day. Whoever
is stopped wherever, no more messages leave than that, and no place is kept for nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from dunning.adapters.memory.cell import plain_hash
from dunning.adapters.memory.persons import MemoryPersons
from dunning.domain import history, places
from dunning.domain.account import Claim
from dunning.domain.bodies import CustomerBody, InvoiceBody
from dunning.domain.calendar import DAY
from dunning.domain.customer import Address, Customer
from dunning.domain.gates import ALLOW, DEFER, ContactAttempt, Verdict
from dunning.domain.history import Record
from dunning.domain.invoice import DueItem, Invoice
from dunning.domain.places import Person, Place, person_of
from dunning.domain.policy import Rulebook
from dunning.service.reservations import Reservations
from dunning.service.settlement import Settlement

from tests.model.cell import CREDITOR, Cell, Kit
from tests.model.search import Accepted, Laws, Scenario, Slot, View
from tests.model.world import AT_ONCE, KIT, LEASE_OVER, LOADED, TO_THE_LEASE, run_alone

SHARED = "shared@example.com"
PERSON = person_of("email", plain_hash("email", SHARED))
NUMBERS = {"c4": "SI1", "c5": "SI9"}
ACCOUNTS = {name: KIT.account(name) for name in NUMBERS}


class OneADay:
    """One message in 24 hours to a person, whoever sends it."""

    ruleset = "one-a-day"

    def evaluate(self, attempt: ContactAttempt, now: int) -> Verdict:
        known = [one.at for one in attempt.account.head.recent]
        known += [one.at for one in attempt.others]
        until = max((at + DAY for at in known), default=0)
        if until > now:
            return Verdict(DEFER, until, ("one_a_day",), person_wide=True)
        return Verdict(ALLOW, person_wide=True)


def shared(kit: Kit) -> Cell:
    """Both customers with an invoice that is due, at the one address."""
    on, due = date(2026, 1, 2), date(2026, 1, 15)
    cell = kit.cell()
    for name, number in NUMBERS.items():
        address = (Address("email", SHARED, ""),)
        invoice = Invoice(number, "EUR", "invoice", date(2026, 1, 1), (DueItem(due, 10_000),))
        for body in (
            CustomerBody(on=on, customer=Customer(name, addresses=address)),
            InvoiceBody(on=on, customer=name, invoice=invoice),
        ):
            cell = run_alone(kit.record("load", body), cell, LOADED)
    return cell


def _senders(kit: Kit, *of: str) -> tuple[Slot, ...]:
    return tuple(
        Slot(
            kit.remind(f"{name} {number}", ACCOUNTS[name]),
            after=number - 1 if of[number - 1] == name and number else None,
        )
        for number, name in enumerate(of)
    )


def racing(kit: Kit) -> Scenario:
    """Three messages of the queue, two of one account, and one of them dies."""
    return Scenario("racing", shared(kit), _senders(kit, "c4", "c4", "c5"), AT_ONCE, crashes=1)


def slow(kit: Kit) -> Scenario:
    """Leases run out under owners who are alive, or have died."""
    slots = _senders(kit, "c4", "c5")
    return Scenario("slow", shared(kit), slots, TO_THE_LEASE, crashes=1)


def refused(kit: Kit) -> Scenario:
    """The provider does not take a message, and whoever is told so may die of it."""
    return Scenario(
        "not taken",
        shared(kit),
        _senders(kit, "c4", "c5"),
        TO_THE_LEASE,
        faults=1,
        fault_kinds=("throttle",),
        crashes=1,
    )


def unknown(kit: Kit) -> Scenario:
    """The provider takes a message and does not say so; the claim's lease ends."""
    late = Slot(kit.remind("late c4", ACCOUNTS["c4"]), lambda view: view.now >= LEASE_OVER)
    return Scenario(
        "unknown",
        shared(kit),
        (*_senders(kit, "c4", "c5"), late),
        TO_THE_LEASE,
        faults=1,
        fault_kinds=("timeout_after_accept",),
    )


SLOTS = (racing, slow, refused, unknown)


class SlotLaws:
    """The laws of the shared address."""

    def laws(self) -> Laws:
        return Laws(self.always, lambda view, request: None, self.at_rest)

    def always(self, view: View) -> str | None:
        """No more messages than the cap, and each of them has its place."""
        if len(view.accepted) > 1:
            return f"OVER THE CAP: {view.accepted}"
        standing = [p for p in _places(view.cell) if not p.until and p.stands(view.now)]
        if any(not any(_is(place, one) for place in standing) for one in view.accepted):
            return f"UNCOUNTED: {view.accepted}, of {standing}"
        return None

    def at_rest(self, view: View) -> str | None:
        """Once leases are over, a place stands for what was sent, or may have been, alone."""
        later = view.now + places.LEASE + 1
        for place in _places(view.cell):
            sent = any(_is(place, one) for one in view.accepted)
            if place.stands(later) and not sent and not _may_have_left(view.cell, place):
                return f"LEAK: {place}"
        return None


def _places(cell: Cell) -> tuple[Place, ...]:
    return cell.persons.read(PERSON).places


def _is(place: Place, one: Accepted) -> bool:
    whose = {number: ACCOUNTS[name] for name, number in NUMBERS.items()}
    owner = places.owner_of(PERSON, whose[one.items[0].partition("/")[0]])
    return place.is_of(owner, one.serial, one.attempt)


def _may_have_left(cell: Cell, place: Place) -> bool:
    """Whether a claim stands for the place, or its result is unknown."""
    for account in ACCOUNTS.values():
        head = cell.ledger.head(CREDITOR, account)
        if head is None or places.owner_of(PERSON, account) != place.owner:
            continue
        tried = (place.serial, place.attempt)
        if head.claim and (head.claim.serial, head.claim.attempt) == tried:
            return True
        return any(
            record.attempt is not None
            and (record.attempt.serial, record.attempt.attempt) == tried
            and record.code == history.UNKNOWN
            for record in cell.ledger.history(CREDITOR, account)
        )
    return False


# Weaker protocols.


@dataclass(frozen=True, slots=True)
class SendsUntaken(Reservations):
    """What is reserved is sent, whether or not it still stands."""

    def take(self, claim: Claim, now: int) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class NotGivenBack(Reservations):
    """What provably never left counts for ever."""

    def not_made(
        self, account: str, channel: str, address_hash: str, tried: tuple[int, int], now: int
    ) -> None:
        return


@dataclass(frozen=True, slots=True)
class GivenBackLast(Settlement):
    """The claim goes first, its place afterwards."""

    def release(
        self,
        creditor: str,
        account: str,
        claim: Claim,
        record: Record,
        rulebook: Rulebook,
        now: int,
        state: Any = None,
    ) -> bool:
        # Zero-argument super() does not work in a dataclass with slots: its class is made anew.
        done = Settlement.release(
            self, creditor, account, replace(claim, placed=False), record, rulebook, now, state
        )
        self._not_made(account, claim, now)
        return done


@dataclass(frozen=True, slots=True)
class GivenBackWhenUnknown(Settlement):
    """A claim whose lease is over gives its place back: nobody knows that it was sent."""

    def lapse(self, creditor: str, account: str, head: Any, rulebook: Rulebook, now: int) -> None:
        self._not_made(account, head.claim, now)
        Settlement.lapse(self, creditor, account, head, rulebook, now)


@dataclass(frozen=True, slots=True)
class GivesBackTheAttempts(Reservations):
    """Who loses the claim gives back whatever stands of that attempt, the winner's too."""

    def give_back(self, channel: str, address_hash: str, token: str, now: int) -> None:
        person = person_of(channel, address_hash)
        known = self.persons.read(person)
        mine = next((p for p in known.places if p.token == token), None)
        if mine is not None:
            kept = tuple(
                p for p in known.places if not p.is_of(mine.owner, mine.serial, mine.attempt)
            )
            self.persons.put(person, Person(known.rev + 1, kept, now))


class AnyRevision(MemoryPersons):
    """The last write wins."""

    def put(self, person: str, after: Person) -> bool:
        self._persons[person] = after
        return True


class EndlessLease(MemoryPersons):
    """A place that was reserved is kept like one that was taken."""

    def put(self, person: str, after: Person) -> bool:
        kept = tuple(p._replace(until=0) for p in after.places)
        return super().put(person, replace(after, places=kept))


class Weaker(NamedTuple):
    """A protocol with one rule left out or bent, the scenario that refutes it, and how."""

    name: str
    change: Callable[[Kit], Kit]
    scenario: Callable[[Kit], Scenario]
    breaks: tuple[str, ...]


WEAKER = (
    Weaker(
        "what is reserved is sent without being taken",
        lambda kit: replace(kit, reservations=SendsUntaken),
        slow,
        ("OVER THE CAP", "UNCOUNTED"),
    ),
    Weaker(
        "places are written whatever the revision",
        lambda kit: replace(kit, persons=AnyRevision),
        racing,
        ("OVER THE CAP", "UNCOUNTED"),
    ),
    Weaker(
        "a reserved place has no lease",
        lambda kit: replace(kit, persons=EndlessLease),
        racing,
        ("LEAK",),
    ),
    Weaker(
        "what never left counts",
        lambda kit: replace(kit, reservations=NotGivenBack),
        refused,
        ("LEAK",),
    ),
    Weaker(
        "the claim is released before its place",
        lambda kit: replace(kit, settlement=GivenBackLast),
        refused,
        ("LEAK",),
    ),
    Weaker(
        "an unknown result gives the place back",
        lambda kit: replace(kit, settlement=GivenBackWhenUnknown),
        unknown,
        ("OVER THE CAP", "UNCOUNTED"),
    ),
    Weaker(
        "who loses the claim gives the winner's place back",
        lambda kit: replace(kit, reservations=GivesBackTheAttempts),
        racing,
        ("OVER THE CAP", "UNCOUNTED"),
    ),
)
