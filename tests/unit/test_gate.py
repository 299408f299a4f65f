"""The gate as a sender meets it: botocore on one side, our own upstream and bus on the other.

No emulator runs here; tests/cloud has the gate between a function and the emulated AWS.
"""

import json
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError

from infra.local.clients import ControlError, GateClient
from infra.local.gate.courier import Courier
from infra.local.gate.journal import Journal
from infra.local.gate.server import Gate
from infra.local.wire import Answer, Request, Server, Upstream

ALL_TYPES = frozenset(("SEND", "DELIVERY", "BOUNCE", "COMPLAINT", "REJECT", "DELIVERY_DELAY"))
QUEUE = "arn:aws:sqs:us-east-1:000000000000:feedback"


@dataclass
class FakeEmulator:
    """Takes every mail, or denies it, and remembers what it was asked."""

    denies: bool = False
    seen: list[Request] = field(default_factory=list)

    def handle(self, request: Request) -> Answer:
        self.seen.append(request)
        if self.denies:
            body = json.dumps({"message": "no ses:SendEmail"}).encode()
            return Answer(403, (("x-amzn-errortype", "AccessDeniedException"),), body)
        return Answer(200, (), json.dumps({"MessageId": f"m-{len(self.seen)}"}).encode())


@dataclass
class FakeBus:
    sent: list[dict[str, Any]] = field(default_factory=list)
    told: list[dict[str, Any]] = field(default_factory=list)
    topics: set[str] = field(default_factory=set)

    def published_types(self, configuration_set: str) -> frozenset[str]:
        return ALL_TYPES if configuration_set == "cs" else frozenset()

    def queues(self, event: dict[str, Any]) -> Sequence[str]:
        return [] if event["detail-type"] == "Email Delivered" else [QUEUE]

    def send(self, queue: str, bodies: Sequence[str]) -> None:
        self.sent += [json.loads(body) for body in bodies]

    def notify(self, topic: str, text: str) -> bool:
        self.topics.add(topic)
        self.told.append(json.loads(text))
        return True

    def forget(self) -> None:
        """Nothing is remembered here."""

    def kinds(self) -> list[str]:
        return [event["detail"]["eventType"] for event in self.sent]


@dataclass
class Stage:
    gate: GateClient
    bus: FakeBus
    emulator: FakeEmulator
    directory: Path
    url: str

    @cached_property
    def ses(self) -> Any:
        return self.client("sesv2")

    def client(self, service: str) -> Any:
        return boto3.client(
            service,  # type: ignore[call-overload]
            endpoint_url=self.url,
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(read_timeout=0.4, retries={"total_max_attempts": 1}),
        )

    def send(self, to: str, **changes: Any) -> str:
        request: dict[str, Any] = {
            "FromEmailAddress": "Rechnung <billing@example.com>",
            "Destination": {"ToAddresses": [to]},
            "Content": {
                "Simple": {
                    "Subject": {"Data": "Invoice 17"},
                    "Body": {"Text": {"Data": "Please pay."}},
                    "Headers": [{"Name": "X-Duecourse-Items", "Value": "abc"}],
                }
            },
            "EmailTags": [
                {"Name": "notice", "Value": "n-1"},
                {"Name": "attempt", "Value": "1"},
                {"Name": "account", "Value": "YWNtZSNjMQ"},
            ],
            "ConfigurationSetName": "cs",
            **changes,
        }
        message_id: str = self.ses.send_email(**request)["MessageId"]
        return message_id

    def settled(self) -> None:
        until = time.monotonic() + 5
        while self.gate.pending()["queued"] and time.monotonic() < until:
            time.sleep(0.01)

    def only_row(self) -> dict[str, Any]:
        (row,) = self.gate.log()
        return row


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    emulator, bus = FakeEmulator(), FakeBus()
    upstream = Server(emulator.handle)
    upstream.start()
    gate = Gate(
        upstream=Upstream(upstream.url),
        courier=Courier(bus),
        journal=Journal(tmp_path),
        account="000000000000",
        region="us-east-1",
        longest_silence=5,
    )
    server = Server(gate.handle)
    gate.port = server.server_address[1]
    server.start()
    yield Stage(GateClient(server.url), bus, emulator, tmp_path, server.url)
    server.stop()
    upstream.stop()


def test_an_ordinary_mail_is_passed_on_accepted_logged_and_told_to_the_bus(stage: Stage) -> None:
    message_id = stage.send("anna@example.com")
    stage.settled()
    row = stage.only_row()
    assert message_id == "m-1"
    assert row | {"at": ""} == {
        "n": 1, "at": "", "service": "ses", "channel": "email", "to": "anna@example.com",
        "notice": "n-1", "attempt": "1", "account": "YWNtZSNjMQ", "items": "abc",
        "subject": "Invoice 17", "outcome": "accepted", "accepted": True, "failed_by": None,
        "message_id": "m-1",
    }  # fmt: skip
    assert stage.bus.kinds() == ["Send"]
    assert stage.bus.sent[0]["detail"]["mail"]["tags"]["attempt"] == ["1"]


