"""Consent and withdrawal through the ledger: what stands, what is over, what may be used."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from dunning.adapters.contact_rulesets import contact_ruleset
from dunning.adapters.holiday_calendars import HolidayCalendars
from dunning.adapters.memory.cell import MemorySettings, plain_hash
from dunning.adapters.phone_numbers import phone_number
from dunning.domain.bars import usable
from dunning.domain.calendar import parse_instant
from dunning.domain.consents import COMPLAINT, MAIL_LINK, Consent, taken_back
from dunning.domain.contact.agreed import consents_about
from dunning.domain.contact.evaluate import evaluate
from dunning.domain.contact.reading import read_attempt
from dunning.domain.creditor import Creditor
from dunning.entry.offline import gates_of
from dunning.service.withdrawing import Withdrawal, Withdrawing

from tests.unit.approving import CREDITOR, CUSTOMER, Cell
from tests.unit.contacting import CALL
from tests.unit.deciding import at

MAIL, PHONE = "a@example.com", "+4930123456"
BOTH = """
policies:
  - id: std
    ladder:
      - {level: 1, after_due: {days: 10}, channels: [voice, email], tone: friendly}
      - {level: 2, after_due: {days: 20}, channels: [email], tone: formal}
"""
OFFER = "You may call me with automated messages."


def cell() -> Cell:
    made = Cell(BOTH)
    made.invoice("A", "2026-01-15")
    return made


def use(of: Cell, channel: str) -> list[str]:
    """The addresses that may be used on a channel."""
    return [one.value for one in usable(of.account, channel, 1)]


def standing(of: Cell) -> list[tuple[str, str, str]]:
    return sorted((c.channel, c.source, c.text) for c in of.account.consents if c.gives)


def ended(of: Cell) -> list[tuple[Any, str]]:
    found = [one for one in of.ledger.ended(CREDITOR, of.key) if one.kind == "consent"]
    return [(one.fact, one.outcome) for one in found]


def consent(text: str = OFFER, **more: Any) -> dict[str, Any]:
    return {"channel": "voice", "text": text, **more}


def record(of: Cell, on: str, *consents: dict[str, Any], **more: Any) -> str:
    fields = {"customer": CUSTOMER, "email": MAIL, "phone": PHONE} | more
    return of.say(on, "customer", consents=list(consents), **fields)


def withdrawing(of: Cell) -> Withdrawing:
    return Withdrawing(of.bodies, of.settings)


def test_a_consent_is_kept_with_its_words_its_source_and_its_time() -> None:
    made = cell()
    made.say(
        "2026-01-20", "consent", id="k1", customer=CUSTOMER, channel="voice", text=OFFER,
        address="+49 30 123456", source="portal", at="2026-01-19T10:00:00Z", more_calls=True,
    )  # fmt: skip

    (fact,) = made.account.consents
    assert fact == Consent(
        "k1",
        date(2026, 1, 20),
        "voice",
        plain_hash("voice", "+49 30 123456"),
        OFFER,
        "portal",
        at(date(2026, 1, 19), 10),
        more_calls=True,
    )


def test_words_are_never_in_the_history() -> None:
    made = cell()
    made.say("2026-01-20", "consent", id="k1", customer=CUSTOMER, **consent("My aunt Ada agrees"))
    made.say("2026-01-21", "opt_out", id="k2", customer=CUSTOMER, channel="all", text="Go away")

    written = " ".join(str(one) for one in made.ledger.history(CREDITOR, made.key))
    assert "Ada" not in written
    assert "Go away" not in written
    assert "voice, all addresses, told by api, words " in written


def test_a_record_sent_again_leaves_the_same_consents_and_one_without_them_withdraws_none() -> None:
    made = cell()
    given = consent(at="2025-03-01T09:00:00Z")
    record(made, "2026-01-02", given)
    assert record(made, "2026-01-03", given) == "unchanged"
    assert standing(made) == [("voice", "customer", OFFER)]

    record(made, "2026-01-04", name="Another name")
    assert standing(made) == [("voice", "customer", OFFER)]


def test_a_record_that_says_no_time_is_one_consent_however_often_it_comes() -> None:
    made = cell()
    record(made, "2026-01-02", consent())
    (fact,) = made.account.consents
    record(made, "2026-02-02", consent(), name="Changed")

    assert made.account.consents == (fact,)
    assert fact.at == at(date(2026, 1, 2), 8)


def test_what_a_record_says_was_revoked_is_taken_back_and_kept_as_proof() -> None:
    made = cell()
    gone = consent(at="2025-03-01T09:00:00Z", revoked_at="2025-12-01T09:00:00Z", source="portal")
    assert record(made, "2026-01-02", gone) == "accepted"

    assert use(made, "voice") == []
    assert use(made, "email") == [MAIL]
    (proof,) = [(fact.text, fact.at, fact.revoked_at) for fact, _ in ended(made)]
    assert proof == (OFFER, at(date(2025, 3, 1), 9), at(date(2025, 12, 1), 9))
    assert record(made, "2026-01-03", gone) == "unchanged"


def test_an_old_record_that_comes_late_still_proves_a_withdrawal() -> None:
    made = cell()
    record(made, "2026-01-10", name="Newer")
    record(made, "2026-01-05", consent(revoked_at="2026-01-04T09:00:00Z"), name="Older")

    assert made.account.customer.name == "Newer"
    assert use(made, "voice") == []


@pytest.mark.parametrize("given", [consent(at="2025-03-01T09:00:00Z"), consent()])
def test_a_record_never_revives_what_was_taken_back_since(given: dict[str, Any]) -> None:
    made = cell()
    record(made, "2026-01-02", given)
    made.say("2026-01-10", "opt_out", customer=CUSTOMER, channel="voice")
    record(made, "2026-01-11", given, name="Changed")
    record(made, "2026-03-11", given, name="And again")

    assert use(made, "voice") == []
    assert standing(made) == []
    assert [how for _, how in ended(made)] == ["withdrawn"]


@pytest.mark.parametrize("of", [{"channel": "all"}, {"channel": "voice"},
                                {"channel": "voice", "address": PHONE}])  # fmt: skip
def test_a_withdrawal_that_is_heard_of_late_ends_a_consent_of_which_nobody_says_when(
    of: dict[str, Any],
) -> None:
    made = cell()
    record(made, "2026-01-20", consent())
    assert use(made, "voice") == [PHONE]
    made.say("2026-01-25", "opt_out", customer=CUSTOMER, at="2026-01-05T10:00:00Z", **of)
    assert use(made, "voice") == []

    record(made, "2026-01-26", consent())
    assert use(made, "voice") == []
    record(made, "2026-01-27", consent("Call me again", at="2026-01-24T10:00:00Z"))
    assert use(made, "voice") == [PHONE]


def test_row_23_stop_calling_bans_calls_at_once_and_leaves_mails() -> None:
    made = cell()
    made.say(
        "2026-01-25", "opt_out", hour=8, customer=CUSTOMER, channel="voice", source="call_back"
    )

    (send,) = made.run("2026-01-25", 12)
    assert send.channel == "email"


def test_everything_taken_back_leaves_nothing() -> None:
    made = cell()
    made.say("2026-01-20", "opt_out", customer=CUSTOMER, channel="all")

    assert made.run("2026-01-25") == []
    assert made.reason == "NO_USABLE_ADDRESS"


def test_one_address_taken_back_leaves_the_other() -> None:
    made = cell()
    record(made, "2026-01-02", email=[MAIL, "b@example.com"])
    made.say(
        "2026-01-20", "opt_out", customer=CUSTOMER, channel="email", address=f" {MAIL.upper()}"
    )

    assert use(made, "email") == ["b@example.com"]


def test_a_new_consent_lifts_its_own_channel_and_address_alone() -> None:
    made = cell()
    record(made, "2026-01-02", email=[MAIL, "b@example.com"])
    made.say("2026-01-20", "opt_out", customer=CUSTOMER, channel="all")
    made.say("2026-01-20", "consent", customer=CUSTOMER, channel="email", address=MAIL, text="Yes")

    assert use(made, "email") == [MAIL]
    assert use(made, "voice") == []
    made.say("2026-01-20", "opt_out", customer=CUSTOMER, channel="email")
    assert use(made, "email") == [], "within the second of the consent"


@pytest.mark.parametrize("first", ["consent", "opt_out"])
def test_times_decide_and_not_the_order_in_which_words_arrive(first: str) -> None:
    said = {
        "consent": {"channel": "voice", "text": OFFER, "at": "2026-01-03T09:00:00Z"},
        "opt_out": {"channel": "voice", "at": "2026-01-04T09:00:00Z"},
    }
    made = cell()
    made.say("2026-01-10", first, customer=CUSTOMER, **said.pop(first))
    ((second, fields),) = said.items()
    made.say("2026-01-10", second, customer=CUSTOMER, **fields)

    assert use(made, "voice") == []
    assert standing(made) == []
    assert [(fact.text, how) for fact, how in ended(made)] == [(OFFER, "withdrawn")]


def test_a_withdrawal_dated_ahead_works_at_once() -> None:
    made = cell()
    made.say("2026-01-10", "opt_out", customer=CUSTOMER, channel="voice", at="2026-06-01T00:00:00Z")

    word = taken_back(made.account.consents, "voice", "x")
    assert word is not None
    assert word.revoked_at == at(date(2026, 1, 10), 8)


def test_a_consent_of_days_to_come_is_refused() -> None:
    made = cell()
    with pytest.raises(ValueError, match="not given yet"):
        made.say(
            "2026-01-10", "consent", customer=CUSTOMER, channel="voice", at="2026-02-01T00:00:00Z"
        )


def test_a_complaint_takes_back_as_well_and_no_consent_lifts_the_provider_s_word() -> None:
    made = cell()
    made.say(
        "2026-01-20", "feedback", customer=CUSTOMER, channel="email", address=MAIL,
        outcome="complained",
    )  # fmt: skip
    assert [c.source for c in made.account.consents] == [COMPLAINT]

    made.say("2026-02-20", "consent", customer=CUSTOMER, channel="email", address=MAIL, text="Yes")
    assert use(made, "email") == []


def test_a_withdrawal_between_sweep_and_send_stops_the_message() -> None:
    made = cell()
    now = at(date(2026, 2, 5), 12)
    assert made.account.head.plan.at is not None
    assert made.account.head.plan.at <= now, "the sweep has enqueued it"
    first = withdrawing(made).withdraw(CREDITOR, made.key, Withdrawal(MAIL_LINK), now)

    assert first.outcome == "accepted"
    assert first.at == now
    for channel in ("voice", "email"):
        assert made.senders[channel].remind(CREDITOR, made.key, now) != "sent"
    assert made.recorder.sends == []


def test_a_withdrawal_while_a_message_is_prepared_loses_it_its_claim() -> None:
    made = cell()
    now = at(date(2026, 2, 5), 12)
    before = made.account.head.rev
    withdrawing(made).withdraw(CREDITOR, made.key, Withdrawal(MAIL_LINK, "voice"), now)

    assert made.account.head.rev == before + 1


def test_taking_back_twice_changes_nothing_and_after_a_consent_it_works_again() -> None:
    made = cell()
    hashed = made.account.customer.on("email")[0].hash
    said = Withdrawal(MAIL_LINK, "email", hashed)
    outcomes = []
    for day in (20, 21):
        found = withdrawing(made).withdraw(CREDITOR, made.key, said, at(date(2026, 1, day), 9))
        outcomes.append(found.outcome)
    made.say("2026-01-22", "consent", customer=CUSTOMER, channel="email", address=MAIL, text="Yes")
    assert use(made, "email") == [MAIL]
    found = withdrawing(made).withdraw(CREDITOR, made.key, said, at(date(2026, 1, 23), 9))

    assert [*outcomes, found.outcome] == ["accepted", "unchanged", "accepted"]
    assert use(made, "email") == []
    assert withdrawing(made).withdraw(CREDITOR, "acme#nobody", said, 0).outcome == "gone"


# --- what is told to the contact rules -----------------------------------------------------------


def asked(of: Cell, channel: str, now: str, **more: Any) -> tuple[str, ...]:
    """What the contact rules say of a US mobile by what the account knows of consent."""
    (address,) = of.account.customer.on("voice")
    consents = consents_about(of.account.consents, channel, address.hash)
    who = CALL | {"channel": channel, "first_party": True} | more
    attempt, _ = read_attempt(who, phone_number)
    verdict = evaluate(replace(attempt, consents=consents), RULES, parse_instant(now))
    return (verdict.decision, *verdict.codes)


RULES = contact_ruleset("us-federal")


def test_row_24_a_us_mobile_is_called_with_a_consent_and_not_once_it_is_revoked() -> None:
    made = cell()
    assert "tcpa_consent" in asked(made, "voice", "2026-06-03T15:00:00Z")
    made.say("2026-02-01", "consent", customer=CUSTOMER, **consent(address=PHONE))
    assert asked(made, "voice", "2026-06-03T15:00:00Z") == ("ALLOW",)

    made.say("2026-06-03", "opt_out", customer=CUSTOMER, channel="voice", at="2026-06-03T07:00:00Z")
    assert asked(made, "voice", "2026-06-03T06:59:59Z")[0] == "DENY", "it is known by now"
    denied = asked(made, "voice", "2026-06-03T15:00:00Z")
    assert {"DENY", "tcpa_consent", "consent_withdrawn"} <= set(denied)
    made.say("2026-06-04", "consent", customer=CUSTOMER, **consent(address=PHONE))
    assert asked(made, "voice", "2026-06-05T15:00:00Z") == ("ALLOW",)


def test_a_consent_for_one_number_is_none_for_another() -> None:
    made = cell()
    made.say("2026-02-01", "consent", customer=CUSTOMER, **consent(address="+49 30 999999"))

    assert "tcpa_consent" in asked(made, "voice", "2026-06-03T15:00:00Z")


def test_a_withdrawal_on_calls_is_told_to_the_rules_of_texts_which_share_it_from_2027_on() -> None:
    made = cell()
    made.say("2026-02-01", "opt_out", customer=CUSTOMER, channel="voice")

    assert "tcpa_revoked_all" not in asked(made, "sms", "2026-12-01T17:00:00Z")
    assert "tcpa_revoked_all" in asked(made, "sms", "2027-02-01T17:00:00Z")
    made.say("2026-02-02", "consent", customer=CUSTOMER, **consent())
    assert "tcpa_revoked_all" not in asked(made, "sms", "2027-02-01T17:00:00Z")


def test_row_25_the_limit_of_ten_business_days_skips_thanksgiving() -> None:
    made = cell()
    record(made, "2026-01-02", country="US")
    made.settings = MemorySettings(HolidayCalendars())
    made.settings.put_creditor(CREDITOR, Creditor(CREDITOR))
    friday = at(date(2026, 11, 20), 17)

    found = withdrawing(made).withdraw(CREDITOR, made.key, Withdrawal("call_back"), friday)
    assert (found.at, found.limit) == (friday, date(2026, 12, 7))


# --- from the body to the call, by the rules of the cell ------------------------------------------


def new_yorker(*consents: dict[str, Any]) -> Cell:
    """A consumer in New York with a mobile and an item that was due on 15 January."""
    made = Cell(BOTH, gates=gates_of("standard"))
    who: dict[str, Any] = {"class": "consumer", "country": "US", "region": "NY"}
    record(made, "2026-01-02", *consents, phone="+1 212 555 0100", city="Buffalo", **who)
    made.invoice("A", "2026-01-15")
    return made


def by(of: Cell, day: str) -> list[str]:
    return [send.channel for send in of.run(day, 16)]


GIVEN = consent(at="2025-03-01T09:00:00Z")


def test_row_24_the_voice_calls_whom_consent_lets_it_call() -> None:
    assert by(new_yorker(GIVEN), "2026-01-26") == ["voice"]
    assert by(new_yorker(), "2026-01-26") == ["email"]
    assert by(new_yorker(consent()), "2026-01-26") == ["voice"]
    assert by(new_yorker(consent("")), "2026-01-26") == ["email"], "words that nobody knows"


@pytest.mark.parametrize(
    ("type_", "more"),
    [
        ("opt_out", {"channel": "voice"}),
        ("opt_out", {"channel": "voice", "address": "+1 212 555 0100"}),
        ("wrong_person", {"channel": "voice", "address": "+1 212 555 0100"}),
    ],
)
def test_rows_23_and_24_a_withdrawn_consent_is_over_in_the_same_second(
    type_: str, more: dict[str, Any]
) -> None:
    made = new_yorker(GIVEN)
    made.say("2026-01-26", type_, hour=16, customer=CUSTOMER, **more)

    assert by(made, "2026-01-26") == ["email"]


def test_row_22_and_21_the_rules_and_the_ladder_say_the_same_of_a_hold() -> None:
    for kind in ("attorney", "cease"):
        made = new_yorker(GIVEN)
        made.say("2026-01-20", "hold", customer=CUSTOMER, kind=kind)
        assert by(made, "2026-01-26") == []


def test_a_withdrawal_that_comes_while_a_call_waits_for_its_hour_stops_it() -> None:
    made = new_yorker(GIVEN)
    assert made.run("2026-01-25", 12) == [], "it waits for the morning"
    assert made.account.head.plan.channel == "voice"
    made.say("2026-01-26", "opt_out", hour=6, customer=CUSTOMER, channel="voice")

    assert by(made, "2026-01-26") == ["email"]
