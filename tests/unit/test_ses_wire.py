"""SES over a real socket: how many requests leave, and what each failure proves.

The server is a few lines on loopback that share no code with the product.
"""

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import botocore.session
import pytest
from dunning.adapters import once
from dunning.adapters.ses import SesSender, ses_client
from dunning.service.ports import (
    Attachment,
    ChannelPaused,
    Inline,
    Message,
    Misconfigured,
    NotSent,
    Refused,
    Unclear,
)

from infra.local.gate.contract import SES, problems
from tests.unit.sockets import NEEDS_OPENSSL, Act, Wire, answer, certificate, reset, silence

SESSION = botocore.session.Session()
"""One for all tests: it has read the service model by the second of them."""

MESSAGE = Message(
    channel="email",
    sender="Grün & Söhne <billing@northwind.example>",
    to="office@harbour.example",
    subject="Erinnerung",
    text="Guten Tag",
    html="<p>Guten Tag</p>",
    template="reminder-1-en-friendly",
    reply_to="service@northwind.example",
    headers=(("X-Duecourse-Items", "SI10/1/1/0"),),
    tags=(("notice", "1-bng"), ("attempt", "1"), ("account", "bng")),
)


TAKEN = answer(200, {"MessageId": "0102-abc"})


@pytest.fixture
def wire() -> Iterator[Wire]:
    server = Wire()
    yield server
    server.stop()


@pytest.fixture
def sender(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> SesSender:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_ENDPOINT_URL_SESV2", wire.url)
    # What an operator may have set for everything else must not make a second e-mail.
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "5")
    monkeypatch.setenv("AWS_RETRY_MODE", "adaptive")
    monkeypatch.setattr(once, "READ_TIMEOUT", 0.3)
    return SesSender(ses_client(SESSION, "eu-west-1"), "duecourse-test")


def test_a_message_that_is_taken_is_one_request_with_everything_in_it(
    wire: Wire, sender: SesSender
) -> None:
    wire.act = TAKEN
    assert sender.send("northwind", MESSAGE) == "0102-abc"
    assert len(wire.requests) == 1
    assert wire.body == {
        "FromEmailAddress": "=?utf-8?b?R3LDvG4gJiBTw7ZobmU=?= <billing@northwind.example>",
        "Destination": {"ToAddresses": ["office@harbour.example"]},
        "ReplyToAddresses": ["service@northwind.example"],
        "Content": {
            "Simple": {
                "Subject": {"Data": "Erinnerung", "Charset": "UTF-8"},
                "Body": {
                    "Text": {"Data": "Guten Tag", "Charset": "UTF-8"},
                    "Html": {"Data": "<p>Guten Tag</p>", "Charset": "UTF-8"},
                },
                "Headers": [{"Name": "X-Duecourse-Items", "Value": "SI10/1/1/0"}],
            }
        },
        "EmailTags": [
            {"Name": "notice", "Value": "1-bng"},
            {"Name": "attempt", "Value": "1"},
            {"Name": "account", "Value": "bng"},
        ],
        "ConfigurationSetName": "duecourse-test",
        "ConfigurationOverrides": {
            "Tracking": {"OpenTrackingEnabled": "DISABLED", "ClickTrackingEnabled": "DISABLED"}
        },
    }


def test_a_picture_travels_inside_the_mail_under_the_name_that_its_html_calls_it_by(
    wire: Wire, sender: SesSender
) -> None:
    wire.act = TAKEN
    picture = Inline("transfer-code", "image/png", "sepa-transfer.png", b"\x89PNG")
    sender.send("northwind", replace(MESSAGE, inline=(picture,)))
    assert wire.body["Content"]["Simple"]["Attachments"] == [
        {
            "RawContent": "iVBORw==",
            "ContentDisposition": "INLINE",
            "ContentId": "transfer-code",
            "ContentType": "image/png",
            "FileName": "sepa-transfer.png",
            "ContentTransferEncoding": "BASE64",
        }
    ]


def test_a_file_is_attached_behind_the_pictures(wire: Wire, sender: SesSender) -> None:
    wire.act = TAKEN
    picture = Inline("transfer-code", "image/png", "sepa-transfer.png", b"\x89PNG")
    file = Attachment("statement.pdf", "application/pdf", b"%PDF")
    sender.send("northwind", replace(MESSAGE, inline=(picture,), attachments=(file,)))
    first, second = wire.body["Content"]["Simple"]["Attachments"]
    assert first["ContentDisposition"] == "INLINE"
    assert second == {
        "RawContent": "JVBERg==",
        "ContentDisposition": "ATTACHMENT",
        "ContentType": "application/pdf",
        "FileName": "statement.pdf",
        "ContentTransferEncoding": "BASE64",
    }
    assert problems(SES, "SendEmail", wire.body) == []


