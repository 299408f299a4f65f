"""The rate's lease, by several workers that are as slow as they are deployed: virtual time."""

import random
from heapq import heapify, heapreplace
from itertools import pairwise
from typing import Any

import pytest
from botocore.exceptions import ClientError
from dunning.adapters.rate import LARGEST_BLOCK, STALE, LeasedRate, block_of

SECONDS = 60
MAILS_A_SECOND = 8.0
"""What one worker sends if nothing holds it back."""


class OneItem:
    """A table with the lease's item in it."""

    def __init__(self) -> None:
        self.until: str | None = None
        self.writes = 0

    def update_item(self, **request: Any) -> dict[str, Any]:
        values = request["ExpressionAttributeValues"]
        if values.get(":seen", {}).get("N") != self.until:
            old = {"until": {"N": self.until}} if self.until else {}
            failed = {"Error": {"Code": "ConditionalCheckFailedException"}, "Item": old}
            raise ClientError(failed, "UpdateItem")  # type: ignore[arg-type]
        self.until = values[":end"]["N"]
        self.writes += 1
        return {}


class Worker:
    """One sender in its own time: it takes leave, sends, and asks again."""

    def __init__(self, item: OneItem, rate: float, start: float, pace: random.Random) -> None:
        self.at = start
        self._pace = pace
        self._rate = LeasedRate(
            item,
            "table",
            "email",
            rate,
            now=lambda: self.at,
            sleep=self._sleep,  # type: ignore[arg-type]
        )

    def send(self) -> float | None:
        """The moment at which it sent; None if it was told to leave it."""
        if not self._rate.take("acme", "email"):
            self.at += 1
            return None
        sent = self.at
        self.at += self._pace.uniform(0.7, 1.3) / MAILS_A_SECOND
        return sent

    def _sleep(self, seconds: float) -> None:
        self.at += seconds


def sent(rate: float, workers: int) -> tuple[list[float], OneItem]:
    """When mails left, of workers that always have another to send."""
    item, pace = OneItem(), random.Random(f"{rate} {workers}")
    start = 1_795_334_400.0
    queue = [
        (worker.at, number, worker)
        for number in range(workers)
        for worker in [Worker(item, rate, start + pace.random(), pace)]
    ]
    heapify(queue)
    moments = []
    while queue[0][0] < start + SECONDS:
        _, number, worker = queue[0]
        moment = worker.send()
        if moment is not None and moment < start + SECONDS:
            moments.append(moment)
        heapreplace(queue, (worker.at, number, worker))
    return sorted(moments), item


@pytest.mark.parametrize(
    ("rate", "workers"), [(1, 2), (2, 2), (5, 2), (14, 2), (50, 8), (200, 28)], ids=str
)
def test_workers_that_could_send_a_little_more_use_the_whole_rate_and_not_more(
    rate: int, workers: int
) -> None:
    moments, item = sent(rate, workers)
    # Workers come one by one within the first second, and what is leased for later is not counted.
    assert rate * (SECONDS - 2) * 0.97 <= len(moments) <= rate * SECONDS + 1
    assert item.writes <= 1.1 * len(moments) / block_of(rate) + workers


@pytest.mark.parametrize(("rate", "workers"), [(14, 2), (50, 8), (200, 28)], ids=str)
def test_in_no_second_more_leaves_than_the_rate_and_what_may_come_late(
    rate: int, workers: int
) -> None:
    moments, _ = sent(rate, workers)
    first = 0
    for last, moment in enumerate(moments):
        while moments[first] <= moment - 1:
            first += 1
        assert last - first + 1 <= rate * (1 + STALE)
    # And over five seconds lateness is all but nothing.
    for begin in range(SECONDS - 5):
        window = [m for m in moments if begin <= m - moments[0] < begin + 5]
        assert len(window) <= rate * (5 + STALE)


@pytest.mark.parametrize("rate", [0.25, 1, 2, 14, 50, 200, 1000])
def test_a_block_is_less_than_a_second_of_the_rate_and_at_most_a_batch(rate: float) -> None:
    block = block_of(rate)
    assert 1 <= block <= LARGEST_BLOCK == 10
    assert block == 1 or block / rate < STALE


def test_blocks_grow_with_the_rate() -> None:
    assert all(one <= other for one, other in pairwise(map(block_of, range(1, 300))))
    assert block_of(14) == 10
