"""The rows of the notes on law (compliance.md, section 7) that speak of contact, by their numbers,
to the minute. Each row has a test of its own; the figures are the rows'.
"""

from datetime import date

import pytest
from dunning.adapters.contact_rulesets import contact_ruleset
from dunning.adapters.holiday_calendars import HolidayCalendars
from dunning.domain.contact.consent import revocation_limit
from dunning.domain.legal_holds import stops

from tests.unit.contacting import (
    CALL,
    FEDERAL,
    GERMAN_CALL,
    MAIL,
    SPACED,
    called,
    judged,
    overriding,
    said,
)


@pytest.mark.parametrize("ruleset", ["standard", FEDERAL])
def test_row_1_reg_f_hours_a_call_at_21_05_in_new_york_waits_for_8_the_next_morning(
    ruleset: str,
) -> None:
    # 2026-03-08 21:05 EDT is 01:05Z of the 9th; 08:00 EDT is 12:00Z.
    assert said(judged(CALL, "2026-03-09T01:05:00Z", ruleset)) == "DEFER 2026-03-09T12:00:00Z"


def test_row_1_the_window_is_from_8_00_to_before_21_00() -> None:
    at_federal_hours = {
        "2026-03-10T11:59:59Z": "DEFER 2026-03-10T12:00:00Z",
        "2026-03-10T12:00:00Z": "ALLOW",
        "2026-03-11T00:59:59Z": "ALLOW",
        "2026-03-11T01:00:00Z": "DEFER 2026-03-11T12:00:00Z",
    }
    for now, expected in at_federal_hours.items():
        assert said(judged(CALL, now, FEDERAL)) == expected, now


def test_row_1_ours_dials_last_before_20_45() -> None:
    assert said(judged(CALL, "2026-03-11T00:44:59Z")) == "ALLOW"
    assert said(judged(CALL, "2026-03-11T00:45:00Z")) == "DEFER 2026-03-11T12:00:00Z"


@pytest.mark.parametrize("ruleset", ["standard", FEDERAL])
def test_row_2_the_night_that_summer_time_begins_is_an_hour_shorter(ruleset: str) -> None:
    # 2026-03-07 21:05 EST is 02:05Z; 9 h 55 min later it is 8:00 EDT.
    assert said(judged(CALL, "2026-03-08T02:05:00Z", ruleset)) == "DEFER 2026-03-08T12:00:00Z"


@pytest.mark.parametrize("now", ["2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z"])
def test_row_4_half_past_one_comes_twice_and_is_too_early_both_times(now: str) -> None:
    assert said(judged(CALL, now, FEDERAL)) == "DEFER 2026-11-01T13:00:00Z"


@pytest.mark.parametrize("where", [{"phone": "+16025550100"}, {"time_zone": "America/Phoenix"}])
def test_row_5_phoenix_has_no_summer_time(where: dict[str, str]) -> None:
    asked = CALL | {"phone": ...} | where

    assert said(judged(asked, "2026-07-01T14:30:00Z")) == "DEFER 2026-07-01T15:00:00Z"


@pytest.mark.parametrize("country", ["US", None])
def test_row_7_a_toll_free_number_tells_no_zone(country: str | None) -> None:
    verdict = judged(CALL, "2026-03-10T16:00:00Z", phone="+18005551234", country=country)

    assert verdict.decision == "DENY"
    assert "zone_unknown" in verdict.codes


def test_row_7_with_an_address_a_toll_free_number_is_where_the_address_is() -> None:
    asked = CALL | {"phone": "+18005551234", "region": "NJ"}

    assert said(judged(asked, "2026-03-10T16:00:00Z", FEDERAL)) == "ALLOW"


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        # 2026-10-24 is a Saturday in summer time; the 25th a Sunday, and 26th at 8:00 is 7:00Z.
        ("2026-10-24T05:59:59Z", "DEFER 2026-10-24T06:00:00Z"),
        ("2026-10-24T06:00:00Z", "ALLOW"),
        ("2026-10-25T07:00:00Z", "DEFER 2026-10-26T07:00:00Z"),
        ("2026-10-26T06:59:59Z", "DEFER 2026-10-26T07:00:00Z"),
    ],
)
def test_row_9_berlin_at_8_is_another_instant_after_summer_time(now: str, expected: str) -> None:
    assert said(judged(GERMAN_CALL, now)) == expected


