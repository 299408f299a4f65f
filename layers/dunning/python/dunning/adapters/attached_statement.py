"""The statement as a file of a mail, for creditors that ask for it. No mail waits for it: where it
cannot be printed, or is too large, the mail goes with its link alone, and somebody is told.
"""

from collections.abc import Callable

from dunning.domain.account import Account
from dunning.domain.creditor import STATEMENT_ATTACHED
from dunning.domain.due import Send
from dunning.domain.owed import owed
from dunning.domain.policy import Rulebook
from dunning.service.ports import Attachment
from dunning.service.printing_ports import NotPrinted

from .pdf_statement import StatementPdf

LARGEST = 5_000_000
"""Bytes: many mail servers take ten million, and Base64 adds a third."""

Missed = Callable[[str, str], None]
"""Told of creditor and reason where a mail went without its statement."""


class AttachedStatements:
    """Statements for mails."""

    def __init__(self, statements: StatementPdf, missed: Missed) -> None:
        self._statements = statements
        self._missed = missed

    def of(self, state: Account, rulebook: Rulebook, send: Send) -> tuple[Attachment, ...]:
        """What a mail brings along: the statement of the notice's day. What came of an item is one
        figure, as in the mail: a sender does not read the postings."""
        creditor = rulebook.creditor
        if creditor.statement != STATEMENT_ATTACHED:
            return ()
        try:
            made = self._statements.statement(
                creditor, state.customer, owed(state, send.run), send.run, named=True
            )
        except NotPrinted as error:
            self._missed(creditor.creditor, str(error))
            return ()
        if len(made.pdf) > LARGEST:
            self._missed(creditor.creditor, "too_large")
            return ()
        return (Attachment(f"statement-{send.run}.pdf", "application/pdf", made.pdf),)
