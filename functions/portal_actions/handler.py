"""The forms of the pages behind links: whatever a customer decides there is posted here.
Only translation lives here: what a form does is its action's. What was taken is answered by a
redirect, what cannot be taken by its page.
"""

from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.utilities.typing import LambdaContext
from dunning.entry import bootstrap, web
from dunning.entry.observability import entry_point

bootstrap.prepare(bootstrap.portal_actions)

app = APIGatewayHttpResolver()


@app.post("/portal/<token>")
@app.post("/plans/<token>")
def ask(token: str) -> Response[str]:
    """The one form of the page for links that open nothing: it goes where that page came from."""
    here = bootstrap.portal_actions()
    if web.asks_new_link(web.form(app.current_event)):
        return _new_link(here, token)
    return web.missing(here.pages, app.current_event)


@app.post("/portal/<token>/<action>")
def act(token: str, action: str) -> Response[str]:
    """A form of the page below that token."""
    here = bootstrap.portal_actions()
    fields = web.form(app.current_event)
    if web.asks_new_link(fields):
        return _new_link(here, token)
    return _answered(here, here.take(token, action, fields, here.begin()))


@app.post("/plans/<token>/<answer>")
def plan(token: str, answer: str) -> Response[str]:
    """The customer's answer to a plan that is proposed: accept, decline or counter."""
    here = bootstrap.portal_actions()
    fields = web.form(app.current_event)
    if web.asks_new_link(fields):
        return _new_link(here, token)
    return _answered(here, here.answer_plan(token, answer, fields, here.begin()))


@app.not_found
def missing(_: Exception) -> Response[str]:
    """No such form is the same answer as no such link."""
    return web.missing(bootstrap.portal_actions().pages, app.current_event)


@app.exception_handler(web.BodyTooLarge)
def too_large(_: web.BodyTooLarge) -> Response[str]:
    """No form of ours is that long."""
    here = bootstrap.portal_actions()
    return web.answer(here.pages.refused(web.wanted_language(app.current_event)), 413)


def _new_link(here: bootstrap.TakeForms, token: str) -> Response[str]:
    """Whatever the token is, the same answer, and before anybody has looked at it."""
    done = here.new_link(token, web.wanted_language(app.current_event))
    return web.answer(done.page, done.status)


def _answered(here: bootstrap.TakeForms, done: bootstrap.Done) -> Response[str]:
    """On to what follows, a page, or the one answer to every link that opens nothing."""
    if done is None:
        return web.missing(here.pages, app.current_event)
    return web.see_other(done) if isinstance(done, str) else web.answer(done.page, done.status)


@entry_point
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answers with a redirect, whatever was sent; with a page where there is nothing."""
    return app.resolve(event, context)
