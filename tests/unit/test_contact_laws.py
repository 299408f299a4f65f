"""Laws of the contact rules over random attempts, places, histories and instants of 2026 and 2027:
total, honest about when, independent of order, and never looser for one rule or one place more.
"""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from dunning.adapters.contact_rulesets import contact_ruleset
from dunning.adapters.phone_numbers import phone_number
from dunning.domain.calendar import DAY
from dunning.domain.contact.attempt import (
    CHANNELS,
    CLASSES,
    LINE_TYPES,
    PURPOSES,
    RINGS_AT,
    SPOKEN,
    TASK,
    VOICE,
    Attempt,
    Consent,
    Contact,
    Content,
    Hold,
    Inconvenient,
    Suppression,
)
from dunning.domain.contact.evaluate import Verdict, evaluate
from dunning.domain.contact.forbidden import Forbidden, Known
from dunning.domain.contact.frequency import AfterConversation, Cap
from dunning.domain.contact.holds import Held
from dunning.domain.contact.hours import Hours
from dunning.domain.contact.place import place_of
from dunning.domain.contact.reading import (
    ATTEMPT,
    CONSENT,
    CONTACT,
    CONTENT,
    HOLD,
    INCONVENIENT,
    SUPPRESSION,
    read_attempt,
)
from dunning.domain.contact.rule import Condition, Rule, Scope
from dunning.domain.contact.ruleset import Override, Ruleset
from dunning.domain.fields import ReadingError
from dunning.domain.gates import ALLOW, DEFER, DENY, REVIEW
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

MANY = settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
FIRST = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp())
LAST = int(datetime(2028, 1, 1, tzinfo=UTC).timestamp())
SHIPPED = (contact_ruleset("standard"), contact_ruleset("us-federal"))
ORDER = (ALLOW, DEFER, REVIEW, DENY)
NUMBERS = [
    number
    for text in (
        "+12125550100", "+13105550100", "+16025550100", "+17015550123", "+12195550123",
        "+18005551234", "+13055550100", "+16175550100", "+4915112345678", "+393331234567",
        "+447911123456", "+61412345678", "+17875550100", "+5511987654321", "+77011234567",
    )
    if (number := phone_number(text))
]  # fmt: skip
# Some change their clocks on other days, or at midnight, or by half an hour, or not at all.
ZONES = [
    "America/New_York", "America/Los_Angeles", "America/Phoenix", "America/Chicago",
    "Europe/Berlin",
    "Europe/London", "Pacific/Honolulu", "Australia/Lord_Howe", "Asia/Beirut", "America/Santiago",
    "America/Havana", "Africa/Casablanca", "America/Vancouver", "Asia/Kolkata", "UTC",
]  # fmt: skip
PLACES = [
    (None, None), ("US", None), ("US", "US-NY"), ("US", "US-CA"), ("US", "US-MA"), ("US", "US-FL"),
    ("US", "US-DC"), ("US", "US-WA"), ("US", "US-TX"), ("DE", "DE-BY"), ("DE", None), ("IT", None),
    ("GB", None), ("CA", "CA-ON"), ("AU", None), ("BR", None), ("LB", None), ("CL", None),
]  # fmt: skip

maybe = st.one_of(st.none(), st.booleans())


@st.composite
def instants(draw: st.DrawFn) -> int:
    """Any second of the two years, and often one near a change of clocks or an end of a window."""
    if draw(st.booleans()):
        return draw(st.integers(FIRST, LAST))
    near = draw(
        st.sampled_from(
            [
                datetime(2026, 3, 8, 7, tzinfo=UTC), datetime(2026, 11, 1, 6, tzinfo=UTC),
                datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC),
                datetime(2026, 8, 31, 23, tzinfo=UTC), datetime(2027, 1, 31, 5, tzinfo=UTC),
                datetime(2026, 4, 4, 15, tzinfo=UTC), datetime(2026, 12, 24, 19, tzinfo=UTC),
            ]
        )
    )  # fmt: skip
    return int(near.timestamp()) + draw(st.integers(-2 * DAY, 2 * DAY))


def before(now: int, days: int = 40) -> st.SearchStrategy[int]:
    return st.integers(now - days * DAY, now)


