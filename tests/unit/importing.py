"""A creditor's cell in memory, with files to upload: the intake from the event to the report.
What tests of it share; nothing is asserted here.
"""

import csv
import io
import json
from datetime import date
from typing import Any

from dunning.adapters import contact_rulesets
from dunning.adapters.formats.files import FilesByName
from dunning.adapters.gather import sqlite_gather
from dunning.adapters.memory.cell import (
    Counters,
    MemoryBlobs,
    MemorySettings,
    MemorySuppressions,
    Serial,
    plain_hash,
)
from dunning.adapters.memory.imports import MemoryImports, MemorySteps, PlainPages
from dunning.adapters.memory.ledger import MemoryLedger
from dunning.adapters.memory.outbound import MemorySubscriptions
from dunning.adapters.memory.replans import MemoryReplannings
from dunning.adapters.memory.unmatched import MemoryUnmatched
from dunning.adapters.own_wording_trial import OwnWordingFiles
from dunning.domain.account import Account
from dunning.domain.calendar import parse_instant
from dunning.domain.gates import DefaultGates
from dunning.service.accounts import Accounts
from dunning.service.import_invoices import ImportInvoices
from dunning.service.import_settings import ImportSettings
from dunning.service.intake_cut import Cut
from dunning.service.intake_finish import Onward
from dunning.service.intake_missing import Missing
from dunning.service.intake_ports import Imports
from dunning.service.ports import Blobs, Formats, OptOutList, Settings
from dunning.service.record_body import RecordBody
from dunning.service.record_import import RecordImport
from dunning.service.replan_book import REPLAN, ReplanBook

from infra.templates import built

NOW = parse_instant("2026-03-01T08:00:00Z")
TODAY = date(2026, 3, 1)
CREDITOR = "acme"
MUCH = 900.0
"""Seconds that a function has left, as a rule."""


class Intake:
    """The intake's use cases over somebody's ports, and a queue of their steps in memory."""

    def __init__(
        self,
        blobs: Blobs,
        settings: Settings,
        bodies: RecordBody,
        metrics: Counters,
        formats: Formats | None = None,
        runs: Imports | None = None,
    ) -> None:
        self.runs, self.steps = runs or MemoryImports(), MemorySteps()
        self.subscriptions = MemorySubscriptions()
        self.onward = Onward(blobs, settings, self.runs, self.steps, PlainPages(), metrics)
        self.replans = ReplanBook(
            bodies.accounts, settings, MemoryReplannings(), self.steps, metrics
        )
        self.cut = Cut(
            blobs=blobs,
            settings=settings,
            accounts=bodies.accounts,
            replans=self.replans,
            formats=formats or FilesByName(),
            gathers=sqlite_gather,
            imports=self.runs,
            tokens=Serial(),
        )
        self.imports = ImportInvoices(
            blobs=blobs,
            imports=self.runs,
            config=ImportSettings(
                blobs,
                settings,
                self.replans,
                contact_rulesets,
                OwnWordingFiles(built()),
                self.subscriptions,
            ),
            cut=self.cut,
            onward=self.onward,
            metrics=metrics,
        )
        self.records = RecordImport(
            blobs=blobs,
            settings=settings,
            imports=self.runs,
            bodies=bodies,
            onward=self.onward,
            missing=Missing(blobs, settings, bodies, self.onward),
        )

    def drain(self, left: float = MUCH, now: int = NOW) -> None:
        """All steps until none is left."""
        while self.steps.waiting:
            step = self.steps.waiting.popleft()
            if step.run == REPLAN:
                self.replans.step(step, now, lambda: left)
            else:
                self.records.run(step, now, lambda: left)


class Cell(Intake):
    """Everything in memory."""

    def __init__(
        self,
        ledger: MemoryLedger | None = None,
        formats: Formats | None = None,
        unmatched: MemoryUnmatched | None = None,
        numbers: OptOutList | None = None,
    ) -> None:
        self.ledger = ledger or MemoryLedger()
        self.settings, self.blobs, self.metrics = MemorySettings(), MemoryBlobs(), Counters()
        self.accounts = Accounts(self.ledger, DefaultGates(), settings=self.settings)
        self.bodies = RecordBody(
            self.accounts, MemorySuppressions(), plain_hash, unmatched, numbers=numbers
        )
        self.uploads = 0
        super().__init__(self.blobs, self.settings, self.bodies, self.metrics, formats)

    def upload(self, name: str, body: bytes | str, area: str = "incoming") -> dict[str, Any]:
        """A new version of a file, taken to its end; its report."""
        self.put(name, body, area)
        self.arrive(name, area)
        self.drain()
        return self.result(name)

    def put(self, name: str, body: bytes | str, area: str = "incoming") -> str:
        """A new version of a file, of which nobody has heard yet."""
        self.uploads += 1
        key, version = f"{area}/{CREDITOR}/{name}", f"v{self.uploads}"
        self.blobs.files[key] = body.encode() if isinstance(body, str) else body
        self.blobs.versions[key] = version
        return version

    def arrive(self, name: str, area: str = "incoming") -> str:
        """The event of a file's newest version."""
        key = f"{area}/{CREDITOR}/{name}"
        version = self.blobs.versions[key]
        at = NOW * 1000 + int(version[1:])
        return self.imports.run(CREDITOR, key, version, TODAY, NOW, uploaded_at=at)

    def version(self, name: str) -> str:
        return max(
            (v for key, v in self.blobs.versions.items() if key.endswith(f"/{CREDITOR}/{name}")),
            key=lambda version: int(version[1:]),
        )

    def result(self, name: str) -> dict[str, Any]:
        """The report of a file's newest version."""
        found: dict[str, Any] = json.loads(self.output(name, "report.json"))
        return found

    def output(self, name: str, ending: str) -> bytes:
        return self.blobs.files[f"results/{CREDITOR}/{name}/{self.version(name)}.{ending}"]

    def progress(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.output(name, "progress.json"))
        return found

    def bad_rows(self, name: str) -> list[list[str]]:
        text = self.output(name, "errors.csv").decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text)))

    def account(self, name: str = "c1") -> Account:
        found = self.ledger.read(CREDITOR, self.ledger.account_key(CREDITOR, name))
        assert found is not None
        return found

    def state(self) -> dict[str, Account | None]:
        return {key: self.ledger.read(CREDITOR, key) for key in self.ledger.book(CREDITOR)}


def whole(ledger: MemoryLedger) -> dict[str, str]:
    """All that stands in a ledger, as text, to compare two of them."""
    return {
        name: repr(sorted(value.items()) if isinstance(value, dict) else value)
        for name, value in vars(ledger).items()
        if name.startswith("_")
    }


def lines(*bodies: dict[str, Any]) -> str:
    return "\n".join(json.dumps(body) for body in bodies)
