"""A file cut into parts: its rows gathered by account, those of one document put together, and so
many kept for each part. Nothing comes into the ledger here but the creditor's own settings.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date
from typing import BinaryIO

from dunning.domain.bodies import CreditorBody
from dunning.domain.fields import ReadingError
from dunning.domain.intake.document import INVOICE, Document
from dunning.domain.intake.layouts import PLAIN
from dunning.domain.intake.mapping import MappingFile
from dunning.domain.intake.meaning import alike, is_credit
from dunning.domain.intake.merge import MOST_ROWS, key_of, merged
from dunning.domain.intake.row import Row
from dunning.domain.intake.understood import STATEMENT, Question
from dunning.domain.intake.zeros import MOST_ASKED as MOST_ZEROS
from dunning.domain.intake.zeros import Zeros
from dunning.domain.ledger import LedgerError
from dunning.domain.posting import CREDIT_NOTES, LEDGER, PROPOSALS, PostingKey
from dunning.domain.reading import Defaults, read
from dunning.service.accounts import Accounts
from dunning.service.intake_absent import statements_of
from dunning.service.intake_lines import as_line, pack, unpack
from dunning.service.intake_numbers import Numbers
from dunning.service.intake_ports import Gather, Gathers, Imports, Kept, Run, Together
from dunning.service.intake_whose import named, whose
from dunning.service.intake_work import Header, Places, as_gzip, lines_out
from dunning.service.ports import Blobs, FileRows, Formats, Settings, Source, Tokens
from dunning.service.replan_book import ReplanBook
from dunning.service.results import Bad, Tally, rows_of

ROWS_OF_PART = 5_000
"""Rows of the file in a part: some seconds of work, done again when a process is killed."""
MOST_ASKED = 20_000
"""Names that the ledger is asked about while a file is cut, some milliseconds each."""
TOLD_EVERY = 50_000
"""Rows between two words on how far the reading is."""
ALIKE = "alike:"
CREDITOR_FILE = "creditor.json"

JSON, JSONL, BYTES = "application/json", "application/x-ndjson", "application/octet-stream"
Tell = Callable[[Run], None]


@dataclass(frozen=True, slots=True)
class Cut:
    """Files into parts. Cut twice, also at once, the parts of the first to end hold."""

    blobs: Blobs
    settings: Settings
    accounts: Accounts
    replans: ReplanBook
    formats: Formats
    gathers: Gathers
    imports: Imports
    tokens: Tokens

    def run(self, creditor: str, run: Run, source: Source, now: int, tell: Tell) -> Run:
        """Cut a file and keep its parts; the run as it stands then."""
        mine = replace(run, cut=self.tokens())
        with ExitStack() as stack:
            bad = stack.enter_context(
                self.blobs.writing(creditor, Places(creditor, mine).bad(0), JSONL)
            )
            gather = stack.enter_context(self.gathers())
            work = _Work(self, creditor, mine, now, bad, gather, tell)
            work.read(source)
            if not work.refused:
                work.write()
        work.keep()
        return self.imports.have_cut(
            creditor, run.id, mine.cut, work.rows, work.parts, work.tally.counts
        )

    def zeros(self, creditor: str, tally: Tally) -> Zeros:
        """Numbers that lost their leading zeros, by this creditor's ledger."""
        ledger = self.accounts.ledger

        def customer(name: str) -> str:
            account = ledger.account_key(creditor, name)
            return account if ledger.head(creditor, account) is not None else ""

        def name_of(account: str) -> str:
            state = ledger.read(creditor, account)
            return state.customer.name if state is not None else ""

        return Zeros(
            tally.note,
            customer,
            lambda number: ledger.account_of_invoice(creditor, number) or "",
            lambda number: self._of_posting(creditor, CREDIT_NOTES, number),
            name_of,
        )

    def owner(self, creditor: str, name: str) -> str:
        """The account that a name of no row of the file belongs to in the ledger; "" if none."""
        of_invoice, id_ = named(name)
        if of_invoice:
            return self.accounts.ledger.account_of_invoice(creditor, id_) or ""
        of_sources = (
            self._of_posting(creditor, source, id_) for source in (LEDGER, CREDIT_NOTES, PROPOSALS)
        )
        return next(filter(None, of_sources), "")

    def _of_posting(self, creditor: str, source: str, id_: str) -> str:
        key = PostingKey(source, id_)
        return self.accounts.ledger.account_of_posting(creditor, key) or ""


