"""The contact rules in planning and right before the send: what is put off is planned anew, what is
denied goes to the next channel or to a person, and no cap or hour is broken by whole days of it.
"""

import json
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dunning.adapters.contact_rulesets import rules_of
from dunning.adapters.phone_numbers import phone_number
from dunning.domain import history, reasons
from dunning.domain.calendar import iso_instant, parse_instant
from dunning.domain.contact.ruleset_gates import RulesetGates
from dunning.domain.gates import ALLOW, DENY, REVIEW, ContactAttempt, Verdict
from dunning.domain.unreachable import KIND, OVER
from dunning.entry.offline import gates_of
from dunning.service.account_check import AccountCheck
from dunning.service.remind import CLAIM_LOST, REPLANNED, SENT
from dunning.service.simulate import Simulation, days_between
from dunning.service.why import Why
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.offline import customer, invoice, ladder, payment, play, policy, run
from tests.unit.importing import Cell as Files
from tests.unit.importing import lines

ONE_MAIL = """
name = "acme"
version = "2026-11"

[[rules]]
id = "acme_one_mail"
kind = "cap"
most = 1
days = 1
per = "person"
counts = ["email"]
when = {channels = ["email"]}
source = "our own promise to customers"
says = "One mail a day, whatever it is about."
"""
SIGNED = """
[[overrides]]
rule = "p_us_hours"
who = "R. Roe, general counsel"
when = 2026-01-10
why = "We remind our own customers of our own invoices."
"""
ASKS = """
[[rules]]
id = "acme_asks"
kind = "forbidden"
decision = "REVIEW"
when = {channels = ["email"], countries = ["FR"]}
source = "minutes of the board, 2026-01-05"
says = "Somebody looks at every mail to France."
"""
EARLY = policy("{level: 1, after_due: {days: 1}, channels: [email]}", more='send_at: "02:00"')


def under(rules: str, bodies: list[dict[str, Any]], policies: str = EARLY) -> Simulation:
    """A simulation of a creditor with contact rules of its own."""
    gates = RulesetGates(rules_of, phone_number, "2026f", frozenset({"email", "voice"}))
    simulation = play(policies, bodies, gates)
    assert simulation.stage.settings.put_contact_rules("default", rules) == 1
    return simulation


def records(simulation: Simulation, who: str = "c1") -> list[history.Record]:
    ledger = simulation.stage.ledger
    return list(ledger.history("default", ledger.account_key("default", who)))


def attempts(simulation: Simulation, who: str = "c1") -> list[str]:
    """Instants at which messages left."""
    return [
        iso_instant(one.at)
        for one in records(simulation, who)
        if one.kind == history.ATTEMPT and one.code == history.SENT
    ]


def plan(simulation: Simulation, who: str = "c1") -> tuple[str, str, str | None]:
    ledger = simulation.stage.ledger
    head = ledger.head("default", ledger.account_key("default", who))
    assert head is not None
    at = None if head.plan.at is None else iso_instant(head.plan.at)
    return head.plan.reason, head.plan.detail, at


PHONE = "+39 06 1234567"
AMERICAN = {"class": "consumer", "country": "US", "region": "IL"}
OWED = invoice("A", "2026-02-01")


def test_what_the_rules_put_off_is_planned_with_the_code_and_goes_at_that_hour() -> None:
    simulation = play(EARLY, [customer(**AMERICAN), OWED], gates_of("standard"))
    run(simulation, "2026-01-10")
    assert plan(simulation) == (reasons.DEFERRED, "p_us_hours", "2026-02-02T14:00:00Z")

    (line,) = run(simulation, "2026-02-02")
    assert (line["channel"], line["level"]) == ("email", 1)
    assert attempts(simulation) == ["2026-02-02T14:00:00Z"]
    record = records(simulation)[-1]
    assert record.attempt is not None
    assert record.attempt.ruleset == "standard@2026-11-22/2026f"
    assert record.ended.detail == "p_us_hours"


