"""What whoever writes has read before (RFC 9110, If-Match): a tag of it, compared with what stands
at the moment of the write. The tags of what is read and of what is written are made here alone.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dunning.domain.account import Account
from dunning.domain.ledger import Find
from dunning.domain.policy import Rulebook
from dunning.service.accounts import Check, Stale
from dunning.service.cases import Cases
from dunning.service.shown import customer_shown, invoice_shown


def tag_of(shown: Any) -> str:  # noqa: ANN401 (whatever is shown as JSON)
    """The entity tag of what is shown, in its quotes: the same fields and values, the same tag."""
    text = json.dumps(shown, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


@dataclass(frozen=True, slots=True)
class Expected:
    """The condition of a write. `tags` None: no tag is asked for."""

    tags: frozenset[str] | None = None
    """One of these must be the tag of what stands."""
    something: bool = False
    """Something must stand, whatever it is (If-Match: *)."""
    nothing: bool = False
    """Nothing may stand (If-None-Match: *)."""

    @property
    def is_any(self) -> bool:
        """Whether there is no condition."""
        return self == UNSAID

    def check(self, tag: str | None) -> None:
        """Raises Stale. `tag` None: nothing stands."""
        wrong = self.nothing and tag is not None
        wrong |= self.something and tag is None
        wrong |= self.tags is not None and tag not in self.tags
        if wrong:
            raise Stale


UNSAID = Expected()
"""No condition."""


def check_of(
    expected: Expected,
    type_: str,
    raw: Mapping[str, object],
    rulebook: Rulebook,
    now: int,
    cases: Cases,
) -> Check | None:
    """The check of one body, made on the account as it is about to be written: of a customer and of
    an invoice against themselves, of everything else against the customer's case."""
    if expected.is_any:
        return None

    def check(state: Account, find: Find) -> None:
        if type_ == "invoice":
            known = find.invoice(str(raw.get("number")))
            expected.check(tag_of(invoice_shown(state, known)) if known else None)
        elif not state.head.rev:
            expected.check(None)
        elif type_ == "customer":
            expected.check(tag_of(customer_shown(state.customer)))
        else:
            expected.check(tag_of(cases.told(state, rulebook, now)))

    return check
