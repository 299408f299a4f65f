"""What HEAD keeps of contacts: calls with what became of them, mails with nothing more than before,
and contacts that people tell of.
"""

from dataclasses import replace
from datetime import date

import pytest
from dunning.adapters.dynamodb.contact_codec import pack_contact, pack_full, unpack_contact
from dunning.adapters.dynamodb.contact_codec import unpack_full as unpacked_full
from dunning.domain import contacted, outcomes
from dunning.domain.account import Contact, Full, Head
from dunning.domain.bodies import FeedbackBody
from dunning.domain.calendar import DAY, parse_instant
from dunning.domain.contact.attempt import Contact as Counted
from dunning.domain.fields import ReadingError
from dunning.domain.reading import read
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.books import CREDITOR, CUSTOMER, ON, Books, invoice

NOON = parse_instant("2026-03-01T12:00:00Z")
WORDS = sorted(contacted.OF_CALLS)


def head(*recent: Contact) -> Head:
    return Head(CREDITOR, CUSTOMER, recent=recent)


def call(outcome: str = "", at: int = NOON, attempt: int = 1) -> Contact:
    return Contact(at, "voice", 5, attempt, outcome, "EUR")


def told_body(**more: object) -> dict[str, object]:
    return {
        "on": "2026-03-01",
        "type": "contact",
        "id": "t1",
        "customer": CUSTOMER,
        "channel": "voice",
        "at": "2026-03-01T12:00:00Z",
        "direction": "inbound",
    } | more


# What is made


def test_a_mail_is_kept_with_no_byte_more_than_instant_channel_and_notice() -> None:
    (kept,) = contacted.made(head(), NOON, "email", 5, 2, "EUR", outcomes.SENT)
    assert kept == Contact(NOON, "email", 5)
    assert pack_contact(kept) == f"{NOON}|e|5"


def test_a_call_is_kept_with_its_attempt_and_its_case() -> None:
    (kept,) = contacted.made(head(), NOON, "voice", 5, 2, "EUR", outcomes.SENT)
    assert kept == Contact(NOON, "voice", 5, 2, "", "EUR")
    (known,) = contacted.made(head(), NOON, "voice", 5, 2, "EUR", outcomes.BUSY)
    assert known.outcome == outcomes.BUSY
    (text,) = contacted.made(head(), NOON, "sms", 5, 2, "EUR", outcomes.BUSY)
    assert text == Contact(NOON, "sms", 5, 2, "", "EUR")


def test_a_contact_is_kept_as_long_as_the_widest_cap_counts_it() -> None:
    # 30 days in a zone that puts its clocks back: the first has 25 hours and counts from 0:00.
    begin = parse_instant("2026-10-25T00:00:00+02:00")
    end = parse_instant("2026-11-23T23:59:59+01:00")
    assert end - begin > 30 * DAY
    kept = contacted.made(head(call(at=begin)), end, "voice", 6, 1, "EUR", "")
    assert len(kept) == 2
    later = contacted.made(head(*kept), begin + contacted.RECENT, "voice", 7, 1, "EUR", "")
    assert begin not in {one.at for one in later}


# What is heard


@pytest.mark.parametrize(
    ("outcome", "connected", "conversation"),
    [
        ("", None, None),
        (outcomes.BUSY, False, False),
        (outcomes.NOT_IN_SERVICE, False, False),
        (outcomes.UNREACHED, False, False),
        (outcomes.NO_ANSWER, True, False),
        (outcomes.ANSWERED, True, None),
        (outcomes.CONVERSATION, True, True),
    ],
)
def test_what_became_of_a_call_is_what_the_rules_count(
    outcome: str, connected: bool | None, conversation: bool | None
) -> None:
    (counted,) = contacted.history(head(call(outcome)))
    assert counted == Counted("voice", NOON, connected, conversation, "EUR", False)


def test_a_mail_counts_about_every_debt_and_is_no_conversation() -> None:
    (counted,) = contacted.history(head(Contact(NOON, "email", 5)))
    assert counted == Counted("email", NOON, True, False, None, False)


def test_only_the_call_that_is_spoken_of_is_changed() -> None:
    recent = (Contact(NOON, "email", 5), call(attempt=1), call(attempt=2))
    after = contacted.heard(recent, {(5, 2)}, outcomes.BUSY)
    assert after == (recent[0], recent[1], call(outcomes.BUSY, attempt=2))


@given(st.permutations(WORDS), st.integers(0, 5))
def test_of_several_words_about_a_call_the_one_that_forbids_most_holds_in_any_order(
    words: list[str], many: int
) -> None:
    known = call()
    for word in words[: many + 1]:
        (known,) = contacted.heard((known,), {(5, 1)}, word)
    strength = [outcomes.NO_ANSWER, outcomes.ANSWERED, outcomes.CONVERSATION]
    told = [word for word in strength if word in words[: many + 1]]
    assert (known.outcome in told[-1:]) if told else known.outcome in words[: many + 1]


