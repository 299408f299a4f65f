"""Each function needs the rights that it has: take one away, and what it was for fails by its name;
give it back, and the work goes on, nothing lost and nothing twice.
"""

import contextlib
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from dunning.domain import history, reasons

from infra.local.cloud import FunctionFailedError, LocalCloud
from tests.cloud.conftest import MakeStage
from tests.cloud.stage import Stage, customer, invoice, wait_for

DUE, MORNING, LATER = "2026-10-01", "2026-10-12T09:00:00Z", "2026-10-12T09:05:00Z"
DENIED = re.compile(r"not authorized to perform: ([a-z0-9]+:\w+)")


@contextlib.contextmanager
def without(cloud: LocalCloud, function: str, *actions: str, on: str = "") -> Iterator[None]:
    """Meanwhile a function's role lacks these actions; with `on`, on resources of that ending."""
    iam = cloud.client("iam")
    found = cloud.client("lambda").get_function_configuration(
        FunctionName=cloud.outputs[f"{function}FunctionName"]
    )
    role = {"RoleName": found["Role"].rpartition("/")[2]}
    (name,) = iam.list_role_policies(**role)["PolicyNames"]
    before = iam.get_role_policy(**role, PolicyName=name)["PolicyDocument"]
    kept = [less(statement, actions, on) for statement in before["Statement"]]
    after = {**before, "Statement": [one for one in kept if one["Action"]]}
    assert after != before
    put: Callable[[Any], Any] = lambda policy: iam.put_role_policy(  # noqa: E731
        **role, PolicyName=name, PolicyDocument=json.dumps(policy)
    )
    put(after)
    try:
        yield
    finally:
        put(before)


def less(statement: dict[str, Any], actions: tuple[str, ...], on: str) -> dict[str, Any]:
    resources = statement["Resource"]
    named = resources if isinstance(resources, list) else [resources]
    if not any(str(one).endswith(on) for one in named):
        return statement
    granted = statement["Action"]
    granted = granted if isinstance(granted, list) else [granted]
    return {**statement, "Action": [one for one in granted if one not in actions]}


class Denials:
    """Actions that were denied to functions since this was made, from what they wrote."""

    def __init__(self, cloud: LocalCloud) -> None:
        self._log = cloud.emulator_log
        self._start = self._log.stat().st_size

    def __call__(self) -> set[str]:
        with self._log.open("rb") as file:
            file.seek(self._start)
            return set(DENIED.findall(file.read().decode(errors="replace")))


def ask(stage: Stage, name: str) -> None:
    """A message about one account alone, as the sweep would put it."""
    body = {"v": 1, "account": stage.account(name), "agenda_at": MORNING}
    stage.cloud.client("sqs").send_message(
        QueueUrl=stage.cloud.outputs["EmailQueueUrl"],
        MessageBody=json.dumps(body),
        MessageGroupId=stage.creditor,
    )


def purge(cloud: LocalCloud, queue: str) -> None:
    cloud.client("sqs").purge_queue(QueueUrl=cloud.outputs[queue])


def test_a_sender_that_may_not_send_loses_nothing(on_stage: MakeStage) -> None:
    stage = on_stage("may-not-send")
    to = "one@may.example"
    stage.open("2026-09-01T06:00:00Z", customer("one", to), invoice("one", "S-1", DUE))
    stage.at(MORNING)
    with without(stage.cloud, "SendEmail", "ses:SendEmail"):
        stage.sweep_and_send()
    assert stage.outcomes(to) == ["denied"]
    assert stage.head("one").plan.reason == reasons.BACKOFF
    stage.at(LATER)
    assert stage.sweep_and_send() == 1
    assert stage.outcomes(to) == ["denied", "accepted"]
    assert stage.attempts("one") == [(1, 1, history.RELEASED), (1, 1, history.SENT)]


def test_a_sender_without_a_right_on_the_ledger_sends_nothing_it_cannot_answer_for(
    on_stage: MakeStage,
) -> None:
    stage = on_stage("ledger-rights")
    actions = {
        "reads": "dynamodb:GetItem",
        "lives": "dynamodb:Query",
        "claims": "dynamodb:UpdateItem",
        "records": "dynamodb:PutItem",
    }
    stage.open(
        "2026-09-01T06:00:00Z",
        *(customer(name, f"{name}@rights.example") for name in actions),
        *(invoice(name, f"L-{name}", DUE) for name in actions),
    )
    stage.at(MORNING)
    for name, action in actions.items():
        denials = Denials(stage.cloud)
        with without(stage.cloud, "SendEmail", action):
            ask(stage, name)
            wait_for(denials)
            purge(stage.cloud, "EmailQueueUrl")
        assert denials() == {action}
    # Only the record comes after the mail, and its event then settles the claim.
    stage.quiet()
    assert [row["to"] for row in stage.cloud.gate.log()] == ["records@rights.example"]
    stage.sweep_and_send()
    for name in actions:
        assert stage.outcomes(f"{name}@rights.example") == ["accepted"]
        assert stage.attempts(name) == [(1, 1, history.SENT)]


