"""Parts of ranges over the cell's table: one Query for a page (two where a page has more than
1 MB), with a limit, so that no more is read than is answered.
"""

from typing import TYPE_CHECKING, Any

from pynamodb.connection import Connection

from dunning.domain.customer import Customer
from dunning.domain.facts import Ended
from dunning.domain.invoice import Invoice
from dunning.domain.posting import Posting, PostingKey

from . import keys
from .fact_rows import ended_of
from .models import CustomerRow, FactRow, InvoiceRow, PostingRow, Row
from .reading import get_row
from .rows import Raw, customer_of, invoice_of, posting_of

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


class DynamoRanges:
    """Ranges of a cell's accounts. The book is an index and lags behind by moments; all else is
    read consistently."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def accounts(self, creditor: str, after: str, most: int) -> list[str]:
        # A key says in which partition of the index it lies, and where.
        place = keys.book(creditor, after) if after else ("", "")
        found: list[str] = []
        for number in range(keys.BOOK_SHARDS):
            partition = keys.book_partition(creditor, number)
            if partition < place[0] or len(found) >= most:
                continue
            condition, values = "bpk = :p", {":p": {"S": partition}}
            if partition == place[0]:
                condition, values = f"{condition} AND bsk > :k", {**values, ":k": {"S": place[1]}}
            asked = {
                "IndexName": "book",
                "KeyConditionExpression": condition,
                "ExpressionAttributeValues": values,
                "ProjectionExpression": "pk",
            }
            found += [raw["pk"]["S"] for raw in self._page(asked, most - len(found))]
        return found

    def customer(self, creditor: str, account: str) -> Customer | None:
        row = get_row(CustomerRow, account, keys.CUSTOMER)
        return customer_of(row) if row is not None else None

    def invoices(self, creditor: str, account: str, after: str, most: int) -> list[Invoice]:
        start = keys.invoice(after) if after else ""
        found = self._behind(account, keys.INVOICE, start, most)
        return [invoice_of(InvoiceRow.from_raw_data(raw)) for raw in found]

    def postings(
        self, creditor: str, account: str, after: PostingKey | None, most: int
    ) -> list[Posting]:
        start = keys.posting(after) if after else ""
        found = self._behind(account, keys.POSTING, start, most)
        return [posting_of(PostingRow.from_raw_data(raw)) for raw in found]

    def ended(self, creditor: str, account: str, kind: str, after: str, most: int) -> list[Ended]:
        start = keys.ended(kind, after) if after else ""
        found = self._behind(account, keys.ended_of_kind(kind), start, most)
        return [ended_of(FactRow.from_raw_data(raw)) for raw in found]

    def _behind(self, partition: str, prefix: str, after: str, most: int) -> list[Raw]:
        """Items of a partition whose sort key begins so, behind a key that need not be there."""
        asked: dict[str, Any] = {
            "KeyConditionExpression": "pk = :p AND begins_with(sk, :s)",
            "ExpressionAttributeValues": {":p": {"S": partition}, ":s": {"S": prefix}},
            "ConsistentRead": True,
        }
        if after:
            asked["ExclusiveStartKey"] = {"pk": {"S": partition}, "sk": {"S": after}}
        return self._page(asked, most)

    def _page(self, asked: dict[str, Any], most: int) -> list[Raw]:
        client: DynamoDBClient = self._connection.client  # type: ignore[assignment]
        found: list[Raw] = []
        request = {"TableName": Row.Meta.table_name, **asked}
        while len(found) < most:
            answer: dict[str, Any] = {**client.query(**request, Limit=most - len(found))}
            found += answer["Items"]
            if "LastEvaluatedKey" not in answer:
                break
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
        return found
