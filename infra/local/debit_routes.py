"""GoCardless' routes of mandates and schedules, for the payment provider on this machine."""

import json
from collections.abc import Callable

from infra.local.debits import Debits, Event, Refused, Row
from infra.local.wire import Answer, Request

JSON = (("Content-Type", "application/json"),)
Make = Callable[[Request], Row]


class DebitRoutes:
    """What is answered about the direct debits of an account. `once` answers the same key with the
    same thing, `tell` sends webhooks."""

    def __init__(
        self,
        debits: Debits,
        once: Callable[[Request, Make], Answer],
        tell: Callable[[list[Event]], None],
    ) -> None:
        self._debits, self._once, self._tell = debits, once, tell

    def answer(self, request: Request, parts: list[str]) -> Answer | None:
        """None: it is about something else."""
        debits = self._debits
        match request.method, parts:
            case "POST", ["instalment_schedules", "create_with_dates"]:
                return self._once(request, self._schedule)
            case "GET", ["instalment_schedules"]:
                found = debits.listed(request.query)
                return _json(200, {"instalment_schedules": found, "meta": {"cursors": {}}})
            case "GET", ["instalment_schedules", id_] if id_ in debits.schedules:
                return _json(200, {"instalment_schedules": debits.schedules[id_]})
            case "GET", ["mandates", id_] if id_ in debits.mandates:
                return _json(200, {"mandates": debits.mandates[id_]})
            case "POST", ["instalment_schedules" | "mandates" as what, id_, "actions", "cancel"]:
                return self._cancel(what, id_)
        return None

    def _schedule(self, request: Request) -> Row:
        asked = json.loads(request.body)["instalment_schedules"]
        return {"instalment_schedules": self._debits.schedule(asked)}

    def _cancel(self, what: str, id_: str) -> Answer:
        cancel = self._debits.cancel_mandate
        if what == "instalment_schedules":
            cancel = self._debits.cancel_schedule
        try:
            found, told = cancel(id_)
        except KeyError:
            return _json(404, {"error": {"type": "invalid_api_usage", "message": "not here"}})
        except Refused as refused:
            return refusal(refused)
        self._tell(told)
        return _json(200, {what: found})


def refusal(refused: Refused) -> Answer:
    """GoCardless' answer to what it does not take."""
    error = {"reason": refused.reason, "message": refused.reason, "field": "x"}
    error["request_pointer"] = "/x"
    told = {"type": refused.kind, "message": refused.reason, "code": 422, "errors": [error]}
    return _json(422, {"error": told})


def _json(status: int, body: Row) -> Answer:
    return Answer(status, JSON, json.dumps(body).encode())