def test_row_10_mail_to_us_consumers_has_hours_by_law_or_ours_until_that_is_signed_off() -> None:
    mail = MAIL | {"country": "US", "time_zone": "America/New_York", "region": "NJ"}
    florida = MAIL | {"country": "US", "region": "FL", "city": "Miami"}
    at_22 = "2026-06-03T02:00:00Z"
    off = overriding("p_us_hours")

    for third_party in (mail | {"first_party": False}, florida | {"first_party": False}):
        for ruleset in ("standard", FEDERAL, off):
            assert judged(third_party, at_22, ruleset).decision == "DEFER"
    assert said(judged(mail, at_22)) == "DEFER 2026-06-03T12:00:00Z"
    assert judged(florida, at_22).decision == "DEFER"
    for own in (mail, florida):
        assert said(judged(own, at_22, off)) == "ALLOW"
        assert said(judged(own, at_22, FEDERAL)) == "ALLOW"
    assert [one.rule for one in judged(mail, at_22, off).overrides] == ["p_us_hours"]


def test_row_11_the_eighth_call_in_seven_days_waits_for_the_eighth_day() -> None:
    verdict = judged(CALL, "2026-04-07T20:00:00Z", FEDERAL, history=[called(at) for at in SPACED])

    assert said(verdict) == "DEFER 2026-04-08T12:00:00Z"
    assert verdict.codes == ("regf_7in7", "regf_hours")


def test_row_11_another_debt_is_counted_by_itself_and_a_call_of_unknown_debt_for_each() -> None:
    others = [called(at, debt="D2") for at in SPACED]
    unknown = [called(at, debt=None) for at in SPACED]

    assert said(judged(CALL, "2026-04-07T20:00:00Z", FEDERAL, history=others)) == "ALLOW"
    assert judged(CALL, "2026-04-07T20:00:00Z", FEDERAL, history=unknown).decision == "DEFER"


def test_row_11_no_call_within_seven_days_of_a_conversation_whose_day_is_the_first() -> None:
    spoke = [called("2026-04-01T16:00:00Z", conversation=True)]
    inbound = [called("2026-04-01T16:00:00Z", conversation=True, direction="inbound")]

    for history in (spoke, inbound):
        verdict = judged(CALL, "2026-04-07T20:00:00Z", FEDERAL, history=history)
        assert said(verdict) == "DEFER 2026-04-08T12:00:00Z"
        assert "regf_conversation" in verdict.codes
        assert said(judged(CALL, "2026-04-08T12:00:00Z", FEDERAL, history=history)) == "ALLOW"


def test_row_13_ring_outs_count_and_busy_lines_do_not() -> None:
    ring_outs = [called(at) for at in SPACED[:6]]
    busy = [called(f"2026-04-06T1{hour}:30:00Z", connected=False) for hour in (3, 4, 5)]
    now = "2026-04-07T20:00:00Z"

    assert said(judged(CALL, now, FEDERAL, history=ring_outs + busy)) == "ALLOW"
    seven = [*ring_outs, *busy, called("2026-04-06T20:00:00Z")]
    assert judged(CALL, now, FEDERAL, history=seven).decision == "DEFER"


def test_row_15_massachusetts_allows_two_calls_in_seven_days() -> None:
    asked = CALL | {"phone": "+16175550100", "region": "MA", "city": "Boston"}
    history = [called("2026-03-02T15:00:00Z"), called("2026-03-04T15:00:00Z")]

    verdict = judged(asked, "2026-03-06T15:00:00Z", history=history)

    # 2026-03-09 is the Monday after the change of clocks: 8:00 EDT is 12:00Z.
    assert said(verdict) == "DEFER 2026-03-09T12:00:00Z"
    assert "ma_2in7" in verdict.codes


