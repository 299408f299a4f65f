"""Caps that count a person over all creditors: a place is reserved before the claim, taken before
the message leaves, and given back where no contact came of it.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from dunning.adapters.memory.cell import plain_hash
from dunning.domain import outcomes, reasons
from dunning.domain.account import Contact
from dunning.domain.bodies import ContactMadeBody, MoneyBody
from dunning.domain.calendar import DAY, parse_instant
from dunning.domain.contact.ruleset_gates import RulesetGates
from dunning.domain.places import LEASE, Person, Place, others, owner_of, person_of
from dunning.domain.policy import Step
from dunning.service import remind
from dunning.service.account_check import AccountCheck
from dunning.service.ports import NotSent, Unclear
from dunning.service.reservations import Crowded

from tests.unit.placing import MONDAY, NUMBER, ONE_MAIL_A_DAY, Town

TUESDAY = parse_instant("2026-03-03T08:00:00+01:00")


def failing(town: Town, error: Exception) -> None:
    """The provider answers with an error from now on."""

    def send(creditor: str, message: object) -> str:
        raise error

    town.sender.send = send  # type: ignore[method-assign,assignment]


def test_a_call_of_one_creditor_counts_for_all_others_and_theirs_wait_for_the_next_day() -> None:
    town = Town()
    town.creditor("acme")
    town.creditor("bolt")
    assert town.remind("acme") == remind.SENT
    assert town.remind("bolt") == remind.FULL
    head = town.head("bolt")
    assert head.claim is None
    assert (head.plan.reason, head.plan.at) == (reasons.PERSON_CAP, TUESDAY)
    assert len(town.sender.sent) == 1
    assert town.remind("bolt", MONDAY + 60) == remind.NOT_DUE
    assert town.follow("bolt") == remind.SENT
    assert town.head("bolt").recent[0].at == parse_instant("2026-03-03T09:00:00+01:00")


def test_what_a_creditor_reads_of_it_names_no_other() -> None:
    town = Town()
    town.creditor("acme")
    account = town.creditor("bolt")
    town.remind("acme")
    town.remind("bolt")
    head = town.head("bolt")
    told = reasons.sentence(head.plan.reason, head.plan.detail)
    assert "p_1aday" in told
    assert "per person" in told
    records = list(town.ledger.history("bolt", account))
    assert "acme" not in repr((head, told, records, list(town.ledger.tasks("bolt"))))
    assert "acme" not in repr(town.person)
    assert NUMBER not in repr(town.person)


@pytest.mark.parametrize("outcome", sorted(outcomes.NOT_CONNECTED))
def test_a_call_that_did_not_connect_gives_its_place_back(outcome: str) -> None:
    town = Town()
    town.creditor("acme")
    town.creditor("bolt")
    town.remind("acme")
    assert town.heard("acme", outcome, MONDAY + 30) == "fact"
    assert town.person.places == ()
    (kept,) = town.head("acme").recent
    assert kept.outcome == outcome
    assert town.remind("bolt", MONDAY + 60) == remind.SENT


@pytest.mark.parametrize("outcome", [outcomes.NO_ANSWER, outcomes.ANSWERED, outcomes.CONVERSATION])
def test_a_call_that_rang_keeps_its_place_and_says_what_came_of_it(outcome: str) -> None:
    town = Town()
    town.creditor("acme")
    town.creditor("bolt")
    town.remind("acme")
    town.heard("acme", outcome, MONDAY + 30)
    (place,) = town.person.places
    assert place.outcome == outcome
    assert town.remind("bolt", MONDAY + 60) == remind.FULL


def test_an_event_that_is_told_twice_gives_back_once_and_no_other_call() -> None:
    town = Town()
    town.creditor("acme")
    town.creditor("bolt")
    town.remind("acme")
    town.heard("acme", outcomes.BUSY, MONDAY + 30)
    town.remind("bolt", MONDAY + 60)
    before = town.person
    assert town.heard("acme", outcomes.BUSY, MONDAY + 90) == "unchanged"
    assert town.person == before


def test_what_provably_did_not_leave_gives_its_place_back() -> None:
    town = Town()
    town.creditor("acme")
    failing(town, NotSent("throttled"))
    assert town.remind("acme") == remind.RELEASED
    assert town.person.places == ()
    assert town.head("acme").claim is None


def test_what_may_have_left_keeps_it_until_a_person_says_that_it_did_not() -> None:
    town = Town()
    account = town.creditor("acme")
    creditor = town.settings.creditor("acme")
    assert creditor is not None
    town.settings.put_creditor("acme", replace(creditor, unknown="ask"))
    town.creditor("bolt")
    failing(town, Unclear())
    assert town.remind("acme") == remind.UNCLEAR
    assert town.remind("bolt", MONDAY + 60) == remind.FULL
    assert town.remind("acme", MONDAY + LEASE + 60) == remind.LAPSED
    assert town.remind("acme", MONDAY + DAY + 60) == remind.RESOLVED
    (place,) = town.person.places
    assert not place.until
    rulebook = town.settings.rulebook("acme")
    assert rulebook is not None
    assert town.settlement.answer("acme", account, rulebook, sent=False, now=MONDAY + DAY + 90)
    assert town.person.places == ()


def test_who_loses_the_claim_gives_the_place_back() -> None:
    town = Town()
    town.creditor("acme")
    reserve = town.reservations.persons.put
    paid = MoneyBody(
        on=date(2026, 3, 2),
        type="payment",
        id="p1",
        customer="c1",
        currency="EUR",
        amount=10_000,
        value_date=date(2026, 3, 2),
    )

    def put(person: str, after: Person) -> bool:
        done = reserve(person, after)
        if after.rev == 1:
            town.record("acme", paid, MONDAY)
        return done

    town.persons.put = put  # type: ignore[method-assign]
    assert town.remind("acme") == remind.CLAIM_LOST
    assert town.person.places == ()
    assert town.sender.sent == []


def test_a_place_whose_lease_was_over_when_another_looked_is_not_sent_under() -> None:
    town = Town()
    town.creditor("acme")
    town.creditor("bolt")
    claim = town.ledger.claim
    during: list[Callable[[], str]] = [lambda: town.remind("bolt", MONDAY + LEASE + 1)]

    def slow(*args: object) -> None:
        claim(*args)  # type: ignore[arg-type]
        if during:
            assert during.pop()() == remind.SENT

    town.ledger.claim = slow  # type: ignore[method-assign,assignment]
    assert town.remind("acme") == remind.RELEASED
    assert [one.creditor for one in town.sender.sent] == ["bolt"]
    assert town.head("acme").claim is None
    assert town.remind("acme", MONDAY + LEASE + 300) == remind.FULL


def test_a_mail_that_no_such_cap_speaks_of_asks_for_no_place() -> None:
    town = Town(channel="email")
    town.creditor("acme")
    assert town.remind("acme") == remind.SENT
    assert town.persons.calls == 0
    (kept,) = town.head("acme").recent
    assert kept == Contact(MONDAY, "email", 1)


def test_a_mail_asks_for_one_where_a_tenants_cap_counts_persons() -> None:
    town = Town(ONE_MAIL_A_DAY, "email")
    town.creditor("acme")
    town.creditor("bolt")
    assert town.remind("acme") == remind.SENT
    assert town.remind("bolt") == remind.FULL


def test_two_cases_of_one_account_due_in_the_same_second_are_two_messages_to_a_cap_of_one() -> None:
    town = Town(ONE_MAIL_A_DAY, "email")
    town.creditor("acme", "EUR", "USD", ladder=(Step(1, ("email",), after_due=10),))
    assert town.remind("acme") == remind.SENT
    assert town.remind("acme") == remind.NOT_DUE
    head = town.head("acme")
    assert head.plan.at is not None
    assert head.plan.at >= parse_instant("2026-03-03T00:00:00+01:00")
    assert len(town.sender.sent) == 1
    assert town.follow("acme") == remind.SENT
    assert {one.message.text.split("/")[0] for one in town.sender.sent} == {"I-EUR", "I-USD"}


def test_a_call_that_a_person_tells_of_counts_for_others_once() -> None:
    town = Town()
    town.creditor("acme")
    town.creditor("bolt")
    body = ContactMadeBody(
        on=date(2026, 3, 2),
        id="t1",
        customer="c1",
        channel="voice",
        at=MONDAY - 60,
        inbound=False,
        address=NUMBER,
    )
    assert town.record("acme", body, MONDAY) == "accepted"
    assert town.record("acme", body, MONDAY) == "unchanged"
    assert len(town.person.places) == 1
    assert town.remind("bolt") == remind.FULL
    # Its own creditor has it on HEAD, and counts it once.
    assert town.head("acme").plan.reason == reasons.DEFERRED


def test_a_sender_without_reservations_makes_no_contact_that_needs_one() -> None:
    town = Town()
    town.creditor("acme")
    bare = replace(town.reminders, reservations=None)
    with pytest.raises(LookupError):
        bare.remind("acme", town.ledger.account_key("acme", "c1"), MONDAY)
    assert town.sender.sent == []


def test_who_never_gets_a_word_in_leaves_the_account_to_the_agenda() -> None:
    town = Town()
    town.creditor("acme")
    town.persons.put = lambda person, after: False  # type: ignore[method-assign]
    with pytest.raises(Crowded):
        town.remind("acme")
    assert town.head("acme").claim is None


def test_an_answer_that_does_not_come_sends_nothing_and_gives_the_claim_back() -> None:
    town = Town()
    town.creditor("acme")
    put = town.persons.put
    lost = [ConnectionError("no answer")]

    def failing_once(person: str, after: Person) -> bool:
        if any(not place.until for place in after.places) and lost:
            raise lost.pop()
        return put(person, after)

    town.persons.put = failing_once  # type: ignore[method-assign]
    with pytest.raises(ConnectionError):
        town.remind("acme")
    assert town.head("acme").claim is None
    assert town.sender.sent == []
    assert town.person.places == ()


def test_an_accounts_own_contact_whose_result_is_unknown_counts_for_its_next_notice() -> None:
    person = person_of("voice", plain_hash("voice", NUMBER))
    mine = owner_of(person, "acme#c1")
    place = Place("t", MONDAY, "voice", mine, 3, 1, "EUR")
    town = Town()
    town.creditor("acme")
    head = town.head("acme")
    known = replace(head, recent=(Contact(MONDAY, "voice", 3, 1, "", "EUR"),))
    kept = Person(1, (place,), MONDAY)
    assert [one.debt for one in others(kept, mine, head, 4, 1, MONDAY)] == ["EUR"]
    assert others(kept, mine, known, 4, 1, MONDAY) == ()
    assert others(kept, mine, head, 3, 1, MONDAY) == ()
    assert [one.debt for one in others(kept, "other", known, 4, 1, MONDAY)] == [mine]


def test_whoever_asks_first_hears_of_the_calls_of_others_and_not_whose_they_were() -> None:
    town = Town()
    town.creditor("acme")
    town.creditor("bolt")
    rulebook = town.settings.rulebook("bolt")
    gates = town.accounts.gates
    assert rulebook is not None
    assert isinstance(gates, RulesetGates)
    check = AccountCheck(town.ledger, gates, None, town.persons)
    before = check("bolt", "c1", rulebook, MONDAY + 60)
    assert before is not None
    assert before["decision"] == "ALLOW"

    town.remind("acme")
    after = check("bolt", "c1", rulebook, MONDAY + 60)
    assert after is not None
    assert (after["decision"], after["until"]) == ("DEFER", "2026-03-03T07:00:00Z")
    assert "acme" not in repr(after)
    (place,) = town.person.places  # to ask reserves nothing
    assert place.at == MONDAY
