"""The fence before the send: who may claim, on what, and what a claim stops.

Each test is one interleaving with a name; tests/model searches all the others.
"""

from dataclasses import replace

from dunning.adapters.memory.cell import plain_hash
from dunning.domain.account import CLAIMED
from dunning.service import remind
from dunning.service.accounts import TRIES

from tests.model.actors import Finished
from tests.model.stage import Stage
from tests.model.world import DUE, KIT, hold, money, opt_out, release, reversal
from tests.unit.handling import ADDRESS, CREDITOR, NOON, Cell


def test_a_reminder_that_nobody_disturbs_is_claimed_sent_recorded_and_confirmed() -> None:
    stage = Stage()
    assert stage.remind() == remind.SENT
    assert stage.sends == [(1, 1)]
    assert stage.level() == 1
    assert stage.head.claim is None
    assert stage.codes == ["SENT"]
    stage.comes_to_rest()


def test_a_payment_between_read_and_claim_stops_the_reminder() -> None:
    stage = Stage()
    sender = stage.sender().until("ledger.claim")
    stage.body(money("p1", 10_000)).finish()
    assert sender.finish() == remind.CLAIM_LOST
    assert stage.sends == []
    assert stage.head.plan.at is None


def test_a_payment_between_head_and_live_range_stops_the_reminder() -> None:
    stage = Stage()
    sender = stage.sender().until("ledger.live")
    stage.body(money("p1", 10_000)).finish()
    assert sender.finish() == remind.REPLANNED
    assert stage.sends == []


def test_a_part_payment_between_read_and_claim_drops_this_message_and_the_next_says_less() -> None:
    stage = Stage(items=2)
    sender = stage.sender().until("ledger.claim")
    stage.body(money("p1", 10_000)).finish()
    assert sender.finish() == remind.CLAIM_LOST
    assert stage.remind() == remind.SENT
    assert [one.items for one in stage.accepted] == [("SI1/2:1",)]


def test_a_payment_between_claim_and_send_is_too_late_for_this_one_and_keeps_the_record() -> None:
    stage = Stage()
    sender = stage.sender().until("provider.send")
    stage.body(money("p1", 10_000)).finish()
    assert stage.head.plan.at is not None, "no write but the claim's end takes it off the agenda"
    assert sender.finish() == remind.SENT
    assert stage.sends == [(1, 1)]
    assert stage.head.plan.at is None
    invoice = stage.cell.ledger.invoice("acme", "acme#c4", "SI1")
    assert invoice is not None
    assert invoice.settled[1].reached is not None, "the level is kept where the item now lives"
    assert invoice.settled[1].reached.level == 1
    stage.comes_to_rest()


def test_a_payment_taken_back_between_claim_and_confirm_gives_the_level_to_the_open_item() -> None:
    stage = Stage()
    sender = stage.sender().until("ledger.put_record")
    stage.body(money("p1", 10_000)).finish()
    stage.body(reversal("r1", "p1")).finish()
    sender.finish()
    assert stage.level() == 1
    stage.comes_to_rest()


def test_a_payment_reversed_after_the_confirm_brings_the_item_back_with_its_level() -> None:
    stage = Stage()
    sender = stage.sender().until("ledger.put_record")
    stage.body(money("p1", 10_000)).finish()
    sender.finish()
    stage.body(reversal("r1", "p1")).finish()
    assert stage.level() == 1
    stage.comes_to_rest()


def test_of_two_messages_of_one_account_one_claims_and_the_other_is_dropped() -> None:
    stage = Stage()
    first = stage.sender("first").until("ledger.claim")
    second = stage.sender("second").until("ledger.claim")
    first.step()
    assert second.finish() == remind.CLAIM_LOST
    first.finish()
    assert stage.sends == [(1, 1)]


def test_a_message_that_meets_a_claim_is_dropped_and_changes_nothing() -> None:
    stage = Stage()
    first = stage.sender("first").until("provider.send")
    before = stage.head
    assert stage.remind("second") == remind.CLAIM_STANDS
    assert stage.head == before
    first.finish()
    assert stage.sends == [(1, 1)]


def test_a_repeated_message_after_the_confirm_sends_nothing() -> None:
    stage = Stage()
    stage.remind("first")
    assert stage.remind("again") == remind.NOT_DUE
    assert stage.sends == [(1, 1)]


def test_a_claim_leaves_the_agenda_as_it_is() -> None:
    stage = Stage()
    before = stage.head.plan
    stage.sender().until("provider.send")
    assert stage.head.plan == before
    assert stage.head.claim is not None
    assert stage.head.claim.state == CLAIMED