def said(code: str, status: int = 400, text: str = "no") -> Act:
    return answer(status, {"message": text}, code)


@pytest.mark.parametrize(
    ("act", "expected", "code"),
    [
        pytest.param(said("TooManyRequestsException", 429), NotSent, "TooManyRequestsException"),
        pytest.param(said("ThrottlingException", 400), NotSent, "ThrottlingException"),
        pytest.param(said("LimitExceededException"), ChannelPaused, "LimitExceededException"),
        pytest.param(said("SendingPausedException"), ChannelPaused, "SendingPausedException"),
        pytest.param(said("AccountSuspendedException"), ChannelPaused, "AccountSuspendedException"),
        pytest.param(said("MessageRejected", text="bad content"), Refused, "MessageRejected"),
        pytest.param(
            said("MessageRejected", text="Email address is not verified. It failed the check."),
            Misconfigured,
            "MessageRejected",
            id="an identity that is not verified is not the address's fault",
        ),
        pytest.param(
            said("MailFromDomainNotVerifiedException"),
            Misconfigured,
            "MailFromDomainNotVerifiedException",
        ),
        pytest.param(said("NotFoundException", 404), Misconfigured, "NotFoundException"),
        pytest.param(said("BadRequestException"), Misconfigured, "BadRequestException"),
        pytest.param(said("AccessDeniedException", 403), Misconfigured, "AccessDeniedException"),
        pytest.param(said("ExpiredTokenException", 403), NotSent, "ExpiredTokenException"),
        pytest.param(said("InternalFailure", 500), Unclear, "http_500"),
        pytest.param(said("ServiceUnavailable", 503), Unclear, "http_503"),
        pytest.param(answer(502, b"<html>bad gateway</html>"), Unclear, "http_502"),
        pytest.param(answer(504, b""), Unclear, "http_504"),
        pytest.param(answer(302, b""), Unclear, ""),
        pytest.param(answer(200, b"{not json"), Unclear, ""),
        pytest.param(answer(200, {}), Unclear, "KeyError"),
        pytest.param(answer(200, b'{"Mess', more=40), Unclear, "", id="cut off in the answer"),
        pytest.param(silence, Unclear, "ReadTimeoutError", id="no answer in time"),
        pytest.param(lambda c: c.close(), Unclear, "", id="closed without an answer"),
        pytest.param(reset, Unclear, "", id="reset"),
        pytest.param(
            lambda c: c.sendall(b"\x00\x01 no http\r\n\r\n"), Unclear, "", id="no HTTP at all"
        ),
    ],
)
def test_every_failure_is_one_request_and_says_whether_it_may_have_left(
    wire: Wire, sender: SesSender, act: Act, expected: type[Exception], code: str
) -> None:
    wire.act = act
    with pytest.raises(expected) as caught:
        sender.send("northwind", MESSAGE)
    assert type(caught.value) is expected
    assert code in str(caught.value)
    assert len(wire.requests) == 1


@pytest.mark.parametrize(
    ("code", "rest"),
    [
        ("LimitExceededException", 3_600),
        ("SendingPausedException", 900),
        ("AccountSuspendedException", 3_600),
    ],
)
def test_each_refusal_of_everybody_rests_the_channel_for_its_own_time(
    wire: Wire, sender: SesSender, code: str, rest: int
) -> None:
    wire.act = said(code)
    with pytest.raises(ChannelPaused) as caught:
        sender.send("northwind", MESSAGE)
    assert (caught.value.code, caught.value.rest) == (code, rest)
    assert not caught.value.of_creditor
    assert len(wire.requests) == 1


@pytest.mark.parametrize(
    ("code", "of_creditor"),
    [
        ("SendingPausedException", True),
        ("LimitExceededException", False),
        ("AccountSuspendedException", False),
    ],
)
def test_a_pause_met_in_a_tenant_s_name_is_held_against_that_creditor_alone(
    wire: Wire, sender: SesSender, code: str, of_creditor: bool
) -> None:
    wire.act = said(code)
    with pytest.raises(ChannelPaused) as caught:
        sender.send("northwind", replaced(tenant="northwind-ltd"))
    assert caught.value.of_creditor is of_creditor
    assert wire.body["TenantName"] == "northwind-ltd"


