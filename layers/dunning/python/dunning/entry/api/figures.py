"""Reports and simulations behind the API. Made when they are first asked for: most requests never
need what they import.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dunning.adapters.memory.over import LedgerOver
from dunning.domain.gates import Gates
from dunning.domain.policy import Rulebook
from dunning.entry.offline import gates_of, stage
from dunning.service.cell_reports import CellReports
from dunning.service.cell_simulations import CellSimulations, Opened, Wanted
from dunning.service.listing_ports import Ranges
from dunning.service.ports import Ledger, Settings
from dunning.service.simulate import Stage

MOST_SECONDS = 26.0
"""For a report: API Gateway waits 29 for an answer, and a function may have to start first."""
OPEN = "none"
"""No contact rules: every channel at every hour."""


@dataclass(frozen=True)
class Figures:
    """The use cases behind /reports and /simulations."""

    ledger: Ledger
    ranges: Ranges
    settings: Settings
    threads: int = 1
    stopwatch: Callable[[], Callable[[], float]] = lambda: lambda: 0.0
    """Begins to count seconds."""

    @property
    def report(self) -> CellReports:
        """Reports of the book as it stands, as far as it can be read in time."""
        taken = self.stopwatch()
        return CellReports(self.ledger, self.ranges, self.threads, lambda: MOST_SECONDS - taken())

    def simulated(
        self, rulebook: Rulebook, wanted: Wanted, gates: str, now: int
    ) -> list[Mapping[str, object]]:
        """The lines of a simulation. Raises what `CellSimulations` does."""
        simulations = CellSimulations(
            self.ledger, self.ranges, self.settings, self._stage, self.threads
        )
        rules = gates_of(None if gates == OPEN else gates)
        return list(simulations(rulebook, wanted, rules, now))

    def _stage(self, gates: Gates) -> tuple[Stage, Opened]:
        own = LedgerOver(self.ledger)
        return stage(gates, own), own
