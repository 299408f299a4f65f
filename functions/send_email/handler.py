"""One message of the e-mail queue, one reminder by mail or line for a person, if still due.
Only translation lives here: whether and what is sent is decided by the use case.
"""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from dunning.entry import bootstrap
from dunning.entry.batch import Batch, Record, each_message, receives
from dunning.entry.observability import entry_point

bootstrap.prepare(bootstrap.reminders)


@entry_point
def handler(event: dict[str, Any], context: LambdaContext) -> Batch:
    """Answers with the messages that could not be dealt with; every outcome of the use case
    deletes its message, because the agenda is the retry."""
    here = bootstrap.reminders()
    now, elapsed = here.begin(), bootstrap.stopwatch()

    def seconds_left() -> float:
        return context.get_remaining_time_in_millis() / 1000

    def one(record: Record) -> str:
        creditor, account = here.account_of(record.body)
        return here.remind(
            creditor,
            account,
            now,
            seconds_left=seconds_left,
            elapsed=elapsed,
            last_receive=receives(record) >= here.give_up.at_receive,
        )

    return each_message(event, one, threads=here.threads, give_up=here.give_up)
