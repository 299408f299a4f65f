"""Requests for a new link, made with an old one, out of their queue and into the ledger. Only
translation lives here: whose request counts is the use case's, and the sender of mails answers.
"""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from dunning.entry import bootstrap
from dunning.entry.batch import Batch, Record, each_message
from dunning.entry.observability import entry_point

bootstrap.prepare(bootstrap.renewals)


@entry_point
def handler(event: dict[str, Any], context: LambdaContext) -> Batch:
    """Answers with the messages that are no requests, or whose account others kept writing to."""
    here = bootstrap.renewals()
    now = here.begin()

    def one(record: Record) -> str:
        return here.renewals.renew(here.token_of(record.body), now)

    return each_message(event, one)
