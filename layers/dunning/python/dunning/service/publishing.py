"""A creditor's settings, policies and own words, published by a system in place of an upload:
checked by the same rules, kept as the same versions, and put where an upload would lie, so that
what stands in the bucket is what holds. Plans follow as they do after an upload: its event brings
them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from dunning.domain.calendar import iso_instant
from dunning.domain.creditor import Creditor
from dunning.domain.fields import ReadingError
from dunning.domain.own_wording import name_of, nothing
from dunning.domain.policy_file import PolicyFile, read_policy_file
from dunning.domain.policy_nodes import PolicyFileError, Problem
from dunning.service.accounts import Stale
from dunning.service.contact_rules import ContactRules
from dunning.service.creditor_settings import as_file, checked, creditor_shown
from dunning.service.expected import Expected, tag_of
from dunning.service.import_settings import CREDITOR_FILE, POLICY_FILE, WordingRules
from dunning.service.ports import Blobs, Moved, Settings
from dunning.service.shown import Output

ACCEPTED, UNCHANGED, VALID = "accepted", "unchanged", "valid"
MOST_BYTES = 350_000
"""Of one text: a row of the table holds 400 KB."""
TRIES = 5


class Published(NamedTuple):
    """What became of a text: accepted as a version, unchanged, or (a dry run) valid."""

    outcome: str
    version: int
    """The one that holds."""
    warnings: tuple[Problem, ...] = ()


class WordingFiles(WordingRules, Protocol):
    """What a creditor may say in its own words, and which files there are."""

    def known(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Publishing:
    """The use case over one cell. Raises Stale where another version holds than is expected."""

    settings: Settings
    blobs: Callable[[], Blobs]
    words: Callable[[], WordingFiles]
    contact: Callable[[], ContactRules]

    # --- settings -----------------------------------------------------------------------------

    def publish_creditor(
        self, creditor: str, raw: Mapping[str, object], expected: Expected, *, dry: bool = False
    ) -> Published:
        """Take a creditor's settings, whole: what they do not say is as usual. Raises ReadingError
        with the field and how to mend it."""
        holds = self.settings.creditor(creditor) or Creditor(creditor)
        self._expect(expected, creditor_shown(holds))
        wanted = checked(raw, creditor, self.settings, self.contact())
        if dry:
            return Published(VALID, holds.version)
        try:
            after = None if expected.is_any else holds.version
            changed = self.settings.put_creditor(creditor, wanted, after)
        except Moved:
            raise Stale from None
        self._upload(creditor, CREDITOR_FILE, lambda: as_file(self._creditor_now(creditor)))
        version = self._creditor_now(creditor).version
        return Published(ACCEPTED if changed else UNCHANGED, version)

    def _creditor_now(self, creditor: str) -> Creditor:
        return self.settings.creditor(creditor) or Creditor(creditor)

    # --- policies -----------------------------------------------------------------------------

    def policy_versions(self, creditor: str, before: int, most: int) -> list[Output]:
        """Versions below one (0: from the newest), the newest first: a read each."""
        holds = self._version(creditor)
        first = min(before - 1, holds) if before else holds
        rows = []
        for version in range(first, max(first - most, 0), -1):
            text = self.settings.policy_source(creditor, version) or ""
            rows.append({"version": version, "holds": version == holds, "characters": len(text)})
        return rows

    def policies(self, creditor: str, version: int | None = None) -> Output | None:
        """One version (None: the one that holds), as it was written; None where there is none."""
        holds = self._version(creditor)
        wanted = holds if version is None else version
        text = self.settings.policy_source(creditor, wanted) if wanted else None
        if text is None:
            return None
        file, wrong = PolicyFile(()), tuple[Problem, ...]()
        try:
            file = read_policy_file(text, self.settings.calendars)
        except PolicyFileError as error:
            wrong = error.problems
        return {
            "version": wanted,
            "holds": wanted == holds,
            "policies": [policy.id for policy in file.policies],
            "warnings": [problem_shown(one) for one in file.warnings],
            "problems": [problem_shown(one) for one in wrong],
            "source": text,
        }

    def publish_policies(
        self, creditor: str, text: str, expected: Expected, *, dry: bool = False
    ) -> Published:
        """Take a policy file, whole. Raises PolicyFileError with every problem."""
        _bounded(text)
        holds = self._version(creditor)
        self._expect(expected, self.policies(creditor))
        file = read_policy_file(text, self.settings.calendars)
        if dry:
            return Published(VALID, holds, file.warnings)
        after = None if expected.is_any else holds
        try:
            version = self.settings.put_policies(creditor, file.policies, text, after)
        except Moved:
            raise Stale from None
        self._upload(creditor, POLICY_FILE, lambda: self._policies_now(creditor))
        outcome = UNCHANGED if version is None else ACCEPTED
        return Published(outcome, version or holds, file.warnings)

    def rollback_policies(self, creditor: str, to: int, expected: Expected) -> Published | None:
        """Publish an older version again, as a new one; None where there is no such version."""
        text = self.settings.policy_source(creditor, to) if to > 0 else None
        return None if text is None else self.publish_policies(creditor, text, expected)

    def _version(self, creditor: str) -> int:
        book = self.settings.rulebook(creditor)
        return book.version if book else 0

    def _policies_now(self, creditor: str) -> str:
        return self.settings.policy_source(creditor, self._version(creditor)) or ""

    # --- own words ----------------------------------------------------------------------------

    def wordings(self, creditor: str) -> list[Output]:
        """Every file of own words, by name: which version holds, since when."""
        return [
            found
            for file in sorted(self._files(creditor))
            if (found := self._wording_row(creditor, file, self._files(creditor)[file]))
        ]

    def wording_versions(self, creditor: str, file: str, before: int, most: int) -> list[Output]:
        """Versions of a file below one (0: from the newest), the newest first: a read each."""
        holds = self._files(creditor).get(file, 0)
        first = min(before - 1, holds) if before else holds
        numbers = range(first, max(first - most, 0), -1)
        rows = (self._wording_row(creditor, file, number) for number in numbers)
        return [row for row in rows if row is not None]

    def wording(self, creditor: str, file: str, version: int | None = None) -> Output | None:
        """One version of a file (None: the one that holds), as it was written; None: none."""
        wanted = self._files(creditor).get(file, 0) if version is None else version
        found = self.settings.wording(creditor, file, wanted) if wanted > 0 else None
        row = self._wording_row(creditor, file, wanted) if found else None
        return {**row, "source": found.source} if row and found else None

    def publish_wording(
        self,
        creditor: str,
        file: str,
        text: str,
        expected: Expected,
        now: int,
        *,
        dry: bool = False,
    ) -> Published:
        """Take a file of own words, whole. Raises OwnWordingError with every problem, and
        ReadingError for a file that there is not."""
        _bounded(text)
        holds = self._files(creditor).get(file, 0)
        self._expect(expected, self.wording(creditor, file))
        self.words().check(name_of(file), text)
        if dry:
            return Published(VALID, holds)
        after = None if expected.is_any else holds
        try:
            version = self.settings.put_wording(creditor, file, text, now, "", after)
        except Moved:
            raise Stale from None
        self._upload(creditor, name_of(file), lambda: self._words_now(creditor, file))
        return Published(UNCHANGED if version is None else ACCEPTED, version or holds)

    def rollback_wording(
        self, creditor: str, file: str, to: int, expected: Expected, now: int
    ) -> Published | None:
        """Publish an older version again, as a new one (0: the shipped words); None where there is
        no such version."""
        holds = self._files(creditor).get(file, 0)
        found = self.settings.wording(creditor, file, to) if to else None
        if not holds or (to and found is None):
            return None
        text = found.source if found else nothing(file)
        return self.publish_wording(creditor, file, text, expected, now)

    def _files(self, creditor: str) -> dict[str, int]:
        book = self.settings.rulebook(creditor)
        return dict(book.wording.versions) if book else {}

    def _words_now(self, creditor: str, file: str) -> str:
        found = self.settings.wording(creditor, file, self._files(creditor).get(file, 0))
        return found.source if found else ""

    def _wording_row(self, creditor: str, file: str, version: int) -> Output | None:
        found = self.settings.wording(creditor, file, version)
        if found is None:
            return None
        return {
            "file": file,
            "version": version,
            "holds": version == self._files(creditor).get(file, 0),
            "taken": iso_instant(found.at),
            "upload": found.upload or None,
            "characters": len(found.source),
        }

    # --- both ---------------------------------------------------------------------------------

    def _expect(self, expected: Expected, shown: Output | None) -> None:
        expected.check(None if shown is None else tag_of(shown))

    def _upload(self, creditor: str, name: str, holds: Callable[[], str]) -> None:
        """Let the bucket say what the table says, whoever else publishes at this moment: a late
        event of an older upload must not bring that back."""
        key, blobs = f"config/{creditor}/{name}", self.blobs()
        body = None
        for _ in range(TRIES):
            self.settings.refresh()
            stands = holds().encode()
            if stands == body:
                return
            # Never read: without the right to list, what is not there looks like what is denied.
            body = stands
            blobs.write(creditor, key, body, "text/plain; charset=utf-8")


def problem_shown(problem: Problem) -> Output:
    """One thing to mend, or to look at."""
    return {"line": problem.line, "field": problem.key, "detail": problem.message}


def _bounded(text: str) -> None:
    size = len(text.encode())
    if size > MOST_BYTES:
        said = f"the text has {size} bytes; at most {MOST_BYTES} are taken"
        raise ReadingError("too_long", "source", said)
