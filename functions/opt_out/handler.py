"""Who wants no more reminders by e-mail: the mail client's one click, and the button of the page.
Only translation lives here: what a decision does is the use case's.
"""

from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.utilities.typing import LambdaContext
from dunning.entry import bootstrap, web
from dunning.entry.observability import entry_point

bootstrap.prepare(bootstrap.opt_outs)

app = APIGatewayHttpResolver()


@app.post("/unsubscribe/<token>")
def no_mails(token: str) -> Response[str]:
    """RFC 8058: the mail client's one click, or the button of our page, which sends the same."""
    here = bootstrap.opt_outs()
    if not here.is_one_click(web.fields(app.current_event)):
        return web.answer(here.pages.refused(web.wanted_language(app.current_event)), 400)
    page = here.no_mails(token, here.begin())
    return web.answer(page) if page else web.missing(here.pages, app.current_event)


@app.not_found
def missing(_: Exception) -> Response[str]:
    """No such page is the same answer as no such link."""
    return web.missing(bootstrap.opt_outs().pages, app.current_event)


@app.exception_handler(web.BodyTooLarge)
def too_large(_: web.BodyTooLarge) -> Response[str]:
    """No form of ours is that long."""
    here = bootstrap.opt_outs()
    return web.answer(here.pages.refused(web.wanted_language(app.current_event)), 413)


@entry_point
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answers with a page, whatever was asked for."""
    return app.resolve(event, context)
