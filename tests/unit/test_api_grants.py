"""A token of one creditor neither sees, nor guesses, nor moves what is another's: by every route in
the API's document, with whatever requests it allows.
"""

import json
import os
import pickle
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import schemathesis
from dunning.domain.creditor import Creditor
from dunning.domain.policy import Policy, Step
from dunning.domain.unmatched import Unmatched
from dunning.entry import bootstrap
from dunning.entry.api.routes import application
from hypothesis import given
from hypothesis import strategies as st

from tests.openapi import FILE
from tests.unit.billing import Desk
from tests.unit.gateway import few
from tests.unit.handling import CREDITOR, CUSTOMER, Context, load

OURS = "acme"
THEIRS = "bank-1"
"""The id of a payment of theirs that names nobody."""
THEIR_IDS = (CUSTOMER, "NW-1042", THEIRS)
SCHEMA = schemathesis.openapi.from_dict(json.loads(FILE.read_text(encoding="utf-8")))
OPERATIONS = [found.ok() for found in SCHEMA.get_all_operations()]
EXAMPLES = int(os.environ.get("API_EXAMPLES", "2"))
"""Of each route."""


def two_creditors() -> Desk:
    """A cell in which we have settings and nothing else."""
    desk = Desk()
    day = date(2026, 11, 20)
    desk.unmatched.put(CREDITOR, Unmatched(THEIRS, day, day, "EUR", 119_000, "", (CUSTOMER,)))
    desk.cell.settings.put_creditor(OURS, Creditor(OURS))
    desk.cell.settings.put_policies(OURS, (Policy("std", (Step(1, after_due=10),)),), "one step")
    return desk


def without_them() -> Desk:
    """The same cell, as if the other creditor's customer had never been."""
    desk = two_creditors()
    fresh = type(desk.cell.ledger)()
    desk.cell.ledger.__dict__.update(fresh.__dict__)
    desk.unmatched.__dict__.update(type(desk.unmatched)().__dict__)
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
            name: THEIR_IDS[pick]
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
        theirs = CREDITOR if name == "creditor" else THEIR_IDS[pick]
        path = path.replace("{" + name + "}", theirs)
    query = {name: str(value) for name, value in (case.query or {}).items()}
    body = about_them(case.body, pick) if case.method in ("POST", "PUT") else None
    status, _, text = desk.answer(
        case.method,
        path,
        body,
        scopes=(f"{OURS}/write", f"{OURS}/settings"),
        query=query,
        **headers,
    )
    return status, text


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.label)
def test_what_is_another_s_is_not_there(doors: Warm, operation: Any) -> None:
    """Of every route, with a few requests that its document allows, about each of their ids."""

    @few(EXAMPLES)
    @given(operation.as_strategy(), st.integers(0, len(THEIR_IDS) - 1))
    def ask_both(case: Any, pick: int) -> None:
        theirs = doors(two_creditors())
        before, money = pickle.dumps(theirs.cell.ledger.__dict__), pickle.dumps(theirs.unmatched)
        named = ask(theirs, case, pick, duecourse_creditor=CREDITOR, idempotency_key="k")
        assert named[0] in (404, 422)
        assert json.loads(named[1])["code"] in ("not_found", "malformed")
        assert pickle.dumps(theirs.cell.ledger.__dict__) == before
        assert pickle.dumps(theirs.unmatched) == money

        seen = ask(theirs, case, pick, idempotency_key="k")
        alone = ask(doors(without_them()), case, pick, idempotency_key="k")
        assert seen == alone, "what is another's made a difference"
        mine = theirs.cell.ledger.read(CREDITOR, theirs.cell.account)
        assert mine == pickle.loads(before)["_accounts"][theirs.cell.account]
        assert list(theirs.unmatched.all(CREDITOR)) == list(pickle.loads(money).all(CREDITOR))

    ask_both()


def test_every_route_is_asked() -> None:
    """Those of the resolver, whatever a document says: none can be added and be forgotten here."""
    asked = {(one.method.upper(), one.path) for one in OPERATIONS}
    app = application(two_creditors)  # type: ignore[arg-type]  # nothing is asked of it
    routes = {
        (route.method, re.sub(r"<(\w+)>", r"{\1}", str(route.path)))
        for route in (*app._static_routes, *app._dynamic_routes)
    }
    assert routes - asked == {("GET", "/openapi.json")}, "it says nothing of anybody"
    assert asked <= routes
    assert len(routes) >= 40