def test_an_override_lets_it_go_and_stands_on_the_record_and_in_why_by_whom() -> None:
    simulation = under(ONE_MAIL + SIGNED, [customer(**AMERICAN), OWED])
    run(simulation, "2026-02-02")
    assert attempts(simulation) == ["2026-02-02T08:00:00Z"]
    attempt = records(simulation)[-1].attempt
    assert attempt is not None
    assert attempt.ruleset == "own-1@2026-11-22/2026f -p_us_hours"

    here = simulation.stage
    why = Why(here.ledger, here.bodies.accounts.gates, here.settings)
    told = list(why.timeline("default", "c1"))
    (sent,) = [one for one in told if one["kind"] == "ATTEMPT"]
    assert sent["sentence"].endswith(
        "allowed by acme 2026-11 on 2026-11-22, tzdata 2026f;"
        " override p_us_hours by R. Roe, general counsel"
    )
    contact = sent["attempt"]["contact"]
    assert (contact["decision"], contact["own_version"]) == (ALLOW, 1)
    assert contact["overrides"] == [
        {
            "rule": "p_us_hours",
            "who": "R. Roe, general counsel",
            "when": "2026-01-10",
            "why": "We remind our own customers of our own invoices.",
        }
    ]


def test_two_currencies_due_in_the_same_second_are_two_messages_to_a_cap_of_one() -> None:
    bodies = [customer(country="DE"), OWED, {**invoice("B", "2026-02-01"), "currency": "USD"}]
    simulation = under(ONE_MAIL, bodies)
    assert [line["currency"] for line in run(simulation, "2026-02-02")] == ["EUR"]
    # A day of a customer in Germany is over an hour before midnight in UTC.
    assert plan(simulation) == (reasons.DEFERRED, "acme_one_mail", "2026-02-02T23:00:00Z")
    assert [line["currency"] for line in run(simulation, "2026-02-03")] == ["USD"]
    days = [at[:10] for at in attempts(simulation)]
    assert len(days) == len(set(days)) == 2


def test_a_denied_channel_gives_way_to_the_next_one() -> None:
    both = policy("{level: 1, after_due: {days: 1}, channels: [voice, email]}")
    roman = customer(country="IT", phone=PHONE, **{"class": "consumer"})
    simulation = play(both, [roman, OWED], gates_of("standard"))
    (line,) = run(simulation, "2026-02-02")
    assert line["channel"] == "email"


def test_without_any_channel_a_person_hears_it_once_and_why_tells_each_code() -> None:
    calls = policy("{level: 1, after_due: {days: 1}, channels: [voice]}")
    roman = customer(country="IT", phone=PHONE, **{"class": "consumer"})
    simulation = play(calls, [roman, OWED], gates_of("standard"))
    for day in ("2026-02-02", "2026-02-03"):
        assert run(simulation, day) == []
    here = simulation.stage
    assert plan(simulation) == (reasons.CHANNEL_DENIED, "it_garante", None)
    (task,) = here.ledger.tasks("default")
    assert (task.kind, task.customer, task.detail) == (KIND, "c1", "it_garante")

    rulebook = simulation.rulebook("default")
    why = Why(here.ledger, here.bodies.accounts.gates, here.settings)
    whole, item = why.on_day("default", "c1", date(2026, 2, 3), rulebook)
    for told in (whole, item):
        (rule,) = told["contact_rules"]
        assert rule["code"] == "it_garante"
        assert "Garante" in rule["source"]
        assert rule["needed"] == "another channel in the policy"

    simulation.stage.bodies.record(
        "default",
        _body(customer(country="IT", on="2026-02-04", **{"class": "business"}, phone=PHONE)),
        rulebook,
        parse_instant("2026-02-04T10:00:00Z"),
    )
    # Businesses neither: it is told no second time.
    assert plan(simulation)[0] == reasons.CHANNEL_DENIED
    simulation.stage.bodies.record(
        "default",
        _body(payment("p", "2026-02-05", "100.00")),
        rulebook,
        parse_instant("2026-02-05T10:00:00Z"),
    )
    (task,) = here.ledger.tasks("default")
    assert (task.kind, task.detail) == (OVER, reasons.NOTHING_OPEN)


