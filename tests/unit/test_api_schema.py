"""Whatever is asked of the API, what the document allows and what it forbids: no error of ours, no
answer that is not in the document. Over ports in memory; tests/cloud asks the deployed one.
"""

import json
import os
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import schemathesis
from dunning.domain.unmatched import Unmatched
from dunning.entry import bootstrap
from hypothesis import given
from schemathesis import GenerationMode

from tests.openapi import FILE
from tests.unit.billing import Desk
from tests.unit.gateway import CHECKS, Gateway, about_what_is_known, few
from tests.unit.handling import CREDITOR, CUSTOMER, load

EXAMPLES = int(os.environ.get("API_EXAMPLES", "2"))
"""Of each route and mode; API_EXAMPLES=30 is more than two thousand requests, and a minute."""
SCHEMA = schemathesis.openapi.from_dict(json.loads(FILE.read_text(encoding="utf-8")))
FUNCTION: list[Any] = []
"""The handler, once it is made; schemathesis asks for the application before that."""


def _answer(event: dict[str, Any], context: Any) -> dict[str, Any]:
    answer: dict[str, Any] = FUNCTION[-1](event, context)
    return answer


SCHEMA.app = Gateway(_answer, f"{CREDITOR}/write", f"{CREDITOR}/settings")
OPERATIONS = [found.ok() for found in SCHEMA.get_all_operations()]
KNOWN = {"customer": CUSTOMER, "number": "NW-1042", "creditor": CREDITOR, "payment": "bank-1"}


@pytest.fixture(scope="module", autouse=True)
def billing() -> Iterator[Desk]:
    """One function and one cell, in which something is known and ever more is told."""
    desk = Desk()
    day = date(2026, 11, 20)
    desk.unmatched.put(CREDITOR, Unmatched("bank-1", day, day, "EUR", 119_000))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bootstrap, "api", lambda: desk.door)
        FUNCTION.append(load("api").handler)
        yield desk


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.label)
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_no_request_is_answered_otherwise_than_the_document_says(
    operation: Any, mode: GenerationMode
) -> None:
    sent = 0

    @few(EXAMPLES)
    @given(operation.as_strategy(generation_mode=mode))
    def send(case: schemathesis.Case) -> None:
        nonlocal sent
        sent += 1
        # Another creditor is the same 404 for all: tests/unit/test_api_grants.py.
        case.headers.pop("Duecourse-Creditor", None)
        if sent % 2:
            about_what_is_known(case, KNOWN)
        case.validate_response(case.call(), checks=list(CHECKS))

    send()
    assert sent
