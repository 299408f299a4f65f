"""Tests over the deployed stacks; their fixtures are `deployed`'s."""

import pytest

from tests.cloud import deployed
from tests.cloud.deployed import MakeStage as MakeStage


def pytest_configure(config: pytest.Config) -> None:
    if not config.pluginmanager.has_plugin("deployed"):
        config.pluginmanager.register(deployed, "deployed")
