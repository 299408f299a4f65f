"""What comes in by itself: files from S3, and what becomes of a mail from SES, each to its queue.
All by rules on the default bus, so that every queue carries the same envelope."""

from __future__ import annotations

from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_ses as ses
from constructs import Construct

from infra.constructs.buffer import Buffer

# Opens and clicks are nobody's business; deliveries are counted by SES's own metrics.
PUBLISHED = (
    ses.EmailSendingEvent.SEND,
    ses.EmailSendingEvent.REJECT,
    ses.EmailSendingEvent.BOUNCE,
    ses.EmailSendingEvent.COMPLAINT,
    ses.EmailSendingEvent.RENDERING_FAILURE,
    ses.EmailSendingEvent.DELIVERY_DELAY,
)
FEEDBACK = (
    "Email Bounced",
    "Email Complaint Received",
    "Email Rejected",
    "Email Delivery Delayed",
    "Email Rendering Failed",
)
SENT = ("Email Sent",)
FILES = ("incoming/", "config/")


class FileEvents(Construct):
    """A file that arrives where files are expected goes to the imports queue."""

    def __init__(
        self, scope: Construct, construct_id: str, *, bucket_name: str, imports: Buffer
    ) -> None:
        super().__init__(scope, construct_id)
        _rule(
            self,
            "Arrived",
            events.EventPattern(
                source=["aws.s3"],
                detail_type=["Object Created"],
                detail={
                    "bucket": {"name": [bucket_name]},
                    "object": {"key": [{"prefix": prefix} for prefix in FILES]},
                },
            ),
            imports,
        )


class MailEvents(Construct):
    """The configuration set of every mail, and its events by urgency into two queues."""

    def __init__(
        self, scope: Construct, construct_id: str, *, name: str, feedback: Buffer, sent: Buffer
    ) -> None:
        super().__init__(scope, construct_id)
        configuration_set = ses.ConfigurationSet(
            self,
            "Set",
            configuration_set_name=name,
            reputation_metrics=True,
            suppression_reasons=ses.SuppressionReasons.BOUNCES_AND_COMPLAINTS,
        )
        ses.ConfigurationSetEventDestination(
            self,
            "DefaultBus",
            configuration_set=configuration_set,
            # SES takes no other bus than the default one.
            destination=ses.EventDestination.event_bus(
                events.EventBus.from_event_bus_name(self, "Bus", "default")
            ),
            events=list(PUBLISHED),
        )
        for construct_id_, detail_types, buffer in (
            ("Feedback", FEEDBACK, feedback),
            ("Sent", SENT, sent),
        ):
            _rule(
                self,
                construct_id_,
                events.EventPattern(
                    source=["aws.ses"],
                    detail_type=list(detail_types),
                    # Other senders of the same account share the bus; their mail is not ours.
                    detail={"mail": {"tags": {"ses:configuration-set": [name]}}},
                ),
                buffer,
            )


def _rule(scope: Construct, construct_id: str, pattern: events.EventPattern, to: Buffer) -> None:
    events.Rule(
        scope,
        construct_id,
        event_pattern=pattern,
        # What the bus cannot hand over waits with the queue's own dead letters, under its alarm.
        targets=[targets.SqsQueue(to.queue, dead_letter_queue=to.dead_letters)],
    )
