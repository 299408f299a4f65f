"""One ledger body into the ledger: find whose it is, and change that account, once.
Files and API calls come here body by body; what a body means is `domain.entries`.
"""

from dataclasses import dataclass
from functools import cache

from dunning.domain.account import Account
from dunning.domain.bodies import (
    AccountBody,
    ContactBody,
    CustomerBody,
    DisputeBody,
    FeedbackBody,
    HoldBody,
    InvoiceBody,
    MoneyBody,
    PromiseBody,
    ReleaseBody,
    ResolveBody,
    ReturnBody,
    ReversalBody,
    WriteOffBody,
)
from dunning.domain.entries import enter
from dunning.domain.invoice import Invoice
from dunning.domain.ledger import Entry, LedgerError
from dunning.domain.outcomes import HARD
from dunning.domain.policy import Rulebook
from dunning.domain.posting import CREDIT_NOTES, LEDGER, Posting, PostingKey
from dunning.service.accounts import Accounts
from dunning.service.ports import AddressHash, Suppressions
from dunning.service.replan import Replan

ACCEPTED = "accepted"
UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class RecordBody:
    """Bodies into accounts. Recording the same body again changes nothing."""

    accounts: Accounts
    suppressions: Suppressions
    hash_of: AddressHash

    def record(self, creditor: str, body: AccountBody, rulebook: Rulebook, now: int) -> str:
        """ACCEPTED or UNCHANGED. Raises LedgerError where the ledger refuses the body, and
        Contended where others kept writing to the same account."""
        account, customer = self._whose(creditor, body)
        if self._known(creditor, account, body):
            self._catch_up(creditor, account, rulebook, now)
            return UNCHANGED
        if isinstance(body, FeedbackBody):
            self._suppress(creditor, body, now)

        def edit(state: Account) -> Entry | None:
            # One try looks at a document once: it is asked about by more than one rule.
            find_invoice, find_posting = self.accounts.finders(creditor, account)
            return enter(state, body, cache(find_invoice), cache(find_posting), self.hash_of)

        if self.accounts.change(creditor, account, customer, rulebook, now, edit):
            return ACCEPTED
        self._known(creditor, account, body)  # another came first: it must have been the same
        return UNCHANGED

    def _catch_up(self, creditor: str, account: str, rulebook: Rulebook, now: int) -> None:
        """An import that was cut may have planned the account by settings that are old by now."""
        head = self.accounts.ledger.head(creditor, account)
        if head is not None and head.edition < rulebook.edition:
            Replan(self.accounts).account(creditor, account, rulebook, now)

    def _whose(self, creditor: str, body: AccountBody) -> tuple[str, str]:
        """Key of the account that a body is about, and its customer (where the body names one)."""
        ledger = self.accounts.ledger
        match body:
            case CustomerBody():
                customer = body.customer.customer
            case WriteOffBody() | DisputeBody():
                return self._of_invoice(creditor, body.invoice), ""
            case ReturnBody():
                return self._of_posting(creditor, body.payment, "payment"), ""
            case ReversalBody():
                return self._of_posting(creditor, body.of, "of"), ""
            case ResolveBody():
                return self._of_posting(creditor, body.dispute, "dispute"), ""
            case ReleaseBody():
                return self._of_posting(creditor, body.hold, "hold"), ""
            case _:
                customer = body.customer
        return ledger.account_key(creditor, customer), customer

    def _of_invoice(self, creditor: str, number: str) -> str:
        account = self.accounts.ledger.account_of_invoice(creditor, number)
        if account is None:
            raise LedgerError(
                "unknown_invoice", "invoice", f"invoice {number} is not known here; send it first"
            )
        return account

    def _of_posting(self, creditor: str, of: str, field: str) -> str:
        for source in (LEDGER, CREDIT_NOTES):
            account = self.accounts.ledger.account_of_posting(creditor, PostingKey(source, of))
            if account is not None:
                return account
        raise LedgerError(f"unknown_{field}", field, f"nothing with the id {of} is known here")

    def _known(self, creditor: str, account: str, body: AccountBody) -> bool:
        """Whether the body's id is known; an id that is known for something else is refused."""
        if isinstance(body, CustomerBody):
            return False
        if isinstance(body, InvoiceBody):
            return self._known_invoice(creditor, account, body.invoice)
        source = LEDGER
        if isinstance(body, MoneyBody) and body.type == "credit_note":
            source = CREDIT_NOTES
        key = PostingKey(source, body.id)
        owner = self.accounts.ledger.account_of_posting(creditor, key)
        if owner is None:
            return False
        if owner != account:
            raise LedgerError(
                "id_taken", "id", f"the id {body.id} is taken by another customer; give a new one"
            )
        ledger = self.accounts.ledger
        if _type_of(body) != ledger.kind_of_posting(creditor, key) or not _is_that(
            body, ledger.posting(creditor, account, key)
        ):
            raise LedgerError(
                "id_differs",
                "id",
                f"the id {body.id} is known for something else, or with another amount; give a new"
                " one, or reverse what was sent before",
            )
        return True

    def _known_invoice(self, creditor: str, account: str, invoice: Invoice) -> bool:
        owner = self.accounts.ledger.account_of_invoice(creditor, invoice.number)
        if owner is None:
            return False
        if owner != account:
            raise LedgerError(
                "number_taken",
                "number",
                f"invoice {invoice.number} belongs to another customer; correct the number",
            )
        known = self.accounts.ledger.invoice(creditor, account, invoice.number)
        if known and (known.currency, known.items) != (invoice.currency, invoice.items):
            raise LedgerError(
                "invoice_differs",
                "items",
                f"invoice {invoice.number} is known with other amounts or days; post a credit note"
                " or write-off for the difference",
            )
        return True

    def _suppress(self, creditor: str, body: FeedbackBody, now: int) -> None:
        """A provider's hard bounce or complaint bars the address for the whole cell, before the
        fact is written: if we stop in between, the event comes again and both are done."""
        hashed = body.address_hash
        if not hashed and body.address:
            hashed = self.hash_of(body.channel, body.address)
        # Only a provider's event knows its notice; a creditor's own word bars its account alone.
        if hashed and body.serial is not None and body.outcome in HARD:
            self.suppressions.add(creditor, body.channel, hashed, body.outcome, now)


def _type_of(body: AccountBody) -> str:
    """The type under which a body's id is kept."""
    match body:
        case MoneyBody() | ReturnBody() | ContactBody():
            return body.type
        case _:
            return _TYPES[type(body)]


_TYPES: dict[type, str] = {
    WriteOffBody: "write_off",
    ReversalBody: "reversal",
    DisputeBody: "dispute",
    ResolveBody: "resolve",
    HoldBody: "hold",
    ReleaseBody: "release",
    PromiseBody: "promise",
    FeedbackBody: "feedback",
}


def _is_that(body: AccountBody, posting: Posting | None) -> bool:
    """Whether money that is known under a body's id can be that very body: what came once under an
    id must not be taken for a repeat of something else, and so be lost."""
    if not isinstance(body, MoneyBody):
        return True
    return posting is not None and (posting.currency, posting.amount) == (
        body.currency,
        body.amount,
    )
