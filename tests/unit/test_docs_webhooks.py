"""What docs/webhooks.md tells a receiver: its code takes what we sign and nothing else, its table
names every type, and its file is one that is taken.
"""

import json
import re
import time
from pathlib import Path
from typing import Any

import pytest
from dunning.adapters.webhook_signing import new_secret, secret_bytes, signed
from dunning.domain.outbound import TYPES
from dunning.domain.outbound_endpoints import read_endpoints

PAGE = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text(encoding="utf-8")
BODY = b'{"id":"evt_1","data":{}}'


def block(language: str, number: int = 0) -> str:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)[number]


@pytest.fixture(scope="module")
def verify() -> Any:
    room: dict[str, Any] = {}
    exec(block("python"), room)
    return room["verify"]


def test_the_code_takes_what_is_signed_by_either_secret_of_a_rotation(verify: Any) -> None:
    old, new = new_secret(), new_secret()
    headers = signed("evt_1", int(time.time()), BODY, (secret_bytes(new), secret_bytes(old)))
    verify(headers, BODY, new)
    verify(headers, BODY, old)


def test_the_code_refuses_another_secret_another_body_another_id_and_an_old_one(
    verify: Any,
) -> None:
    secret, now = new_secret(), int(time.time())
    headers = signed("evt_1", now, BODY, (secret_bytes(secret),))
    other = {**headers, "webhook-signature": headers["webhook-signature"].replace("v1", "v2")}
    for told, body, key in (
        (headers, BODY, new_secret()),
        (headers, BODY + b" ", secret),
        ({**headers, "webhook-id": "evt_2"}, BODY, secret),
        (other, BODY, secret),
        (signed("evt_1", now - 301, BODY, (secret_bytes(secret),)), BODY, secret),
    ):
        with pytest.raises(ValueError, match=r"signed|old"):
            verify(told, body, key)


def test_the_table_names_every_type_and_no_other() -> None:
    named = set(re.findall(r"`([a-z]+\.[a-z_]+)`", PAGE))
    assert named - {"webhooks.json"} == set(TYPES)


def test_the_file_of_the_page_is_taken_and_its_event_is_json() -> None:
    assert [one.id for one in read_endpoints(json.loads(block("json")))] == ["erp", "crm"]
    assert json.loads(block("json", 1))["type"] in TYPES