def test_a_word_that_is_no_calls_changes_nothing() -> None:
    assert contacted.heard((call(),), {(5, 1)}, outcomes.DELIVERED) == (call(),)


# What people tell


def test_a_call_of_the_customers_is_a_conversation_unless_it_is_said_not_to_be() -> None:
    books = Books()
    books.record(invoice("I1", 100))
    (body,) = read(told_body()).bodies
    assert books.record(body) == "accepted"  # type: ignore[arg-type]
    assert books.record(body) == "unchanged"  # type: ignore[arg-type]
    (kept,) = books.account().head.recent
    assert kept == Contact(NOON, "voice", 0, inbound=True)
    (counted,) = contacted.history(books.account().head)
    assert counted.inbound
    assert counted.conversation is not False
    (no,) = read(told_body(id="t2", at="2026-02-27T12:00:00Z", conversation=False)).bodies
    books.record(no)  # type: ignore[arg-type]
    assert books.account().head.recent == (kept,)


def test_a_persons_own_call_to_the_customer_counts_unless_it_did_not_connect() -> None:
    books = Books()
    books.record(invoice("I1", 100))
    for id_, more in {
        "t1": {"conversation": True, "currency": "EUR"},
        "t2": {"conversation": False},
        "t3": {"connected": False},
        "t4": {},
    }.items():
        (body,) = read(told_body(id=id_, direction="outbound", **more)).bodies
        books.record(body)  # type: ignore[arg-type]
    assert [(x.outcome, x.currency) for x in books.account().head.recent] == [
        (outcomes.CONVERSATION, "EUR"),
        (outcomes.NO_ANSWER, ""),
        ("", ""),
    ]


def test_of_the_customers_own_calls_of_a_day_the_last_is_kept() -> None:
    recent: tuple[Contact, ...] = ()
    for at in (NOON, NOON - 60, NOON + 60, NOON - DAY):
        recent = contacted.told(recent, Contact(at, "voice", 0, inbound=True), ON)
    assert sorted(one.at for one in recent) == [NOON - DAY, NOON + 60]


def test_what_is_too_old_to_count_is_not_kept() -> None:
    old = Contact(NOON - 40 * DAY, "voice", 0, inbound=True)
    assert contacted.told((call(at=NOON - 39 * DAY), call()), old, ON) == (call(),)


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"at": None}, "missing", "at"),
        ({"at": "yesterday"}, "bad_instant", "at"),
        ({"at": "2026-03-01T12:00:00"}, "bad_instant", "at"),
        ({"at": "2062-03-01T12:00:00Z"}, "not_yet", "at"),
        ({"direction": "sideways"}, "unknown_word", "direction"),
        ({"conversation": "perhaps"}, "bad_flag", "conversation"),
        ({"currency": "EURO"}, "bad_currency", "currency"),
        ({"channel": "smoke"}, "unknown_word", "channel"),
    ],
)
def test_a_contact_that_cannot_be_read_says_what_to_mend(
    changed: dict[str, object], code: str, field: str
) -> None:
    with pytest.raises(ReadingError) as raised:
        read(told_body(**changed))
    assert (raised.value.code, raised.value.field) == (code, field)


def test_a_persons_word_on_the_last_call_reaches_the_contact() -> None:
    (body,) = read(
        {
            "on": "2026-03-01",
            "type": "feedback",
            "id": "f1",
            "customer": CUSTOMER,
            "channel": "voice",
            "address": "+4915112345678",
            "outcome": "conversation",
        }
    ).bodies
    assert isinstance(body, FeedbackBody)
    assert body.outcome == outcomes.CONVERSATION


# How HEAD keeps it

instants = st.integers(0, 4 * 10**9)
contacts = st.builds(
    Contact,
    instants,
    st.sampled_from(["email", "voice", "sms", "letter"]),
    st.integers(0, 10**6),
    st.integers(0, 99),
    st.sampled_from(["", *WORDS]),
    st.sampled_from(["", "EUR", "JPY"]),
    st.booleans(),
)


@given(contacts)
def test_a_contact_that_is_packed_and_read_again_is_the_same(one: Contact) -> None:
    assert unpack_contact(pack_contact(one)) == one


@given(st.sampled_from(["email", "voice"]), instants, st.text("abc_|\\,~", max_size=9))
def test_an_address_without_a_place_is_read_again_as_it_was(
    channel: str, until: int, rules: str
) -> None:
    full = Full(channel, "00112233445566aa", until, rules)
    assert unpacked_full(pack_full(full)) == full


def test_contacts_written_before_calls_were_kept_are_read() -> None:
    assert unpack_contact("1795348800|v|7") == Contact(1_795_348_800, "voice", 7)
    assert replace(head(), recent=()).full == ()
    assert date(2026, 3, 1) == ON
