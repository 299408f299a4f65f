"""Simulations as people and programs ask for them: any ledger, policies and days, line by line;
what it comes to, and what another set of policies would do. Bounded; leaves nothing behind.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date

from dunning.domain.bodies import InvoiceBody
from dunning.domain.gates import Gates
from dunning.domain.ledger import LedgerError
from dunning.domain.policy import Policy
from dunning.service.ledger_file import LedgerFile
from dunning.service.simulate import Simulation, Stage
from dunning.service.simulated_difference import comparison, differences
from dunning.service.simulated_lines import Output
from dunning.service.simulated_summary import Tally


@dataclass(frozen=True, slots=True)
class PolicySet:
    """The policies of one file, and its text; `name` is what answers call it."""

    name: str
    policies: tuple[Policy, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that one request may ask for; None: no bound."""

    bodies: int | None = None
    days: int | None = None
    item_days: int | None = None
    """Due items times days: what the time of a simulation grows with."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: a ledger, one or more sets of policies, days in any order."""

    file: LedgerFile
    sets: tuple[PolicySet, ...]
    days: tuple[date, ...]
    gates: Gates
    explain: bool = False
    """Whether each item that waits has a line of its own."""
    summary: bool = False
    """Whether a summary follows; with several sets it always does, and what each of the others does
    otherwise than the first."""
    opening: Callable[[Stage], None] | None = None
    """What a stage begins with, beside the ledger's bodies."""
    refused: list[tuple[int, LedgerError]] = field(default_factory=list)
    """Rows that the ledger refused, once the lines have been read."""
    tellings: bool = False
    """Whether what is told beside the ladder has lines as well (with `tells`). A summary counts it
    in either case."""

    @property
    def item_days(self) -> int:
        """Due items times days, over all sets."""
        items = sum(
            len(one.body.invoice.items)
            for one in self.file.bodies
            if isinstance(one.body, InvoiceBody)
        )
        return items * len(set(self.days)) * len(self.sets)


@dataclass(frozen=True, slots=True)
class Simulations:
    """Plays requests, each on stages of its own."""

    stages: Callable[[Gates], Stage]
    limits: Limits = Limits()

    def run(self, asked: Asked) -> Iterator[Output]:
        """The lines of every run, set by set; then summaries and differences. Raises LedgerError
        (simulation_too_large) before the first line."""
        self._bound(asked)
        return self._lines(asked)

    def _lines(self, asked: Asked) -> Iterator[Output]:
        days = tuple(sorted(set(asked.days)))
        compared = len(asked.sets) > 1
        tallies = []
        for one in asked.sets:
            tally = Tally(one.name, days) if compared or asked.summary else None
            for line in self._played(asked, one, days, tally):
                yield {"policies": one.name, **line} if compared else line
            if tally is not None:
                tallies.append(tally)
        yield from (tally.summary() for tally in tallies)
        for other in tallies[1:]:
            yield from differences(tallies[0], other)
            yield comparison(tallies[0], other)

    def _played(
        self, asked: Asked, policies: PolicySet, days: tuple[date, ...], tally: Tally | None
    ) -> Iterator[Output]:
        file = LedgerFile(list(asked.file.bodies))
        simulation = Simulation(self.stages(asked.gates), file, policies.policies, policies.source)
        simulation.tellings = asked.tellings or tally is not None
        if asked.opening is not None:
            asked.opening(simulation.stage)
        if tally is not None:
            simulation.left = tally.left
        for day in days:
            for line in simulation.run(day):
                beside = "tells" in line
                if tally is not None:
                    (tally.told_beside if beside else tally.told)(line)
                if asked.tellings or not beside:
                    yield line
            for line in simulation.handed_over():
                if tally is not None:
                    tally.handed_over += 1
                yield line
            if tally is None and not asked.explain:
                continue
            for line in simulation.not_reminded(day, past_due=not asked.explain):
                if tally is not None:
                    tally.waited(line)
                if asked.explain:
                    yield line
        asked.refused[:] = simulation.refused

    def _bound(self, asked: Asked) -> None:
        limits = self.limits
        fewer = "ask for fewer days, as every seventh, or for fewer customers"
        for name, size, what, most, mend in (
            (
                "ledger",
                len(asked.file.bodies),
                "bodies",
                limits.bodies,
                "leave out what is settled",
            ),
            ("runs", len(set(asked.days)), "days", limits.days, fewer),
            ("runs", asked.item_days, "due items times days", limits.item_days, fewer),
        ):
            if most is not None and size > most:
                said = f"{name}: {size} {what}; one simulation takes at most {most}; {mend}"
                raise LedgerError("simulation_too_large", name, said)
