"""An account's attempt under the contact rules: the rows of the notes on law through the mapping, a
creditor's own rules, and the laws that hold for any account.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dunning.adapters.contact_rulesets import contact_ruleset, rules_of
from dunning.adapters.phone_numbers import phone_number
from dunning.domain import outcomes
from dunning.domain.account import Account, Contact, Unusable
from dunning.domain.calendar import DAY, iso_instant, parse_instant
from dunning.domain.consents import Consent
from dunning.domain.contact.asking import attempt_of
from dunning.domain.contact.attempt import Contact as Counted
from dunning.domain.contact.evaluate import evaluate
from dunning.domain.contact.person_wide import person_wide
from dunning.domain.contact.place import place_of
from dunning.domain.contact.ruleset_gates import NOT_ENABLED, NUMBER_UNKNOWN, UNUSABLE, RulesetGates
from dunning.domain.contact.selecting import Selection, could_speak, kind_of
from dunning.domain.contact.under import Under, under
from dunning.domain.creditor import Creditor, OwnRules
from dunning.domain.customer import Address, Customer
from dunning.domain.facts import Dispute, Hold
from dunning.domain.gates import ALLOW, DEFER, DENY, REVIEW, ContactAttempt, Verdict, allows
from dunning.domain.identity import ItemRef
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.deciding import account, item

ZONES = "2026f"
GATES = RulesetGates(rules_of, phone_number, ZONES, frozenset({"email", "voice", "sms"}))
MAIL = Address("email", "anna@example.com", "hash-m")
AGREED = Consent(
    "agreed", date(2025, 1, 2), "voice", text="You may call me with automated messages.",
    at=parse_instant("2025-01-02T12:00:00Z"),
)  # fmt: skip
NEW_YORKER = Customer("c4", customer_class="consumer", country="US", region="NY")
OWES = (item("I1", due=date(2026, 2, 20), currency="USD"),)
LISTED = (ItemRef("I1", 1),)


def attempt(
    customer: Customer = NEW_YORKER,
    phone: str = "+1 212 555 0100",
    channel: str = "voice",
    *,
    party: str = "first",
    own: OwnRules = OwnRules(),  # noqa: B008
    listed: tuple[ItemRef, ...] = LISTED,
    state: Account | None = None,
    **facts: object,
) -> ContactAttempt:
    """An attempt on an account that owes USD 100 and has agreed to calls."""
    address = MAIL if channel == "email" else Address(channel, phone, "hash-v")
    known = state or account(*OWES, customer=replace(customer, addresses=(address,)))
    if "consents" not in facts:
        facts["consents"] = (AGREED,)
    head = {name: facts.pop(name) for name in ("recent", "unusable") if name in facts}
    known = replace(known, head=replace(known.head, **head), **facts)  # type: ignore[arg-type]
    return ContactAttempt(
        known, Creditor("acme", party=party), channel, address, "USD", 10_000, listed, own
    )


def said(verdict: Verdict) -> str:
    """A verdict in one line."""
    until = f" {iso_instant(verdict.until)}" if verdict.until is not None else ""
    return f"{verdict.decision}{until} {','.join(verdict.rules)}".strip()


def judged(of: ContactAttempt, now: str) -> str:
    return said(GATES.evaluate(of, parse_instant(now)))


NOON = "2026-03-10T16:00:00Z"
"""A Tuesday, noon in New York."""
LATE = "2026-03-09T01:05:00Z"
"""21:05 in New York, the evening before the clocks are put forward."""


def test_row_1_no_call_after_nine_and_the_next_one_at_eight_whatever_the_clocks() -> None:
    # The last hour to dial is ours, and says the same of the morning.
    found = judged(attempt(party="third"), LATE)
    assert found == "DEFER 2026-03-09T12:00:00Z p_us_hours,p_us_last_dial,regf_hours"
    assert judged(attempt(), NOON) == "ALLOW"


def test_row_7_a_toll_free_number_of_nobody_known_is_not_called() -> None:
    nobody = Customer("c4", customer_class="consumer")
    assert "zone_unknown" in judged(attempt(nobody, "+1 800 555 1234"), NOON)
    assert judged(attempt(nobody, "+1 800 555 1234"), NOON).startswith(DENY)


@pytest.mark.parametrize("party", ["first", "third"])
def test_row_10_a_mail_to_a_consumer_in_the_us_waits_for_the_morning(party: str) -> None:
    # New York asks collectors for a consent to mail; Illinois does not.
    there = replace(NEW_YORKER, region="Illinois")
    found = judged(attempt(there, channel="email", party=party), "2026-03-10T03:00:00Z")
    assert found.startswith("DEFER 2026-03-10T13:00:00Z ")
    assert judged(attempt(there, channel="email", party=party), NOON) == "ALLOW"


def test_row_15_massachusetts_two_calls_in_seven_days_on_one_debt() -> None:
    calls = tuple(
        Contact(parse_instant(f"{day}T16:00:00Z"), "voice", n, 1, outcomes.NO_ANSWER, "USD")
        for n, day in enumerate(("2026-03-02", "2026-03-04"))
    )
    boston = replace(NEW_YORKER, region="MA")
    found = judged(attempt(boston, "+1 617 555 0100", recent=calls), "2026-03-06T16:00:00Z")
    assert found.startswith("DEFER 2026-03-09")
    assert "ma_2in7" in found


def test_row_13_busy_calls_do_not_count() -> None:
    busy = tuple(
        Contact(parse_instant(f"2026-03-0{day}T16:00:00Z"), "voice", day, 1, outcomes.BUSY, "USD")
        for day in range(2, 6)
    )
    boston = replace(NEW_YORKER, region="MA")
    assert judged(attempt(boston, "+1 617 555 0100", recent=busy), NOON) == "ALLOW"


def test_row_17_new_york_city_counts_mails_too() -> None:
    mails = tuple(
        Contact(parse_instant(f"2026-09-0{day}T16:00:00Z"), "email", day) for day in (2, 3, 4)
    )
    city = replace(NEW_YORKER, city="Brooklyn")
    agreed = (replace(AGREED, channel="email"),)
    found = attempt(city, channel="email", recent=mails, consents=agreed)
    assert judged(found, "2026-09-05T16:00:00Z").startswith("DEFER 2026-09-09")
    assert judged(found, "2026-08-31T16:00:00Z") == "ALLOW"


def test_row_19_no_machine_calls_california() -> None:
    assert "ca_2874" in judged(attempt(replace(NEW_YORKER, region="CA"), "+1 310 555 0100"), NOON)


@pytest.mark.parametrize(
    ("kind", "code"),
    [("attorney", "p_attorney"), ("cease", "p_cease"), ("breathing_space", "p_held")],
)
def test_rows_21_22_and_30_a_hold_of_the_account_stops_every_channel(kind: str, code: str) -> None:
    holds = (Hold("h", kind, date(2026, 3, 1)),)
    german = Customer("c4", customer_class="consumer", country="DE")
    for channel in ("voice", "email"):
        asked = attempt(german, "+49 30 123456", channel, holds=holds)
        assert code in judged(asked, NOON)
        assert judged(asked, NOON).startswith(DENY)


def test_row_23_stop_calling_ends_calls_at_once_and_no_mails() -> None:
    stop = (Unusable("voice", "*", "opt_out"),)
    assert judged(attempt(unusable=stop), NOON) == "DENY suppressed"
    assert judged(attempt(channel="email", unusable=stop), NOON) == "ALLOW"


def test_row_24_a_call_to_the_us_needs_a_consent_that_nobody_took_back() -> None:
    assert judged(attempt(consents=()), NOON) == "DENY tcpa_consent"
    word = Consent("w", date(2026, 3, 10), "voice", revoked_at=parse_instant(NOON))
    taken = (AGREED, word)
    assert judged(attempt(consents=taken), "2026-03-10T15:59:59Z") == "ALLOW"
    assert judged(attempt(consents=taken), NOON).startswith("DENY")


def test_row_29_what_is_disputed_is_not_dunned_and_the_rest_is() -> None:
    dispute = (Dispute("d", "I1", date(2026, 3, 1)),)
    assert "p_dispute" in judged(attempt(disputes=dispute), NOON)
    assert judged(attempt(disputes=dispute, listed=(ItemRef("I2", 1),)), NOON) == "ALLOW"


def test_a_person_may_allow_what_was_objected_to_and_no_hour_and_no_cap() -> None:
    german = Customer("c4", customer_class="consumer", country="DE", time_zone="Europe/Berlin")
    held = (Hold("h1", "objection", date(2026, 3, 1)),)
    day, evening = parse_instant("2026-03-10T12:00:00Z"), parse_instant("2026-03-10T20:05:00Z")
    one = attempt(german, "+49 30 123456", holds=held)
    at_day = GATES.evaluate(one, day)
    assert (at_day.decision, at_day.until, at_day.person_wide) == (REVIEW, None, True)
    assert allows(at_day, reviewed=True)
    assert not allows(at_day, reviewed=False)
    late = GATES.evaluate(one, evening)
    assert (late.decision, late.until) == (REVIEW, parse_instant("2026-03-11T07:00:00Z"))
    assert not allows(late, reviewed=True)
    called = replace(one, others=(Counted("voice", day - 60),))
    assert GATES.evaluate(called, day).until == parse_instant("2026-03-11T07:00:00Z")


def test_row_32_no_machine_calls_italy_and_a_mail_goes() -> None:
    roman = Customer("c4", customer_class="business", country="IT")
    assert "it_garante" in judged(attempt(roman, "+39 06 123456"), NOON)
    assert judged(attempt(roman, channel="email"), NOON) == "ALLOW"


def test_washington_counts_the_days_that_the_oldest_listed_item_is_late() -> None:
    there = replace(NEW_YORKER, region="DC")
    mail = attempt(there, channel="email")
    assert judged(mail, "2026-03-22T16:00:00Z") == "ALLOW"
    assert "dc_message_consent" in judged(mail, "2026-03-23T16:00:00Z")


@pytest.mark.parametrize("country", ["DE", "FR", "SE", "IT", "GB", "CH", "JP", None])
@pytest.mark.parametrize("kind", ["consumer", "business", None])
def test_a_mail_outside_the_us_goes_at_any_hour_also_to_a_country_that_is_not_known(
    country: str | None, kind: str | None
) -> None:
    somebody = Customer("c4", country=country, customer_class=kind)
    for hour in range(24):
        assert judged(attempt(somebody, channel="email"), f"2026-03-15T{hour:02}:30:00Z") == "ALLOW"


def test_whom_an_agency_in_the_us_cannot_place_has_us_hours() -> None:
    somebody = attempt(Customer("c4", customer_class="consumer"), channel="email", party="third")
    agency = replace(somebody, creditor=replace(somebody.creditor, country="US"))
    # 04:30 in New York; the first hour that is good from there to Hawaii and beyond.
    assert judged(agency, "2026-03-15T08:30:00Z").startswith("DEFER 2026-03-15T1")
    assert judged(somebody, "2026-03-15T08:30:00Z") == "ALLOW"
    ours = replace(agency, creditor=replace(agency.creditor, party="first"))
    assert judged(ours, "2026-03-15T08:30:00Z") == "ALLOW"


def reached(customer: Customer, *phones: str) -> ContactAttempt:
    """A mail to a customer who has telephones as well."""
    lines = tuple(Address("voice", phone, f"hash-{phone}") for phone in phones)
    known = replace(customer, addresses=(MAIL, *lines))
    return attempt(channel="email", state=account(*OWES, customer=known), consents=())


def test_a_mail_to_the_us_waits_for_an_hour_that_is_good_at_the_number_and_at_the_address() -> None:
    chicago = Customer("c4", customer_class="consumer", country="US", region="IL")
    both = reached(chicago, "+1 310 555 0100")
    assert judged(both, "2026-03-10T13:30:00Z") == "DEFER 2026-03-10T15:00:00Z p_us_hours"
    assert judged(both, "2026-03-10T15:00:00Z") == "ALLOW"
    # From 21:00 in Chicago on it is too late there, whatever the hour in California.
    assert judged(both, "2026-03-11T02:00:00Z").startswith("DEFER 2026-03-11T15:00:00Z")
    assert judged(reached(chicago, "call me", "+49 30 123456"), "2026-03-10T13:30:00Z") == "ALLOW"


def test_a_number_tells_the_country_of_a_mail_where_nothing_else_does_and_no_state_s_rules() -> (
    None
):
    nobody = Customer("c4", customer_class="consumer")
    assert judged(reached(nobody), "2026-03-10T08:00:00Z") == "ALLOW"
    found = judged(reached(nobody, "+1 202 555 0100"), "2026-03-10T08:00:00Z")
    assert found == "DEFER 2026-03-10T12:00:00Z p_us_hours"
    # The same place without a number is known by now, and must not answer for it.
    assert judged(reached(nobody), "2026-03-10T08:00:00Z") == "ALLOW"
    german = Customer("c4", customer_class="consumer", country="DE")
    assert judged(reached(german, "+1 202 555 0100"), "2026-03-10T08:00:00Z") == "ALLOW"


def test_a_call_to_a_number_that_nobody_can_read_is_denied() -> None:
    assert judged(attempt(phone="call Anna"), NOON) == f"DENY {NUMBER_UNKNOWN}"

    def broken(text: str, country: str | None) -> None:
        raise RecursionError(text)

    gates = RulesetGates(rules_of, broken, ZONES, frozenset({"voice"}))
    assert said(gates.evaluate(attempt(), parse_instant(NOON))) == f"DENY {NUMBER_UNKNOWN}"


def test_a_mail_reads_no_number() -> None:
    def read(text: str, country: str | None) -> None:
        raise AssertionError("a number was read")

    gates = RulesetGates(rules_of, read, ZONES, frozenset({"email"}))
    assert gates.evaluate(attempt(channel="email"), parse_instant(NOON)).decision == ALLOW


def test_a_channel_that_nothing_sends_by_is_denied() -> None:
    assert judged(attempt(channel="letter"), NOON) == f"DENY {NOT_ENABLED}"


OWN = OwnRules(
    3,
    """
