"""What a deployment brought and nobody uploaded: newer rates, holidays or zones replan every book,
a replan that stands still is sent on, and a table that is about to run out is counted.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from dunning.domain.charges.regime import Ruleset
from dunning.service.intake_ports import Step, Steps
from dunning.service.ports import Metrics, Settings
from dunning.service.replan_book import REPLAN, STALLED
from dunning.service.replan_ports import Replannings

DAY = 86_400


@dataclass(frozen=True, slots=True)
class KeepCurrent:
    """Asked by every sweep; the work itself goes by message."""

    settings: Settings
    replannings: Replannings
    steps: Steps
    ruleset: Callable[[], Ruleset]
    """The interest ruleset of this deployment: read once a day."""
    metrics: Metrics
    interval: int
    """Seconds between two sweeps."""

    def run(self, now: int) -> int:
        """Send a message for each book that is behind; returns how many."""
        behind = [one for one in self.settings.creditors() if self._behind(one, now)]
        self.steps.put(Step(creditor, REPLAN) for creditor in behind)
        if now // DAY != (now - self.interval) // DAY:
            self._count_what_runs_out(now)
        return len(behind)

    def _behind(self, creditor: str, now: int) -> bool:
        if self.settings.outdated(creditor):
            return True
        known = self.replannings.find(creditor)
        return known is not None and not known.ended and now - known.touched > STALLED

    def _count_what_runs_out(self, now: int) -> None:
        """Tables whose next half-year is near and missing: by the first sweep of a day (UTC)."""
        missing = self.ruleset().runs_out(datetime.fromtimestamp(now, UTC).date())
        if missing:
            self.metrics.count("RulesetRunsOut", len(missing))
