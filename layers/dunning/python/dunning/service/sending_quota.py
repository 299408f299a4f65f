"""What a provider's account lets us send: how fast, how much more today, and whether at all.
Read once a sweep; how a sender keeps to the rate is the adapter's (`adapters.rate`).
"""

from dataclasses import dataclass
from math import ceil
from typing import NamedTuple

from dunning.service.channel_ports import (
    PROBATION,
    SHUTDOWN,
    AccountSending,
    SendingAccount,
)
from dunning.service.ports import Channels, Metrics

INTERVAL = 15 * 60
"""Seconds until the account is looked at again: the sweep's."""
REST = INTERVAL - 60
"""Seconds for which an account that cannot send rests: over when the next sweep looks again."""
SHUT_REST = 60 * 60
"""Seconds for which an account rests that the provider has shut: a person's work, not a quota's."""
RESERVE = 0.02
"""The part of a day's quota that is left: for mails that the account sends beside ours, and since
the provider's count of what was sent may be a little behind."""


class Allowed(NamedTuple):
    """What one sweep may count on until the next."""

    rate: float
    """Messages a second."""
    left: int | None = None
    """Messages that may still leave, those that wait in the queue among them; None: any number."""


@dataclass(frozen=True, slots=True)
class SendingQuota:
    """One channel's account, as its sweep sees it."""

    channel: str
    account: SendingAccount
    channels: Channels
    metrics: Metrics

    def allowed(self, ceiling: float, now: int) -> Allowed:
        """At most `ceiling`. Keeps a changed rate where senders find it, and lets the channel rest
        where the account cannot send. What cannot be learned changes nothing: the last known rate
        holds, else the ceiling."""
        known = self.channels.rate(self.channel)
        told = self.account.sending()
        if told is None:
            self.metrics.count("QuotaUnread")
            return Allowed(min(ceiling, known or ceiling))
        if 0 < told.rate != known:
            self.channels.set_rate(self.channel, told.rate)
        self._warn(told)
        left = _left(told)
        if why := _shut(told):
            self._rest(now + SHUT_REST, why, "ChannelPaused")
        elif left == 0:
            self._rest(now + REST, "day_quota", "QuotaUsedUp")
        return Allowed(min(ceiling, told.rate), left)

    def _rest(self, until: int, why: str, metric: str) -> None:
        self.channels.pause(self.channel, until, why)
        self.metrics.count(metric)

    def _warn(self, told: AccountSending) -> None:
        if not told.production:
            self.metrics.count("SendingSandbox")
        if told.standing == PROBATION:
            self.metrics.count("SendingProbation")


def _shut(told: AccountSending) -> str:
    """Why the account sends nothing until a person has done something; empty: it sends."""
    if told.standing == SHUTDOWN:
        return "account_shutdown"
    if not told.enabled or told.rate <= 0:
        return "sending_disabled"
    return ""


def _left(told: AccountSending) -> int | None:
    if told.day is None:
        return None
    return max(0, int(told.day - ceil(told.day * RESERVE) - told.sent))
