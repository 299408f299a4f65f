"""What should never happen wakes a person, and the way to that person is open."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from infra.stateless.alarms import COUNTED, COUNTED_DAILY
from tests.infra.reading import Reading

BUFFERS = ("Imports", "Parts", "Email", "Feedback", "Sent")
FUNCTIONS = (
    *("ImportInvoices", "Sweep", "SendEmail", "RecordFeedback"),
    "RenewLinks",
    *("Portal", "OptOut", "PrintPdf", "Api", "ApiRead", "DeliverWebhooks", "GuardExperiments"),
    "CollectPlans",
)


@pytest.mark.parametrize(
    "metric",
    [
        "AccountParked",
        "AttemptUnknown",
        "ChannelPaused",
        "ConfigurationRefused",
        "CreditorPaused",
        "ExperimentsUnread",
        "MessageGivenUp",
        "NoticeRefused",
        "OptOutNotListed",
        "OwnWordingFailed",
        "PaymentNotBegun",
        "PlanNotCollected",
        "QuotaUsedUp",
        "ReplanSkipped",
        "RulesetRunsOut",
        "SendingProbation",
        "SendingSandbox",
        "StatementNotAttached",
    ],
)
def test_one_count_is_enough(metric: str, stateless: Reading, cell_name: str) -> None:
    alarm = _alarms(stateless)[metric]
    assert alarm["Namespace"] == "Duecourse"
    assert alarm["MetricName"] == metric
    assert alarm["Dimensions"] == [{"Name": "service", "Value": f"duecourse-{cell_name}"}]
    _rings_at_the_first(alarm)


def test_what_is_counted_once_a_day_is_looked_at_by_the_day(stateless: Reading) -> None:
    periods = {name: _alarms(stateless)[name]["Period"] for name in (*COUNTED, *COUNTED_DAILY)}
    daily = {"RulesetRunsOut", "SendingProbation", "SendingSandbox"}
    assert {name for name, period in periods.items() if period == 86_400} == daily
    assert {periods[name] for name in COUNTED} == {300}


def test_an_hour_in_which_the_quota_could_not_be_read_is_told(stateless: Reading) -> None:
    alarm = _alarms(stateless)["QuotaUnread"]
    assert (alarm["Period"], alarm["Threshold"], alarm["EvaluationPeriods"]) == (3_600, 3, 1)


def test_the_metrics_are_counted_under_the_name_that_the_alarms_look_at(
    stateless: Reading, cell_name: str
) -> None:
    services = {
        function["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"]
        for function in stateless.properties("AWS::Lambda::Function").values()
    }
    assert services == {f"duecourse-{cell_name}"}


@pytest.mark.parametrize("name", [*BUFFERS, "Sweep", "Guard", "Collection"])
def test_a_single_dead_letter_is_enough(name: str, stateless: Reading) -> None:
    alarm = _alarms(stateless)[f"{name}DeadLetters"]
    queue = f"{name}DeadLetters" if name not in BUFFERS else f"{name}/DeadLetters"
    assert alarm["MetricName"] == "ApproximateNumberOfMessagesVisible"
    assert alarm["Dimensions"] == [{"Name": "QueueName", "Value": f"{{{queue}.QueueName}}"}]
    _rings_at_the_first(alarm)


def test_no_queue_for_dead_letters_is_without_an_alarm(stateless: Reading) -> None:
    queues = stateless.properties("AWS::SQS::Queue")
    watched = {
        alarm["Dimensions"][0]["Value"]
        for alarm in _alarms(stateless).values()
        if alarm["MetricName"] == "ApproximateNumberOfMessagesVisible"
    }
    dead = {path for path, queue in queues.items() if "RedrivePolicy" not in queue}
    assert watched == {f"{{{path}.QueueName}}" for path in dead}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_that_raises_is_told(name: str, stateless: Reading) -> None:
    alarm = _alarms(stateless)[f"{name}Errors"]
    assert alarm["MetricName"] == "Errors"
    assert alarm["Dimensions"] == [{"Name": "FunctionName", "Value": f"{{{name}/Function}}"}]
    _rings_at_the_first(alarm)


@pytest.mark.parametrize("name", ["Email", "Feedback", "LinkRequests"])
def test_messages_that_wait_for_two_intervals_are_told(name: str, stateless: Reading) -> None:
    alarm = _alarms(stateless)[f"{name}Waiting"]
    assert alarm["MetricName"] == "ApproximateAgeOfOldestMessage"
    queue = "LinkRequests/Requests" if name == "LinkRequests" else name
    assert alarm["Dimensions"] == [{"Name": "QueueName", "Value": f"{{{queue}/Queue.QueueName}}"}]
    assert alarm["Threshold"] == 1800


def test_a_sweep_that_does_not_run_is_told_too(stateless: Reading) -> None:
    alarm = _alarms(stateless)["SweepSilent"]
    assert alarm["MetricName"] == "Invocations"
    assert alarm["ComparisonOperator"] == "LessThanThreshold"
    assert (alarm["Threshold"], alarm["EvaluationPeriods"], alarm["Period"]) == (1, 2, 900)
    assert alarm["TreatMissingData"] == "breaching"


def test_every_alarm_says_what_to_do_and_reaches_the_topic(stateless: Reading) -> None:
    for name, alarm in _alarms(stateless).items():
        assert alarm["AlarmActions"] == ["{Alarms/Topic}"], name
        assert len(alarm["AlarmDescription"]) > 40, name


def test_the_runbooks_know_every_metric_that_wakes_a_person() -> None:
    runbooks = (Path(__file__).parents[2] / "docs" / "runbooks.md").read_text(encoding="utf-8")
    for metric in (*COUNTED, *COUNTED_DAILY):
        assert f"(`{metric}`)" in runbooks, metric


def test_the_topic_is_encrypted_with_a_key_that_alarms_may_use(stateless: Reading) -> None:
    assert stateless.only("AWS::SNS::Topic")["KmsMasterKeyId"] == "{Alarms/Key.Arn}"
    key = stateless.only("AWS::KMS::Key")
    assert key["EnableKeyRotation"] is True
    assert _for_alarms(key["KeyPolicy"]) == ["kms:Decrypt", "kms:GenerateDataKey*"]


def test_the_topic_lets_alarms_in_and_refuses_plain_http(stateless: Reading) -> None:
    policy = stateless.only("AWS::SNS::TopicPolicy")["PolicyDocument"]
    assert _for_alarms(policy) == "sns:Publish"
    refused = [s for s in policy["Statement"] if s["Effect"] == "Deny"]
    assert [s["Condition"] for s in refused] == [{"Bool": {"aws:SecureTransport": "false"}}]


def _for_alarms(policy: dict[str, Any]) -> Any:
    (statement,) = (
        statement
        for statement in policy["Statement"]
        if statement["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    )
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": "{AWS::AccountId}"}}
    return statement["Action"]


def _rings_at_the_first(alarm: dict[str, Any]) -> None:
    assert alarm["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"
    assert (alarm["Threshold"], alarm["EvaluationPeriods"]) == (1, 1)
    assert alarm["TreatMissingData"] == "notBreaching"
    assert alarm["Statistic"] in ("Sum", "Maximum")


def _alarms(reading: Reading) -> dict[str, dict[str, Any]]:
    return {
        path.removeprefix("Alarms/"): alarm
        for path, alarm in reading.properties("AWS::CloudWatch::Alarm").items()
    }
