"""Ladders and durations of the policy file. What a file's other keys say: `policy_file`."""

import re
from dataclasses import replace

from .approval import RECEIVERS, SCOPES
from .calendar import Duration, Months
from .experiments import Experiment
from .fields import CHANNELS, nearest
from .policy import HandOver, Step
from .policy_behaviour import BY, tone_by
from .policy_charges import CHARGE_KEYS, NO_CHARGES, Charging, charging
from .policy_experiments import experiment
from .policy_nodes import NEUTRAL_WORDS, Block, Node
from .wordings import BEFORE_DUE, DEMANDS

CARRIED_CHANNELS = ("email", "voice", "sms", "letter", "task")
TONES = ("friendly", "persuasive", "formal")
"""Tones that every language has words for (templates/email/wording)."""
MOST_STEPS, MOST_DAYS = 50, 3_650
END_OF_MONTH = "end_of_month"
EXPIRES = 14
"""Days that an approval may take where the policy does not say."""
UNITS = {"days": 1, "weeks": 7, "months": 30}
"""Units of a duration with their (least) length in days."""

STEP_KEYS = (
    "level", "after_due", "after_previous", "channels", "tone", "repeat_every", "repeat_max",
    "approval", "then", "wording", "variants", *CHARGE_KEYS,
)  # fmt: skip
LATER_STEP_KEYS = (
    "plan_offer", "defer_max",
)  # fmt: skip

_WHOLE = re.compile(r"-?[0-9]{1,6}\Z")


def length(span: Duration) -> float:
    """About how many days a duration is: to compare days with months."""
    return float(span) if isinstance(span, int) else span.number * 365.25 / 12


def ladder(
    block: Block, *, ends: bool, charges: Charging = NO_CHARGES
) -> tuple[tuple[Step, ...], tuple[Node, ...]]:
    """The steps of a policy and their nodes. `ends`: max_notices ends every ladder some day."""
    nodes = block.sequence("ladder", MOST_STEPS)
    if not nodes:
        block.problem("ladder", "a policy has a ladder of one step or more")
    steps: list[Step] = []
    before: Step | None = None
    for place, node in enumerate(nodes, 1):
        one = Block(node, "a step", STEP_KEYS, LATER_STEP_KEYS, block.problems)
        step = _step(one, first=not steps, last=place == len(nodes), ends=ends)
        step = _charging(one, step, charges)
        if steps and step.level <= steps[-1].level:
            one.problem(
                "level", f"levels rise from step to step; after {steps[-1].level} comes more"
            )
        if step.after_due is not None:
            if before and before.after_due is not None:
                _rises(one, before.after_due, step.after_due)
            if step.early and any(not other.early for other in steps):
                one.problem("after_due", "steps before the due day come first; move it up")
            before = step
        steps.append(step)
    return tuple(steps), tuple(nodes)


def _charging(one: Block, step: Step, policy: Charging) -> Step:
    """The step with what it charges, its own or the policy's; nothing before the due day."""
    own = charging(one)
    if step.early:
        for key in CHARGE_KEYS:
            if one.says(key):
                one.problem(key, "nothing is late before the due day; charge at a later step")
        return step
    found = own.under(policy)
    return replace(step, charges=found.fees, interest=found.interest)


def _rises(one: Block, before: Duration, after: Duration) -> None:
    if length(after) <= length(before):
        one.problem("after_due", f"days rise from step to step; after {words(before)} comes more")


def words(span: Duration) -> str:
    """A duration as the file writes it."""
    if isinstance(span, int):
        return f"{span} day{'' if span == 1 else 's'}"
    return f"{span.number} month{'' if span.number == 1 else 's'}"


def _step(one: Block, *, first: bool, last: bool, ends: bool) -> Step:
    level = one.text("level")
    if level is None:
        one.problem("level", "a step has a level, from 1")
    after_due = duration(one, "after_due", -MOST_DAYS, needed=False, roll=True)
    after_previous = duration(one, "after_previous", 1, needed=False)
    counts = one.has("after_due") + one.has("after_previous")
    if counts != 1:
        one.problem("after_due", "a step has either after_due or after_previous: {days: 10}")
    elif first and one.has("after_previous"):
        one.problem("after_previous", "nothing comes before the first step; give it after_due")
    tones = tone_by(one, TONES)
    step = Step(
        level=whole(one, "level", level or "1", 1, 99),
        channels=_channels(one),
        tone=one.one_of("tone", (*TONES, BY)) if tones is None else tones.neutral,
        after_due=after_due,
        after_previous=after_previous,
        end_of_month=_roll(one.child("after_due", (*UNITS, "roll"), ())),
        repeat_every=duration(one, "repeat_every", 1, needed=False),
        repeat_max=_repeat_max(one),
        approval=_approval(one),
        hand_over=_then(one, last=last),
        tone_by=tones,
        wording=one.text("wording") or "",
    )
    _wording(one, step)
    if step.early and step.approval is not None:
        one.problem(
            "approval", "a step before the due day lapses on it and waits for nobody; leave it out"
        )
    _repeats(one, step, last=last, ends=ends)
    return replace(step, experiment=_experiment(one, step))


