"""The sweep by example: order, turns, pauses, restarts, and what became due behind its cursor."""

import pytest
from dunning.domain.calendar import DAY
from dunning.service.sweep import BATCH, INTERVAL

from tests.unit.sweeping import MORNING, RATE, Watched, World


def watched(rate: int = RATE) -> tuple[World, Watched]:
    outbox = Watched()
    return World(outbox=outbox, rate=rate), outbox


def test_nothing_due_enqueues_nothing() -> None:
    world, outbox = watched()
    world.due("acme", range(10), at=MORNING + 1)
    assert world.sweep.run(MORNING) == 0
    assert world.sweep.run(MORNING + 1) == 10
    assert len(outbox.given) == 10


def test_a_sweep_enqueues_no_more_than_the_channel_sends_until_the_next() -> None:
    world, outbox = watched(rate=1)
    world.due("acme", range(2_000))
    assert world.sweep.run(MORNING) == INTERVAL
    assert world.sweep.run(MORNING) == 0
    world.send(100)
    assert world.sweep.run(MORNING + INTERVAL) == 100
    assert outbox.deepest == INTERVAL


def test_the_oldest_go_first_over_all_shards() -> None:
    world, outbox = watched(rate=1)
    for hour in range(5):
        world.due("acme", range(hour * 300, hour * 300 + 300), at=MORNING - hour * 3_600)
    world.day(1)
    keys = [entry.key for entry in outbox.given]
    assert keys == sorted(keys)
    assert len(keys) == 1_500


def test_creditors_take_turns_so_that_a_small_one_does_not_wait_behind_a_large_one() -> None:
    world, outbox = watched(rate=1)
    world.due("large", range(5_000), at=MORNING - DAY)
    world.due("small", range(30))
    world.sweep.run(MORNING)
    accounts = [entry.account for entry in outbox.given]
    assert sum(account.startswith("small") for account in accounts) == 30
    assert [a.partition("#")[0] for a in accounts[: 4 * BATCH : BATCH]] == [
        "large",
        "small",
        "large",
        "small",
    ]


def test_when_there_is_room_for_less_than_a_turn_each_the_turns_go_on_next_time() -> None:
    world, _ = watched(rate=1)
    for number in range(200):
        world.due(f"creditor-{number:03}", range(20))
    world.day(1)
    assert len(world.reminded) == 4_000
    assert set(world.reminded.values()) == {1}


def test_a_paused_channel_enqueues_nothing_and_goes_on_afterwards() -> None:
    world, _ = watched()
    world.due("acme", range(10))
    world.channels.pause("email", MORNING + 1_800, "quota")
    assert world.sweep.run(MORNING) == 0
    assert world.sweep.run(MORNING + 1_799) == 0
    assert world.sweep.run(MORNING + 1_800) == 10


def test_a_message_lost_from_the_queue_is_enqueued_again() -> None:
    world, _ = watched()
    world.due("acme", range(10))
    world.sweep.run(MORNING)
    world.outbox.waiting.clear()
    assert world.sweep.run(MORNING + INTERVAL) == 10
    world.send(10)
    assert len(world.reminded) == 10


def test_a_message_lost_while_the_queue_never_drains_is_enqueued_again_before_the_backlog() -> None:
    world, _ = watched(rate=1)
    world.due("acme", range(20_000))
    world.sweep.run(MORNING)
    lost = [world.outbox.waiting.popleft()[1] for _ in range(5)]
    world.now = MORNING + INTERVAL
    for _ in range(6):
        world.send(800)
        world.sweep.run(world.now)
        world.now += INTERVAL
        assert world.outbox.depth() > 0
    world.send(2_000)
    assert all(world.reminded[account] == 1 for account in lost)
    assert len(world.on_agenda()) > 10_000


def test_an_account_planned_anew_for_an_earlier_instant_behind_the_cursor_is_found() -> None:
    world, _ = watched()
    world.due("acme", range(100))
    world.interval(RATE)
    world.plan("acme", "acme#c000001", MORNING - 3_600)
    world.interval(RATE)
    assert world.reminded["acme#c000001"] == 2


def test_an_account_behind_the_cursor_is_found_while_a_backlog_never_drains_the_queue() -> None:
    world, _ = watched(rate=1)
    world.due("acme", range(20_000))
    world.interval(0.9)
    world.plan("acme", "acme#c900001", MORNING - 3_600)
    for _ in range(4):
        world.interval(0.9)
    assert world.reminded["acme#c900001"] == 1


def test_after_two_missed_days_everything_is_found_once() -> None:
    world, _ = watched()
    for late in range(3):
        world.due("acme", range(late * 1_000, late * 1_000 + 1_000), at=MORNING + late * DAY)
    world.now = MORNING + 2 * DAY + 60
    world.day(RATE)
    assert len(world.reminded) == 3_000
    assert set(world.reminded.values()) == {1}
    assert world.outbox.enqueued == 3_000


def test_a_second_sweep_in_the_same_quarter_of_an_hour_enqueues_nothing_twice() -> None:
    world, outbox = watched()
    world.due("acme", range(500))
    assert world.sweep.run(MORNING) == 500
    assert world.sweep.run(MORNING + 60) == 0
    world.send(250)
    assert world.sweep.run(MORNING + 120) == 0
    assert len(outbox.given) == 500


def test_a_creditor_who_is_new_is_swept_from_its_oldest() -> None:
    world, _ = watched()
    world.due("acme", range(10))
    world.interval(RATE)
    world.due("beta", range(10), at=MORNING - 30 * DAY)
    world.interval(RATE)
    assert len(world.reminded) == 20


def test_an_account_whose_message_did_nothing_comes_again_with_every_sweep_and_not_more() -> None:
    """As one under a claim whose lease still runs: its message is dropped, the agenda keeps it."""
    world, _ = watched()
    world.due("acme", range(1))
    for number in range(1, 5):
        world.sweep.run(world.now)
        world.outbox.waiting.clear()
        world.now += INTERVAL
        assert world.outbox.enqueued == number


@pytest.mark.parametrize("per_second", [0.5, 0.9, 1, 3])
def test_an_import_behind_the_cursor_is_swept_once(per_second: float) -> None:
    """Steps long due: the instants of an import are of this morning, before all that was swept."""
    world, outbox = watched(rate=1)
    world.due("acme", range(500_000, 503_000))
    while world.on_agenda():
        world.interval(1)
    world.due("acme", range(6_000))
    before = outbox.enqueued
    while world.on_agenda():
        world.interval(per_second)
    assert set(world.reminded.values()) == {1}
    assert (outbox.enqueued - before) / 6_000 <= 1.1
