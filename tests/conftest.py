"""Order of the whole suite: what is fast and near the rules first, the deployed cloud last.

No fixture lives here; each folder of tests has its own.
"""

import gc
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

# The same examples in each run, so that what fails fails again; HYPOTHESIS_PROFILE=wandering makes
# up new ones. No example has a deadline: the first that needs a table of names waits for it, and a
# busy machine is no error.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("wandering", derandomize=False, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))

SLOWEST_LAST = ("unit", "fuzz", "contract", "infra", "model", "cloud", "browser")
SHARED = ("infra", "cloud", "browser")
"""Folders of which one worker takes all: what a folder builds once (stacks, layers, a deployed
cloud) no second worker builds again. All others are dealt out file by file."""
ALONE = ("tests/model/test_fence_model.py",)
"""Files whose tests share nothing and take seconds each: dealt out one by one, so that at the end
no worker has a long file left while the others have nothing."""
CLOUD = ("cloud", "browser")
CLOUD_SECONDS = 1_800
"""Per test of the cloud, deployment and whole stories included. What it waits for has a patience of
its own and says what it waited for; on a machine that others use too this is no measure of it."""
HERE = Path(__file__).parent

# Thousands of tests and their modules stay to the end. The collector need not look through them for
# every seven hundred new objects, of which a search or a simulation makes millions.
gc.set_threshold(50_000, 20, 50)


def _folder(item: pytest.Item) -> str:
    return item.path.relative_to(HERE).parts[0]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    # Of several workers one begins with the cloud, where most time is spent waiting.
    order = (*CLOUD, *SLOWEST_LAST) if hasattr(config, "workerinput") else SLOWEST_LAST

    def rank(item: pytest.Item) -> int:
        return order.index(_folder(item)) if _folder(item) in order else len(order)

    items.sort(key=rank)
    for item in items:
        if _folder(item) in CLOUD:
            item.add_marker(pytest.mark.cloud)
            item.add_marker(pytest.mark.timeout(CLOUD_SECONDS))


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()


class Rooms(LoadScopeScheduling):
    """Deals the suite out to workers by folder or file (xdist's own groups are lost on pytest 9.2,
    whose test ids do not take its suffix)."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        folder = path.split("/")[1]
        if folder in CLOUD:
            return "cloud"
        if path in ALONE:
            return nodeid
        return folder if folder in SHARED else path


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Rooms:
    config.option.loadscopereorder = False
    return Rooms(config, log)