@st.composite
def attempts(draw: st.DrawFn, now: int, channels: tuple[str, ...] = CHANNELS) -> Attempt:
    """An attempt whose facts are none later than `now`. Most of them are harmless, so that hours
    and caps decide; each of the others comes now and then, alone or with more."""

    def rarely(usual: object, *others: object) -> Any:
        return draw(st.sampled_from(others)) if draw(st.integers(0, 9)) == 9 else usual

    country, region = draw(st.sampled_from(PLACES))
    number = draw(st.sampled_from(NUMBERS))
    if draw(st.booleans()):
        country, region = number.country, None
    agreed = tuple(Consent(one, "Call me.", now - 50 * DAY) for one in ("voice", "email", "sms"))
    consents = tuple(
        Consent(
            draw(st.sampled_from(("voice", "email", "sms"))),
            rarely("Call me.", ""),
            rarely(draw(before(now, 10)), None),
            rarely(None, draw(before(now))),
            draw(st.booleans()),
        )
        for _ in range(draw(st.integers(0, 1)))
    )
    history = tuple(
        Contact(
            draw(st.sampled_from(("voice", "voice", "email", "sms", "letter"))),
            draw(before(now, draw(st.sampled_from((2, 10, 40))))),
            draw(maybe),
            rarely(False, None, True),
            draw(st.sampled_from((None, "D1", "D1", "D2"))),
            rarely(False, True),
            rarely("reminder", None, *PURPOSES),
        )
        for _ in range(draw(st.integers(0, 4)))
    )
    hold = Hold(
        draw(
            st.sampled_from(
                ("attorney", "cease", "dispute", "objection", "bankruptcy", "employer", "other")
            )
        ),
        draw(st.one_of(st.none(), before(now))),
        draw(st.sampled_from((None, date(2026, 6, 1), date(2027, 6, 1)))),
        None,
        draw(maybe),
    )
    stop = Suppression(draw(st.sampled_from((None, *CHANNELS))), None, "", draw(before(now)))
    return Attempt(
        channel=draw(st.sampled_from(channels)),
        number=rarely(number, None),
        email=draw(st.sampled_from((None, "a@example.com"))),
        country=country,
        region=region,
        city=draw(st.sampled_from((None, "Brooklyn", "Boston"))),
        time_zone=rarely(None, *ZONES),
        customer_class=rarely(draw(st.sampled_from(("consumer", *CLASSES))), None),
        purpose=rarely("reminder", None, *PURPOSES),
        first_party=draw(maybe),
        debt=draw(st.sampled_from((None, "D1", "D1"))),
        consents=rarely((*agreed, *consents), consents, None),
        history=rarely(history, None),
        holds=rarely((), (hold,), None),
        suppressions=rarely((), (stop,), None),
        inconvenient=rarely((), (Inconvenient(9 * 3_600, 12 * 3_600, frozenset({0, 2})),)),
        line_type=draw(st.sampled_from((None, *LINE_TYPES, "landline", "mobile"))),
        rings_at=rarely(None, *RINGS_AT),
        contact_is_guarantor=draw(maybe),
        amount=draw(st.sampled_from((None, 100, 60_000_000))),
        currency=draw(st.sampled_from((None, "USD"))),
        days_overdue=draw(st.sampled_from((None, 3, 60))),
        bot=rarely(True, False),
        content=rarely(Content(), Content(True, True, True), Content(True)),
    )


@st.composite
def conditions(draw: st.DrawFn) -> Condition:
    """Of odd figures: hours that clocks skip or repeat, caps of none, of hours and of days."""
    kind = draw(st.integers(0, 5))
    if kind <= 1:
        opens = draw(st.sampled_from((0, 1_800, 9_000, 28_800, 43_200)))
        return Hours(
            opens,
            opens + draw(st.sampled_from((900, 3_600, 36_000))),
            draw(st.sampled_from((frozenset(range(7)), frozenset(range(6)), frozenset({6})))),
            draw(st.booleans()),
        )
    if kind == 2:
        hours = draw(st.sampled_from((0, 24, 1)))
        return Cap(
            draw(st.integers(0, 4)),
            frozenset(draw(st.sampled_from((("voice",), ("voice", "email", "sms"))))),
            0 if hours else draw(st.sampled_from((1, 7, 30))),
            hours,
            draw(st.booleans()),
            draw(st.booleans()),
            draw(st.booleans()),
        )
    if kind == 3:
        return AfterConversation(draw(st.sampled_from((1, 7))), draw(st.booleans()))
    if kind == 4:
        return Held(frozenset({"other", "dispute"}), draw(st.sampled_from((DENY, REVIEW))))
    return draw(st.sampled_from((Forbidden(), Forbidden(REVIEW), Known("zone"), Known("class"))))