name = "acme"
version = "2026-11"

[[rules]]
id = "acme_one_mail"
kind = "cap"
most = 1
days = 1
per = "debt"
counts = ["email"]
when = {channels = ["email"]}
source = "our own promise to customers"
says = "One mail a day, whatever it is about."

[[overrides]]
rule = "p_us_hours"
who = "R. Roe, general counsel"
when = 2026-03-01
why = "We remind our own customers of our own invoices."
until = 2026-06-30
""",
)


def test_a_creditors_own_rule_tightens_and_its_override_shows_in_every_verdict() -> None:
    mail = attempt(channel="email", own=OWN)
    allowed = GATES.evaluate(mail, parse_instant("2026-03-10T03:00:00Z"))
    assert (allowed.decision, allowed.overrides) == (ALLOW, ("p_us_hours",))
    assert allowed.ruleset == "own-3@2026-11-22/2026f"
    over = GATES.evaluate(mail, parse_instant("2026-07-10T03:00:00Z"))
    assert (over.decision, over.overrides) == (DEFER, ())
    mailed = (Contact(parse_instant("2026-03-10T14:00:00Z"), "email", 1),)
    again = judged(attempt(channel="email", own=OWN, recent=mailed), NOON)
    assert again == "DEFER 2026-03-11T04:00:00Z acme_one_mail"


@pytest.mark.parametrize(
    "source",
    [
        "name = 1",
        "not toml",
        'name = "a"\nversion = "1"\nextends = "us-federal"',
        'name = "a"\nversion = "1"\noverrides = [{rule = "gone", who = "a", when = 2026-01-01}]',
    ],
)
def test_own_rules_that_cannot_be_used_allow_nothing(source: str) -> None:
    asked = attempt(channel="email", own=OwnRules(1, source))
    assert judged(asked, NOON) == f"DENY {UNUSABLE}"


def test_a_ruleset_that_is_looser_than_standard_is_none_to_send_by() -> None:
    asked = replace(attempt(channel="email"), creditor=Creditor("acme", ruleset="us-federal"))
    assert judged(asked, NOON) == f"DENY {UNUSABLE}"


@pytest.mark.parametrize("text", ["standard@2026-11-22/2026f", "own-3@2026-11-22/2026f -a -b_c"])
def test_what_a_record_keeps_of_the_rules_is_read_back(text: str) -> None:
    found = under(text)
    assert found is not None
    assert found.text == text
    assert under("default-1") is None
    assert Under("own-12", "v", "z").own == 12
    assert Under("standard", "v", "z").own == 0


# --- laws -----------------------------------------------------------------------------------------

FIRST = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp())
LAST = int(datetime(2028, 1, 1, tzinfo=UTC).timestamp())
STANDARD = contact_ruleset()
NUMBERS = ["+12125550100", "+13105550100", "+18005551234", "+4915112345678", "+390612345678",
           "+447911123456", "nobody", "+12195550123"]  # fmt: skip
CUSTOMERS = st.builds(
    Customer,
    customer=st.just("c4"),
    customer_class=st.sampled_from(["consumer", "sole_trader", "business", "public", None]),
    country=st.sampled_from(["US", "US", "DE", "IT", "GB", "CA", "JP", None]),
    region=st.sampled_from([None, "NY", "MA", "DC", "TX", "Florida", "CA", "BY", "no such"]),
    city=st.sampled_from([None, "Brooklyn", "Boston"]),
    time_zone=st.sampled_from([None, "America/New_York", "Europe/Berlin", "Pacific/Honolulu"]),
)


@st.composite
def asked(draw: st.DrawFn) -> tuple[ContactAttempt, int]:
    """Any account's attempt, with any facts, and an instant."""
    now = draw(st.integers(FIRST, LAST))
    some = st.integers(0, 3)
    recent = tuple(
        Contact(
            now - draw(st.integers(0, 40 * DAY)),
            draw(st.sampled_from(["voice", "email", "sms"])),
            n,
            1,
            draw(st.sampled_from(["", outcomes.BUSY, outcomes.NO_ANSWER, outcomes.CONVERSATION])),
            draw(st.sampled_from(["", "USD", "EUR"])),
        )
        for n in range(draw(some))
    )
    today = datetime.fromtimestamp(now, UTC).date()
    holds = tuple(
        Hold(f"h{n}", draw(st.sampled_from(["attorney", "talks", "cease", "restriction"])),
             today - timedelta(days=3),
             draw(st.sampled_from(["account", "invoice"])),
             draw(st.sampled_from(["I1", "I9"])),
             until=draw(st.sampled_from([None, today, today - timedelta(days=1)])))
        for n in range(draw(st.integers(0, 1)))
    )  # fmt: skip
    consents = tuple(
        replace(AGREED, id=f"c{n}", channel=channel, revoked_at=draw(st.sampled_from([None, now])))
        for n, channel in enumerate(("voice", "email", "sms"))
        if draw(st.booleans())
    )
    found = attempt(
        draw(CUSTOMERS),
        draw(st.sampled_from(NUMBERS)),
        draw(st.sampled_from(["voice", "email", "email", "sms"])),
        party=draw(st.sampled_from(["first", "third"])),
        own=draw(st.sampled_from([OwnRules(), OWN])),
        recent=recent,
        holds=holds,
        consents=consents,
        unusable=draw(
            st.sampled_from(
                [(), (Unusable("voice", "*", "opt_out"),), (Unusable("email", "x", "bounced"),)]
            )
        ),
    )
    return found, now


