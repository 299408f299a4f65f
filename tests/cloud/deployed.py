"""One local cloud for all tests that need the deployed stacks, whichever folder they lie in: the
real stacks, deployed once by the real CDK CLI. tests/cloud and tests/browser register this.

Tests share its ledger: each uses a creditor of its own, and finds gate and front as if new.
"""

import os
from collections.abc import Callable, Iterator

import pytest

from infra.local.cloud import ROOT, LocalCloud, local_cloud
from infra.local.demo.reading import Reader
from infra.local.identity import owner_environment
from tests.cloud.stage import Stage

MakeStage = Callable[[str], Stage]
STAGED: set[str] = set()
"""Creditors that a test had: who comes again has settings already, and is not registered anew."""


@pytest.fixture(scope="session")
def shared_cloud() -> Iterator[LocalCloud]:
    # Below build/, so that the logs are still there when a test has failed.
    with local_cloud(ROOT / f"build/test-cloud/{os.getpid()}") as cloud:
        yield cloud


@pytest.fixture
def cloud(shared_cloud: LocalCloud) -> LocalCloud:
    shared_cloud.gate.reset()
    shared_cloud.front.reset()
    return shared_cloud


@pytest.fixture(scope="session")
def reader(shared_cloud: LocalCloud) -> Iterator[Reader]:
    """The ledger, with the owner's rights: in this process too, while these tests run."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in owner_environment(shared_cloud.endpoint).items():
            patch.setenv(name, value)
        yield Reader(shared_cloud)


@pytest.fixture
def on_stage(cloud: LocalCloud, reader: Reader) -> Iterator[MakeStage]:
    """Makes creditors that leave the cell when the test ends."""
    made: list[Stage] = []

    def make(creditor: str) -> Stage:
        assert creditor not in STAGED, "another test has had this creditor's settings"
        STAGED.add(creditor)
        made.append(Stage(cloud, creditor, reader))
        return made[-1]

    yield make
    for stage in made:
        stage.leave()
