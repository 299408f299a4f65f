"""A billing system with a token, before the API over ports in memory."""

import json
from dataclasses import replace
from functools import cache
from typing import Any

from dunning.adapters import contact_rulesets
from dunning.adapters.contact_rulesets import STANDARD, ruleset_of
from dunning.adapters.cursors import SealedCursors
from dunning.adapters.memory.cell import Counters, Serial
from dunning.adapters.memory.outbound import MemoryDeliveries, MemorySubscriptions
from dunning.adapters.memory.ranges import MemoryRanges
from dunning.adapters.memory.requests import MemoryRequests
from dunning.adapters.memory.unmatched import MemoryUnmatched
from dunning.adapters.own_wording_trial import OwnWordingFiles
from dunning.adapters.phone_numbers import phone_number
from dunning.domain.contact.ruleset_gates import RulesetGates
from dunning.entry.api.desk import Desk as CreditorDesk
from dunning.entry.api.door import CellDoor
from dunning.entry.api.figures import Figures
from dunning.service.account_check import AccountCheck
from dunning.service.api_bodies import ApiBodies
from dunning.service.cases import Cases
from dunning.service.contact_check import ContactCheck
from dunning.service.inbox import Inbox
from dunning.service.inbox_pages import InboxPages
from dunning.service.lists import Lists
from dunning.service.outbound_events import PublishEvents
from dunning.service.outbound_replay import ReplayEvents
from dunning.service.publishing import Publishing
from dunning.service.why import Why

from infra.templates import built
from tests.unit.handling import CREDITOR, Cell, Context, load, sample

Answer = tuple[int, dict[str, Any]]


def gates() -> RulesetGates:
    return RulesetGates(
        lambda name, own: ruleset_of(STANDARD), phone_number, "2026f", frozenset({"email"})
    )


@cache
def own_words() -> OwnWordingFiles:
    """The checks of own words: what they are made of takes a second to read."""
    return OwnWordingFiles(built())


class Desk:
    """A billing system with a token."""

    def __init__(self) -> None:
        self.cell = Cell()
        cell = self.cell
        self.unmatched = MemoryUnmatched()
        cell.bodies = replace(cell.bodies, unmatched=self.unmatched)
        self.door = CellDoor(
            refresh=lambda: None,
            clock=cell.clock,
            settings=cell.settings,
            bodies=ApiBodies(cell.bodies),
            cases=Cases(cell.ledger),
            stories=Why(cell.ledger, gates(), None),
            accounts=AccountCheck(cell.ledger, gates()),
            attempts=lambda: ContactCheck(
                ruleset_of(STANDARD), phone_number, "2026f", cell.clock.now
            ),
            lists=Lists(cell.ledger, MemoryRanges(cell.ledger)),
            cursors=SealedCursors(lambda: b"a secret of the cell's"),
            requests=MemoryRequests(cell.ledger),
            inbox=InboxPages(Inbox(cell.ledger, self.unmatched), MemoryRanges(cell.ledger)),
            make_desk=self._desk,
            make_figures=lambda: Figures(cell.ledger, MemoryRanges(cell.ledger), cell.settings),
            make_replays=lambda: self.replays,
        )
        self.subscriptions, self.told = MemorySubscriptions(), MemoryDeliveries()
        publish = PublishEvents(self.subscriptions, self.told, Counters())
        self.replays = ReplayEvents(cell.ledger, publish, self.subscriptions, Serial())

    def _desk(self) -> CreditorDesk:
        words = own_words()
        publishing = Publishing(
            self.cell.settings, lambda: self.cell.blobs, lambda: words, lambda: contact_rulesets
        )
        return CreditorDesk(publishing, words, built())

    def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        scopes: tuple[str, ...] = (f"{CREDITOR}/write",),
        query: dict[str, str] | None = None,
        **headers: str,
    ) -> Answer:
        """Status and body of an answer."""
        status, _, text = self.answer(method, path, body, scopes=scopes, query=query, **headers)
        return status, json.loads(text)

    def answer(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        scopes: tuple[str, ...] = (f"{CREDITOR}/write",),
        query: dict[str, str] | None = None,
        **headers: str,
    ) -> tuple[int, dict[str, str], str]:
        """Status, headers (by their names in small letters) and body, as they are sent."""
        event = sample("api")
        event["rawPath"] = event["requestContext"]["http"]["path"] = path
        event["requestContext"]["http"]["method"] = method
        event["requestContext"]["authorizer"] = {"jwt": {"claims": {}, "scopes": list(scopes)}}
        event["headers"] = {"content-type": "application/json"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        event["queryStringParameters"] = query or {}
        event["body"] = body if isinstance(body, str) else json.dumps(body)
        answer = self.handle(event)
        named = {name.lower(): value for name, value in answer["headers"].items()}
        return answer["statusCode"], named, answer["body"]

    def handle(self, event: dict[str, Any]) -> dict[str, Any]:
        """The function's answer, as of one that has just started."""
        answer: dict[str, Any] = load("api").handler(event, Context())
        return answer

    def tag(self, path: str) -> str:
        """The entity tag of what stands there."""
        status, headers, _ = self.answer("GET", path)
        assert status == 200
        return headers["etag"]
