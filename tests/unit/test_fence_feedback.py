"""What the provider tells, in any order and as often as it likes, against claims and notices."""

import pytest
from dunning.domain import bars, reasons
from dunning.domain.calendar import DAY
from dunning.service import remind
from dunning.service.record_feedback import CAUGHT_UP

from tests.model.actors import Request
from tests.model.cell import event_of
from tests.model.stage import Stage
from tests.model.world import ACCOUNT, DAY_OVER, DUE, FIRST, KIT, LEASE_OVER, SECOND, money

BOUNCES = (FIRST,)


def bounced(stage: Stage) -> None:
    """Attempt one was sent, and came back."""
    assert stage.remind("first") == remind.SENT
    assert stage.event("bounced").finish() == "fact"


def test_a_bounce_gives_the_next_attempt_of_the_same_notice_at_once() -> None:
    stage = Stage(bounces=BOUNCES)
    bounced(stage)
    assert stage.head.plan.reason == reasons.NEXT_ATTEMPT
    assert stage.head.plan.at is not None
    assert stage.head.plan.at <= stage.now
    assert stage.remind("second") == remind.SENT
    assert [(one.serial, one.attempt, one.address) for one in stage.accepted] == [
        (1, 1, FIRST),
        (1, 2, SECOND),
    ]
    assert stage.level() == 1
    stage.comes_to_rest()


def test_a_bounce_that_overtakes_the_confirm_confirms_first_and_then_gives_the_next_attempt() -> (
    None
):
    stage = Stage(bounces=BOUNCES)
    owner = stage.sender("owner").until("ledger.put_record")
    assert stage.event("bounced").finish() == "fact"
    owner.finish()
    assert stage.codes == ["SENT", "feedback"]
    assert stage.remind("second") == remind.SENT
    assert stage.sends == [(1, 1), (1, 2)]
    stage.comes_to_rest()


def test_a_bounce_and_the_confirm_that_meet_at_the_write_lose_nothing() -> None:
    stage = Stage(bounces=BOUNCES)
    owner = stage.sender("owner").until("ledger.write")
    event = stage.event("bounced").until("ledger.write")
    owner.finish()
    event.finish()
    assert stage.head.plan.reason == reasons.NEXT_ATTEMPT
    stage.comes_to_rest()


def test_a_bounce_cut_off_after_its_confirm_is_finished_when_the_event_comes_again() -> None:
    stage = Stage(bounces=BOUNCES)
    stage.sender("owner").until("ledger.put_record").crash()
    stage.event("bounced").until("suppressions.add").crash()
    assert stage.head.claim is None
    assert stage.event("bounced").finish() == "fact"
    assert stage.head.plan.reason == reasons.NEXT_ATTEMPT
    stage.comes_to_rest()


def test_a_repeated_bounce_of_attempt_one_leaves_attempt_two_alone() -> None:
    stage = Stage(bounces=BOUNCES)
    bounced(stage)
    second = stage.sender("second").until("provider.send")
    claim = stage.head.claim
    assert stage.event("bounced").finish() == "unchanged"
    assert stage.event("bounced", id_="told-anew").finish() == "fact"
    assert stage.head.claim == claim
    second.finish()
    assert stage.head.last[0].outcome == "sent"
    assert stage.event("bounced", id_="and-once-more").finish() == "fact"
    assert stage.head.last[0].outcome == "sent"
    assert stage.remind("third") != remind.SENT
    assert stage.sends == [(1, 1), (1, 2)]
    stage.comes_to_rest()


def test_a_late_sent_event_of_attempt_one_does_not_confirm_attempt_two() -> None:
    stage = Stage(bounces=BOUNCES)
    bounced(stage)
    second = stage.sender("second").until("provider.send")
    assert stage.event("sent").finish() == "unchanged"
    assert second.finish("throttle") == remind.RELEASED
    assert stage.sends == [(1, 1)]
    stage.comes_to_rest()


def test_both_attempts_bounce_and_the_level_waits_for_another_address() -> None:
    stage = Stage(bounces=(FIRST, SECOND))
    bounced(stage)
    assert stage.remind("second") == remind.SENT
    assert stage.event("bounced", attempt=2, address=SECOND).finish() == "fact"
    assert stage.remind("third") != remind.SENT
    assert stage.sends == [(1, 1), (1, 2)]
    stage.comes_to_rest()


def test_a_bounce_after_payment_tries_nothing_again() -> None:
    stage = Stage(bounces=BOUNCES)
    assert stage.remind("first") == remind.SENT
    stage.body(money("p1", 10_000)).finish()
    assert stage.event("bounced").finish() == "fact"
    assert stage.head.plan.at is None
    stage.comes_to_rest()


def test_a_bounce_of_an_unknown_send_settles_it_and_gives_the_next_attempt() -> None:
    stage = Stage(bounces=BOUNCES)
    stage.remind("first", "timeout_after_accept")
    stage.now = LEASE_OVER
    stage.remind("lapses")
    assert stage.event("bounced").finish() == "fact"
    assert stage.remind("second") == remind.SENT
    assert stage.sends == [(1, 1), (1, 2)]
    stage.comes_to_rest()


