"""Events out of their queue and to the endpoints of those who listen, signed and in order.
Only translation lives here: what is told, and when again, is the use case's.
"""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from dunning.entry import bootstrap
from dunning.entry.batch import Batch
from dunning.entry.observability import entry_point

bootstrap.prepare(bootstrap.delivering)


@entry_point
def handler(event: dict[str, Any], context: LambdaContext) -> Batch:
    """Answers with the messages that come again; each has been put off by then."""

    def seconds_left() -> float:
        return context.get_remaining_time_in_millis() / 1000

    return bootstrap.delivering().batch(event, seconds_left)
