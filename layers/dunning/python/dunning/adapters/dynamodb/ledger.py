"""The ledger over the cell's table: the port's reads, the claim, and the two indexes.
Keys are `keys`', packing is `codec`'s, and what a failed write means is `writes`'.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from heapq import merge
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError
from pynamodb.connection import Connection

from dunning.domain.account import Account, Head
from dunning.domain.change import Change
from dunning.domain.creditor import DEFAULT_SHARDS
from dunning.domain.facts import Ended
from dunning.domain.history import Record, Task
from dunning.domain.invoice import Invoice
from dunning.domain.posting import Posting, PostingKey
from dunning.service.ports import AgendaEntry, ClaimLost, Owner

from . import keys
from .fact_rows import ended_of
from .head import claim_parts, head_of
from .models import FactRow, HeadRow, HistoryRow, InvoiceRow, OwnerRow, PostingRow, Row, TaskRow
from .reading import get_row
from .rows import (
    Raw,
    account_of,
    history_row,
    invoice_of,
    posting_of,
    record_of,
    task_of,
    task_row,
)
from .writes import CONDITION, CONFLICT, write_change

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

CLAIM_TRIES = 3
"""A claim that meets a transaction in flight is asked again at once: the answer is then known."""


def default_shards(creditor: str) -> int:
    """Agenda shards of a creditor whose settings say nothing else."""
    return DEFAULT_SHARDS


class DynamoLedger:
    """Accounts of a cell in its one table. The live range and all point reads but a glance are
    consistent; agenda and book are indexes, and lag behind by moments."""

    def __init__(
        self,
        connection: Connection,
        shards: Callable[[str], int] = default_shards,
        page: int | None = None,
    ) -> None:
        """`page` is the most items that one request may read (tests; DynamoDB's own is 1 MB)."""
        self._connection = connection
        self._shards = shards
        self._page = page

    def account_key(self, creditor: str, customer: str) -> str:
        return keys.account(creditor, customer)

    def head(self, creditor: str, account: str) -> Head | None:
        row = get_row(HeadRow, account, keys.HEAD)
        return head_of(row) if row is not None else None

    def glance(self, creditor: str, account: str) -> Head | None:
        row = get_row(HeadRow, account, keys.HEAD, consistent=False)
        return head_of(row) if row is not None else None

    def live(self, creditor: str, account: str, head: Head) -> Account:
        return account_of(head, self._range(account, keys.LIVE))

    def read(self, creditor: str, account: str) -> Account | None:
        head = self.head(creditor, account)
        return self.live(creditor, account, head) if head else None

    def write(self, creditor: str, account: str, change: Change) -> None:
        if not change.base:
            shard = keys.shard(account, self._shards(creditor))
            change = replace(change, head=replace(change.head, shard=shard))
        write_change(self._connection, creditor, account, change)

    def claim(self, creditor: str, account: str, head: Head, base: int) -> None:
        wanted = head.claim
        assert wanted is not None
        token, claim, said, charges = claim_parts(head, wanted)
        values: Raw = {
            ":read": {"N": str(base)},
            ":v": {"N": str(head.rev)},
            ":q": {"N": str(head.seq)},
            ":k": {"B": token},
            ":c": {"S": claim},
            ":i": {"L": [{"S": text} for text in said or ()]},
        }
        sets = "SET v = :v, q = :q, k = :k, c = :c, i = :i"
        if charges:
            values[":g"] = {"L": [{"S": text} for text in charges]}
            sets += ", g = :g"
        for _ in range(CLAIM_TRIES):
            try:
                # Only what a claim sets; the agenda keys stay as they are.
                self._client.update_item(
                    TableName=Row.Meta.table_name,
                    Key={"pk": {"S": account}, "sk": {"S": keys.HEAD}},
                    UpdateExpression=sets,
                    ConditionExpression="v = :read AND attribute_not_exists(k)",
                    ExpressionAttributeValues=values,
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
            except ClientError as error:
                code = error.response["Error"]["Code"]
                if code == f"{CONDITION}Exception":
                    old = _old(error)
                    if old is not None and old.get("k", {}).get("B") == token:
                        return  # this very call, repeated after its answer was lost
                    raise ClaimLost(account) from None
                if code != f"{CONFLICT}Exception":
                    raise
            else:
                return
        raise ClaimLost(account)

    def put_record(self, creditor: str, account: str, record: Record) -> Record | None:
        try:
            self._client.put_item(
                TableName=Row.Meta.table_name,
                Item=history_row(account, record).serialize(),
                ConditionExpression="attribute_not_exists(pk)",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != f"{CONDITION}Exception":
                raise
            old = _old(error)
            if old is None:
                return self.record(creditor, account, record.seq)
            return record_of(HistoryRow.from_raw_data(old))
        return None

    def record(self, creditor: str, account: str, seq: int) -> Record | None:
        row = get_row(HistoryRow, account, keys.history(seq))
        return record_of(row) if row is not None else None

    def history(self, creditor: str, account: str) -> Iterator[Record]:
        for raw in self._range(account, keys.HISTORY):
            yield record_of(HistoryRow.from_raw_data(raw))

    def invoice(self, creditor: str, account: str, number: str) -> Invoice | None:
        row = get_row(InvoiceRow, account, keys.invoice(number))
        return invoice_of(row) if row is not None else None

    def invoices(self, creditor: str, account: str) -> Iterator[Invoice]:
        for raw in self._range(account, keys.INVOICE):
            yield invoice_of(InvoiceRow.from_raw_data(raw))

    def posting(self, creditor: str, account: str, key: PostingKey) -> Posting | None:
        row = get_row(PostingRow, account, keys.posting(key))
        return posting_of(row) if row is not None else None

    def postings(self, creditor: str, account: str) -> Iterator[Posting]:
        for raw in self._range(account, keys.POSTING):
            yield posting_of(PostingRow.from_raw_data(raw))

    def ended(self, creditor: str, account: str) -> Iterator[Ended]:
        for raw in self._range(account, keys.ENDED):
            yield ended_of(FactRow.from_raw_data(raw))

    def account_of_invoice(self, creditor: str, number: str) -> str | None:
        row = get_row(OwnerRow, keys.lookup(creditor, number), keys.ONLY)
        return row.account if row is not None else None

    def account_of_posting(self, creditor: str, key: PostingKey) -> str | None:
        row = get_row(OwnerRow, keys.seen(creditor, key), keys.ONLY)
        return row.account if row is not None else None

    def owner_of_posting(self, creditor: str, key: PostingKey) -> Owner | None:
        row = get_row(OwnerRow, keys.seen(creditor, key), keys.ONLY)
        return Owner(row.account, row.kind or "", row.by or "") if row is not None else None

    def agenda(
        self, creditor: str, channel: str, shards: int, until: int, after: str = ""
    ) -> Iterator[AgendaEntry]:
        end = keys.agenda_until(until)
        if after >= end:
            return
        streams = (
            self._due(keys.agenda(creditor, channel, number), after, end)
            for number in range(shards)
        )
        for key in merge(*streams):
            yield AgendaEntry(key, keys.agenda_account(key))

    def book(self, creditor: str, after: str = "") -> Iterator[str]:
        # A key says in which partition of the index it lies, and where.
        place = keys.book(creditor, after) if after else ("", "")
        for number in range(keys.BOOK_SHARDS):
            partition = keys.book_partition(creditor, number)
            if partition < place[0]:
                continue
            condition, values = "bpk = :p", {":p": {"S": partition}}
            if partition == place[0]:
                condition, values = f"{condition} AND bsk > :k", {**values, ":k": {"S": place[1]}}
            for raw in self._query(
                {
                    "IndexName": "book",
                    "KeyConditionExpression": condition,
                    "ExpressionAttributeValues": values,
                    "ProjectionExpression": "pk",
                }
            ):
                yield raw["pk"]["S"]

    def tasks(self, creditor: str) -> Iterator[Task]:
        found = [
            task_of(TaskRow.from_raw_data(raw)) for raw in self._range(keys.tasks(creditor), "")
        ]
        return iter(sorted(found, key=lambda task: (task.at, task.id)))

    def put_task(self, creditor: str, task: Task) -> None:
        task_row(creditor, task).save()

    @property
    def _client(self) -> "DynamoDBClient":
        client: DynamoDBClient = self._connection.client  # type: ignore[assignment]
        return client

    def _due(self, partition: str, after: str, end: str) -> Iterator[str]:
        """The entries of one shard, a page at a time. `end` is no entry's key, so that its being
        included does no harm; `after` may be one, and is left out."""
        for raw in self._query(
            {
                "IndexName": "agenda",
                "KeyConditionExpression": "apk = :p AND ask BETWEEN :a AND :e",
                "ExpressionAttributeValues": {
                    ":p": {"S": partition},
                    ":a": {"S": after or "0"},
                    ":e": {"S": end},
                },
                "ProjectionExpression": "ask",
            }
        ):
            key = raw["ask"]["S"]
            if key > after:
                yield key

    def _range(self, partition: str, prefix: str) -> Iterator[Raw]:
        """All items of a partition whose sort key begins so, consistently."""
        values: Raw = {":p": {"S": partition}}
        condition = "pk = :p"
        if prefix:
            condition += " AND begins_with(sk, :s)"
            values[":s"] = {"S": prefix}
        return self._query(
            {
                "KeyConditionExpression": condition,
                "ExpressionAttributeValues": values,
                "ConsistentRead": True,
            }
        )

    def _query(self, asked: dict[str, Any]) -> Iterator[Raw]:
        request = {"TableName": Row.Meta.table_name, **asked}
        if self._page is not None:
            request["Limit"] = self._page
        while True:
            answer: dict[str, Any] = {**self._client.query(**request)}
            yield from answer["Items"]
            if "LastEvaluatedKey" not in answer:
                return
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def _old(error: ClientError) -> Raw | None:
    response: dict[str, Any] = {**error.response}
    return response.get("Item")
