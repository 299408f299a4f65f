"""Senders that share a queue: a message names an account alone, and which of them is due stands on
its HEAD.
"""


def others(outcome: str) -> bool:
    """Whether a sender has said that the account is another's: the next is asked."""
    from dunning.service.remind import OTHER_CHANNEL

    return outcome == OTHER_CHANNEL
