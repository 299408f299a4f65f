"""The short way of requests to DynamoDB, over real sockets: it answers as botocore does, or leaves
the asking to botocore. And its signature is botocore's, byte for byte."""

import json
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch
from zlib import crc32

import botocore.auth
import botocore.session
import pytest
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError, ConnectionClosedError
from dunning.adapters.dynamodb import short_way
from dunning.adapters.dynamodb.short_way import IDLE, LOST, REST, Connections, Signer
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.sockets import NEEDS_OPENSSL, Act, Wire, answer, certificate, reset, silence

SESSION = botocore.session.Session()
KEY = {"pk": {"S": "acme#Müller"}, "sk": {"S": "0#HEAD"}}
ITEM = {
    **KEY,
    "v": {"N": "12"},
    "k": {"B": "AAEC/w=="},
    "l": {"L": [{"S": "a"}, {"M": {"x": {"NULL": True}}}, {"BOOL": False}]},
    "s": {"SS": ["x", "y"]},
    "w": {"BS": ["AAE="]},
}
FAILED = "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException"
CANCELED = "com.amazonaws.dynamodb.v20120810#TransactionCanceledException"
THROTTLED = "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"


def told(status: int, body: object, checksum: int | None = None) -> Act:
    """An answer as DynamoDB gives it, with its checksum."""
    text = json.dumps(body).encode()
    return answer(status, text, checksum=str(crc32(text) if checksum is None else checksum))


FOUND = told(200, {"Item": ITEM})


@pytest.fixture
def wire() -> Iterator[Wire]:
    server = Wire()
    yield server
    server.stop()


