"""What a statement leaves out: invoices that are open here and not in it, looked for a page of the
book at a time once every part is recorded; left open and told, or settled where a mapping says so.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from dunning.domain.account import Account, Head
from dunning.domain.bodies import StatementBody
from dunning.domain.creditor import Creditor
from dunning.domain.intake.meaning import absent
from dunning.domain.intake.understood import SETTLED
from dunning.domain.invoice import KINDS, Invoice
from dunning.domain.ledger import LedgerError
from dunning.domain.money import format_amount
from dunning.domain.policy import Rulebook
from dunning.service.intake_finish import (
    LISTED_MISSING,
    Absent,
    Onward,
    speaks_of,
    statements_of,
    why_kept,
)
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
        self._currencies = frozenset(header.currencies)
        self.settles = statement.missing == SETTLED and not why_kept(
            header.understood, run.rejected
        )

    def look(self, page: int, after: str, enough: Callable[[], bool]) -> str:
        """Keep what the accounts behind a key have and the statement has not; the last of them, or
        "" at the end of the book."""
        ledger, behind = self._of.bodies.accounts.ledger, ""
        present = Present(self._read(self._places.numbers()))
        absent: list[list[str]] = []
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
        """Post the difference of each invoice that a page found absent."""
        book = self._of.settings.rulebook(self._creditor) or Rulebook(Creditor(self._creditor))
        origin, refused = f"{self._run.id}-missing", Counter[str]()
        for account, customer, number, currency, _ in self._kept(self._places.missing(page)):
            body = StatementBody(
                on=self._run.uploaded_on,
                as_of=self._as_of,
                customer=customer,
                currency=currency,
                open=0,
                invoice=Invoice(number, currency, KINDS[0], self._as_of, ()),
                at=self._run.uploaded_at,
            )
            session = self._of.bodies.session(
                self._creditor, account, customer, book, self._now, origin
            )
            try:
                session.record(body)
            except LedgerError as error:
                refused[error.code] += 1
        self._write(self._places.settled(page), refused)

    def found(self, pages: int) -> Absent:
        """What all pages found, and what became of it."""
        whole = Absent()
        for page in range(pages):
            kept = self._kept(self._places.missing(page))
            whole.count += len(kept)
            for _, customer, number, _, left in kept[: LISTED_MISSING - len(whole.first)]:
                whole.first.append({"invoice": number, "customer": customer, "open": left})
            if self.settles:
                whole.refused.update(self._kept(self._places.settled(page)))
                whole.settled = whole.count - whole.refused.total()
        return whole

    def _absent(self, account: str, state: Account, present: Present) -> list[list[str]]:
        if self._outdated(state.head):
            return []  # a later statement is known: that this one lacks them says nothing
        open_: Counter[str] = Counter()
        for item in state.open:
            if item.currency in self._currencies and not _after(item.issued, self._as_of):
                open_[item.ref.invoice] += item.open
        found = absent(state, present, self._run.uploaded_on, self._as_of)
        return [
            [
                account,
                state.head.customer,
                body.document,
                body.currency,
                f"{format_amount(open_[body.document], body.currency)} {body.currency}",
            ]
            for body in found
            if open_[body.document]
        ]

    def _outdated(self, head: Head) -> bool:
        if head.stated_since(self._as_of, self._run.uploaded_at):
            return True
        return not self.settles and _after(head.stated, self._as_of)

    def _kept(self, key: str) -> Any:  # noqa: ANN401
        return of_gzip(self._read(key))

    def _read(self, key: str) -> bytes:
        return self._of.blobs.read(self._creditor, key, None).body

    def _write(self, key: str, what: object) -> None:
        self._of.blobs.write(self._creditor, key, as_gzip(what), GZIP)


def _after(one: date | None, day: date) -> bool:
    return one is not None and one > day