def test_the_log_file_holds_the_same_rows_and_the_message_is_kept_whole(stage: Stage) -> None:
    stage.send("anna@example.com")
    lines = (stage.directory / "log.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == stage.gate.log()
    whole = stage.gate.message(1)
    assert whole["request"]["Content"]["Simple"]["Body"]["Text"]["Data"] == "Please pay."
    assert whole["message_id"] == "m-1"


def test_the_signed_headers_reach_the_emulator_unchanged(stage: Stage) -> None:
    stage.send("anna@example.com")
    (request,) = stage.emulator.seen
    assert request.header("host") == stage.url.removeprefix("http://")
    assert "Signature=" in request.header("authorization")


@pytest.mark.parametrize(
    ("to", "code", "status", "outcome"),
    [
        ("throttle@example.com", "TooManyRequestsException", 429, "throttled"),
        ("quota+7@example.com", "LimitExceededException", 400, "quota"),
        ("paused@example.com", "SendingPausedException", 400, "paused"),
        ("suspended@example.com", "AccountSuspendedException", 400, "suspended"),
        ("reject-17@example.com", "MessageRejected", 400, "rejected"),
    ],
)
def test_a_refusal_is_the_documented_error_and_nothing_is_accepted(
    stage: Stage, to: str, code: str, status: int, outcome: str
) -> None:
    with pytest.raises(ClientError) as caught:
        stage.send(to)
    stage.settled()
    assert caught.value.response["Error"]["Code"] == code
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    assert (stage.only_row()["outcome"], stage.only_row()["accepted"]) == (outcome, False)
    assert stage.bus.sent == []


def test_an_address_can_refuse_the_first_requests_only(stage: Stage) -> None:
    for _ in range(2):
        with pytest.raises(ClientError):
            stage.send("throttle-2@example.com")
    stage.send("throttle-2@example.com")
    assert [row["accepted"] for row in stage.gate.log()] == [False, False, True]


@pytest.mark.parametrize(
    ("to", "outcome", "accepted"),
    [
        ("timeout-after-accept@example.com", "timeout_after_accept", True),
        ("timeout-before-accept@example.com", "timeout_before_accept", False),
    ],
)
def test_a_silent_provider_lets_the_sender_time_out(
    stage: Stage, to: str, outcome: str, accepted: bool
) -> None:
    with pytest.raises(ReadTimeoutError):
        stage.send(to)
    stage.settled()
    assert (stage.only_row()["outcome"], stage.only_row()["accepted"]) == (outcome, accepted)
    assert stage.bus.kinds() == (["Send"] if accepted else [])


@pytest.mark.parametrize(
    ("to", "accepted"),
    [("reset@example.com", True), ("reset-before-accept@example.com", False)],
)
def test_a_lost_connection_says_nothing_of_what_was_done(
    stage: Stage, to: str, accepted: bool
) -> None:
    with pytest.raises(ConnectionClosedError):
        stage.send(to)
    assert (stage.only_row()["outcome"], stage.only_row()["accepted"]) == ("reset", accepted)


def test_a_server_error_after_the_accept_is_an_error_to_the_sender_only(stage: Stage) -> None:
    with pytest.raises(ClientError) as caught:
        stage.send("error-after-accept@example.com")
    stage.settled()
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 500
    assert stage.only_row()["accepted"]
    assert stage.bus.kinds() == ["Send"]


@pytest.mark.parametrize(
    ("to", "kinds", "failed_by"),
    [
        ("bounce@example.com", ["Send", "Bounce"], "bounce"),
        ("bounce-17@example.com", ["Send", "Bounce"], "bounce"),
        ("bounce+a.b@example.com", ["Send", "Bounce"], "bounce"),
        ("soft-bounce@example.com", ["Send", "Bounce"], None),
        ("complaint@example.com", ["Send", "Complaint"], "complaint"),
        ("ses-reject@example.com", ["Reject"], "reject"),
        ("delay@example.com", ["Send", "DeliveryDelay"], None),
        ("lost-events@example.com", [], None),
        ("bouncer@example.com", ["Send"], None),
    ],
)
def test_what_becomes_of_an_accepted_mail_is_told_by_events(
    stage: Stage, to: str, kinds: list[str], failed_by: str | None
) -> None:
    stage.send(to)
    stage.settled()
    assert stage.only_row()["accepted"]
    assert stage.only_row()["failed_by"] == failed_by
    assert stage.bus.kinds() == kinds


def test_the_emulator_judges_the_caller_before_the_gate_acts(stage: Stage) -> None:
    stage.emulator.denies = True
    with pytest.raises(ClientError) as caught:
        stage.send("throttle@example.com")
    assert caught.value.response["Error"]["Code"] == "AccessDeniedException"
    assert stage.only_row()["outcome"] == "denied"


def test_a_request_that_aws_would_not_take_goes_no_further(stage: Stage) -> None:
    with pytest.raises(ClientError) as caught:
        stage.send("anna@example.com", EmailTags=[{"Name": "notice", "Value": "n 1"}])
    assert caught.value.response["Error"]["Code"] == "BadRequestException"
    assert "EmailTags" in str(caught.value)
    assert stage.emulator.seen == []
    assert stage.only_row()["outcome"] == "invalid"


def test_a_mail_without_a_configuration_set_has_no_events(stage: Stage) -> None:
    stage.send("bounce@example.com", ConfigurationSetName="other")
    stage.settled()
    assert stage.bus.sent == []


def test_held_events_come_late_twice_or_never(stage: Stage) -> None:
    stage.gate.hold(["Bounce"])
    stage.send("bounce@example.com")
    stage.settled()
    assert stage.bus.kinds() == ["Send"]
    assert stage.gate.pending() == {"queued": 0, "held": 1}
    assert stage.gate.release(times=2) == 1
    stage.settled()
    assert stage.bus.kinds() == ["Send", "Bounce", "Bounce"]
    stage.gate.hold()
    stage.send("bounce@example.com")
    assert stage.gate.release(times=0) == 2
    stage.settled()
    assert stage.bus.kinds() == ["Send", "Bounce", "Bounce"]


def test_an_order_overrides_the_address_for_the_requests_it_names(stage: Stage) -> None:
    stage.gate.order("throttle", to="anna@example.com", nth=2, times=1)
    stage.send("anna@example.com")
    with pytest.raises(ClientError):
        stage.send("anna@example.com")
    stage.send("anna@example.com")
    stage.send("bert@example.com")
    assert [row["outcome"] for row in stage.gate.log()] == [
        "accepted", "throttled", "accepted", "accepted",
    ]  # fmt: skip


def test_an_unknown_order_or_control_is_refused(stage: Stage) -> None:
    with pytest.raises(ControlError, match="no behaviour"):
        stage.gate.order("explode")
    with pytest.raises(ControlError, match="no accepted message"):
        stage.gate.message(99)


def test_a_reset_forgets_rows_messages_orders_and_events(stage: Stage) -> None:
    stage.gate.order("throttle")
    stage.gate.hold()
    stage.gate.reset()
    stage.send("anna@example.com")
    stage.settled()
    assert len(stage.gate.log()) == 1
    assert stage.bus.kinds() == ["Send"]


def test_senders_at_the_same_time_get_serials_of_their_own(stage: Stage) -> None:
    threads = [threading.Thread(target=stage.send, args=(f"p{i}@example.com",)) for i in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(row["n"] for row in stage.gate.log()) == list(range(1, 13))
    assert stage.gate.log(after=11)[0]["n"] == 12


def test_a_call_is_judged_by_its_model_logged_and_kept(stage: Stage) -> None:
    voice = stage.client("pinpoint-sms-voice-v2")
    answer = voice.send_voice_message(
        DestinationPhoneNumber="+49301234567",
        OriginationIdentity="+49307654321",
        MessageBody="Guten Tag",
        VoiceId="VICKI",
        Context={"notice": "n-1", "attempt": "2", "account": "YQ", "items": "abc"},
    )
    row = stage.only_row()
    assert row["message_id"] == answer["MessageId"]
    assert (row["service"], row["notice"], row["attempt"], row["items"]) == (
        "voice", "n-1", "2", "abc",
    )  # fmt: skip
    assert stage.gate.message(1)["request"]["MessageBody"] == "Guten Tag"
    with pytest.raises(ClientError, match="does not match"):
        voice.send_voice_message(
            DestinationPhoneNumber="call me", OriginationIdentity="+49307654321"
        )


def test_what_ses_says_of_the_account_is_ordered_by_the_driver(stage: Stage) -> None:
    ses = stage.ses
    assert ses.get_account()["SendQuota"]["Max24HourSend"] == -1
    stage.gate.says_of_the_account({"MaxSendRate": 2.0, "EnforcementStatus": "PROBATION"})
    told = ses.get_account()
    assert told["SendQuota"]["MaxSendRate"] == 2.0
    assert (told["EnforcementStatus"], told["SendingEnabled"]) == ("PROBATION", True)
    stage.gate.says_of_the_account({"error": "TooManyRequestsException"})
    with pytest.raises(ClientError, match="TooManyRequests"):
        ses.get_account()
    stage.gate.reset()
    assert ses.get_account()["EnforcementStatus"] == "HEALTHY"