def test_a_bounce_after_the_presumption_gives_the_next_attempt() -> None:
    stage = Stage(bounces=BOUNCES)
    stage.remind("first", "timeout_after_accept")
    stage.now = LEASE_OVER
    stage.remind("lapses")
    stage.now = DAY_OVER
    assert stage.remind("resolves") == remind.RESOLVED
    assert stage.event("bounced").finish() == "fact"
    assert stage.remind("second") == remind.SENT
    assert stage.sends == [(1, 1), (1, 2)]
    stage.comes_to_rest()


def test_a_bounce_while_a_person_is_asked_is_not_lost_by_the_answer() -> None:
    stage = Stage(KIT.with_rule("ask"), bounces=BOUNCES)
    stage.remind("first", "timeout_after_accept")
    stage.now = LEASE_OVER
    stage.remind("lapses")
    stage.now = DAY_OVER
    assert stage.remind("asks") == remind.RESOLVED
    assert stage.event("bounced").finish() == "fact"
    assert len(stage.account.holds) == 1, "only a person's answer ends the hold"
    assert stage.answer(sent=True).finish() is True
    assert stage.head.plan.reason == reasons.NEXT_ATTEMPT
    assert stage.remind("second") == remind.SENT
    assert stage.sends == [(1, 1), (1, 2)]
    stage.comes_to_rest()


def test_a_complaint_is_proof_of_sending_and_ends_the_use_of_the_address() -> None:
    stage = Stage()
    owner = stage.sender("owner").until("ledger.put_record")
    assert stage.event("complained").finish() == "fact"
    owner.finish()
    assert stage.sends == [(1, 1)]
    assert [a.value for a in bars.usable(stage.account, "email", serial=1)] == [SECOND]
    assert stage.remind("second") != remind.SENT, "a complaint is no failure: nothing is repeated"
    stage.comes_to_rest()


def test_no_answer_that_overtakes_the_confirm_is_not_lost() -> None:
    """A call that nobody took was placed: the event proves it, and the next attempt follows."""
    stage = Stage()
    owner = stage.sender("owner").until("ledger.put_record")
    assert stage.event("no_answer").finish() == "fact"
    owner.finish()
    assert stage.head.last[0].outcome == "no_answer"
    assert stage.head.plan.reason == reasons.NEXT_ATTEMPT


def test_the_attempt_after_a_bounce_counts_for_no_interval() -> None:
    """It belongs to the same notice: level and interval count from the notice's own day."""
    stage = Stage(bounces=BOUNCES)
    stage.remind("first")
    stage.now = DUE + 2 * DAY
    stage.event("bounced").finish()
    assert stage.remind("second") == remind.SENT
    first_day = stage.head.reached[stage.account.open[0].ref].day
    assert first_day.isoformat() == "2026-01-25"
    assert [notice.day.isoformat() for notice in stage.head.last] == ["2026-01-25"]
    assert len(stage.head.recent) == 2, "contact caps count each message"


def test_an_event_for_an_account_that_is_not_there_is_gone() -> None:
    stage = Stage()
    event = KIT.event("event", event_of("sent", "acme#nobody", 1, 1, FIRST))
    assert stage.job(event).finish() == "gone"


def calls(stage: Stage, kind: str, sent_at: int | None) -> list[str]:
    """What an event asks of the ledger."""
    feedback = event_of(kind, ACCOUNT, 1, 1, FIRST, sent_at=sent_at)
    actor = stage.job(KIT.event(f"event {kind}", feedback))
    names = []
    while isinstance(request := actor.at, Request):
        names.append(request.name)
        actor.step()
    return [name for name in names if name.startswith("ledger.")]


def test_a_proof_of_a_sending_that_is_confirmed_costs_one_glance() -> None:
    stage = Stage()
    assert stage.remind() == remind.SENT
    for kind in ("sent", "delivered", "delayed", "soft_bounced"):
        assert calls(stage, kind, stage.now - CAUGHT_UP) == ["ledger.glance"]


@pytest.mark.parametrize("sent_at", [DUE - CAUGHT_UP + 1, DUE, DUE + 60, None], ids=str)
def test_a_proof_that_comes_at_once_or_says_no_time_is_read_consistently(
    sent_at: int | None,
) -> None:
    stage = Stage()
    assert stage.remind() == remind.SENT
    assert calls(stage, "sent", sent_at) == ["ledger.head"]


def test_a_bounce_never_only_glances() -> None:
    stage = Stage(bounces=BOUNCES)
    assert stage.remind() == remind.SENT
    assert "ledger.glance" not in calls(stage, "bounced", 0)


def test_a_proof_whose_glance_still_shows_the_claim_changes_nothing_that_is_confirmed() -> None:
    stage = Stage()
    owner = stage.sender("owner").until("ledger.put_record")
    before = stage.head
    owner.finish()
    event = stage.event("sent").until("ledger.glance")
    event.results.append(before)
    assert event.finish() == "unchanged"
    assert stage.codes == ["SENT"]
    stage.comes_to_rest()


def test_a_proof_whose_glance_shows_the_claim_before_settles_the_one_that_stands() -> None:
    stage = Stage()
    first = stage.sender("first").until("provider.send")
    before = stage.head
    assert first.finish("throttle") == remind.RELEASED
    stage.now = stage.head.plan.at or 0
    stage.sender("second").until("ledger.put_record").crash()
    event = stage.event("sent").until("ledger.glance")
    event.results.append(before)
    assert event.finish() == "confirmed"
    assert stage.head.claim is None
    assert stage.codes == ["RELEASED", "SENT"]
    stage.comes_to_rest()
