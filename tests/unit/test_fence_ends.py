"""The ends of a claim: confirm, release, lapse, resolve, answer, in every order that has a name."""

import pytest
from dunning.domain import reasons
from dunning.domain.account import UNKNOWN
from dunning.domain.fence import UNKNOWN_HORIZON
from dunning.domain.ledger import LedgerError
from dunning.service import remind

from tests.model.stage import Stage
from tests.model.world import (
    ACCOUNT,
    DAY_OVER,
    DUE,
    FIRST,
    KIT,
    LEASE_OVER,
    SECOND,
    hold,
    money,
    release,
    reversal,
)

ASK = KIT.with_rule("ask")


def unclear(stage: Stage, provider: str = "timeout_after_accept") -> None:
    """A send whose result nobody knows, and its lapse."""
    assert stage.remind("first", provider) == remind.UNCLEAR
    stage.now = LEASE_OVER
    assert stage.remind("second") == remind.LAPSED


def test_a_slow_owner_confirms_after_its_lease_lapsed() -> None:
    stage = Stage()
    owner = stage.sender("owner").until("ledger.put_record")
    stage.now = LEASE_OVER
    assert stage.remind("other") == remind.LAPSED
    assert stage.head.claim is not None
    assert stage.head.claim.state == UNKNOWN
    assert owner.finish() == remind.SENT
    assert stage.head.claim is None
    assert stage.level() == 1
    assert stage.codes == ["UNKNOWN", "SENT"]
    assert stage.sends == [(1, 1)]
    stage.comes_to_rest()


def test_a_slow_owner_that_was_throttled_releases_after_its_lease_lapsed() -> None:
    stage = Stage()
    owner = stage.sender("owner").until("provider.send")
    stage.now = LEASE_OVER
    assert stage.remind("other") == remind.LAPSED
    assert owner.finish("throttle") == remind.RELEASED
    assert stage.head.claim is None
    assert stage.level() == 0
    assert stage.codes == ["UNKNOWN", "RELEASED"]
    stage.comes_to_rest()


def test_an_owner_and_a_lapse_that_meet_at_the_record_end_in_one_confirm() -> None:
    stage = Stage()
    owner = stage.sender("owner").until("ledger.put_record")
    stage.now = LEASE_OVER
    other = stage.sender("other").until("ledger.put_record")
    other.step()  # its UNKNOWN is the record now
    owner.finish()
    other.finish()
    assert stage.head.claim is None
    assert stage.level() == 1
    assert stage.codes == ["UNKNOWN", "SENT"]
    stage.comes_to_rest()


def test_an_expired_lease_never_gives_the_right_to_send() -> None:
    stage = Stage()
    stage.sender("owner").until("ledger.put_record").crash()
    stage.now = LEASE_OVER
    for name in ("one", "two", "three"):
        stage.remind(name)
    assert stage.sends == [(1, 1)]


def test_a_lease_that_is_not_over_is_left_alone() -> None:
    stage = Stage()
    stage.sender("owner").until("provider.send").crash()
    stage.now = DUE + 15 * 60
    assert stage.remind("other") == remind.CLAIM_STANDS


def test_a_crash_between_claim_and_send_lapses_and_is_presumed_sent_with_a_task() -> None:
    stage = Stage()
    stage.sender().until("provider.send").crash()
    stage.now = LEASE_OVER
    assert stage.remind("lapses") == remind.LAPSED
    assert stage.head.plan.reason == reasons.UNKNOWN_RESULT
    assert stage.head.plan.at == DUE + UNKNOWN_HORIZON
    assert stage.remind("too early") == remind.CLAIM_STANDS
    stage.now = DAY_OVER
    assert stage.remind("resolves") == remind.RESOLVED
    assert stage.codes == ["UNKNOWN", "PRESUMED_SENT"]
    assert stage.sends == []
    tasks = list(stage.cell.ledger.tasks("acme"))
    assert [(task.kind, task.detail) for task in tasks] == [
        ("unknown_send", "notice 1, attempt 1, email: presumed sent")
    ]
    stage.comes_to_rest()


def test_a_crash_between_send_and_record_is_never_sent_again() -> None:
    stage = Stage()
    stage.sender().until("ledger.put_record").crash()
    stage.now = LEASE_OVER
    stage.remind("lapses")
    stage.now = DAY_OVER
    assert stage.remind("resolves") == remind.RESOLVED
    assert stage.sends == [(1, 1)]
    stage.comes_to_rest()


def test_a_crash_between_record_and_confirm_is_finished_by_the_lapse() -> None:
    stage = Stage()
    stage.sender().until("ledger.write").crash()
    stage.now = LEASE_OVER
    assert stage.remind("other") == remind.LAPSED
    assert stage.head.claim is None
    assert stage.level() == 1
    assert stage.codes == ["SENT"]
    assert list(stage.cell.ledger.tasks("acme")) == []