@pytest.fixture
def client(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> Any:
    return made(wire, monkeypatch)


def made(wire: Wire, monkeypatch: pytest.MonkeyPatch, *, short: bool = True) -> Any:
    monkeypatch.setattr("time.sleep", lambda _: None)  # botocore's own waiting between tries
    client = SESSION.create_client(
        "dynamodb",
        "eu-west-1",
        endpoint_url=wire.url,
        aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key="secret",
        config=Config(retries={"total_max_attempts": 3, "mode": "standard"}, read_timeout=0.5),
    )
    if short:
        credentials = Credentials("AKIDEXAMPLE", "secret")
        short_way.take_short_way(client, credentials, connect=1, read=0.3)
    return client


def in_turn(*acts: Act) -> Act:
    """One after the other; the last for all that follow."""
    left = list(acts)

    def act(connection: socket.socket) -> None:
        (left.pop(0) if len(left) > 1 else left[0])(connection)

    return act


def by_botocore(request: bytes) -> bool:
    return b"amz-sdk-invocation-id" in request


def test_what_is_plain_is_asked_once_and_not_by_botocore(client: Any, wire: Wire) -> None:
    wire.act = FOUND
    for _ in range(3):
        assert client.get_item(TableName="t", Key=KEY)["Item"]["k"] == {"B": b"\x00\x01\x02\xff"}
    assert len(wire.requests) == 3
    assert wire.connections == 1
    assert not any(map(by_botocore, wire.requests))
    assert b'"pk": {"S": "acme#M\\u00fcller"}' in wire.requests[0]


@pytest.mark.parametrize(
    "act",
    [
        FOUND,
        told(200, {}),
        told(200, {"Items": [ITEM, ITEM], "Count": 2, "LastEvaluatedKey": KEY}),
        told(400, {"__type": FAILED, "message": "The conditional request failed", "Item": ITEM}),
        told(400, {"__type": FAILED, "message": "The conditional request failed"}),
        told(
            400,
            {
                "__type": CANCELED,
                "Message": "cancelled",
                "CancellationReasons": [
                    {"Code": "None"},
                    {"Code": "ConditionalCheckFailed", "Message": "no", "Item": ITEM},
                ],
            },
        ),
    ],
    ids=["item", "nothing", "page", "condition and item", "condition", "transaction"],
)
def test_an_answer_is_understood_as_botocore_understands_it(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, act: Act
) -> None:
    wire.act = act
    calls: tuple[Callable[[Any], Any], ...] = (
        lambda one: one.get_item(TableName="t", Key=KEY),
        lambda one: one.query(TableName="t", KeyConditionExpression="pk = :p"),
        lambda one: one.put_item(TableName="t", Item=KEY),
        lambda one: one.transact_write_items(
            TransactItems=[{"Put": {"TableName": "t", "Item": KEY}}]
        ),
    )
    short, long = (made(wire, monkeypatch, short=short) for short in (True, False))
    for call in calls:
        assert outcome(call, short) == outcome(call, long)
    assert [by_botocore(request) for request in wire.requests] == [False, True] * len(calls)


def outcome(call: Callable[[Any], Any], client: Any) -> tuple[str, Any]:
    try:
        found = call(client)
    except ClientError as error:
        found, kind = error.response, type(error).__name__
    else:
        kind = "done"
    found["ResponseMetadata"].pop("RetryAttempts", None)
    return kind, found


@pytest.mark.parametrize(
    "trouble",
    [
        told(400, {"__type": THROTTLED, "message": "slower"}),
        told(500, {"__type": "InternalServerError", "message": "oh"}),
        told(503, {}),
        told(200, {"Item": {}}, checksum=1),
        told(301, {}),
        answer(200, b"{"),
        answer(200, b"", more=10),
        answer(400, b"<html>"),
        reset,
        silence,
    ],
    ids=[
        "throttle",
        "500",
        "503",
        "checksum",
        "301",
        "no json",
        "cut off",
        "no error",
        "reset",
        "silence",
    ],
)
def test_whatever_is_not_plain_is_asked_again_by_botocore(
    client: Any, wire: Wire, trouble: Act
) -> None:
    wire.act = in_turn(trouble, FOUND)
    assert client.get_item(TableName="t", Key=KEY)["Item"]["v"] == {"N": "12"}
    assert [by_botocore(request) for request in wire.requests] == [False, True]
    assert wire.requests[0].partition(b"\r\n\r\n")[2] == wire.requests[1].partition(b"\r\n\r\n")[2]


@pytest.mark.parametrize("code", ["ValidationException", "AccessDeniedException"])
def test_an_error_that_is_no_answer_is_botocores_to_tell(
    client: Any, wire: Wire, code: str
) -> None:
    wire.act = told(400, {"__type": code, "message": "so"})
    with pytest.raises(ClientError, match=code):
        client.get_item(TableName="t", Key=KEY)
    assert [by_botocore(request) for request in wire.requests] == [False, True]


def test_where_nothing_ever_answers_botocores_error_comes_out_and_the_short_way_rests(
    client: Any, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = 1000.0
    monkeypatch.setattr(short_way.time, "monotonic", lambda: at)
    wire.act = reset
    for _ in range(LOST + 2):
        with pytest.raises(ConnectionClosedError):
            client.get_item(TableName="t", Key=KEY)
    assert sum(not by_botocore(request) for request in wire.requests) == LOST
    wire.act = FOUND
    wire.requests.clear()
    client.get_item(TableName="t", Key=KEY)
    at += REST
    client.get_item(TableName="t", Key=KEY)
    assert [by_botocore(request) for request in wire.requests] == [True, False]


def test_a_throttle_is_no_reason_to_rest(client: Any, wire: Wire) -> None:
    for _ in range(2 * LOST):
        wire.act = in_turn(told(400, {"__type": THROTTLED, "message": "slower"}), FOUND)
        client.get_item(TableName="t", Key=KEY)
    assert [by_botocore(request) for request in wire.requests] == [False, True] * 2 * LOST


def test_a_connection_that_was_idle_is_not_used_again(
    client: Any, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = 1000.0
    monkeypatch.setattr(short_way.time, "monotonic", lambda: at)
    wire.act = FOUND
    for waited in (0.0, IDLE, IDLE + 0.1):
        at += waited
        client.get_item(TableName="t", Key=KEY)
    assert wire.connections == 2
    assert not any(map(by_botocore, wire.requests))


@pytest.mark.parametrize("why", ["proxy", "credentials", "path"])
def test_where_the_way_is_not_plain_only_botocore_asks(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    client = made(wire, monkeypatch, short=False)
    credentials = None if why == "credentials" else Credentials("a", "b")
    if why == "proxy":
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
        monkeypatch.delenv("no_proxy", raising=False)
    if why == "path":
        client.meta._endpoint_url = f"{wire.url}/somewhere"
    wire.act = FOUND
    short_way.take_short_way(client, credentials, connect=1, read=1)
    client.get_item(TableName="t", Key=KEY)
    assert [by_botocore(request) for request in wire.requests] == [True]


@NEEDS_OPENSSL
@pytest.mark.parametrize("believed", [True, False], ids=["believed", "not believed"])
def test_a_certificate_is_believed_only_if_botocore_would(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, believed: bool
) -> None:
    server = Wire(FOUND, tls=certificate(tmp_path))
    for name in ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    if believed:
        monkeypatch.setenv("AWS_CA_BUNDLE", str(tmp_path / "certificate.pem"))
    connections, host = Connections(1, 1), server.url.partition("//")[2]
    if believed:
        assert connections.post("https", host, {}, b"{}")[0] == 200
    else:
        with pytest.raises(OSError, match="CERTIFICATE_VERIFY_FAILED"):
            connections.post("https", host, {}, b"{}")
    server.stop()
    assert len(server.requests) == believed


TEXT = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=40)


@given(
    access=TEXT,
    secret=TEXT,
    token=st.none() | TEXT,
    body=st.binary(max_size=2000),
    target=TEXT,
    at=st.integers(1_577_836_800, 2_208_988_800).map(lambda at: datetime.fromtimestamp(at, UTC)),
)
@settings(max_examples=200)
def test_the_signature_is_botocores(
    access: str, secret: str, token: str | None, body: bytes, target: str, at: datetime
) -> None:
    credentials = Credentials(access, secret, token)
    headers = {"X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.0"}
    request = AWSRequest("POST", "https://dynamodb.eu-west-1.amazonaws.com/", headers, body)
    frozen = credentials.get_frozen_credentials()
    naive = at.replace(tzinfo=None)
    with patch.object(botocore.auth, "get_current_datetime", lambda: naive):
        botocore.auth.SigV4Auth(frozen, "dynamodb", "eu-west-1").add_auth(request)
    ours = Signer(credentials, "eu-west-1", "dynamodb")
    host = "dynamodb.eu-west-1.amazonaws.com"
    for _ in range(2):  # with the day's key made, and kept
        signed = ours.signed(host, {**headers, "User-Agent": "nobody signs this"}, body, at)
        assert signed["Authorization"] == request.headers["Authorization"]
        assert signed.get("X-Amz-Security-Token") == request.headers.get("X-Amz-Security-Token")


def test_a_new_day_and_new_credentials_have_a_new_key() -> None:
    credentials = Credentials("a", "b")
    signer = Signer(credentials, "eu-west-1", "dynamodb")
    noon = datetime(2026, 11, 23, 12, tzinfo=UTC)

    def signature(at: datetime) -> str:
        return signer.signed("h", {}, b"", at)["Authorization"]

    seen = {signature(noon), signature(noon + timedelta(days=1))}
    credentials.secret_key = "c"
    seen |= {signature(noon), signature(noon + timedelta(days=1))}
    assert len(seen) == 4
    credentials.secret_key = "b"
    assert signature(noon) in seen
