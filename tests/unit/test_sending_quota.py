"""What the account at the provider says, and what a sweep makes of it: rate, room, rests."""

import pytest
from dunning.adapters.memory.cell import Counters, MemoryChannels
from dunning.service.channel_ports import PROBATION, SHUTDOWN, AccountSending
from dunning.service.sending_quota import REST, SHUT_REST, Allowed, SendingQuota
from dunning.service.sweep import INTERVAL

from tests.unit.sweeping import MORNING, World

PRODUCTION = AccountSending(rate=14, day=50_000, sent=0)


class Account:
    """An account that says what it is told to say."""

    def __init__(self, told: AccountSending | None) -> None:
        self.told = told

    def sending(self) -> AccountSending | None:
        return self.told


class Looking:
    def __init__(self, told: AccountSending | None = PRODUCTION) -> None:
        self.account, self.channels, self.metrics = Account(told), MemoryChannels(), Counters()
        self.quota = SendingQuota("email", self.account, self.channels, self.metrics)

    def allowed(self, ceiling: float = 14, now: int = MORNING) -> Allowed:
        return self.quota.allowed(ceiling, now)


def test_the_account_s_rate_holds_up_to_the_ceiling_of_the_cell() -> None:
    here = Looking(AccountSending(rate=5, day=None))
    assert here.allowed() == Allowed(5, None)
    assert here.channels.rate("email") == 5
    here.account.told = AccountSending(rate=200, day=None)
    assert here.allowed() == Allowed(14, None)
    assert here.channels.rate("email") == 200


def test_what_cannot_be_learned_never_raises_the_rate() -> None:
    here = Looking(None)
    assert here.allowed() == Allowed(14, None)
    here.account.told = AccountSending(rate=3, day=None)
    here.allowed()
    here.account.told = None
    assert here.allowed() == Allowed(3, None)
    assert here.channels.rate("email") == 3
    assert here.metrics.counts["QuotaUnread"] == 2
    assert here.channels.paused_until("email") == 0


def test_a_fiftieth_of_the_day_s_quota_is_left_for_others() -> None:
    assert Looking(AccountSending(14, 50_000, 10_000)).allowed().left == 39_000
    assert Looking(AccountSending(1, 200, 195)).allowed().left == 1
    assert Looking(AccountSending(1, 200, 230)).allowed().left == 0


def test_a_quota_that_is_used_up_rests_the_channel_until_the_next_sweep_finds_room() -> None:
    here = Looking(AccountSending(14, 50_000, 49_000))
    here.allowed()
    assert here.channels.paused_until("email") == MORNING + REST < MORNING + INTERVAL
    assert here.metrics.counts == {"QuotaUsedUp": 1}
    here.account.told = AccountSending(14, 50_000, 48_999)
    assert here.allowed(now=MORNING + INTERVAL).left == 1
    assert here.channels.paused_until("email") == MORNING + REST


@pytest.mark.parametrize(
    "told",
    [
        AccountSending(14, None, standing=SHUTDOWN),
        AccountSending(14, None, enabled=False),
        AccountSending(0, None),
    ],
)
def test_an_account_that_is_shut_rests_the_channel_and_tells_a_person(
    told: AccountSending,
) -> None:
    here = Looking(told)
    here.allowed()
    assert here.channels.paused_until("email") == MORNING + SHUT_REST
    assert here.metrics.counts == {"ChannelPaused": 1}


@pytest.mark.parametrize(
    ("told", "metric"),
    [
        (AccountSending(14, None, standing=PROBATION), "SendingProbation"),
        (AccountSending(1, 200, production=False), "SendingSandbox"),
    ],
)
def test_a_review_and_a_sandbox_are_told_and_still_send(told: AccountSending, metric: str) -> None:
    here = Looking(told)
    here.allowed()
    assert here.channels.paused_until("email") == 0
    assert here.metrics.counts == {metric: 1}


def test_a_sweep_enqueues_what_the_account_takes_and_not_what_the_cell_hoped() -> None:
    world = World()
    world.due("acme", range(5_000))
    account = Account(AccountSending(rate=1, day=None))
    quota = SendingQuota("email", account, world.channels, Counters())
    sweep = type(world.sweep)(
        "email",
        14,
        world.ledger,
        world.settings,
        world.channels,
        world.outbox,
        Counters(),
        quota,
    )
    assert sweep.run(MORNING) == INTERVAL
    account.told = AccountSending(rate=14, day=10_000, sent=8_900)
    assert sweep.run(MORNING + INTERVAL) == 0, "what waits in the queue is part of what is left"
    world.send(850)
    assert sweep.run(MORNING + 2 * INTERVAL) == 850
    account.told = AccountSending(rate=14, day=10_000, sent=9_900)
    world.send(10_000)
    assert sweep.run(MORNING + 3 * INTERVAL) == 0
    assert world.channels.paused_until("email") > MORNING + 3 * INTERVAL


def test_a_sweep_leaves_out_the_creditor_whose_own_mails_rest() -> None:
    world = World()
    world.due("acme", range(3))
    world.due("blue", range(100, 104))
    world.channels.pause("email", MORNING + 900, "SendingPausedException", "acme")
    assert world.sweep.run(MORNING) == 4
    assert world.sweep.run(MORNING + 900) == 3