@st.composite
def rules(draw: st.DrawFn, name: str = "") -> Rule:
    scope = Scope(
        channels=draw(st.sampled_from((frozenset(), SPOKEN, frozenset({"email", "voice"})))),
        countries=draw(st.sampled_from((frozenset(), frozenset({"US"}), frozenset({"DE", "US"})))),
        classes=draw(st.sampled_from((frozenset(), frozenset({"consumer"})))),
        first_party=draw(maybe),
    )
    # A rule either begins in these years or ends in them: one that does both and denies in between
    # makes a later instant better than an earlier one.
    start, end = draw(
        st.sampled_from(((date.min, None), (date(2026, 9, 1), None), (date.min, date(2026, 9, 1))))
    )
    return Rule(
        name or f"r{draw(st.integers(0, 10**9))}",
        scope,
        draw(conditions()),
        "a test",
        "a test",
        start=start,
        end=end,
    )


@st.composite
def rulesets(draw: st.DrawFn) -> Ruleset:
    """A shipped one, or a handful of odd rules, or both."""
    base = draw(st.sampled_from(SHIPPED))
    more = draw(st.lists(rules(), max_size=4, unique_by=lambda rule: rule.id))
    if draw(st.booleans()):
        base = replace(base, rules=())
    return base.with_rules(*more)


@st.composite
def questions(draw: st.DrawFn) -> tuple[Attempt, Ruleset, int]:
    now = draw(instants())
    return draw(attempts(now)), draw(rulesets()), now


def no_looser(one: Verdict, than: Verdict) -> bool:
    """Whether a verdict forbids at least what the other forbids."""
    if one.decision != than.decision:
        return ORDER.index(one.decision) > ORDER.index(than.decision)
    return one.until is None or than.until is None or one.until >= than.until


@MANY
@given(questions())
def test_every_attempt_has_a_verdict_that_says_why(asked: tuple[Attempt, Ruleset, int]) -> None:
    attempt, ruleset, now = asked

    verdict = evaluate(attempt, ruleset, now)

    assert verdict.decision in ORDER
    assert (verdict.decision == ALLOW) == (verdict.rules == ())
    assert (verdict.until is not None) == (verdict.decision == DEFER)
    assert verdict.until is None or verdict.until > now
    assert verdict.decision in {ALLOW, *(rule.decision for rule in verdict.rules)} or (
        verdict.decision == DENY and all(rule.decision == DEFER for rule in verdict.rules)
    )
    assert set(verdict.codes) <= {rule.id for rule in ruleset.rules}
    assert all(rule.source and rule.says for rule in verdict.rules)


