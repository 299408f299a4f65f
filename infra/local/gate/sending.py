"""What the gate says of SES' account: a rate and a quota that hold nobody back, until a driver
orders others. Answers in the shape of `GetAccount`; whether a mail is taken is `behaviour`'s.
"""

import threading
from http import HTTPStatus
from typing import Any

from infra.local.gate.answers import json_answer
from infra.local.wire import Answer

UNHINDERED = {"Max24HourSend": -1.0, "MaxSendRate": 10_000.0, "SentLast24Hours": 0.0}
QUOTA = frozenset(UNHINDERED)
WHOLE = frozenset({"SendingEnabled", "ProductionAccessEnabled", "EnforcementStatus"})


class Sending:
    """The account's quota and standing."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._orders: dict[str, Any] = {}

    def order(self, data: dict[str, Any]) -> None:
        """Say these from now on; `error` (a code) instead of an answer. Raises ValueError."""
        unknown = set(data) - QUOTA - WHOLE - {"error"}
        if unknown:
            raise ValueError(f"GetAccount says nothing of {', '.join(sorted(unknown))}")
        with self._lock:
            self._orders = dict(data)

    def clear(self) -> None:
        self.order({})

    def answer(self) -> Answer:
        with self._lock:
            orders = dict(self._orders)
        error = orders.pop("error", "")
        if error:
            said = {"__type": error, "message": "the gate plays it"}
            return json_answer(HTTPStatus.BAD_REQUEST, said, ("x-amzn-errortype", error))
        quota = {**UNHINDERED, **{name: orders.pop(name) for name in QUOTA & set(orders)}}
        standing = {"SendingEnabled": True, "ProductionAccessEnabled": True}
        body = {**standing, "EnforcementStatus": "HEALTHY", **orders, "SendQuota": quota}
        return json_answer(HTTPStatus.OK, body)
