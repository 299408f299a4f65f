"""Rules of contact that no row of the notes on law spells out: places, holidays, parties, consents,
Washington, and what is ours.
"""

import pytest
from dunning.adapters.contact_rulesets import tenant_ruleset
from dunning.domain.calendar import parse_instant
from dunning.domain.contact.ruleset import Ruleset

from tests.unit.contacting import CALL, FEDERAL, GERMAN_CALL, MAIL, SPACED, called, judged, said


def test_an_area_code_of_a_state_with_two_zones_is_in_both() -> None:
    # 219 is Gary, on Central time, and the numbering plan's table says New York.
    gary = CALL | {"phone": "+12195550123"}

    assert said(judged(gary, "2026-06-03T12:30:00Z")) == "DEFER 2026-06-03T13:00:00Z"
    # 21:00 in New York is 20:00 in Chicago.
    assert said(judged(gary, "2026-06-04T01:00:00Z", FEDERAL)) == "DEFER 2026-06-04T13:00:00Z"


def test_a_number_and_an_address_that_disagree_have_to_be_awake_both() -> None:
    moved = CALL | {"region": "OR", "city": "Portland"}

    # 8:00 in New York is 5:00 in Portland; Malheur County, on Mountain time, is between them.
    assert said(judged(moved, "2026-06-03T12:00:00Z")) == "DEFER 2026-06-03T15:00:00Z"
    assert said(judged(moved, "2026-06-04T00:30:00Z")) == "ALLOW"
    assert said(judged(moved, "2026-06-04T00:45:00Z")) == "DEFER 2026-06-04T15:00:00Z"


def test_unknown_party_and_unknown_class_are_taken_for_the_stricter_in_mails_too() -> None:
    mail = MAIL | {"country": "US", "region": "NJ", "first_party": None, "customer_class": None}

    assert judged(mail, "2026-06-03T02:00:00Z", FEDERAL).codes == ("regf_hours",)


def test_a_call_of_which_it_is_unknown_whether_they_spoke_counts_as_a_conversation() -> None:
    unknown = [called("2026-04-01T16:00:00Z", connected=None, conversation=None)]

    verdict = judged(CALL, "2026-04-03T16:00:00Z", FEDERAL, history=unknown)
    assert said(verdict) == "DEFER 2026-04-08T12:00:00Z"


def test_a_consent_to_more_calls_lifts_the_caps_for_a_week_or_to_the_next_conversation() -> None:
    full = [called(at) for at in SPACED]
    more = [*CALL["consents"], CALL["consents"][0] | {"at": "2026-04-07T19:00:00Z"}]
    more[-1]["more_calls"] = True
    spoke = [*full, called("2026-04-08T15:00:00Z", conversation=True)]

    assert said(judged(CALL, "2026-04-07T20:00:00Z", FEDERAL, history=full, consents=more)) == (
        "ALLOW"
    )
    after = judged(CALL, "2026-04-08T16:00:00Z", FEDERAL, history=spoke, consents=more)
    assert "regf_conversation" in after.codes
    # Ours is not lifted by it.
    ours = judged(CALL, "2026-04-07T20:00:00Z", history=full, consents=more)
    assert {"p_1aday", "p_3in7"} <= set(ours.codes)


def test_hours_that_the_person_said_are_inconvenient_are_kept() -> None:
    shifts = [{"from": "08:00", "until": "14:30", "days": ["wed"]}]
    # 2026-06-03 is a Wednesday; 14:30 EDT is 18:30Z.
    for ruleset in ("standard", FEDERAL):
        verdict = judged(CALL, "2026-06-03T15:00:00Z", ruleset, inconvenient=shifts)
        assert said(verdict) == "DEFER 2026-06-03T18:30:00Z"
    assert said(judged(MAIL, "2026-06-03T09:00:00Z", inconvenient=shifts)) == (
        "DEFER 2026-06-03T12:30:00Z"
    )


