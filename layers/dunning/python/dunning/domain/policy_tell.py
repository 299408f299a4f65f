"""What the policy file says of messages beside the ladder: `tell`. What follows is
`telling_outlook`'s.
"""

from dataclasses import replace

from .account import EMAIL, VOICE
from .approval import RECEIVERS
from .calling import SMS
from .fields import nearest
from .payment_plans import BANK_TRANSFER_DAYS
from .policy_nodes import NEUTRAL_WORDS, Block
from .policy_steps import TONES, duration
from .tell_rules import AFTER, BEFORE, KNOWN, USUAL_TELL, Tell, TellRule
from .telling_kinds import HAND_OVER, INSTALMENT_MISSED, KINDS, SPOKEN

CHANNELS = (EMAIL, SMS, VOICE)
YES = frozenset({"yes", "true", "on"})
MOST_DAYS = 60


def tell(block: Block) -> Tell:
    """Which messages beside the ladder a policy sends, and how; what it does not say is as
    usual."""
    word = block.scalar("tell")
    if word is not None:
        if word.lower() in NEUTRAL_WORDS and word:
            return {}
        block.problem("tell", "tell says which, as {thanks: yes, instalment_due: no}; or no")
        return USUAL_TELL
    given = block.child("tell", KINDS, ())
    if given is None:
        return USUAL_TELL
    found = dict(USUAL_TELL)
    for kind in tuple(given.keys()):  # a Block is no mapping
        rule = _rule(given, kind)
        found.pop(kind, None)
        if rule is not None:
            found[kind] = rule
    return {kind: found[kind] for kind in KINDS if kind in found}


def _rule(given: Block, kind: str) -> TellRule | None:
    """One kind of message; None: it is not sent."""
    usual = KNOWN[kind]
    word = (given.scalar(kind) or "").lower()
    if word in YES:
        return usual
    if word and word in NEUTRAL_WORDS:
        return None
    days = "before" if kind in BEFORE else "after" if kind in AFTER else ""
    keys = ("channels", "tone", *filter(None, [days]), *(["to"] if kind == HAND_OVER else []))
    one = given.child(kind, keys, ()) if given.keyed(kind) else None
    if one is None:
        given.problem(kind, f"{kind} is yes, no, or how: {{channels: [email], tone: {usual.tone}}}")
        return usual
    rule = usual
    if one.has("tone"):
        rule = replace(rule, tone=one.one_of("tone", TONES))
    if one.there("channels"):
        rule = replace(rule, channels=_channels(one, kind) or usual.channels)
    if days and one.has(days):
        rule = replace(rule, days=_days(one, kind, days))
    if one.there("to"):
        rule = replace(rule, to=_receivers(one) or usual.to)
    return rule


def _channels(one: Block, kind: str) -> tuple[str, ...]:
    channels = one.texts("channels")
    if not channels:
        one.problem("channels", "a message has a channel or more, as [email]; no in place of all")
    for channel in channels:
        if channel not in CHANNELS:
            one.problem(
                "channels", f"{channel!r} does not tell of this; {nearest(channel, CHANNELS)}"
            )
        elif channel == VOICE and kind not in SPOKEN:
            one.problem("channels", f"no call tells of this, only of {' and '.join(SPOKEN)}")
    return channels


def _days(one: Block, kind: str, key: str) -> int:
    """Days before or after; what is missed can only be told while the plan can still be saved."""
    most = BANK_TRANSFER_DAYS if kind == INSTALMENT_MISSED else MOST_DAYS
    span = duration(one, key, 1)
    if isinstance(span, int) and 1 <= span <= most:
        return span
    if not one.troubled:
        one.problem(key, f"{key} is 1 to {most} days, as {{days: {KNOWN[kind].days}}}")
    return KNOWN[kind].days


def _receivers(one: Block) -> tuple[str, ...]:
    words = one.texts("to")
    for word in words:
        if word not in RECEIVERS:
            one.problem("to", f"{word!r} is no receiver; {nearest(word, RECEIVERS)}")
    if not words:
        one.problem("to", f"say of whom the customer is told: {', '.join(RECEIVERS)}")
    return words
