"""A hundred thousand accounts due at once, over a day of sweeps, with senders that keep up and with
senders that do not: what it costs in messages. The sender is a stand-in (see sweeping).
"""

import random
import time

import pytest
from dunning.domain.calendar import DAY

from tests.unit.sweeping import MORNING, RATE, AnyOrder, World

MANY = 100_000


def a_day_of(world: World, per_second: float, lose: float = 0.0) -> None:
    chance = random.Random(11)
    world.day(per_second, lambda: lose > 0 and chance.random() < lose)


@pytest.mark.parametrize("per_second", [RATE, RATE / 2])
def test_a_backlog_costs_at_most_a_tenth_of_a_message_too_many(per_second: float) -> None:
    began = time.process_time()
    world = World()
    world.due("acme", range(MANY))
    a_day_of(world, per_second)
    assert len(world.reminded) == MANY
    assert set(world.reminded.values()) == {1}
    assert world.messages_per_reminder <= 1.1
    assert world.on_agenda() == []
    assert time.process_time() - began < 20


def test_a_queue_that_is_only_nearly_first_in_first_out_costs_no_more() -> None:
    world = World(outbox=AnyOrder())
    world.due("acme", range(MANY // 2))
    a_day_of(world, RATE / 2)
    assert set(world.reminded.values()) == {1}
    assert len(world.reminded) == MANY // 2
    assert world.messages_per_reminder <= 1.1


def test_a_backlog_of_many_creditors_with_messages_lost_costs_as_many_messages_more() -> None:
    world = World()
    for number in range(20):
        world.due(f"creditor-{number:02}", range(MANY // 40))
    a_day_of(world, RATE / 2, lose=0.05)
    assert len(world.reminded) == MANY // 2
    assert set(world.reminded.values()) == {1}
    assert (world.outbox.enqueued - world.lost) / len(world.reminded) <= 1.1


def test_a_backlog_behind_the_cursor_costs_no_more() -> None:
    """The night's import, due since this morning, when all of the morning has been swept."""
    world = World()
    world.due("acme", range(500_000, 500_100))
    world.interval(RATE)
    world.due("acme", range(MANY // 2))
    a_day_of(world, RATE / 2)
    assert len(world.reminded) == MANY // 2 + 100
    assert world.messages_per_reminder <= 1.1


def test_while_a_backlog_is_worked_off_new_ones_come_and_none_waits_for_ever() -> None:
    world = World()
    world.due("acme", range(MANY // 2))
    fresh = 0
    for hour in range(24):
        at = MORNING + hour * 3_600
        world.due("acme", range(600_000 + fresh, 600_000 + fresh + 500), at=at)
        fresh += 500
        for _ in range(4):
            world.interval(RATE / 2)
    assert len(world.reminded) == MANY // 2 + fresh
    assert world.messages_per_reminder <= 1.1
    assert world.now == MORNING + DAY
