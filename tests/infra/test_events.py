"""What reaches the queues by itself: the schedule, the files, the fate of each mail."""

from __future__ import annotations

import pytest

from tests.infra.reading import Reading


@pytest.mark.parametrize(
    ("path", "name", "every", "function", "failed"),
    [
        ("Schedule", "sweep", "rate(15 minutes)", "Sweep", "SweepDeadLetters"),
        (
            *("GuardSchedule", "guard-experiments", "cron(17 3 * * ? *)"),
            *("GuardExperiments", "GuardDeadLetters"),
        ),
        (
            *("CollectionSchedule", "collect-plans", "rate(15 minutes)"),
            *("CollectPlans", "CollectionDeadLetters"),
        ),
    ],
)
def test_what_runs_by_the_clock_is_woken_and_a_failed_run_is_kept_and_not_repeated(
    path: str, name: str, every: str, function: str, failed: str, stateless: Reading, cell_name: str
) -> None:
    schedules = stateless.properties("AWS::Scheduler::Schedule")
    paths = ("Schedule", "GuardSchedule", "CollectionSchedule")
    assert set(schedules) == {f"{one}/Schedule" for one in paths}
    schedule = schedules[f"{path}/Schedule"]
    assert schedule["Name"] == f"duecourse-{cell_name}-{name}"
    assert schedule["ScheduleExpression"] == every
    assert schedule["FlexibleTimeWindow"] == {"Mode": "OFF"}
    assert schedule["Target"] == {
        "Arn": f"{{{function}/Function.Arn}}",
        "RoleArn": f"{{{path}/Role.Arn}}",
        "Input": "{}",
        "DeadLetterConfig": {"Arn": f"{{{failed}.Arn}}"},
        "RetryPolicy": {"MaximumEventAgeInSeconds": 900, "MaximumRetryAttempts": 3},
    }
    fates = stateless.properties("AWS::Lambda::EventInvokeConfig")
    assert set(fates) == {f"{one}/WhenItFails" for one in paths}
    assert fates[f"{path}/WhenItFails"] == {
        "FunctionName": f"{{{function}/Function}}",
        "Qualifier": "$LATEST",
        "MaximumRetryAttempts": 0,
        "MaximumEventAgeInSeconds": 900,
        "DestinationConfig": {"OnFailure": {"Destination": f"{{{failed}.Arn}}"}},
    }


def test_ses_publishes_what_becomes_of_a_mail_and_spies_on_nobody(
    stateless: Reading, cell_name: str
) -> None:
    configuration = stateless.only("AWS::SES::ConfigurationSet")
    assert configuration["Name"] == f"duecourse-{cell_name}"
    # A domain to redirect opens and clicks over; what SES engages in on its own is off as well.
    assert not {"TrackingOptions", "VdmOptions"} & set(configuration)
    destination = stateless.only("AWS::SES::ConfigurationSetEventDestination")
    assert destination["ConfigurationSetName"] == "{Mail/Set}"
    published = destination["EventDestination"]
    assert published["Enabled"] is True
    assert set(published["MatchingEventTypes"]) == {
        "send",
        "reject",
        "bounce",
        "complaint",
        "renderingFailure",
        "deliveryDelay",
    }
    assert published["EventBridgeDestination"]["EventBusArn"].endswith(":event-bus/default")


def test_each_event_goes_to_one_queue_and_only_for_our_own_mail(
    stateless: Reading, cell_name: str
) -> None:
    rules = stateless.properties("AWS::Events::Rule")
    assert set(rules) == {"Files/Arrived", "Mail/Feedback", "Mail/Sent"}
    ours = {"mail": {"tags": {"ses:configuration-set": [f"duecourse-{cell_name}"]}}}
    assert rules["Mail/Feedback"]["EventPattern"] == {
        "source": ["aws.ses"],
        "detail-type": [
            "Email Bounced",
            "Email Complaint Received",
            "Email Rejected",
            "Email Delivery Delayed",
            "Email Rendering Failed",
        ],
        "detail": ours,
    }
    assert rules["Mail/Sent"]["EventPattern"] == {
        "source": ["aws.ses"],
        "detail-type": ["Email Sent"],
        "detail": ours,
    }
    assert rules["Files/Arrived"]["EventPattern"] == {
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {
            "bucket": {"name": ["{FilesBucket}"]},
            "object": {"key": [{"prefix": "incoming/"}, {"prefix": "config/"}]},
        },
    }


def test_each_rule_may_fill_its_own_queue_and_no_other(stateless: Reading) -> None:
    rules = stateless.properties("AWS::Events::Rule")
    for rule, name in (
        ("Files/Arrived", "Imports"),
        ("Mail/Feedback", "Feedback"),
        ("Mail/Sent", "Sent"),
    ):
        (target,) = rules[rule]["Targets"]
        assert target["Arn"] == f"{{{name}/Queue.Arn}}"
        assert target["DeadLetterConfig"] == {"Arn": f"{{{name}/DeadLetters.Arn}}"}
        for queue in (f"{name}/Queue", f"{name}/DeadLetters"):
            assert _senders(stateless, queue) == {f"{{{rule}.Arn}}"}, queue
    assert _senders(stateless, "Email/Queue") == set()


def _senders(reading: Reading, queue: str) -> set[str]:
    """The sources that the queue's own policy lets in."""
    found = set()
    for policy in reading.properties("AWS::SQS::QueuePolicy").values():
        if policy["Queues"] != [f"{{{queue}}}"]:
            continue
        for statement in policy["PolicyDocument"]["Statement"]:
            if statement["Effect"] == "Allow":
                assert statement["Principal"] == {"Service": "events.amazonaws.com"}
                found.add(statement["Condition"]["ArnEquals"]["aws:SourceArn"])
    return found
