"""Webhooks of payment providers, out of their queue and into the ledger.
Only translation lives here: what an event says is its adapter's, what follows the use case's.
"""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from dunning.entry import bootstrap
from dunning.entry.batch import Batch, Record, each_message, receives
from dunning.entry.observability import entry_point

bootstrap.prepare(bootstrap.payments)


@entry_point
def handler(event: dict[str, Any], context: LambdaContext) -> Batch:
    """Answers with the messages that are no webhooks, that came too early, or that a person has to
    look at; what else stood in them is recorded all the same, and once."""
    here = bootstrap.payments()
    now = here.begin()

    def one(record: Record) -> str:
        return here.record(here.callback_of(record.body), now, receives(record))

    return each_message(event, one)
