"""The front: stands between the functions and the emulator, as TLS and the network do on AWS.

It counts what goes over the wire, marks it as come by TLS, and loses what a rule says. No SES here.
"""

import argparse
import json
import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from infra.local import victim
from infra.local.faults import Call, Faults, Owners, Rule, RuleError, read_call
from infra.local.identity import ENDED_TLS
from infra.local.serving import serve
from infra.local.wire import (
    HANGUP,
    Answer,
    Hangup,
    Request,
    Server,
    Upstream,
    UpstreamLostError,
)

CONTROL = "/_front/"


class WorkerKeys(Owners):
    """Finds the function of an access key by the process at the other end."""

    def __init__(self, port: Callable[[], int]) -> None:
        super().__init__()
        self._port = port

    def _look(self, client: tuple[str, int]) -> str:
        return victim.function_of(victim.client_process(client, self._port()))


class Counts:
    """Requests and bytes on the wire, by function and operation."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rows: dict[tuple[str, str], dict[str, Any]] = {}

    def add(self, function: str, call: Call, answer: Answer) -> None:
        with self._lock:
            row = self._rows.setdefault(
                (function, call.operation),
                {
                    "function": function,
                    "operation": call.operation,
                    "requests": 0,
                    "errors": 0,
                    "request_bytes": 0,
                    "response_bytes": 0,
                },
            )
            row["requests"] += 1
            row["errors"] += answer.status >= 400
            row["request_bytes"] += len(call.request.body)
            row["response_bytes"] += len(answer.body)

    def rows(self) -> list[dict[str, Any]]:
        with self._lock:
            return [dict(row) for _, row in sorted(self._rows.items())]

    def clear(self) -> None:
        with self._lock:
            self._rows.clear()


class Front:
    """One request in, one answer out, or the loss that a rule asks for."""

    def __init__(self, upstream: str) -> None:
        self._upstream = Upstream(upstream)
        self._faults, self._counts = Faults(), Counts()
        self._owners = WorkerKeys(lambda: self.port)
        self.port = 0

    def handle(self, request: Request) -> Answer | Hangup:
        if request.target.startswith(CONTROL):
            return self._control(request)
        call = read_call(request, self._owners)
        rule = self._faults.meet(call)
        if rule is not None and rule.when == "before":
            lost = self._act(rule, call)
            if lost is not None:
                return lost
        function = call.function()
        try:
            answer = self._upstream.pass_on(request, ENDED_TLS)
        except UpstreamLostError:
            return HANGUP
        self._counts.add(function, call, answer)
        if rule is not None and rule.when == "after":
            lost = self._act(rule, call)
            if lost is not None:
                return lost
        return answer

    def _act(self, rule: Rule, call: Call) -> Answer | Hangup | None:
        """What the caller gets instead of an answer; None: only later."""
        pid = None
        if rule.action == "kill":
            pid = victim.kill_function(call.request.client, self.port)
        self._faults.note(rule, call, pid)
        if rule.action == "delay":
            time.sleep(rule.seconds)
            return None
        if rule.action == "error":
            return _json(400, {"__type": rule.code, "message": "a rule of the front says so"})
        return HANGUP

    def _control(self, request: Request) -> Answer:
        name = urlsplit(request.target).path.removeprefix(CONTROL)
        match request.method, name:
            case "GET", "counts":
                return _json(200, self._counts.rows())
            case "GET", "fired":
                return _json(200, self._faults.fired())
            case "POST", "rule":
                try:
                    self._faults.add(Rule.read(json.loads(request.body)))
                except (RuleError, TypeError, ValueError) as error:
                    return _json(400, {"error": str(error)})
                return _json(200, {})
            case "POST", "reset":
                self._faults.clear()
                self._counts.clear()
                return _json(200, {})
        return _json(404, {"error": f"no such control: {request.method} {name}"})


def _json(status: int, data: object) -> Answer:
    return Answer(
        status, (("Content-Type", "application/x-amz-json-1.0"),), json.dumps(data).encode()
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m infra.local.front", description=__doc__)
    parser.add_argument("--upstream", required=True, help="the emulator's address")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--ready", required=True, help="file that gets this server's address")
    arguments = parser.parse_args()
    front = Front(arguments.upstream)
    server = Server(front.handle, arguments.port)
    front.port = server.server_address[1]
    serve(server, arguments.ready)


if __name__ == "__main__":
    main()
