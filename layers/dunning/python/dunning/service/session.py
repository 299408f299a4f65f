"""Bodies of one account in a row: each recorded once, whatever was recorded before, and by whom.
Whose a body is stands in `record_body`; reading, planning and writing are `accounts`'.
"""

from dataclasses import dataclass, field
from functools import cache

from dunning.domain.account import Account
from dunning.domain.bodies import (
    HEARD,
    AccountBody,
    ContactBody,
    ContactMadeBody,
    CustomerBody,
    DisputeBody,
    FeedbackBody,
    InvoiceBody,
    MoneyBody,
    StatementBody,
)
from dunning.domain.consents import API, FILE, Consent
from dunning.domain.customer import Customer
from dunning.domain.disputes_told import AS_IMPORTED
from dunning.domain.documents import dispute_id, enter_again, in_writes
from dunning.domain.entries import enter
from dunning.domain.facts import Awaiting
from dunning.domain.invoice import Invoice
from dunning.domain.ledger import Entry, Find, LedgerError, TornError, minor_units
from dunning.domain.plan_entries import PlanWord, plan_key
from dunning.domain.policy import Rulebook
from dunning.domain.posting import CREDIT_NOTES, LEDGER, PostingKey
from dunning.domain.replaced import replace
from dunning.domain.statements import statement_ids
from dunning.service.accounts import Accounts, Contended, Edit, Held
from dunning.service.body_types import is_that, same_seller, type_of
from dunning.service.dialling import Dialled, with_dialled
from dunning.service.disputes_in_files import NOT_ANY_MORE, disputed_now, ended_by
from dunning.service.ports import AddressHash, Known, Ledger, OptOutList, Owner, Suppressions
from dunning.service.repeats import Request, came_before, told_apart
from dunning.service.replan import Replan
from dunning.service.reservations import Reservations
from dunning.service.suppression_list import SuppressionList

ACCEPTED = "accepted"
UNCHANGED = "unchanged"
MOST_SO_FAR = 100
"""Payments that may be told, growing, under one id of a document."""


