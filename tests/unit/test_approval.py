"""A step with an approval: asked for, waited for, and sent as it was approved or not at all."""

import pytest
from dunning.adapters.dynamodb.head import head_row
from dunning.adapters.dynamodb.writes import MOST_ACTIONS, _Batch, _gather
from dunning.adapters.memory.ledger import MemoryLedger
from dunning.domain import reasons
from dunning.domain.change import Change
from dunning.domain.ledger import LARGEST_WRITE, LedgerError

from tests.unit.approving import LADDER, Cell, told

DUE = "2026-01-15"
FIRST_DAY, SECOND_DAY = "2026-01-25", "2026-02-14"


def waiting(policies: str = LADDER, *more: tuple[str, str]) -> Cell:
    """One invoice (and more), whose second step waits for an answer."""
    cell = Cell(policies)
    cell.invoice("A", DUE)
    for number, due in more:
        cell.invoice(number, due)
    cell.days("2026-01-15", SECOND_DAY)
    return cell


def test_nothing_is_sent_before_somebody_has_said_yes() -> None:
    cell = Cell()
    cell.invoice("A", DUE)
    assert cell.days(DUE, "2026-02-28") == [(FIRST_DAY, ["A:1"])]
    assert cell.reason == reasons.APPROVAL_PENDING
    assert cell.account.head.plan.detail == cell.proposal.id
    (line,) = cell.tasks()["approval"]
    assert line == "std, level 2 by email: 100.00 EUR for 1 items; answer by 2026-02-28"


def test_what_was_approved_goes_at_once_and_only_once() -> None:
    cell = waiting()
    id_ = cell.proposal.id
    assert cell.answer("2026-02-16", hour=14) == "accepted"
    (send,) = cell.run("2026-02-16", 14)
    assert (told(send), send.proposal, send.tone) == (["A:2"], id_, "formal")
    assert cell.account.proposals == ()
    assert cell.outcomes() == ["sent"]
    assert cell.days("2026-02-16", "2026-04-30") == []
    assert cell.tasks() == {"approval_over": ["sent"]}


def test_an_approval_in_the_night_goes_at_the_hour_of_the_policy() -> None:
    cell = waiting()
    cell.answer("2026-02-16", hour=3)
    assert cell.run("2026-02-16", 8) == []
    assert [told(send) for send in cell.run("2026-02-16", 9)] == [["A:2"]]


def test_while_it_waits_lower_items_go_in_a_notice_of_their_own() -> None:
    cell = waiting(LADDER, ("B", "2026-02-08"))
    assert cell.days("2026-02-15", "2026-02-20") == [("2026-02-18", ["B:1"])]
    (send,) = cell.recorder.sends[-1:]
    assert [str(line.ref) for line in send.lines] == ["A/1", "B/1"]
    cell.answer("2026-02-20", hour=13)
    # B was listed at level 0 when it was asked, and still is listed: the same items and the same
    # step, so it goes as it was approved.
    assert [told(send) for send in cell.run("2026-02-20", 13)] == [["A:2"]]


def test_a_payment_makes_a_proposal_stale_and_it_is_rebuilt_without_what_was_paid() -> None:
    cell = waiting(LADDER, ("B", DUE))
    first = cell.proposal
    assert sorted(step.ref.invoice for step in first.steps) == ["A", "B"]
    cell.pay("2026-02-16", "B")
    cell.answer("2026-02-16", proposal=first.id)
    assert cell.run("2026-02-16") == []
    second = cell.proposal
    assert [step.ref.invoice for step in second.steps] == ["A"]
    assert (second.answer, second.total) == ("", 10_000)
    assert cell.outcomes() == ["stale: items"]
    cell.answer("2026-02-17")
    assert [told(send) for send in cell.run("2026-02-17")] == [["A:2"]]


def test_nothing_is_sent_at_all_if_nothing_is_left() -> None:
    cell = waiting()
    cell.answer("2026-02-16", hour=7)
    cell.pay("2026-02-16", "A")
    assert cell.days("2026-02-16", "2026-04-30") == []
    assert cell.outcomes() == ["settled"]
    assert cell.reason == reasons.NOTHING_OPEN


def test_a_lower_total_for_the_same_items_keeps_the_approval_and_says_the_live_figures() -> None:
    cell = waiting()
    cell.answer("2026-02-16", hour=7)
    cell.pay("2026-02-16", "A", "40.00")
    (send,) = cell.run("2026-02-16")
    assert (told(send), send.total) == (["A:2"], 6_000)


