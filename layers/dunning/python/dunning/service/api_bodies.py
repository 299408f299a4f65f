"""Ledger bodies that a billing system sends one by one, or in batches: read, recorded once, with an
answer to each. What a body means is the ledger's; who may send it is the edge's.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from dunning.domain.bodies import CreditorBody
from dunning.domain.calendar import local_day
from dunning.domain.fields import ReadingError
from dunning.domain.ledger import LedgerError
from dunning.domain.policy import Rulebook
from dunning.domain.reading import Defaults, read
from dunning.service.cases import Cases
from dunning.service.expected import UNSAID, Expected, check_of
from dunning.service.record_body import ACCEPTED, UNCHANGED, RecordBody
from dunning.service.repeats import request_of

REFUSED = "refused"


class Result(NamedTuple):
    """What became of a body: accepted, unchanged or refused; refused with a code, the field and a
    sentence that says how to mend it."""

    outcome: str
    code: str = ""
    field: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ApiBodies:
    """The use case. Sending the same body again changes nothing."""

    bodies: RecordBody

    def record(
        self,
        creditor: str,
        type_: str,
        raw: Mapping[str, object],
        rulebook: Rulebook,
        now: int,
        key: str = "",
        expected: Expected = UNSAID,
    ) -> Result:
        """One body of a type. `key` is the caller's idempotency key: the id of what has none of its
        own, and what the request itself is known by. What is said without a day is known today.
        Raises Contended (ask again), and Stale where what stands is not what the caller expects;
        what was recorded before is unchanged, whatever is expected."""
        today = local_day(now, rulebook.creditor.time_zone)
        try:
            return self._record(creditor, type_, raw, rulebook, now, today, key, expected)
        except (ReadingError, LedgerError) as error:
            return Result(REFUSED, error.code, error.field, str(error))

    def batch(
        self,
        creditor: str,
        type_: str,
        raws: Iterable[Mapping[str, object]],
        rulebook: Rulebook,
        now: int,
    ) -> list[Result]:
        """Each of several, in their order; one that is refused stops none."""
        return [self.record(creditor, type_, raw, rulebook, now) for raw in raws]

    def _record(
        self,
        creditor: str,
        type_: str,
        raw: Mapping[str, object],
        rulebook: Rulebook,
        now: int,
        today: date,
        key: str,
        expected: Expected,
    ) -> Result:
        said: dict[str, object] = {"on": today.isoformat(), **raw, "type": type_}
        if key and "id" not in said and type_ not in _NUMBERED:
            said["id"] = key
        words = {name: one for name, one in raw.items() if (type_, name) != _WHO}
        request = None if type_ in _STATES else request_of(type_, words, key)
        defaults = Defaults(creditor=creditor, terms_days=rulebook.creditor.terms_days)
        cases = Cases(self.bodies.accounts.ledger)
        expects = check_of(expected, type_, said, rulebook, now, cases)
        outcomes = []
        for body in read(said, defaults).bodies:
            if isinstance(body, CreditorBody):
                raise ReadingError(
                    "not_here", "type", "settings of a creditor are published, not recorded"
                )
            told = self.bodies.record(
                creditor, body, rulebook, now, expects=expects, request=request
            )
            outcomes.append(told)
        return Result(ACCEPTED if ACCEPTED in outcomes else UNCHANGED)


_NUMBERED = frozenset({"customer", "invoice", "credit_note"})
"""Bodies that are known by something else than an id."""
_STATES = frozenset({"customer", "invoice"})
"""Bodies that say how something stands: each word counts, and the newest holds."""
_WHO = ("match", "by")
"""Two people who say the same of a payment say it once."""
