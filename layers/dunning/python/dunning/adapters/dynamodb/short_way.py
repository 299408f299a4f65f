"""A request's first try, past most of botocore's machinery, which takes the greater part of the CPU
of a reminder. What is asked and understood is still botocore's, and whatever fails goes its way.

botocore makes a request, and offers it to handlers of `before-call`, whose answer it takes for the
service's. Here it is signed and sent over a kept connection, and read by botocore's own parser.
Only a plain answer is taken: done, or a condition that did not hold. After anything else (no
answer, a throttle, an expired token, bytes that do not add up) botocore asks in its own way, with
its retries and its words for what went wrong. That is one more try of the very same request, as
its own retries are: every write is conditional or idempotent.
"""

import os
import ssl
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from hmac import digest
from http.client import HTTPConnection, HTTPMessage, HTTPSConnection
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit
from zlib import crc32

from botocore.httpsession import get_cert_path
from botocore.parsers import create_parser
from botocore.utils import get_environ_proxies

if TYPE_CHECKING:
    from botocore.client import BaseClient
    from botocore.credentials import Credentials, ReadOnlyCredentials
    from botocore.model import OperationModel

FINAL = frozenset(
    {
        "ConditionalCheckFailedException",
        "TransactionCanceledException",
        "TransactionConflictException",
    }
)
"""Errors that are answers: nothing is wrong with the request or the way."""
IDLE = 10.0
"""Seconds after which a kept connection is not used again: the other side may have dropped it."""
LOST, REST = 5, 60.0
"""So many tries in a row without an answer, and for so many seconds only botocore asks."""
_ALGORITHM = "AWS4-HMAC-SHA256"


class Answered(NamedTuple):
    """What botocore wants to know of an HTTP answer beside its parsed body."""

    status_code: int
    headers: HTTPMessage


def take_short_way(
    client: "BaseClient", credentials: "Credentials | None", *, connect: float, read: float
) -> None:
    """Let a client of DynamoDB try each request the short way first, if there is one: no proxy in
    between, and nobody else's keys. Times are in seconds."""
    url = urlsplit(client.meta.endpoint_url)
    if credentials is None or url.path.strip("/") or get_environ_proxies(client.meta.endpoint_url):
        return
    signer = Signer(credentials, client.meta.region_name, "dynamodb")
    # The stubs know only of handlers that answer nothing.
    client.meta.events.register_last(
        "before-call.dynamodb",
        ShortWay(signer, Connections(connect, read)),  # type: ignore[arg-type]
    )


class ShortWay:
    """A handler of `before-call`. Safe to be used by several threads."""

    def __init__(self, signer: "Signer", connections: "Connections") -> None:
        self._signer = signer
        self._connections = connections
        self._parser = create_parser("json")
        self._lost = 0
        self._rests_until = 0.0

    def __call__(
        self, model: "OperationModel", params: Mapping[str, Any], **_: object
    ) -> tuple[Answered, dict[str, Any]] | None:
        """The answer, or None: then botocore asks."""
        if self._lost >= LOST:
            if time.monotonic() < self._rests_until:
                return None
            self._lost = 0
        try:
            answer = self._ask(model, params)
        except Exception:  # noqa: BLE001 - whatever it was, botocore meets it too and names it
            self._lost += 1
            self._rests_until = time.monotonic() + REST
            return None
        self._lost = 0
        return answer

    def _ask(
        self, model: "OperationModel", params: Mapping[str, Any]
    ) -> tuple[Answered, dict[str, Any]] | None:
        body: bytes = params["body"]
        url = urlsplit(params["url"])
        headers = self._signer.signed(url.netloc, params["headers"], body)
        status, found, text = self._connections.post(url.scheme, url.netloc, headers, body)
        if status not in (200, 400) or not _adds_up(found, text):
            return None
        raw = {"status_code": status, "headers": found, "body": text, "context": {}}
        parsed: dict[str, Any] = self._parser.parse(raw, model.output_shape)  # type: ignore[arg-type]
        if status == 400:
            code = parsed["Error"]["Code"]
            if code not in FINAL:
                return None
            shape = model.service_model.shape_for_error_code(code)
            if shape is not None:
                parsed.update(self._parser.parse(raw, shape))
        return Answered(status, found), parsed


