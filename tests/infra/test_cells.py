"""Which cells there are, which are synthesised, and what an AWS cell may not be."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
from aws_cdk import RemovalPolicy, cx_api
from aws_cdk.aws_logs import RetentionDays

from infra.config import (
    AWS_CELLS,
    Cell,
    GateMissingError,
    UnknownCellError,
    cells_for,
    local_cell,
)
from infra.local.identity import REGION
from tests.infra.conftest import AWS_NAMES, GATE


def _cell(**changes: object) -> Cell:
    values: dict[str, object] = {
        "name": "eu-north-1",
        "region": "eu-north-1",
        "email_rate": 10,
        "sender_concurrency": 2,
        "log_retention": RetentionDays.ONE_WEEK,
        **changes,
    }
    return Cell(**values)  # type: ignore[arg-type]


def test_without_a_name_every_aws_cell_is_taken_and_never_the_local_one() -> None:
    assert cells_for(None, None) == AWS_CELLS
    assert "local" not in AWS_NAMES


def test_a_name_takes_that_cell_alone() -> None:
    assert [cell.name for cell in cells_for("us-east-1", None)] == ["us-east-1"]
    assert [cell.name for cell in cells_for("local", GATE)] == ["local"]


def test_a_name_that_nobody_configured_is_refused_with_the_ones_there_are() -> None:
    with pytest.raises(UnknownCellError, match="eu-west-1, us-east-1, local"):
        cells_for("mars-1", None)


@pytest.mark.parametrize("gate", [None, "", "127.0.0.1:4599"])
def test_the_local_cell_without_its_gate_is_refused(gate: str | None) -> None:
    with pytest.raises(GateMissingError):
        cells_for("local", gate)


def test_a_cell_does_not_change_once_made() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        _cell().name = "other"  # type: ignore[misc]


def test_an_aws_cell_with_settings_for_an_emulator_is_refused() -> None:
    with pytest.raises(ValueError, match="only the local cell"):
        _cell(extra_environment={"CLOCK_SOURCE": "table"})
    with pytest.raises(ValueError, match="only the local cell"):
        _cell(host_architecture=True)


def test_fewer_senders_than_lambda_allows_are_refused() -> None:
    with pytest.raises(ValueError, match="2 or more"):
        _cell(sender_concurrency=1)


def test_a_cell_keeps_its_data_unless_it_says_otherwise() -> None:
    assert _cell().protected
    assert not _cell(removal_policy=RemovalPolicy.DESTROY).protected
    assert not local_cell(GATE).protected


def test_the_local_cell_lies_where_the_local_cloud_is() -> None:
    assert local_cell(GATE).region == REGION


def test_every_aws_cell_has_both_stacks_in_its_own_region(
    aws_assembly: cx_api.CloudAssembly,
) -> None:
    regions = {stack.stack_name: stack.environment.region for stack in aws_assembly.stacks}
    assert regions == {
        f"duecourse-{cell.name}-{part}": cell.region
        for cell in AWS_CELLS
        for part in ("stateful", "stateless")
    }


def test_the_synth_asks_aws_nothing(aws_assembly: cx_api.CloudAssembly) -> None:
    manifest = json.loads((Path(aws_assembly.directory) / "manifest.json").read_text("utf-8"))
    assert "missing" not in manifest
    accounts = {stack.environment.account for stack in aws_assembly.stacks}
    assert accounts == {"unknown-account"}


def test_only_the_stateful_stacks_of_aws_cells_refuse_to_be_deleted(
    aws_assembly: cx_api.CloudAssembly, local_assembly: cx_api.CloudAssembly
) -> None:
    protected = {
        stack.stack_name
        for assembly in (aws_assembly, local_assembly)
        for stack in assembly.stacks
        if stack.termination_protection
    }
    assert protected == {f"duecourse-{name}-stateful" for name in AWS_NAMES}
