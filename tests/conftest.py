"""Order of the whole suite: what is fast and near the rules first, the deployed cloud last.

No fixture lives here; each folder of tests has its own.
"""

import os
from pathlib import Path

import pytest
from hypothesis import settings

# The same examples in each run, so that what fails fails again; HYPOTHESIS_PROFILE=wandering makes
# up new ones. No example has a deadline: the first that needs a table of names waits for it, and a
# busy machine is no error.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("wandering", derandomize=False, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))

SLOWEST_LAST = ("unit", "fuzz", "contract", "model", "infra", "cloud", "browser")
HERE = Path(__file__).parent


def _rank(item: pytest.Item) -> int:
    folder = item.path.relative_to(HERE).parts[0]
    return SLOWEST_LAST.index(folder) if folder in SLOWEST_LAST else len(SLOWEST_LAST)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=_rank)
    for item in items:
        folder = item.path.relative_to(HERE).parts[0]
        if folder in ("cloud", "browser"):
            item.add_marker(pytest.mark.cloud)
            # Two workers share the suite, one cloud is enough: one of them takes all of these.
            item.add_marker(pytest.mark.xdist_group("cloud"))
        elif folder in ("model", "infra"):
            # What a whole folder works out once, no second worker works out again.
            item.add_marker(pytest.mark.xdist_group(folder))
