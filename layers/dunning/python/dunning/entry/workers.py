"""Functions that nobody waits for: what the clock wakes, and files and settings that come in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from dunning.entry.senders import Entry

if TYPE_CHECKING:
    from dunning.service.collecting import Collecting, NotCollected
    from dunning.service.guard_experiments import GuardExperiments
    from dunning.service.import_invoices import ImportInvoices
    from dunning.service.intake_ports import Step
    from dunning.service.keep_current import KeepCurrent
    from dunning.service.record_import import RecordImport
    from dunning.service.replan_book import ReplanBook
    from dunning.service.sweep import Sweep


@dataclass(frozen=True)
class RunSweep(Entry):
    """The sweep of every channel of the cell, and what keeps its books current."""

    sweeps: "tuple[Sweep, ...]"
    current: "KeepCurrent"


@dataclass(frozen=True)
class CollectPlans(Entry):
    """What is to be done about the debits of plans, at every creditor's provider."""

    collecting: "Collecting"

    def run(self, now: int, left: Callable[[], float]) -> dict[str, int]:
        """How many accounts were seen to, and how many are to be seen to again."""
        from dunning.entry.observability import logger

        def tell(creditor: str, error: "NotCollected") -> None:
            told = {"creditor": creditor, "mandate": error.mandate}
            told |= {"errand": error.errand, "code": error.code}
            logger().error("plan not collected", extra=told)

        return self.collecting.run(now, left, tell)


@dataclass(frozen=True)
class GuardAll(Entry):
    """The guard of every creditor's experiments."""

    guard: "GuardExperiments"


@dataclass(frozen=True)
class ImportFiles(Entry):
    """Files into parts, and settings into the table."""

    imports: "ImportInvoices"

    @staticmethod
    def day(now: int) -> date:
        """The day on which a file counts as uploaded, by the cell's clock."""
        return datetime.fromtimestamp(now, UTC).date()


@dataclass(frozen=True)
class RecordParts(Entry):
    """Parts of files into the ledger, and books planned anew: what is done in steps, by message."""

    records: "RecordImport"
    replans: "ReplanBook"
    step_of: "Callable[[str], Step]"
    most_receives: int

    def take(self, step: "Step", now: int, left: Callable[[], float], receives: int) -> str:
        """Hand a step to the use case that it is of; a word for the log."""
        from dunning.service.replan_book import REPLAN

        if step.run == REPLAN:
            last = receives >= self.most_receives
            return self.replans.step(step, now, left, last_receive=last)
        return self.records.run(step, now, left, receives, self.most_receives)
