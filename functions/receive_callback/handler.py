"""Webhooks of payment providers: signed by them, kept on a queue, and answered.
Only translation lives here: whose webhook it is, and whether it is theirs, is the use case's.
"""

from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.utilities.typing import LambdaContext
from dunning.entry import bootstrap, web
from dunning.entry.observability import entry_point

bootstrap.prepare(bootstrap.callbacks)

app = APIGatewayHttpResolver()


@app.post("/callbacks/<provider>/<creditor>")
def of_creditor(provider: str, creditor: str) -> Response[str]:
    """A webhook for one creditor's account with a provider."""
    event = app.current_event
    sent, told = web.raw(event), web.headers(event)
    return _answer(*bootstrap.callbacks().take(provider, creditor, sent, told))


@app.post("/callbacks/<provider>")
def of_the_only_one(provider: str) -> Response[str]:
    """The same in a cell with one creditor."""
    return of_creditor(provider, "")


@app.not_found
def not_here(_: Exception) -> Response[str]:
    """Nothing else is here."""
    return _answer(404, "")


@entry_point
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answers once the webhook is kept; a provider sends one again that was not answered well."""
    return app.resolve(event, context)


def _answer(status: int, text: str) -> Response[str]:
    return Response(status_code=status, content_type="text/plain; charset=utf-8", body=text)
