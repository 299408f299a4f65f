"""From which day on a customer may be told of a day that is to come, where a policy does not send
on every day. Pure; on which day of these it is told is `telling_outlook`'s.
"""

from datetime import date

from .account import Account
from .groups import send_days_of
from .policy import Policy, Rulebook


def told_from(
    policy: Policy, rulebook: Rulebook, account: Account, first: date, last: date, since: date
) -> date:
    """The first day on which it may be told: `first`, unless the policy sends on no day from there
    to `last`. Then the nearest send day before, for on the next one it is too late; never the day
    on which the customer said it themselves (`since`), or an earlier one."""
    days = send_days_of(rulebook, policy, account.customer)
    if days is None or days.next(first) <= last:
        return first
    before = days.before(first)
    return before if before > since else first


def next_told(policy: Policy, rulebook: Rulebook, account: Account, day: date) -> date:
    """The first day from that day on, on which the policy sends to the customer."""
    days = send_days_of(rulebook, policy, account.customer)
    return days.next(day) if days else day
