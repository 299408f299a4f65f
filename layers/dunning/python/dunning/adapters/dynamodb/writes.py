"""A change as requests: one conditional put where HEAD changes alone, else one transaction.
Which failure means what is decided here: Known before Moved, and everything else as it came.
"""

from dataclasses import dataclass, field, replace

from pynamodb.connection import Connection
from pynamodb.exceptions import PutError, TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from dunning.domain.change import Change, Mark
from dunning.domain.invoice import Invoice
from dunning.service.ports import Known, Moved

from . import codec, keys
from .head import head_row
from .models import HeadRow, InvoiceRow, OwnerRow, Row
from .rows import history_row, row_of, task_row

MOST_ACTIONS = 100
"""Items that one transaction of DynamoDB may touch."""
CONDITION = "ConditionalCheckFailed"
CONFLICT = "TransactionConflict"

_FENCE = "fence"
_TAKEN = "taken"
_FREE = "free"
_DOCUMENT = "document"


class WriteTooLarge(ValueError):
    """A change of more items than one transaction takes. Large facts are to be cut into parts."""


def write_change(connection: Connection, creditor: str, account: str, change: Change) -> None:
    """Carry out a change, whole or not at all. Raises Moved or Known."""
    row = head_row(account, change.head)
    if change.head_alone:
        try:
            row.save(_stands(change))
        except PutError as error:
            if error.cause_response_code in (f"{CONDITION}Exception", f"{CONFLICT}Exception"):
                raise Moved(account) from None
            raise
        return
    batch = _Batch()
    _gather(batch, creditor, account, change, row)
    batch.commit(connection, account)


def _stands(change: Change) -> Condition:
    """HEAD is as it was read: its revision, and the claim where the change ends one."""
    if not change.base:
        return HeadRow.pk.does_not_exist()
    condition: Condition = HeadRow.rev == change.base
    if change.token is not None:
        condition &= HeadRow.token == codec.pack_token(change.token)
    return condition


@dataclass
class _Batch:
    """Actions of one transaction, in the order in which PynamoDB sends them, so that the reasons
    of a failure can be told apart."""

    deletes: dict[tuple[str, str], Row] = field(default_factory=dict)
    puts: dict[tuple[str, str], tuple[Row, Condition | None, str]] = field(default_factory=dict)
    updates: list[tuple[Row, list[Action]]] = field(default_factory=list)

    def delete(self, row: Row) -> None:
        self.deletes[row.pk, row.sk] = row

    def put(self, row: Row, condition: Condition | None = None, role: str = _FREE) -> None:
        self.deletes.pop((row.pk, row.sk), None)
        self.puts[row.pk, row.sk] = (row, condition, role)

    def commit(self, connection: Connection, account: str) -> None:
        count = len(self.deletes) + len(self.puts) + len(self.updates)
        if count > MOST_ACTIONS:
            raise WriteTooLarge(
                f"{account}: {count} items in one write; at most {MOST_ACTIONS} are possible, "
                "so a fact over more than 45 due items is to be applied in parts"
            )
        try:
            with TransactWrite(connection=connection) as transaction:
                for row in self.deletes.values():
                    transaction.delete(row)
                for row, condition, _ in self.puts.values():
                    transaction.save(row, condition)
                for row, actions in self.updates:
                    transaction.update(row, actions, InvoiceRow.pk.exists())
        except TransactWriteError as error:
            self._refused(error, account)
            raise

    def _refused(self, error: TransactWriteError, account: str) -> None:
        roles = [_FREE] * len(self.deletes)
        roles += [role for _, _, role in self.puts.values()]
        roles += [_DOCUMENT] * len(self.updates)
        codes = [reason.code if reason else "" for reason in error.cancellation_reasons]
        failed = list(zip(roles, codes, strict=False))
        if (_TAKEN, CONDITION) in failed:
            raise Known(account) from None
        if (_FENCE, CONDITION) in failed or CONFLICT in codes:
            raise Moved(account) from None
        if (_DOCUMENT, CONDITION) in failed:
            raise LookupError(f"{account}: an invoice whose item is settled is not there") from None


def _gather(batch: _Batch, creditor: str, account: str, change: Change, head: HeadRow) -> None:
    batch.put(head, _stands(change), _FENCE)
    for fact in change.delete:
        batch.delete(row_of(account, fact))
    marks = _by_invoice(change.marks)
    for put in change.put:
        if isinstance(put, Invoice):
            batch.put(row_of(account, _marked(put, marks.pop(put.number, {}))))
        else:
            batch.put(row_of(account, put))
    for key in change.seen:
        owner = _owner(keys.seen(creditor, key), account, change.kind, change.by)
        batch.put(owner, OwnerRow.pk.does_not_exist(), _TAKEN)
    for number in change.lookups:
        row = _owner(keys.lookup(creditor, number), account)
        batch.put(row, OwnerRow.pk.does_not_exist(), _TAKEN)
    for record in change.history:
        batch.put(history_row(account, record), HeadRow.pk.does_not_exist(), _FENCE)
    for task in change.tasks:
        batch.put(task_row(creditor, task))
    for number, of_one in marks.items():
        batch.updates.append((InvoiceRow(account, keys.invoice(number)), _actions(of_one)))


def _owner(partition: str, account: str, kind: str = "", by: str = "") -> OwnerRow:
    return OwnerRow(partition, keys.ONLY, account=account, kind=kind or None, by=by or None)


def _by_invoice(marks: tuple[Mark, ...]) -> dict[str, dict[int, Mark]]:
    """The last mark of each item, by document: one transaction touches an item only once."""
    found: dict[str, dict[int, Mark]] = {}
    for mark in marks:
        found.setdefault(mark.invoice, {})[mark.item] = mark
    return found


def _marked(invoice: Invoice, marks: dict[int, Mark]) -> Invoice:
    settled = {n: s for n, s in invoice.settled.items() if n not in marks}
    settled.update({n: m.settled for n, m in marks.items() if m.settled is not None})
    return replace(invoice, settled=settled)


def _actions(marks: dict[int, Mark]) -> list[Action]:
    return [
        InvoiceRow.settled[str(number)].remove()
        if mark.settled is None
        else InvoiceRow.settled[str(number)].set(codec.pack_settled(mark.settled))
        for number, mark in marks.items()
    ]
