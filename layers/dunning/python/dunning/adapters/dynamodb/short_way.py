"""A request's first try, past a part of botocore's machinery: its signer and urllib3 as they are,
without what botocore has around them.

botocore makes a request, and offers it to handlers of `before-call`, whose answer it takes for the
service's. Here it is signed, sent over a kept connection, and read by botocore's own parser. Only
a plain answer is taken: done, or a condition that did not hold. After anything else (no answer, a
throttle, an expired token, bytes that do not add up) botocore asks in its own way, with its
retries and its words for what went wrong. That is one more try of the very same request, as its
own retries are: every write is conditional or idempotent.
"""

import os
from collections.abc import Mapping
from ssl import create_default_context
from typing import TYPE_CHECKING, Any, NamedTuple
from zlib import crc32

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import BotoCoreError
from botocore.httpsession import MAX_POOL_CONNECTIONS, get_cert_path
from botocore.parsers import create_parser
from botocore.utils import get_environ_proxies
from urllib3 import HTTPConnectionPool, PoolManager, Timeout
from urllib3.exceptions import HTTPError

if TYPE_CHECKING:
    from botocore.client import BaseClient
    from botocore.credentials import Credentials
    from botocore.model import OperationModel
    from botocore.session import Session

FINAL = frozenset(
    {
        "ConditionalCheckFailedException",
        "TransactionCanceledException",
        "TransactionConflictException",
    }
)
"""Errors that are answers: nothing is wrong with the request or the way."""


class Answered(NamedTuple):
    """What botocore wants to know of an HTTP answer beside its parsed body."""

    status_code: int
    headers: Mapping[str, str]


def take_short_way(
    client: "BaseClient", session: "Session", *, connect: float, read: float
) -> None:
    """Let a client of DynamoDB try each request the short way first, if there is one: no proxy in
    between, and nobody else's keys. Times are in seconds."""
    url, credentials = client.meta.endpoint_url, session.get_credentials()
    if credentials is None or get_environ_proxies(url):
        return
    # Whom botocore believes: the variable AWS_CA_BUNDLE or its like in the profile comes first.
    bundle = session.get_config_variable("ca_bundle") or os.environ.get("REQUESTS_CA_BUNDLE")
    tls = None
    if url.startswith("https:"):
        # Read once, and not for each connection: that takes as much CPU as 60 requests.
        tls = create_default_context(cafile=bundle or get_cert_path(True))
    timeout = Timeout(connect=connect, read=read)
    pool = PoolManager(
        maxsize=MAX_POOL_CONNECTIONS, timeout=timeout, retries=False, ssl_context=tls
    ).connection_from_url(url)
    short_way = ShortWay(f"{url}/", client.meta.region_name, credentials, pool)
    # The stubs know only of handlers that answer nothing.
    client.meta.events.register_last("before-call.dynamodb", short_way)  # type: ignore[arg-type]


class ShortWay:
    """A handler of `before-call`. Safe to be used by several threads."""

    def __init__(
        self, url: str, region: str, credentials: "Credentials", pool: HTTPConnectionPool
    ) -> None:
        self._url = url
        self._region = region
        self._credentials = credentials
        self._pool = pool
        self._parser = create_parser("json")

    def __call__(
        self, model: "OperationModel", params: Mapping[str, Any], **_: object
    ) -> tuple[Answered, dict[str, Any]] | None:
        """The answer, or None: then botocore asks."""
        if params["url"] != self._url:
            return None
        try:
            return self._ask(model, params)
        except (HTTPError, BotoCoreError, ValueError):
            return None

    def _ask(
        self, model: "OperationModel", params: Mapping[str, Any]
    ) -> tuple[Answered, dict[str, Any]] | None:
        request = AWSRequest("POST", self._url, params["headers"], params["body"])
        keys = self._credentials.get_frozen_credentials()
        SigV4Auth(keys, "dynamodb", self._region).add_auth(request)
        answer = self._pool.urlopen("POST", "/", request.data, dict(request.headers.items()))
        status, headers, text = answer.status, answer.headers, answer.data
        # DynamoDB sends a checksum. What is no JSON botocore's parser would take for an answer
        # that says nothing.
        checksum = crc32(text)
        adds_up = text.endswith(b"}") and int(headers.get("x-amz-crc32", checksum)) == checksum
        if status not in (200, 400) or not adds_up:
            return None
        raw = {"status_code": status, "headers": headers, "body": text, "context": {}}
        parsed: dict[str, Any] = self._parser.parse(raw, model.output_shape)  # type: ignore[arg-type]
        if status == 400:
            code = parsed["Error"]["Code"]
            if code not in FINAL:
                return None
            shape = model.service_model.shape_for_error_code(code)
            if shape is not None:
                parsed.update(self._parser.parse(raw, shape))
        return Answered(status, headers), parsed
