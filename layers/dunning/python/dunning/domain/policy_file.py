"""The policy file: YAML text to validated policies, or every problem with its line and its mend.
What the words mean is `policy`'s and `outlook`'s; a key that is not carried out is never ignored.
"""

import re
from collections.abc import Iterable
from datetime import time
from itertools import combinations

from .fields import CHANNELS, nearest
from .invoice import KINDS
from .money import MoneyError, parse_amount
from .policy import Criteria, Policy, Step
from .policy_nodes import Block, Node, Problems, compose
from .reading_parties import CUSTOMER_CLASSES

CARRIED_CHANNELS = ("email", "voice")
TONES = ("friendly", "persuasive", "formal")
"""Tones that every language has words for (templates/email/wording)."""
MOST_POLICIES, MOST_STEPS, MOST_DAYS = 200, 50, 3_650

_ID = re.compile(r"[A-Za-z0-9._-]{1,64}\Z")
_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])\Z")
_WHOLE = re.compile(r"-?[0-9]{1,6}\Z")

POLICY_KEYS = (
    "id", "applies_to", "track", "grace", "minimum", "notice_per", "max_notices", "min_interval",
    "send_at", "ladder",
)  # fmt: skip
STEP_KEYS = ("level", "after_due", "after_previous", "channels", "tone")
LATER_POLICY_KEYS = (
    "send_days", "calendar", "charges", "interest", "variants", "promise", "plan_offer", "autopay",
    "disputes", "auto_apply", "fee",
)  # fmt: skip
LATER_STEP_KEYS = (
    "fee", "interest", "approval", "then", "charges", "repeat_every", "repeat_max", "variants",
    "plan_offer", "defer_max",
)  # fmt: skip


def read_policies(text: str) -> tuple[Policy, ...]:
    """The policies of a file. Raises PolicyFileError with every problem found."""
    problems = Problems()
    root = compose(text)
    file = Block(root, "the file", ("policies",), (), problems)
    nodes = file.sequence("policies", MOST_POLICIES)
    if not nodes:
        problems.add(root, "policies", "there is no policy; write a list under policies:")
    read = [(node, _policy(node, problems)) for node in nodes]
    problems.stop()
    _one_meaning(read, problems)
    problems.stop()
    return tuple(policy for _, policy in read)


def _policy(node: Node, problems: Problems) -> Policy:
    block = Block(node, "a policy", POLICY_KEYS, LATER_POLICY_KEYS, problems)
    id_ = block.text("id")
    if not _ID.match(id_ or ""):
        block.problem("id", "an id has 1 to 64 of letters, digits, dot, hyphen and underscore")
    block.only("track", "item", "track: account is not carried out by this version yet")
    block.only("notice_per", "account", "notice_per: level is not carried out by this version yet")
    send_at = block.text("send_at") or "09:00"
    clock = _TIME.match(send_at)
    if not clock:
        block.problem("send_at", 'a time is written as "09:00"')
    most = block.text("max_notices")
    return Policy(
        id=id_ or "",
        ladder=_ladder(block),
        applies_to=_criteria(block),
        grace=_duration(block, "grace", 0) or 0,
        minimum=_minimum(block),
        max_notices=None if most is None else _whole(block, "max_notices", most, 1, 1_000),
        min_interval=_duration(block, "min_interval", 1) or 1,
        send_at=time(int(clock.group(1)), int(clock.group(2))) if clock else time(9),
    )


def _criteria(block: Block) -> Criteria:
    given = block.child(
        "applies_to", ("kinds", "currencies", "segments", "customer_classes"), ("channels",)
    )
    if given is None:
        return Criteria()
    currencies = given.texts("currencies")
    for currency in currencies:
        try:
            parse_amount("1", currency)
        except MoneyError as error:
            given.problem("currencies", str(error))
    return Criteria(
        kinds=_known(given, "kinds", KINDS),
        currencies=currencies,
        segments=given.texts("segments"),
        customer_classes=_known(given, "customer_classes", CUSTOMER_CLASSES),
    )


def _known(block: Block, key: str, words: Iterable[str]) -> tuple[str, ...]:
    """A list of words of which each must be known."""
    known = tuple(words)
    found = block.texts(key)
    for word in found:
        if word not in known:
            block.problem(key, f"{word!r} is not known; {nearest(word, known)}")
    return found


def _minimum(block: Block) -> dict[str, int]:
    given = block.child("minimum", ("amount",), ("percent",))
    amounts = given.child("amount", None, ()) if given else None
    found: dict[str, int] = {}
    for currency in amounts.keys() if amounts else ():
        try:
            found[currency] = parse_amount(amounts.text(currency) or "", currency)  # type: ignore[union-attr]
        except MoneyError as error:
            amounts.problem(currency, str(error))  # type: ignore[union-attr]
    return found


