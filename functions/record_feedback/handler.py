"""What became of a mail, as SES tells it through EventBridge and SQS, into the ledger.
Only translation lives here: what follows from an event is decided by the use case.
"""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from dunning.entry import bootstrap
from dunning.entry.batch import Batch, Record, each_message
from dunning.entry.observability import entry_point

bootstrap.prepare(bootstrap.feedback)


@entry_point
def handler(event: dict[str, Any], context: LambdaContext) -> Batch:
    """Answers with the messages that are no events, or could not be recorded."""
    here = bootstrap.feedback()
    now = here.begin()

    def one(record: Record) -> str:
        feedback = here.read(record.json_body)
        if feedback is None:
            return "not_ours"
        return here.feedback.record(here.creditor_of(feedback.account), feedback, now)

    return each_message(event, one, threads=here.threads)
