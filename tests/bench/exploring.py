"""The fence's model with more crashes and faults than the tests allow it: BENCH_MODEL=1, or more.

Off by default: one more of each is minutes to hours. What the laws say is the model's.
"""

import os
import time

from tests.bench.figures import Board
from tests.model.laws import FenceLaws
from tests.model.scenarios import SCENARIOS, wider
from tests.model.search import Search
from tests.model.world import ACCOUNT, KIT

SWITCH = "BENCH_MODEL"
LIMIT = 50_000_000
"""States of one scenario after which the search gives up."""


def measure(board: Board) -> None:
    """Search every scenario at the wider bound, and count beside the bound of the tests."""
    more = int(os.environ[SWITCH])
    states = narrow = 0
    started = time.process_time()
    for make in SCENARIOS:
        scenario = wider(make(KIT), more)
        laws = FenceLaws(scenario.kit or KIT, ACCOUNT, scenario).laws()
        found = Search(scenario, laws).run(limit=LIMIT)
        if found.broken:
            raise AssertionError(f"{scenario.name}: {found.broken[0]}")
        states += found.states
        board.say(f"{scenario.name}: {found.states:,} states, no law broken")
    took = time.process_time() - started
    for make in SCENARIOS:
        scenario = make(KIT)
        laws = FenceLaws(scenario.kit or KIT, ACCOUNT, scenario).laws()
        narrow += Search(scenario, laws).run(limit=LIMIT).states
    board.add(
        "model_states",
        states,
        "states",
        f"states of {len(SCENARIOS)} scenarios with {more} more crashes and faults, {took:.0f} s "
        "of CPU, no law broken. Floor: the bound of the tests",
        floor=narrow,
    )