def _body(raw: dict[str, Any]) -> Any:
    from tests.offline import as_file

    return as_file([raw]).bodies[0].body


def test_a_review_is_a_proposal_that_a_person_allows() -> None:
    simulation = under(ONE_MAIL + ASKS, [customer(country="FR"), OWED], ladder(1))
    # A simulation takes each proposal as allowed: it is asked for first, and its record says why.
    (line,) = run(simulation, "2026-02-02")
    assert line["level"] == 1
    proposed = [one for one in records(simulation) if one.kind == history.PROPOSED]
    assert [one.detail for one in proposed] == ["contact rules: acme_asks"]
    assert plan(simulation)[0] == reasons.LADDER_DONE


class Turns:
    """Allowed when it is planned, and not when it would leave."""

    ruleset = "turns-1"

    def __init__(self, then: Verdict) -> None:
        self.then, self.closed_from = then, 0

    def evaluate(self, attempt: ContactAttempt, now: int) -> Verdict:
        if attempt.channel == "email" and now >= self.closed_from > 0:
            return self.then
        return Verdict(ALLOW)


@pytest.mark.parametrize(
    ("then", "expected"),
    [
        (Verdict("DEFER", parse_instant("2026-11-24T10:00:00Z"), ("closed",)), reasons.DEFERRED),
        (Verdict(DENY, None, ("closed",)), reasons.CHANNEL_DENIED),
    ],
)
def test_what_the_rules_say_when_its_turn_has_come_holds(then: Verdict, expected: str) -> None:
    from dataclasses import replace

    from tests.unit.handling import CREDITOR, NOON, Cell

    cell = Cell()
    gates = Turns(then)
    accounts = replace(cell.accounts, gates=gates)
    reminders = replace(cell.reminders, accounts=accounts)
    gates.closed_from = NOON + 30

    outcome = reminders.remind(CREDITOR, cell.account, NOON, elapsed=lambda: 30.4)

    assert outcome == REPLANNED
    assert cell.sender.sent == []
    head = cell.ledger.head(CREDITOR, cell.account)
    assert head is not None
    assert (head.claim, head.plan.reason, head.plan.detail) == (None, expected, "closed")
    assert head.plan.at == then.until
    gates.closed_from = 0
    if then.until is not None:
        assert reminders.remind(CREDITOR, cell.account, then.until) == SENT
    else:
        (task,) = cell.ledger.tasks(CREDITOR)
        assert task.kind == KIND


def test_what_is_reviewed_when_its_turn_has_come_and_nobody_allowed_waits() -> None:
    from dataclasses import replace

    from tests.unit.handling import CREDITOR, NOON, Cell

    cell = Cell()
    gates = Turns(Verdict(REVIEW, None, ("look",)))
    reminders = replace(cell.reminders, accounts=replace(cell.accounts, gates=gates))
    gates.closed_from = NOON + 1
    assert reminders.remind(CREDITOR, cell.account, NOON, elapsed=lambda: 1) == REPLANNED
    assert cell.sender.sent == []


# --- settings -------------------------------------------------------------------------------------


def settings_cell() -> Files:
    cell = Files()
    assert cell.upload("creditor.json", '{"creditor": "acme"}', "config")["accepted"] == 1
    return cell


