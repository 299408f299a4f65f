"""One synth of all AWS cells and one of the local cell, shared by every test of this folder.

Neither needs credentials, a network or a third-party wheel.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from aws_cdk import cx_api

from infra.app import build
from infra.config import AWS_CELLS, ROOT
from tests.infra.reading import Reading

GATE = "http://127.0.0.1:4599"
AWS_NAMES = [cell.name for cell in AWS_CELLS]


def _synthesised(outdir: Path, **context: str) -> cx_api.CloudAssembly:
    settings = json.loads((ROOT / "cdk.json").read_text(encoding="utf-8"))["context"]
    app = build(
        {**settings, "aws:cdk:enable-path-metadata": True, "layers": "empty", **context},
        outdir=str(outdir),
    )
    return app.synth()


@pytest.fixture(scope="session")
def without_aws() -> Iterator[None]:
    """What an AWS shell would set: none of it may matter to a synth."""
    with pytest.MonkeyPatch.context() as patch:
        for name in (
            "AWS_ACCESS_KEY_ID",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_SESSION_TOKEN",
            "AWS_PROFILE",
            "AWS_REGION",
            "AWS_DEFAULT_REGION",
            "AWS_ENDPOINT_URL",
        ):
            patch.delenv(name, raising=False)
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        yield


@pytest.fixture(scope="session")
def aws_assembly(
    tmp_path_factory: pytest.TempPathFactory, without_aws: None
) -> cx_api.CloudAssembly:
    """Every AWS cell, judged by cdk-nag: a finding that nobody acknowledged ends the session."""
    return _synthesised(tmp_path_factory.mktemp("aws"))


@pytest.fixture(scope="session")
def local_assembly(
    tmp_path_factory: pytest.TempPathFactory, without_aws: None
) -> cx_api.CloudAssembly:
    return _synthesised(tmp_path_factory.mktemp("local"), cell="local", gate=GATE)


@pytest.fixture(scope="session", params=AWS_NAMES)
def cell_name(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="session")
def stateful(aws_assembly: cx_api.CloudAssembly, cell_name: str) -> Reading:
    return Reading.of(aws_assembly, f"duecourse-{cell_name}-stateful")


@pytest.fixture(scope="session")
def stateless(aws_assembly: cx_api.CloudAssembly, cell_name: str) -> Reading:
    return Reading.of(aws_assembly, f"duecourse-{cell_name}-stateless")


@pytest.fixture(scope="session")
def local_stateful(local_assembly: cx_api.CloudAssembly) -> Reading:
    return Reading.of(local_assembly, "duecourse-local-stateful")


@pytest.fixture(scope="session")
def local_stateless(local_assembly: cx_api.CloudAssembly) -> Reading:
    return Reading.of(local_assembly, "duecourse-local-stateless")
