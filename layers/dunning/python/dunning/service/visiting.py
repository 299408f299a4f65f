"""A visit to a page behind a link: the account as it stands, on the customer's own day; and how
what is said there gets into the ledger. What each page shows or takes is a use case of its own.
"""

from dataclasses import dataclass
from datetime import date

from dunning.domain.account import Account
from dunning.domain.bodies import AccountBody
from dunning.domain.calendar import local_day
from dunning.domain.creditor import Creditor
from dunning.domain.history import Task
from dunning.domain.ledger import Find
from dunning.domain.links import Link
from dunning.domain.policy import Rulebook
from dunning.domain.said_by_link import brought_by
from dunning.service.accounts import Check, Stale
from dunning.service.record_body import RecordBody
from dunning.service.refused import Refused as Refused


@dataclass(frozen=True, slots=True)
class Visit:
    """An account, opened by a link that holds."""

    creditor: str
    account: str
    link: Link
    state: Account
    rulebook: Rulebook
    today: date
    now: int

    @classmethod
    def of(cls, creditor: str, link: Link, state: Account, rulebook: Rulebook, now: int) -> "Visit":
        """The visit of whoever has the link."""
        today = local_day(now, state.zone(rulebook.creditor))
        return cls(creditor, link.account, link, state, rulebook, today, now)

    @property
    def settings(self) -> Creditor:
        """The creditor's settings."""
        return self.rulebook.creditor

    @property
    def customer(self) -> str:
        """The customer's id."""
        return self.state.head.customer


@dataclass(frozen=True, slots=True)
class Saying:
    """What a visitor says, into the ledger, with who said it."""

    bodies: RecordBody

    def record(self, visit: Visit, body: AccountBody, expects: Check | None = None) -> str:
        """ACCEPTED or UNCHANGED, on the account of the visit and on no other. Raises LedgerError,
        Contended where others kept writing, and Refused where `expects` finds something else than
        what the page has shown."""

        def theirs(state: Account, find: Find) -> None:
            # Whose some bodies are follows from what they name, which a stranger may have written.
            if state.head.customer != visit.customer:
                raise Stale
            if expects is not None:
                expects(state, find)

        by = brought_by(visit.link.recipient)
        try:
            return self.bodies.record(visit.creditor, body, visit.rulebook, visit.now, by, theirs)
        except Stale:
            raise Refused("", "changed") from None

    def tell(self, visit: Visit, id_: str, kind: str, detail: str) -> None:
        """A line for a person of the creditor."""
        task = Task(id_, visit.now, kind, visit.customer, detail)
        self.bodies.accounts.ledger.put_task(visit.creditor, task)
