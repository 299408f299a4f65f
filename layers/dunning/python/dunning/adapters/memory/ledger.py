"""The ledger in memory, with the real one's conditions: revision, token, and keys that are taken.
Single-threaded; every call is one step, and a failed write leaves nothing behind.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator
from heapq import merge

from dunning.adapters.dynamodb import keys
from dunning.domain.account import Account, Head
from dunning.domain.change import Change, apply
from dunning.domain.creditor import DEFAULT_SHARDS
from dunning.domain.customer import Customer
from dunning.domain.facts import Ended
from dunning.domain.history import Record, Task
from dunning.domain.invoice import Invoice
from dunning.domain.posting import Posting, PostingKey
from dunning.domain.replaced import replace
from dunning.service.ports import AgendaEntry, ClaimLost, Known, Moved, Owner


class MemoryLedger:
    """Accounts, documents, postings, history, agenda and tasks, in dictionaries."""

    def __init__(self, shards: int = DEFAULT_SHARDS) -> None:
        self._shards = shards
        self._accounts: dict[str, Account] = {}
        self._invoices: dict[str, dict[str, Invoice]] = {}
        self._postings: dict[str, dict[PostingKey, Posting]] = {}
        self._ended: dict[str, dict[str, Ended]] = {}
        self._history: dict[str, dict[int, Record]] = {}
        self._lookups: dict[tuple[str, str], str] = {}
        self._seen: dict[tuple[str, PostingKey], Owner] = {}
        self._tasks: dict[str, dict[str, Task]] = {}
        self._agenda: dict[str, list[str]] = {}
        self._agenda_of: dict[str, tuple[str, str]] = {}
        self._errands_of: dict[str, list[str]] = {}

    def account_key(self, creditor: str, customer: str) -> str:
        return keys.account(creditor, customer)

    def head(self, creditor: str, account: str) -> Head | None:
        found = self._accounts.get(account)
        return found.head if found else None

    def glance(self, creditor: str, account: str) -> Head | None:
        return self.head(creditor, account)

    def live(self, creditor: str, account: str, head: Head) -> Account:
        known = self._accounts.get(account)
        return replace(known, head=head) if known else Account(head, Customer(head.customer))

    def read(self, creditor: str, account: str) -> Account | None:
        head = self.head(creditor, account)
        return self.live(creditor, account, head) if head else None

    def write(self, creditor: str, account: str, change: Change) -> None:
        stands = self._accounts.get(account)
        if any((creditor, key) in self._seen for key in change.seen) or any(
            (creditor, number) in self._lookups for number in change.lookups
        ):
            raise Known(account)
        if (stands.head.rev if stands else 0) != change.base:
            raise Moved(account)
        claim = stands.head.claim if stands else None
        if change.token is not None and (claim is None or claim.token != change.token):
            raise Moved(account)
        records = self._history.setdefault(account, {})
        if any(record.seq in records for record in change.history):
            raise Moved(account)
        head = change.head
        if stands is None:
            head = replace(head, shard=keys.shard(account, self._shards))
            change = replace(change, head=head)
        before = stands or Account(head, Customer(head.customer))
        after = apply(before, change)
        self._accounts[account] = _in_order(after) if change.put or change.delete else after
        self._keep_past(account, change)
        owner = Owner(account, change.kind, change.by)
        self._seen.update({(creditor, key): owner for key in change.seen})
        self._lookups.update({(creditor, number): account for number in change.lookups})
        records.update({record.seq: record for record in change.history})
        for task in change.tasks:
            self._tasks.setdefault(creditor, {})[task.id] = task
        self._index(creditor, account, head)
        self._index_errands(creditor, account)

    def claim(self, creditor: str, account: str, head: Head, base: int) -> None:
        stands = self._accounts.get(account)
        wanted = head.claim
        assert wanted is not None
        if stands is None:
            raise ClaimLost(account)
        if stands.head.claim is not None and stands.head.claim.token == wanted.token:
            return
        if stands.head.rev != base or stands.head.claim is not None:
            raise ClaimLost(account)
        # Only what a claim sets: the agenda keys stay as they are, whatever the caller holds.
        taken = replace(stands.head, rev=head.rev, seq=head.seq, claim=wanted)
        self._accounts[account] = replace(stands, head=taken)

    def put_record(self, creditor: str, account: str, record: Record) -> Record | None:
        records = self._history.setdefault(account, {})
        if record.seq in records:
            return records[record.seq]
        records[record.seq] = record
        return None

    def record(self, creditor: str, account: str, seq: int) -> Record | None:
        return self._history.get(account, {}).get(seq)

    def history(self, creditor: str, account: str) -> Iterator[Record]:
        records = self._history.get(account, {})
        return (records[seq] for seq in sorted(records))

    def invoice(self, creditor: str, account: str, number: str) -> Invoice | None:
        return self._invoices.get(account, {}).get(number)

    def invoices(self, creditor: str, account: str) -> Iterator[Invoice]:
        found = self._invoices.get(account, {})
        return (found[number] for number in sorted(found, key=keys.invoice))

    def posting(self, creditor: str, account: str, key: PostingKey) -> Posting | None:
        return self._postings.get(account, {}).get(key)

    def postings(self, creditor: str, account: str) -> Iterator[Posting]:
        found = self._postings.get(account, {})
        return (found[key] for key in sorted(found, key=keys.posting))

    def ended(self, creditor: str, account: str) -> Iterator[Ended]:
        found = self._ended.get(account, {})
        return (found[key] for key in sorted(found))

    def account_of_invoice(self, creditor: str, number: str) -> str | None:
        return self._lookups.get((creditor, number))

    def account_of_posting(self, creditor: str, key: PostingKey) -> str | None:
        owner = self._seen.get((creditor, key))
        return owner.account if owner else None

    def owner_of_posting(self, creditor: str, key: PostingKey) -> Owner | None:
        return self._seen.get((creditor, key))

    def agenda(
        self, creditor: str, channel: str, shards: int, until: int, after: str = ""
    ) -> Iterator[AgendaEntry]:
        end = keys.agenda_until(until)

        def shard(number: int) -> Iterator[str]:
            entries = self._agenda.get(keys.agenda(creditor, channel, number), [])
            start = bisect_right(entries, after) if after else 0
            return iter(entries[start : bisect_left(entries, end)])

        for key in merge(*(shard(number) for number in range(shards))):
            yield AgendaEntry(key, key.partition("#")[2])

    def book(self, creditor: str, after: str = "") -> Iterator[str]:
        mine = (key for key in sorted(self._accounts) if keys.creditor_of(key) == creditor)
        return (key for key in mine if key > after)

    def tasks(self, creditor: str) -> Iterator[Task]:
        return iter(sorted(self._tasks.get(creditor, {}).values(), key=lambda t: (t.at, t.id)))

    def put_task(self, creditor: str, task: Task) -> None:
        self._tasks.setdefault(creditor, {})[task.id] = task

    def _keep_past(self, account: str, change: Change) -> None:
        for fact in change.put:
            if isinstance(fact, Invoice):
                self._invoices.setdefault(account, {})[fact.number] = fact
            elif isinstance(fact, Posting):
                self._postings.setdefault(account, {})[fact.key] = fact
            elif isinstance(fact, Ended):
                key = keys.ended(fact.kind, fact.fact.id)
                self._ended.setdefault(account, {})[key] = fact
        for mark in change.marks:
            invoice = self._invoices[account][mark.invoice]
            settled = {n: s for n, s in invoice.settled.items() if n != mark.item}
            if mark.settled is not None:
                settled[mark.item] = mark.settled
            self._invoices[account][mark.invoice] = replace(invoice, settled=settled)

    def _index_errands(self, creditor: str, account: str) -> None:
        """The mandates about which something is to be done at a provider."""
        entries = self._agenda.setdefault(keys.errands(creditor), [])
        for old in self._errands_of.pop(account, ()):
            entries.remove(old)
        due = [one.due for one in self._accounts[account].mandates if one.due is not None]
        for at in due:
            insort(entries, keys.agenda_entry(at, account))
        if due:
            self._errands_of[account] = [keys.agenda_entry(at, account) for at in due]

    def _index(self, creditor: str, account: str, head: Head) -> None:
        old = self._agenda_of.pop(account, None)
        plan = head.plan
        new = None
        if plan.at is not None and plan.channel is not None:
            partition = keys.agenda(creditor, plan.channel, head.shard)
            new = (partition, keys.agenda_entry(plan.at, account))
            self._agenda_of[account] = new
        if old == new:
            return
        if old is not None:
            entries = self._agenda[old[0]]
            del entries[bisect_left(entries, old[1])]
        if new is not None:
            insort(self._agenda.setdefault(new[0], []), new[1])


def _in_order(state: Account) -> Account:
    """The live range in the order of its keys, as the table has it: what is allocated or promised
    in that order is the same here and there."""
    return replace(
        state,
        open=tuple(sorted(state.open, key=lambda i: keys.open_item(i.currency, i.due, i.ref))),
        disputes=tuple(sorted(state.disputes, key=lambda fact: keys.dispute(fact.id))),
        holds=tuple(sorted(state.holds, key=lambda fact: keys.hold(fact.id))),
        promises=tuple(sorted(state.promises, key=lambda fact: keys.promise(fact.id))),
        awaiting=tuple(sorted(state.awaiting, key=keys.awaiting)),
        plans=tuple(sorted(state.plans, key=lambda fact: keys.payment_plan(fact.id))),
        mandates=tuple(sorted(state.mandates, key=lambda fact: keys.mandate(fact.id))),
        proposals=tuple(sorted(state.proposals, key=lambda fact: keys.proposal(fact.id))),
        refusals=tuple(sorted(state.refusals, key=lambda fact: keys.refusal(fact.id))),
        handed_over=tuple(sorted(state.handed_over, key=lambda fact: keys.handed_over(fact.id))),
        consents=tuple(sorted(state.consents, key=lambda fact: keys.consent(fact.id))),
        told=tuple(sorted(state.told, key=lambda fact: keys.told(fact.id))),
        received=tuple(sorted(state.received, key=lambda fact: keys.received(fact.id))),
        asked=tuple(sorted(state.asked, key=lambda fact: keys.link_asked(fact.id))),
    )
