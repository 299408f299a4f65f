"""Every interleaving of every scenario, and the weaker fences that the model refutes.

FENCE_MODEL_WIDER=1 (or more) allows as many more crashes and faults.
"""

import os
import time
from collections.abc import Callable

import pytest
from dunning.domain import fence

from tests.model import scenarios
from tests.model.cell import Kit
from tests.model.charged import CHARGED
from tests.model.laws import FenceLaws
from tests.model.mutations import MUTATIONS, Mutation
from tests.model.scenarios import SCENARIOS, wider
from tests.model.search import Found, Scenario, Search
from tests.model.world import ACCOUNT, KIT

WIDER = int(os.environ.get("FENCE_MODEL_WIDER", "0"))
LIMIT = 50_000_000 if WIDER else 2_000_000
pytestmark = pytest.mark.timeout(36_000 if WIDER else 300)

Seen = Callable[[str, Found, float], None]
Make = Callable[[Kit], Scenario]


def searched(kit: Kit, make: Make, seen: Seen) -> Found:
    """Search one scenario to its end, or to the first law that is broken."""
    scenario = make(kit)
    if WIDER:
        scenario = wider(scenario, WIDER)
    began = time.perf_counter()
    laws = FenceLaws(scenario.kit or kit, ACCOUNT, scenario).laws()
    found = Search(scenario, laws).run(limit=LIMIT)
    seen(scenario.name, found, time.perf_counter() - began)
    return found


@pytest.mark.parametrize("make", [*SCENARIOS, *CHARGED], ids=lambda make: make.__name__)
def test_no_interleaving_breaks_a_law(make: Make, seen: Seen) -> None:
    found = searched(KIT, make, seen)
    assert not found.broken, "\n".join(map(str, found.broken))
    assert found.states > 500


def test_no_interleaving_breaks_a_law_while_a_posting_is_applied_in_parts(
    monkeypatch: pytest.MonkeyPatch, seen: Seen
) -> None:
    for module in ("domain.ledger", "domain.documents", "service.accounts"):
        monkeypatch.setattr(f"dunning.{module}.LARGEST_WRITE", 1)
    found = searched(KIT, scenarios.in_parts, seen)
    assert not found.broken, "\n".join(map(str, found.broken))
    assert found.states > 500


def test_an_approval_that_holds_whatever_has_changed_is_refuted(
    monkeypatch: pytest.MonkeyPatch, seen: Seen
) -> None:
    monkeypatch.setattr("dunning.domain.proposing.difference", lambda *_: "")
    found = searched(KIT, scenarios.approved, seen)
    assert [one.law.split(":")[0] for one in found.broken] == ["NOT ALLOWED"]


def test_a_telling_of_which_nothing_is_kept_is_refuted(
    monkeypatch: pytest.MonkeyPatch, seen: Seen
) -> None:
    kept = fence._told
    monkeypatch.setattr(fence, "_told", lambda *told: kept(*told)._replace(put=()))
    found = searched(KIT, scenarios.told_and_paid, seen)
    (broken,) = found.broken
    assert broken.law.split(":")[0] in ("ADVANCED TWICE", "LIVELOCK"), "it is told for ever"


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_a_weaker_fence_is_refuted(mutation: Mutation, seen: Seen) -> None:
    found = searched(mutation.change(KIT), mutation.scenario, seen)
    assert found.broken, f"no law is broken although {mutation.name}"
    assert found.broken[0].law.split(":")[0] in mutation.breaks, str(found.broken[0])
