"""Every 15 minutes: what is due moves into the queues of its channels, and books that stand on old
rules are sent to be planned anew.
Only translation lives here: how much and whose is decided by the use case.
"""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from dunning.entry import bootstrap
from dunning.entry.observability import entry_point

bootstrap.prepare(bootstrap.sweep)


@entry_point
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    """Answers with what was enqueued, by channel, and how many books are behind. Nothing in the
    event is believed or needed."""
    here = bootstrap.sweep()
    now = here.begin()
    enqueued = {sweep.channel: sweep.run(now) for sweep in here.sweeps}
    return {**enqueued, "replans": here.current.run(now)}
