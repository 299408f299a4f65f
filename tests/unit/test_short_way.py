"""The short way of requests to DynamoDB, over real sockets: it answers as botocore does, or leaves
the asking to botocore. And what arrives is what was signed."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
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
from botocore.exceptions import ClientError, ConnectionClosedError, SSLError
from dunning.adapters.dynamodb import short_way

from tests.unit.sockets import NEEDS_OPENSSL, Act, Wire, answer, certificate, reset, silence

SESSION = botocore.session.Session()
KEYS = Credentials("AKIDEXAMPLE", "secret")
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


def moved(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 301 X\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n")


@pytest.fixture
def wire() -> Iterator[Wire]:
    server = Wire()
    yield server
    server.stop()


@pytest.fixture
def client(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> Any:
    return made(wire, monkeypatch)


def made(
    wire: Wire,
    monkeypatch: pytest.MonkeyPatch,
    *,
    short: bool = True,
    keys: Credentials | None = KEYS,
    path: str = "",
) -> Any:
    monkeypatch.setattr("time.sleep", lambda _: None)  # botocore's own waiting between tries
    client = SESSION.create_client(
        "dynamodb",
        "eu-west-1",
        endpoint_url=f"{wire.url}{path}",
        aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key="secret",
        config=Config(retries={"total_max_attempts": 3, "mode": "standard"}, read_timeout=0.5),
    )
    if short:
        monkeypatch.setattr(SESSION, "get_credentials", lambda: keys)
        short_way.take_short_way(client, SESSION, connect=1, read=0.3)
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
        moved,
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


def test_where_nothing_ever_answers_botocores_error_comes_out(client: Any, wire: Wire) -> None:
    wire.act = reset
    with pytest.raises(ConnectionClosedError):
        client.get_item(TableName="t", Key=KEY)
    assert [by_botocore(request) for request in wire.requests] == [False, True, True, True]


def test_the_next_request_goes_the_short_way_again(client: Any, wire: Wire) -> None:
    wire.act = in_turn(told(400, {"__type": THROTTLED, "message": "slower"}), FOUND)
    for _ in range(2):
        client.get_item(TableName="t", Key=KEY)
    assert [by_botocore(request) for request in wire.requests] == [False, True, False]


def test_a_connection_that_the_other_side_has_closed_is_not_used_again(
    client: Any, wire: Wire
) -> None:
    closed = threading.Event()

    def answer_and_close(connection: socket.socket) -> None:
        FOUND(connection)
        connection.shutdown(socket.SHUT_RDWR)
        closed.set()

    wire.act = answer_and_close
    client.get_item(TableName="t", Key=KEY)
    assert closed.wait(5)
    wire.act = FOUND
    client.get_item(TableName="t", Key=KEY)
    assert wire.connections == 2
    assert not any(map(by_botocore, wire.requests))


@pytest.mark.parametrize("why", ["proxy", "credentials", "path"])
def test_where_the_way_is_not_plain_only_botocore_asks(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    keys = None if why == "credentials" else KEYS
    if why == "proxy":
        # botocore itself was made without one.
        monkeypatch.setattr(short_way, "get_environ_proxies", lambda _: {"http": "http://p"})
    wire.act = FOUND
    client = made(wire, monkeypatch, keys=keys, path="/somewhere" if why == "path" else "")
    client.get_item(TableName="t", Key=KEY)
    assert [by_botocore(request) for request in wire.requests] == [True]


@NEEDS_OPENSSL
@pytest.mark.parametrize("variable", ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", None])
def test_a_certificate_is_believed_only_if_botocore_would(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str | None
) -> None:
    server = Wire(FOUND, tls=certificate(tmp_path))
    for name in ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    if variable:
        monkeypatch.setenv(variable, str(tmp_path / "certificate.pem"))
    client = made(server, monkeypatch)
    if variable:
        client.get_item(TableName="t", Key=KEY)
        assert [by_botocore(request) for request in server.requests] == [False]
    else:
        with pytest.raises(SSLError, match="CERTIFICATE_VERIFY_FAILED"):
            client.get_item(TableName="t", Key=KEY)
        assert server.requests == []
    server.stop()


@pytest.mark.parametrize("token", [None, "temporary"])
def test_what_arrives_is_what_was_signed(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, token: str | None
) -> None:
    keys = Credentials("AKIDEXAMPLE", "secret", token)
    client = made(wire, monkeypatch, keys=keys)
    wire.act = FOUND
    client.get_item(TableName="t", Key=KEY)
    assert signed_with(wire.requests[0], keys, token is not None)
    # Those of a role are renewed in place.
    keys.access_key, keys.secret_key = "AKIDRENEWED", "other"
    client.get_item(TableName="t", Key=KEY)
    assert b"Credential=AKIDRENEWED/" in wire.requests[1]
    assert signed_with(wire.requests[1], keys, token is not None)
    assert not any(map(by_botocore, wire.requests))


def signed_with(request: bytes, keys: Credentials, temporary: bool) -> bool:
    """Whether a signature over the bytes of a request, made as its receiver does, is its own."""
    head, _, body = request.partition(b"\r\n\r\n")
    headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
    own = headers["Authorization"]
    names = own.partition("SignedHeaders=")[2].partition(",")[0].split(";")
    wanted = {"content-type", "host", "x-amz-date", "x-amz-target"}
    assert set(names) == wanted | ({"x-amz-security-token"} if temporary else set())
    signed = {name: value for name, value in headers.items() if name.lower() in names}
    again = AWSRequest("POST", f"http://{headers['Host']}/", signed, body)
    at = datetime.strptime(headers["X-Amz-Date"], "%Y%m%dT%H%M%S%z")
    with patch.object(botocore.auth, "get_current_datetime", lambda: at):
        botocore.auth.SigV4Auth(keys, "dynamodb", "eu-west-1").add_auth(again)
    return bool(again.headers["Authorization"] == own)