@pytest.mark.parametrize(
    ("changed", "now", "expected"),
    [
        # Labour day, and Ascension: a holiday in all of Germany.
        ({}, "2026-05-01T09:00:00Z", "DEFER 2026-05-02T06:00:00Z"),
        ({}, "2026-05-14T09:00:00Z", "DEFER 2026-05-15T06:00:00Z"),
        # Epiphany is one in Bavaria and not in Berlin; of an unknown state it may be.
        ({"region": "BY"}, "2026-01-06T09:00:00Z", "DEFER 2026-01-07T07:00:00Z"),
        ({"region": "BE"}, "2026-01-06T09:00:00Z", "ALLOW"),
        ({}, "2026-01-06T09:00:00Z", "DEFER 2026-01-07T07:00:00Z"),
        # Businesses are called Monday to Friday, to 18:00. 2026-06-05 is a Friday.
        ({"customer_class": "business"}, "2026-06-05T15:59:59Z", "ALLOW"),
        ({"customer_class": "business"}, "2026-06-05T16:00:00Z", "DEFER 2026-06-08T06:00:00Z"),
        ({}, "2026-06-05T16:00:00Z", "ALLOW"),
        ({}, "2026-06-05T18:00:00Z", "DEFER 2026-06-06T06:00:00Z"),
    ],
)
def test_calls_in_europe_keep_sundays_and_the_holidays_of_the_place_called(
    changed: dict[str, str], now: str, expected: str
) -> None:
    assert said(judged(GERMAN_CALL | changed, now)) == expected


def test_no_calls_go_into_countries_whose_rules_were_not_read() -> None:
    verdict = judged(CALL, "2026-06-03T15:00:00Z", phone="+14165550100", country="CA")

    assert verdict.decision == "DENY"
    assert "country_not_covered" in verdict.codes


def test_from_2027_01_31_a_withdrawal_in_one_ends_calls_and_texts_both() -> None:
    text = {"channel": "sms", "text": "Text me.", "at": "2026-01-02T00:00:00Z"}
    taken = text | {"revoked_at": "2026-12-01T15:00:00Z"}
    asked = CALL | {"consents": [*CALL["consents"][:1], taken]}

    assert said(judged(asked, "2027-01-30T15:00:00Z")) == "ALLOW"
    assert judged(asked, "2027-01-31T15:00:00Z").codes == ("tcpa_revoked_all",)


def test_dc_counts_calls_and_messages_of_debts_more_than_30_days_late() -> None:
    mail = MAIL | {"country": "US", "region": "DC", "days_overdue": 31}
    agreed = [{"channel": "email", "text": "Mail me.", "at": "2026-01-02T00:00:00Z"}]
    five = [called(f"2026-06-0{d}T15:00:00Z", channel="email") for d in range(1, 6)]
    now = "2026-06-05T18:00:00Z"

    assert judged(mail, now).codes == ("dc_message_consent",)
    assert said(judged(mail, now, consents=agreed)) == "ALLOW"
    full = judged(mail, now, consents=agreed, history=five)
    assert said(full) == "DEFER 2026-06-08T12:00:00Z"
    assert "dc_5messages" in full.codes
    assert said(judged(mail, now, days_overdue=30, history=five)) == "ALLOW"


def test_an_objection_asks_a_person_and_ends_marketing() -> None:
    objected = MAIL | {"holds": [{"kind": "objection"}]}
    complete = {"promotional": True, "opt_out": True, "postal_address": True}

    assert judged(objected, "2026-06-03T09:00:00Z").decision == "REVIEW"
    assert judged(objected, "2026-06-03T09:00:00Z", content=complete).decision == "DENY"
    both = [{"kind": "objection"}, {"kind": "restriction"}]
    assert judged(MAIL, "2026-06-03T09:00:00Z", holds=both).decision == "DENY"


def test_a_hold_of_a_kind_that_no_rule_names_stops_contact() -> None:
    assert judged(MAIL, "2026-06-03T09:00:00Z", holds=[{"kind": "deceased"}]).codes == ("p_held",)


