"""The HTTP API for billing systems: what changes the ledger, and questions that come as a POST. API
Gateway has checked the token before anything comes here; every GET is answered by `api_read`.
Only translation lives here and in `dunning.entry.api`: what a body means is the ledger's.
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
    """Answers with what became of the request, or a problem document (RFC 9457)."""
    return answered(app, event, context)
