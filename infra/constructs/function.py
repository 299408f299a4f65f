"""One Lambda function with one role of its own, whose statements are the ones handed in.
No grant is inferred: what a function may do is read in one place, and tests compare it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.config import Cell
from infra.constructs.acknowledge import acknowledge
from infra.constructs.layers import RUNTIME, architecture, source_code


def allow(actions: Sequence[str], *resources: str) -> iam.PolicyStatement:
    return iam.PolicyStatement(actions=list(actions), resources=list(resources))


@dataclass(frozen=True)
class Grant:
    """A statement, and for each resource in it that is a pattern, why it cannot be one name."""

    statement: iam.PolicyStatement
    patterns: Mapping[str, str] = field(default_factory=dict)


class DunningFunction(Construct):
    """The function of `functions/<verb>`, its role and its log group."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        cell: Cell,
        verb: str,
        layers: Sequence[lambda_.ILayerVersion],
        timeout: cdk.Duration,
        memory_mib: int,
        environment: Mapping[str, str],
        grants: Sequence[Grant],
        reserved_concurrency: int | None = None,
        disk_mib: int | None = None,
        sends_itself_on: bool = False,
    ) -> None:
        """`sends_itself_on`: its messages may follow from its own, also more often than the sixteen
        times after which Lambda takes that for a mistake and drops the message."""
        super().__init__(scope, construct_id)
        log_group = logs.LogGroup(
            self,
            "Logs",
            retention=cell.log_retention,
            removal_policy=cell.removal_policy,
        )
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            description=f"What {verb} of the cell {cell.name} may do, and nothing else",
            inline_policies={
                "Function": iam.PolicyDocument(
                    statements=[
                        allow(
                            ["logs:CreateLogStream", "logs:PutLogEvents"], log_group.log_group_arn
                        ),
                        *(grant.statement for grant in grants),
                    ]
                )
            },
        )
        for grant in grants:
            for pattern, reason in grant.patterns.items():
                finding = _as_printed(cdk.Stack.of(self).resolve(pattern))
                acknowledge(role, f"AwsSolutions-IAM5[Resource::{finding}]", reason)
        self.function = lambda_.Function(
            self,
            "Function",
            function_name=f"duecourse-{cell.name}-{verb.replace('_', '-')}",
            runtime=RUNTIME,
            architecture=architecture(cell),
            handler="handler.handler",
            code=source_code(f"functions/{verb}"),
            layers=list(layers),
            timeout=timeout,
            memory_size=memory_mib,
            ephemeral_storage_size=cdk.Size.mebibytes(disk_mib) if disk_mib else None,
            environment={**environment, **cell.extra_environment},
            role=role.without_policy_updates(),
            log_group=log_group,
            reserved_concurrent_executions=reserved_concurrency,
            recursive_loop=lambda_.RecursiveLoop.ALLOW if sends_itself_on else None,
        )
        acknowledge(
            self.function,
            "AwsSolutions-L1",
            "The wheels of the runtime layer are locked for CPython 3.13, a supported runtime; "
            "runtime and lock move together and tested, not on the day a newer one appears.",
        )


def _as_printed(value: str | Mapping[str, Any]) -> str:
    """A resolved string as cdk-nag names it in a finding: `arn:aws:s3:::<FilesBucket>/in/*`."""
    if isinstance(value, str):
        return value
    if "Ref" in value:
        return f"<{value['Ref']}>"
    return "".join(_as_printed(part) for part in value["Fn::Join"][1])
