"""One local cloud for all tests below, with the real stacks deployed by the real CDK CLI.

Tests share its ledger: each uses a creditor of its own, and finds gate and front as if new.
"""

import os
from collections.abc import Iterator

import pytest

from infra.local.cloud import ROOT, LocalCloud, local_cloud


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