def test_a_higher_total_is_asked_anew() -> None:
    cell = waiting()
    cell.pay("2026-02-15", "A", "40.00", id="p")
    assert cell.run("2026-02-15") == []
    # With less to pay it was still the same; what comes back makes it more than was ever asked.
    cell.answer("2026-02-16", hour=7)
    cell.invoice("B", "2026-02-15", on="2026-02-16")
    assert cell.run("2026-02-16") == []
    assert cell.outcomes() == ["stale: items"]
    assert cell.proposal.total == 16_000
    assert cell.proposal.answer == ""


def test_a_part_payment_that_is_given_back_makes_more_than_was_asked() -> None:
    cell = Cell()
    cell.invoice("A", DUE)
    cell.pay("2026-02-01", "A", "40.00", id="p")
    cell.days(DUE, SECOND_DAY)
    assert cell.proposal.total == 6_000
    cell.answer("2026-02-16", hour=7)
    cell.say("2026-02-16", "reversal", of="p")
    assert cell.days("2026-02-16", "2026-02-18") == []
    assert cell.outcomes() == ["stale: total"]
    assert cell.proposal.total == 10_000


def test_another_channel_is_another_question() -> None:
    cell = waiting()
    cell.say("2026-02-16", "opt_out", customer="c4", channel="email")
    assert cell.run("2026-02-16") == []
    assert cell.outcomes() == ["stale: channel"]
    assert cell.proposal.channel == "voice"


def test_a_new_version_of_the_policy_that_says_it_otherwise_is_another_question() -> None:
    cell = waiting()
    cell.publish(LADDER.replace("tone: formal", "tone: persuasive"))
    cell.answer("2026-02-16", hour=7)
    assert cell.run("2026-02-16") == []
    assert (cell.outcomes(), cell.proposal.tone) == (["stale: tone"], "persuasive")


def test_a_step_that_asks_nobody_any_more_goes_without_an_answer() -> None:
    cell = waiting()
    cell.publish(LADDER.replace(", approval: yes", ""))
    cell.say("2026-02-16", "promise", customer="c4", date="2026-02-16", amount="1.00")
    assert cell.days("2026-02-16", "2026-02-28") == [("2026-02-19", ["A:2"])]
    assert cell.outcomes() == ["sent"]


def test_a_hold_keeps_what_was_approved_and_lets_it_go_when_it_ends() -> None:
    cell = waiting()
    cell.say("2026-02-15", "hold", customer="c4", kind="manual", until="2026-02-18")
    cell.answer("2026-02-16")
    assert cell.days("2026-02-16", "2026-02-18") == []
    assert cell.days("2026-02-19", "2026-02-19") == [("2026-02-19", ["A:2"])]


def test_without_an_answer_there_is_a_task_no_send_and_a_new_question_as_long_after() -> None:
    cell = waiting()
    assert cell.proposal.until.isoformat() == "2026-02-28"
    assert cell.days("2026-02-15", "2026-03-14") == []
    assert cell.account.proposals == ()
    assert cell.tasks() == {"approval": ["nobody answered by 2026-02-28"]}
    assert cell.reason == reasons.APPROVAL_EXPIRED
    assert cell.days("2026-03-15", "2026-03-15") == []
    assert cell.proposal.on.isoformat() == "2026-03-15"
    assert cell.outcomes() == ["expired"]
    # The line about the old question is done with; the new one has a line of its own.
    assert [line[-10:] for line in cell.tasks()["approval"]] == ["2026-03-29"]


def test_an_answer_after_the_last_day_is_refused() -> None:
    cell = waiting()
    old = cell.proposal.id
    with pytest.raises(LedgerError) as refused:
        cell.answer("2026-03-01", hour=0)
    assert refused.value.code == "too_late"
    cell.run("2026-03-01")
    with pytest.raises(LedgerError) as refused:
        cell.answer("2026-03-01", proposal=old)
    assert refused.value.code == "proposal_over"


def test_an_approval_that_could_not_be_used_for_as_long_is_over() -> None:
    cell = waiting()
    cell.say("2026-02-15", "hold", customer="c4", kind="manual", id="h")
    cell.answer("2026-02-16")
    assert cell.days("2026-02-16", "2026-03-04") == []
    cell.say("2026-03-04", "release", hold="h")
    assert cell.days("2026-03-04", "2026-03-05") == []
    assert cell.outcomes() == ["expired"]
    assert cell.proposal.answer == ""