def _ladder(block: Block) -> tuple[Step, ...]:
    nodes = block.sequence("ladder", MOST_STEPS)
    if not nodes:
        block.problem("ladder", "a policy has a ladder of one step or more")
    steps: list[Step] = []
    last_due = -1
    for node in nodes:
        one = Block(node, "a step", STEP_KEYS, LATER_STEP_KEYS, block.problems)
        step = _step(one, first=not steps)
        if steps and step.level <= steps[-1].level:
            one.problem(
                "level", f"levels rise from step to step; after {steps[-1].level} comes more"
            )
        if step.after_due is not None:
            if step.after_due <= last_due:
                one.problem(
                    "after_due", f"days rise from step to step; after {last_due} comes more"
                )
            last_due = step.after_due
        steps.append(step)
    return tuple(steps)


def _step(one: Block, *, first: bool) -> Step:
    level = one.text("level")
    if level is None:
        one.problem("level", "a step has a level, from 1")
    after_due = _duration(one, "after_due", 0, needed=False)
    after_previous = _duration(one, "after_previous", 1, needed=False)
    counts = one.has("after_due") + one.has("after_previous")
    if counts != 1:
        one.problem("after_due", "a step has either after_due or after_previous: {days: 10}")
    elif first and one.has("after_previous"):
        one.problem("after_previous", "nothing comes before the first step; give it after_due")
    channels = _known(one, "channels", CHANNELS)
    if not channels:
        one.problem("channels", "a step has a channel or more, as [email]")
    for channel in channels:
        if channel in CHANNELS and channel not in CARRIED_CHANNELS:
            one.problem(
                "channels", f"{channel} is not carried out by this version yet; leave it out"
            )
    tone = one.text("tone") or TONES[0]
    if tone not in TONES:
        one.problem("tone", f"{tone!r} is not a tone; {nearest(tone, TONES)}")
    return Step(
        level=_whole(one, "level", level or "1", 1, 99),
        channels=channels,
        tone=tone,
        after_due=after_due,
        after_previous=after_previous,
    )


def _duration(block: Block, key: str, least: int, *, needed: bool = True) -> int | None:
    """Whole days of {days: 3} or {weeks: 2}; absent is `least` where one is needed."""
    given = block.child(key, ("days", "weeks"), ("months", "roll"))
    if given is None:
        return least if needed else None
    words = [(unit, text) for unit in ("days", "weeks") if (text := given.text(unit)) is not None]
    if given.troubled:
        return least
    if len(words) != 1:
        given.problem("days", f"{key} is a number of days, as {{days: {max(least, 3)}}}")
        return least
    unit, text = words[0]
    if text.startswith("-") and _WHOLE.match(text) and key == "after_due":
        given.problem(unit, "steps before the due day are not carried out by this version yet")
        return least
    factor = 7 if unit == "weeks" else 1
    return _whole(given, unit, text, least, MOST_DAYS // factor) * factor


def _whole(block: Block, key: str, text: str, least: int, most: int) -> int:
    if _WHOLE.match(text) and least <= int(text) <= most:
        return int(text)
    block.problem(key, f"{text[:20]!r} is not a whole number from {least} to {most}")
    return least


def _one_meaning(read: list[tuple[Node, Policy]], problems: Problems) -> None:
    """No id twice, and no item that two policies claim with equally many criteria."""
    for (_, one), (node, other) in combinations(read, 2):
        if one.id == other.id:
            problems.add(node, "id", f"the id {one.id} is taken by a policy above; choose another")
        elif not one.applies_to.count and not other.applies_to.count:
            problems.add(
                node,
                "applies_to",
                f"{one.id} and {other.id} both have no criteria; at most one policy is the default",
            )
        elif one.applies_to.count == other.applies_to.count and _overlap(
            one.applies_to, other.applies_to
        ):
            problems.add(
                node,
                "applies_to",
                f"{one.id} and {other.id} match the same items with equally many criteria; give one"
                " of them a further criterion",
            )


def _overlap(one: Criteria, other: Criteria) -> bool:
    """Whether there can be an item that both match."""
    pairs = (
        (one.kinds, other.kinds),
        (one.currencies, other.currencies),
        (one.segments, other.segments),
        (one.customer_classes, other.customer_classes),
    )
    return all(not a or not b or set(a) & set(b) for a, b in pairs)
