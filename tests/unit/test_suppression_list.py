"""Suppression outlives the customer: by hash, for the creditor; and who is reached wrongly."""

from datetime import date
from typing import Any

import pytest
from dunning.domain.bars import usable
from dunning.domain.bodies import FeedbackBody
from dunning.domain.contact.ruleset_gates import RulesetGates
from dunning.entry.offline import gates_of
from dunning.service.account_check import AccountCheck

from tests.unit.approving import CREDITOR, CUSTOMER, Cell
from tests.unit.deciding import at

MAIL = "a@example.com"
NO_MAIL: dict[str, Any] = {"customer": CUSTOMER}


def cell() -> Cell:
    made = Cell()
    made.invoice("A", "2026-01-15")
    return made


def use(of: Cell) -> list[str]:
    return [one.value for one in usable(of.account, "email", 1)]


def other(of: Cell, email: str) -> str:
    """Another customer of the creditor with an item for 25 January; the account's key."""
    of.say("2026-01-02", "customer", customer="c9", email=email)
    items = [{"due": "2026-01-15", "amount": "50.00"}]
    of.say("2026-01-02", "invoice", customer="c9", number="Z", currency="EUR", items=items)
    return of.ledger.account_key(CREDITOR, "c9")


def reminded(of: Cell, key: str, now: str = "2026-01-25") -> list[str]:
    """What became of messages about an account on a day; what left by mail is told as `sent`."""
    head = of.ledger.head(CREDITOR, key)
    assert head is not None
    assert head.plan.at is not None
    return [of.senders["email"].remind(CREDITOR, key, at(date.fromisoformat(now), 12))]


@pytest.mark.parametrize("how", ["opt_out", "complained", "wrong_person"])
def test_an_address_that_goes_and_comes_back_is_still_barred(how: str) -> None:
    made = cell()
    if how == "complained":
        made.say("2026-01-20", "feedback", customer=CUSTOMER, channel="email", address=MAIL,
                 outcome=how)  # fmt: skip
    else:
        made.say("2026-01-20", how, customer=CUSTOMER, channel="email", address=MAIL)
    made.say("2026-01-21", "customer", **NO_MAIL)
    assert made.account.customer.addresses == ()
    made.say("2026-01-22", "customer", **NO_MAIL, email=MAIL.upper())

    assert use(made) == []
    assert made.run("2026-01-25") == []


def test_a_customer_who_comes_back_under_another_number_is_still_left_alone() -> None:
    made = cell()
    made.say("2026-01-20", "opt_out", customer=CUSTOMER, channel="all")
    key = other(made, MAIL)

    assert reminded(made, key) == ["suppressed"]
    state = made.ledger.read(CREDITOR, key)
    assert state is not None
    assert state.head.plan.reason == "NO_USABLE_ADDRESS"


def test_the_list_knows_no_address() -> None:
    made = cell()
    made.say("2026-01-20", "opt_out", customer=CUSTOMER, channel="email", address=MAIL)

    assert MAIL not in repr(made.suppressions.__dict__)
    assert made.suppressions.__dict__["_of"]


def test_a_consent_takes_the_address_off_the_list_for_every_account() -> None:
    made = cell()
    made.say("2026-01-20", "opt_out", customer=CUSTOMER, channel="all")
    made.say("2026-01-21", "consent", customer=CUSTOMER, channel="email", text="Write to me")
    key = other(made, MAIL)

    assert reminded(made, key) == ["sent"]


def test_an_old_consent_that_comes_again_takes_nothing_off_the_list() -> None:
    made = cell()
    made.say("2026-01-10", "consent", id="k", customer=CUSTOMER, channel="email", text="Yes")
    made.say("2026-01-20", "opt_out", customer=CUSTOMER, channel="email")
    again = made.say(
        "2026-01-10", "consent", id="k", customer=CUSTOMER, channel="email", text="Yes"
    )

    assert again == "unchanged"
    hashed = made.account.customer.on("email")[0].hash
    assert made.suppressions.reason(CREDITOR, "email", hashed) == "opt_out"


def test_a_consent_whose_writer_stopped_before_the_list_is_carried_out_when_it_comes_again() -> (
    None
):
    made = cell()
    made.say("2026-01-20", "opt_out", customer=CUSTOMER, channel="email")
    lift, made.suppressions.lift_for = made.suppressions.lift_for, lambda *_: None  # type: ignore[method-assign]
    said: dict[str, Any] = {"id": "k", "customer": CUSTOMER, "channel": "email", "text": "Yes"}
    made.say("2026-01-21", "consent", **said)
    made.suppressions.lift_for = lift  # type: ignore[method-assign]
    hashed = made.account.customer.on("email")[0].hash
    assert made.suppressions.reason(CREDITOR, "email", hashed) == "opt_out"

    assert made.say("2026-01-21", "consent", **said) == "unchanged"
    assert made.suppressions.reason(CREDITOR, "email", hashed) is None


# --- somebody else is reached there -------------------------------------------------------------