@pytest.mark.parametrize(
    ("actions", "on"),
    [
        (("sqs:SendMessage", "sqs:SendMessageBatch"), ""),
        (("sqs:GetQueueAttributes",), ""),
        (("dynamodb:Query",), "/index/agenda"),
        (("dynamodb:PutItem",), ""),
    ],
    ids=["send", "depth", "agenda", "cursor"],
)
def test_a_sweep_without_a_right_fails_by_its_name_and_the_next_one_makes_up_for_it(
    on_stage: MakeStage, actions: tuple[str, ...], on: str
) -> None:
    stage = on_stage(f"sweep-{actions[-1].partition(':')[2].lower()}")
    to = f"{stage.creditor}@sweep.example"
    stage.open("2026-09-01T06:00:00Z", customer("one", to), invoice("one", "W-1", DUE))
    stage.at(MORNING)
    with (
        without(stage.cloud, "Sweep", *actions, on=on),
        pytest.raises(FunctionFailedError, match=f"not authorized to perform: {actions[-1]}"),
    ):
        stage.sweep()
    stage.sweep_and_send()
    assert stage.outcomes(to) == ["accepted"]


def test_a_file_whose_reader_lacks_a_right_is_not_taken_by_halves(on_stage: MakeStage) -> None:
    stage = on_stage("intake")
    stage.open("2026-09-01T06:00:00Z")
    cloud = stage.cloud
    body = json.dumps(customer("one", "one@intake.example")).encode()
    key = {"Bucket": cloud.outputs["BucketName"], "Key": "incoming/intake/one.jsonl"}
    for on, *actions in (
        ("/incoming/*", "s3:GetObject", "s3:GetObjectVersion"),
        ("", "dynamodb:PutItem"),
        ("", "dynamodb:UpdateItem"),
        ("/work/*", "s3:PutObject"),
        ("", "sqs:SendMessage", "sqs:SendMessageBatch"),
    ):
        denials = Denials(cloud)
        with without(cloud, "ImportInvoices", *actions, on=on):
            cloud.client("s3").put_object(**key, Body=body)
            wait_for(denials)
            purge(cloud, "ImportsQueueUrl")
        assert denials() & set(actions) == denials() != set()
        assert stage.reader.head("intake", stage.account("one")) is None
    report = stage.loader.file("one.jsonl", body)
    assert (report["accepted"], report["unchanged"]) == (1, 0)


def test_a_part_whose_writer_lacks_a_right_comes_again_and_loses_nothing(
    on_stage: MakeStage,
) -> None:
    stage = on_stage("parts")
    stage.open("2026-09-01T06:00:00Z")
    cloud = stage.cloud
    rights = (
        ("/work/*", "s3:GetObject"),
        ("", "secretsmanager:GetSecretValue"),
        ("", "dynamodb:PutItem"),
        ("", "dynamodb:UpdateItem"),
        ("/work/*", "s3:PutObject"),
    )
    for number, (on, *actions) in enumerate(rights):
        name = f"one-{number}"
        body = json.dumps(customer(name, f"{name}@parts.example")).encode()
        denials = Denials(cloud)
        with cloud.visibility("PartsQueueUrl", 1):
            with without(cloud, "RecordImport", *actions, on=on):
                if actions[0].startswith("secretsmanager"):
                    forget(cloud, "RecordImport")
                cloud.client("s3").put_object(
                    Bucket=cloud.outputs["BucketName"],
                    Key=f"incoming/parts/{name}.jsonl",
                    Body=body,
                )
                wait_for(denials)
            stage.quiet()
        assert denials() & set(actions) == denials() != set()
        assert stage.head(name).customer == name
    done = stage.by_hand("imports", "--creditor", "parts")
    assert {one["state"] for one in done} == {"done"}


def forget(cloud: LocalCloud, function: str) -> None:
    """The function's processes end, and with them what they keep: the key of the address hashes."""
    client, name = cloud.client("lambda"), cloud.outputs[f"{function}FunctionName"]
    found = client.get_function_configuration(FunctionName=name)
    client.update_function_configuration(FunctionName=name, MemorySize=found["MemorySize"])


def test_feedback_that_may_not_be_written_comes_again(on_stage: MakeStage) -> None:
    stage = on_stage("feedback")
    to = "bounce@feedback-rights.example"
    stage.open("2026-09-01T06:00:00Z", customer("one", to), invoice("one", "K-1", DUE))
    stage.at(MORNING)
    denials = Denials(stage.cloud)
    with stage.cloud.visibility("FeedbackQueueUrl", 1):
        with without(stage.cloud, "RecordFeedback", "dynamodb:PutItem"):
            stage.sweep()
            wait_for(denials)
        stage.quiet()
    assert denials() == {"dynamodb:PutItem"}
    assert [one.reason for one in stage.head("one").unusable] == ["bounced"]
    assert stage.outcomes(to) == ["accepted"]