@settings(MANY, max_examples=150)
@given(questions())
def test_a_deferred_attempt_is_allowed_at_that_instant_and_at_none_before(
    asked: tuple[Attempt, Ruleset, int],
) -> None:
    attempt, ruleset, now = asked
    verdict = evaluate(attempt, ruleset, now)
    if verdict.until is None:
        return
    until = verdict.until

    assert evaluate(attempt, ruleset, until).decision == ALLOW
    between = {now, until - 1, (now + until) // 2, *range(now, until, max(1, (until - now) // 7))}
    for at in between:
        assert evaluate(attempt, ruleset, at).decision == DEFER
        assert evaluate(attempt, ruleset, at).until == until


@MANY
@given(questions(), st.data())
def test_one_rule_more_never_loosens(
    asked: tuple[Attempt, Ruleset, int], data: st.DataObject
) -> None:
    attempt, ruleset, now = asked
    tighter = ruleset.with_rules(data.draw(rules("more")))

    assert no_looser(evaluate(attempt, tighter, now), than=evaluate(attempt, ruleset, now))


@MANY
@given(questions(), st.randoms(use_true_random=False))
def test_the_order_of_rules_means_nothing(
    asked: tuple[Attempt, Ruleset, int], dice: object
) -> None:
    attempt, ruleset, now = asked
    shuffled = list(ruleset.rules)
    dice.shuffle(shuffled)  # type: ignore[attr-defined]

    assert evaluate(attempt, replace(ruleset, rules=tuple(shuffled)), now) == evaluate(
        attempt, ruleset, now
    )


@MANY
@given(questions(), st.sampled_from(ZONES))
def test_one_more_candidate_zone_never_loosens(
    asked: tuple[Attempt, Ruleset, int], zone: str
) -> None:
    attempt, ruleset, now = asked
    # What is said beside an address or a number that tells a zone is one candidate more.
    known = replace(attempt, time_zone=None)
    if not place_of(known).certain or not place_of(known).regions:
        return

    assert no_looser(
        evaluate(replace(known, time_zone=zone), ruleset, now), than=evaluate(known, ruleset, now)
    )


@MANY
@given(questions(), st.data())
def test_what_holds_contact_back_never_loosens(
    asked: tuple[Attempt, Ruleset, int], data: st.DataObject
) -> None:
    attempt, ruleset, now = asked
    contact = Contact("voice", data.draw(before(now)), True, data.draw(st.booleans()), "D1")
    hold = Hold(data.draw(st.sampled_from(("dispute", "attorney", "objection", "other"))))
    stop = Suppression(attempt.channel)
    plain = replace(attempt, consents=None)
    base = evaluate(plain, ruleset, now)

    held = replace(plain, holds=(*(plain.holds or ()), hold))
    stopped = replace(plain, suppressions=(*(plain.suppressions or ()), stop))
    if plain.holds is not None:
        assert no_looser(evaluate(held, ruleset, now), than=base)
    if plain.suppressions is not None:
        assert no_looser(evaluate(stopped, ruleset, now), than=base)
    if plain.history is not None:
        often = replace(plain, history=(*plain.history, contact))
        assert no_looser(evaluate(often, ruleset, now), than=base)


@MANY
@given(questions(), st.data())
def test_an_override_speaks_for_its_own_rule_alone_and_shows_in_every_verdict(
    asked: tuple[Attempt, Ruleset, int], data: st.DataObject
) -> None:
    attempt, ruleset, now = asked
    if not ruleset.rules:
        return
    off = data.draw(st.sampled_from(ruleset.rules)).id
    signed = Override(off, "somebody", date(2026, 1, 1), "a reason")
    without = replace(ruleset, rules=tuple(rule for rule in ruleset.rules if rule.id != off))

    verdict = evaluate(attempt, replace(ruleset, overrides=(signed,)), now)

    assert verdict == evaluate(attempt, without, now)._replace(overrides=(signed,))


@settings(MANY, max_examples=150)
@given(instants(), st.data())
def test_no_call_is_allowed_outside_its_hours_or_above_its_caps(
    now: int, data: st.DataObject
) -> None:
    """By arithmetic of its own: the wall clock at every candidate, and a plain count of days."""
    attempt = data.draw(attempts(now, (VOICE,)))
    if evaluate(attempt, SHIPPED[0], now).decision != ALLOW:
        return
    assert place_of(attempt).certain
    for zone in place_of(attempt).zones:
        there = datetime.fromtimestamp(now, ZoneInfo(zone))
        assert 8 <= there.hour < 21
        if attempt.customer_class in ("business", "public"):
            assert there.weekday() < 5
            assert there.hour < 18
        days = [
            datetime.fromtimestamp(one.at, ZoneInfo(zone)).date()
            for one in attempt.history or ()
            if one.channel == VOICE and one.connected is not False and not one.inbound
        ]
        assert there.date() not in days
        assert sum((there.date() - day).days < 7 for day in days) < 3


@MANY
@given(instants(), st.data())
def test_a_call_of_which_something_decisive_is_unknown_is_denied(
    now: int, data: st.DataObject
) -> None:
    attempt = data.draw(attempts(now, ("voice", "sms")))
    unknown = data.draw(
        st.sampled_from(("customer_class", "purpose", "history", "holds", "suppressions"))
    )

    for ruleset in SHIPPED:
        asked = replace(attempt, **{unknown: None})
        verdict = evaluate(asked, ruleset, now)
        assert verdict.decision == DENY
        code = "class_unknown" if unknown == "customer_class" else f"{unknown}_unknown"
        assert code in verdict.codes
        nowhere = replace(attempt, country=None, region=None, number=None)
        assert "country_unknown" in evaluate(nowhere, ruleset, now).codes


@MANY
@given(instants(), st.data())
def test_a_task_for_a_person_is_no_contact(now: int, data: st.DataObject) -> None:
    attempt = data.draw(attempts(now, (TASK,)))

    assert evaluate(attempt, SHIPPED[0], now).decision == ALLOW


@example(FIRST)
@given(instants())
def test_what_is_dated_later_has_not_happened_but_a_contact_has(now: int) -> None:
    base = Attempt(
        "email", country="DE", customer_class="consumer", purpose="reminder", first_party=True,
        history=(), holds=(), suppressions=(), consents=(),
    )  # fmt: skip
    later = now + 60
    stopped = replace(base, suppressions=(Suppression("email", None, "", later),))
    held = replace(base, holds=(Hold("attorney", later),))
    taken = replace(base, consents=(Consent("email", "Yes.", now - 60, later),))

    for facts in (stopped, held, taken):
        assert evaluate(facts, SHIPPED[0], now).decision == ALLOW
        assert evaluate(facts, SHIPPED[0], later).decision == DENY
    capped = replace(SHIPPED[0], rules=()).with_rules(
        Rule("cap", Scope(), Cap(1, frozenset({"email"}), 7), "a test", "a test")
    )
    ahead = replace(base, history=(Contact("email", later, True, False, None),))
    assert evaluate(ahead, capped, now).decision == DEFER


@st.composite
def crowded(draw: st.DrawFn) -> tuple[Attempt, Ruleset, int]:
    """A call that only caps hold back: many calls in the last days, days counted in two zones."""
    now = draw(instants())
    base = draw(attempts(now, (VOICE,)))
    history = tuple(
        Contact(
            VOICE,
            draw(before(now, draw(st.sampled_from((1, 9, 32))))),
            draw(st.sampled_from((True, True, None, False))),
            draw(st.sampled_from((False, False, False, True))),
            draw(st.sampled_from(("D1", "D1", "D2", None))),
            draw(st.integers(0, 4)) == 4,
        )
        for _ in range(draw(st.integers(2, 9)))
    )
    caps = [
        draw(
            st.sampled_from(
                (
                    Cap(draw(st.integers(1, 5)), frozenset({VOICE}), 7, lifted=True),
                    Cap(2, frozenset({VOICE}), 30, per_debt=False),
                    Cap(draw(st.integers(1, 3)), frozenset({VOICE}), hours=24),
                    AfterConversation(7, per_debt=False),
                )
            )
        )
        for _ in range(draw(st.integers(1, 3)))
    ]
    ruleset = replace(SHIPPED[0], rules=()).with_rules(
        *(Rule(f"cap{i}", Scope(), cap, "a test", "a test") for i, cap in enumerate(caps))
    )
    return replace(base, history=history), ruleset, now


@settings(MANY, max_examples=200)
@given(crowded())
def test_a_cap_defers_to_the_very_second_at_which_it_is_no_longer_full(
    asked: tuple[Attempt, Ruleset, int],
) -> None:
    attempt, ruleset, now = asked
    verdict = evaluate(attempt, ruleset, now)
    if verdict.until is None:
        assert verdict.decision == ALLOW
        return

    assert evaluate(attempt, ruleset, verdict.until).decision == ALLOW
    for at in (now, verdict.until - 1, (now + verdict.until) // 2):
        assert evaluate(attempt, ruleset, at).until == verdict.until


def words() -> st.SearchStrategy[Any]:
    """What a careless system may put into an attempt: right words at wrong places, and worse."""
    good = st.sampled_from(
        [
            "voice", "email", "+12125550100", "030 123", "a@example.com", "US", "NY", "consumer",
            "reminder", "2026-06-03T15:00:00Z", "2026-06-03", "9999-12-31T23:59:59Z", "08:00",
            "America/New_York", "mobile", "cease", "mon", "", "400000.00",
        ]
    )  # fmt: skip
    plain = st.one_of(
        good, st.none(), st.booleans(), st.integers(), st.text(max_size=8), st.decimals()
    )
    parts = CONSENT | CONTACT | HOLD | SUPPRESSION | INCONVENIENT | CONTENT
    return st.recursive(
        plain,
        lambda more: st.one_of(
            st.lists(more, max_size=3),
            st.dictionaries(st.sampled_from(sorted(parts)), more, max_size=4),
        ),
        max_leaves=6,
    )


@settings(MANY, max_examples=250)
@given(st.dictionaries(st.sampled_from(sorted(ATTEMPT)), words(), max_size=6))
def test_any_object_is_read_and_judged_or_refused_with_its_field(raw: dict[str, Any]) -> None:
    try:
        asked = read_attempt({"channel": "voice"} | raw, phone_number)
    except ReadingError:
        return
    now = FIRST if asked.now is None else asked.now
    assert evaluate(asked.attempt, SHIPPED[0], now).decision in ORDER
