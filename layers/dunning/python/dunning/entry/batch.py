"""SQS batches: one call a message, what fails comes back by itself, the others are done.
What a message says and leads to is not known here.
"""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from dunning.entry.observability import logger, metrics

Batch = PartialItemFailureResponse
Record = SQSRecord


class _Threads(BatchProcessor):
    """The records of a batch side by side: they wait for others' answers, not for this CPU."""

    def __init__(self, threads: int) -> None:
        # A batch of one that fails is one failed message, not a failed function.
        super().__init__(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
        self._threads = threads

    def process(self) -> list[tuple[Any, ...]]:
        if self._threads == 1 or len(self.records) == 1:
            return super().process()
        with ThreadPoolExecutor(self._threads) as pool:
            return list(pool.map(self._process_record, self.records))


@dataclass(frozen=True, slots=True)
class GiveUp:
    """For work that something else brings again: on its last receive a message that fails is
    deleted, so that the dead-letter queue holds only what nobody can read."""

    at_receive: int
    unreadable: type[Exception]


def each_message(
    event: dict[str, Any],
    one: Callable[[Record], object],
    *,
    threads: int = 1,
    give_up: GiveUp | None = None,
) -> Batch:
    """Call `one` for each message of an SQS event; answer with those for which it raised. One log
    line a batch says what came of how many; what came of an account stands in its history."""
    log = logger()
    outcomes: list[str] = []

    def told(record: Record) -> None:
        try:
            outcomes.append(str(one(record)))
        except Exception as error:
            code = str(getattr(error, "code", ""))
            log.exception("message failed", extra={"message_id": record.message_id, "code": code})
            if (
                give_up is None
                or isinstance(error, give_up.unreadable)
                or receives(record) < give_up.at_receive
            ):
                outcomes.append("failed")
                raise
            outcomes.append("given_up")
            metrics().count("MessageGivenUp")

    answer = process_partial_response(event=event, record_handler=told, processor=_Threads(threads))
    log.info("batch done", extra={"outcomes": dict(Counter(outcomes))})
    return answer


def receives(record: Record) -> int:
    """How often the queue has handed this message out, this time included."""
    return int(record.attributes.approximate_receive_count)
