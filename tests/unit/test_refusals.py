"""What says nothing of an address does not bar it: a refused content ends its attempt, and the
address is free for the next notice. Only a bounce or a complaint that a provider tells is for good.
"""

from datetime import UTC, datetime

from dunning.adapters.memory.cell import plain_hash
from dunning.domain import bars, outcomes, reasons
from dunning.domain.account import Head, LastNotice, Unusable
from dunning.domain.bodies import CustomerBody, FeedbackBody
from dunning.domain.entries import enter
from dunning.domain.ledger import Find
from dunning.service import remind

from tests.model.stage import Stage
from tests.model.world import DUE, FIRST, SECOND


def free(stage: Stage, serial: int) -> list[str]:
    return [one.value for one in bars.usable(stage.account, "email", serial)]


def on_the_list(stage: Stage, address: str) -> str | None:
    return stage.cell.suppressions.reason("acme", "email", plain_hash("email", address))


def test_a_content_rejected_after_acceptance_goes_to_the_next_address_at_once() -> None:
    stage = Stage(bounces=(FIRST,))
    assert stage.remind("first") == remind.SENT
    assert stage.event("rejected").finish() == "fact"
    assert stage.head.plan.reason == reasons.NEXT_ATTEMPT
    assert stage.remind("second") == remind.SENT
    assert [(a.serial, a.attempt, a.address) for a in stage.accepted] == [
        (1, 1, FIRST),
        (1, 2, SECOND),
    ]
    stage.comes_to_rest()


def test_a_rejected_content_bars_the_address_for_its_own_notice_and_for_nobody_else() -> None:
    stage = Stage(bounces=(FIRST,))
    stage.remind("first")
    stage.event("rejected").finish()
    assert free(stage, 1) == [SECOND]
    assert free(stage, 2) == [FIRST, SECOND]
    assert on_the_list(stage, FIRST) is None


def test_the_notice_after_a_rejected_one_goes_to_the_first_address_again() -> None:
    stage = Stage(bounces=(FIRST,))
    stage.remind("first")
    stage.event("rejected").finish()
    stage.remind("second")
    while stage.head.plan.at is not None and len(stage.accepted) < 3:
        stage.now = max(stage.now, stage.head.plan.at)
        stage.remind(f"at {stage.now}")
    assert [(a.serial, a.address) for a in stage.accepted] == [(1, FIRST), (1, SECOND), (2, FIRST)]
    assert stage.head.unusable == (), "a refusal that no attempt can follow is not kept"


def test_rejected_everywhere_is_not_tried_for_ever() -> None:
    stage = Stage(bounces=(FIRST, SECOND))
    stage.remind("first")
    stage.event("rejected").finish()
    stage.remind("second")
    stage.event("rejected", attempt=2, address=SECOND).finish()
    assert stage.head.plan.at is None or stage.head.plan.at > stage.now
    assert stage.sends == [(1, 1), (1, 2)]
    stage.comes_to_rest()


def test_an_event_that_names_no_address_is_about_the_one_of_the_attempt() -> None:
    stage = Stage()
    stage.remind("first")
    body = FeedbackBody(
        on=datetime.fromtimestamp(DUE, UTC).date(),
        id="e1",
        customer="c4",
        channel="email",
        outcome=outcomes.REJECTED,
        serial=1,
        attempt=1,
    )
    entry = enter(stage.account, body, Find(lambda _: None, lambda _: None), plain_hash)
    assert entry is not None
    assert [bar.address_hash for bar in entry.head.unusable] == [plain_hash("email", FIRST)]


def test_a_refusal_by_the_api_waits_until_the_customer_s_record_comes_again() -> None:
    stage = Stage(refused=(FIRST, SECOND))
    stage.remind("first")
    stage.remind("second")
    assert stage.head.plan.reason == reasons.NO_USABLE_ADDRESS
    assert on_the_list(stage, FIRST) is None
    body = CustomerBody(on=datetime.fromtimestamp(DUE, UTC).date(), customer=stage.account.customer)
    stage.refused = frozenset()
    stage.body(body).finish()
    assert free(stage, 1) == [FIRST, SECOND]
    assert stage.remind("mended") == remind.SENT
    assert stage.sends == [(1, 3)], "never the same attempt twice"


def test_a_record_that_comes_again_lifts_no_bounce_and_no_opt_out() -> None:
    hard = (Unusable("email", "a", "bounced"), Unusable("email", "b", "opt_out"))
    head = Head("acme", "c4", unusable=(*hard, Unusable("email", "c", "rejected:3")))
    assert bars.without_refusals(head).unusable == hard


def test_a_bounce_is_kept_beside_a_refusal_of_the_same_address() -> None:
    head = bars.refused(Head("acme", "c4"), "email", "a", 3)
    assert [bar.reason for bar in bars.barred(head, "email", "a", "bounced").unusable] == [
        "rejected:3",
        "bounced",
    ]


def test_refusals_are_kept_while_their_notice_can_still_be_tried() -> None:
    day = datetime.fromtimestamp(DUE, UTC).date()
    last = LastNotice("EUR", "std", 4, 9, "email", 1, outcomes.SENT, day)
    head = Head("acme", "c4", serial=5, last=(last,))
    for serial in (3, 4, 5, 6):
        head = bars.refused(head, "email", "a", serial)
    kept = [bar.reason for bar in bars.without_past_refusals(head).unusable]
    assert kept == ["rejected:4", "rejected:6"]


def test_every_outcome_has_its_place() -> None:
    assert {"bounced", "complained", "not_in_service"} == outcomes.HARD
    calls = {"busy", "no_answer", "not_in_service", "unreached"}
    assert {"bounced", "rejected", *calls} == outcomes.FAILED
    assert outcomes.FAILED | {"complained", "answered", "conversation"} == outcomes.FACTS
    assert {"sent", "delivered", "delayed", "soft_bounced"} < outcomes.PROOF_OF_SENDING
