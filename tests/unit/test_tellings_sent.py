"""Messages beside the ladder are sent: which, on which day, once, and not when they are needless.
Through the ledger, the decision and the sender; the words are tests/unit/test_render's.
"""

from datetime import date
from typing import Any

import pytest
from dunning.adapters.memory.cell import MemorySender
from dunning.domain import history
from dunning.domain.due import Send
from dunning.domain.notice import items_headers
from dunning.domain.reasons import TELLING, sentence
from dunning.domain.telling_words import what
from dunning.service.cases import Cases
from dunning.service.ports import Refused, Unclear
from dunning.service.why import Why

from infra.local.demo.audit import find_duplicates, find_lost
from tests.offline import customer, invoice, payment, play, run
from tests.unit.approving import CREDITOR, CUSTOMER, HANDS_OVER, Cell, at

POLICY = """
policies:
  - id: std
    {more}
    ladder:
      - {{level: 1, after_due: {{days: 10}}, channels: [email], tone: friendly}}
      - {{level: 2, after_due: {{days: 40}}, channels: [email], tone: formal}}
"""
A = [{"invoice": "A"}]
TWO = [{"due": "2026-03-02", "amount": "150.00"}, {"due": "2026-04-02", "amount": "150.00"}]


def owing(more: str = "", policies: str = POLICY) -> Cell:
    """A customer with an invoice of 300.00 that falls due on 1 February."""
    cell = Cell(policies.format(more=more) if policies is POLICY else policies)
    cell.invoice("A", "2026-02-01", "300.00")
    return cell


def with_plan(more: str = "", state: str = "active", on: str = "2026-02-20", **fields: Any) -> Cell:
    """The same, with a plan of two instalments, after the first notice."""
    cell = owing(more)
    cell.run("2026-02-11")
    terms = {"items": A, "instalments": TWO, **fields}
    cell.say(on, "plan", id="pl", customer=CUSTOMER, state=state, **terms)
    return cell


def days(cell: Cell, first: str, last: str) -> list[tuple[str, list[str]]]:
    """Each day with messages, and what each told or advanced."""
    found: dict[str, list[str]] = {}
    before = len(cell.recorder.sends)
    cell.days(first, last)
    for send in cell.recorder.sends[before:]:
        found.setdefault(send.run.isoformat(), []).append(says(send))
    return sorted(found.items())


def says(send: Send) -> str:
    return send.tells or ",".join(f"{line.ref.invoice}:{line.level}" for line in send.advanced)


# --- plans --------------------------------------------------------------------------------------


def test_a_plan_is_confirmed_announced_before_each_instalment_and_once_when_one_is_missed() -> None:
    cell = with_plan()
    assert days(cell, "2026-02-20", "2026-03-20") == [
        ("2026-02-20", ["plan_agreed/2026-02-20/pl"]),
        ("2026-02-27", ["instalment_due/1/pl"]),
        ("2026-03-03", ["instalment_missed/1/pl"]),
        # Broken on the 5th; the second step has its own day.
        ("2026-03-13", ["A:2"]),
    ]


def test_an_instalment_that_came_is_neither_announced_nor_missed() -> None:
    cell = with_plan()
    days(cell, "2026-02-20", "2026-02-26")
    cell.pay("2026-02-27", "A", "150.00")  # 08:00, before the hour of the message
    assert days(cell, "2026-02-27", "2026-04-01") == [("2026-03-30", ["instalment_due/2/pl"])]
    last = [
        record for record in cell.ledger.history(CREDITOR, cell.key) if record.code == "payment"
    ]
    assert last[0].ended.tells == "instalment_due/1/pl", "its record says what it has ended"


def test_an_instalment_due_at_once_is_told_of_by_the_agreement_alone() -> None:
    cell = owing()
    cell.run("2026-02-11")
    soon = [{"due": "2026-02-22", "amount": "300.00"}]
    cell.say("2026-02-20", "plan", id="pl", customer=CUSTOMER, state="active", items=A,
             instalments=soon)  # fmt: skip
    assert days(cell, "2026-02-20", "2026-02-22") == [("2026-02-20", ["plan_agreed/2026-02-20/pl"])]


