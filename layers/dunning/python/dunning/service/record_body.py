"""One ledger body into the ledger: find whose it is, and change that account, once.
Files and API calls come here body by body; what a body means is `domain.entries`.
"""

from dataclasses import dataclass, replace

from dunning.domain.bodies import (
    AccountBody,
    ApprovalBody,
    CustomerBody,
    DisputeBody,
    MatchBody,
    MoneyBody,
    ReleaseBody,
    ResolveBody,
    ReturnBody,
    ReversalBody,
    WaiveBody,
    WriteOffBody,
)
from dunning.domain.ledger import LedgerError
from dunning.domain.policy import Rulebook
from dunning.domain.posting import CREDIT_NOTES, LEDGER, PROPOSALS, PostingKey
from dunning.service.accounts import Accounts, Check, Stale
from dunning.service.dialling import Dialled
from dunning.service.matching import KEPT, Matching, UnmatchedPayments
from dunning.service.ports import AddressHash, OptOutList, Suppressions
from dunning.service.repeats import Request
from dunning.service.reservations import Reservations
from dunning.service.session import ACCEPTED as ACCEPTED
from dunning.service.session import UNCHANGED as UNCHANGED
from dunning.service.session import Session


@dataclass(frozen=True, slots=True)
class RecordBody:
    """Bodies into accounts. Recording the same body again changes nothing."""

    accounts: Accounts
    suppressions: Suppressions
    hash_of: AddressHash
    unmatched: UnmatchedPayments | None = None
    """Where payments are kept that name nobody; None: they are refused."""
    reservations: Reservations | None = None
    """Where contacts are told that count for others as well; None: they are the account's alone."""
    dialled: Dialled | None = None
    """How a telephone number is dialled; None: as it is written."""
    numbers: OptOutList | None = None
    """The telephone provider's own list of numbers that are not called; None: there is none."""

    def record(
        self,
        creditor: str,
        body: AccountBody,
        rulebook: Rulebook,
        now: int,
        origin: str = "",
        expects: Check | None = None,
        request: Request | None = None,
    ) -> str:
        """ACCEPTED or UNCHANGED. Raises LedgerError where the ledger refuses the body, Contended
        where others kept writing to the same account, and Stale where `expects` does.

        What is known by the same `origin` (not "") is ACCEPTED again: a try of that very origin
        that was cut recorded it. By the same `request` it is UNCHANGED; what another one said under
        the body's id, or with the request's key, is refused."""
        if isinstance(body, MatchBody):
            return self.match(creditor, body, rulebook, now, origin, request)
        try:
            account, customer = self.whose(creditor, body)
        except LedgerError as error:
            if expects is not None:
                raise Stale from None
            kept = self.keep(creditor, body, error, rulebook, now)
            if kept is None:
                raise
            return ACCEPTED if kept[0] else UNCHANGED
        session = self.session(creditor, account, customer, rulebook, now, origin)
        session.looks_first = True
        session.request = request
        if expects is not None:
            session.accounts = replace(self.accounts, expects=expects)
        outcome = session.record(body)
        matching = self.matching
        if matching is not None and isinstance(body, MoneyBody):
            matching.found(creditor, body, session, rulebook, now)
        return outcome

    @property
    def matching(self) -> Matching | None:
        """Unmatched payments, where they are kept."""
        return Matching(self.unmatched, self.accounts) if self.unmatched is not None else None

    def keep(
        self, creditor: str, body: AccountBody, error: LedgerError, rulebook: Rulebook, now: int
    ) -> tuple[bool, str] | None:
        """Keep a payment of which nobody can be found: whether it is new, and a sentence; None
        where that is not what is wrong."""
        matching = self.matching
        if matching is None or error.code not in KEPT or not isinstance(body, MoneyBody):
            return None
        return matching.keep_body(creditor, body, rulebook, now)

    def match(
        self,
        creditor: str,
        body: MatchBody,
        rulebook: Rulebook,
        now: int,
        origin: str = "",
        request: Request | None = None,
    ) -> str:
        """An unmatched payment onto its customer's account; what waited for it goes on. Cut
        anywhere, it is done by being asked for again."""
        matching, ledger = self.matching, self.accounts.ledger
        if matching is None:
            raise LedgerError("not_kept", "unmatched", "unmatched payments are not kept here")
        money = matching.payment_of(creditor, body)
        account = ledger.account_key(creditor, body.customer)
        if ledger.head(creditor, account) is None:
            raise LedgerError(
                "unknown_customer", "customer", f"customer {body.customer} is not known here"
            )
        outcome = self.record(creditor, money, rulebook, now, origin, request=request)
        matching.settle(creditor, body.unmatched, body.customer, body.on, rulebook, now)
        return outcome

    def session(
        self,
        creditor: str,
        account: str,
        customer: str,
        rulebook: Rulebook,
        now: int,
        origin: str = "",
    ) -> Session:
        """A row of bodies of one account, which is read once as long as nobody else writes it."""
        return Session(
            self.accounts,
            self.suppressions,
            self.hash_of,
            creditor,
            account,
            customer,
            rulebook,
            now,
            origin,
            self.reservations,
            dialled=self.dialled,
            numbers=self.numbers,
        )

    def whose(self, creditor: str, body: AccountBody) -> tuple[str, str]:
        """Key of the account that a body is about, and its customer (where the body names one).
        Raises LedgerError where it is about something that is not known."""
        ledger = self.accounts.ledger
        match body:
            case CustomerBody():
                customer = body.customer.customer
            case WriteOffBody() | WaiveBody() | DisputeBody():
                return self._of_invoice(creditor, body.invoice), ""
            case ReturnBody():
                return self._of_posting(creditor, body.payment, "payment"), ""
            case ReversalBody():
                return self._of_posting(creditor, body.of, "of"), ""
            case ResolveBody():
                return self._of_posting(creditor, body.dispute, "dispute"), ""
            case ReleaseBody():
                return self._of_posting(creditor, body.hold, "hold"), ""
            case ApprovalBody():
                return self._of_posting(creditor, body.proposal, "proposal"), ""
            case MoneyBody(customer=""):
                return self._of_payer(creditor, body), ""
            case _:
                customer = body.customer
        return ledger.account_key(creditor, customer), customer

    def _of_payer(self, creditor: str, body: MoneyBody) -> str:
        """Whose invoice a payment is for that names nobody."""
        named = [part.invoice for part in body.parts] + ([body.invoice] if body.invoice else [])
        for number in named:
            account = self.accounts.ledger.account_of_invoice(creditor, number)
            if account is not None:
                return account
        said = f"invoice {named[0]} is not known here" if named else "no invoice is named"
        raise LedgerError(
            "unknown_payer",
            "customer",
            f"no customer is named, and {said}, so nobody's account can take this payment; add the"
            " customer, or send the invoice first",
        )

    def _of_invoice(self, creditor: str, number: str) -> str:
        account = self.accounts.ledger.account_of_invoice(creditor, number)
        if account is None:
            raise LedgerError(
                "unknown_invoice", "invoice", f"invoice {number} is not known here; send it first"
            )
        return account

    def _of_posting(self, creditor: str, of: str, field: str) -> str:
        for source in (LEDGER, CREDIT_NOTES, PROPOSALS):
            account = self.accounts.ledger.account_of_posting(creditor, PostingKey(source, of))
            if account is not None:
                return account
        raise LedgerError(f"unknown_{field}", field, f"nothing with the id {of} is known here")