def _adds_up(headers: HTTPMessage, text: bytes) -> bool:
    """Whether it is a whole answer: DynamoDB sends a checksum with each. What is no JSON is looked
    at because botocore's parser would take it for an answer that says nothing."""
    wanted = headers.get("x-amz-crc32")
    return text.endswith(b"}") and (wanted is None or int(wanted) == crc32(text))


@dataclass(slots=True)
class _Kept:
    """A connection that waits for its next request."""

    connection: HTTPConnection
    since: float


class Connections:
    """Connections that are kept open between requests, as many as threads ask at once."""

    def __init__(self, connect: float, read: float) -> None:
        self._connect = connect
        self._read = read
        self._kept: dict[str, deque[_Kept]] = {}
        self._tls: ssl.SSLContext | None = None

    def post(
        self, scheme: str, host: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, HTTPMessage, bytes]:
        """Status, headers and body of the answer. Raises whatever keeps one from coming."""
        kept = self._kept.setdefault(host, deque())
        connection = self._usable(kept) or self._new(scheme, host)
        try:
            connection.request("POST", "/", body=body, headers=headers)
            answer = connection.getresponse()
            text = answer.read()
        except BaseException:
            connection.close()
            raise
        # One that the answer closes opens again by itself.
        kept.append(_Kept(connection, time.monotonic()))
        return answer.status, answer.headers, text

    def _usable(self, kept: deque[_Kept]) -> HTTPConnection | None:
        while True:
            try:
                one = kept.pop()  # the one used last
            except IndexError:
                return None
            if time.monotonic() - one.since <= IDLE:
                return one.connection
            one.connection.close()

    def _new(self, scheme: str, host: str) -> HTTPConnection:
        connection: HTTPConnection
        if scheme == "https":
            connection = HTTPSConnection(host, timeout=self._connect, context=self._context())
        else:
            connection = HTTPConnection(host, timeout=self._connect)
        connection.connect()
        connection.sock.settimeout(self._read)
        connection.timeout = self._read
        return connection

    def _context(self) -> ssl.SSLContext:
        """Whom to believe: whom botocore believes."""
        if self._tls is None:
            own = os.environ.get("AWS_CA_BUNDLE") or os.environ.get("REQUESTS_CA_BUNDLE")
            self._tls = ssl.create_default_context(cafile=own or get_cert_path(True))
        return self._tls


class Signer:
    """Signature Version 4 of a POST to the root of one service in one region. The key that a day's
    requests are signed with is derived once."""

    def __init__(self, credentials: "Credentials", region: str, service: str) -> None:
        self._credentials = credentials
        self._region = region
        self._service = service
        self._key: tuple[str | None, str, bytes] = (None, "", b"")

    def signed(
        self, host: str, headers: Mapping[str, str], body: bytes, now: datetime | None = None
    ) -> dict[str, str]:
        """The headers to send, signature and all."""
        credentials = self._credentials.get_frozen_credentials()
        stamp = (now or datetime.now(UTC)).strftime("%Y%m%dT%H%M%SZ")
        day = stamp[:8]
        sent = {**headers, "Host": host, "X-Amz-Date": stamp}
        if credentials.token:
            sent["X-Amz-Security-Token"] = credentials.token
        named = sorted(
            (lower, value.strip())
            for lower, value in ((name.lower(), str(value)) for name, value in sent.items())
            if lower in ("host", "content-type") or lower.startswith("x-amz-")
        )
        names = ";".join(name for name, _ in named)
        lines = "".join(f"{name}:{value}\n" for name, value in named)
        request = f"POST\n/\n\n{lines}\n{names}\n{sha256(body).hexdigest()}"
        scope = f"{day}/{self._region}/{self._service}/aws4_request"
        text = f"{_ALGORITHM}\n{stamp}\n{scope}\n{sha256(request.encode()).hexdigest()}"
        signature = digest(self._key_of(credentials, day), text.encode(), "sha256").hex()
        sent["Authorization"] = (
            f"{_ALGORITHM} Credential={credentials.access_key}/{scope}, "
            f"SignedHeaders={names}, Signature={signature}"
        )
        return sent

    def _key_of(self, credentials: "ReadOnlyCredentials", day: str) -> bytes:
        secret, of_day, key = self._key
        if (secret, of_day) != (credentials.secret_key, day):
            key = f"AWS4{credentials.secret_key}".encode()
            for part in (day, self._region, self._service, "aws4_request"):
                key = digest(key, part.encode(), "sha256")
            self._key = (credentials.secret_key, day, key)
        return key