def test_a_crash_between_a_release_s_record_and_head_is_finished_by_the_lapse() -> None:
    stage = Stage()
    sender = stage.sender().until("provider.send")
    sender.step("throttle").until("ledger.write").crash()
    stage.now = LEASE_OVER
    assert stage.remind("other") == remind.LAPSED
    assert stage.head.claim is None
    assert stage.level() == 0
    stage.comes_to_rest()


def test_a_crash_between_the_lapse_s_record_and_head_is_finished_by_the_next_message() -> None:
    stage = Stage()
    stage.sender().until("ledger.put_record").crash()
    stage.now = LEASE_OVER
    stage.sender("lapses").until("ledger.write").crash()
    assert stage.remind("again") == remind.LAPSED
    assert stage.head.claim is not None
    assert stage.head.claim.state == UNKNOWN
    stage.comes_to_rest()


def test_a_sent_event_settles_an_unknown_send() -> None:
    stage = Stage()
    unclear(stage)
    assert stage.event("sent").finish() == "confirmed"
    assert stage.head.claim is None
    assert stage.level() == 1
    assert stage.codes == ["UNKNOWN", "SENT"]
    stage.comes_to_rest()


def test_a_sent_event_that_overtakes_the_confirm_confirms_and_the_owner_finds_it_done() -> None:
    stage = Stage()
    owner = stage.sender().until("ledger.put_record")
    assert stage.event("sent").finish() == "confirmed"
    owner.finish()
    assert stage.codes == ["SENT"]
    assert stage.level() == 1
    stage.comes_to_rest()


def test_a_sent_event_between_the_owner_s_record_and_its_write_is_the_same_confirm() -> None:
    stage = Stage()
    owner = stage.sender().until("ledger.write")
    stage.event("sent").finish()
    owner.finish()
    assert stage.codes == ["SENT"]
    stage.comes_to_rest()


def test_a_sent_event_after_the_day_changes_nothing() -> None:
    stage = Stage()
    unclear(stage)
    stage.now = DAY_OVER
    stage.remind("resolves")
    before = stage.head
    assert stage.event("sent").finish() == "unchanged"
    assert stage.head == before


def test_a_sent_event_and_the_resolve_meet_and_one_of_them_settles() -> None:
    stage = Stage()
    unclear(stage)
    stage.now = DAY_OVER
    resolver = stage.sender("resolves").until("ledger.write")
    stage.event("sent").finish()
    resolver.finish()
    assert stage.codes == ["UNKNOWN", "SENT"]
    stage.comes_to_rest()


def test_a_throttled_message_is_released_and_tried_again_as_the_same_attempt() -> None:
    stage = Stage()
    assert stage.remind("first", "throttle") == remind.RELEASED
    assert stage.head.plan.reason == reasons.BACKOFF
    assert stage.head.plan.at == DUE + 60
    stage.now = DUE + 61
    assert stage.remind("second") == remind.SENT
    assert stage.sends == [(1, 1)]
    assert stage.codes == ["RELEASED", "SENT"]
    stage.comes_to_rest()


def test_each_throttle_of_the_same_attempt_waits_twice_as_long_up_to_an_hour() -> None:
    stage = Stage()
    waits = []
    for number in range(9):
        assert stage.remind(f"sender {number}", "throttle") == remind.RELEASED
        assert stage.head.plan.at is not None
        waits.append(stage.head.plan.at - stage.now)
        stage.now = stage.head.plan.at
    assert waits == [60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]


def test_a_throttled_second_attempt_waits_as_well() -> None:
    stage = Stage(bounces=(FIRST,))
    stage.remind()
    stage.event("bounced").finish()
    assert stage.remind("second attempt", "throttle") == remind.RELEASED
    assert stage.head.plan.at == stage.now + 60
    assert stage.head.plan.reason == reasons.BACKOFF
    stage.now += 60
    assert stage.remind("again") == remind.SENT
    assert stage.sends == [(1, 1), (1, 2)]
    stage.comes_to_rest()


def test_a_payment_during_a_release_s_send_leaves_nothing_to_try_again() -> None:
    stage = Stage()
    sender = stage.sender().until("provider.send")
    stage.body(money("p1", 10_000)).finish()
    assert sender.finish("throttle") == remind.RELEASED
    assert stage.head.plan.at is None


def test_a_pause_of_the_channel_releases_and_rests_the_channel() -> None:
    stage = Stage()
    assert stage.remind("first", "pause") == remind.RELEASED
    assert stage.cell.channels.paused_until("email") > stage.now
    stage.now += 61
    assert stage.remind("second") == remind.CHANNEL_PAUSED


def test_after_a_rest_one_mail_passes_and_ends_it() -> None:
    stage = Stage()
    stage.remind("first", "pause")
    stage.now += 901
    assert stage.remind("second") == remind.SENT
    assert stage.cell.channels.paused_until("email") == 0
    stage.comes_to_rest()


