"""Holds of the law, from the body to what is sent, charged and asked: rows 21, 22, 29 and 30 of the
notes on law, through the ledger.
"""

from datetime import date
from typing import Any

import pytest
from dunning.adapters.contact_rulesets import hold_effects
from dunning.adapters.memory.cell import MemorySettings
from dunning.domain.charges.notice import COMPENSATION, FEE, INTEREST
from dunning.domain.due import Send
from dunning.domain.fields import ReadingError
from dunning.domain.ledger import LedgerError
from dunning.domain.legal_holds import LEGAL, PAUSING, SAYS, Effect
from dunning.domain.reasons import sentence

from tests.unit.approving import CREDITOR, CUSTOMER, Cell
from tests.unit.deciding import at

CHARGED = """
policies:
  - id: std
    interest: {contract: 10.0}
    ladder:
      - {level: 1, after_due: {days: 10}, channels: [email, voice], tone: friendly,
         interest: {contract: 10.0}, fee: {EUR: "5.00"}}
      - {level: 2, after_due: {days: 90}, channels: [email, voice], tone: formal,
         interest: {contract: 10.0}, fee: {EUR: "7.00"}}
"""
PLAIN = """
policies:
  - id: std
    ladder: [{level: 1, after_due: {days: 10}, channels: [email, voice], tone: friendly}]
"""


def cell(policies: str = PLAIN, effects: Any = hold_effects) -> Cell:
    """10,000.00 that were due on 20 April 2026."""
    made = Cell(policies, settings=MemorySettings(effects=effects))
    made.invoice("A", "2026-04-20", "10000.00")
    return made


def hold(of: Cell, on: str, kind: str, **more: Any) -> str:
    return of.say(on, "hold", **({"id": "h", "customer": CUSTOMER, "kind": kind} | more))


def charged(send: Send) -> dict[str, int]:
    return {charge.what: charge.amount for charge in send.charges}


# --- contact --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", sorted(SAYS))
def test_rows_21_and_22_nothing_goes_by_any_channel_until_it_is_released_and_why_names_it(
    kind: str,
) -> None:
    made = cell()
    hold(made, "2026-04-25", kind, until="2026-12-31")
    assert made.days("2026-04-30", "2026-07-15") == []
    assert made.reason == SAYS[kind].code
    assert "A/1" in sentence(made.reason, made.account.head.plan.detail)

    made.say("2026-07-16", "release", hold="h")
    assert [day for day, _ in made.days("2026-07-16", "2026-07-20")] == ["2026-07-16"]


def test_row_23_a_cease_of_calls_alone_is_an_opt_out_and_no_hold() -> None:
    made = cell()
    made.say("2026-04-25", "opt_out", customer=CUSTOMER, channel="voice")

    (send,) = made.run("2026-04-30")
    assert send.channel == "email"


def test_row_29_a_disputed_invoice_waits_until_the_dispute_is_resolved() -> None:
    made = cell()
    made.say("2026-04-25", "dispute", id="d", invoice="A", reason="not mine")
    assert made.days("2026-04-30", "2026-05-09") == []
    assert made.reason == "DISPUTED"

    made.say("2026-05-10", "resolve", dispute="d", outcome="verified")
    assert [day for day, _ in made.days("2026-05-10", "2026-05-12")] == ["2026-05-10"]


def test_row_30_a_breathing_space_that_says_no_end_has_sixty_days() -> None:
    made = cell()
    hold(made, "2026-05-01", "Breathing Space")
    (fact,) = made.account.holds

    assert (fact.kind, fact.until) == ("breathing_space", date(2026, 6, 29))
    assert made.days("2026-05-01", "2026-07-02") == [("2026-06-30", ["A:1"])]


def test_a_mental_health_crisis_lasts_until_thirty_days_after_the_treatment() -> None:
    made = cell()
    hold(made, "2026-04-25", "breathing_space", mental_health=True)
    assert made.account.holds[0].until is None
    made.say("2026-09-01", "release", hold="h")

    assert made.account.holds[0].until == date(2026, 10, 1)
    assert made.days("2026-09-01", "2026-10-03") == [("2026-10-02", ["A:1"])]
    with pytest.raises(LedgerError, match="no such hold"):
        made.say("2026-10-04", "release", hold="h")


