"""The collection of plans by mandate: its function, what wakes it, and where a failed run is told.
What is to be done at a provider stands in the table; it is not known here."""

from __future__ import annotations

from collections.abc import Callable

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.config import Cell
from infra.constructs.layers import FunctionLayers
from infra.stateless.payments import secrets_of
from infra.stateless.permissions import Permissions
from infra.stateless.schedule import QUARTER_HOURLY, Schedule, missed_runs

_TIMEOUT = cdk.Duration.minutes(10)
"""Shorter than the time between two runs, so that no two of them work at once."""


class PlanCollection:
    """One function, and its own dead letters."""

    def __init__(
        self,
        scope: Construct,
        *,
        cell: Cell,
        name: str,
        function: Callable[..., lambda_.Function],
        permissions: Permissions,
        layers: FunctionLayers,
    ) -> None:
        failed = missed_runs(scope, "CollectionDeadLetters")
        collects = function(
            "CollectPlans",
            verb="collect_plans",
            timeout=_TIMEOUT,
            memory_mib=512,
            layers=layers.with_payments,
            environment={"PROVIDER_SECRETS": secrets_of(cell)},
            grants=[
                *permissions.ledger(),
                *permissions.errands(),
                *permissions.provider_keys(secrets_of(cell)),
                *permissions.give_up_to(failed),
            ],
        )
        Schedule(
            scope,
            "CollectionSchedule",
            name=name,
            every=QUARTER_HOURLY,
            wakes=collects,
            dead_letters=failed,
        )
        self.functions: dict[str, lambda_.Function] = {"CollectPlans": collects}
        self.dead: dict[str, sqs.Queue] = {"Collection": failed}
