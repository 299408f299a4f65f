"""What the other tests rely on: emulator, front and gate around a probe function.

Nothing of the product runs here; the probe and its queues are made by this test.
"""

import io
import json
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from infra.config import local_cell
from infra.local.cloud import FunctionFailedError, LocalCloud, local_cloud
from infra.local.faults import Rule
from infra.local.identity import ACCOUNT, REGION

PROBE = """
import json, os
import boto3
from botocore.config import Config

ONCE = Config(retries={"total_max_attempts": 1}, read_timeout=2)

def handler(event, context):
    for record in event.get("Records", []):
        do(json.loads(record["body"]))
    return do(event) if "Records" not in event else {"batchItemFailures": []}

def do(order):
    if "mail" in order:
        return boto3.client("sesv2", config=ONCE).send_email(**order["mail"])["MessageId"]
    if "put" in order:
        boto3.client("sqs").send_message(QueueUrl=order["put"], MessageBody="done")
    return "done"
"""


def trust() -> str:
    principal = {"Service": "lambda.amazonaws.com"}
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def allowing(*actions: str) -> str:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@dataclass
class Probe:
    """A function of the test's own, a queue before it, and one that it writes to."""

    cloud: LocalCloud
    name: str
    work: str
    results: str

    def invoke(self, **order: Any) -> Any:
        answer = self.cloud.client("lambda").invoke(
            FunctionName=self.name, Payload=json.dumps(order).encode()
        )
        text = answer["Payload"].read().decode()
        if answer.get("FunctionError"):
            raise FunctionFailedError(text)
        return json.loads(text)

    def mail(self, to: str) -> Any:
        return self.invoke(
            mail={
                "FromEmailAddress": "billing@example.com",
                "Destination": {"ToAddresses": [to]},
                "Content": {"Simple": {"Subject": {"Data": "s"}, "Body": {"Text": {"Data": "t"}}}},
                "EmailTags": [{"Name": "notice", "Value": "n-1"}],
                "ConfigurationSetName": "probe",
            }
        )

    def may(self, *actions: str) -> None:
        self.cloud.client("iam").put_role_policy(
            RoleName=self.name, PolicyName="probe", PolicyDocument=allowing(*actions)
        )

    def received(self, count: int, seconds: float = 60.0) -> list[str]:
        sqs, bodies, until = self.cloud.client("sqs"), [], time.monotonic() + seconds
        while len(bodies) < count and time.monotonic() < until:
            messages = sqs.receive_message(
                QueueUrl=self.results, MaxNumberOfMessages=10, WaitTimeSeconds=1
            ).get("Messages", [])
            for message in messages:
                bodies.append(message["Body"])
                sqs.delete_message(QueueUrl=self.results, ReceiptHandle=message["ReceiptHandle"])
        return bodies


@pytest.fixture(scope="module")
def made(shared_cloud: LocalCloud) -> Probe:
    cloud, name = shared_cloud, "probe"
    iam, sqs, events, ses = (cloud.client(s) for s in ("iam", "sqs", "events", "sesv2"))
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust())["Role"]["Arn"]
    work, results = (
        sqs.create_queue(QueueName=queue, Attributes={"VisibilityTimeout": "2"})["QueueUrl"]
        for queue in ("probe-work", "probe-results")
    )
    arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:probe"
    only_tls = {"Bool": {"aws:SecureTransport": "false"}}
    deny = {
        "Effect": "Deny", "Principal": "*", "Action": "sqs:*",
        "Resource": f"{arn}-results", "Condition": only_tls,
    }  # fmt: skip
    policy = json.dumps({"Version": "2012-10-17", "Statement": [deny]})
    sqs.set_queue_attributes(QueueUrl=results, Attributes={"Policy": policy})
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("probe.py", PROBE)
    cloud.client("lambda").create_function(
        FunctionName=name,
        Runtime="python3.13",
        Handler="probe.handler",
        Role=role,
        Timeout=20,
        Code={"ZipFile": archive.getvalue()},
        Environment={"Variables": {"AWS_ENDPOINT_URL_SESV2": cloud.gate.url}},
    )
    cloud.client("lambda").create_event_source_mapping(
        FunctionName=name,
        EventSourceArn=f"{arn}-work",
        BatchSize=1,
        FunctionResponseTypes=["ReportBatchItemFailures"],
    )
    ses.create_configuration_set(ConfigurationSetName="probe")
    bus = f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/default"
    ses.create_configuration_set_event_destination(
        ConfigurationSetName="probe",
        EventDestinationName="bus",
        EventDestination={
            "Enabled": True,
            "MatchingEventTypes": ["SEND", "BOUNCE"],
            "EventBridgeDestination": {"EventBusArn": bus},
        },
    )
    tags = {"tags": {"ses:configuration-set": ["probe"]}}
    pattern = {"source": ["aws.ses"], "detail-type": ["Email Bounced"], "detail": {"mail": tags}}
    events.put_rule(Name="probe", EventPattern=json.dumps(pattern))
    events.put_targets(Rule="probe", Targets=[{"Id": "q", "Arn": f"{arn}-results"}])
    return Probe(cloud, name, work, results)