def test_money_on_account_that_covers_an_instalment_is_not_asked_for_and_breaks_no_plan() -> None:
    cell = with_plan()
    cell.say("2026-02-21", "payment", id="cr", customer=CUSTOMER, currency="EUR",
             amount="200.00", allocations=[{"invoice": "ZZ", "amount": "200.00"}])  # fmt: skip
    told = days(cell, "2026-02-20", "2026-04-20")
    # The first is covered; of both together a part is missing, after the last look at it.
    assert [(day, one) for day, (one, *_) in told if one.startswith("instalment")] == [
        ("2026-03-30", "instalment_due/2/pl"),
        ("2026-04-08", "instalment_missed/1-2026-04-07/pl"),
    ]
    state = cell.ledger.read(CREDITOR, cell.key)
    assert state is not None
    assert [(plan.state, plan.until) for plan in state.plans] == [("broken", date(2026, 4, 9))]


def test_who_pays_what_is_missing_beside_the_money_on_account_keeps_the_plan() -> None:
    cell = with_plan()
    cell.say("2026-02-21", "payment", id="cr", customer=CUSTOMER, currency="EUR",
             amount="50.00", allocations=[{"invoice": "ZZ", "amount": "50.00"}])  # fmt: skip
    days(cell, "2026-02-20", "2026-03-01")
    cell.pay("2026-03-02", "A", "100.00")
    told = days(cell, "2026-03-02", "2026-03-25")
    assert [one for _, (one, *_) in told if one.startswith("instalment_missed")] == []
    state = cell.ledger.read(CREDITOR, cell.key)
    assert state is not None
    assert state.plans[0].in_force


def test_of_two_instalments_close_to_each_other_the_second_tells_of_both() -> None:
    near = [
        {"due": "2026-03-02", "amount": "100.00"},
        {"due": "2026-03-03", "amount": "200.00"},
    ]
    cell = with_plan("send_days: [monday]", instalments=near, on="2026-02-23")
    told = days(cell, "2026-02-23", "2026-03-02")
    assert told[1:] == [("2026-03-02", ["instalment_due/2/pl"])]
    telling = cell.recorder.sends[-1].telling
    assert telling is not None
    assert telling.total == 30_000


def test_a_plan_recorded_long_after_it_was_agreed_is_not_confirmed() -> None:
    cell = owing()
    cell.run("2026-02-11")
    cell.say("2026-02-12", "plan", id="pl", customer=CUSTOMER, state="active", items=A,
             instalments=TWO)  # fmt: skip
    assert days(cell, "2026-02-20", "2026-02-26") == [], "the sweep stood still for a week"


def test_an_offer_of_ours_is_told_once_and_again_with_other_terms() -> None:
    cell = with_plan(state="proposed")
    (first,) = days(cell, "2026-02-20", "2026-02-22")
    assert first[1][0].startswith("plan_offer/")
    other = [{"due": "2026-03-10", "amount": "300.00"}]
    cell.say("2026-02-24", "plan", id="pl", customer=CUSTOMER, state="proposed", items=A,
             instalments=other)  # fmt: skip
    (second,) = days(cell, "2026-02-23", "2026-03-09")
    assert second[0] == "2026-02-24"
    assert second[1] != first[1]


def test_an_offer_that_nobody_can_agree_to_any_more_is_not_made() -> None:
    cell = with_plan(state="proposed", on="2026-02-20")
    cell.pay("2026-02-20", "A", "100.00")
    assert days(cell, "2026-02-20", "2026-03-09") == []


def test_what_a_customer_asked_for_is_not_offered_back_to_them() -> None:
    cell = with_plan(state="proposed", by="customer")
    assert days(cell, "2026-02-20", "2026-03-09") == []


# --- promises -----------------------------------------------------------------------------------


def promised(cell: Cell, on: str = "2026-02-12", by: str = "2026-02-20") -> None:
    cell.say(on, "promise", id="p", customer=CUSTOMER, date=by, amount="300.00", items=A)


def test_a_promise_is_remembered_the_day_before_and_its_breach_told_where_no_notice_does() -> None:
    cell = owing()
    cell.run("2026-02-11")
    promised(cell)
    assert days(cell, "2026-02-12", "2026-03-10") == [
        ("2026-02-19", ["promise_reminder//p"]),
        ("2026-02-23", ["promise_broken//p"]),
    ]


def test_a_notice_of_the_same_day_says_that_a_promise_was_broken() -> None:
    cell = owing()
    promised(cell, "2026-02-10")
    assert days(cell, "2026-02-10", "2026-03-10") == [
        ("2026-02-19", ["promise_reminder//p"]),
        ("2026-02-23", ["A:1"]),
    ]