def test_contact_toml_is_taken_versioned_and_its_overrides_are_told() -> None:
    cell = settings_cell()
    report = cell.upload("contact.toml", ONE_MAIL + SIGNED, "config")
    assert (report["accepted"], report["rejected"]) == (1, 0)
    said = "p_us_hours is out of force without an end, signed off by R. Roe"
    assert said in report["warnings"][0]
    book = cell.settings.rulebook("acme")
    assert book is not None
    assert book.own == (1, ONE_MAIL + SIGNED)
    edition = book.edition
    assert cell.upload("contact.toml", ONE_MAIL + SIGNED, "config")["unchanged"] == 1
    assert cell.upload("contact.toml", ONE_MAIL, "config")["accepted"] == 1
    book = cell.settings.rulebook("acme")
    assert book is not None
    assert (book.own.version, book.edition) == (2, edition + 1)
    assert cell.settings.contact_rules_source("acme", 1) == ONE_MAIL + SIGNED


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name =", "contact.toml"),
        ('name = "a"\nversion = "1"\nextends = "us-federal"', 'write extends = "standard"'),
        (ONE_MAIL.replace('kind = "cap"', 'kind = "capp"'), "capp"),
        (ONE_MAIL + SIGNED.replace("p_us_hours", "p_us_hour"), "p_us_hour"),
        (ONE_MAIL + SIGNED.replace("R. Roe, general counsel", " "), "who answers for it"),
    ],
)
def test_contact_toml_that_cannot_hold_is_refused_and_says_why(text: str, said: str) -> None:
    cell = settings_cell()
    report = cell.upload("contact.toml", text, "config")
    assert (report["accepted"], report["rejected"]) == (0, 1)
    (error,) = report["errors"]
    assert error["code"] == "bad_contact_rules"
    assert said in error["message"]
    book = cell.settings.rulebook("acme")
    assert book is not None
    assert book.own.version == 0


def test_creditor_json_says_for_whom_it_collects_and_no_looser_rules() -> None:
    cell = settings_cell()
    third = json.dumps({"creditor": "acme", "contact": {"party": "third"}})
    assert cell.upload("creditor.json", third, "config")["accepted"] == 1
    found = cell.settings.creditor("acme")
    assert found is not None
    assert (found.party, found.ruleset) == ("third", "standard")
    for contact, said in (
        ({"ruleset": "us-federal"}, "leaves out rules"),
        ({"ruleset": "nothing"}, "is not known"),
        ({"party": "second"}, "party"),
    ):
        text = json.dumps({"creditor": "acme", "contact": contact})
        report = cell.upload("creditor.json", text, "config")
        assert report["rejected"] == 1
        assert said in report["errors"][0]["message"]


def test_a_book_is_planned_anew_by_the_creditors_own_rules() -> None:
    from dataclasses import replace

    cell = Files()
    cell.upload("creditor.json", '{"creditor": "acme", "time_zone": "America/Chicago"}', "config")
    cell.upload("policies.yaml", EARLY, "config")
    gates = RulesetGates(rules_of, phone_number, "2026f", frozenset({"email"}))
    object.__setattr__(cell.accounts, "gates", gates)
    cell.upload("a.jsonl", lines(customer(**AMERICAN), invoice("A", "2026-06-01")))
    before = cell.account().head
    assert before.plan.reason == reasons.DEFERRED
    report = cell.upload("contact.toml", ONE_MAIL + SIGNED, "config")
    assert report["replanned"] == 1
    assert cell.account().head.plan.reason != reasons.DEFERRED
    assert cell.account().head.edition == before.edition + 1
    assert replace(cell.account().head.plan, since=0) != replace(before.plan, since=0)


# --- asking first ---------------------------------------------------------------------------------


def test_an_account_is_asked_about_on_every_channel_and_the_best_answer_comes_first() -> None:
    simulation = play(EARLY, [customer(phone="+1 312 555 0100", **AMERICAN), OWED])
    simulation.record(date(2026, 1, 10))
    gates = gates_of("standard")
    assert isinstance(gates, RulesetGates)
    check = AccountCheck(simulation.stage.ledger, gates)
    rulebook = simulation.rulebook("default")

    noon = check("default", "c1", rulebook, parse_instant("2026-02-03T18:00:00Z"))
    assert noon is not None
    assert (noon["decision"], noon["channel"], noon["until"]) == (ALLOW, "email", None)
    night = check("default", "c1", rulebook, parse_instant("2026-02-03T08:00:00Z"))
    assert night is not None
    assert (night["decision"], night["until"]) == ("DEFER", "2026-02-03T14:00:00Z")
    voice = next(one for one in night["channels"] if one["channel"] == "voice")
    assert (voice["decision"], voice["rules"][0]["code"]) == (DENY, "tcpa_consent")
    assert "c1@example.com" not in json.dumps(night)
    assert check("default", "nobody", rulebook, 0) is None