def test_a_rejected_step_waits_until_its_day_and_is_not_asked_again_before() -> None:
    cell = waiting(LADDER, ("B", "2026-02-08"))
    cell.answer("2026-02-16", "rejected", reason="we are talking to them", until="2026-03-10")
    assert cell.reason in (reasons.STEP_NOT_DUE, reasons.APPROVAL_REJECTED)
    # Its items are still listed with what else is due.
    assert cell.days("2026-02-16", "2026-03-09") == [("2026-02-18", ["B:1"])]
    assert [str(line.ref) for line in cell.recorder.sends[-1].lines] == ["A/1", "B/1"]
    assert cell.account.proposals == ()
    # B's own step is due on the 10th and asked for alone; A joins it when its refusal is over.
    cell.run("2026-03-10")
    assert [step.ref.invoice for step in cell.proposal.steps] == ["B"]
    cell.run("2026-03-11")
    assert [step.ref.invoice for step in cell.proposal.steps] == ["A", "B"]
    assert cell.outcomes() == ["rejected", "stale: items"]


def test_a_rejection_without_an_end_stands_until_it_is_released() -> None:
    cell = waiting()
    id_ = cell.proposal.id
    cell.answer("2026-02-16", "rejected", reason="wrong amount")
    assert cell.days("2026-02-16", "2026-06-30") == []
    assert cell.reason == reasons.APPROVAL_REJECTED
    assert cell.say("2026-07-01", "release", hold=id_) == "accepted"
    cell.run("2026-07-01")
    assert cell.proposal.id != id_


def test_a_rejection_says_why() -> None:
    cell = waiting()
    with pytest.raises(LedgerError) as refused:
        cell.answer("2026-02-16", "rejected")
    assert (refused.value.code, refused.value.field) == ("missing", "reason")


def test_a_changed_notice_goes_as_it_was_changed() -> None:
    cell = waiting(LADDER, ("B", DUE))
    drop = [{"invoice": "B"}]
    cell.answer("2026-02-16", "changed", drop=drop, channel="voice", tone="persuasive", hour=13)
    (send,) = cell.run("2026-02-16", 13)
    assert (told(send), send.channel, send.tone) == (["A:2"], "voice", "persuasive")
    assert [str(line.ref) for line in send.lines] == ["A/1"]
    # What was taken out counts as refused: it is not asked for again by itself.
    assert cell.days("2026-02-17", "2026-06-30") == []
    assert cell.account.proposals == ()
    assert [step.ref.invoice for fact in cell.account.refusals for step in fact.steps] == ["B"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"outcome": "changed"}, "nothing_changed"),
        ({"outcome": "approved", "tone": "formal"}, "changes"),
        ({"outcome": "approved", "until": "2026-03-01"}, "until"),
        ({"outcome": "rejected", "reason": "no", "until": "2026-02-01"}, "until"),
        ({"outcome": "changed", "drop": [{"invoice": "Z"}]}, "unknown_item"),
        ({"outcome": "changed", "drop": [{"invoice": "A"}]}, "nothing_left"),
        ({"outcome": "maybe"}, "unknown_word"),
        ({"outcome": "approved", "by": "Jane Doe <jane@example.com>"}, "bad_role"),
        ({"outcome": "approved", "proposal": "p9-NOBODY"}, "unknown_proposal"),
    ],
)
def test_an_answer_that_makes_no_sense_is_refused_with_a_sentence(
    fields: dict[str, object], code: str
) -> None:
    cell = waiting()
    given = {"proposal": cell.proposal.id, "by": "controller", **fields}
    with pytest.raises(LedgerError) as refused:
        cell.say("2026-02-16", "approval", **given)
    assert refused.value.code == code
    assert cell.proposal.answer == ""


def test_the_first_of_two_answers_holds() -> None:
    cell = waiting()
    id_ = cell.proposal.id
    cell.answer("2026-02-16", id="a1", hour=3)
    with pytest.raises(LedgerError) as refused:
        cell.answer("2026-02-16", "rejected", id="a2", reason="no", hour=4)
    assert refused.value.code == "already_answered"
    assert [told(send) for send in cell.run("2026-02-16")] == [["A:2"]]
    with pytest.raises(LedgerError) as refused:
        cell.answer("2026-02-17", "rejected", id="a2", reason="no", proposal=id_)
    assert refused.value.code == "proposal_over"


