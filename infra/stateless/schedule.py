"""The clock work of a cell: EventBridge Scheduler wakes the sweep, and once a day the guard of
experiments. What they do when they wake is not known here."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.constructs.acknowledge import acknowledge
from infra.constructs.buffer import dead_letters
from infra.constructs.function import allow

QUARTER_HOURLY = "rate(15 minutes)"
DAILY = "cron(17 3 * * ? *)"
"""By night in UTC, and not at a full hour, where everybody's jobs begin."""
_STALE_AFTER = cdk.Duration.minutes(15)


class Schedule(Construct):
    """Wakes one function; what could not be delivered or failed goes to the dead letters."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        every: str,
        wakes: lambda_.IFunction,
        dead_letters: sqs.IQueue,
    ) -> None:
        super().__init__(scope, construct_id)
        stack = cdk.Stack.of(self)
        role = iam.Role(
            self,
            "Role",
            # Scheduler acts for this account alone, or another's schedule could borrow the role.
            assumed_by=iam.ServicePrincipal(
                "scheduler.amazonaws.com",
                conditions={"StringEquals": {"aws:SourceAccount": stack.account}},
            ),
            inline_policies={
                "Wake": iam.PolicyDocument(
                    statements=[
                        allow(["lambda:InvokeFunction"], wakes.function_arn),
                        allow(["sqs:SendMessage"], dead_letters.queue_arn),
                    ]
                )
            },
        )
        scheduler.CfnSchedule(
            self,
            "Schedule",
            name=name,
            schedule_expression=every,
            flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(mode="OFF"),
            target=scheduler.CfnSchedule.TargetProperty(
                arn=wakes.function_arn,
                role_arn=role.role_arn,
                input="{}",
                dead_letter_config=scheduler.CfnSchedule.DeadLetterConfigProperty(
                    arn=dead_letters.queue_arn
                ),
                retry_policy=scheduler.CfnSchedule.RetryPolicyProperty(
                    maximum_event_age_in_seconds=int(_STALE_AFTER.to_seconds()),
                    maximum_retry_attempts=3,
                ),
            ),
        )
        # Scheduler hands over and does not see a failure. The next run is the retry; the failed
        # one is kept for a person, and a waking that is a quarter of an hour old is dropped.
        lambda_.CfnEventInvokeConfig(
            self,
            "WhenItFails",
            function_name=wakes.function_name,
            qualifier="$LATEST",
            maximum_retry_attempts=0,
            maximum_event_age_in_seconds=int(_STALE_AFTER.to_seconds()),
            destination_config=lambda_.CfnEventInvokeConfig.DestinationConfigProperty(
                on_failure=lambda_.CfnEventInvokeConfig.OnFailureProperty(
                    destination=dead_letters.queue_arn
                )
            ),
        )


def missed_runs(scope: Construct, construct_id: str) -> sqs.Queue:
    """Where a run that could not be started, or failed, is told to a person."""
    queue = dead_letters(scope, construct_id)
    acknowledge(
        queue,
        "AwsSolutions-SQS3",
        "This is itself a dead-letter queue: of a schedule and of the failed runs, "
        "neither of which is a queue that could name it in a redrive policy.",
    )
    return queue