# --- whole days -----------------------------------------------------------------------------------

PLACES = [
    {"class": "consumer", "country": "US", "region": "IL"},
    {"class": "consumer", "country": "US", "region": "NY", "city": "Brooklyn"},
    {"class": "consumer", "country": "US"},
    {"class": "consumer", "country": "US", "region": "HI", "time_zone": "America/New_York"},
    {"class": "sole_trader", "country": "US", "region": "TX"},
    {"class": "business", "country": "DE"},
    {},
]
DAILY = """policies:
  - id: daily
    send_at: "{at}"
    ladder:
      - {{level: 1, after_due: {{days: 1}}, channels: [email]}}
      - {{level: 2, after_previous: {{days: 1}}, channels: [email], repeat_every: {{days: 1}},
         repeat_max: 30}}
"""


@settings(max_examples=12, deadline=None)
@given(
    place=st.sampled_from(PLACES),
    hour=st.integers(0, 23),
    invoices=st.integers(1, 3),
    home=st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Pacific/Auckland"]),
)
def test_days_of_sweeps_and_sends_break_no_hour_and_no_cap(
    place: dict[str, Any], hour: int, invoices: int, home: str
) -> None:
    bodies: list[dict[str, Any]] = [
        {"on": "2026-01-01", "type": "creditor", "creditor": "default", "time_zone": home},
        customer(**place),
    ]
    for number in range(invoices):
        currency = ("EUR", "USD", "GBP")[number]
        bodies.append({**invoice(f"I{number}", "2026-03-01"), "currency": currency})
    simulation = under(ONE_MAIL, bodies, DAILY.format(at=f"{hour:02}:00"))
    for day in days_between(date(2026, 3, 1), date(2026, 3, 12)):
        for _ in simulation.run(day):
            pass
    sent = [datetime.fromisoformat(at.replace("Z", "+00:00")) for at in attempts(simulation)]
    assert len(sent) >= 3
    where = {"IL": ["America/Chicago"], "NY": ["America/New_York"], "TX": ["America/Chicago"]}
    zones = where.get(str(place.get("region")), [])
    if place.get("region") == "HI":
        zones = ["Pacific/Honolulu", "America/New_York"]
    elif place.get("country") == "US" and not zones:
        zones = ["Pacific/Honolulu", "America/New_York", "America/Denver"]
    for at in sent:
        for zone in zones:
            assert 8 <= at.astimezone(ZoneInfo(zone)).hour < 21, (at, zone)
    days = [at.astimezone(ZoneInfo((zones or ["UTC"])[0])).date() for at in sent]
    if zones:
        assert len(days) == len(set(days)), sent
    assert all(b - a >= timedelta(hours=1) for a, b in pairwise(sent))
    assert all(at.tzinfo == UTC for at in sent)


def test_a_fact_between_decision_and_claim_stops_the_message() -> None:
    from dataclasses import replace

    from tests.unit.handling import CREDITOR, NOON, Cell

    cell = Cell()

    class Meanwhile:
        """A payment arrives while the sender waits for its turn."""

        def take(self, creditor: str, channel: str) -> bool:
            head = cell.ledger.head(CREDITOR, cell.account)
            state = cell.ledger.read(CREDITOR, cell.account)
            assert head is not None
            assert state is not None
            cell.accounts.replan(CREDITOR, cell.account, state, cell.rulebook, NOON)
            return True

    reminders = replace(cell.reminders, rate=Meanwhile())
    assert reminders.remind(CREDITOR, cell.account, NOON) == CLAIM_LOST
    assert cell.sender.sent == []
