"""Requests that may come again: what is kept of one with the fact that it brings, and whether the
one that is here now is that very request. Which ids are taken is the ledger's.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from dunning.domain.ledger import LedgerError
from dunning.domain.posting import PostingKey
from dunning.service.ports import Owner
from dunning.service.request_ports import KEYS, Kept, Requests

BY = "api:"
"""Begins what brings a fact that a system told; a hash of all that it said follows."""
HEADER = "Idempotency-Key"
_AMOUNTS = frozenset({"amount", "down", "fee"})
_HASHED = 16


class Request(NamedTuple):
    """A request as it is known again."""

    by: str
    key: PostingKey | None = None
    """Kept beside the id of its fact; None: it came without a key."""


def request_of(what: str, said: Mapping[str, Any], key: str) -> Request:
    """A request by what it asks for and all that it says, and its key ("": it has none). An amount
    is the same however many zeros it ends with; a day that is left out is not the same as one that
    is said, whenever that is."""
    text = json.dumps([what, _plain(said)], ensure_ascii=False, sort_keys=True)
    digest = hashlib.sha256(text.encode()).digest()[:_HASHED]
    by = BY + base64.urlsafe_b64encode(digest).decode().rstrip("=")
    return Request(by, PostingKey(KEYS, key) if key else None)


def came_before(request: Request, look: Callable[[PostingKey], Owner | None]) -> bool:
    """Whether the very request came before, by its key. Raises LedgerError where another did."""
    owner = look(request.key) if request.key else None
    if owner is not None and owner.by != request.by:
        raise differs(HEADER, request.key.id if request.key else "")
    return owner is not None


def told_apart(request: Request, owner: Owner, id_: str) -> None:
    """Raises LedgerError where the fact of that id came by a request that said something else. What
    a file, a page or a provider brought under it said so in other words, and is not compared."""
    if owner.by.startswith(BY) and owner.by != request.by:
        raise differs("id", id_)


def once(requests: Requests, creditor: str, request: Request, act: Callable[[], str]) -> str:
    """The answer of a request, as JSON, which is carried out once for each key. One that was cut
    before its answer was kept is carried out again. Raises LedgerError, and what `act` does."""
    if request.key is None:
        return act()
    before = requests.request(creditor, request.key.id)
    if before is None:
        answer = act()
        requests.keep(creditor, request.key.id, Kept(request.by, answer))
        return answer
    if before.by != request.by or not before.answer:
        raise differs(HEADER, request.key.id)
    return before.answer


def differs(field: str, id_: str) -> LedgerError:
    """The refusal of a request by whose id, or key, something else was said before."""
    said = f"{field}: {id_} came before with something else in it, and the first word stands; what"
    return LedgerError("id_differs", field, f"{said} is new needs one of its own")


def _plain(said: Any, name: str = "") -> Any:  # noqa: ANN401 (whatever JSON holds)
    if isinstance(said, Mapping):
        return {one: _plain(value, one) for one, value in said.items()}
    if isinstance(said, list | tuple):
        return [_plain(one) for one in said]
    if name in _AMOUNTS and isinstance(said, str):
        try:
            return format(Decimal(said).normalize(), "f")
        except InvalidOperation:
            return said
    return said