@settings(max_examples=150, deadline=None)
@given(asked())
def test_the_gates_say_what_all_rules_say_of_the_same_attempt(
    of: tuple[ContactAttempt, int],
) -> None:
    one, now = of
    said_by_gates = GATES.evaluate(one, now)
    mapped = attempt_of(one, phone_number, now)
    if one.channel != "email" and mapped.number is None:
        assert said_by_gates.rules == (NUMBER_UNKNOWN,)
        return
    whole = evaluate(mapped, rules_of("standard", one.own), now)
    until = whole.until if whole.decision != REVIEW else whole.waits
    assert (said_by_gates.decision, said_by_gates.until) == (whole.decision, until)
    assert set(said_by_gates.rules) <= set(whole.codes)
    assert bool(said_by_gates.rules) == bool(whole.decision != ALLOW)


@settings(max_examples=150, deadline=None)
@given(asked())
def test_what_is_not_asked_could_not_have_spoken(of: tuple[ContactAttempt, int]) -> None:
    one, now = of
    mapped = attempt_of(one, phone_number, now)
    kind = kind_of(mapped)
    left_out = tuple(rule for rule in STANDARD.rules if not could_speak(rule, kind))
    assert left_out
    assert evaluate(mapped, replace(STANDARD, rules=left_out), now).rules == ()
    kept = Selection(STANDARD).of(mapped).rules
    assert len(kept) + len(left_out) == len(STANDARD.rules)