def test_a_promise_that_was_kept_has_no_message() -> None:
    cell = owing()
    cell.run("2026-02-11")
    promised(cell)
    cell.pay("2026-02-18", "A", "300.00")
    assert days(cell, "2026-02-12", "2026-03-30") == []


def test_who_promises_anew_is_not_told_of_the_promise_before() -> None:
    cell = owing()
    cell.run("2026-02-11")
    promised(cell)
    days(cell, "2026-02-12", "2026-02-21")
    cell.say("2026-02-22", "promise", id="q", customer=CUSTOMER, date="2026-03-05",
             amount="300.00", items=A)  # fmt: skip
    assert days(cell, "2026-02-22", "2026-03-05") == [("2026-03-04", ["promise_reminder//q"])]


# --- thanks and hand-overs ----------------------------------------------------------------------


def test_thanks_are_off_unless_the_policy_says_so_and_are_one_for_a_day_s_payments() -> None:
    quiet = owing()
    quiet.pay("2026-02-05", "A", "100.00")
    assert days(quiet, "2026-02-05", "2026-02-08") == []
    assert not quiet.account.received
    cell = owing("tell: {thanks: yes}")
    cell.pay("2026-02-05", "A", "100.00")
    cell.pay("2026-02-05", "A", "50.00")
    ((day, (told,)),) = days(cell, "2026-02-05", "2026-02-10")
    assert (day, told.partition("/")[0]) == ("2026-02-05", "thanks")
    (send,) = cell.recorder.sends
    assert send.telling is not None
    assert getattr(send.telling, "paid", None) == 15_000


def test_nobody_is_thanked_for_what_was_taken_back_or_came_long_ago() -> None:
    cell = owing("tell: {thanks: yes}")
    cell.pay("2026-02-05", "A", "100.00", id="p1")
    cell.say("2026-02-05", "reversal", of="p1")
    assert days(cell, "2026-02-05", "2026-02-08") == []
    cell.pay("2026-02-06", "A", "100.00")
    assert days(cell, "2026-02-10", "2026-02-10") == [], "its days are over"


def test_a_payment_that_settles_everything_is_thanked_for_as_well() -> None:
    cell = owing("tell: {thanks: yes}")
    cell.pay("2026-02-05", "A", "300.00")
    ((_, (told,)),) = days(cell, "2026-02-05", "2026-02-08")
    assert told.startswith("thanks/")
    assert cell.account.open == ()


def test_of_a_hand_over_to_an_agency_the_customer_is_told_and_of_one_to_us_only_if_we_say_so() -> (
    None
):
    inside = owing(policies=HANDS_OVER)
    assert [told for _, told in days(inside, "2026-02-11", "2026-03-31")] == [["A:1"], ["A:2"]]
    for more in ("hand_over: {after: {days: 14}, to: agency}", "hand_over: {after: {days: 14}}"):
        text = HANDS_OVER.replace("hand_over: {after: {days: 14}}", more)
        text = text.replace("id: std", "id: std\n    tell: {hand_over: {to: [agency, person]}}")
        outside = owing(policies=text)
        told = [told for _, told in days(outside, "2026-02-11", "2026-03-31")]
        assert told[:2] == [["A:1"], ["A:2"]]
        assert [one.partition("/")[0] for one in told[2]] == ["hand_over"]
        assert len(told) == 3


# --- how they are sent --------------------------------------------------------------------------


def test_a_policy_says_which_when_how_and_by_which_channel() -> None:
    cell = with_plan(
        "tell: {plan_agreed: no, instalment_due: {before: {days: 7}, tone: formal},"
        " instalment_missed: {after: {days: 2}, channels: [voice, email]}}"
    )
    assert days(cell, "2026-02-20", "2026-03-06") == [
        ("2026-02-23", ["instalment_due/1/pl"]),
        ("2026-03-04", ["instalment_missed/1/pl"]),
    ]
    due, missed = cell.recorder.sends[-2:]
    assert (due.tone, due.channel) == ("formal", "email")
    assert (missed.tone, missed.channel) == ("persuasive", "voice")


def test_none_of_them_with_tell_no() -> None:
    cell = with_plan("tell: no")
    assert days(cell, "2026-02-20", "2026-03-12") == []


def test_they_keep_to_the_hour_and_the_days_of_the_policy() -> None:
    cell = with_plan('send_at: "14:00"\n    send_days: [monday]')
    assert cell.run("2026-02-23", 13) == []
    assert [says(send) for send in cell.run("2026-02-23", 14)] == ["plan_agreed/2026-02-20/pl"]
    assert days(cell, "2026-02-24", "2026-03-01") == []
    assert cell.run("2026-03-02", 13) == []
    assert [says(send) for send in cell.run("2026-03-02", 14)] == ["instalment_due/1/pl"]


