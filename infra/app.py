"""The CDK app: context in, stacks out. `--context cell=NAME` takes one cell, else every AWS cell.
No lookup, no credentials, no call to AWS: a synth works offline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import aws_cdk as cdk
from cdk_nag import AwsSolutionsChecks

from infra.bundling import Layers
from infra.config import Cell, cells_for
from infra.stateful.stack import StatefulStack
from infra.stateless.stack import StatelessStack


def build(context: Mapping[str, Any] | None = None, outdir: str | None = None) -> cdk.App:
    """The whole app, not yet synthesised. Tests hand in what the CLI would take from cdk.json."""
    app = cdk.App(context=dict(context) if context is not None else None, outdir=outdir)
    asked = (app.node.try_get_context(name) for name in ("cell", "gate", "endpoint", "provider"))
    cells = cells_for(*asked)
    if not any(cell.local for cell in cells):
        cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    layers = Layers(third_party=app.node.try_get_context("layers") != "empty")
    for cell in cells:
        add_cell(app, cell, layers)
    return app


def add_cell(app: cdk.App, cell: Cell, layers: Layers) -> None:
    """Both stacks of a cell."""
    env = cdk.Environment(account=cell.account, region=cell.region)
    stateful = StatefulStack(
        app,
        f"duecourse-{cell.name}-stateful",
        cell=cell,
        env=env,
        synthesizer=_synthesizer(cell),
        termination_protection=cell.protected,
    )
    stateless = StatelessStack(
        app,
        f"duecourse-{cell.name}-stateless",
        cell=cell,
        layers=layers,
        env=env,
        synthesizer=_synthesizer(cell),
    )
    # The names cross by SSM parameters, which CloudFormation reads when it deploys.
    stateless.add_stack_dependency(stateful)
    for stack in (stateful, stateless):
        cdk.Tags.of(stack).add("application", "duecourse")
        cdk.Tags.of(stack).add("cell", cell.name)


def _synthesizer(cell: Cell) -> cdk.IReusableStackSynthesizer:
    """The local cloud takes the caller's own credentials: its bootstrap roles read no assets."""
    if cell.local:
        return cdk.CliCredentialsStackSynthesizer()
    return cdk.DefaultStackSynthesizer()


if __name__ == "__main__":
    build().synth()
