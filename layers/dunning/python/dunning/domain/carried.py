"""Which channels a cell carries: on others no attempt is planned, so that none waits for ever in an
agenda that nobody sweeps. Pure; all other rules are the gates' that it stands before.
"""

from .gates import DENY, ContactAttempt, Gates, Verdict

NOT_CARRIED = "channel_not_carried"


class Carried:
    """Gates that deny what the cell has no sender for."""

    def __init__(self, gates: Gates, channels: tuple[str, ...]) -> None:
        self._gates = gates
        self._channels = frozenset(channels)
        self.ruleset = gates.ruleset

    def evaluate(self, attempt: ContactAttempt, now: int) -> Verdict:
        """DENY on a channel that is not carried; else what the gates say."""
        if attempt.channel not in self._channels:
            return Verdict(DENY, rules=(NOT_CARRIED,))
        return self._gates.evaluate(attempt, now)
