"""One part of a file into the ledger; whoever ends the last part writes the file's report.
Only translation lives here: what a part says and does is decided by the use case.
"""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from dunning.entry import bootstrap
from dunning.entry.batch import Batch, Record, each_message, receives
from dunning.entry.observability import entry_point

bootstrap.prepare(bootstrap.records)


@entry_point
def handler(event: dict[str, Any], context: LambdaContext) -> Batch:
    """Answers with the messages whose part could not be recorded; bad rows are in the report."""
    here = bootstrap.records()
    now = here.begin()

    def left() -> float:
        return context.get_remaining_time_in_millis() / 1000

    def one(record: Record) -> str:
        step = here.step_of(record.body)
        return here.records.run(step, now, left, receives(record), here.most_receives)

    return each_message(event, one)
