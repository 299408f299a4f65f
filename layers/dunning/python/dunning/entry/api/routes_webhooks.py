"""The route by which a receiver of webhooks asks for events again. What an event is, and where it
goes, is the use case's; a whole book is told again by the command alone, for it takes too long.
"""

from datetime import datetime
from typing import Annotated

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from .access import WRITE
from .asking import Asked
from .models import Id

MOST_EVENTS = 100


class Replay(BaseModel):
    """Events by their ids; or all of one customer since then, to before `until`."""

    model_config = ConfigDict(extra="forbid")

    events: Annotated[list[str], Field(max_length=MOST_EVENTS)] = []
    customer: Id | None = None
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    endpoint: Annotated[str, Field(max_length=32)] = ""

    @model_validator(mode="after")
    def one_of_both(self) -> "Replay":
        """Either names events, or whose and since when."""
        since = self.customer is not None and self.since is not None
        if bool(self.events) == since or (self.events and (self.customer or self.since)):
            raise ValueError("name events; or a customer, and since when")
        return self


class Replayed(BaseModel):
    """What is told again: a delivery for each event and endpoint."""

    deliveries: int
    accounts: int


def webhooks(app: APIGatewayHttpResolver, asked: Asked) -> None:
    """What is told to other systems."""

    @app.post("/webhooks/replay", tags=["webhooks"])
    def post_replay(body: Replay) -> Replayed:
        """Tell events again, with the ids that they had; they come behind what waits already."""
        creditor, door = asked.mine(WRITE), asked.door()

        def replay() -> Replayed:
            replays = door.replays()
            if body.events:
                told = replays.by_id(creditor, body.events, body.endpoint)
            else:
                until = _seconds(body.until) if body.until else door.now() + 1
                since = _seconds(body.since) if body.since else 0
                told = replays.since(
                    creditor, since, until, customer=body.customer or "", endpoint=body.endpoint
                )
            return Replayed(deliveries=told.deliveries, accounts=told.accounts)

        return asked.once(creditor, body, Replayed, replay)


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