@pytest.mark.parametrize(
    ("where", "asked", "city_rule"),
    [
        ({"city": "Brooklyn", "region": "NY"}, MAIL, True),
        ({"city": "Flushing"}, MAIL, True),
        ({"city": "Albany", "region": "NY"}, MAIL, False),
        ({"region": "NY"}, MAIL, False),
        ({"city": "Newark", "region": "NJ", "phone": "+12125550100"}, MAIL, False),
        ({"city": "Brooklyn", "region": "NY"}, CALL, True),
        ({"region": "NY"}, CALL, True),
        ({}, CALL, True),
        ({"city": "Albany", "region": "NY"}, CALL, False),
        ({"city": "Newark", "region": "NJ"}, CALL, True),
        ({"city": "Boston"}, CALL, True),
        ({"city": "Boston", "phone": "+16175550100"}, CALL, False),
        ({"city": "Newark", "region": "NJ", "phone": "+12015550100"}, CALL, False),
        ({"phone": ..., "time_zone": "US/Eastern"}, CALL, True),
        ({"phone": ..., "time_zone": "America/Detroit"}, CALL, True),
        ({"phone": ..., "time_zone": "America/Chicago"}, CALL, False),
    ],
)
def test_the_citys_rules_hold_where_the_address_says_so_and_for_calls_where_it_may_be(
    where: dict[str, object], asked: dict[str, object], city_rule: bool
) -> None:
    full = [called(f"2026-10-0{d}T15:00:00Z", channel="letter") for d in (5, 6, 7)]
    agreed = CALL["consents"]
    person = asked | {"country": "US"} | where | {"history": full, "consents": agreed}

    assert ("nyc_3in7" in judged(person, "2026-10-08T17:00:00Z").codes) is city_rule


def test_a_number_told_by_an_employer_who_forbids_it_is_not_called() -> None:
    held = CALL | {"holds": [{"kind": "employer"}]}
    now = "2026-06-03T15:00:00Z"

    for ruleset in ("standard", FEDERAL):
        for rings_at in ("work", None):
            assert judged(held, now, ruleset, rings_at=rings_at).decision == "DENY"
        assert said(judged(held, now, ruleset, rings_at="home")) == "ALLOW"


def test_addresses_are_compared_as_people_mean_them() -> None:
    now = "2026-06-03T15:00:00Z"

    def stopped(channel: str, address: str | None, asked: dict[str, object]) -> bool:
        stop = [{"channel": channel, "address": address, "reason": "wrong_person"}]
        return "suppressed" in judged(asked, now, suppressions=stop).codes

    assert stopped("voice", "(212) 555-0100", CALL)
    assert stopped("voice", "+1 212 555 0100", CALL)
    assert not stopped("voice", "+1 212 555 0101", CALL)
    assert not stopped("sms", "+1 212 555 0100", CALL)
    assert stopped("voice", "+1 212 555 0101", CALL | {"phone": None})
    assert stopped("email", "A@Example.com ", MAIL)
    assert not stopped("email", "b@example.com", MAIL)
    assert stopped("email", None, MAIL)


def open_from(opens: str, closes: str) -> Ruleset:
    return tenant_ruleset(
        f'name = "odd"\nversion = "1"\n[[rules]]\nid = "odd_hours"\nkind = "hours"\n'
        f'opens = "{opens}"\ncloses = "{closes}"\nsource = "ours"\nsays = "Odd hours."\n'
    )


def test_a_window_that_the_clocks_skip_into_opens_where_they_go_on() -> None:
    mail = MAIL | {"country": None, "time_zone": "America/New_York"}
    half_past_two = open_from("02:30", "05:00")

    # 2026-03-08 goes from 2:00 EST to 3:00 EDT, at 7:00Z; there is no 2:30.
    assert said(judged(mail, "2026-03-08T06:00:00Z", half_past_two)) == "DEFER 2026-03-08T07:00:00Z"
    assert said(judged(mail, "2026-03-09T06:00:00Z", half_past_two)) == "DEFER 2026-03-09T06:30:00Z"


def test_a_window_in_the_hour_that_comes_twice_opens_twice() -> None:
    mail = MAIL | {"country": None, "time_zone": "America/New_York"}
    quarter = open_from("01:00", "01:15")

    # 1:20 EDT is 5:20Z; 1:00 EST is 6:00Z of the same night.
    assert said(judged(mail, "2026-11-01T05:20:00Z", quarter)) == "DEFER 2026-11-01T06:00:00Z"
    assert said(judged(mail, "2026-11-01T06:20:00Z", quarter)) == "DEFER 2026-11-02T06:00:00Z"