def test_row_17_new_york_city_counts_all_channels_from_september_2026_on() -> None:
    asked = CALL | {"city": "Brooklyn", "region": "NY", "first_party": True}

    def history(day: int, month: str) -> list[dict[str, object]]:
        return [
            called(f"{month}-{day:02}T15:00:00Z", channel="email", connected=None),
            called(f"{month}-{day + 1:02}T15:00:00Z"),
            called(f"{month}-{day + 2:02}T15:00:00Z"),
        ]

    in_september = judged(asked, "2026-09-05T15:00:00Z", history=history(2, "2026-09"))
    assert said(in_september) == "DEFER 2026-09-09T12:00:00Z"
    assert "nyc_3in7" in in_september.codes
    assert said(judged(asked, "2026-08-31T15:00:00Z", history=history(27, "2026-08"))) == "ALLOW"


def test_row_18_sales_calls_in_florida_end_at_20_and_reminders_do_not() -> None:
    miami = CALL | {"phone": "+13055550100", "region": "FL", "city": "Miami"}
    at_20_05 = "2026-06-03T00:05:00Z"

    sales = judged(miami, at_20_05, purpose="marketing")
    assert sales.decision == "DENY"
    assert {"p_no_sales_calls", "fl_sales_hours"} <= set(sales.codes)
    assert said(judged(miami, at_20_05)) == "ALLOW"


@pytest.mark.parametrize("where", [{"phone": "+13105550100"}, {"phone": ..., "region": "CA"}])
@pytest.mark.parametrize("who", ["consumer", "business"])
def test_row_19_no_machine_calls_california(where: dict[str, str], who: str) -> None:
    verdict = judged(CALL | where | {"customer_class": who}, "2026-06-03T18:00:00Z")

    assert verdict.decision == "DENY"
    assert "ca_2874" in verdict.codes
    person = CALL | where | {"customer_class": who, "bot": False}
    by_a_person = judged(person, "2026-06-03T18:00:00Z")
    assert "ca_2874" not in by_a_person.codes


def test_row_20_a_guarantor_of_a_commercial_debt_in_california_counts_as_a_consumer() -> None:
    company = MAIL | {
        "country": "US",
        "region": "CA",
        "customer_class": "business",
        "contact_is_guarantor": True,
        "first_party": False,
        "currency": "USD",
    }
    at_22 = "2026-06-03T05:00:00Z"

    small = judged(company, at_22, amount="400000.00")
    assert said(small) == "DEFER 2026-06-03T15:00:00Z"
    assert {"regf_hours", "p_us_hours"} <= set(small.codes)
    assert said(judged(company, at_22, amount="500000.00")) == said(small)
    assert said(judged(company, at_22, amount="600000.00")) == "ALLOW"
    assert said(judged(company, at_22, amount="400000.00", contact_is_guarantor=False)) == "ALLOW"
    # Before 2025-07-01 the law spoke of consumers alone.
    assert said(judged(company, "2025-06-03T05:00:00Z", amount="400000.00")) == "ALLOW"


@pytest.mark.parametrize("base", [CALL, MAIL, MAIL | {"channel": "letter"}])
def test_row_21_whoever_has_an_attorney_is_not_contacted(base: dict[str, object]) -> None:
    held = judged(base, "2026-06-03T15:00:00Z", holds=[{"kind": "attorney"}])

    assert held.decision == "DENY"
    assert "p_attorney" in held.codes
    assert judged(CALL, "2026-06-03T15:00:00Z", FEDERAL, holds=[{"kind": "attorney"}]).codes == (
        "regf_attorney",
    )


@pytest.mark.parametrize("ruleset", ["standard", FEDERAL])
def test_row_22_after_a_written_refusal_one_notice_of_termination_is_left(ruleset: str) -> None:
    mail = MAIL | {"country": "US", "region": "NJ", "first_party": False}
    refused = mail | {"holds": [{"kind": "cease", "at": "2026-06-01T00:00:00Z"}]}
    now = "2026-06-03T15:00:00Z"
    notice = {"channel": "email", "at": "2026-06-02T15:00:00Z", "purpose": "termination_notice"}

    assert judged(refused, now, ruleset).decision == "DENY"
    assert said(judged(refused, now, ruleset, purpose="termination_notice")) == "ALLOW"
    second = judged(refused, now, ruleset, purpose="termination_notice", history=[notice])
    assert second.decision == "DENY"
    unknown = judged(refused, now, ruleset, purpose="termination_notice", history=None)
    assert unknown.decision == "DENY"


