"""Moves the local cell's clock: only when nothing is on its way, and only to the next instant that
matters. It never decides what is due; the sweep and the senders do.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from dunning.adapters.dynamodb import keys
from dunning.domain.account import CLAIMED, Head
from dunning.domain.calendar import parse_instant
from dunning.domain.fence import UNKNOWN_HORIZON

from infra.local.cloud import LocalCloud

MOST_SWEEPS = 6
"""Sweeps of one instant; what is still due after them is a fault, and the driver says so."""


QUIET_WITHIN_SECONDS = 240.0
"""Patience with a busy machine; a queue that never empties is a fault all the same."""


class StuckError(RuntimeError):
    """Something is due and stays due: the law of the fence is broken."""


@dataclass
class Driver:
    """Drives one deployed local cell."""

    cloud: LocalCloud
    head: Callable[[str, str], Head | None]
    """HEAD of an account: (creditor, account key)."""
    creditors: tuple[str, ...]
    channels: tuple[str, ...] = ("email",)
    shards: int = 4
    now: int = 0
    steps: int = 0
    sweeps: int = 0
    paused_until: Callable[[str], int] = field(default=lambda channel: 0)
    """The instant until which a channel rests; 0 if it does not."""
    after_step: Callable[[int], None] = field(default=lambda now: None)

    def set_clock(self, now: int) -> None:
        """Put the cell's clock to an instant."""
        self.cloud.client("dynamodb").put_item(
            TableName=self.cloud.outputs["TableName"],
            Item={"pk": {"S": "CLOCK"}, "sk": {"S": "CLOCK"}, "now": {"N": str(now)}},
        )
        self.now = now

    def play(self, facts: Mapping[int, Callable[[], None]], end: int) -> None:
        """From the first fact's instant to `end`: facts, sweeps and sends, each in its time."""
        coming = sorted(facts)
        now = coming[0]
        while now <= end:
            self.set_clock(now)
            if coming and coming[0] == now:
                facts[coming.pop(0)]()
                self.cloud.wait_until_quiet(QUIET_WITHIN_SECONDS)
            self.sweep_until_done()
            self.steps += 1
            self.after_step(now)
            following = [at for at in (self.next_instant(), *coming[:1]) if at is not None]
            if not following:
                return
            now = min(following)

    def sweep_until_done(self) -> None:
        """Sweep until nothing is due at this instant but what waits for a claim's end."""
        for _ in range(MOST_SWEEPS):
            if not self._to_be_done():
                return
            self.cloud.invoke("SweepFunctionName")
            self.sweeps += 1
            self.cloud.wait_until_quiet(QUIET_WITHIN_SECONDS)
        left = self._to_be_done()
        if left:
            raise StuckError(f"due at {self.now} and not acted on: {left[:5]}")

    def next_instant(self) -> int | None:
        """The least instant after now at which anything can happen by itself."""
        instants = (
            at if at > self.now else self._waits_for(account) for at, account in self._agenda()
        )
        return min((at for at in instants if at is not None), default=None)

    def _to_be_done(self) -> list[str]:
        """Accounts whose instant has come, and that no standing claim or pause holds."""
        return [
            account
            for at, account in self._agenda()
            if at <= self.now and self._waits_for(account) is None
        ]

    def _waits_for(self, account: str) -> int | None:
        """The instant at which a standing claim, or the channel's pause, lets the account go on;
        None: nothing holds it."""
        head = self.head(keys.creditor_of(account), account)
        if head is None or head.claim is None:
            pause = self.paused_until(head.plan.channel or "") if head else 0
            return pause if pause > self.now else None
        if head.claim.state == CLAIMED:
            at = head.claim.lease_until + 1
        else:
            at = head.claim.at + UNKNOWN_HORIZON
        return at if at > self.now else None

    def _agenda(self) -> list[tuple[int, str]]:
        """All that is planned: instant and account."""
        pages = self.cloud.client("dynamodb").get_paginator("query")
        found = []
        for creditor in self.creditors:
            for channel in self.channels:
                for shard in range(self.shards):
                    partition = {"S": keys.agenda(creditor, channel, shard)}
                    for page in pages.paginate(
                        TableName=self.cloud.outputs["TableName"],
                        IndexName="agenda",
                        KeyConditionExpression="apk = :apk",
                        ExpressionAttributeValues={":apk": partition},
                    ):
                        found += [(_instant(i["ask"]["S"]), i["pk"]["S"]) for i in page["Items"]]
        return found


def _instant(agenda_entry: str) -> int:
    return parse_instant(agenda_entry.partition("#")[0])
