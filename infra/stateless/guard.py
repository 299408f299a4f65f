"""The guard of experiments: its function, what wakes it once a day, and where a failed run is told.
What it stops is not known here."""

from __future__ import annotations

from collections.abc import Callable

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.stateless.permissions import Permissions
from infra.stateless.schedule import DAILY, Schedule, missed_runs

_TIMEOUT = cdk.Duration.minutes(15)
"""As long as a function may run: it reads the books of those who try something."""


class ExperimentGuard:
    """One function, and its own dead letters."""

    def __init__(
        self,
        scope: Construct,
        *,
        name: str,
        function: Callable[..., lambda_.Function],
        permissions: Permissions,
    ) -> None:
        failed = missed_runs(scope, "GuardDeadLetters")
        guard = function(
            "GuardExperiments",
            verb="guard_experiments",
            timeout=_TIMEOUT,
            memory_mib=512,
            grants=[
                *permissions.guarding(),
                *permissions.book(),
                *permissions.give_up_to(failed),
            ],
        )
        Schedule(scope, "GuardSchedule", name=name, every=DAILY, wakes=guard, dead_letters=failed)
        self.functions: dict[str, lambda_.Function] = {"GuardExperiments": guard}
        self.dead: dict[str, sqs.Queue] = {"Guard": failed}
