"""Once a day: experiments are looked at, and what the guard stops is stopped.
Only translation lives here: what loses, and whose turn it is, the use case decides.
"""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from dunning.entry import bootstrap
from dunning.entry.observability import entry_point

bootstrap.prepare(bootstrap.experiments)


@entry_point
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    """Answers with how many creditors were looked at, variants stopped and books not read. Nothing
    in the event is believed or needed."""

    def seconds_left() -> float:
        return context.get_remaining_time_in_millis() / 1000

    here = bootstrap.experiments()
    return here.guard.run(here.begin(), seconds_left)