def test_the_address_of_another_person_is_not_used_again_and_the_right_one_is_looked_for() -> None:
    made = cell()
    made.say("2026-01-20", "wrong_person", customer=CUSTOMER, channel="email", address=MAIL)

    assert use(made) == []
    assert list(made.tasks()) == ["find_address"]
    assert MAIL not in str(made.tasks())
    made.say("2026-01-21", "consent", customer=CUSTOMER, channel="email", text="All of them")
    assert use(made) == [], "a consent that names no address says nothing of this one"
    made.say("2026-01-21", "customer", **NO_MAIL, email=MAIL, name="Sent again")
    assert use(made) == []

    made.say("2026-01-22", "consent", customer=CUSTOMER, channel="email", address=MAIL, text="Mine")
    assert use(made) == [MAIL]


def test_the_next_channel_goes_on() -> None:
    made = Cell(
        """
policies:
  - id: std
    ladder: [{level: 1, after_due: {days: 10}, channels: [email, voice], tone: friendly}]
"""
    )
    made.invoice("A", "2026-01-15")
    made.say("2026-01-20", "wrong_person", customer=CUSTOMER, channel="email", address=MAIL)

    (send,) = made.run("2026-01-25")
    assert send.channel == "voice"


def test_no_other_account_uses_it_before_a_person_says_so_and_somebody_is_asked() -> None:
    made = cell()
    made.say("2026-01-20", "wrong_person", customer=CUSTOMER, channel="email", address=MAIL)
    key = other(made, MAIL)

    assert reminded(made, key) == ["suppressed"]
    assert len(made.tasks()["find_address"]) == 2
    made.say("2026-01-26", "consent", customer="c9", channel="email", address=MAIL, text="It is me")
    assert reminded(made, key, "2026-01-27") == ["sent"]
    assert use(made) == [], "for the first it stays another person's"


def test_a_complaint_that_a_provider_tells_is_for_the_cell_and_a_withdrawal_on_the_account() -> (
    None
):
    made = cell()
    hashed = made.account.customer.on("email")[0].hash
    rulebook = made.settings.rulebook(CREDITOR)
    assert rulebook is not None
    body = FeedbackBody(
        on=date(2026, 1, 20), id="event", customer=CUSTOMER, channel="email", address_hash=hashed,
        outcome="complained", serial=1, attempt=1,
    )  # fmt: skip
    made.bodies.record(CREDITOR, body, rulebook, at(date(2026, 1, 20), 9))

    assert made.suppressions.reason("another", "email", hashed) == "complained"
    (word,) = made.account.consents
    assert (word.source, word.revoked_at) == ("complaint", at(date(2026, 1, 20), 9))


def test_a_record_that_says_no_time_takes_nothing_off_the_list_of_an_address_that_was_refused() -> (
    None
):
    made = cell()
    made.say("2026-01-20", "opt_out", customer=CUSTOMER, channel="email")
    key = other(made, MAIL)
    fine = {"channel": "email", "text": "Mails are fine."}
    made.say("2026-01-23", "customer", customer="c9", email=MAIL, consents=[fine])

    assert reminded(made, key, "2026-01-26") == ["suppressed"]


def test_a_record_that_says_when_the_person_agreed_again_takes_the_address_off_the_list() -> None:
    made = cell()
    made.say("2026-01-20", "opt_out", customer=CUSTOMER, channel="email")
    key = other(made, MAIL)
    again = {"channel": "email", "text": "Mails are fine.", "at": "2026-01-22T09:00:00Z"}
    made.say("2026-01-23", "customer", customer="c9", email=MAIL, consents=[again])

    assert reminded(made, key, "2026-01-26") == ["sent"]


def test_what_a_new_customer_s_first_record_says_was_taken_back_bars_its_address_everywhere() -> (
    None
):
    made = cell()
    gone = {
        "channel": "email",
        "text": "Mails are fine.",
        "at": "2025-06-01T09:00:00Z",
        "revoked_at": "2026-01-15T09:00:00Z",
    }
    made.say("2026-01-20", "customer", customer="c8", email=MAIL, consents=[gone])

    assert reminded(made, made.key, "2026-01-26") == ["suppressed"]


def test_an_old_withdrawal_that_comes_late_bars_no_address_that_was_agreed_to_since() -> None:
    made = cell()
    later_on: dict[str, Any] = {"customer": CUSTOMER, "channel": "email", "text": "Yes"}
    made.say("2026-01-20", "consent", id="k", **later_on, at="2026-01-19T10:00:00Z")
    made.say("2026-01-20", "opt_out", customer=CUSTOMER, channel="email", at="2026-01-12T10:00:00Z")
    hashed = made.account.customer.on("email")[0].hash

    assert made.suppressions.reason(CREDITOR, "email", hashed) is None
    assert use(made) == [MAIL]
    made.say("2026-01-20", "opt_out", customer=CUSTOMER, channel="email", at="2026-01-19T11:00:00Z")
    assert made.suppressions.reason(CREDITOR, "email", hashed) == "opt_out"


def test_whoever_asks_first_hears_of_an_address_that_its_owner_took_back_elsewhere() -> None:
    made = cell()
    made.say("2026-01-20", "opt_out", customer=CUSTOMER, channel="email")
    other(made, MAIL)
    gates, rulebook = gates_of("standard"), made.settings.rulebook(CREDITOR)
    assert isinstance(gates, RulesetGates)
    assert rulebook is not None
    check = AccountCheck(made.ledger, gates, made.suppressions)
    found = check(CREDITOR, "c9", rulebook, at(date(2026, 1, 25), 12))
    assert found is not None
    assert (found["decision"], found["rules"][0]["code"]) == ("DENY", "suppressed")
