"""Every interleaving of workers who want one person's last place, and the weaker protocols that the
model refutes.
"""

import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.model.cell import Kit
from tests.model.search import Found, Scenario, Search
from tests.model.slots import SLOTS, WEAKER, OneADay, SlotLaws, Weaker
from tests.model.world import KIT

CAPPED = replace(KIT, gates=OneADay())
Seen = Callable[[str, Found, float], None]


def searched(kit: Kit, make: Callable[[Kit], Scenario], seen: Seen) -> Found:
    """Search one scenario to its end, or to the first law that is broken."""
    scenario = make(kit)
    began = time.perf_counter()
    found = Search(scenario, SlotLaws().laws()).run()
    seen(scenario.name, found, time.perf_counter() - began)
    return found


@pytest.mark.parametrize("make", SLOTS, ids=lambda make: make.__name__)
def test_no_interleaving_exceeds_the_cap_or_keeps_a_place_for_nothing(
    make: Callable[[Kit], Scenario], seen: Seen
) -> None:
    found = searched(CAPPED, make, seen)
    assert not found.broken, "\n".join(map(str, found.broken))
    assert found.states > 500


@pytest.mark.parametrize("weaker", WEAKER, ids=lambda weaker: weaker.name)
def test_a_weaker_reservation_is_refuted(weaker: Weaker, seen: Seen) -> None:
    found = searched(weaker.change(CAPPED), weaker.scenario, seen)
    assert found.broken, f"no law is broken although {weaker.name}"
    assert found.broken[0].law.split(":")[0] in weaker.breaks, str(found.broken[0])