def test_hours_that_never_meet_deny() -> None:
    mail = MAIL | {"country": None, "time_zone": "America/New_York"}
    never = tenant_ruleset(
        'name = "odd"\nversion = "1"\n'
        + "".join(
            f'[[rules]]\nid = "r{opens}"\nkind = "hours"\nopens = "{opens}:00"\n'
            f'closes = "{opens + 1}:00"\nsource = "ours"\nsays = "One hour."\n'
            for opens in (10, 12)
        )
    )

    verdict = judged(mail, "2026-06-03T09:00:00Z", never)
    assert (verdict.decision, verdict.codes) == ("DENY", ("r10", "r12"))


def test_a_hold_says_when_it_is_over_and_stays_a_denial() -> None:
    ended = {"kind": "breathing_space", "at": "2026-05-01", "until": "2026-06-29"}
    british = MAIL | {"country": "GB"}

    verdict = judged(british, "2026-06-03T09:00:00Z", holds=[ended])
    assert said(verdict) == "DENY"
    # The 30th begins in London at 23:00Z.
    assert {rule.until for rule in verdict.rules} == {parse_instant("2026-06-29T23:00:00Z")}
    endless = judged(british, "2026-06-03T09:00:00Z", holds=[ended, {"kind": "other"}])
    assert [(rule.code, rule.until) for rule in endless.rules] == [
        ("p_held", None),
        ("uk_breathing_space", parse_instant("2026-06-29T23:00:00Z")),
    ]


def test_calls_by_the_person_are_no_attempts() -> None:
    inbound = [called(at, direction="inbound") for at in SPACED]

    assert said(judged(CALL, "2026-04-07T20:00:00Z", history=inbound)) == "ALLOW"


def test_days_are_counted_in_every_candidate_zone() -> None:
    # 2026-06-03 00:30 in New York is still the 2nd in Chicago; an Indiana number may be in both.
    late = [called("2026-06-03T04:30:00Z")]
    gary = CALL | {"phone": "+12195550123"}

    assert said(judged(gary, "2026-06-03T14:00:00Z", history=late)) == "DEFER 2026-06-04T13:00:00Z"
    assert said(judged(gary, "2026-06-03T14:00:00Z", history=[called("2026-06-02T23:30:00Z")])) == (
        "ALLOW"
    )


def test_what_will_be_denied_when_its_hour_comes_is_denied_now() -> None:
    # At 23:30 on 31 August in New York; on 1 September the city's rule begins, and needs consent.
    mail = MAIL | {"country": "US", "region": "NY", "city": "Brooklyn"}
    night = "2026-09-01T03:30:00Z"
    objected = [{"kind": "objection"}]

    assert said(judged(mail, "2026-08-31T15:00:00Z")) == "ALLOW"
    verdict = judged(mail, night)
    assert (verdict.decision, verdict.codes) == ("DENY", ("nyc_message_consent", "p_us_hours"))
    assert judged(mail, night, holds=objected).decision == "DENY"
    agreed = judged(mail, night, consents=CALL["consents"])
    assert said(agreed) == "DEFER 2026-09-01T12:00:00Z"


def one_day(begin: str, end: str) -> Ruleset:
    return tenant_ruleset(
        'name = "odd"\nversion = "1"\nextends = "us-federal"\n'
        f'[[rules]]\nid = "odd_days"\nkind = "hours"\n'
        f'opens = "08:00"\ncloses = "09:00"\ndays = ["mon"]\n{begin}{end}source = "ours"\n'
        'says = "Mondays."\n'
    )


def test_a_rule_that_ends_defers_no_longer_than_it_holds() -> None:
    # 2026-06-03 is a Wednesday; the rule is over with it, at 22:00Z in Berlin.
    ending = one_day("", "until = 2026-06-03\n")

    assert said(judged(MAIL, "2026-06-03T09:00:00Z", ending)) == "DEFER 2026-06-03T22:00:00Z"
    assert said(judged(MAIL, "2026-06-03T22:00:00Z", ending)) == "ALLOW"