def test_a_hold_for_the_place_of_work_leaves_the_ladder_alone() -> None:
    made = cell()
    hold(made, "2026-04-25", "employer")

    assert made.days("2026-04-30", "2026-04-30") == [("2026-04-30", ["A:1"])]


def test_a_hold_counts_from_its_value_date() -> None:
    made = cell()
    hold(made, "2026-05-04", "breathing_space", value_date="2026-05-01")

    assert made.account.holds[0].until == date(2026, 6, 29)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"kind": "attorney", "mental_health": True}, "mental_health"),
        ({"kind": "cease", "until": "2026-04-01"}, "until"),
        ({"kind": "unknown_send"}, "kind"),
    ],
)
def test_what_a_hold_cannot_say_is_refused(more: dict[str, Any], field: str) -> None:
    with pytest.raises(ReadingError) as refused:
        hold(cell(), "2026-05-01", **more)
    assert refused.value.field == field


# --- interest and fees ----------------------------------------------------------------------------


def test_row_30_sixty_days_bear_no_interest_and_the_days_around_them_do() -> None:
    made = cell(CHARGED)
    hold(made, "2026-04-28", "breathing_space", value_date="2026-05-01")

    ((day, _),) = made.days("2026-04-30", "2026-06-30")
    # 21 to 30 April and 30 June: 11 days of 10 % on 10,000.00.
    assert day == "2026-06-30"
    assert charged(made.recorder.sends[-1]) == {FEE: 500, INTEREST: 3014}
    (send,) = made.run("2026-07-19")
    # Then on from there: 1 to 19 July.
    assert charged(send) == {FEE: 700, INTEREST: 5205}


@pytest.mark.parametrize("kind", sorted(PAUSING))
def test_the_days_of_a_hold_that_was_released_are_not_charged_afterwards(kind: str) -> None:
    made = cell(CHARGED)
    hold(made, "2026-04-21", kind)
    made.say("2026-05-21", "release", hold="h")

    (send,) = made.run("2026-05-25")
    # 21 to 25 May.
    assert charged(send)[INTEREST] == 1370
    (ended,) = [one.outcome for one in made.ledger.ended(CREDITOR, made.key) if one.kind == "hold"]
    assert ended == "released"


def test_a_hold_that_is_released_on_its_first_day_leaves_nothing() -> None:
    made = cell(CHARGED)
    hold(made, "2026-04-21", "bankruptcy")
    made.say("2026-04-21", "release", hold="h")

    assert made.account.holds == ()


def test_two_holds_over_the_same_days_pause_them_once() -> None:
    made = cell(CHARGED)
    hold(made, "2026-04-21", "bankruptcy", until="2026-05-10")
    hold(made, "2026-05-05", "breathing_space", id="h2", until="2026-05-20")

    (send,) = made.run("2026-05-25")
    assert charged(send)[INTEREST] == 1370


def test_a_hold_on_one_invoice_pauses_that_one_alone() -> None:
    made = cell(CHARGED)
    made.invoice("B", "2026-04-20", "10000.00")
    hold(made, "2026-04-21", "bankruptcy", scope="invoice", invoice="A", until="2026-04-29")

    (send,) = made.run("2026-04-30")
    found = {(c.ref.invoice, c.what): c.amount for c in send.charges if c.what == INTEREST}
    assert found == {("A", INTEREST): 274, ("B", INTEREST): 2740}


def test_a_kind_that_stops_fees_stops_fees_and_compensation_and_no_interest() -> None:
    effects = {"employer": Effect(interest=False, fees=True)}
    statutory = CHARGED.replace("interest: {contract: 10.0}", "interest: statutory", 1)
    made = cell(statutory, lambda: effects)
    (send,) = made.run("2026-04-30")
    assert FEE in charged(send)

    made = cell(statutory, lambda: effects)
    hold(made, "2026-04-25", "employer")
    (send,) = made.run("2026-04-30")
    assert {FEE, COMPENSATION} & set(charged(send)) == set()
    assert charged(send) == {INTEREST: 2740}


