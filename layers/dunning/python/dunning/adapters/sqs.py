"""A channel's queue, and the message in it: whose account, and since when it is due. No more.
What the message leads to is decided by the ledger when it arrives.
"""

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

from dunning.adapters.dynamodb import keys
from dunning.domain.identity import creditor_id
from dunning.service.ports import AgendaEntry

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient
    from types_boto3_sqs.literals import QueueAttributeNameType
    from types_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

VERSION = 1
BATCH = 10
TRIES = 3
_DEPTH: "list[QueueAttributeNameType]" = [
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
]


class QueueRefused(Exception):
    """The queue did not take some entries, also not when asked again."""


class BadMessage(ValueError):
    """A text that is no message of ours; the detail never quotes it."""


def message_of(entry: AgendaEntry) -> str:
    """The body that the queue carries."""
    due = entry.key.partition("#")[0]
    return json.dumps(
        {"v": VERSION, "account": entry.account, "agenda_at": due}, separators=(",", ":")
    )


def account_of(body: str) -> tuple[str, str]:
    """Creditor and account that a message is about. Raises BadMessage."""
    try:
        message = json.loads(body)
        version, account = message["v"], message["account"]
        creditor = creditor_id(keys.creditor_of(account))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise BadMessage(f"no reminder message: {type(error).__name__}") from None
    if version != VERSION or not keys.customer_key_of(account):
        raise BadMessage(f"no reminder message of version {VERSION}")
    return creditor, account


class SqsOutbox:
    """A standard queue with the creditor as its message group: SQS then serves the groups fairly,
    so one creditor's million does not stand before another's ten."""

    def __init__(self, client: "SQSClient", url: str) -> None:
        self._client = client
        self._url = url

    def depth(self) -> int:
        found = self._client.get_queue_attributes(QueueUrl=self._url, AttributeNames=_DEPTH)
        return sum(int(found["Attributes"][name]) for name in _DEPTH)

    def put(self, creditor: str, entries: Iterable[AgendaEntry]) -> None:
        for batch in _batches(entries):
            self._send(
                {
                    str(number): {
                        "Id": str(number),
                        "MessageBody": message_of(entry),
                        "MessageGroupId": creditor,
                    }
                    for number, entry in enumerate(batch)
                }
            )

    def _send(self, waiting: "dict[str, SendMessageBatchRequestEntryTypeDef]") -> None:
        """A batch is taken entry by entry; those that were not are asked again."""
        for _ in range(TRIES):
            answer = self._client.send_message_batch(
                QueueUrl=self._url, Entries=list(waiting.values())
            )
            failed = answer.get("Failed", [])
            if not failed:
                return
            faults = sorted({entry["Code"] for entry in failed if entry["SenderFault"]})
            if faults:
                raise QueueRefused(", ".join(faults))
            waiting = {entry["Id"]: waiting[entry["Id"]] for entry in failed}
        raise QueueRefused(f"{len(waiting)} entries, {TRIES} times")


def _batches(entries: Iterable[AgendaEntry]) -> Iterator[list[AgendaEntry]]:
    iterator = iter(entries)
    while batch := list(islice(iterator, BATCH)):
        yield batch
