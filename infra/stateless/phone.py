"""What becomes of calls and texts comes in by the configuration set's topic; and the settings with
which a sender telephones. Numbers are the stateful stack's."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_smsvoice as smsvoice
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.config import Cell
from infra.constructs.buffer import Buffer
from infra.names import Names
from infra.phone import Phone

PROVIDER = "sms-voice.amazonaws.com"


class Telephones(Construct):
    """What a sender telephones with: lines, configuration set, settings; and the set's events into
    the feedback queue.

    By a topic and not by the default bus: the bus is best effort, and of what it brings only the
    configuration set's own events are documented to carry the context, without which nobody knows
    whose call it was."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        cell: Cell,
        phone: Phone,
        name: str,
        feedback: Buffer,
        from_stateful: Callable[[str, str], str],
    ) -> None:
        super().__init__(scope, construct_id)
        topic = _topic(self, name)
        topic.add_subscription(
            subscriptions.SqsSubscription(
                feedback.queue, raw_message_delivery=True, dead_letter_queue=feedback.dead_letters
            )
        )
        protect = ""
        self.lines: dict[str, str] = {line.country: line.existing for line in phone.lines}
        """ARN of each country's line."""
        self.own: list[str] = []
        """ARNs of what a call is made under."""
        # The local cloud knows no such resource: the gate publishes to the topic of the set's name.
        if not cell.local:
            names, stack = Names(cell), cdk.Stack.of(self)
            protect = from_stateful("PhoneProtect", names.phone("phone-protect"))
            for country in self.lines:
                parameter = names.phone(f"phone-line-{country}")
                self.lines[country] = from_stateful(f"PhoneLine{country}", parameter)
            self._configuration_set(name, protect, topic)
            self.own = [
                stack.format_arn(service="sms-voice", resource=resource, resource_name=of)
                for resource, of in (
                    ("configuration-set", name),
                    ("protect-configuration", protect),
                )
            ]
        self.texts = [self.lines[line.country] for line in phone.lines if line.per_text]
        self.settings = settings(phone, name=name, protect=protect, lines=self.lines)

    def _configuration_set(self, name: str, protect: str, topic: sns.ITopic) -> None:
        smsvoice.CfnConfigurationSet(
            self,
            "Set",
            configuration_set_name=name,
            protect_configuration_id=protect,
            event_destinations=[
                smsvoice.CfnConfigurationSet.EventDestinationProperty(
                    event_destination_name="feedback",
                    enabled=True,
                    matching_event_types=["VOICE_ALL", "TEXT_ALL"],
                    sns_destination=smsvoice.CfnConfigurationSet.SnsDestinationProperty(
                        topic_arn=topic.topic_arn
                    ),
                )
            ],
        )


def rates(phone: Phone) -> dict[str, str]:
    """How many calls and texts leave in a second, as the sender and the sweep are told."""
    texts = {"SMS_RATE": str(phone.texts_a_second)} if phone.texts else {}
    return {"VOICE_RATE": str(phone.calls_a_second), **texts}


def settings(phone: Phone, *, name: str, protect: str, lines: Mapping[str, str]) -> str:
    """What a sender is told, as one text (adapters/phone_setup.py reads it); `lines` by country."""
    told: dict[str, Any] = {
        "set": name,
        "lines": {
            line.country: {
                "call": lines[line.country],
                "minute": line.per_minute,
                **({"text": lines[line.country], "part": line.per_text} if line.per_text else {}),
            }
            for line in phone.lines
        },
        **({"protect": protect} if protect else {}),
        **({"voices": dict(phone.voices)} if phone.voices else {}),
    }
    return json.dumps(told)


def _topic(scope: Construct, name: str) -> sns.Topic:
    account = cdk.Stack.of(scope).account
    # Numbers that were called pass through: encrypted, and SNS's own key lets no service publish.
    key = kms.Key(
        scope,
        "Key",
        description=f"Events of calls and texts, {name}",
        enable_key_rotation=True,
        removal_policy=cdk.RemovalPolicy.DESTROY,
        pending_window=cdk.Duration.days(7),
    )
    key.add_to_resource_policy(_provider(account, ["kms:Decrypt", "kms:GenerateDataKey*"], "*"))
    topic = sns.Topic(scope, "Topic", topic_name=name, master_key=key, enforce_ssl=True)
    topic.add_to_resource_policy(_provider(account, ["sns:Publish"], topic.topic_arn))
    return topic


def _provider(account: str, actions: list[str], resource: str) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        principals=[iam.ServicePrincipal(PROVIDER)],
        actions=actions,
        resources=[resource],
        conditions={"StringEquals": {"aws:SourceAccount": account}},
    )
