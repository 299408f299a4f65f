"""Records of accounts' histories, from the table's stream to the queue of those who listen.
Only translation lives here: which record is news, and to whom, is the use case's.
"""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from dunning.entry import bootstrap
from dunning.entry.observability import entry_point

bootstrap.prepare(bootstrap.publishing)


@entry_point
def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """A batch is done whole or comes again whole: what was queued before is the same message."""
    bootstrap.publishing().batch(event)
