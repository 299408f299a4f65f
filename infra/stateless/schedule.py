"""The clock work of a cell: EventBridge Scheduler wakes the sweep.
What a sweep does when it wakes is not known here."""

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

EVERY = "rate(15 minutes)"
_STALE_AFTER = cdk.Duration.minutes(15)


class SweepSchedule(Construct):
    """Every quarter of an hour; what could not be delivered or failed goes to the dead letters."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        sweep: lambda_.IFunction,
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
                        allow(["lambda:InvokeFunction"], sweep.function_arn),
                        allow(["sqs:SendMessage"], dead_letters.queue_arn),
                    ]
                )
            },
        )
        scheduler.CfnSchedule(
            self,
            "Schedule",
            name=name,
            schedule_expression=EVERY,
            flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(mode="OFF"),
            target=scheduler.CfnSchedule.TargetProperty(
                arn=sweep.function_arn,
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
        # Scheduler hands over and does not see a failure. The next sweep is the retry; the failed
        # one is kept for a person, and a waking that is as old as the interval is dropped.
        lambda_.CfnEventInvokeConfig(
            self,
            "WhenItFails",
            function_name=sweep.function_name,
            qualifier="$LATEST",
            maximum_retry_attempts=0,
            maximum_event_age_in_seconds=int(_STALE_AFTER.to_seconds()),
            destination_config=lambda_.CfnEventInvokeConfig.DestinationConfigProperty(
                on_failure=lambda_.CfnEventInvokeConfig.OnFailureProperty(
                    destination=dead_letters.queue_arn
                )
            ),
        )


def missed_sweeps(scope: Construct, construct_id: str) -> sqs.Queue:
    """Where a sweep that could not be started, or failed, is told to a person."""
    queue = dead_letters(scope, construct_id)
    acknowledge(
        queue,
        "AwsSolutions-SQS3",
        "This is itself a dead-letter queue: of the sweep's schedule and of its failed runs, "
        "neither of which is a queue that could name it in a redrive policy.",
    )
    return queue