def test_an_answer_that_comes_again_changes_nothing() -> None:
    cell = waiting()
    id_ = cell.proposal.id
    assert cell.answer("2026-02-16", id="a1", hour=3) == "accepted"
    assert cell.answer("2026-02-16", id="a1", hour=4) == "unchanged"
    cell.run("2026-02-16")
    assert cell.answer("2026-02-16", id="a1", proposal=id_) == "unchanged"
    assert len(cell.recorder.sends) == 2


def test_where_one_item_carries_the_account_the_others_wait_with_it() -> None:
    cell = waiting(LADDER.replace("id: std", "id: std\n    track: account"), ("B", "2026-02-01"))
    assert cell.days("2026-02-15", "2026-02-20") == []
    cell.answer("2026-02-20", hour=13)
    (send,) = cell.run("2026-02-20", 13)
    assert told(send) == ["A:2"]
    assert [str(line.ref) for line in send.lines] == ["A/1", "B/1"]


def test_with_a_notice_for_each_level_each_has_a_proposal_of_its_own() -> None:
    policies = """
policies:
  - id: std
    notice_per: level
    ladder:
      - {level: 1, after_due: {days: 10}, channels: [email], tone: friendly, approval: yes}
      - {level: 2, after_due: {days: 30}, channels: [email], tone: formal, approval: yes}
"""
    cell = Cell(policies)
    cell.invoice("A", DUE)
    cell.run(FIRST_DAY)
    cell.answer(FIRST_DAY)
    cell.run(FIRST_DAY, 13)
    cell.invoice("B", "2026-02-04")
    cell.run(SECOND_DAY)
    low, high = sorted(cell.account.proposals, key=lambda one: one.level)
    assert [[step.ref.invoice for step in one.steps] for one in (low, high)] == [["B"], ["A"]]
    cell.answer("2026-02-15", proposal=low.id)
    assert [told(send) for send in cell.run("2026-02-15")] == [["B:1"]]


def test_the_next_attempt_of_an_approved_notice_lists_no_more_than_was_approved() -> None:
    cell = waiting(LADDER.replace("id: std", "id: std\n    track: account"))
    cell.answer("2026-02-16")
    cell.run("2026-02-16")
    cell.invoice("B", "2026-02-10", on="2026-02-16")
    cell.say(
        "2026-02-17", "feedback", customer="c4", channel="email", address="a@example.com",
        outcome="bounced",
    )  # fmt: skip
    (send,) = cell.run("2026-02-17")
    assert (send.attempt, send.channel) == (2, "voice")
    assert [str(line.ref) for line in send.lines] == ["A/1"]


class Weighed(MemoryLedger):
    """Counts the actions that each write would be in the table."""

    largest = 0

    def write(self, creditor: str, account: str, change: Change) -> None:
        batch = _Batch()
        _gather(batch, creditor, account, change, head_row(account, change.head))
        count = len(batch.deletes) + len(batch.puts) + len(batch.updates)
        self.largest = max(self.largest, count)
        assert count <= MOST_ACTIONS
        super().write(creditor, account, change)


def test_a_payment_that_settles_all_that_was_asked_and_refused_fits_into_one_write() -> None:
    ledger = Weighed()
    cell = Cell(LADDER.replace("id: std", "id: std\n    notice_per: level"), ledger)
    numbers = [f"I{number:02}" for number in range(LARGEST_WRITE)]
    for number in numbers:
        cell.invoice(number, DUE)
    cell.days(DUE, SECOND_DAY)
    for place in range(4):
        drop = [{"invoice": numbers[place]}]
        cell.answer("2026-02-15", "changed", drop=drop, until="2026-12-31", hour=3)
        cell.invoice(f"L{place}", "2026-02-10", on="2026-02-15")
        cell.pay("2026-02-15", f"L{place}")
        cell.pay("2026-02-15", numbers[-1 - place], "1.00")
        cell.say("2026-02-15", "reversal", of=f"payment-{cell.count}")
        cell.run("2026-02-15")
    assert len(cell.account.refusals) >= 1
    parts = [{"invoice": number, "amount": "100.00"} for number in numbers]
    cell.say(
        "2026-02-16", "payment", customer="c4", currency="EUR", amount="4500.00", allocations=parts
    )
    assert ledger.largest > 2 * LARGEST_WRITE
    assert cell.account.open == ()
    # What that write had no room for ends with the next thing that the agenda brings.
    cell.run("2026-02-16")
    assert cell.account.proposals == ()
    assert cell.outcomes()[-1] == "settled"
    assert cell.reason == reasons.NOTHING_OPEN
