"""What wakes a person, and the topic that tells: parked accounts, unknown results, dead letters.
No threshold of the business is here, only "this should never happen" and "this should not last"."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.config import Cell

NAMESPACE = "Duecourse"
_FIVE_MINUTES = cdk.Duration.minutes(5)
_INTERVAL = cdk.Duration.minutes(15)
_DAY = cdk.Duration.days(1)
MANY_REFUSED = 300
"""Requests in five minutes: one a second. Old links that are opened once more are a few a day."""

# Counted by the functions themselves; one is enough.
COUNTED = {
    "AccountParked": "An account's decision or rendering failed and it is set aside: see its "
    "task, mend the cause, then redrive it.",
    "AttemptUnknown": "A message was handed over and no answer came back: it is not repeated, and "
    "resolved after a day by the creditor's rule.",
    "ConfigurationRefused": "A message was declined because of a setting: role, identity, domain, "
    "number or configuration set. It is tried again every hour at the least: mend the setting.",
    "MessageGivenUp": "A message failed at every receive and was deleted; its account stays on the "
    "agenda. See the sender's log for the error.",
    "NoticeRefused": "The provider refused a message for good: see its task; most often a template "
    "or an address.",
    "OptOutNotListed": "The telephone service did not take a number onto its opt-out list, or off "
    "it. The ledger stops the calls all the same: see the log, and record the opt-out again.",
    "OwnWordingFailed": "A creditor's own words could not be said, and messages went out in the "
    "shipped ones: see the sender's log for the file, and upload one that is taken.",
    "PaymentNotBegun": "A customer wanted to pay and did not get to the provider's page: see the "
    "log of portal_actions for the code; misconfigured means a key of the creditor's to mend.",
    "PlanNotCollected": "Debits of a payment plan could not be asked for, or cancelled, at the "
    "provider: see the log of collect_plans and docs/runbooks.md. It is tried again each quarter "
    "of an hour; what the provider refuses for good, the customer pays.",
    "ReplanSkipped": "Accounts could not be planned by new settings and stand on their old plan: "
    "see the log of record_import for the error, mend it, then replan the book.",
    "WebhookEndpointRests": "An endpoint failed five times in a row and rests; its events wait for "
    "a day: see `dunning webhooks status`, and tell whoever runs it.",
    "WebhookRecordUnread": "A record of the history could not be read from the table's stream, and "
    "nobody was told of it: see the log of publish_events, then replay that time.",
    "WebhookUnsigned": "An endpoint has no secret to sign with, so nothing is told to it: make one "
    "by `dunning webhooks secret`.",
    "ExperimentsUnread": "A creditor's book is too large for the daily look at its experiments: "
    "nothing of it is stopped. Look at part of it (docs/policies.md, Experiments).",
    "ChannelPaused": "The provider refuses to send for us, and the channel rests: see the "
    "account's sending status (docs/runbooks.md).",
    "CreditorPaused": "The provider refuses to send for one creditor, whose mails rest: see the "
    "sending status of its tenant (docs/runbooks.md).",
    "StatementNotAttached": "A mail went without the statement that its creditor wants attached: "
    "see the sender's log, and that of print_pdf. Its link to the statement is in the mail.",
    "QuotaUsedUp": "The account's quota of 24 hours is used up but for a reserve: mails wait until "
    "there is room. Ask AWS for a larger one if that comes again.",
}

# Counted by sweeps while it holds, or by the first of a day; an alarm looks at a whole day, so that
# it does not come and go.
COUNTED_DAILY = {
    "SendingProbation": "SES has the account under review: it still sends. See bounces and "
    "complaints in its console before it is shut.",
    "SendingSandbox": "SES has the account in its sandbox: mails reach verified addresses alone, "
    "and few a day. Ask AWS for production access.",
    "RulesetRunsOut": "Interest by statute: the rate of a coming half-year is missing. From its "
    "first day on such interest cannot be computed: add the rate (docs/interest.md) and deploy.",
}


class Alarms(Construct):
    """One topic per cell, and every alarm of the cell acts on it."""

    def __init__(self, scope: Construct, construct_id: str, *, cell: Cell, service: str) -> None:
        super().__init__(scope, construct_id)
        self._service = service
        self.topic = _topic(self, cell)
        self._action = actions.SnsAction(self.topic)
        for counted, period in ((COUNTED, _FIVE_MINUTES), (COUNTED_DAILY, _DAY)):
            for metric, meaning in counted.items():
                self._at_least_one(
                    metric,
                    meaning,
                    self._counted(metric, period),
                )

    def _counted(self, metric: str, period: cdk.Duration) -> cloudwatch.Metric:
        return cloudwatch.Metric(
            namespace=NAMESPACE,
            metric_name=metric,
            dimensions_map={"service": self._service},
            statistic=cloudwatch.Stats.SUM,
            period=period,
        )

    def on_dead_letters(self, queues: Mapping[str, sqs.IQueue]) -> None:
        for name, queue in queues.items():
            self._at_least_one(
                f"{name}DeadLetters",
                f"Messages of {name} were given up: read one, mend the cause, redrive the queue.",
                queue.metric_approximate_number_of_messages_visible(
                    statistic=cloudwatch.Stats.MAXIMUM, period=_FIVE_MINUTES
                ),
            )

    def on_waiting(self, queues: Mapping[str, sqs.IQueue]) -> None:
        """Two intervals: by then the sweep has counted these messages and sent no more."""
        for name, queue in queues.items():
            self._alarm(
                f"{name}Waiting",
                f"The oldest message of {name} waits for two intervals: its function is stuck, "
                "throttled or too slow.",
                queue.metric_approximate_age_of_oldest_message(
                    statistic=cloudwatch.Stats.MAXIMUM, period=_FIVE_MINUTES
                ),
                threshold=2 * _INTERVAL.to_seconds(),
                periods=3,
            )

    def on_unread_quota(self) -> None:
        """Once is nothing: the last known rate holds. An hour of it is a right that is missing."""
        hour = cdk.Duration.hours(1)
        self._alarm(
            "QuotaUnread",
            "No sweep of an hour could read what SES lets the account send: a lower rate or a used "
            "up quota is not seen. See the sweep's log: most often a right is missing.",
            self._counted("QuotaUnread", hour),
            threshold=3,
            periods=1,
        )

    def on_functions(self, functions: Mapping[str, lambda_.IFunction]) -> None:
        for name, function in functions.items():
            self._at_least_one(
                f"{name}Errors",
                f"{name} raised; a message that it could not take will be received again.",
                function.metric_errors(statistic=cloudwatch.Stats.SUM, period=_FIVE_MINUTES),
            )

    def on_silence(self, name: str, function: lambda_.IFunction) -> None:
        """Nothing fails when nothing runs: no invocation for two intervals is an alarm too."""
        self._alarm(
            f"{name}Silent",
            f"{name} did not run for two intervals: no reminder becomes due. See its schedule.",
            function.metric_invocations(statistic=cloudwatch.Stats.SUM, period=_INTERVAL),
            threshold=1,
            periods=2,
            operator=cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
            missing=cloudwatch.TreatMissingData.BREACHING,
        )

    def on_pages(self, metric: Callable[[str, cdk.Duration], cloudwatch.IMetric]) -> None:
        """Pages that failed, and many requests for pages that are not there."""
        self._at_least_one(
            "PagesFailed",
            "A page behind a link, or what a customer decided on one, ended in an error: see the "
            "access log for the route, and the function's log.",
            metric("5xx", _FIVE_MINUTES),
        )
        self._alarm(
            "PagesRefused",
            "Many requests for links that open nothing, or beyond the rate: somebody tries links, "
            "or a message went out with broken ones.",
            metric("4xx", _FIVE_MINUTES),
            threshold=MANY_REFUSED,
            periods=1,
        )

    def on_api(self, metric: Callable[[str, cdk.Duration], cloudwatch.IMetric]) -> None:
        """Requests of billing systems that failed, and many that were refused."""
        self._at_least_one(
            "ApiFailed",
            "A request of a billing system ended in an error or took longer than API Gateway "
            "waits: see the access log for the client, and the log of api or api_read.",
            metric("5xx", _FIVE_MINUTES),
        )
        self._alarm(
            "ApiRefused",
            "Many requests of billing systems are refused: credentials that ended, a rate that is "
            "too high, or bodies that are not taken. See the access log for client and status.",
            metric("4xx", _FIVE_MINUTES),
            threshold=MANY_REFUSED,
            periods=1,
        )

    def _at_least_one(self, name: str, meaning: str, metric: cloudwatch.IMetric) -> None:
        self._alarm(name, meaning, metric, threshold=1, periods=1)

    def _alarm(
        self,
        name: str,
        meaning: str,
        metric: cloudwatch.IMetric,
        *,
        threshold: float,
        periods: int,
        operator: cloudwatch.ComparisonOperator = (
            cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD
        ),
        missing: cloudwatch.TreatMissingData = cloudwatch.TreatMissingData.NOT_BREACHING,
    ) -> None:
        alarm = cloudwatch.Alarm(
            self,
            name,
            alarm_name=f"{self._service}-{name}",
            alarm_description=meaning,
            metric=metric,
            threshold=threshold,
            evaluation_periods=periods,
            comparison_operator=operator,
            treat_missing_data=missing,
        )
        alarm.add_alarm_action(self._action)


def _topic(scope: Construct, cell: Cell) -> sns.Topic:
    account = cdk.Stack.of(scope).account
    # The AWS managed key of SNS does not let CloudWatch publish, so this one key is our own. It
    # guards alarm texts only: losing it loses nothing.
    key = kms.Key(
        scope,
        "Key",
        description=f"Alarm messages of the Duecourse cell {cell.name}",
        enable_key_rotation=True,
        removal_policy=cdk.RemovalPolicy.DESTROY,
        pending_window=cdk.Duration.days(7),
    )
    key.add_to_resource_policy(_by_alarms(account, ["kms:Decrypt", "kms:GenerateDataKey*"], "*"))
    topic = sns.Topic(
        scope,
        "Topic",
        display_name=f"Duecourse {cell.name}",
        master_key=key,
        enforce_ssl=True,
    )
    # A policy of our own replaces the default one, which had let the account's alarms in.
    topic.add_to_resource_policy(_by_alarms(account, ["sns:Publish"], topic.topic_arn))
    if cell.alarm_email:
        topic.add_subscription(subscriptions.EmailSubscription(cell.alarm_email))
    return topic


def _by_alarms(account: str, actions: list[str], resource: str) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
        actions=actions,
        resources=[resource],
        conditions={"StringEquals": {"aws:SourceAccount": account}},
    )