@pytest.mark.parametrize(
    ("fact", "fields"),
    [
        ("hold", {"customer": CUSTOMER, "kind": "talks", "scope": "account"}),
        ("dispute", {"invoice": "A", "reason": "quality"}),
    ],
)
def test_a_hold_and_a_dispute_keep_back_what_asks_for_money(
    fact: str, fields: dict[str, str]
) -> None:
    cell = with_plan()
    days(cell, "2026-02-20", "2026-02-20")
    cell.say("2026-02-21", fact, id="x", **fields)
    assert days(cell, "2026-02-22", "2026-02-28") == []
    over = ("release", {"hold": "x"}) if fact == "hold" else (
        "resolve", {"dispute": "x", "outcome": "rejected"}
    )  # fmt: skip
    cell.say("2026-03-01", over[0], **over[1])
    assert days(cell, "2026-03-01", "2026-03-01") == [("2026-03-01", ["instalment_due/1/pl"])]


def test_no_level_and_no_interval_moves_for_them() -> None:
    told, quiet = with_plan(), with_plan("tell: no")
    for cell in (told, quiet):
        days(cell, "2026-02-20", "2026-04-30")
    found = [
        [(n.level, n.day, n.notices) for n in cell.account.head.last] for cell in (told, quiet)
    ]
    assert found[0] == found[1] != []
    assert told.account.head.reached.keys() == quiet.account.head.reached.keys()
    assert len(told.account.head.recent) > len(quiet.account.head.recent), "contacts all the same"


def bounce(cell: Cell, on: str, send: Send, hour: int = 13, outcome: str = "bounced") -> None:
    cell.say(
        on, "feedback", hour, customer=CUSTOMER, channel=send.channel, address=send.address.value,
        outcome=outcome,
    )  # fmt: skip


def test_after_a_bounce_the_next_channel_has_its_turn_the_same_day_as_the_same_telling() -> None:
    cell = with_plan("tell: {instalment_missed: {channels: [email, voice]}, instalment_due: no}")
    days(cell, "2026-02-20", "2026-03-02")
    (first,) = cell.run("2026-03-03")
    bounce(cell, "2026-03-03", first)
    (second,) = cell.run("2026-03-03", 14)
    assert (first.tells, first.channel, first.attempt) == ("instalment_missed/1/pl", "email", 1)
    assert (second.tells, second.channel, second.attempt) == (first.tells, "voice", 2)
    assert second.serial == first.serial
    assert cell.run("2026-03-04") == []


def test_what_has_no_other_address_is_over_and_the_ladder_is_not() -> None:
    cell = with_plan()
    (first,) = cell.run("2026-02-20")
    bounce(cell, "2026-02-20", first)
    assert days(cell, "2026-02-20", "2026-03-12") == []
    assert [task for task in cell.tasks() if task == "parked"] == []


class Answers:
    """A provider that answers so, once."""

    def __init__(self, answer: Exception) -> None:
        self.answer: Exception | None = answer
        self.taken = 0

    def send(self, creditor: str, message: Any) -> str:
        answer, self.answer = self.answer, None
        if answer is not None:
            raise answer
        self.taken += 1
        return "id"


def asks(cell: Cell, day: str, *answers: Exception) -> list[str]:
    """What comes of all that is due at a day's noon, with a provider that answers so at first."""
    outcomes = []
    waiting = list(answers)
    now = at(day)
    while cell.account.head.plan.at is not None and cell.account.head.plan.at <= now:
        provider = Answers(waiting.pop(0)) if waiting else MemorySender()
        cell.senders["email"].senders["email"] = provider  # type: ignore[index]
        outcomes.append(cell.senders["email"].remind(CREDITOR, cell.key, now))
    return outcomes


def test_a_refused_telling_takes_its_serial_along_and_leaves_the_notice_its_address() -> None:
    cell = with_plan()
    assert asks(cell, "2026-02-20", Refused("rejected")) == ["rejected"]
    assert [told.outcome for told in cell.account.told] == ["rejected"]
    cell.invoice("B", "2026-02-11", on="2026-02-20")
    assert asks(cell, "2026-02-21") == ["sent"]
    refused, notice = cell.recorder.sends[-2:]
    assert (says(notice), notice.attempt) == ("B:1", 1)
    assert notice.address == refused.address
    assert notice.serial > refused.serial


