"""The request that is being answered: whose it is, its conditions, its page, and the way to the
use cases. No route lives here.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar
from urllib.parse import unquote

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from pydantic import BaseModel

from dunning.domain.fields import ReadingError
from dunning.domain.identity import IdentityError, external_id
from dunning.domain.policy import Rulebook
from dunning.service.accounts import Stale
from dunning.service.api_bodies import REFUSED, Result
from dunning.service.expected import Expected
from dunning.service.lists import Page, Place
from dunning.service.repeats import once, request_of
from dunning.service.request_ports import Requests

from . import models
from .access import HEADER, READ, WRITE, Grant, NotGranted, creditor_of, grants, scopes_of

if TYPE_CHECKING:
    from dunning.service.outbound_replay import ReplayEvents

    from .desk import Desk
    from .figures import Figures

KEY = "idempotency-key"
LONGEST_KEY = 100
ANYTHING = "*"
_TOO_LONG = f"Idempotency-Key has more than {LONGEST_KEY} characters; send a shorter one"
Said = Mapping[str, Any]
M = TypeVar("M", bound=BaseModel)


class Door(Protocol):
    """What the routes need: the use cases of one cell. All raise NotGranted where there is no such
    creditor; None: there is no such thing."""

    @property
    def requests(self) -> Requests:
        """Requests that came before, by their keys."""

    def record(self, creditor: str, type_: str, raw: Said, key: str, expected: Expected) -> Result:
        """One body. Raises Stale."""

    def batch(self, creditor: str, type_: str, raws: Sequence[Said]) -> list[Result]:
        """Each of several, in their order."""

    def creditors(self, granted: frozenset[Grant]) -> list[Said]:
        """Those of them that there are."""

    def listed(self, creditor: str, what: str, place: Place, most: int, **asked: str) -> Page:
        """A page of customers, cases, invoices, postings, or facts of a kind."""

    def customer(self, creditor: str, customer: str) -> Said | None: ...

    def invoice(self, creditor: str, number: str) -> Said | None: ...

    def case(self, creditor: str, customer: str) -> Said | None:
        """What a customer owes and what is planned, with its revision."""

    def why(
        self, creditor: str, customer: str, invoice: str | None, on: date | None
    ) -> list[Said] | None:
        """The story of a customer's account."""

    def contact_check(self, creditor: str, raw: Said) -> Said | None:
        """Whether somebody may be contacted. Raises ReadingError for what is no attempt."""

    def unmatched_page(
        self, creditor: str, place: Place, most: int, state: str, by_amount: bool
    ) -> Page:
        """A page of the payments that name nobody."""

    def unmatched(self, creditor: str, payment: str) -> Said | None: ...

    def match(
        self, creditor: str, payment: str, raw: Said, key: str, expected: Expected
    ) -> Result | None:
        """Whose such a payment is. Raises Stale."""

    def now(self) -> int: ...

    def rulebook(self, creditor: str) -> Rulebook:
        """The creditor's settings, read anew."""

    def desk(self) -> "Desk":
        """Policies and own words."""

    def figures(self) -> "Figures":
        """Reports and simulations."""

    def replays(self) -> "ReplayEvents":
        """Events told again."""

    def cursor(self, creditor: str, question: str, place: Place) -> str: ...

    def place(self, creditor: str, question: str, cursor: str) -> Place | None:
        """The place behind a cursor of that very creditor and question."""


class Refused(Exception):
    """A body that the ledger does not take."""

    def __init__(self, result: Result) -> None:
        super().__init__(result.code)
        self.result = result


