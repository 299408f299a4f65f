"""One uploaded file: settings are taken at once, a file of rows is cut into parts, which a queue
then brings to `record_import`. A file that comes again goes on where the one before was cut off.
"""

from dataclasses import dataclass, replace
from datetime import date

from dunning.domain.fields import ReadingError
from dunning.domain.identity import IdentityError, creditor_id
from dunning.domain.intake.row import Row
from dunning.domain.intake.understood import Understood
from dunning.service.import_settings import ImportSettings
from dunning.service.intake_cut import JSONL, Cut
from dunning.service.intake_finish import Onward
from dunning.service.intake_ports import CUTTING, Counts, Imports, Run
from dunning.service.intake_work import RESULTS, Header, Places, as_gzip, run_id
from dunning.service.ports import Blobs, Metrics, TooLarge
from dunning.service.results import Bad, Tally

INCOMING, CONFIG = "incoming", "config"
LARGEST_FILE = 512 << 20
"""Bytes: some six million rows, cut in less than the fifteen minutes that a function has."""


@dataclass(frozen=True, slots=True)
class ImportInvoices:
    """Files of `incoming/{creditor}/` and `config/{creditor}/`."""

    blobs: Blobs
    imports: Imports
    config: ImportSettings
    cut: Cut
    onward: Onward
    metrics: Metrics

    def run(
        self,
        creditor: str,
        key: str,
        version: str | None,
        uploaded_on: date,
        now: int,
        *,
        uploaded_at: int = 0,
    ) -> str:
        """Take one file as far as it goes without waiting; a word for the log. `uploaded_at` are
        milliseconds, and tell which of two files of a day is the later (0: not known). Raises what
        the outside raises: the message then comes again, and what was done is found done."""
        area, _, rest = key.partition("/")
        owner, _, name = rest.partition("/")
        try:
            fits = creditor_id(owner) == creditor and bool(name)
        except IdentityError:
            fits = False
        if area not in (INCOMING, CONFIG) or not fits:
            raise ValueError(f"{key!r} is not a file of creditor {creditor!r}")
        if area == CONFIG:
            report = self.config.run(creditor, key, name, version, uploaded_on, now)
            self.onward.store(f"{RESULTS}/{creditor}/{name}/{report.version}", report)
            if report.rejected:
                self.metrics.count("ImportRejectedRows", report.rejected)
            return "refused" if report.rejected else "settings"
        fresh = Run("", name, key, "", uploaded_on, now, uploaded_at=uploaded_at)
        run = self._begin(creditor, fresh, version, now)
        self.onward.begin(creditor, run, now)
        return f"parts {run.parts}"

    def _begin(self, creditor: str, fresh: Run, version: str | None, now: int) -> Run:
        """The run of this version of the file, with its parts: cut now, or before."""
        run, key = None, fresh.key
        if version is not None:
            run = self._of(creditor, fresh, version)
            if run.state != CUTTING:
                return run
        try:
            with self.blobs.fetch(creditor, key, version, LARGEST_FILE) as file:
                if run is None:
                    run = self._of(creditor, fresh, file.version)
                if run.state != CUTTING:
                    return run
                self.onward.tell(creditor, run)
                tell = self.onward.tell
                return self.cut.run(
                    creditor, run, file.source, now, lambda so_far: tell(creditor, so_far)
                )
        except TooLarge as error:
            return self._too_large(creditor, run or self._of(creditor, fresh, "null"), error)

    def _of(self, creditor: str, fresh: Run, version: str) -> Run:
        run = replace(fresh, id=run_id(fresh.key, version), version=version)
        return self.imports.begin(creditor, run)

    def _too_large(self, creditor: str, run: Run, error: TooLarge) -> Run:
        said = (
            f"the file has {error.size >> 20} MiB; at most {error.most >> 20} are taken at once."
            " Split it, each part with the header, and upload the parts"
        )
        run_now = Places(creditor, run)
        tally = Tally()
        with self.blobs.writing(creditor, run_now.bad(0), JSONL) as out:
            bad = Bad(out, (), Understood())
            bad.add(Row(0, ()), ReadingError("file_too_large", "", said), tally)
        self.blobs.write(creditor, run_now.piece(0), as_gzip(tally.as_dict()), "application/gzip")
        header = Header((), dated=False, understood=Understood())
        self.blobs.write(creditor, run_now.header(), header.packed(), "application/gzip")
        return self.imports.have_cut(creditor, run.id, run.cut, 0, 0, Counts(rejected=1))