@pytest.fixture
def probe(cloud: LocalCloud, made: Probe) -> Iterator[Probe]:
    made.may("ses:SendEmail", "sqs:*")
    yield made
    cloud.client("sqs").purge_queue(QueueUrl=made.results)


def test_a_functions_mail_is_accepted_and_its_bounce_comes_back_by_the_rule(probe: Probe) -> None:
    message_id = probe.mail("bounce@example.com")
    (event,) = (json.loads(body) for body in probe.received(1))
    assert event["detail-type"] == "Email Bounced"
    assert event["detail"]["mail"]["messageId"] == message_id
    assert event["detail"]["mail"]["tags"]["notice"] == ["n-1"]
    (row,) = probe.cloud.gate.log()
    assert (row["outcome"], row["message_id"]) == ("accepted", message_id)


def test_a_function_without_the_grant_is_denied_at_the_gate(probe: Probe) -> None:
    probe.may("sqs:*")
    with pytest.raises(FunctionFailedError, match="AccessDenied"):
        probe.mail("anna@example.com")
    assert probe.cloud.gate.log()[0]["outcome"] == "denied"


def test_a_queue_that_asks_for_tls_takes_what_comes_through_the_front(probe: Probe) -> None:
    assert probe.invoke(put=probe.results) == "done"
    assert probe.received(1) == ["done"]


def test_the_front_counts_by_function_and_operation(probe: Probe) -> None:
    probe.invoke(put=probe.results)
    (row,) = probe.cloud.front.counts()
    assert (row["function"], row["operation"], row["requests"]) == ("probe", "sqs:SendMessage", 1)


def test_a_killed_function_fails_its_invocation_and_the_next_one_works(probe: Probe) -> None:
    probe.cloud.front.add(Rule(operation="sqs:SendMessage", when="before", action="kill"))
    with pytest.raises(FunctionFailedError, match="Worker process died"):
        probe.invoke(put=probe.results)
    assert probe.invoke(put=probe.results) == "done"
    assert probe.received(2, seconds=1.5) == ["done"]


def test_the_message_of_a_killed_function_is_seen_again_after_its_visibility_timeout(
    probe: Probe,
) -> None:
    probe.cloud.front.add(Rule(operation="sqs:SendMessage", when="after", action="kill"))
    order = json.dumps({"put": probe.results})
    probe.cloud.client("sqs").send_message(QueueUrl=probe.work, MessageBody=order)
    # Once by the function that was killed after its request, once by its successor.
    assert probe.received(2) == ["done", "done"]


def test_the_gate_can_kill_the_sender_after_the_accept(probe: Probe) -> None:
    with pytest.raises(FunctionFailedError, match="Worker process died"):
        probe.mail("kill-after-accept@example.com")
    (row,) = probe.cloud.gate.log()
    assert (row["outcome"], row["accepted"]) == ("killed_after_accept", True)


def test_the_stacks_are_deployed_and_nothing_waits(cloud: LocalCloud) -> None:
    cloud.wait_until_quiet()
    assert cloud.outputs["SendEmailFunctionName"]
    assert set(cloud.dead_letters().values()) == {0}


def test_two_clouds_live_side_by_side_and_the_second_leaves_nothing_behind(
    cloud: LocalCloud, tmp_path: Path
) -> None:
    with local_cloud(tmp_path / "second", deploy=False) as second:
        assert second.client("lambda").list_functions()["Functions"] == []
        addresses = {c.url for c in (cloud.gate, cloud.front, second.gate, second.front)}
        assert len(addresses | {cloud.endpoint, second.endpoint}) == 6
    with pytest.raises(OSError, match="refused"):
        second.gate.pending()
    assert cloud.client("lambda").list_functions()["Functions"] != []
    assert {path.name for path in second.directory.iterdir()} >= {"logs", "gate"}


def test_the_cloud_and_the_local_cell_speak_of_the_same_region() -> None:
    assert local_cell("http://127.0.0.1:1").region == REGION
