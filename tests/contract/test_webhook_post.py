"""The way to an endpoint, over real connections on the loopback: what is sent, what counts as
taken, how long is waited, and which addresses nobody is led to.
"""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from dunning.adapters.webhook_post import HttpPoster
from dunning.service.outbound_ports import NotTaken

from infra.local.wire import Answer, Request, Server

BODY, HEADERS = b'{"id":"evt_1"}', {"content-type": "application/json", "webhook-id": "evt_1"}
PUBLIC = "93.184.215.14"


class Receiver:
    """Answers as it is told, and keeps what came."""

    def __init__(self) -> None:
        self.answer = Answer(204)
        self.came: list[Request] = []
        self.server = Server(self._take)

    def _take(self, request: Request) -> Answer:
        self.came.append(request)
        return self.answer


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    receiver.server.start()
    yield receiver
    receiver.server.stop()


def refused(post: Callable[[], None]) -> NotTaken:
    with pytest.raises(NotTaken) as found:
        post()
    return found.value


def test_the_very_bytes_go_to_the_very_path(receiver: Receiver) -> None:
    HttpPoster(loopback=True).post(f"{receiver.server.url}/in?a=1&b=%20", BODY, HEADERS)
    (request,) = receiver.came
    assert (request.method, request.target, request.body) == ("POST", "/in?a=1&b=%20", BODY)
    assert request.header("webhook-id") == "evt_1"
    assert request.header("content-length") == str(len(BODY))
    assert request.header("host") == receiver.server.url.removeprefix("http://")


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_any_status_of_success_is_taken(receiver: Receiver, status: int) -> None:
    receiver.answer = Answer(status, (), b"" if status == 204 else b"thanks")
    HttpPoster(loopback=True).post(receiver.server.url, BODY, HEADERS)


@pytest.mark.parametrize("status", [301, 302, 307, 308, 400, 404, 410, 429, 500, 503])
def test_any_other_is_not_and_no_redirect_is_followed(receiver: Receiver, status: int) -> None:
    receiver.answer = Answer(status, (("Location", f"{receiver.server.url}/elsewhere"),))
    poster = HttpPoster(loopback=True)
    error = refused(lambda: poster.post(receiver.server.url, BODY, HEADERS))
    assert (error.code, error.after) == (f"status_{status}", 0)
    assert len(receiver.came) == 1


@pytest.mark.parametrize(
    ("asked", "after"), [("120", 120), ("999999", 3600), ("-5", 0), ("Mon, 23 Nov 2026", 0)]
)
def test_who_asks_to_be_left_alone_is(receiver: Receiver, asked: str, after: int) -> None:
    receiver.answer = Answer(429, (("Retry-After", asked),))
    poster = HttpPoster(loopback=True)
    assert refused(lambda: poster.post(receiver.server.url, BODY, HEADERS)).after == after


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["10.0.0.7"],
        ["169.254.169.254"],
        ["::1"],
        ["fd00:ec2::254"],
        ["::ffff:169.254.169.254"],
        [PUBLIC, "10.0.0.7"],
        ["10.0.0.7", PUBLIC],
    ],
)
def test_a_name_that_leads_into_a_private_network_is_not_called(addresses: list[str]) -> None:
    poster = HttpPoster(resolve=lambda host, port: addresses)
    error = refused(lambda: poster.post("https://erp.example/in", BODY, HEADERS))
    assert error.code == "not_public"


def test_a_name_is_resolved_once_and_the_address_that_was_checked_is_called(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A name that says one address to who checks and another to who connects gains nothing."""
    asked, called = [], []

    def resolve(host: str, port: int) -> list[str]:
        asked.append((host, port))
        return [PUBLIC] if len(asked) == 1 else ["127.0.0.1"]

    def connect(address: tuple[str, int], timeout: float) -> socket.socket:
        called.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", connect)
    poster = HttpPoster(resolve=resolve)
    error = refused(lambda: poster.post("https://erp.example:8443/in", BODY, HEADERS))
    assert error.code == "no_answer"
    assert (asked, called) == ([("erp.example", 8443)], [(PUBLIC, 8443)])


def test_without_the_local_cell_s_switch_this_machine_is_not_called(receiver: Receiver) -> None:
    assert refused(lambda: HttpPoster().post(receiver.server.url, BODY, HEADERS)).code == (
        "not_https"
    )
    https = receiver.server.url.replace("http", "https")
    assert refused(lambda: HttpPoster().post(https, BODY, HEADERS)).code == "not_public"
    assert receiver.came == []


def test_a_name_that_nobody_knows_and_a_port_that_nobody_listens_on() -> None:
    def nowhere(host: str, port: int) -> list[str]:
        raise socket.gaierror

    error = refused(lambda: HttpPoster(resolve=nowhere).post("https://x.example", BODY, HEADERS))
    assert error.code == "no_such_host"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    assert refused(lambda: HttpPoster(loopback=True).post(url, BODY, HEADERS)).code == "no_answer"


def _talking(talk: Callable[[socket.socket], None]) -> tuple[str, socket.socket]:
    """A server that does with a connection whatever it is told."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listening.accept()
        with connection:
            talk(connection)

    threading.Thread(target=serve, daemon=True).start()
    return f"http://127.0.0.1:{listening.getsockname()[1]}", listening


def test_who_sends_a_byte_now_and_then_does_not_hold_us_up() -> None:
    def drip(connection: socket.socket) -> None:
        try:
            connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
            for _ in range(100):
                connection.sendall(b"x")
                time.sleep(0.05)
        except OSError:
            return

    url, listening = _talking(drip)
    with listening:
        begun = time.monotonic()
        error = refused(lambda: HttpPoster(loopback=True, whole=0.3).post(url, BODY, HEADERS))
        assert error.code == "timeout"
        assert time.monotonic() - begun < 2.0


@pytest.mark.parametrize("answer", [b"", b"SMTP ready\r\n"])
def test_what_is_no_answer_is_none(answer: bytes) -> None:
    url, listening = _talking(lambda connection: connection.sendall(answer))
    with listening:
        poster = HttpPoster(loopback=True, whole=1.0)
        assert refused(lambda: poster.post(url, BODY, HEADERS)).code == "no_answer"


def test_a_receiver_whose_certificate_nobody_knows_is_not_told(receiver: Receiver) -> None:
    """The loopback has no certificate at all: the handshake fails before a byte is sent."""
    https = receiver.server.url.replace("http://127.0.0.1", "https://localhost")
    poster = HttpPoster(loopback=True, whole=1.0)
    assert refused(lambda: poster.post(https, BODY, HEADERS)).code == "tls"
    assert receiver.came == []


def test_the_context_checks_names_and_certificates() -> None:
    from dunning.adapters import webhook_post

    trust = webhook_post._trust()
    assert trust.check_hostname
    assert trust.verify_mode is ssl.CERT_REQUIRED
    assert trust.minimum_version >= ssl.TLSVersion.TLSv1_2