def test_row_23_stop_calling_ends_calls_at_once_and_mails_go_on() -> None:
    stop = {"suppressions": [{"channel": "voice", "at": "2026-06-03T15:00:00Z", "reason": "asked"}]}
    person = {"region": "NJ", "email": "a@example.com", "phone": "+12015550100"}

    assert said(judged(CALL | person, "2026-06-03T14:59:59Z", **stop)) == "ALLOW"
    call = judged(CALL | person, "2026-06-03T15:00:00Z", **stop)
    assert (call.decision, call.codes) == ("DENY", ("suppressed",))
    assert said(judged(CALL | person, "2026-06-03T15:00:00Z", channel="email", **stop)) == "ALLOW"


@pytest.mark.parametrize("ruleset", ["standard", FEDERAL])
@pytest.mark.parametrize("line", ["mobile", "voip", None])
@pytest.mark.parametrize("who", ["consumer", "business"])
def test_row_24_an_artificial_voice_to_a_us_mobile_needs_consent(
    ruleset: str, line: str | None, who: str
) -> None:
    asked = CALL | {"line_type": line, "customer_class": who}
    now = "2026-06-03T15:00:00Z"

    assert said(judged(asked, now, ruleset)) == "ALLOW"
    for none in ([], None, [AGREED_TO_MAIL], [NO_WORDS]):
        verdict = judged(asked, now, ruleset, consents=none)
        assert verdict.decision == "DENY"
        assert "tcpa_consent" in verdict.codes


AGREED_TO_MAIL = {"channel": "email", "text": "Write to me.", "at": "2026-01-02T00:00:00Z"}
NO_WORDS = {"channel": "voice", "at": "2026-01-02T00:00:00Z"}


@pytest.mark.parametrize("ruleset", ["standard", FEDERAL])
@pytest.mark.parametrize("line", ["mobile", "landline"])
def test_row_24_a_withdrawn_consent_denies_from_that_second_on_until_it_is_given_again(
    ruleset: str, line: str
) -> None:
    given = {"channel": "voice", "text": "Call me.", "at": "2026-01-02T00:00:00Z"}
    taken = given | {"revoked_at": "2026-06-03T15:00:00Z"}
    again = given | {"at": "2026-06-04T00:00:00Z"}
    asked = CALL | {"line_type": line, "consents": [taken]}

    assert said(judged(asked, "2026-06-03T14:59:59Z", ruleset)) == "ALLOW"
    assert "consent_withdrawn" in judged(asked, "2026-06-03T15:00:00Z", ruleset).codes
    assert judged(asked, "2026-06-03T15:00:00Z", ruleset).decision == "DENY"
    assert said(judged(asked, "2026-06-04T15:00:00Z", ruleset, consents=[taken, again])) == "ALLOW"


def test_row_25_ten_business_days_are_the_limit_and_ours_is_at_once() -> None:
    # Thanksgiving is the 26th.
    assert revocation_limit(date(2026, 11, 20), "US", HolidayCalendars()) == date(2026, 12, 7)
    taken = [CALL["consents"][0] | {"revoked_at": "2026-11-20T17:00:00Z"}]
    assert judged(CALL, "2026-11-20T17:00:00Z", consents=taken).decision == "DENY"


@pytest.mark.parametrize("ruleset", ["standard", FEDERAL])
def test_row_26_a_home_line_without_consent_is_called_three_times_in_30_days(ruleset: str) -> None:
    asked = CALL | {"line_type": "landline", "consents": []}
    three = [called(f"2026-05-{day:02}T15:00:00Z", debt=f"D{day}") for day in (5, 14, 23)]
    now = "2026-06-03T15:00:00Z"

    assert said(judged(asked, now, ruleset, history=three[1:])) == "ALLOW"
    fourth = judged(asked, now, ruleset, history=three)
    # The call of 5 May leaves the 30 days on 4 June.
    assert said(fourth) == "DEFER 2026-06-04T12:00:00Z"
    assert "tcpa_3in30" in fourth.codes
    assert said(judged(asked, now, ruleset, history=three, consents=CALL["consents"])) == "ALLOW"


