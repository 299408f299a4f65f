"""Every quarter of an hour: debits of plans are asked for at their providers, or cancelled there.
Only translation lives here: what is to be done stands in the agenda.
"""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from dunning.entry import bootstrap
from dunning.entry.observability import entry_point

bootstrap.prepare(bootstrap.collection)


@entry_point
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    """Answers with how many accounts were seen to, and how many are to be seen to again. Nothing in
    the event is believed or needed."""

    def seconds_left() -> float:
        return context.get_remaining_time_in_millis() / 1000

    here = bootstrap.collection()
    return here.run(here.begin(), seconds_left)
