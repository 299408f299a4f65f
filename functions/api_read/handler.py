"""Every GET of the HTTP API for billing systems, by a function whose role can write nothing.
The routes are those of `api`; only translation lives here and in `dunning.entry.api`.
"""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from dunning.entry import bootstrap
from dunning.entry.api.edge import answered
from dunning.entry.api.routes import application
from dunning.entry.observability import entry_point

bootstrap.prepare(bootstrap.api)

app = application(bootstrap.api)


@entry_point
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answers what was asked, or a problem document (RFC 9457)."""
    return answered(app, event, context)
