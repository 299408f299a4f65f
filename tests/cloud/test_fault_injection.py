"""The sender's process killed at every step of the fence, answers lost, events repeated, out of
order and lost: nobody is reminded twice, nobody is forgotten, and what is unknown is settled.

The story is played once. Duplicates and losses are counted from the gate's log alone.
"""

import contextlib
from collections import Counter
from collections.abc import Iterator

import pytest
from dunning.domain import history

from infra.local.cloud import LocalCloud
from infra.local.demo.audit import advanced_by, find_duplicates
from infra.local.demo.reading import Reader
from tests.cloud.fault_story import (
    ASKED_SENT,
    ASKED_UNSENT,
    EVENTFUL,
    RESOLVING,
    SILENT,
    Story,
    Told,
)
from tests.cloud.stage import Stage, gapless

SEEN_AGAIN_AFTER = 2
"""Seconds; with the queue's own six minutes the story would take hours."""


@pytest.fixture(scope="module")
def told(shared_cloud: LocalCloud, reader: Reader) -> Iterator[Told]:
    shared_cloud.gate.reset()
    shared_cloud.front.reset()
    presuming, asking = (Stage(shared_cloud, name, reader) for name in ("fence", "fence-ask"))
    with contextlib.ExitStack() as stack:
        for queue in ("EmailQueueUrl", "SentQueueUrl", "FeedbackQueueUrl"):
            stack.enter_context(shared_cloud.visibility(queue, SEEN_AGAIN_AFTER))
        for stage in (presuming, asking):
            stack.callback(stage.leave)
        yield Story(presuming, asking).play()


def test_every_fault_met_its_step_and_took_a_process_down(told: Told) -> None:
    assert told.armed == 20
    assert len({row["rule"]["contains"] + row["rule"]["when"] for row in told.killed}) == told.armed
    assert len({row["pid"] for row in told.killed if row["pid"]}) == told.armed
    at_gate = Counter(row["outcome"] for row in told.log if row["outcome"].startswith("killed"))
    assert at_gate == {"killed_before_accept": 1, "killed_after_accept": 1}


def test_nothing_was_sent_twice(told: Told) -> None:
    assert find_duplicates(told.log) == []
    # Counted once more, by hand: one message for an item, but after a bounce.
    carried: dict[tuple[str, str], list[str | None]] = {}
    for row in told.log:
        for one in advanced_by(row) if row["accepted"] else ():
            carried.setdefault((one.account, one.invoice), []).append(row["failed_by"])
    ends = {tuple(of_one) for of_one in carried.values()}
    assert ends == {(None,), ("complaint",), ("bounce", None)}


def test_nothing_was_lost(told: Told) -> None:
    never = {name for name in told.heads if not told.accepted(name)}
    # By construction; and perhaps one who stood in a batch whose process was killed.
    assert never >= {"claim-after", "accept-before", "times-out-unsent", "breaks-unsent"}
    assert never <= told.unknown()
    # Everybody counts as reminded, and nothing is left to do.
    assert {name for name, head in told.heads.items() if not head.last} == set()
    assert {name for name, head in told.heads.items() if head.plan.at is not None} == set()
    assert told.dead_letters == 0


def test_every_unknown_send_was_shown_to_a_person_and_settled(told: Told) -> None:
    assert told.unknown() == set(told.shown) == set(told.tasks)
    for name in told.unknown():
        settled = told.codes(name, history.SETTLED)[-1]
        assert settled in (history.SENT, history.PRESUMED_SENT, history.NOT_SENT), name
    assert not any(line.endswith("result unknown") for line in told.tasks.values())


def test_an_event_settles_what_was_unknown(told: Told) -> None:
    for name in ("accept-after", "record-before", "lapse-before", "event-before", "event-after"):
        assert told.codes(name, history.ATTEMPT) == [history.UNKNOWN], name
        assert told.codes(name, history.SETTLED) == [history.SENT], name
        assert len(told.accepted(name)) == 1


def test_a_sender_that_left_its_record_is_confirmed_and_never_unknown(told: Told) -> None:
    for name in ("record-after", "confirm-before", "confirm-after"):
        assert told.codes(name, history.ATTEMPT) == [history.SENT], name
        assert told.codes(name, history.SETTLED) == [], name


def test_a_day_without_an_event_is_settled_by_the_creditors_rule(told: Told) -> None:
    for name, to in {**SILENT, **RESOLVING}.items():
        assert told.codes(name, history.ATTEMPT) == [history.UNKNOWN], name
        assert told.codes(name, history.SETTLED) == [history.PRESUMED_SENT], name
        assert len(told.accepted(name)) == (0 if "-before-accept" in to else 1), name


def test_a_person_who_was_asked_decides(told: Told) -> None:
    for name, answer in ((ASKED_SENT, history.SENT), (ASKED_UNSENT, history.NOT_SENT)):
        assert told.codes(name, history.SETTLED) == [history.ASKED, answer]
    assert told.codes(ASKED_SENT, history.ATTEMPT) == [history.UNKNOWN]
    assert told.accepted(ASKED_SENT) == [("1", f"{ASKED_SENT}@two.example")]
    assert told.codes(ASKED_UNSENT, history.ATTEMPT) == [history.UNKNOWN, history.SENT]
    assert told.accepted(ASKED_UNSENT) == [("2", f"{ASKED_UNSENT}@two.example")]


def test_events_that_come_twice_and_in_the_wrong_order_are_recorded_once(told: Told) -> None:
    first, second = EVENTFUL["bounces"]
    assert told.accepted("bounces") == [("1", first), ("2", second)]
    for name in ("bounces", "complains"):
        assert Counter(told.codes(name, history.FACT))["feedback"] == 1
    assert len(told.accepted("soft")) == 1


def test_an_answer_that_is_lost_after_a_write_changes_nothing(told: Told) -> None:
    for name in ("lost-claim", "lost-record", "lost-confirm"):
        assert told.codes(name, history.ATTEMPT) == [history.SENT]
        assert len(told.accepted(name)) == 1


def test_histories_have_no_gaps_and_no_claim_is_left(told: Told) -> None:
    for name, head in told.heads.items():
        assert gapless(told.histories[name], head), name
        assert head.claim is None, name
