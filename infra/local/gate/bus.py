"""The default event bus as SES sees it: what a configuration set publishes, and who listens.

Talks to the emulator with the account's own credentials; keeps no event.
"""

import json
import threading
import time
from collections.abc import Sequence
from typing import Any, Protocol

import boto3

from infra.local.gate import patterns

# The stacks may be deployed again while the gate runs.
FORGET_AFTER_SECONDS = 5.0
LARGEST_BATCH = 10


class UnplayedTargetError(ValueError):
    """A matching rule has a target or a transformation that the gate does not play."""


class Bus(Protocol):
    def published_types(self, configuration_set: str) -> frozenset[str]:
        """The event types that the configuration set's EventBridge destinations ask for."""

    def queues(self, event: dict[str, Any]) -> Sequence[str]:
        """The ARNs of the queues that the matching rules target."""

    def send(self, queue: str, bodies: Sequence[str]) -> None:
        """Put the bodies on the queue, in their order."""

    def notify(self, topic: str, text: str) -> bool:
        """Publish to the topic of that name; False if there is none."""

    def forget(self) -> None:
        """Read rules and destinations anew before the next event."""


class EmulatedBus:
    """The bus of the emulator."""

    def __init__(self, session: boto3.Session, endpoint: str) -> None:
        self._events = session.client("events", endpoint_url=endpoint)
        self._sqs = session.client("sqs", endpoint_url=endpoint)
        self._ses = session.client("sesv2", endpoint_url=endpoint)
        self._sns = session.client("sns", endpoint_url=endpoint)
        self._topics: dict[str, str] = {}
        self._lock = threading.Lock()
        self._rules: list[tuple[dict[str, Any], list[str]]] = []
        self._types: dict[str, frozenset[str]] = {}
        self._urls: dict[str, str] = {}
        self._read_at = float("-inf")

    def published_types(self, configuration_set: str) -> frozenset[str]:
        self._refresh()
        with self._lock:
            if configuration_set not in self._types:
                self._types[configuration_set] = self._read_types(configuration_set)
            return self._types[configuration_set]

    def queues(self, event: dict[str, Any]) -> Sequence[str]:
        self._refresh()
        with self._lock:
            rules = list(self._rules)
        return [arn for pattern, arns in rules if patterns.fits(pattern, event) for arn in arns]

    def send(self, queue: str, bodies: Sequence[str]) -> None:
        for start in range(0, len(bodies), LARGEST_BATCH):
            batch = bodies[start : start + LARGEST_BATCH]
            answer = self._sqs.send_message_batch(
                QueueUrl=self._url(queue),
                Entries=[{"Id": str(i), "MessageBody": body} for i, body in enumerate(batch)],
            )
            if answer.get("Failed"):
                raise ConnectionError(f"{queue}: {answer['Failed']}")

    def notify(self, topic: str, text: str) -> bool:
        # The emulator knows no configuration set of calls: a topic of its name stands for it.
        if topic not in self._topics:
            pages = self._sns.get_paginator("list_topics").paginate()
            arns = [one["TopicArn"] for page in pages for one in page["Topics"]]
            self._topics = {arn.rpartition(":")[2]: arn for arn in arns}
        if topic not in self._topics:
            return False
        self._sns.publish(TopicArn=self._topics[topic], Message=text)
        return True

    def forget(self) -> None:
        with self._lock:
            self._read_at = float("-inf")
            self._topics = {}

    def _url(self, queue: str) -> str:
        if queue not in self._urls:
            name = queue.rpartition(":")[2]
            self._urls[queue] = self._sqs.get_queue_url(QueueName=name)["QueueUrl"]
        return self._urls[queue]

    def _refresh(self) -> None:
        with self._lock:
            if time.monotonic() - self._read_at < FORGET_AFTER_SECONDS:
                return
            self._rules = self._read_rules()
            self._types.clear()
            self._read_at = time.monotonic()

    def _read_rules(self) -> list[tuple[dict[str, Any], list[str]]]:
        rules = []
        for rule in self._events.list_rules()["Rules"]:
            if rule.get("State") != "ENABLED" or not rule.get("EventPattern"):
                continue
            pattern = json.loads(rule["EventPattern"])
            if "aws.ses" not in pattern.get("source", ["aws.ses"]):
                continue
            targets = self._events.list_targets_by_rule(Rule=rule["Name"])["Targets"]
            rules.append((pattern, [_queue_of(rule["Name"], target) for target in targets]))
        return rules

    def _read_types(self, configuration_set: str) -> frozenset[str]:
        try:
            found = self._ses.get_configuration_set_event_destinations(
                ConfigurationSetName=configuration_set
            )["EventDestinations"]
        except self._ses.exceptions.NotFoundException:
            return frozenset()
        return frozenset(
            kind
            for destination in found
            if destination.get("Enabled") and destination.get("EventBridgeDestination")
            for kind in destination["MatchingEventTypes"]
        )


def _queue_of(rule: str, target: Any) -> str:
    arn = str(target["Arn"])
    changed = {"Input", "InputPath", "InputTransformer"} & set(target)
    if ":sqs:" not in arn or changed:
        raise UnplayedTargetError(f"rule {rule}: {arn} {sorted(changed)} is not played here")
    return arn
