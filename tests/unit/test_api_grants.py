"""A token of one creditor neither sees, nor guesses, nor moves what is another's: by every route in
the API's document, with whatever requests it allows.
"""

import json
import pickle
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from dunning.domain.creditor import Creditor
from dunning.domain.policy import Policy, Step
from dunning.entry import bootstrap
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.openapi import FILE
from tests.unit.billing import Desk
from tests.unit.handling import CREDITOR, CUSTOMER, Context, load

OURS = "acme"
THEIR_IDS = (CUSTOMER, "NW-1042")
SCHEMA = schemathesis.openapi.from_dict(json.loads(FILE.read_text(encoding="utf-8")))
OPERATIONS = [found.ok() for found in SCHEMA.get_all_operations()]
REQUESTS = st.one_of(*(one.as_strategy() for one in OPERATIONS))


def two_creditors() -> Desk:
    """A cell in which we have settings and nothing else."""
    desk = Desk()
    desk.cell.settings.put_creditor(OURS, Creditor(OURS))
    desk.cell.settings.put_policies(OURS, (Policy("std", (Step(1, after_due=10),)),), "one step")
    return desk


def without_them() -> Desk:
    """The same cell, as if the other creditor's customer had never been."""
    desk = two_creditors()
    fresh = type(desk.cell.ledger)()
    desk.cell.ledger.__dict__.update(fresh.__dict__)
    return desk


class Warm:
    """One function that serves whichever cell was opened last: its start is most of a request."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        patch.setattr(bootstrap, "api", lambda: self._door)
        self._handler = load("api").handler

    def __call__(self, desk: Desk) -> Desk:
        self._door = desk.door
        desk.handle = lambda event: self._handler(event, Context())  # type: ignore[method-assign]
        return desk


@pytest.fixture(scope="module")
def doors() -> Iterator[Warm]:
    with pytest.MonkeyPatch.context() as patch:
        yield Warm(patch)


def about_them(value: Any, pick: int) -> Any:
    """A body in which whatever is called as an id is called is one of theirs."""
    if isinstance(value, dict):
        return {
            name: THEIR_IDS[pick % 2]
            if name in NAMED and isinstance(one, str)
            else about_them(one, pick)
            for name, one in value.items()
        }
    if isinstance(value, list):
        return [about_them(one, pick) for one in value]
    return value


NAMED = {"customer", "number", "invoice", "payment", "of", "id", "dispute", "hold"}


def ask(desk: Desk, case: Any, pick: int, **headers: str) -> tuple[int, str]:
    """The answer to a generated request of ours, about ids of theirs."""
    path = case.path
    for name in case.path_parameters or {}:
        path = path.replace("{" + name + "}", THEIR_IDS[pick % 2])
    query = {name: str(value) for name, value in (case.query or {}).items()}
    body = about_them(case.body, pick) if case.method in ("POST", "PUT") else None
    status, _, text = desk.answer(
        case.method, path, body, scopes=(f"{OURS}/write",), query=query, **headers
    )
    return status, text


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(REQUESTS, st.integers(0, 1))
def test_what_is_another_s_is_not_there(doors: Warm, case: Any, pick: int) -> None:
    theirs = doors(two_creditors())
    before = pickle.dumps(theirs.cell.ledger.__dict__)
    named = ask(theirs, case, pick, duecourse_creditor=CREDITOR, idempotency_key="k")
    assert named[0] in (404, 422)
    assert json.loads(named[1])["code"] in ("not_found", "malformed")
    assert pickle.dumps(theirs.cell.ledger.__dict__) == before

    seen = ask(theirs, case, pick, idempotency_key="k")
    alone = ask(doors(without_them()), case, pick, idempotency_key="k")
    assert seen == alone, "what is another's made a difference"
    mine = theirs.cell.ledger.read(CREDITOR, theirs.cell.account)
    assert mine == pickle.loads(before)["_accounts"][theirs.cell.account]


def test_every_route_is_asked() -> None:
    paths = json.loads(FILE.read_text(encoding="utf-8"))["paths"]
    asked = {(one.method.upper(), one.path) for one in OPERATIONS}
    assert asked == {(method.upper(), path) for path, found in paths.items() for method in found}
