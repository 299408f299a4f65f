"""How the gate answers where it answers by itself: in JSON."""

import json

from infra.local.wire import Answer


def json_answer(status: int, data: object, *headers: tuple[str, str]) -> Answer:
    body = json.dumps(data, ensure_ascii=False).encode()
    return Answer(status, (("Content-Type", "application/json"), *headers), body)
