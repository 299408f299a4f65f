"""One step of what takes many: a part of a file into the ledger, or some of a book planned anew.
Only translation lives here: what a step says and does is decided by its use case.
"""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from dunning.entry import bootstrap
from dunning.entry.batch import Batch, Record, each_message, receives
from dunning.entry.observability import entry_point

bootstrap.prepare(bootstrap.records)


@entry_point
def handler(event: dict[str, Any], context: LambdaContext) -> Batch:
    """Answers with the messages whose step could not be taken; bad rows are in the report."""
    here = bootstrap.records()
    now = here.begin()

    def left() -> float:
        return context.get_remaining_time_in_millis() / 1000

    def one(record: Record) -> str:
        step = here.step_of(record.body)
        return here.take(step, now, left, receives(record))

    return each_message(event, one)