def test_nobody_listening_is_provably_not_sent(wire: Wire, sender: SesSender) -> None:
    wire.stop()
    with pytest.raises(NotSent, match="EndpointConnectionError"):
        sender.send("northwind", MESSAGE)
    assert wire.requests == []


def test_a_host_that_takes_no_connection_in_time_is_provably_not_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(once, "CONNECT_TIMEOUT", 0.2)
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        port = full.getsockname()[1]
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", port))
        monkeypatch.setenv("AWS_ENDPOINT_URL_SESV2", f"http://127.0.0.1:{port}")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        client = ses_client(SESSION, "eu-west-1")
        try:
            with pytest.raises(NotSent, match="ConnectTimeoutError"):
                SesSender(client, "set").send("northwind", MESSAGE)
        finally:
            for filler in fillers:
                filler.close()


@NEEDS_OPENSSL
def test_a_certificate_that_is_not_believed_is_provably_not_sent(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    server = Wire(tls=certificate(tmp_path))
    monkeypatch.setenv("AWS_ENDPOINT_URL_SESV2", server.url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with pytest.raises(NotSent, match="SSLError"):
        SesSender(ses_client(SESSION, "eu-west-1"), "set").send("northwind", MESSAGE)
    server.stop()
    assert server.connections == 1
    assert server.requests == []


def test_without_credentials_nothing_leaves(
    wire: Wire, sender: SesSender, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    bare = SesSender(ses_client(botocore.session.Session(), "eu-west-1"), "set")
    with pytest.raises(Misconfigured, match="NoCredentialsError"):
        bare.send("northwind", MESSAGE)
    assert wire.requests == []


@pytest.mark.parametrize(
    ("to", "sent_to"),
    [
        ("Office <office@harbour.example>", "Office <office@harbour.example>"),
        ("buero@hafen-köln.example", "buero@xn--hafen-kln-67a.example"),
    ],
)
def test_a_mailbox_travels_in_ascii(wire: Wire, sender: SesSender, to: str, sent_to: str) -> None:
    wire.act = TAKEN
    sender.send("northwind", replaced(to=to))
    assert wire.body["Destination"] == {"ToAddresses": [sent_to]}


@pytest.mark.parametrize(
    "to", ["", "nobody", "@harbour.example", "büro@harbour.example", "a b@harbour.example", "a@"]
)
def test_an_address_that_no_mail_can_reach_is_refused_before_the_wire(
    wire: Wire, sender: SesSender, to: str
) -> None:
    with pytest.raises(Refused, match="bad_address"):
        sender.send("northwind", replaced(to=to))
    assert wire.requests == []


@pytest.mark.parametrize("own", ["", "nobody", "büro@northwind.example"])
def test_a_bad_sender_of_the_creditor_is_not_held_against_the_address(
    wire: Wire, sender: SesSender, own: str
) -> None:
    with pytest.raises(Misconfigured):
        sender.send("northwind", replaced(sender=own))
    assert wire.requests == []


def test_what_botocore_itself_refuses_is_not_sent_and_not_unclear(
    wire: Wire, sender: SesSender
) -> None:
    with pytest.raises(Misconfigured, match="ParamValidationError"):
        sender.send("northwind", replaced(tags=(("notice", 7),)))  # type: ignore[arg-type]
    assert wire.requests == []


def test_a_connection_kept_for_long_is_not_used_again(wire: Wire, sender: SesSender) -> None:
    wire.act = TAKEN
    at = [0.0]
    sender._fresh._monotonic = lambda: at[0]
    sender._fresh._used = 0.0
    sender.send("northwind", MESSAGE)
    sender.send("northwind", MESSAGE)
    assert wire.connections == 1
    at[0] = once.IDLE + 1
    sender.send("northwind", MESSAGE)
    assert wire.connections == 2
    assert len(wire.requests) == 3


def test_several_threads_send_side_by_side_each_once(wire: Wire, sender: SesSender) -> None:
    wire.act = TAKEN
    threads = [threading.Thread(target=sender.send, args=("northwind", MESSAGE)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(wire.requests) == 8


def replaced(**changes: object) -> Message:
    return replace(MESSAGE, **changes)  # type: ignore[arg-type]
