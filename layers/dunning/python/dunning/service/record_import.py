"""One part of an import into the ledger, once, however often it is asked for; then what waited for
it. Stopped at any row and run again it ends the same: every row is an idempotent write.
"""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from io import BytesIO
from itertools import groupby
from typing import Any, NamedTuple

from dunning.domain.bodies import AccountBody, CreditorBody, MatchBody, MoneyBody
from dunning.domain.creditor import Creditor
from dunning.domain.fields import ReadingError
from dunning.domain.intake.document import Document
from dunning.domain.intake.meaning import Context, meant
from dunning.domain.ledger import LedgerError
from dunning.domain.policy import Rulebook
from dunning.domain.reading import Defaults, read
from dunning.service.intake_finish import Onward
from dunning.service.intake_lines import Line, of_line
from dunning.service.intake_missing import Missing
from dunning.service.intake_ports import DONE, FAILED, MISSING, RECORDING, Imports, Run, Step
from dunning.service.intake_work import Header, Places, as_gzip, lines_in, of_gzip
from dunning.service.matching import KEPT
from dunning.service.payers import Payers
from dunning.service.ports import Blobs, Settings
from dunning.service.record_body import ACCEPTED, RecordBody
from dunning.service.replan import Replan
from dunning.service.results import Bad, Tally, rows_of
from dunning.service.session import Session

STOP_SECONDS = 15.0
"""Before its time is over a part stops between two rows, and leaves a note of how far it came."""
VOIDED = "voided"
"""What the report calls an invoice that a file says is void, where that ended one."""
GZIP, JSONL = "application/gzip", "application/x-ndjson"

Left = Callable[[], float]
"""Seconds until this process is stopped."""


class Outcome(NamedTuple):
    """What became of one line of a part."""

    taken: bool
    kind: str
    notes: tuple[tuple[str, str], ...] = ()
    error: tuple[str, str, str] | None = None


@dataclass(frozen=True, slots=True)
class RecordImport:
    """Parts into the ledger."""

    blobs: Blobs
    settings: Settings
    imports: Imports
    bodies: RecordBody
    onward: Onward
    missing: Missing
    threads: int = 1
    """Accounts of a part side by side: they wait for the table's answers, not for this CPU."""

    def run(self, step: Step, now: int, left: Left, receives: int = 1, most: int = 0) -> str:
        """Take one step of a run, and put what follows from it into the queue; a word for the log.
        Raises Contended, and what the outside raises: the step then comes again, unless this was
        the last of its `most` receives: then the run says that it failed, until it is sent again.
        """
        try:
            return self._run(step, now, left, receives > 1)
        except Exception as error:
            if receives == most:
                self._give_up(step, type(error).__name__, now)
            raise

    def _run(self, step: Step, now: int, left: Left, retried: bool) -> str:
        creditor = step.creditor
        run = self.imports.find(creditor, step.run)
        if run is None:
            return "known"
        if run.state == DONE:
            self.onward.tell(creditor, run)  # whoever ended it may have been killed before this
            return "known"
        if run.state == FAILED:
            run = self.imports.turn(creditor, run.id, RECORDING if step.part else MISSING, now)
        header = self.onward.header(creditor, run)
        if not step.part:
            return self.missing.run(run, header, step, now, lambda: left() < STOP_SECONDS)
        if step.part not in run.done:
            part = _Part(self, creditor, run, header, step, now, left, retried)
            if not part.record():
                self.onward.steps.put([step._replace(resumes=step.resumes + 1)])
                return "stopped"
            run = self.imports.have_recorded(creditor, run.id, step.part, part.tally.counts)
        self.onward.after(creditor, run, step.part, header, now)
        return "recorded"

    def _give_up(self, step: Step, why: str, now: int) -> None:
        run = self.imports.find(step.creditor, step.run)
        if run is not None and run.state != DONE:
            what = f"part {step.part}" if step.part else "what is missing"
            run = self.imports.turn(step.creditor, run.id, FAILED, now, f"{what}: {why}")
            self.onward.tell(step.creditor, run)


