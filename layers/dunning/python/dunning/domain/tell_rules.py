"""What a policy says of messages beside the ladder: which are sent, when, by which channels and in
which tone. Values alone: reading them is `policy_tell`'s, what is due by them `telling_outlook`'s.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from . import telling_kinds as kinds
from .account import EMAIL
from .approval import AGENCY

FRIENDLY, PERSUASIVE, FORMAL = "friendly", "persuasive", "formal"


@dataclass(frozen=True, slots=True)
class TellRule:
    """How one kind of message beside the ladder is sent."""

    tone: str = FRIENDLY
    days: int = 0
    """Days before its day (an instalment's, a promised one), or after it (one that was missed)."""
    channels: tuple[str, ...] = (EMAIL,)
    """In order of preference, as a step's."""
    to: tuple[str, ...] = ()
    """Of a hand-over: of which receivers the customer is told."""


Tell = Mapping[str, TellRule]
"""By wording; what is not there is not sent."""

KNOWN: Tell = MappingProxyType(
    {
        kinds.INSTALMENT_DUE: TellRule(days=3),
        kinds.INSTALMENT_MISSED: TellRule(PERSUASIVE, days=1),
        kinds.PROMISE_REMINDER: TellRule(days=1),
        kinds.PROMISE_BROKEN: TellRule(PERSUASIVE, days=1),
        kinds.THANKS: TellRule(),
        kinds.PLAN_OFFER: TellRule(),
        kinds.PLAN_AGREED: TellRule(),
        kinds.HAND_OVER: TellRule(FORMAL, to=(AGENCY,)),
    }
)
"""Each kind as it is where a policy only says that it is sent."""
OFF = frozenset({kinds.THANKS})
"""Not sent unless the policy says so. Bank files bring payments late and by the hundred, and most
creditors or their payment providers send a receipt already."""
USUAL_TELL: Tell = MappingProxyType({kind: one for kind, one in KNOWN.items() if kind not in OFF})
"""What a policy does that says nothing of it."""


def usual_tell() -> Tell:
    """The same, for whoever makes a policy."""
    return USUAL_TELL


BEFORE = frozenset({kinds.INSTALMENT_DUE, kinds.PROMISE_REMINDER})
AFTER = frozenset({kinds.INSTALMENT_MISSED, kinds.PROMISE_BROKEN})
"""Kinds with days before, or after, the day that they are about."""
