"""The queues and their messages. A channel's says whose account, and since when it is due; an
import's says which part of which run; a provider's webhook and the token of an old link are there
as they came. What it leads to is decided when it arrives.
"""

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from dunning.adapters.dynamodb import keys
from dunning.domain.identity import creditor_id
from dunning.service.intake_ports import Step
from dunning.service.ports import AgendaEntry
from dunning.service.provider_ports import Callback

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient
    from types_boto3_sqs.literals import QueueAttributeNameType
    from types_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

T = TypeVar("T")
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
        _send_all(self._client, self._url, ((creditor, message_of(entry)) for entry in entries))


class SqsSteps:
    """The queue of an import's parts; a creditor with many does not stand before another."""

    def __init__(self, client: "SQSClient", url: str) -> None:
        self._client = client
        self._url = url

    def put(self, steps: Iterable[Step]) -> None:
        _send_all(self._client, self._url, ((step.creditor, text_of(step)) for step in steps))


def text_of(step: Step) -> str:
    """A step of an import, as its queue carries it."""
    said = {name: value for name, value in step._asdict().items() if value}
    return json.dumps({"v": VERSION, **said}, separators=(",", ":"))


def step_of(body: str) -> Step:
    """The step that a message asks for. Raises BadMessage."""
    try:
        said = json.loads(body)
        version = said.pop("v")
        step = Step(**said)
        creditor_id(step.creditor)
        whole = all(type(n) is int and n >= 0 for n in (step.part, step.resumes))
        texts = all(isinstance(text, str) for text in (step.run, step.after))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise BadMessage(f"no step of an import: {type(error).__name__}") from None
    if version != VERSION or not whole or not texts or not step.run:
        raise BadMessage(f"no step of an import of version {VERSION}")
    return step


class SqsCallbacks:
    """The queue of providers' webhooks: the bytes as they came, and whose they are."""

    def __init__(self, client: "SQSClient", url: str) -> None:
        self._client = client
        self._url = url

    def put(self, callback: Callback) -> None:
        _send_all(self._client, self._url, [(callback.creditor, callback_text(callback))])


LONGEST_TOKEN = 400
"""Characters of a token that the queue carries: more than any that was ever made."""


class SqsLinkRequests:
    """The queue of requests for a new link: tokens as they came, whatever they are. Who puts one in
    knows no more of it than before."""

    def __init__(self, client: "SQSClient", url: str) -> None:
        self._client = client
        self._url = url

    def put(self, token: str) -> None:
        said = {"v": VERSION, "token": token[:LONGEST_TOKEN]}
        body = json.dumps(said, separators=(",", ":"))
        self._client.send_message(QueueUrl=self._url, MessageBody=body)


def token_of(body: str) -> str:
    """The token in such a message. Raises BadMessage."""
    try:
        said = json.loads(body)
        version, token = said["v"], said["token"]
    except (ValueError, TypeError, KeyError) as error:
        raise BadMessage(f"no request for a link: {type(error).__name__}") from None
    if version != VERSION or not isinstance(token, str):
        raise BadMessage(f"no request for a link of version {VERSION}")
    return token


def callback_text(callback: Callback) -> str:
    """A webhook, as its queue carries it. Bytes that are no UTF-8 are nobody's JSON."""
    creditor, provider, raw = callback
    said = {"v": VERSION, "creditor": creditor, "provider": provider, "raw": raw.decode()}
    return json.dumps(said, separators=(",", ":"), ensure_ascii=False)


def callback_of(body: str) -> Callback:
    """The webhook in a message. Raises BadMessage."""
    try:
        said = json.loads(body)
        found = Callback(creditor_id(said["creditor"]), str(said["provider"]), said["raw"].encode())
        version = said["v"]
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise BadMessage(f"no webhook: {type(error).__name__}") from None
    if version != VERSION:
        raise BadMessage(f"no webhook of version {VERSION}")
    return found


def send_in_order(client: "SQSClient", url: str, messages: Iterable[tuple[str, str, str]]) -> None:
    """Messages as (group, what makes it the same message, body) into a FIFO queue, by ten. Where
    SQS takes a part of a batch, what it did not is asked again, and may then stand behind a later
    one of its group: whoever needs the order for good has the sequence in what is told."""
    for batch in _batches(messages):
        entries: dict[str, SendMessageBatchRequestEntryTypeDef] = {
            str(number): {
                "Id": str(number),
                "MessageBody": body,
                "MessageGroupId": group,
                "MessageDeduplicationId": same,
            }
            for number, (group, same, body) in enumerate(batch)
        }
        _send(client, url, entries)


def _send_all(client: "SQSClient", url: str, messages: Iterable[tuple[str, str]]) -> None:
    """Messages as (group, body), by ten."""
    for batch in _batches(messages):
        _send(
            client,
            url,
            {
                str(number): {
                    "Id": str(number),
                    "MessageBody": body,
                    "MessageGroupId": group,
                }
                for number, (group, body) in enumerate(batch)
            },
        )


def _send(
    client: "SQSClient", url: str, waiting: "dict[str, SendMessageBatchRequestEntryTypeDef]"
) -> None:
    """A batch is taken entry by entry; those that were not are asked again."""
    for _ in range(TRIES):
        answer = client.send_message_batch(QueueUrl=url, Entries=list(waiting.values()))
        failed = answer.get("Failed", [])
        if not failed:
            return
        faults = sorted({entry["Code"] for entry in failed if entry["SenderFault"]})
        if faults:
            raise QueueRefused(", ".join(faults))
        waiting = {entry["Id"]: waiting[entry["Id"]] for entry in failed}
    raise QueueRefused(f"{len(waiting)} entries, {TRIES} times")


def _batches(messages: Iterable[T]) -> Iterator[list[T]]:
    iterator = iter(messages)
    while batch := list(islice(iterator, BATCH)):
        yield batch
