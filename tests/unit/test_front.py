"""The front between a client and AWS: what it counts, and how a request gets lost by a rule.

The upstream is a server of the test's own; the killed function is a process of the test's own.
"""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from infra.local.clients import ControlError, FrontClient
from infra.local.faults import Rule
from infra.local.front import Front
from infra.local.wire import Answer, Request, Server

SIGNED = (
    "AWS4-HMAC-SHA256 Credential=ASIA1/20260302/us-east-1/{service}/aws4_request, "
    "SignedHeaders=host, Signature=0"
)


@dataclass
class FakeAws:
    seen: list[Request] = field(default_factory=list)

    def handle(self, request: Request) -> Answer:
        self.seen.append(request)
        return Answer(200, (("X-Served", "yes"),), b"{}")


@dataclass
class Stage:
    front: FrontClient
    aws: FakeAws

    def call(self, target: str, body: bytes = b"{}", service: str = "dynamodb") -> int:
        headers = {"X-Amz-Target": target, "Authorization": SIGNED.format(service=service)}
        request = urllib.request.Request(self.front.url, body, headers)
        try:
            with urllib.request.urlopen(request, timeout=5) as response:
                return int(response.status)
        except urllib.error.HTTPError as error:
            return error.code


@pytest.fixture
def stage() -> Iterator[Stage]:
    aws = FakeAws()
    upstream = Server(aws.handle)
    upstream.start()
    front = Front(upstream.url)
    server = Server(front.handle)
    front.port = server.server_address[1]
    server.start()
    yield Stage(FrontClient(server.url), aws)
    server.stop()
    upstream.stop()


def test_a_request_goes_through_as_come_by_tls_and_is_counted(stage: Stage) -> None:
    assert stage.call("DynamoDB_20120810.GetItem", b"12345") == 200
    (request,) = stage.aws.seen
    assert request.header("x-forwarded-proto") == "https"
    assert request.body == b"12345"
    assert stage.front.counts() == [
        {
            "function": "",
            "operation": "dynamodb:GetItem",
            "requests": 1,
            "errors": 0,
            "request_bytes": 5,
            "response_bytes": 2,
        }
    ]


def test_a_request_dropped_before_never_reaches_aws_and_dropped_after_does(stage: Stage) -> None:
    stage.front.add(Rule(operation="dynamodb:UpdateItem", action="drop", when="before"))
    with pytest.raises(ConnectionError):
        stage.call("DynamoDB_20120810.UpdateItem")
    assert stage.aws.seen == []
    stage.front.reset()
    stage.front.add(Rule(operation="dynamodb:UpdateItem", action="drop", when="after"))
    with pytest.raises(ConnectionError):
        stage.call("DynamoDB_20120810.UpdateItem")
    assert len(stage.aws.seen) == 1


def test_a_rule_takes_the_nth_request_that_it_describes_and_no_other(stage: Stage) -> None:
    stage.front.add(
        Rule(operation="dynamodb:*", contains="claim", nth=2, action="error", code="Oops")
    )
    assert stage.call("DynamoDB_20120810.UpdateItem", b"claim") == 200
    assert stage.call("DynamoDB_20120810.UpdateItem", b"other") == 200
    assert stage.call("DynamoDB_20120810.UpdateItem", b"claim") == 400
    assert stage.call("DynamoDB_20120810.UpdateItem", b"claim") == 200
    (fired,) = stage.front.fired()
    assert fired["operation"] == "dynamodb:UpdateItem"


def test_a_delayed_request_is_answered_late(stage: Stage) -> None:
    stage.front.add(Rule(operation="sqs:*", action="delay", seconds=0.3))
    start = time.monotonic()
    assert stage.call("AmazonSQS.SendMessage", service="sqs") == 200
    assert time.monotonic() - start > 0.3


def test_a_rule_with_an_unknown_word_is_refused(stage: Stage) -> None:
    with pytest.raises(ControlError, match="before or after"):
        stage.front._post("rule", {"when": "later"})
    with pytest.raises(ControlError, match="unknown: colour"):
        stage.front._post("rule", {"colour": "red"})


CALLER = """
import sys, urllib.request
headers = {"X-Amz-Target": "DynamoDB_20120810.UpdateItem", "Authorization": sys.argv[2]}
urllib.request.urlopen(urllib.request.Request(sys.argv[1], b"{}", headers), timeout=5)
"""


def run_caller(url: str, **environment: str) -> int:
    done = subprocess.run(
        [sys.executable, "-c", CALLER, url, SIGNED.format(service="dynamodb")],
        env={**os.environ, **environment},
        stderr=subprocess.DEVNULL,
        timeout=20,
        check=False,
    )
    return done.returncode


def test_kill_takes_down_the_function_at_the_other_end_after_aws_has_acted(stage: Stage) -> None:
    stage.front.add(Rule(operation="*:UpdateItem", function="sender", when="after", action="kill"))
    assert run_caller(stage.front.url, AWS_LAMBDA_FUNCTION_NAME="sender") == -9
    assert len(stage.aws.seen) == 1
    assert stage.front.fired()[0]["pid"] > 0
    assert stage.front.counts()[0]["function"] == "sender"


def test_kill_touches_no_process_that_is_not_a_function(stage: Stage) -> None:
    stage.front.add(Rule(operation="*:UpdateItem", when="before", action="kill"))
    assert run_caller(stage.front.url) == 1
    assert stage.front.fired()[0]["pid"] is None