@dataclass(slots=True)
class Session:
    """Bodies of one account, one after another, each on its own and once.

    What was recorded before is found by the write itself, whose keys must be new; only where most
    is known already (`looks_first`) it is looked for before, which is cheaper than a refused write.
    """

    accounts: Accounts
    suppressions: Suppressions
    hash_of: AddressHash
    creditor: str
    account: str
    customer: str
    rulebook: Rulebook
    now: int
    origin: str = ""
    reservations: Reservations | None = None
    """Where contacts are told that count for others as well."""
    looks_first: bool = False
    retried: bool = True
    """Whether an earlier try of the same origin may have been cut: what a statement said then is
    looked for. (What else that try recorded is seen without a further look.)"""
    dialled: Dialled | None = None
    numbers: OptOutList | None = None
    request: Request | None = None
    """What brings the body, where a system may send it again."""
    notes: list[tuple[str, str]] = field(default_factory=list)
    """What whoever sent the last body should know: a code and a sentence each."""
    _held: Held = field(default_factory=Held)
    _caught_up: bool = False

    @property
    def ledger(self) -> Ledger:
        """Where the account is kept."""
        return self.accounts.ledger

    def state(self) -> Account | None:
        """The account as it stands for this session; None if there is none yet."""
        if self._held.state is None:
            self._held.state = self.ledger.read(self.creditor, self.account)
        return self._held.state

    def record(self, body: AccountBody) -> str:
        """ACCEPTED or UNCHANGED, as `RecordBody.record`."""
        self.notes = []
        if self.dialled is not None:
            body = with_dialled(body, self.dialled, self._country)
        writes: tuple[AccountBody, ...] = (body,)
        if isinstance(body, InvoiceBody):
            invoice = replace(body.invoice, by=self.origin)
            writes = in_writes(replace(body, invoice=invoice))
        elif isinstance(body, StatementBody) and body.invoice is not None:
            writes = (replace(body, invoice=replace(body.invoice, by=self.origin)),)
        elif isinstance(body, DisputeBody) and body.reason == AS_IMPORTED:
            writes = (disputed_now(self.ledger, self.creditor, body),)
        outcomes = [self._record(one) for one in writes]
        if isinstance(body, InvoiceBody | StatementBody) and body.undisputed:
            for over, said in ended_by(
                self.ledger, self.creditor, self.account, self.state(), body
            ):
                outcomes.append(self._record(over))
                self.notes.append((NOT_ANY_MORE, said))
        return ACCEPTED if ACCEPTED in outcomes else UNCHANGED

    def _country(self) -> str | None:
        """Where a number without its calling code is from."""
        state = self.state()
        return (state.customer.country if state else None) or self.rulebook.creditor.country

    def _record(self, body: AccountBody) -> str:
        if isinstance(body, HEARD):
            body = replace(body, known=self.now)
            if isinstance(body, ContactBody) and not body.source:
                body = replace(body, source=FILE if self.origin else API)
        looks = self.looks_first or not isinstance(body, InvoiceBody | MoneyBody)
        empty = isinstance(body, InvoiceBody) and not body.invoice.items
        looks |= empty
        if looks:
            known = self._known(body)
            if known is not None:
                self._lift_again(body)
                return known
        if isinstance(body, InvoiceBody) and empty:
            said = f"{body.invoice.number}: nothing is owed, and nothing was recorded"
            self.notes.append(("nothing_owed", said))
            return UNCHANGED
        if isinstance(body, FeedbackBody):
            self._listed.told(self.creditor, body, self.hash_of, self.now)
        if isinstance(body, ContactMadeBody) and self.reservations is not None and body.address:
            state = self.state()
            country = state.customer.country if state else None
            hashed = self.hash_of(body.channel, body.address, country)
            self.reservations.told(self.account, body, hashed, self.now)
        try:
            entry = self._enter(body)
        except Known:
            # Somebody recorded it meanwhile, or (not having looked) long ago.
            self.looks_first = True
            return self._known(body, must=True) or self._elsewhere(body)
        except LedgerError:
            known = None if looks else self._known(body)
            if known is None:
                raise
            return known
        if entry is None or entry.quiet:
            unchanged = self._unchanged()
            return ACCEPTED if self._stated_before(body) else unchanged
        return ACCEPTED

    def _stated_before(self, body: AccountBody) -> bool:
        """Whether an earlier try of this origin posted what a statement says of a document."""
        if not (isinstance(body, StatementBody) and self.origin and self.retried):
            return False
        ids = [PostingKey(LEDGER, one) for one in statement_ids(body)]
        if body.credit is not None:
            source = CREDIT_NOTES if body.credit.type == "credit_note" else LEDGER
            ids.append(PostingKey(source, body.credit.id))
        owners = (self.ledger.owner_of_posting(self.creditor, key) for key in ids)
        if any(owner and owner.by == self.origin for owner in owners):
            return True
        invoice = None
        if body.invoice is not None:
            invoice = self.ledger.invoice(self.creditor, self.account, body.document)
        return invoice is not None and invoice.by == self.origin

    def _enter(self, body: AccountBody) -> Entry | None:
        def edit(state: Account) -> Entry | None:
            entry = enter(state, body, self._find(), self.hash_of)
            if entry is not None and self.request is not None and self.request.key is not None:
                entry.seen.append(self.request.key)
            if entry is not None and isinstance(body, HEARD):
                records = [fact for fact in entry.put if isinstance(fact, Customer)]
                for one in (entry.account.customer, *records):
                    self._listed.barred(self.creditor, one, entry.put, entry.account.consents)
            return entry

        entry = self._change(edit)
        if entry is not None:
            self._note_others(entry)
            self._listed.lifted(self.creditor, entry.account.customer, _said(body, entry))
        return entry

    def _change(self, edit: Edit) -> Entry | None:
        entry = self.accounts.change(
            self.creditor,
            self.account,
            self.customer,
            self.rulebook,
            self.now,
            edit,
            self._held,
            self.origin or (self.request.by if self.request else ""),
        )
        self.notes += entry.notes if entry else ()
        return entry

    def _find(self) -> Find:
        """One try looks at a document once: it is asked about by more than one rule."""
        find = self.accounts.finders(self.creditor, self.account)
        return replace(find, invoice=cache(find.invoice), posting=cache(find.posting))

    def _note_others(self, entry: Entry) -> None:
        """Money that waits for an invoice which is somebody else's waits in vain."""
        for fact in entry.put:
            if isinstance(fact, Awaiting):
                owner = self.ledger.account_of_invoice(self.creditor, fact.invoice)
                if owner not in (None, self.account):
                    said = (
                        f"invoice {fact.invoice} is known, but of another customer; what is for it"
                        " stays on account here"
                    )
                    self.notes.append(("invoice_of_another_customer", said))

    def _unchanged(self) -> str:
        """An import that was cut may have planned the account by settings that are old by now."""
        if not self._caught_up:
            self._caught_up = True
            held = self._held.state
            head = held.head if held else self.ledger.head(self.creditor, self.account)
            if head is not None and head.edition < self.rulebook.edition:
                self._held.state = None
                Replan(self.accounts).account(self.creditor, self.account, self.rulebook, self.now)
        return UNCHANGED

    # --- what is known ------------------------------------------------------------------------

    def _known(self, body: AccountBody, *, must: bool = False) -> str | None:
        """What recording a known body comes to; None where it is not known. An id that is known
        for something else is refused. `must`: a write said that it is known."""
        if self.request is not None and came_before(self.request, self._owner):
            return self._unchanged()
        if isinstance(body, CustomerBody):
            return None
        if isinstance(body, StatementBody):
            if must:
                self._mine(body.document, body.invoice)
            return None
        if isinstance(body, InvoiceBody):
            if not self._mine(body.invoice.number, body.invoice):
                return None
            return self._again(body)
        if isinstance(body, MoneyBody) and body.so_far:
            return self._known_so_far(body)
        if isinstance(body, PlanWord):
            return self._known_plan(body)
        return self._known_id(body)

    def _elsewhere(self, body: AccountBody) -> str:
        """A key was taken, and not the body's own: that of a dispute which it tells of as well."""
        if not isinstance(body, InvoiceBody) or not body.disputed:
            return self._unchanged()
        number = body.invoice.number
        new = tuple(
            item
            for item in body.disputed
            if self.ledger.account_of_posting(
                self.creditor, PostingKey(LEDGER, dispute_id(number, item))
            )
            is None
        )
        return self._record(replace(body, disputed=new))

    def _known_id(self, body: AccountBody) -> str | None:
        source = LEDGER
        if isinstance(body, MoneyBody) and body.type == "credit_note":
            source = CREDIT_NOTES
        id_ = str(getattr(body, "id", ""))
        key = PostingKey(source, id_)
        owner = self._owner(key)
        if owner is None:
            return None
        if owner.account != self.account:
            raise LedgerError(
                "id_taken", "id", f"the id {id_} is taken by another customer; give a new one"
            )
        posting = None
        if isinstance(body, MoneyBody):
            posting = self.ledger.posting(self.creditor, self.account, key)
        if type_of(body) != owner.kind or not is_that(body, posting):
            raise LedgerError(
                "id_differs",
                "id",
                f"the id {id_} is known for something else, or with another amount; give a new"
                " one, or reverse what was sent before",
            )
        if self.request is not None and not isinstance(body, PlanWord):
            told_apart(self.request, owner, id_)
        unchanged = self._unchanged()
        return ACCEPTED if self.origin and owner.by == self.origin else unchanged

    def _owner(self, key: PostingKey) -> Owner | None:
        return self.ledger.owner_of_posting(self.creditor, key)

    def _known_plan(self, body: PlanWord) -> str | None:
        """A plan has several words: its proposal, and each state after that. So has a mandate."""
        self._known_id(body)  # refuses an id that is something else's
        owner = self._owner(plan_key(body))
        if owner is None:
            return None
        if self.request is not None:
            told_apart(self.request, owner, body.id)
        unchanged = self._unchanged()
        return ACCEPTED if self.origin and owner.by == self.origin else unchanged

    def _mine(self, number: str, invoice: Invoice | None) -> bool:
        """Whether an invoice number is known, on this account. Raises LedgerError where it is known
        of another customer, or of another seller."""
        owner = self.ledger.account_of_invoice(self.creditor, number)
        if owner is None:
            return False
        if owner != self.account:
            if invoice is not None and invoice.seller:
                known = self.ledger.invoice(self.creditor, owner, number)
                same_seller(known, invoice)
            raise LedgerError(
                "number_taken",
                "number",
                f"invoice {number} belongs to another customer; correct the number",
            )
        return True

    def _again(self, body: InvoiceBody) -> str:
        """A later word on an invoice that is known, or the same one again."""
        by = ""

        def edit(state: Account) -> Entry | None:
            nonlocal by
            find = self._find()
            known = find.invoice(body.invoice.number)
            if known is None:
                raise TornError(f"{body.invoice.number} is known and is not there")
            same_seller(known, body.invoice)
            by = known.by
            return enter_again(state, body, known, find, self.hash_of)

        try:
            entry = self._change(edit)
        except Known:
            raise Contended(self.account) from None
        if entry is not None and not entry.quiet:
            return ACCEPTED
        unchanged = self._unchanged()
        return ACCEPTED if self.origin and by == self.origin else unchanged

    def _known_so_far(self, body: MoneyBody) -> str | None:
        """Of an amount that was paid up to now, what was not told before is a payment of its own,
        with the next id; a document that tells the same again, or less, changes nothing."""
        told, id_ = 0, body.id
        last: PostingKey | None = None
        for count in range(2, MOST_SO_FAR):
            key = PostingKey(LEDGER, id_)
            posting = self.ledger.posting(self.creditor, self.account, key)
            if posting is None or (posting.currency, bool(posting.reference)) != (
                body.currency,
                True,
            ):
                break
            told = max(told, minor_units(posting.reference, posting.currency))
            last, id_ = key, f"{body.id}:{count}"
        if last is None:
            return self._known_id(body)
        new = body.so_far - told
        if new > 0:
            parts = tuple(replace(part, amount=min(part.amount, new)) for part in body.parts)
            return self._record(replace(body, id=id_, amount=new, parts=parts))
        unchanged = self._unchanged()
        owner = self.ledger.owner_of_posting(self.creditor, last) if self.origin else None
        return ACCEPTED if owner and owner.by == self.origin else unchanged

    def _lift_again(self, body: AccountBody) -> None:
        """Whoever stopped between a consent and the list carries it out when it comes again."""
        if not isinstance(body, ContactBody) or body.type != "consent":
            return
        state = self.state()
        if state is not None:
            mine = [fact for fact in state.consents if fact.id == body.id]
            self._listed.lifted(self.creditor, state.customer, mine)

    @property
    def _listed(self) -> SuppressionList:
        return SuppressionList(self.suppressions, self.numbers)


def _said(body: AccountBody, entry: Entry) -> list[object]:
    """The facts by which an address may come off the creditor's list: of a customer's record only
    consents with a time. One without is as old as the record, and speaks against no withdrawal."""
    if not isinstance(body, CustomerBody):
        return list(entry.put)
    timed = {one.at for one in body.consents if one.at is not None}
    return [fact for fact in entry.put if isinstance(fact, Consent) and fact.at in timed]
