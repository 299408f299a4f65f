"""The pages behind the links of messages: what is open, and the question whether mails are to stop.
Only translation lives here: what a link opens is decided by the use case. Nothing is written.
"""

from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.utilities.typing import LambdaContext
from dunning.entry import bootstrap, web
from dunning.entry.observability import entry_point, logger

bootstrap.prepare(bootstrap.portal)

app = APIGatewayHttpResolver()


@app.get("/portal/<token>")
def statement(token: str) -> Response[str]:
    """What is open, to who has the link."""
    here = bootstrap.portal()
    event = app.current_event
    page = here.statement(token, here.begin(), web.said(event), web.query(event))
    return web.answer(page) if page else web.missing(here.pages, app.current_event)


@app.get("/portal/<token>/<name>")
def further(token: str, name: str) -> Response[Any]:
    """A page below the statement, or a file."""
    here = bootstrap.portal()
    if name.endswith(".pdf"):
        return _file(here, token, name)
    event = app.current_event
    page = here.page(token, name, here.begin(), web.said(event), web.query(event))
    return web.answer(page) if page else web.missing(here.pages, app.current_event)


def _file(here: bootstrap.ShowPages, token: str, name: str) -> Response[Any]:
    try:
        found = here.file(token, name, here.begin())
    except web.NotPrinted:
        logger().exception("not printed")
        return web.answer(here.pages.refused(web.wanted_language(app.current_event)), 503)
    return web.file(*found) if found else web.missing(here.pages, app.current_event)


@app.get("/plans/<token>")
def plans(token: str) -> Response[str]:
    """Payment plans: what is proposed, offered and agreed."""
    here, event = bootstrap.portal(), app.current_event
    page = here.plans(token, here.begin(), web.said(event), web.query(event))
    return web.answer(page) if page else web.missing(here.pages, event)


@app.get("/unsubscribe/<token>")
def question(token: str) -> Response[str]:
    """A page with a button: who only looks, as scanners of mail do, has decided nothing."""
    here = bootstrap.portal()
    page = here.question(token, here.begin())
    return web.answer(page) if page else web.missing(here.pages, app.current_event)


@app.not_found
def missing(_: Exception) -> Response[str]:
    """No such page is the same answer as no such link."""
    return web.missing(bootstrap.portal().pages, app.current_event)


@entry_point
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answers with a page, whatever was asked for."""
    return app.resolve(event, context)
