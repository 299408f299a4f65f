"""One POST to somebody else's address, and to nobody in our own networks: the name is resolved
once, every address behind it is checked, and the connection goes to the very one that was. No
redirect is followed, no answer is read beyond its status, and the clock ends what drags on.
"""

import http.client
import os
import socket
import ssl
import threading
from collections.abc import Callable
from functools import cache
from urllib.parse import SplitResult, urlsplit

from dunning.domain.outbound_endpoints import public_address
from dunning.service.outbound_ports import NotTaken

CONNECT_SECONDS, ANSWER_SECONDS, WHOLE_SECONDS = 3.0, 10.0, 12.0
LONGEST_PAUSE = 3_600
LOOPBACK = ("127.0.0.1", "localhost")

Resolve = Callable[[str, int], list[str]]


def addresses_of(host: str, port: int) -> list[str]:
    """The addresses behind a name, as the resolver gives them. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


@cache
def _trust() -> ssl.SSLContext:
    """Read with the first call: it takes some milliseconds."""
    return ssl.create_default_context()


class HttpPoster:
    """The real way to an endpoint. `loopback`: of the local cell alone, a receiver on this machine
    may be called, and without TLS."""

    def __init__(
        self,
        *,
        loopback: bool = False,
        resolve: Resolve = addresses_of,
        trust: Callable[[], ssl.SSLContext] = _trust,
        whole: float = WHOLE_SECONDS,
    ) -> None:
        self._loopback, self._resolve, self._trust, self._whole = loopback, resolve, trust, whole

    def post(self, url: str, body: bytes, headers: dict[str, str]) -> None:
        parts = urlsplit(url)
        here = self._loopback and parts.hostname in LOOPBACK
        if parts.scheme != "https" and not here:
            raise NotTaken("not_https")
        host, port = str(parts.hostname), parts.port or (443 if parts.scheme == "https" else 80)
        address = self._checked(host, port, here=here)
        tls = self._trust() if parts.scheme == "https" else None
        connection = _Pinned(host, port, address, tls, self._whole)
        try:
            status, after = connection.told(_target(parts), body, headers)
        except TimeoutError:
            raise NotTaken("timeout") from None
        except ssl.SSLError:
            raise NotTaken("timeout" if connection.over else "tls") from None
        except (OSError, http.client.HTTPException):
            raise NotTaken("timeout" if connection.over else "no_answer") from None
        finally:
            connection.close()
        if connection.over:
            raise NotTaken("timeout")
        if not 200 <= status < 300:
            raise NotTaken(f"status_{status}", after)

    def _checked(self, host: str, port: int, *, here: bool) -> str:
        """The address to connect to. One that is not public among others is enough to refuse: no
        name of the internet has both."""
        try:
            found = self._resolve(host, port)
        except (OSError, UnicodeError):
            raise NotTaken("no_such_host") from None
        if not found:
            raise NotTaken("no_such_host")
        if not here and not all(map(public_address, found)):
            raise NotTaken("not_public")
        return found[0]


class _Pinned(http.client.HTTPConnection):
    """A connection to an address that was checked, under the name that it was found by."""

    def __init__(
        self, host: str, port: int, address: str, tls: ssl.SSLContext | None, whole: float
    ) -> None:
        super().__init__(host, port, timeout=ANSWER_SECONDS)
        if tls is not None:
            self.default_port = 443
        self._address, self._tls = address, tls
        self._wire: socket.socket | None = None
        self.over = False
        self._end = threading.Timer(whole, self._cut)

    def told(self, target: str, body: bytes, headers: dict[str, str]) -> tuple[int, int]:
        """Status, and the seconds for which the answer asks to be left alone."""
        self._end.daemon = True
        self._end.start()
        self.request("POST", target, body, {**headers, "connection": "close"})
        answer = self.getresponse()
        asked = answer.headers.get("Retry-After", "")
        digits = asked.isascii() and asked.isdigit() and len(asked) < 8
        return answer.status, min(int(asked), LONGEST_PAUSE) if digits else 0

    def connect(self) -> None:
        plain = socket.create_connection((self._address, self.port), CONNECT_SECONDS)
        # A second hand on the same connection: what ends it must not wait for who reads it.
        self._wire = socket.socket(fileno=os.dup(plain.fileno()))
        plain.settimeout(ANSWER_SECONDS)
        named = self.host
        self.sock = self._tls.wrap_socket(plain, server_hostname=named) if self._tls else plain

    def close(self) -> None:
        self._end.cancel()
        super().close()
        if self._wire is not None:
            self._wire.close()
            self._wire = None

    def _cut(self) -> None:
        """A receiver that sends a byte now and then would never be late by any single wait."""
        self.over = True
        wire = self._wire
        if wire is not None:
            try:
                wire.shutdown(socket.SHUT_RDWR)
            except OSError:
                return


def _target(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