def test_a_refused_notice_keeps_its_serial_and_a_telling_goes_beside_it() -> None:
    cell = with_plan()
    cell.invoice("B", "2026-02-09", on="2026-02-19")
    assert asks(cell, "2026-02-20", Refused("rejected")) == ["rejected", "sent"]
    refused, told = cell.recorder.sends[-2:]
    assert [says(refused), says(told)] == ["B:1", "plan_agreed/2026-02-20/pl"]
    assert told.serial > refused.serial


def test_an_unknown_result_is_told_to_a_person_and_never_repeated() -> None:
    cell = with_plan()
    provider = Answers(Unclear())
    cell.senders["email"].senders["email"] = provider  # type: ignore[index]
    remind = cell.senders["email"].remind
    assert remind(CREDITOR, cell.key, at("2026-02-20")) == "unclear"
    claim = cell.account.head.claim
    assert claim is not None
    assert claim.tells == "plan_agreed/2026-02-20/pl"
    assert remind(CREDITOR, cell.key, at("2026-02-20", 13)) == "lapsed"
    assert remind(CREDITOR, cell.key, at("2026-02-21", 13)) == "resolved"
    assert [str(told.tells) for told in cell.account.told] == ["plan_agreed/2026-02-20/pl"]
    assert days(cell, "2026-02-21", "2026-02-26") == []
    assert "unknown_send" in cell.tasks()


# --- what is said of them -----------------------------------------------------------------------


def test_why_says_each_in_a_sentence_and_keeps_the_ladder_s_reason() -> None:
    cell = with_plan()
    head = cell.account.head
    assert (head.plan.reason, head.plan.tells) == ("IN_PLAN", "plan_agreed/2026-02-20/pl")
    cell.run("2026-02-20")
    lines = list(Why(cell.ledger, cell.accounts.gates).timeline(CREDITOR, CUSTOMER))
    (made,) = [line for line in lines if line.get("attempt", {}).get("tells")]
    assert "left by email: of the payment plan pl as it was agreed" in made["sentence"]
    now = lines[-1]["plan"]
    assert now["tells"]["sentence"] == (
        "the customer is told then that instalment 1 of the payment plan pl is due soon"
    )
    assert now["reason"] == "IN_PLAN"
    (answer, *_) = Why(cell.ledger, cell.accounts.gates).on_day(
        CREDITOR, CUSTOMER, cell.recorder.sends[-1].run, cell.settings.rulebook(CREDITOR)
    )
    assert answer["reminded"] is False
    assert sentence(TELLING, "plan_agreed/2026-02-20/pl").endswith("as it was agreed")


def test_a_case_says_what_the_customer_is_told_next_and_nothing_where_a_step_is() -> None:
    cell = with_plan()
    rulebook = cell.settings.rulebook(CREDITOR)
    cell.run("2026-02-20")
    found = Cases(cell.ledger)(CREDITOR, CUSTOMER, rulebook, at("2026-02-21"))
    assert found is not None
    planned = found[0]["plan"]
    assert (planned["reason"], planned["tells"]) == ("IN_PLAN", "instalment_due/1/pl")
    assert planned["at"] == "2026-02-27T09:00:00Z"
    cell.pay("2026-02-22", "A", "300.00")
    found = Cases(cell.ledger)(CREDITOR, CUSTOMER, rulebook, at("2026-02-22"))
    assert found is not None
    assert (found[0]["plan"]["reason"], found[0]["plan"]["tells"]) == ("NOTHING_OPEN", None)


def test_the_header_names_what_is_told_and_the_audit_counts_it_once() -> None:
    cell = with_plan()
    cell.run("2026-02-20")
    ((name, value),) = items_headers(cell.recorder.sends[-1])
    assert (name, value) == ("X-Duecourse-Items", "!plan_agreed/2026-02-20/pl")
    row = {
        "account": "acc", "notice": "2-acc", "channel": "email", "attempt": "1", "items": value,
        "accepted": True, "failed_by": None,
    }  # fmt: skip
    assert find_duplicates([row]) == []
    (found,) = find_duplicates([row, {**row, "notice": "3-acc"}])
    assert "by 2 notices" in found
    line = {"run": "2026-02-20", "customer": "c4", "tells": "plan_agreed/2026-02-20/pl"}

    def nothing(_: object) -> None:
        return None

    assert find_lost([line], [row], {"c4": "acc"}, {}, nothing) == []
    assert find_lost([line], [], {"c4": "acc"}, {}, nothing) != []