def test_a_claim_that_was_granted_and_whose_answer_was_lost_is_known_by_its_token() -> None:
    stage = Stage()
    sender = stage.sender().until("ledger.claim")
    sender.step()
    sender.results.pop()  # the answer never came, so the call is made again
    assert sender.finish() == remind.SENT
    assert stage.sends == [(1, 1)]


def test_a_hold_between_read_and_claim_stops_the_reminder_until_its_release() -> None:
    stage = Stage()
    sender = stage.sender().until("ledger.claim")
    stage.body(hold("h1")).finish()
    assert sender.finish() == remind.CLAIM_LOST
    assert stage.head.plan.at is None
    stage.body(release("l1", "h1")).finish()
    assert stage.remind() == remind.SENT
    stage.comes_to_rest()


def test_a_hold_during_a_claim_takes_effect_when_the_claim_ends() -> None:
    stage = Stage()
    sender = stage.sender().until("provider.send")
    stage.body(hold("h1")).finish()
    assert stage.head.plan.at is not None
    sender.finish()
    assert stage.head.plan.at is None
    assert stage.level() == 1


def test_an_opt_out_between_read_and_claim_moves_the_notice_to_the_other_address() -> None:
    stage = Stage()
    sender = stage.sender().until("ledger.claim")
    stage.body(opt_out("o1")).finish()
    assert sender.finish() == remind.CLAIM_LOST
    assert stage.remind() == remind.SENT
    assert [one.address for one in stage.accepted] == ["second@example.com"]


def test_a_fact_that_meets_another_fact_plans_again_on_what_that_one_left() -> None:
    stage = Stage(items=2)
    first = stage.body(money("p1", 10_000)).until("ledger.write")
    stage.body(money("p2", 10_000)).finish()
    first.finish()
    assert stage.account.open == ()
    assert stage.head.plan.at is None


def test_a_broken_template_parks_on_the_last_receive_and_a_redrive_brings_the_account_back() -> (
    None
):
    stage = Stage()
    broken = stage.job(KIT.remind("broken", "acme#c4", broken=True))
    assert broken.finish() == remind.PARKED
    assert stage.head.plan.at is None
    assert stage.head.parked == "TemplateBroken"
    assert stage.job(KIT.redrive("person", "acme#c4")).finish() is True
    assert stage.remind() == remind.SENT
    assert stage.codes == ["TemplateBroken", "PERSON", "SENT"]


def test_parking_an_account_under_a_claim_leaves_the_claim_to_its_end() -> None:
    stage = Stage()
    broken = stage.job(KIT.remind("broken", "acme#c4", broken=True)).until("ledger.live")
    sender = stage.sender().until("provider.send")
    assert broken.finish() == remind.PARKED
    assert stage.head.plan.at is not None, "a claim stands, so the agenda keeps the account"
    sender.finish()
    assert stage.head.parked is not None
    assert stage.head.plan.at is None
    assert stage.now == DUE


def test_a_fact_that_always_comes_second_gives_up_and_has_written_nothing() -> None:
    stage = Stage()
    fact = stage.body(money("p1", 10_000))
    for number in range(TRIES):
        fact.until("ledger.write")
        stage.body(hold(f"h{number}")).finish()
        fact.step()
    assert isinstance(fact.at, Finished)
    assert fact.at.error.startswith("Contended")
    assert len(stage.account.open) == 1
    assert stage.body(money("p1", 10_000)).finish() == "accepted", "it comes again, and is taken"
    assert stage.account.open == ()


def test_a_fact_that_two_writers_bring_at_once_is_written_once() -> None:
    stage = Stage(items=2)
    first = stage.job(KIT.record("first", money("p1", 10_000))).until("ledger.write")
    second = stage.job(KIT.record("second", money("p1", 10_000))).until("ledger.write")
    assert first.finish() == "accepted"
    assert second.finish() == "unchanged"
    assert len(stage.account.open) == 1


def test_an_address_barred_while_the_sender_waits_for_its_turn_stops_the_message() -> None:
    cell = Cell()

    class Turn:
        def take(self, creditor: str, channel: str) -> bool:
            hashed = plain_hash("email", ADDRESS)
            cell.suppressions.add(creditor, channel, hashed, "complained", NOON)
            return True

    reminders = replace(cell.reminders, rate=Turn())
    assert reminders.remind(CREDITOR, cell.account, NOON) == remind.SUPPRESSED
    assert cell.sender.sent == []
    head = cell.ledger.head(CREDITOR, cell.account)
    assert head is not None
    assert [one.reason for one in head.unusable] == ["complained"]
    assert head.claim is None