@pytest.mark.parametrize("ruleset", ["standard", FEDERAL])
def test_row_29_a_dispute_in_the_window_stops_until_it_is_verified(ruleset: str) -> None:
    dispute = {"kind": "dispute", "at": "2026-06-01T12:00:00Z", "in_window": True}
    now = "2026-06-10T15:00:00Z"

    assert judged(CALL, now, ruleset, holds=[dispute]).decision == "DENY"
    verified = dispute | {"verified_at": "2026-06-10T15:00:00Z"}
    assert judged(CALL, "2026-06-10T14:59:59Z", ruleset, holds=[verified]).decision == "DENY"
    assert said(judged(CALL, now, ruleset, holds=[verified])) == "ALLOW"


def test_row_30_a_breathing_space_of_60_days_stops_contact_and_interest_to_its_last_day() -> None:
    # 60 days from 2026-05-01, that day included, end with 06-29.
    person = MAIL | {"country": "GB", "phone": "+447911123456"}
    space = {"kind": "breathing_space", "at": "2026-05-01", "until": "2026-06-29"}
    held = person | {"holds": [space]}

    for now in ("2026-05-01T09:00:00Z", "2026-06-29T22:59:59Z"):
        for channel in ("email", "letter"):
            assert judged(held, now, channel=channel).decision == "DENY", (now, channel)
    assert said(judged(held, "2026-06-29T23:00:00Z")) == "ALLOW"

    effects = contact_ruleset("standard").effects
    spaces = [("breathing_space", date(2026, 5, 1), date(2026, 6, 29))]
    assert not stops(spaces, date(2026, 4, 30), effects).interest
    assert stops(spaces, date(2026, 5, 1), effects) == (True, True)
    assert stops(spaces, date(2026, 6, 29), effects) == (True, True)
    assert not stops(spaces, date(2026, 6, 30), effects).interest


@pytest.mark.parametrize("who", ["consumer", "business"])
@pytest.mark.parametrize("ruleset", ["standard", FEDERAL])
def test_row_30_bankruptcy_stops_every_contact_with_businesses_too(ruleset: str, who: str) -> None:
    held = CALL | {"holds": [{"kind": "bankruptcy"}], "customer_class": who}

    assert judged(held, "2026-06-03T15:00:00Z", ruleset).decision == "DENY"


def test_row_31_one_promotional_sentence_makes_a_reminder_marketing() -> None:
    promotes = {"content": {"promotional": True}}
    complete = {"promotional": True, "opt_out": True, "postal_address": True}
    now = "2026-06-03T15:00:00Z"
    mail = MAIL | {"country": "US", "region": "NJ"}

    assert "p_no_sales_calls" in judged(CALL, now, **promotes).codes
    assert judged(CALL, now, **promotes).decision == "DENY"
    assert judged(mail, now, **promotes).codes == ("can_spam", "p_sales_mail")
    for part in ("opt_out", "postal_address"):
        assert judged(mail, now, content=complete | {part: False}).decision == "DENY"
    assert said(judged(mail, now, content=complete)) == "ALLOW"
    # In Europe marketing needs consent as well.
    assert judged(MAIL, now, content=complete).codes == ("eprivacy_13",)


@pytest.mark.parametrize("who", ["consumer", "business"])
def test_row_32_no_recorded_calls_to_italy_and_mails_go_on(who: str) -> None:
    italian = CALL | {"phone": "+393331234567", "country": None, "customer_class": who}
    verdict = judged(italian, "2026-06-03T09:00:00Z")

    assert (verdict.decision, verdict.codes) == ("DENY", ("it_garante",))
    mail = MAIL | {"country": "IT", "phone": "+393331234567"}
    assert said(judged(mail, "2026-06-03T09:00:00Z")) == "ALLOW"
    assert said(judged(italian, "2026-06-03T09:00:00Z", bot=False)) == "ALLOW"
