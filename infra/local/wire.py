"""HTTP as the gate and the front need it: whole requests in, whole answers out, and passing on.

No AWS, no rule and no state lives here; what to do with a request is the caller's.
"""

import contextlib
import http.client
import select
import socket
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

Headers = tuple[tuple[str, str], ...]

# They speak about one connection, and there are two.
HOP_BY_HOP = frozenset(
    ("connection", "content-length", "expect", "keep-alive", "transfer-encoding", "upgrade")
)
# The emulator closes a connection after 5 s without a request: never use one near that age.
REUSE_SECONDS = 2.0
LONGEST_ANSWER_SECONDS = 900.0


class UpstreamLostError(ConnectionError):
    """The other side closed without an answer; whether it acted is unknown."""


@dataclass(frozen=True)
class Request:
    """One request as it came, and the socket it came on."""

    method: str
    target: str
    headers: Headers
    body: bytes
    client: tuple[str, int]
    connection: socket.socket = field(repr=False, compare=False)

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> str:
        return urlsplit(self.target).query

    def header(self, name: str) -> str:
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), "")


@dataclass(frozen=True)
class Answer:
    """One answer. For HEAD the body is empty and `length` is what a GET would bring."""

    status: int
    headers: Headers = ()
    body: bytes = b""
    length: int | None = None


class Hangup:
    """Instead of an answer: close the connection and say nothing."""


HANGUP = Hangup()
Handle = Callable[[Request], Answer | Hangup]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = LONGEST_ANSWER_SECONDS
    server: "Server"

    def handle_one_request(self) -> None:
        # A client that went away is not an error of this server.
        with contextlib.suppress(ConnectionError, TimeoutError):
            super().handle_one_request()
            return
        self.close_connection = True

    def _serve(self) -> None:
        request = Request(
            method=self.command,
            target=self.path,
            headers=tuple(self.headers.items()),
            body=self._body(),
            client=(self.client_address[0], self.client_address[1]),
            connection=self.connection,
        )
        answer = self.server.answer(request)
        if isinstance(answer, Hangup):
            self.close_connection = True
            with contextlib.suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.wfile.write(_head(answer) + answer.body)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _serve  # noqa: N815

    def _body(self) -> bytes:
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return b"".join(self._chunks())
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _chunks(self) -> Iterable[bytes]:
        while True:
            size = int(self.rfile.readline().split(b";")[0], 16)
            if size == 0:
                while self.rfile.readline().strip():
                    pass
                return
            yield self.rfile.read(size)
            self.rfile.readline()

    def log_message(self, format: str, *args: object) -> None:
        """Each server keeps a journal of its own."""


def _head(answer: Answer) -> bytes:
    length = len(answer.body) if answer.length is None else answer.length
    lines = [f"HTTP/1.1 {answer.status} {http.client.responses.get(answer.status, '')}"]
    lines += [f"{name}: {value}" for name, value in answer.headers]
    lines.append(f"Content-Length: {length}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


class Server(ThreadingHTTPServer):
    """Serves on 127.0.0.1, a free port unless told; one thread a connection."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, handle: Handle, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.answer = handle

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def start(self) -> None:
        threading.Thread(
            target=self.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True
        ).start()

    def stop(self) -> None:
        self.shutdown()
        self.server_close()


class Upstream:
    """Passes requests on, over one kept connection a thread, as the clients' pools do."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "127.0.0.1", parts.port or 80
        self._kept = threading.local()

    def pass_on(self, request: Request, extra: Headers = ()) -> Answer:
        """The other side's answer. The Host stays the caller's: its signature covers it."""
        connection = self._connection()
        try:
            connection.putrequest(
                request.method, request.target, skip_host=True, skip_accept_encoding=True
            )
            for name, value in (*request.headers, *extra):
                if name.lower() not in HOP_BY_HOP:
                    connection.putheader(name, value)
            connection.putheader("Content-Length", str(len(request.body)))
            connection.endheaders(request.body or None)
            response = connection.getresponse()
            body = response.read()
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            self._kept.connection = None
            raise UpstreamLostError(str(error)) from error
        self._kept.used = time.monotonic()
        return Answer(
            response.status,
            tuple((n, v) for n, v in response.getheaders() if n.lower() not in HOP_BY_HOP),
            body,
            int(response.getheader("Content-Length") or 0) if request.method == "HEAD" else None,
        )

    def _connection(self) -> http.client.HTTPConnection:
        kept: http.client.HTTPConnection | None = getattr(self._kept, "connection", None)
        fresh = kept is not None and time.monotonic() - self._kept.used < REUSE_SECONDS
        if kept is not None and kept.sock is not None and fresh and not closed_by_peer(kept.sock):
            return kept
        if kept is not None:
            kept.close()
        made = http.client.HTTPConnection(self._host, self._port, timeout=LONGEST_ANSWER_SECONDS)
        made.connect()
        made.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._kept.connection = made
        return made


def closed_by_peer(sock: socket.socket) -> bool:
    """Readable with nothing to read: the other side has gone."""
    try:
        readable, _, _ = select.select([sock], [], [], 0)
        return bool(readable) and sock.recv(1, socket.MSG_PEEK) == b""
    except OSError:
        return True


def wait_until_client_gone(request: Request, seconds: float) -> None:
    """Hold the connection without a word until the client gives up."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if closed_by_peer(request.connection):
            return
        time.sleep(0.05)