@dataclass(slots=True)
class _Work:
    """One cut under way."""

    cut: Cut
    creditor: str
    run: Run
    now: int
    bad_out: BinaryIO
    gather: Gather
    tell: Tell
    tally: Tally = field(default_factory=Tally)
    rows: int = 0
    parts: int = 0
    refused: bool = False
    _stated: Numbers = field(default_factory=Numbers)
    _continued: set[int] = field(default_factory=set)
    _last: int = 0
    _bad: Bad = field(init=False)
    _file: FileRows = field(init=False)
    _zeros: Zeros = field(init=False)
    _currency: str | None = None
    _currency_given: bool = False
    _without_currency: int = 0
    _replanned: int = 0
    _changed: bool = False
    _credits: bool = False

    # --- reading --------------------------------------------------------------------------------

    def read(self, source: Source) -> None:
        """Take every row of the file: bad ones are told apart, the others wait in the gather."""
        creditor, settings = self.creditor, self.cut.settings
        known = settings.creditor(creditor)
        self._currency = known.currency if known else None
        file = self.cut.formats.rows(
            self.run.file,
            source,
            self.run.uploaded_on,
            self._answers,
        )
        self._file = file
        self._zeros = self.cut.zeros(creditor, self.tally)
        self._bad = Bad(self.bad_out, file.columns, file.understood)
        for row in file.rows:
            before = self.rows
            self.rows += rows_of(row)
            if row.error is not None:
                self._put_bad(row, row.error)
            elif row.body is not None and row.body.get("type") == "creditor":
                self._settings(row)
            else:
                self._put_good(row)
            if self.rows // TOLD_EVERY != before // TOLD_EVERY:
                self.tell(replace(self.run, rows=self.rows, rejected=self.tally.rejected))
        if self._without_currency:
            self._refuse_for_currency()
        elif self._currency_given and not file.understood.currency:
            file.understood.currency = self._currency or ""
            file.understood.currency_from = "the creditor's settings (currency)"
        if self._zeros.gave_up:
            file.understood.assumed.append(
                f"only the first {MOST_ZEROS} numbers were looked for with other leading zeros"
            )
        self._plan_anew()

    def _put_good(self, row: Row) -> None:
        """A row with its numbers as they are known."""
        try:
            if row.document is not None:
                known = self._zeros.restored(row.document)
                row = row if known is row.document else row._replace(document=known)
            elif row.body is not None and self._file.understood.of(row.file).layout == PLAIN.name:
                row = row._replace(body=self._zeros.restored_body(row.body))
        except ReadingError as error:
            self._put_bad(row._replace(document=None, error=error, key=key_of(row) or ""), error)
        else:
            self._put(row)

    def _put_bad(self, row: Row, error: LedgerError) -> None:
        """A bad row of a document waits for the others of it, which are not taken either."""
        if row.key:
            self.gather.put(Kept("", row.key, "", "", pack(row), rows_of(row), alone=False))
        else:
            self._reject(row, error)

    def _put(self, row: Row) -> None:
        customer, name, ref = whose(row)
        document, key = row.document, ""
        if document is not None:
            row, document = self._with_currency(row, document)
            key = key_of(row) or _alike_key(document)
            if self._file.understood.of(row.file).holds == STATEMENT:
                self._stated.add(document.number, document.currency)
                self._credits |= document.type != INVOICE or is_credit(document)
        account = self.cut.accounts.ledger.account_key(self.creditor, customer) if customer else ""
        ref, alone = "" if account else ref, merged((row,)) is row
        self.gather.put(Kept(account, key, name, ref, pack(row), rows_of(row), alone))

    def _with_currency(self, row: Row, document: Document) -> tuple[Row, Document]:
        """The creditor's currency where neither the row nor its file says any."""
        if document.currency:
            return row, document
        asked = self._file.understood.of(row.file).questions
        if self._currency is None or any(one.code == "currency" for one in asked):
            self._without_currency += 1
            return row, document
        self._currency_given = True
        document = document._replace(currency=self._currency)
        return row._replace(document=document), document

    def _answers(self, layout: str) -> tuple[str, MappingFile] | None:
        """What was said of a layout's files; of any file ("") the creditor's currency."""
        if layout:
            return self.cut.settings.mapping(self.creditor, layout)
        return (CREDITOR_FILE, MappingFile(currency=self._currency)) if self._currency else None

    def _refuse_for_currency(self) -> None:
        """Nothing of a file is taken whose amounts may be of any currency."""
        understood = self._file.understood
        if not any(one.code == "currency" for one in understood.questions):
            understood.questions.append(
                Question(
                    "currency",
                    "No currency is named anywhere in the file. Which one are the amounts in?",
                    (("currency: EUR", "every amount of this layout is in euro"),),
                )
            )
        self.refused = True
        self.tally = Tally()
        self.bad_out.seek(0)
        self.bad_out.truncate()
        said = (
            f"no currency is named in {self._without_currency} rows, so nothing was taken; say"
            " which it is in a mapping file, or as `currency` in creditor.json, and upload the file"
            " again"
        )
        self._reject(Row(0, ()), ReadingError("question", "currency", said))

    def _settings(self, row: Row) -> None:
        """A creditor body holds before the rows of any account are looked at."""
        try:
            found = read(row.body or {}, Defaults(creditor=self.creditor, on=self._default_day))
            for body in found.bodies:
                if isinstance(body, CreditorBody):
                    taken = self.cut.settings.put_creditor(self.creditor, body.creditor)
                    self.tally.take(rows_of(row), row.repeats, "creditor", taken=taken)
                    self._changed = True
                    self._currency = body.creditor.currency
        except LedgerError as error:
            self._reject(row, error)

    @property
    def _default_day(self) -> date | None:
        return None if self._file.dated else self.run.uploaded_on

    def _plan_anew(self) -> None:
        """The whole book by settings that came in this file. Also by ones that stood already: a cut
        before this one may have been killed in between."""
        if not self._changed:
            return
        begun = self.cut.replans.publish(self.creditor, self.now)
        self._replanned = begun.written if begun else 0

    def _reject(self, row: Row, error: LedgerError) -> None:
        self._bad.add(row, error, self.tally)

    # --- writing --------------------------------------------------------------------------------

    def write(self) -> None:
        """Keep the parts: accounts whole where they fit, one after the other where they do not;
        rows of nobody behind all others."""
        self.gather.resolve(lambda name: self.cut.owner(self.creditor, name), MOST_ASKED)
        part, size = list[bytes](), 0
        mine, of_mine, whose_mine = list[bytes](), 0, ""
        for account, line, rows in self._records():
            if account != whose_mine:
                part, size = self._join(part, size, mine, of_mine)
                mine, of_mine, whose_mine = [], 0, account
                if not account:
                    self._keep_part(part)
                    part, size, self._last = [], 0, self.parts + 1
            elif mine and of_mine + rows > ROWS_OF_PART:
                self._keep_part(part)
                self._keep_part(mine)
                self._continued.add(self.parts)
                part, size, mine, of_mine = [], 0, [], 0
            mine.append(line)
            of_mine += rows
        part, size = self._join(part, size, mine, of_mine)
        self._keep_part(part)

    def _join(
        self, part: list[bytes], size: int, mine: list[bytes], of_mine: int
    ) -> tuple[list[bytes], int]:
        """The part with an account's rows, or a new part of them where they no longer fit."""
        if size + of_mine > ROWS_OF_PART:
            self._keep_part(part)
            return mine, of_mine
        part.extend(mine)
        return part, size + of_mine

    def _keep_part(self, lines: Sequence[bytes]) -> None:
        if lines:
            self.parts += 1
            at = Places(self.creditor, self.run).part(self.parts)
            self.cut.blobs.write(self.creditor, at, lines_out(lines), BYTES)

    def _records(self) -> Iterator[tuple[str, bytes, int]]:
        """Documents as lines of their account, with the rows that they stand for."""
        for together in self.gather.take(MOST_ROWS):
            if together.of > MOST_ROWS:
                self._too_many(together)
            elif together.key.startswith(ALIKE):
                # Payments that nothing tells apart are each one of their own.
                for count, line in enumerate(together.lines, 1):
                    yield together.account, as_line(together.account, count, line), 1
            elif together.of == 1 and together.alone:
                line = as_line(together.account, 1, together.lines[0])
                yield together.account, line, together.size
            else:
                rows = [unpack(line) for line in together.lines]
                record = merged(rows)
                if record.error is not None:
                    self._reject(record, record.error)
                    continue
                line = as_line(together.account, 1, pack(record))
                yield together.account, line, together.size

    def _too_many(self, together: Together) -> None:
        row = unpack(together.lines[0])
        said = (
            f"{together.of} rows have this number; at most {MOST_ROWS} are taken as one document."
            " Is this column its number?"
        )
        self._reject(row, ReadingError("too_many", "number", said))

    def keep(self) -> None:
        """Keep what all parts have in common, and what came of the rows that are in none."""
        places, blobs = Places(self.creditor, self.run), self.cut.blobs
        header = Header(
            columns=self._file.columns,
            dated=self._file.dated,
            understood=self._file.understood,
            continued=frozenset(self._continued),
            currencies=tuple(sorted(self._stated.currencies)),
            credits=self._credits,
            replanned=self._replanned,
            last=self._last,
        )
        if statements_of(self._file.understood) and not self.refused:
            blobs.write(self.creditor, places.numbers(), self._stated.packed(), BYTES)
        blobs.write(self.creditor, places.piece(0), as_gzip(self.tally.as_dict()), BYTES)
        blobs.write(self.creditor, places.header(), header.packed(), BYTES)


def _alike_key(document: Document) -> str:
    found = alike(document)
    if found is None:
        return ""
    return ALIKE + hashlib.sha256(json.dumps(found, default=str).encode()).hexdigest()[:32]
