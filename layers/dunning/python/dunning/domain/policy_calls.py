"""What the policy file says of calls: `calls: {attempts: 3, pause: {hours: 4}}`.
What follows from it is `calling`'s.
"""

from .calling import HOUR, USUAL, Calls
from .policy_nodes import Block

KEYS = ("attempts", "pause")
MOST_ATTEMPTS = 7
"""Reg F presumes harassment beyond seven calls in seven days; no notice asks for more."""
UNITS = {"minutes": 60, "hours": HOUR, "days": 24 * HOUR}
LEAST_PAUSE, LONGEST_PAUSE = 30 * 60, 14 * 24 * HOUR


def calls(block: Block) -> Calls:
    """A policy's calls; what it does not say is as usual."""
    given = block.child("calls", KEYS, ())
    if given is None:
        if block.there("calls"):
            block.problem("calls", "say how often: {attempts: 3, pause: {hours: 4}}")
        return USUAL
    return Calls(_attempts(given), _pause(given))


def _attempts(given: Block) -> int:
    text = given.text("attempts")
    if text is None:
        return USUAL.attempts
    if text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= MOST_ATTEMPTS:
        return int(text)
    given.problem("attempts", f"{text[:20]!r} is not a whole number from 1 to {MOST_ATTEMPTS}")
    return USUAL.attempts


def _pause(given: Block) -> int:
    span = given.child("pause", tuple(UNITS), ())
    if span is None:
        if given.there("pause"):
            given.problem("pause", "a pause is a time, as {hours: 4}")
        return USUAL.pause
    found = [(unit, text) for unit in UNITS if (text := span.text(unit)) is not None]
    if len(found) == 1:
        unit, text = found[0]
        seconds = int(text[:6]) * UNITS[unit] if text.isascii() and text.isdigit() else 0
        if LEAST_PAUSE <= seconds <= LONGEST_PAUSE:
            return seconds
    if not span.troubled:
        given.problem("pause", "a pause is half an hour to 14 days, as {hours: 4}")
    return USUAL.pause