def test_what_is_kept_of_released_holds_is_what_the_data_says_stops_interest() -> None:
    effects = hold_effects()
    assert {kind for kind, effect in effects.items() if effect.interest} == PAUSING
    assert set(effects) <= {*LEGAL, "dispute"}


def test_interest_that_was_charged_before_the_hold_was_known_is_told() -> None:
    made = cell(CHARGED)
    made.run("2026-04-30")
    session = made.bodies.session(CREDITOR, made.key, CUSTOMER, _book(made), at(date(2026, 5, 2)))
    from dunning.domain.reading import Defaults, read

    body = {"on": "2026-05-02", "type": "hold", "id": "h", "customer": CUSTOMER}
    late = body | {"kind": "bankruptcy", "value_date": "2026-04-25"}
    (one,) = read(late, Defaults(CREDITOR)).bodies
    session.record(one)  # type: ignore[arg-type]

    ((code, said),) = session.notes
    assert code == "interest_was_posted"
    assert "A/1 to 2026-04-30" in said


def _book(of: Cell) -> Any:
    return of.settings.rulebook(CREDITOR)


# --- a person decides -----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["objection", "restriction"])
def test_an_objection_and_a_restriction_ask_a_person_until_they_are_released(kind: str) -> None:
    made = cell()
    hold(made, "2026-04-25", kind)
    assert list(made.tasks()) == ["review"]
    made.say("2026-05-25", "release", hold="h")

    assert list(made.tasks()) == ["review_over"]
    assert made.records()[-1] == ("FACT", "release")


HANDS = """
policies:
  - id: std
    ladder:
      - {level: 1, after_due: {days: 10}, channels: [email], tone: friendly,
         then: {hand_over: {after: {days: 5}, to: agency}}}
"""


def test_what_is_restricted_is_not_given_to_an_agency() -> None:
    made = cell(HANDS)
    made.run("2026-04-30")
    hold(made, "2026-05-02", "restriction")
    made.run("2026-06-30")
    assert made.account.handed_over == ()

    made.say("2026-07-01", "release", hold="h")
    made.run("2026-07-01")
    assert [fact.to for fact in made.exports.facts] == ["agency"]


def test_a_file_for_an_agency_that_is_not_written_yet_waits_for_the_end_of_the_hold() -> None:
    made = cell(HANDS)
    made.say("2026-05-02", "hand_over", customer=CUSTOMER, to="agency")
    hold(made, "2026-05-02", "restriction", until="2026-05-20")
    made.run("2026-05-20")
    assert made.exports.facts == []
    assert made.reason == "HELD_RESTRICTION"

    made.run("2026-05-21", 1)
    assert len(made.exports.facts) == 1


@pytest.mark.parametrize("kind", sorted(SAYS))
def test_a_notice_that_bounced_is_not_tried_again_under_a_hold(kind: str) -> None:
    made = cell()
    (send,) = made.run("2026-04-30")
    hold(made, "2026-04-30", kind)
    made.say(
        "2026-04-30", "feedback", hour=13, customer=CUSTOMER, channel="email",
        address=send.address.value, outcome="bounced",
    )  # fmt: skip

    assert made.days("2026-04-30", "2026-05-10") == []


ASKS = """
policies:
  - id: std
    ladder: [{level: 1, after_due: {days: 10}, channels: [email], tone: formal, approval: yes}]
"""


@pytest.mark.parametrize("kind", sorted(SAYS))
def test_what_was_approved_does_not_go_under_a_hold(kind: str) -> None:
    made = cell(ASKS)
    made.run("2026-04-30")
    made.answer("2026-04-30", hour=13)
    hold(made, "2026-04-30", kind, until="2026-12-31")

    assert made.run("2026-05-01") == []
    assert made.recorder.sends == []