def test_simulate_prints_them_when_asked_and_its_other_lines_are_the_same() -> None:
    steps = """
policies:
  - id: standard
    {}
    ladder:
      - {{level: 1, after_due: {{days: 1}}, channels: [email]}}
      - {{level: 2, after_due: {{days: 30}}, channels: [email]}}
"""
    agreed = {"on": "2026-02-20", "type": "plan", "id": "pl", "customer": "c1", "state": "active",
              "items": A, "instalments": TWO}  # fmt: skip
    bodies = [customer(), invoice("A", "2026-02-01", "300.00"), agreed]
    bodies.append(payment("p", "2026-03-02", "150.00"))
    lines: dict[str, list[Any]] = {}
    for more in ("tell: no", "track: item"):
        for shown in (False, True):
            simulation = play(steps.format(more), bodies)
            simulation.tellings = shown
            found = [
                line
                for month in (2, 3, 4)
                for day in range(1, 29)
                for line in run(simulation, f"2026-{month:02}-{day:02}")
            ]
            lines[f"{more}, {shown}"] = found
    plain = [{**line, "notice": ""} for line in lines["tell: no, False"]]
    assert [{**line, "notice": ""} for line in lines["track: item, False"]] == plain
    told = [line for line in lines["track: item, True"] if "tells" in line]
    assert [(line["run"], line["tells"]) for line in told] == [
        ("2026-02-20", "plan_agreed/2026-02-20/pl"),
        ("2026-02-27", "instalment_due/1/pl"),
        ("2026-04-01", "instalment_due/2/pl"),
        ("2026-04-03", "instalment_missed/2/pl"),
    ]
    assert told[1]["total"] == "150.00"
    assert [
        {**line, "notice": ""} for line in lines["track: item, True"] if "tells" not in line
    ] == plain


def test_each_attempt_s_record_says_what_it_told_and_advances_nothing() -> None:
    cell = with_plan()
    cell.run("2026-02-20")
    records = cell.ledger.history(CREDITOR, cell.key)
    made = [one.attempt for one in records if one.kind == history.ATTEMPT and one.attempt]
    assert [(one.tells, bool(one.said)) for one in made] == [
        ("", True),
        ("plan_agreed/2026-02-20/pl", False),
    ]


# --- an instalment that is missing a second time ------------------------------------------------


def test_whose_money_is_taken_back_is_told_again_before_the_plan_is_broken() -> None:
    cell = with_plan()
    assert days(cell, "2026-03-03", "2026-03-03") == [("2026-03-03", ["instalment_missed/1/pl"])]
    cell.pay("2026-03-04", "A", "150.00", id="p1")
    assert days(cell, "2026-03-04", "2026-03-09") == []
    cell.say("2026-03-10", "reversal", of="p1")
    # Missing since the 10th: a word the day after, two days of grace, broken on the 13th.
    assert days(cell, "2026-03-10", "2026-03-20") == [
        ("2026-03-11", ["instalment_missed/1-2026-03-10/pl"]),
        ("2026-03-13", ["A:2"]),
    ]
    said = what("instalment_missed/1-2026-03-10/pl")
    assert said == "that instalment 1 of the payment plan pl is missing since 2026-03-10"


def test_a_later_instalment_is_told_of_once_more_after_that() -> None:
    three = [
        {"due": "2026-03-02", "amount": "100.00"},
        {"due": "2026-03-12", "amount": "100.00"},
        {"due": "2026-04-02", "amount": "100.00"},
    ]
    cell = with_plan("tell: {plan_agreed: no, instalment_due: no}", instalments=three)
    cell.pay("2026-03-02", "A", "100.00", id="p1")
    assert days(cell, "2026-03-02", "2026-03-13") == [("2026-03-13", ["instalment_missed/2/pl"])]
    cell.pay("2026-03-14", "A", "100.00", id="p2")
    cell.say("2026-03-16", "chargeback", id="cb", payment="p1")
    # What came second is the first instalment's now; the second is missing, since the 16th.
    assert days(cell, "2026-03-14", "2026-03-17") == [
        ("2026-03-17", ["instalment_missed/2-2026-03-16/pl"])
    ]
    cell.pay("2026-03-18", "A", "100.00", id="p3")
    assert days(cell, "2026-03-18", "2026-04-04") == [("2026-04-03", ["instalment_missed/3/pl"])]
