"""Routes of the payments that name nobody: what waits, whose it may be, a person's word on it."""

import json
from typing import Annotated, Literal

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from dunning.service.api_bodies import REFUSED
from dunning.service.lists import USUAL_ROWS

from . import answers, models
from .access import WRITE
from .asking import Asked, Refused, known, path_id, plain
from .routes_lists import Cursor, Limit


def unmatched(app: APIGatewayHttpResolver, asked: Asked) -> None:
    """The inbox of payments."""

    @app.get("/unmatched", tags=["unmatched"])
    def get_unmatched(
        limit: Limit = USUAL_ROWS,
        cursor: Cursor = None,
        state: Annotated[
            Literal["open", "matched"],
            Query(description="Those that wait, or whose owner is known"),
        ] = "open",
        by_amount: Annotated[
            bool, Query(description="Look for open amounts that fit, in the whole book")
        ] = False,
    ) -> answers.UnmatchedList:
        """Payments of which nobody knows whose they are, each with whose it may be, and why."""
        creditor = asked.creditor()
        question = json.dumps(["unmatched", state, by_amount])
        place = asked.place(creditor, question, cursor)
        page = asked.door().unmatched_page(creditor, place, limit, state, by_amount)
        told = asked.shown("unmatched", creditor, question, page)
        return answers.UnmatchedList.model_validate(told)

    @app.get("/unmatched/<payment>", tags=["unmatched"])
    def get_one(payment: Annotated[str, Path()]) -> answers.UnmatchedShown:
        """One of them. The ETag is what If-Match of its match asks for."""
        found = known(asked.door().unmatched(asked.creditor(), path_id(payment)))
        return answers.UnmatchedShown.model_validate(found)

    @app.post("/unmatched/<payment>/matches", tags=["unmatched"])
    def post_match(payment: Annotated[str, Path()], body: models.Match) -> models.Outcome:
        """Somebody says whose it is. It is posted to them under its own id, shared out as any other
        where no invoice is named, and nothing waits for it any more."""
        creditor = asked.creditor(WRITE)
        told = asked.door().match(
            creditor, path_id(payment), plain(body), asked.key(), asked.expected()
        )
        result = known(told)
        if result.outcome == REFUSED:
            raise Refused(result)
        return models.Outcome(outcome=result.outcome)