def _experiment(one: Block, step: Step) -> Experiment | None:
    """What a step tries out: wordings that are true on its day alone."""
    said = tuple(word for word in DEMANDS if step.early == (word == BEFORE_DUE))
    return experiment(one, TONES, said, lambda block, key: duration(block, key, 1, needed=False))


def _wording(one: Block, step: Step) -> None:
    """A step may name what it says, as far as that is true on its day."""
    if not step.wording:
        return
    if step.wording not in DEMANDS:
        one.problem(
            "wording", f"{step.wording[:60]!r} is no such wording; {nearest(step.wording, DEMANDS)}"
        )
    elif step.early != (step.wording == BEFORE_DUE):
        said = "is not overdue yet" if step.early else "is overdue by then"
        one.problem("wording", f"what the step asks for {said}; leave wording out, or mend it")


def _approval(one: Block) -> Duration | None:
    """How long an approval may take; `yes` is the default."""
    word = one.scalar("approval")
    if word is not None and word.lower() in NEUTRAL_WORDS:
        return None
    if word is not None and word.lower() in ("yes", "true", "on"):
        return EXPIRES
    if word is not None:
        one.problem("approval", "approval says how long it may take: {expires: {days: 14}}, or yes")
        return None
    given = one.child("approval", ("expires",), ())
    return None if given is None else duration(given, "expires", 1, needed=False) or EXPIRES


def _then(one: Block, *, last: bool) -> HandOver | None:
    """What follows the last step."""
    if (one.scalar("then") or "").lower() in NEUTRAL_WORDS and one.scalar("then") is not None:
        return None
    then = one.child("then", ("hand_over",), ())
    if then is None:
        return None
    given = then.child("hand_over", ("after", "to", "scope"), ())
    if given is None:
        then.problem("hand_over", "then says what follows: {hand_over: {after: {days: 14}}}")
        return None
    if not last:
        one.problem("then", "only the last step hands over; a step follows this one")
    if not given.there("after"):
        given.problem("after", "say how long after the last notice: {after: {days: 14}}")
    after = duration(given, "after", 1) or 1
    return HandOver(after, given.one_of("to", RECEIVERS), given.one_of("scope", SCOPES))


def _channels(one: Block) -> tuple[str, ...]:
    channels = one.texts("channels")
    if not channels:
        one.problem("channels", "a step has a channel or more, as [email]")
    for channel in channels:
        if channel not in CHANNELS:
            one.problem("channels", f"{channel!r} is not known; {nearest(channel, CHANNELS)}")
        elif channel not in CARRIED_CHANNELS:
            one.problem(
                "channels", f"{channel} is not carried out by this version yet; leave it out"
            )
    return channels


def _roll(given: Block | None) -> bool:
    word = given.text("roll") if given else None
    if given and word not in (None, END_OF_MONTH):
        given.problem("roll", f"{word!r} is not known; a step may roll to {END_OF_MONTH}")
    return word == END_OF_MONTH


def _repeat_max(one: Block) -> int | None:
    text = one.text("repeat_max")
    return None if text is None else whole(one, "repeat_max", text, 1, 1_000)


def _repeats(one: Block, step: Step, *, last: bool, ends: bool) -> None:
    """A repeat stands on the last step alone, and ends."""
    if step.repeat_every is None:
        if one.has("repeat_max") and not one.has("repeat_every"):
            one.problem("repeat_max", "nothing is repeated; give repeat_every: {days: 14} as well")
    elif not last:
        one.problem("repeat_every", "only the last step is repeated; a step follows this one")
    elif step.early:
        one.problem("repeat_every", "a step before the due day is not repeated; leave it out")
    elif step.repeat_max is None and not ends:
        one.problem(
            "repeat_every", "this would go on for ever; give repeat_max here, or max_notices above"
        )


def duration(
    block: Block, key: str, least: int, *, needed: bool = True, roll: bool = False
) -> Duration | None:
    """{days: 3}, {weeks: 2} or {months: 1}; absent is `least` where one is needed."""
    given = block.child(key, (*UNITS, "roll") if roll else tuple(UNITS), ())
    if given is None:
        if block.there(key):
            block.problem(key, f"{key} is a duration, as {{days: {max(least, 3)}}}")
        return least if needed else None
    found = [(unit, text) for unit in UNITS if (text := given.text(unit)) is not None]
    if given.troubled:
        return max(least, 1)
    if len(found) != 1:
        given.problem("days", f"{key} is a number of days, as {{days: {max(least, 3)}}}")
        return max(least, 1)
    unit, text = found[0]
    size = UNITS[unit]
    down = -(MOST_DAYS // size) if least < 0 else least
    number = whole(given, unit, text, down, MOST_DAYS // size)
    return Months(number) if unit == "months" else number * size


def whole(block: Block, key: str, text: str, least: int, most: int) -> int:
    """A whole number; a problem, and the least, where it is none."""
    if _WHOLE.match(text) and least <= int(text) <= most:
        return int(text)
    block.problem(key, f"{text[:20]!r} is not a whole number from {least} to {most}")
    return max(least, 1)