def test_a_rule_begins_with_its_day_at_the_first_candidate_and_ends_with_it_at_the_last() -> None:
    # Indiana is in two zones: 2026-06-03 is from 4:00Z in New York to 5:00Z of the 4th in Chicago.
    mail = MAIL | {"country": "US", "region": "IN"}
    only = one_day("from = 2026-06-03\n", "until = 2026-06-03\n")

    def speaks(now: str) -> bool:
        return "odd_days" in judged(mail, now, only).codes

    assert not speaks("2026-06-01T15:00:00Z")
    assert speaks("2026-06-03T04:30:00Z")
    assert speaks("2026-06-04T04:59:59Z")
    assert not speaks("2026-06-04T05:00:00Z")


def test_a_mail_has_the_rules_of_the_address_and_of_the_number_only_where_there_is_none() -> None:
    mail = MAIL | {"country": "US", "first_party": False, "phone": "+12125550100"}
    now = "2026-06-03T15:00:00Z"

    assert said(judged(mail | {"region": "NJ"}, now)) == "ALLOW"
    assert judged(mail, now).codes == ("ny_mail_consent",)
    assert said(judged(mail | {"phone": None}, "2026-06-03T20:00:00Z")) == "ALLOW"


def test_a_consent_of_the_second_of_its_withdrawal_is_withdrawn() -> None:
    given = {"channel": "voice", "text": "Call me.", "at": "2026-06-03T15:00:00Z"}
    taken = given | {"at": "2026-01-02T00:00:00Z", "revoked_at": "2026-06-03T15:00:00Z"}

    asked = CALL | {"consents": [taken, given]}
    assert judged(asked, "2026-06-03T16:00:00Z").codes == ("consent_withdrawn",)


def test_whoever_may_guarantee_a_commercial_debt_in_california_is_a_consumer() -> None:
    mail = MAIL | {"country": "US", "region": "CA", "first_party": False, "amount": "500000.00"}
    at_22 = "2026-06-03T05:00:00Z"

    unknown = judged(mail, at_22, customer_class="business")
    assert "regf_hours" in unknown.codes
    assert "regf_hours" in judged(mail, at_22, customer_class="sole_trader").codes
    assert said(judged(mail, at_22, customer_class="public")) == "ALLOW"
    over = judged(mail, at_22, customer_class="business", amount="500000.01")
    assert said(over) == "ALLOW"
    elsewhere = mail | {"region": "NV", "customer_class": "business"}
    assert said(judged(elsewhere, at_22)) == "ALLOW"


@pytest.mark.parametrize(("day", "expected"), [(13, "ALLOW"), (14, "DEFER 2026-04-21T12:00:00Z")])
def test_the_week_of_a_consent_to_more_calls_has_seven_days(day: int, expected: str) -> None:
    more = CALL["consents"][0] | {"at": "2026-04-07T19:00:00Z", "more_calls": True}
    today = [called(f"2026-04-{day}T1{hour}:00:00Z") for hour in range(2, 9)]

    verdict = judged(
        CALL, f"2026-04-{day}T20:00:00Z", FEDERAL, history=today, consents=[*CALL["consents"], more]
    )
    assert said(verdict) == expected


@pytest.mark.parametrize(
    "city",
    ["Brooklyn, NY", "New York, N.Y.", "brooklyn ny", "N.Y.C.", "Bronx, New York",
     "Astoria (Queens)", "St Albans", "Queens / Flushing", "New York City, New York"],
)  # fmt: skip
def test_the_city_of_new_york_is_known_however_an_address_writes_it(city: str) -> None:
    mail = MAIL | {"country": "US", "region": "N.Y.", "city": city}
    assert "nyc_message_consent" in judged(mail, "2026-10-06T16:00:00Z").codes


@pytest.mark.parametrize("city", ["Albany", "Yonkers, NY", "Rochester, New York", "Mount Vernon"])
def test_no_other_city_of_the_state_is_taken_for_it(city: str) -> None:
    mail = MAIL | {"country": "US", "region": "NY", "city": city}
    assert "nyc_message_consent" not in judged(mail, "2026-10-06T16:00:00Z").codes


@pytest.mark.parametrize("region", ["D.C.", "Washington, DC", "Washington D.C.", "dc"])
def test_the_district_is_known_however_an_address_writes_it(region: str) -> None:
    mail = MAIL | {"country": "US", "region": region, "days_overdue": 31}
    assert "dc_message_consent" in judged(mail, "2026-10-06T16:00:00Z").codes
