"""The parts that read files and record them, beside those of `wiring`."""

from functools import cached_property
from typing import TYPE_CHECKING

from dunning.entry.observability import metrics
from dunning.entry.threads import PART_THREADS
from dunning.entry.wiring import Wiring

if TYPE_CHECKING:
    from dunning.service.import_invoices import ImportInvoices
    from dunning.service.intake_finish import Onward
    from dunning.service.record_import import RecordImport


class ImportWiring(Wiring):
    """One cell's parts, those of imports among them."""

    @cached_property
    def onward(self) -> "Onward":
        from dunning.adapters.report_page import ReportPages
        from dunning.service.intake_finish import Onward

        here = self.settings
        return Onward(
            blobs=self.blobs,
            settings=self.rulebooks,
            imports=self.runs,
            steps=self.steps,
            pages=ReportPages(here.templates_path),
            metrics=metrics(),
        )

    @cached_property
    def imports(self) -> "ImportInvoices":
        from dunning.adapters import contact_rulesets
        from dunning.adapters.formats.files import FilesByName
        from dunning.adapters.gather import sqlite_gather
        from dunning.adapters.tokens import random_token
        from dunning.service.import_invoices import ImportInvoices
        from dunning.service.import_settings import ImportSettings
        from dunning.service.intake_cut import Cut

        return ImportInvoices(
            blobs=self.blobs,
            imports=self.runs,
            config=ImportSettings(self.blobs, self.rulebooks, self.replans, contact_rulesets),
            cut=Cut(
                blobs=self.blobs,
                settings=self.rulebooks,
                accounts=self.accounts,
                replans=self.replans,
                formats=FilesByName(),
                gathers=sqlite_gather,
                imports=self.runs,
                tokens=random_token,
            ),
            onward=self.onward,
            metrics=metrics(),
        )

    @cached_property
    def records(self) -> "RecordImport":
        from dunning.service.intake_missing import Missing
        from dunning.service.record_import import RecordImport

        return RecordImport(
            blobs=self.blobs,
            settings=self.rulebooks,
            imports=self.runs,
            bodies=self.bodies,
            onward=self.onward,
            missing=Missing(self.blobs, self.rulebooks, self.bodies, self.onward),
            threads=PART_THREADS,
        )