@dataclass(slots=True)
class _Part:
    """One part under way."""

    of: RecordImport
    creditor: str
    run: Run
    header: Header
    step: Step
    now: int
    left: Left
    retried: bool
    """Whether a try before this one may have been cut."""
    tally: Tally = field(default_factory=Tally)
    _bodies: RecordBody = field(init=False)
    _payers: Payers = field(init=False)
    _rulebook: Rulebook = field(init=False)
    _known: bool = False
    """Whether the last row was known: then the next is looked for before it is written."""
    _outcomes: dict[int, Outcome] = field(default_factory=dict)
    _unmatched: bool | None = None
    """Whether any payment of the creditor was ever kept as unmatched; None: not asked yet."""

    def record(self) -> bool:
        """Every line of the part, and its result. False: stopped in time, with a note."""
        self._bodies = self.of.bodies
        self._payers = Payers(self._bodies.accounts.ledger)
        self._rulebook = self._newest()
        places = Places(self.creditor, self.run)
        packed = self.of.blobs.read(self.creditor, places.part(self.step.part), None).body
        if self.step.resumes:
            self._outcomes = self._note_of(self.step.resumes)
        self._accounts(packed)
        if len(self._outcomes) < sum(1 for _ in lines_in(packed)):
            self._leave_note()
            return False
        self._settings_since(packed)
        self._keep(packed)
        return True

    def _newest(self) -> Rulebook:
        """The creditor's rulebook; one that has no settings yet counts in UTC and sends nothing."""
        found = self.of.settings.rulebook(self.creditor)
        return found or Rulebook(Creditor(self.creditor))

    def _accounts(self, packed: bytes) -> None:
        """The lines of each account in their order; accounts side by side."""
        if self.of.threads == 1:
            for lines in _by_account(packed):
                self._account(lines)
            return
        with ThreadPoolExecutor(self.of.threads) as pool:
            for _ in pool.map(self._account, _by_account(packed)):
                pass

    def _account(self, lines: list[tuple[int, bytes]]) -> None:
        sessions: dict[str, Session] = {}
        for number, packed in lines:
            if number not in self._outcomes:
                if self.left() < STOP_SECONDS:
                    return
                self._outcomes[number] = self._line(number, of_line(packed), sessions)

    def _line(self, number: int, line: Line, sessions: dict[str, Session]) -> Outcome:
        row, kind, taken = line.row, "", False
        origin = f"{self.run.id}-{self.step.part}-{number}"
        try:
            if row.document is not None:
                kind = VOIDED if row.document.withdrawn else row.document.type
                document = self._payers.of(self.creditor, row.document)
                bodies, said = meant(document, self._context(row.file), line.occurrence)
            elif row.body is not None:
                kind, said = str(row.body.get("type")), ()
                bodies = tuple(_of_accounts(read(row.body, self._defaults).bodies))
            else:
                raise row.error or ReadingError("bad_row", "", "the row is empty")
            notes = [(note.code, note.text) for note in said]
            for body in bodies:
                taken |= self._body(body, origin, sessions, notes)
        except LedgerError as error:
            if kind == VOIDED and row.document is not None:
                told = f"{row.document.number} was voided: {error}"
                return Outcome(False, kind, ((error.code, told),))
            self._keep_payment(row.document, error)
            return Outcome(False, kind, error=(error.code, error.field, str(error)))
        self._known = bool(bodies) and not taken
        if kind == VOIDED and not taken:
            notes = []  # of what nobody knows there is nothing to say
        return Outcome(taken, kind, tuple(notes))

    def _body(
        self,
        body: AccountBody,
        origin: str,
        sessions: dict[str, Session],
        notes: list[tuple[str, str]],
    ) -> bool:
        """Record one body; whether it is new. A payment that names nobody is kept as unmatched."""
        if isinstance(body, MatchBody):
            matched = self._bodies.match(self.creditor, body, self._rulebook, self.now, origin)
            sessions.clear()  # it wrote other accounts than the one that this row is about
            return matched == ACCEPTED
        try:
            session = self._session(body, origin, sessions)
        except LedgerError as error:
            kept = self._bodies.keep(self.creditor, body, error, self._rulebook, self.now)
            if kept is None:
                raise
            sessions.clear()
            self._unmatched = True
            notes.append(("unmatched", kept[1]))
            return kept[0]
        taken = session.record(body) == ACCEPTED
        notes += session.notes
        self._found(body, session)
        return taken

    def _keep_payment(self, document: Document | None, error: LedgerError) -> None:
        """A bank's payment that is nobody's is given back, to be mended, and kept until then."""
        matching = self._bodies.matching
        if matching is None or document is None or error.code not in KEPT or not document.of_bank:
            return
        on = self.run.uploaded_on
        matching.keep_document(self.creditor, document, on, self._rulebook, self.now)
        self._unmatched = True

    def _found(self, body: AccountBody, session: Session) -> None:
        """What waited for a payment waits no longer once it is on an account."""
        matching = self._bodies.matching
        if matching is None or not isinstance(body, MoneyBody) or body.type != "payment":
            return
        if self._unmatched is None:
            self._unmatched = matching.payments.any(self.creditor)
        if self._unmatched:
            matching.found(self.creditor, body, session, self._rulebook, self.now)

    def _session(self, body: AccountBody, origin: str, sessions: dict[str, Session]) -> Session:
        """The account that a body is about, as the rows before it left it."""
        account, customer = self._bodies.whose(self.creditor, body)
        session = sessions.get(account)
        if session is None:
            session = sessions[account] = self._bodies.session(
                self.creditor, account, customer, self._rulebook, self.now
            )
        session.customer = session.customer or customer
        session.origin = origin
        session.retried = self.retried
        session.looks_first = self._known
        return session

    def _context(self, file: str) -> Context:
        return Context(
            creditor=self._rulebook.creditor,
            on=self.run.uploaded_on,
            understood=self.header.understood.of(file),
            at=self.run.uploaded_at,
        )

    @property
    def _defaults(self) -> Defaults:
        return Defaults(
            creditor=self.creditor,
            on=None if self.header.dated else self.run.uploaded_on,
            terms_days=self._rulebook.creditor.terms_days,
        )

    def _settings_since(self, packed: bytes) -> None:
        """Settings that came while this ran: their own replan may have passed new accounts by."""
        self.of.settings.refresh()
        newest = self._newest()
        if newest.edition == self._rulebook.edition:
            return
        plan = Replan(self.of.bodies.accounts)
        for lines in _by_account(packed):
            account = of_line(lines[0][1]).account
            if account:
                plan.account(self.creditor, account, newest, self.now)

    # --- what came of it ------------------------------------------------------------------------

    def _keep(self, packed: bytes) -> None:
        places, out = Places(self.creditor, self.run), BytesIO()
        bad = Bad(out, self.header.columns, self.header.understood)
        for number, line in enumerate(lines_in(packed)):
            outcome, row = self._outcomes[number], of_line(line).row
            if outcome.error is not None:
                bad.add(row, LedgerError(*outcome.error), self.tally)
                continue
            self.tally.take(rows_of(row), row.repeats, outcome.kind, taken=outcome.taken)
            for code, text in outcome.notes:
                self.tally.note(code, text)
        blobs, part = self.of.blobs, self.step.part
        if out.tell():
            blobs.write(self.creditor, places.bad(part), out.getvalue(), JSONL)
        blobs.write(self.creditor, places.piece(part), as_gzip(self.tally.as_dict()), GZIP)

    def _leave_note(self) -> None:
        at = Places(self.creditor, self.run).note(self.step.part, self.step.resumes + 1)
        self.of.blobs.write(self.creditor, at, as_gzip(list(self._outcomes.items())), GZIP)

    def _note_of(self, resumes: int) -> dict[int, Outcome]:
        at = Places(self.creditor, self.run).note(self.step.part, resumes)
        found: list[tuple[int, list[Any]]] = of_gzip(
            self.of.blobs.read(self.creditor, at, None).body
        )
        return {number: _outcome(said) for number, said in found}


def _outcome(said: list[Any]) -> Outcome:
    taken, kind, notes, error = said
    return Outcome(taken, kind, tuple((c, t) for c, t in notes), tuple(error) if error else None)


def _by_account(packed: bytes) -> Iterator[list[tuple[int, bytes]]]:
    """The lines of each account, numbered from 0; they stand together."""
    numbered = enumerate(lines_in(packed))
    for _, lines in groupby(numbered, lambda line: _account_of(line[1])):
        yield list(lines)


def _account_of(line: bytes) -> str:
    """The account that a line begins with."""
    account, _ = _DECODER.raw_decode(line[1:].decode("utf-8", "surrogatepass"))
    return str(account)


_DECODER = json.JSONDecoder()


def _of_accounts(bodies: tuple[AccountBody | CreditorBody, ...]) -> Iterator[AccountBody]:
    """The bodies that accounts take; a creditor's own was taken when the file was cut."""
    for body in bodies:
        if not isinstance(body, CreditorBody):
            yield body