def test_after_a_rest_one_sender_asks_and_the_others_wait_for_its_answer() -> None:
    stage = Stage()
    stage.remind("first", "pause")
    stage.now += 901
    assert stage.cell.channels.probe("email", "acme", stage.now)
    assert stage.remind("second") == remind.CHANNEL_PAUSED
    assert stage.sends == []
    stage.now += 61
    assert stage.remind("third", "pause") == remind.RELEASED
    assert stage.cell.channels.paused_until("email") == stage.now + 900


def test_an_address_refused_for_good_makes_way_for_the_next_in_the_same_notice() -> None:
    stage = Stage(refused=(FIRST,))
    assert stage.remind("first") == remind.REJECTED
    assert stage.remind("second") == remind.SENT
    assert [(one.serial, one.attempt, one.address) for one in stage.accepted] == [(1, 2, SECOND)]
    assert stage.level() == 1
    stage.comes_to_rest()


def test_with_every_address_refused_the_account_waits_for_another_and_says_so() -> None:
    stage = Stage(refused=(FIRST, SECOND))
    stage.remind("first")
    stage.remind("second")
    assert stage.head.plan.at is None
    assert stage.head.plan.reason == reasons.NO_USABLE_ADDRESS
    stage.comes_to_rest()


def test_a_creditor_who_asks_gets_a_hold_and_a_task_and_nothing_is_sent_meanwhile() -> None:
    stage = Stage(ASK)
    unclear(stage)
    stage.now = DAY_OVER
    assert stage.remind("asks") == remind.RESOLVED
    assert stage.head.claim is None
    assert [found.kind for found in stage.account.holds] == ["unknown_send"]
    assert stage.head.plan.at is None
    assert stage.head.plan.reason == reasons.HELD
    assert "answer" in next(iter(stage.cell.ledger.tasks("acme"))).detail
    assert stage.level() == 0


def test_the_answer_sent_takes_the_level_from_the_record_and_ends_the_hold() -> None:
    stage = Stage(ASK)
    unclear(stage)
    stage.now = DAY_OVER
    stage.remind("asks")
    assert stage.answer(sent=True).finish() is True
    assert stage.account.holds == ()
    assert stage.level() == 1
    assert stage.codes == ["UNKNOWN", "ASKED", "SENT"]
    stage.comes_to_rest()


def test_the_answer_not_sent_tries_the_same_notice_again_as_its_next_attempt() -> None:
    stage = Stage(ASK)
    unclear(stage, "timeout_before_accept")
    stage.now = DAY_OVER
    stage.remind("asks")
    assert stage.answer(sent=False).finish() is True
    assert stage.remind("again") == remind.SENT
    assert stage.sends == [(1, 2)]
    assert stage.codes == ["UNKNOWN", "ASKED", "NOT_SENT", "SENT"]
    stage.comes_to_rest()


def test_an_answer_that_comes_twice_is_taken_once() -> None:
    stage = Stage(ASK)
    unclear(stage)
    stage.now = DAY_OVER
    stage.remind("asks")
    first = stage.answer(sent=True).until("ledger.write")
    stage.answer(sent=True).finish()
    assert first.finish() is False
    assert stage.codes == ["UNKNOWN", "ASKED", "SENT"]


def test_a_release_body_does_not_end_the_hold_of_an_unknown_send() -> None:
    stage = Stage(ASK)
    unclear(stage)
    stage.now = DAY_OVER
    stage.remind("asks")
    actor = stage.body(release("l1", stage.account.holds[0].id))
    with pytest.raises(AssertionError, match=LedgerError.__name__):
        actor.finish()
    assert len(stage.account.holds) == 1


def test_a_payment_while_a_person_is_asked_leaves_the_level_on_the_invoice() -> None:
    stage = Stage(ASK)
    unclear(stage)
    stage.now = DAY_OVER
    stage.remind("asks")
    stage.body(money("p1", 10_000)).finish()
    stage.answer(sent=True).finish()
    assert stage.head.plan.at is None
    stage.body(reversal("r1", "p1")).finish()
    assert stage.level() == 1


def test_a_hold_under_an_unknown_claim_keeps_the_instant_at_which_it_is_settled() -> None:
    stage = Stage()
    unclear(stage)
    stage.body(hold("h1")).finish()
    assert stage.head.plan.at == DUE + UNKNOWN_HORIZON
    stage.now = DAY_OVER
    assert stage.remind("resolves") == remind.RESOLVED
    assert stage.head.plan.at is None


def test_an_account_unknown_to_the_ledger_is_gone() -> None:
    stage = Stage()
    assert stage.job(KIT.remind("sender", "acme#nobody")).finish() == remind.GONE
    assert ACCOUNT == "acme#c4"
