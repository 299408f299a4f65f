"""Whatever comes in whichever order, no person is called more often than the caps allow, whoever
waits is told an instant at which the rules allow it, and which attempts need a place is told by
ruleset and attempt alone.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

import pytest
from dunning.adapters.contact_rulesets import contact_ruleset
from dunning.adapters.memory.persons import MemoryPersons
from dunning.domain import contacted, outcomes, places
from dunning.domain.account import Account, Claim, Full, Head
from dunning.domain.calendar import DAY, local_day, parse_instant
from dunning.domain.contact.attempt import Attempt
from dunning.domain.contact.evaluate import evaluate
from dunning.domain.contact.person_wide import person_wide
from dunning.domain.contact.reading import read_attempt
from dunning.domain.creditor import Creditor
from dunning.domain.customer import Address, Customer
from dunning.domain.gates import ALLOW, ContactAttempt
from dunning.domain.places import owner_of, person_of
from dunning.service.reservations import Reservations
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.contacting import CALL, GERMAN_CALL, MAIL
from tests.unit.placing import ONE_MAIL_A_DAY, STANDARD, RulesetGates, gates_by, phone_number

BEGIN = parse_instant("2026-03-01T00:00:00Z")
ZONE = "Europe/Berlin"
ADDRESS = Address("voice", "+4930123456", "00112233445566aa")
PERSON = person_of("voice", ADDRESS.hash)
CUSTOMER = Customer("c1", customer_class="consumer", country="DE", addresses=(ADDRESS,))
KEPT, LOST, UNSENT, UNKNOWN = "kept", "lost", "unsent", ""


class Try(NamedTuple):
    """One try of a creditor's, and what comes of it: the process ends before the place is taken
    (KEPT), the claim is lost, the call is not taken by the provider, or it is made: a word, or
    UNKNOWN."""

    creditor: int
    at: int
    ends: str


@dataclass
class Played:
    """Tries in the order of their instants, and the calls that rang."""

    gates: RulesetGates = field(default_factory=lambda: gates_by(STANDARD))
    persons: MemoryPersons = field(default_factory=MemoryPersons)
    heads: dict[int, Head] = field(default_factory=dict)
    rang: list[int] = field(default_factory=list)

    def play(self, number: int, one: Try) -> None:
        town = Reservations(self.persons, self.gates)
        account, token, tried = f"creditor{one.creditor}#c1", f"{number:016x}", (number + 1, 1)
        asked = self.asked(one.creditor)
        full = town.reserve(account, asked, tried, token, one.at)
        if full is not None:
            self.waits_long_enough(asked, account, tried, full, one.at)
            return
        if one.ends == LOST:
            town.give_back("voice", ADDRESS.hash, token, one.at)
        if one.ends in (LOST, KEPT):
            return
        assert town.take(_claim(token, tried), one.at)
        if one.ends == UNSENT:
            town.not_made(account, "voice", ADDRESS.hash, tried, one.at)
            return
        head = asked.account.head
        recent = contacted.made(head, one.at, "voice", *tried, "EUR", one.ends)
        self.heads[one.creditor] = replace(head, recent=recent)
        if one.ends:
            town.heard(account, "voice", ADDRESS.hash, tried, one.ends, one.at + 60)
        if one.ends not in outcomes.NOT_CONNECTED:
            self.rang.append(one.at)

    def asked(self, creditor: int) -> ContactAttempt:
        head = self.heads.setdefault(creditor, Head(f"creditor{creditor}", "c1"))
        state = Account(head, CUSTOMER)
        return ContactAttempt(state, Creditor(head.creditor), "voice", ADDRESS, "EUR", 1)

    def waits_long_enough(
        self, asked: ContactAttempt, account: str, tried: tuple[int, int], full: Full, now: int
    ) -> None:
        """At the instant that was told, the same rules allow what was asked."""
        assert full.until > now
        known = self.persons.read(PERSON)
        owner = owner_of(PERSON, account)
        more = places.others(known, owner, asked.account.head, *tried, now)
        then = self.gates.evaluate(replace(asked, others=more), full.until)
        assert then.decision == ALLOW


def _claim(token: str, tried: tuple[int, int]) -> Claim:
    serial, attempt = tried
    return Claim(
        serial, attempt, 1, token, 0, 900, "voice", "EUR", ADDRESS.hash, (), "std", 1, placed=True
    )


tries = st.lists(
    st.builds(
        Try,
        st.integers(0, 3),
        st.integers(BEGIN, BEGIN + 12 * DAY),
        st.sampled_from([KEPT, LOST, UNSENT, UNKNOWN, *sorted(contacted.OF_CALLS)]),
    ),
    min_size=2,
    max_size=20,
)


@settings(max_examples=40)
@given(tries)
def test_no_history_in_any_order_rings_a_person_more_often_than_once_a_day_and_thrice_a_week(
    order: list[Try],
) -> None:
    played = Played()
    for number, one in enumerate(sorted(order, key=lambda x: x.at)):
        played.play(number, one)
    days = [local_day(at, ZONE) for at in played.rang]
    assert len(set(days)) == len(days)
    for first in days:
        assert sum(first <= day < first + timedelta(7) for day in days) <= 3


def test_the_law_is_not_kept_by_calling_nobody() -> None:
    played = Played()
    for number, day in enumerate((2, 3, 4, 5, 9, 10)):
        noon = parse_instant(f"2026-03-{day:02}T11:00:00Z")
        played.play(number, Try(number % 3, noon, UNKNOWN))
    assert [datetime.fromtimestamp(at, UTC).day for at in played.rang] == [2, 3, 4, 9, 10]


# Which attempts need a place


def _attempt(base: dict[str, object], **changed: object) -> Attempt:
    return read_attempt(base | changed, phone_number).attempt


@pytest.mark.parametrize(
    ("base", "changed", "needs"),
    [
        (GERMAN_CALL, {}, True),
        (CALL, {}, True),
        (MAIL, {}, False),
        (MAIL, {"country": "US", "city": "New York", "region": "US-NY"}, False),
        # An agency's mails count against three contacts a week to a person in Washington.
        (MAIL, {"country": "US", "region": "US-WA", "first_party": False}, True),
        (MAIL, {"country": "US", "region": "US-WA"}, False),
        (MAIL | {"channel": "letter"}, {}, False),
        (MAIL | {"channel": "task"}, {}, False),
    ],
)
def test_what_needs_a_place_by_the_standard_rules(
    base: dict[str, object], changed: dict[str, object], *, needs: bool
) -> None:
    now = parse_instant("2026-11-23T15:00:00Z")
    assert person_wide(_attempt(base, **changed), STANDARD, now) is needs


def test_a_tenants_own_cap_on_mails_makes_each_of_them_need_a_place() -> None:
    now = parse_instant("2026-11-23T15:00:00Z")
    assert person_wide(_attempt(MAIL), ONE_MAIL_A_DAY, now)


def test_by_federal_rules_alone_only_calls_to_home_lines_do() -> None:
    now = parse_instant("2026-11-23T15:00:00Z")
    federal = contact_ruleset("us-federal")
    assert not person_wide(_attempt(CALL), federal, now)
    assert person_wide(_attempt(CALL, line_type="landline"), federal, now)
    before = parse_instant("2023-07-19T15:00:00Z")
    assert not person_wide(_attempt(CALL, line_type="landline"), federal, before)


@given(st.integers(0, 3), st.integers(0, 3))
def test_whether_a_place_is_needed_does_not_hang_on_what_was_made_before(
    mine: int, more: int
) -> None:
    now = parse_instant("2026-11-23T15:00:00Z")
    called = [{"channel": "voice", "at": f"2026-11-{20 + n}T15:00:00Z"} for n in range(mine)]
    mailed = [{"channel": "email", "at": f"2026-11-{20 + n}T15:00:00Z"} for n in range(more)]
    assert person_wide(_attempt(GERMAN_CALL, history=called + mailed), STANDARD, now)
    assert not person_wide(_attempt(MAIL, history=called + mailed), STANDARD, now)


# The rows of the notes on law that count, from what HEAD keeps


def _history(*contacts: tuple[str, str]) -> tuple[object, ...]:
    head = Head("acme", "c1")
    for number, (at, word) in enumerate(contacts):
        seconds = parse_instant(at)
        recent = contacted.made(head, seconds, "voice", number + 1, 1, "EUR", word)
        head = replace(head, recent=recent)
    return contacted.history(head)


def test_row_13_three_busy_calls_are_none_of_seven() -> None:
    rang = [(f"2026-04-0{n}T16:00:00Z", outcomes.NO_ANSWER) for n in range(1, 7)]
    busy = [(f"2026-04-0{n}T17:00:00Z", outcomes.BUSY) for n in range(1, 4)]
    attempt = replace(_attempt(CALL, debt="EUR"), history=_history(*sorted(rang + busy)))
    now = parse_instant("2026-04-07T16:00:00Z")
    assert evaluate(attempt, contact_ruleset("us-federal"), now).decision == ALLOW


def test_row_15_two_calls_in_thirty_days_are_on_head_as_long_as_massachusetts_counts_them() -> None:
    first, last = parse_instant("2026-10-18T14:00:00Z"), parse_instant("2026-11-16T22:00:00Z")
    head = Head("acme", "c1")
    for number, at in enumerate((first, first + 3_600, last)):
        recent = contacted.made(head, at, "voice", number + 1, 1, "EUR", outcomes.NO_ANSWER)
        head = replace(head, recent=recent)
    assert len(head.recent) == 3
    where = {"country": "US", "region": "US-MA", "phone": "+16175550100", "rings_at": "work"}
    attempt = replace(_attempt(CALL, debt="EUR", **where), history=contacted.history(head)[:2])
    verdict = evaluate(attempt, STANDARD, last - 60)
    assert "ma_2in30_elsewhere" in verdict.codes
    assert verdict.until is not None
    assert local_day(verdict.until, "America/New_York") == date(2026, 11, 17)
