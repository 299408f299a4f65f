"""What the policy file says of how a customer has paid: the thresholds, and a step's tone by them.
What follows from them is `behaviour`'s.
"""

from .behaviour import BY_BEHAVIOUR, MANNERS, MOST_MONTHS, USUAL, Behaviour, ToneBy
from .fields import nearest
from .policy_nodes import Block

KEYS = ("months", "least_settled", "friendly_below", "firm_above")
BY = "by_behaviour"
_ENDS = {
    "months": (1, MOST_MONTHS),
    "least_settled": (1, 1_000),
    "friendly_below": (0, 100),
    "firm_above": (0, 100),
}


def behaviour(block: Block) -> Behaviour:
    """The thresholds of a policy; what it does not say is as usual."""
    given = block.child("behaviour", KEYS, ())
    if given is None:
        if block.there("behaviour"):
            block.problem(
                "behaviour", "give the thresholds, as {friendly_below: 25, firm_above: 50}"
            )
        return USUAL
    before = len(block.problems)
    found = {key: _whole(given, key, getattr(USUAL, key)) for key in KEYS}
    read = Behaviour(**found)
    if len(block.problems) == before and read.friendly_below > read.firm_above:
        given.problem(
            "friendly_below" if given.has("friendly_below") else "firm_above",
            f"a share of late invoices would be below {read.friendly_below} and above"
            f" {read.firm_above} percent at once; let friendly_below be at most firm_above",
        )
    return read


def _whole(given: Block, key: str, usual: int) -> int:
    text = given.text(key)
    if text is None:
        return usual
    least, most = _ENDS[key]
    digits = text.removesuffix("%").strip() if key in KEYS[2:] else text
    if digits.isascii() and digits.isdigit() and least <= int(digits[:6]) <= most:
        return int(digits)
    given.problem(key, f"{text[:20]!r} is not a whole number from {least} to {most}")
    return usual


def tone_by(step: Block, tones: tuple[str, ...]) -> ToneBy | None:
    """The tone for each manner, where a step's tone is by behaviour; None where it is a tone."""
    if not step.keyed("tone"):
        return BY_BEHAVIOUR if step.text("tone") == BY else None
    given = step.child("tone", MANNERS, ())
    if given is None:  # keyed, so it is there
        return None
    words = []
    for manner in MANNERS:
        word = given.text(manner)
        if word is None:
            if not given.troubled:
                usual = BY_BEHAVIOUR.of(manner)
                given.problem(manner, f"all three are to be said; add {manner}: {usual}")
        elif word not in tones:
            given.problem(manner, f"{word[:60]!r} is no such tone; {nearest(word, tones)}")
        words.append(word if word in tones else BY_BEHAVIOUR.of(manner))
    return ToneBy(*words)
