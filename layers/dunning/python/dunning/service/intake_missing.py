"""What a statement leaves out: what is open here, or on account, and not in it, looked for a page
of the book at a time once every part is recorded; left and told, or settled as a mapping says.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from dunning.domain.account import Account, Head
from dunning.domain.creditor import Creditor
from dunning.domain.intake.absent import absent, absent_credits, nothing_open, used_up
from dunning.domain.intake.understood import SETTLED
from dunning.domain.ledger import LedgerError
from dunning.domain.money import format_amount
from dunning.domain.policy import Rulebook
from dunning.service.intake_absent import (
    LISTED_MISSING,
    Absent,
    Absents,
    speaks_of,
    statements_of,
    why_kept,
)
from dunning.service.intake_finish import Onward
from dunning.service.intake_numbers import Present
from dunning.service.intake_ports import MISSING, Run, Step
from dunning.service.intake_work import Header, Places, as_gzip, of_gzip
from dunning.service.ports import Blobs, Settings
from dunning.service.record_body import RecordBody

PAGE = 2_000
"""Accounts, or absent invoices, of one message: some seconds of work."""
END = "end"
"""Behind the last account: no key is so short."""
GZIP = "application/gzip"


TAKEN, LEFT = "taken", "left"
"""Whether a list says of a credit that it lacks that it is used, or nothing."""


class _Lacked(NamedTuple):
    """A document that a statement lacks, as a page keeps it."""

    account: str
    customer: str
    number: str
    currency: str
    left: str
    """What is open of it, or on account, as a text."""
    credit: str = ""
    """credit_note or payment; "" for an invoice."""
    word: str = TAKEN


@dataclass(frozen=True, slots=True)
class Missing:
    """Pages of a creditor's book against a statement."""

    blobs: Blobs
    settings: Settings
    bodies: RecordBody
    onward: Onward

    def run(
        self, run: Run, header: Header, step: Step, now: int, enough: Callable[[], bool]
    ) -> str:
        """Settle what the page before found, where that is asked for; look at one page; then the
        next, or the report. What a page found is kept before any of it is settled, so that one
        which comes twice tells the same."""
        creditor, page = step.creditor, step.resumes
        if run.state != MISSING:
            return "known"
        work = _Work(self, creditor, run, header, now)
        if page and work.settles:
            work.settle(page - 1)
        if step.after != END:
            behind = work.look(page, step.after, enough)
            if behind or work.settles:
                self.onward.steps.put([Step(creditor, run.id, 0, behind or END, page + 1)])
                return "missing"
            page += 1
        self.onward.publish(creditor, run, header, work.found(page), now)
        return "recorded"


class _Work:
    """The pages of one statement."""

    def __init__(self, of: Missing, creditor: str, run: Run, header: Header, now: int) -> None:
        (statement, *_) = statements_of(header.understood)  # only a statement's run comes here
        self._of, self._creditor, self._run, self._now = of, creditor, run, now
        self._places = Places(creditor, run)
        self._as_of = speaks_of(statement, run.uploaded_on)
        self._currencies, self._lists_credits = frozenset(header.currencies), header.credits
        self.settles = statement.missing == SETTLED and not why_kept(
            header.understood, run.rejected
        )

    def look(self, page: int, after: str, enough: Callable[[], bool]) -> str:
        """Keep what the accounts behind a key have and the statement has not; the last of them, or
        "" at the end of the book."""
        ledger, behind = self._of.bodies.accounts.ledger, ""
        present = Present(self._read(self._places.numbers()))
        absent: list[_Lacked] = []
        for count, account in enumerate(ledger.book(self._creditor, after), 1):
            state = ledger.read(self._creditor, account)
            if state is not None:
                absent += self._absent(account, state, present)
            if count >= PAGE or len(absent) >= PAGE or enough():
                behind = account
                break
        self._write(self._places.missing(page), absent)
        return behind

    def settle(self, page: int) -> None:
        """Post the difference of each document that a page found absent."""
        book = self._of.settings.rulebook(self._creditor) or Rulebook(Creditor(self._creditor))
        origin, refused = f"{self._run.id}-missing", Counter[str]()
        for one in self._lacked(page):
            if one.word == LEFT:
                continue
            on, at = self._run.uploaded_on, self._run.uploaded_at
            if one.credit:
                body = used_up(
                    one.customer, one.credit, one.number, one.currency, on, self._as_of, at
                )
            else:
                body = nothing_open(one.customer, one.number, one.currency, on, self._as_of, at)
            session = self._of.bodies.session(
                self._creditor, one.account, one.customer, book, self._now, origin
            )
            try:
                session.record(body)
            except LedgerError as error:
                refused[f"{'credit:' if one.credit else ''}{error.code}"] += 1
        self._write(self._places.settled(page), refused)

    def found(self, pages: int) -> Absent:
        """What all pages found, and what became of it."""
        invoices, credits = Absents(), Absents()
        for page in range(pages):
            for one in self._lacked(page):
                of = credits if one.credit else invoices
                if one.word == LEFT:
                    of.unsaid += 1
                else:
                    of.count += 1
                if len(of.first) < LISTED_MISSING:
                    name = "credit" if one.credit else "invoice"
                    of.first.append({name: one.number, "customer": one.customer, "open": one.left})
            if self.settles:
                for code, count in of_gzip(self._read(self._places.settled(page))).items():
                    of = credits if code.startswith("credit:") else invoices
                    of.refused[code.removeprefix("credit:")] += count
        if self.settles:
            for of in (invoices, credits):
                of.settled = of.count - of.refused.total()
        return Absent(invoices, credits)

    def _absent(self, account: str, state: Account, present: Present) -> Iterator[_Lacked]:
        if self._outdated(state.head):
            return  # a later statement is known: that this one lacks them says nothing
        open_: Counter[str] = Counter()
        for item in state.open:
            if item.currency in self._currencies and not _after(item.issued, self._as_of):
                open_[item.ref.invoice] += item.open
        customer, on = state.head.customer, self._run.uploaded_on
        for body in absent(state, present, on, self._as_of):
            if left := open_[body.document]:
                yield _Lacked(
                    account, customer, body.document, body.currency, _money(left, body.currency)
                )
        if not any(state.head.credit.get(currency) for currency in self._currencies):
            return
        postings = self._of.bodies.accounts.ledger.postings(self._creditor, account)
        credits = absent_credits(
            state, postings, present, on, self._as_of, lists_credits=self._lists_credits
        )
        for body, left, sure in credits:
            if body.credit is None or body.currency not in self._currencies:
                continue
            if sure or self.settles:
                yield _Lacked(
                    account,
                    customer,
                    body.document,
                    body.currency,
                    _money(left, body.currency),
                    body.credit.type,
                    TAKEN if sure else LEFT,
                )

    def _outdated(self, head: Head) -> bool:
        if head.stated_since(self._as_of, self._run.uploaded_at):
            return True
        return not self.settles and _after(head.stated, self._as_of)

    def _lacked(self, page: int) -> list[_Lacked]:
        return [_Lacked(*kept) for kept in of_gzip(self._read(self._places.missing(page)))]

    def _read(self, key: str) -> bytes:
        return self._of.blobs.read(self._creditor, key, None).body

    def _write(self, key: str, what: object) -> None:
        self._of.blobs.write(self._creditor, key, as_gzip(what), GZIP)


def _money(minor: int, currency: str) -> str:
    return f"{format_amount(minor, currency)} {currency}"


def _after(one: date | None, day: date) -> bool:
    return one is not None and one > day
