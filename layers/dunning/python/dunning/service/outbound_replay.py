"""Events told again: those of a time, of one customer, or by their ids. The history is the log, so
that nothing is lost that no queue has any more; receivers know an event by its id.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from dunning.domain.fields import ReadingError, printable
from dunning.domain.outbound import event_id
from dunning.service.outbound_events import PublishEvents, Seen
from dunning.service.outbound_ports import Subscriptions
from dunning.service.ports import Ledger, Tokens

MOST_IDS = 100


class Told(NamedTuple):
    """What was put into the queue again: deliveries, over so many accounts."""

    deliveries: int
    accounts: int


@dataclass(frozen=True, slots=True)
class ReplayEvents:
    """The use case. What is told again comes after what waits already, account by account."""

    ledger: Ledger
    publish: PublishEvents
    subscriptions: Subscriptions
    tokens: Tokens

    def by_id(self, creditor: str, ids: Iterable[str], endpoint: str = "") -> Told:
        """Events of the creditor by their ids, each once, in the order of their accounts. Raises
        ReadingError for what is no event of this creditor, and then tells none."""
        wanted = list(dict.fromkeys(ids))
        if len(wanted) > MOST_IDS:
            raise ReadingError(
                "too_many", "events", f"at most {MOST_IDS} ids at once; or say since when"
            )
        self._known(creditor, endpoint)
        seen = sorted((self._record(creditor, text) for text in wanted), key=_place)
        again = self.tokens()
        return Told(
            self.publish.publish(seen, again, endpoint), len({account for _, account, _ in seen})
        )

    def since(
        self,
        creditor: str,
        since: int,
        until: int,
        *,
        customer: str = "",
        endpoint: str = "",
    ) -> Told:
        """All events recorded from `since` to before `until`: of one customer, or of the whole
        book, which is read account by account. Raises ReadingError."""
        self._known(creditor, endpoint)
        again, deliveries, accounts = self.tokens(), 0, 0
        for account in self._accounts(creditor, customer):
            seen = [
                (creditor, account, record)
                for record in self.ledger.history(creditor, account)
                if since <= record.at < until
            ]
            put = self.publish.publish(seen, again, endpoint)
            deliveries, accounts = deliveries + put, accounts + bool(put)
        return Told(deliveries, accounts)

    def _accounts(self, creditor: str, customer: str) -> Iterator[str]:
        if not customer:
            yield from self.ledger.book(creditor)
            return
        account = self.ledger.account_key(creditor, customer)
        if self.ledger.head(creditor, account) is None:
            raise ReadingError(
                "unknown_customer", "customer", f"{printable(customer)} is not known here"
            )
        yield account

    def _record(self, creditor: str, text: str) -> Seen:
        try:
            found = event_id(text)
        except ValueError as error:
            raise ReadingError("bad_event", "events", str(error)) from None
        record = None
        if found.account.partition("#")[0] == creditor:
            record = self.ledger.record(creditor, found.account, found.seq)
        if record is None:
            raise ReadingError(
                "unknown_event", "events", f"{printable(text)} is no event of this creditor"
            )
        return creditor, found.account, record

    def _known(self, creditor: str, endpoint: str) -> None:
        known = [one.id for one in self.subscriptions.of(creditor)]
        if not known or endpoint not in ("", *known):
            names = ", ".join(known) or "none: upload webhooks.json first"
            raise ReadingError(
                "unknown_endpoint", "endpoint", f"no such endpoint; there are: {names}"
            )


def _place(seen: Seen) -> tuple[str, int]:
    return seen[1], seen[2].seq
