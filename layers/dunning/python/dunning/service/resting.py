"""The circuit breaker of a channel: who rests after a provider refused, and who tries again.
For how long is said by the refusal; what the provider's account says by itself is `sending_quota`.
"""

from dunning.service.ports import ChannelPaused, Channels, Metrics, Misconfigured, NotSent


def may_try(channels: Channels, channel: str, creditor: str, now: int) -> bool:
    """Whether this sender may ask the provider: always where nobody rests, which costs nothing;
    after a rest only the first who asks, until it knows whether the rest is over."""
    if not channels.paused_until(channel, creditor):
        return True
    return channels.probe(channel, creditor, now)


def refused(
    channels: Channels,
    metrics: Metrics,
    channel: str,
    creditor: str,
    refusal: NotSent,
    now: int,
) -> None:
    """Count what a person has to mend. Where everybody would be refused, let the channel rest, or
    the creditor alone where that may be of its own standing."""
    if isinstance(refusal, Misconfigured):
        metrics.count("ConfigurationRefused")
    if not isinstance(refusal, ChannelPaused):
        return
    whose = creditor if refusal.of_creditor else ""
    channels.pause(channel, now + refusal.rest, refusal.code, whose)
    metrics.count("CreditorPaused" if whose else "ChannelPaused")
