"""The guard of a whole cell, once a day: every creditor's experiments are looked at, and what loses
is stopped. What losing is, and the stop itself, are `experiment_reports`'.
"""

from collections.abc import Callable
from dataclasses import dataclass

from dunning.domain.calendar import local_day
from dunning.domain.policy import Rulebook
from dunning.service.experiment_reports import Guarding, experiments_of, find
from dunning.service.ports import Ledger, Metrics, Settings
from dunning.service.report_book import Book

SECONDS_TO_END = 30.0
"""What is left for the stop itself, and for the answer, when no further account is read."""
_DAY = 86_400


class OutOfTime(Exception):
    """A book is too large for what is left of the run."""


@dataclass(frozen=True, slots=True)
class GuardExperiments:
    """Every guarded experiment of the cell, on whole books alone: the evidence of part of a book,
    cut where the time ended, would be another one on each day."""

    ledger: Ledger
    settings: Settings
    metrics: Metrics

    def run(self, now: int, left: Callable[[], float]) -> dict[str, int]:
        """How many creditors were looked at, variants stopped, and creditors whose books did not
        fit into the seconds that `left` says. Another creditor begins on each day, so that one
        large book does not keep the same others from being looked at. A creditor whose book cannot
        be read keeps nobody waiting; the first such error is raised at the end."""
        creditors = self.settings.creditors()
        begin = now // _DAY % len(creditors) if creditors else 0
        looked = stopped = unread = 0
        failed: Exception | None = None
        for creditor in (*creditors[begin:], *creditors[:begin]):
            try:
                rulebook = self._guarded(creditor)
                if rulebook is not None:
                    stopped += self._look(rulebook, now, left)
                    looked += 1
            except OutOfTime:
                unread += 1
            except Exception as error:  # noqa: BLE001 - raised when all others were looked at
                failed = failed or error
        if stopped:
            self.metrics.count("VariantStopped", stopped)
        if unread:
            self.metrics.count("ExperimentsUnread", unread)
        if failed is not None:
            raise failed
        return {"looked": looked, "stopped": stopped, "unread": unread}

    def _guarded(self, creditor: str) -> Rulebook | None:
        """The rulebook of a creditor that has something to guard."""
        rulebook = self.settings.rulebook(creditor)
        if rulebook is None:
            return None
        running = any(one.guard is not None for one in experiments_of(rulebook))
        return rulebook if running else None

    def _look(self, rulebook: Rulebook, now: int, left: Callable[[], float]) -> int:
        def in_time() -> None:
            if left() < SECONDS_TO_END:
                raise OutOfTime

        in_time()
        today = local_day(now, rulebook.creditor.time_zone)
        book = Book(self.ledger, rulebook, today, before_each=in_time)
        return len(Guarding(self.ledger, self.settings).stop(book, find(book), now))
