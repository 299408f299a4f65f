"""One uploaded file into the ledger or the settings, row by row, with a report beside it.
Stopped at any row and run again it ends the same: every row is an idempotent write.
"""

import json
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from dunning.domain.bodies import AccountBody, CreditorBody
from dunning.domain.creditor import Creditor
from dunning.domain.fields import ReadingError
from dunning.domain.identity import IdentityError, creditor_id
from dunning.domain.ledger import LedgerError
from dunning.domain.policy import Rulebook
from dunning.domain.policy_file import read_policies
from dunning.domain.policy_nodes import PolicyFileError
from dunning.domain.reading import Defaults, read
from dunning.domain.reading_parties import read_creditor
from dunning.service.ports import Blob, Blobs, Formats, Metrics, Row, Settings
from dunning.service.record_body import ACCEPTED, RecordBody
from dunning.service.replan import Replan
from dunning.service.results import BadRows, Report

INCOMING, CONFIG, RESULTS = "incoming", "config", "results"
CREDITOR_FILE, POLICY_FILE = "creditor.json", "policies.yaml"


@dataclass(frozen=True, slots=True)
class ImportInvoices:
    """Files of `incoming/{creditor}/` and `config/{creditor}/`."""

    blobs: Blobs
    settings: Settings
    bodies: RecordBody
    formats: Formats
    metrics: Metrics

    def run(
        self, creditor: str, key: str, version: str | None, uploaded_on: date, now: int
    ) -> Report:
        """Import one file and store what came of it. Raises Contended (and what the outside
        raises): the message then comes again, and what was done is found done."""
        area, _, rest = key.partition("/")
        owner, _, name = rest.partition("/")
        try:
            fits = creditor_id(owner) == creditor and bool(name)
        except IdentityError:
            fits = False
        if area not in (INCOMING, CONFIG) or not fits:
            raise ValueError(f"{key!r} is not a file of creditor {creditor!r}")
        bad_rows = None
        if area == CONFIG:
            newest = self.blobs.read(creditor, key, None)
            report = Report(creditor, name, version or newest.version, uploaded_on)
            self._config(report, key, name, newest, now)
        else:
            file = self.blobs.read(creditor, key, version)
            report = Report(creditor, name, file.version, uploaded_on)
            bad_rows = self._rows(report, name, file, now)
        at = f"{RESULTS}/{creditor}/{name}/{report.version}"
        if bad_rows is not None:
            self.blobs.write(creditor, f"{at}.errors.csv", bad_rows.as_csv(), "text/csv")
        self.blobs.write(creditor, f"{at}.report.json", report.as_json(), "application/json")
        if report.rejected:
            self.metrics.count("ImportRejectedRows", report.rejected)
        return report

    def _config(self, report: Report, key: str, name: str, newest: Blob, now: int) -> None:
        """Settings or policies: taken whole or not at all, then the book is planned anew. Also
        when they are what is stored already: a run before this one may have been cut off.

        Always the newest upload, whichever event came: an event that comes late, or twice, must
        not bring an old policy back, nor may a run that is overtaken."""
        if report.version != newest.version:
            report.unchanged = 1
            report.warnings.append(f"{name} was uploaded again since; the newer one holds")
            return
        try:
            changed = self._store(report.creditor, name, newest.body)
            while (now_newest := self.blobs.read(report.creditor, key, None)) != newest:
                newest = now_newest
                changed |= self._store(report.creditor, name, newest.body)
        except PolicyFileError as error:
            for problem in error.problems:
                report.reject(problem.line, LedgerError(error.code, problem.key, str(problem)))
            return
        except LedgerError as error:
            report.reject(0, error)
            return
        report.accepted, report.unchanged = int(changed), int(not changed)
        rulebook = self.settings.rulebook(report.creditor)
        if rulebook is not None:
            report.warn_of(rulebook)
            report.replanned = Replan(self.bodies.accounts).book(report.creditor, rulebook, now)

    def _store(self, creditor: str, name: str, body: bytes) -> bool:
        try:
            text = body.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise ReadingError("not_utf8", "", f"{name} is not UTF-8 text; save it so") from None
        if name == CREDITOR_FILE:
            return self.settings.put_creditor(creditor, read_creditor(_plain(text), creditor))
        if name == POLICY_FILE:
            policies = read_policies(text)
            return self.settings.put_policies(creditor, policies, text) is not None
        raise ReadingError(
            "unknown_file", "", f"{name} is no settings file; known: {CREDITOR_FILE}, {POLICY_FILE}"
        )

    def _rows(self, report: Report, name: str, blob: Blob, now: int) -> BadRows:
        file = self.formats.rows(name, blob)
        bad_rows = BadRows(file.columns)
        rulebook = self._rulebook(report.creditor)
        report.warn_of(rulebook)
        defaults = Defaults(
            creditor=report.creditor,
            on=None if file.dated else report.uploaded_on,
            terms_days=rulebook.creditor.terms_days,
        )
        replan = False
        for row in file.rows:
            try:
                if row.error is not None or row.body is None:
                    raise row.error or ReadingError("bad_row", "", "the row is empty")
                taken = False
                for one in read(row.body, defaults).bodies:
                    if isinstance(one, CreditorBody):
                        taken |= self.settings.put_creditor(report.creditor, one.creditor)
                        rulebook = self._rulebook(report.creditor)
                        defaults = replace(defaults, terms_days=rulebook.creditor.terms_days)
                        replan = True
                        continue
                    taken |= self._record(report.creditor, one, rulebook, now)
                report.take(row, str(row.body.get("type")), taken=taken)
            except LedgerError as error:
                self._reject(report, bad_rows, row, error)
        # Settings that came while this ran: their own replan may have passed new accounts by.
        self.settings.refresh()
        newest = self.settings.rulebook(report.creditor)
        if newest is not None and (replan or newest.edition != rulebook.edition):
            report.replanned = Replan(self.bodies.accounts).book(report.creditor, newest, now)
        return bad_rows

    def _rulebook(self, creditor: str) -> Rulebook:
        """The creditor's rulebook; one that has no settings yet counts in UTC and sends nothing."""
        return self.settings.rulebook(creditor) or Rulebook(Creditor(creditor))

    def _record(self, creditor: str, body: AccountBody, rulebook: Rulebook, now: int) -> bool:
        return self.bodies.record(creditor, body, rulebook, now) == ACCEPTED

    def _reject(self, report: Report, bad_rows: BadRows, row: Row, error: LedgerError) -> None:
        report.reject(row.number, error, bad_rows.add(row, error))


def _plain(text: str) -> dict[str, object]:
    """The one object of a JSON file."""
    try:
        found = json.loads(text, parse_float=Decimal)
    except (ValueError, ArithmeticError, RecursionError):
        raise ReadingError("not_json", "", "the file is not JSON; mend it") from None
    if not isinstance(found, dict):
        raise ReadingError("bad_object", "", "the file is not an object with named fields")
    return found
