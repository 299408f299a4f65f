"""An uploaded settings file: creditor, policies, contact rules, webhooks, wording, answers on a
layout. Taken whole or not at all, reported like any file, and the book planned anew where plans
depend on it.
"""

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from dunning.domain.contact.ruleset import ContactRulesetError
from dunning.domain.fields import ReadingError
from dunning.domain.intake.mapping import read_mapping
from dunning.domain.ledger import LedgerError
from dunning.domain.outbound_endpoints import read_endpoints
from dunning.domain.own_wording import FOLDER, file_of
from dunning.domain.policy_file import read_policy_file
from dunning.domain.policy_nodes import PolicyFileError
from dunning.domain.wording_refused import OwnWordingError
from dunning.service.contact_rules import ContactRules
from dunning.service.creditor_settings import checked
from dunning.service.intake_finish import MAPPINGS
from dunning.service.outbound_ports import Subscriptions
from dunning.service.ports import Blob, Blobs, Settings
from dunning.service.replan_book import ReplanBook, behind_note
from dunning.service.results import Report

CREDITOR_FILE, POLICY_FILE, CONTACT_FILE = "creditor.json", "policies.yaml", "contact.toml"
WEBHOOK_FILE = "webhooks.json"
KNOWN = (
    f"{CREDITOR_FILE}, {POLICY_FILE}, {CONTACT_FILE}, {WEBHOOK_FILE}, {MAPPINGS}*.yaml,"
    f" {FOLDER}*/*.toml, {FOLDER}email/*.html"
)
UNPLANNED = (MAPPINGS, FOLDER, WEBHOOK_FILE)
"""How the names of files begin on which no plan depends."""


class WordingRules(Protocol):
    """What a creditor may say in its own words."""

    def check(self, name: str, text: str) -> None:
        """Whether a file may be taken. Raises ReadingError for an unknown name, and
        OwnWordingError with every problem of its text."""


@dataclass(frozen=True, slots=True)
class ImportSettings:
    """Files of `config/{creditor}/`."""

    blobs: Blobs
    settings: Settings
    replans: ReplanBook
    contact: ContactRules
    wording: WordingRules
    outbound: Subscriptions
    loopback: bool = False
    """Of the local cell alone: webhooks may go to this machine."""

    def run(
        self, creditor: str, key: str, name: str, version: str | None, on: date, now: int
    ) -> Report:
        """Take one settings file; its report.

        Always the newest upload, whichever event came: an event that comes late, or twice, must
        not bring an old policy back, nor may a run that is overtaken."""
        newest = self.blobs.read(creditor, key, None)
        report = Report(
            creditor=creditor, file=name, version=version or newest.version, uploaded_on=on
        )
        if report.version != newest.version:
            report.unchanged = 1
            report.warnings.append(f"{name} was uploaded again since; the newer one holds")
            return report
        try:
            changed = self._newest(report, key, newest, now)
        except (PolicyFileError, OwnWordingError) as error:
            for problem in error.problems:
                refused = LedgerError(error.code, problem.key, str(problem))
                report.reject(refused, 1, {"row": problem.line})
            return report
        except LedgerError as error:
            report.reject(error, 1, {"row": 0})
            return report
        report.accepted, report.unchanged = int(changed), int(not changed)
        rulebook = self.settings.rulebook(creditor)
        if rulebook is not None:
            report.warn_of(rulebook)
            if not name.startswith(UNPLANNED):
                # Also where they stood already: a run before this one may have been cut off.
                begun = self.replans.publish(creditor, now)
                report.replanned = begun.written if begun else 0
                report.warnings += behind_note(begun)
        return report

    def _newest(self, report: Report, key: str, newest: Blob, now: int) -> bool:
        """Store what stands at the key, until nothing newer came meanwhile."""
        changed = self._store(report, newest, now)
        while (now_newest := self.blobs.read(report.creditor, key, None)) != newest:
            newest = now_newest
            changed |= self._store(report, newest, now)
        return changed

    def _store(self, report: Report, blob: Blob, now: int) -> bool:
        """Store one version of the file that the report is about; its warnings, for those of an
        older one."""
        creditor, name = report.creditor, report.file
        report.warnings.clear()
        try:
            text = blob.body.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise ReadingError("not_utf8", "", f"{name} is not UTF-8 text; save it so") from None
        if name == CREDITOR_FILE:
            read = checked(_plain(text), creditor, self.settings, self.contact)
            return self.settings.put_creditor(creditor, read)
        if name == WEBHOOK_FILE:
            endpoints = read_endpoints(_plain(text), loopback=self.loopback)
            return self.outbound.put(creditor, endpoints)
        if name == CONTACT_FILE:
            return self._contact_rules(report, text)
        if name == POLICY_FILE:
            read_file = read_policy_file(text, self.settings.calendars)
            report.warnings += [str(warning) for warning in read_file.warnings]
            return self.settings.put_policies(creditor, read_file.policies, text) is not None
        if name.startswith(FOLDER):
            self.wording.check(name, text)
            file = file_of(name)
            version = self.settings.put_wording(creditor, file, text, now, blob.version)
            return version is not None
        if name.startswith(MAPPINGS) and name.endswith((".yaml", ".yml")):
            return self._mapping(report, name.removeprefix(MAPPINGS), text)
        raise ReadingError("unknown_file", "", f"{name} is no settings file; known: {KNOWN}")

    def _contact_rules(self, report: Report, text: str) -> bool:
        try:
            rules = self.contact.check_own(text)
        except ContactRulesetError as error:
            raise ReadingError("bad_contact_rules", "", str(error)) from None
        for one in rules.overrides:
            ends = f"until {one.until}" if one.until else "without an end"
            report.warnings.append(
                f"{one.rule} is out of force {ends}, signed off by {one.who} on {one.when}; every"
                " record of an attempt says so"
            )
        return self.settings.put_contact_rules(report.creditor, text) is not None

    def _mapping(self, report: Report, name: str, text: str) -> bool:
        mapping = read_mapping(text)
        if not mapping.layout:
            said = "layout is missing; the report that asked says which, as `layout: columns-…`"
            raise ReadingError("missing", "layout", said)
        before = self.settings.mapping(report.creditor, mapping.layout)
        changed = self.settings.put_mapping(report.creditor, mapping.layout, name, text)
        if changed and before is not None and before[0] != name:
            report.warnings.append(
                f"{MAPPINGS}{name} replaces {MAPPINGS}{before[0]}: both are for the layout"
                f" {mapping.layout}, and only the newer holds. What the older one said and this one"
                " does not is no longer known; keep one file for a layout"
            )
        return changed


def _plain(text: str) -> dict[str, object]:
    """The one object of a JSON file."""
    try:
        found = json.loads(text, parse_float=Decimal)
    except (ValueError, ArithmeticError, RecursionError):
        raise ReadingError("not_json", "", "the file is not JSON; mend it") from None
    if not isinstance(found, dict):
        raise ReadingError("bad_object", "", "the file is not an object with named fields")
    return found
