"""What a driver or a test asks of the gate: its log, its messages, orders, and holding events back.

Paths below /_gate/; nothing of AWS is spoken here.
"""

import json
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

from infra.local.gate.answers import json_answer
from infra.local.gate.behaviour import Choice
from infra.local.gate.courier import Courier
from infra.local.gate.journal import Journal
from infra.local.gate.sending import Sending
from infra.local.wire import Answer, Request

PREFIX = "/_gate/"


class Control:
    def __init__(
        self,
        *,
        journal: Journal,
        courier: Courier,
        choice: Choice,
        calls: Choice,
        opted_out: set[str],
        sending: Sending,
    ) -> None:
        self._journal, self._courier = journal, courier
        self._choice, self._calls, self._opted_out = choice, calls, opted_out
        self._sending = sending

    def takes(self, request: Request) -> bool:
        return request.path.startswith(PREFIX)

    def handle(self, request: Request) -> Answer:
        path = request.path.removeprefix(PREFIX)
        try:
            if request.method == "POST":
                data = json.loads(request.body or b"{}")
                return json_answer(HTTPStatus.OK, self._change(path, data))
            return self._read(path, request)
        except LookupError as error:
            return json_answer(HTTPStatus.NOT_FOUND, {"error": str(error)})
        except (TypeError, ValueError) as error:
            return json_answer(HTTPStatus.BAD_REQUEST, {"error": str(error)})

    def _read(self, path: str, request: Request) -> Answer:
        match path.split("/"):
            case ["log"]:
                after = int(parse_qs(request.query).get("after", ["0"])[0])
                lines = [json.dumps(r, ensure_ascii=False) for r in self._journal.rows(after)]
                text = "".join(f"{line}\n" for line in lines)
                headers = (("Content-Type", "application/x-ndjson"),)
                return Answer(HTTPStatus.OK, headers, text.encode())
            case ["messages", n]:
                whole = self._journal.message(int(n))
                if whole is None:
                    raise LookupError(f"no accepted message {n}")
                return json_answer(HTTPStatus.OK, whole)
            case ["pending"]:
                return json_answer(HTTPStatus.OK, self._courier.pending())
            case ["events"]:
                return json_answer(HTTPStatus.OK, self._courier.ledger())
        raise LookupError(f"no such control: {path}")

    def _change(self, path: str, data: dict[str, Any]) -> dict[str, Any]:
        match path:
            case "behaviour":
                to_a_number = str(data.get("to", "")).startswith("+")
                (self._calls if to_a_number else self._choice).order(data)
            case "account":
                self._sending.order(data)
            case "hold":
                self._courier.hold(frozenset(data.get("kinds", ())))
            case "release":
                released = self._courier.release(
                    times=int(data.get("times", 1)), newest_first=bool(data.get("newest_first"))
                )
                return {"released": released}
            case "reset":
                self._choice.clear()
                self._calls.clear()
                self._opted_out.clear()
                self._sending.clear()
                self._courier.clear()
                self._journal.clear()
            case _:
                raise LookupError(f"no such control: {path}")
        return {}
