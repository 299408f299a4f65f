"""One request to a provider and never a second one, and what proves that it never left.
What a provider's own answers mean is each sender's.

Neither SES nor End User Messaging has a client token: a request that is repeated is a second
message. So a failure is sorted by one question, "can the provider have taken it?".
"""

import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, NoReturn, Protocol

import botocore.exceptions as aws
from botocore import __version__ as botocore_version
from botocore.config import Config

from dunning.service.ports import Misconfigured, NotSent, Unclear

if TYPE_CHECKING:
    from botocore.client import BaseClient
    from botocore.session import Session

CONNECT_TIMEOUT = 2
READ_TIMEOUT = 10
IDLE = 4.0
"""Seconds after which a kept connection is not used again: the other side may have dropped it
without a word, and a message written into it would be an unknown send."""

# Raised before a byte of the request is on the wire.
_BEFORE_THE_WIRE = (
    aws.EndpointConnectionError,
    aws.ConnectTimeoutError,
    aws.ProxyConnectionError,
    aws.CredentialRetrievalError,
)
# Raised before that too, and again every time.
_MISCONFIGURED = (
    aws.ParamValidationError,
    aws.NoCredentialsError,
    aws.PartialCredentialsError,
    aws.NoRegionError,
)


class Closing(Protocol):
    """A client whose kept connections can be closed; the next request connects anew."""

    def close(self) -> None: ...


def client_that_asks_once(
    session: "Session", service: str, region: str | None = None
) -> "BaseClient":
    """A client without retries. `total_max_attempts` counts the first request too."""
    return session.create_client(
        service,
        region_name=region,
        config=Config(
            # Built anew for each request otherwise, at a tenth of the request's CPU.
            user_agent=f"duecourse botocore/{botocore_version}",
            retries={"total_max_attempts": 1, "mode": "standard"},
            connect_timeout=CONNECT_TIMEOUT,
            read_timeout=READ_TIMEOUT,
            max_pool_connections=10,
            tcp_keepalive=True,
        ),
    )


class Fresh:
    """Sees that no request is written into a connection that has been idle for long. Safe to be
    used by several threads."""

    def __init__(self, client: Closing, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._monotonic = monotonic
        self._lock = Lock()
        self._busy = 0
        self._used = monotonic()

    @contextmanager
    def connection(self) -> Iterator[None]:
        """Around one request."""
        with self._lock:
            if not self._busy and self._monotonic() - self._used > IDLE:
                self._client.close()
            self._busy += 1
        try:
            yield
        finally:
            with self._lock:
                self._busy -= 1
                self._used = self._monotonic()


def not_answered(error: Exception) -> NoReturn:
    """What a failure proves that is no answer of the provider. Raises Misconfigured or NotSent
    where the request never left, else Unclear: time-outs, lost connections, answers that cannot
    be read, and whatever is new."""
    if isinstance(error, _MISCONFIGURED):
        raise Misconfigured(code(error)) from None
    if _before_the_wire(error):
        raise NotSent(code(error)) from None
    raise Unclear(code(error)) from error


def _before_the_wire(error: Exception) -> bool:
    """Whether the request provably never left. Of TLS only a certificate that was not believed is:
    any other failure of it may also come after the request."""
    if isinstance(error, aws.SSLError):
        inner = getattr(error.kwargs.get("error"), "args", ())
        return any(isinstance(one, ssl.SSLCertVerificationError) for one in inner)
    return isinstance(error, _BEFORE_THE_WIRE)


def code(error: Exception) -> str:
    """The kind of failure: never its text, which may quote the request."""
    return type(error).__name__