class Asked(NamedTuple):
    """The request that is being answered."""

    app: APIGatewayHttpResolver
    door: Callable[[], Door]

    def header(self, name: str) -> str:
        """A header's value; "": there is none."""
        return str(self.app.current_event.headers.get(name) or "")

    def granted(self) -> frozenset[Grant]:
        """All that the caller's token grants."""
        return grants(scopes_of(self.app.current_event.raw_event))

    def those(self) -> frozenset[Grant]:
        """All grants, or those of the creditor that the header names."""
        named = self.header(HEADER)
        return frozenset(one for one in self.granted() if named in ("", one.creditor))

    def creditor(self, right: str = READ) -> str:
        """Whose data it is about. Raises NotGranted."""
        return creditor_of(self.granted(), right, self.header(HEADER))

    def named(self, creditor: str, right: str = READ) -> str:
        """The creditor that a path names. Raises NotGranted."""
        return creditor_of(self.those(), right, path_id(creditor))

    def mine(self, right: str = READ) -> str:
        """The same, where there is such a creditor; its settings are read anew."""
        creditor = self.creditor(right)
        self.door().rulebook(creditor)
        return creditor

    def recorded(self, type_: str, body: BaseModel | Said, **more: str) -> models.Outcome:
        """What became of a body. Raises Refused, and Stale."""
        raw = body if isinstance(body, Mapping) else plain(body)
        creditor, key = self.creditor(WRITE), self.key()
        named = {name: path_id(value) for name, value in more.items()}
        result = self.door().record(creditor, type_, {**raw, **named}, key, self.expected())
        if result.outcome == REFUSED:
            raise Refused(result)
        return models.Outcome(outcome=result.outcome)  # type: ignore[arg-type]

    def key(self) -> str:
        """The key of the request; "": it has none. Raises ReadingError."""
        key = self.header(KEY)
        if len(key) > LONGEST_KEY:
            # Cut short, two keys could be one.
            raise ReadingError("bad_id", "Idempotency-Key", _TOO_LONG)
        return key

    def once(self, creditor: str, body: BaseModel, shape: type[M], act: Callable[[], M]) -> M:
        """The answer of what is no ledger body, and is carried out once for each key. Raises
        LedgerError for a key of another request."""
        event = self.app.current_event
        request = request_of(f"{event.http_method} {event.path}", plain(body), self.key())
        requests = self.door().requests
        told = once(requests, creditor, request, lambda: act().model_dump_json())
        return shape.model_validate_json(told)

    def expected(self) -> Expected:
        """The condition of a write (RFC 9110, 13.1). A weak tag matches nothing."""
        match, none = self.header("if-match").strip(), self.header("if-none-match").strip()
        if none not in ("", ANYTHING):
            raise Stale  # what may not stand is not said of a write by a tag
        tags = None
        if match and match != ANYTHING:
            tags = frozenset(one.strip() for one in match.split(","))
        return Expected(tags, something=match == ANYTHING, nothing=none == ANYTHING)

    def listed(self, what: str, limit: int, cursor: str | None, **asked: str | None) -> Said:
        """A page of a list, by the name of what it lists. A cursor of anything else, or of anybody
        else, is no such thing."""
        creditor, door = self.creditor(), self.door()
        said = {name: plain_id(value) for name, value in asked.items() if value is not None}
        question = json.dumps([what, said], sort_keys=True)
        place = self.place(creditor, question, cursor)
        return self.shown(
            what, creditor, question, door.listed(creditor, what, place, limit, **said)
        )

    def place(self, creditor: str, question: str, cursor: str | None) -> Place:
        """Where the page of a cursor begins. Raises NotGranted for one of anything else."""
        return known(self.door().place(creditor, question, cursor)) if cursor else Place()

    def shown(self, what: str, creditor: str, question: str, page: Page) -> Said:
        """A page by the name of what it lists, with the cursor of the next one."""
        after = self.door().cursor(creditor, question, page.next) if page.next else None
        return {what: page.rows, "next": after}


def known(found: Any) -> Any:  # noqa: ANN401 (whatever the use case tells)
    """What was found. Raises NotGranted: what there is not is what was not granted."""
    if found is None:
        raise NotGranted
    return found


def path_id(text: str) -> str:
    """An id out of a path, which comes as it was written there."""
    return plain_id(unquote(text))


def plain_id(text: str) -> str:
    """An id as the ledger knows it. Raises NotGranted for what nothing can be called."""
    try:
        return external_id(text)
    except IdentityError:
        raise NotGranted from None


def plain(body: BaseModel) -> dict[str, Any]:
    """A body as the ledger's reader takes it: by the names of the contract, nothing that was not
    said."""
    return body.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude_none=True)
