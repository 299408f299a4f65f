"""What a driver or a test says to the gate and to the front, typed.

Speaks HTTP to servers of ours on this machine and nothing else.
"""

import json
import urllib.request
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from urllib.error import HTTPError

from infra.local.faults import Rule

ANSWER_WITHIN_SECONDS = 30


class ControlError(RuntimeError):
    """The server did not take the order; the message says why."""


class _Client:
    def __init__(self, url: str, prefix: str) -> None:
        self.url = url
        self._prefix = prefix

    def _get(self, path: str) -> bytes:
        return self._ask(urllib.request.Request(f"{self.url}{self._prefix}{path}"))

    def _post(self, path: str, data: dict[str, Any] | None = None) -> dict[str, Any]:
        body = json.dumps(data or {}).encode()
        request = urllib.request.Request(f"{self.url}{self._prefix}{path}", body, method="POST")
        answer: dict[str, Any] = json.loads(self._ask(request))
        return answer

    def _ask(self, request: urllib.request.Request) -> bytes:
        try:
            with urllib.request.urlopen(request, timeout=ANSWER_WITHIN_SECONDS) as response:
                body: bytes = response.read()
        except HTTPError as error:
            raise ControlError(error.read().decode()) from None
        return body


class GateClient(_Client):
    """The gate's log and messages, orders to it, and its hand on the events."""

    def __init__(self, url: str) -> None:
        super().__init__(url, "/_gate/")

    def log(self, after: int = 0) -> list[dict[str, Any]]:
        """One row a request, in the order in which their outcome was known."""
        return [json.loads(line) for line in self._get(f"log?after={after}").splitlines()]

    def message(self, n: int) -> dict[str, Any]:
        """An accepted message whole; its request as it came stands in `request`."""
        whole: dict[str, Any] = json.loads(self._get(f"messages/{n}"))
        return whole

    def order(
        self, behaviour: str, *, to: str = "*", nth: int = 1, times: int | None = None
    ) -> None:
        """A behaviour (see gate/behaviour.py) for an address or all, from the nth request on."""
        self._post("behaviour", {"behaviour": behaviour, "to": to, "nth": nth, "times": times})

    def says_of_the_account(self, says: dict[str, Any]) -> None:
        """What SES' GetAccount answers from now on (see gate/sending.py)."""
        self._post("account", says)

    def hold(self, kinds: Sequence[str] = ()) -> None:
        """Keep events back from now on; none named: all."""
        self._post("hold", {"kinds": list(kinds)})

    def release(self, *, times: int = 1, newest_first: bool = False) -> int:
        """End the holding: each held event is delivered `times` times, with 0 never."""
        answer = self._post("release", {"times": times, "newest_first": newest_first})
        return int(answer["released"])

    def pending(self) -> dict[str, int]:
        """Events on their way (`queued`) and kept back (`held`)."""
        counts: dict[str, int] = json.loads(self._get("pending"))
        return counts

    def events(self) -> list[dict[str, Any]]:
        """What was delivered to which queues."""
        rows: list[dict[str, Any]] = json.loads(self._get("events"))
        return rows

    def reset(self) -> None:
        """Forget the log, the messages, the orders and the events."""
        self._post("reset")


class FrontClient(_Client):
    """Wire counts, and what goes wrong on the way to AWS."""

    def __init__(self, url: str) -> None:
        super().__init__(url, "/_front/")

    def counts(self) -> list[dict[str, Any]]:
        """Requests, errors and bytes by function and operation (`dynamodb:UpdateItem`)."""
        rows: list[dict[str, Any]] = json.loads(self._get("counts"))
        return rows

    def add(self, rule: Rule) -> None:
        self._post("rule", asdict(rule))

    def fired(self) -> list[dict[str, Any]]:
        """The rules that were acted on, with the process that was killed, if one was."""
        rows: list[dict[str, Any]] = json.loads(self._get("fired"))
        return rows

    def reset(self) -> None:
        """Forget the counts and the rules."""
        self._post("reset")