@settings(max_examples=100, deadline=None)
@given(asked())
def test_whether_a_place_is_needed_is_the_same_by_the_rules_that_are_asked_and_by_all(
    of: tuple[ContactAttempt, int],
) -> None:
    one, now = of
    mapped = attempt_of(one, phone_number, now)
    few = Selection(STANDARD).counting(mapped)
    assert person_wide(mapped, few, now) == person_wide(mapped, STANDARD, now)


def test_an_ordinary_mail_asks_no_rule_whether_it_needs_a_place() -> None:
    german = Customer("c4", customer_class="consumer", country="DE")
    mapped = attempt_of(attempt(german, channel="email"), phone_number, parse_instant(NOON))
    assert Selection(STANDARD).counting(mapped).rules == ()


@settings(max_examples=200, deadline=None)
@given(asked())
def test_nobody_in_the_us_is_reached_outside_the_hours_of_any_place_they_may_be_at(
    of: tuple[ContactAttempt, int],
) -> None:
    one, now = of
    one = replace(one, own=OwnRules())
    person = one.account.customer
    found = GATES.evaluate(one, now)
    if found.decision != ALLOW or person.country != "US":
        return
    if person.customer_class in ("business", "public") and one.channel == "email":
        return
    for zone in place_of(attempt_of(one, phone_number, now)).zones:
        there = datetime.fromtimestamp(now, ZoneInfo(zone))
        assert 8 <= there.hour < 21, (zone, there)


@settings(max_examples=150, deadline=None)
@given(asked())
def test_a_deferral_ends_at_an_instant_that_the_same_gates_allow(
    of: tuple[ContactAttempt, int],
) -> None:
    one, now = of
    found = GATES.evaluate(one, now)
    if found.decision == DEFER:
        assert found.until is not None
        assert found.until > now
        # Days late grow meanwhile: of Washington's rules alone that could say more.
        assert attempt_of(one, phone_number, now).days_overdue is not None
        late = GATES.evaluate(one, found.until)
        assert late.decision == ALLOW or "dc_" in ",".join(late.rules)
