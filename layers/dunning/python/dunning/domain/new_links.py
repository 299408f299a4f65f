"""A new link, asked for with an old one: what is kept of such requests, and how many count. Pure.
When it is sent is `new_link_outlook`'s; whose request counts, a use case's.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from .calendar import DAY, later
from .links import STATEMENT, Link
from .telling_kinds import NEW_LINK
from .told import Tells

HOUR = 60 * 60
LIMITS = ((HOUR, 1), (DAY, 3), (30 * DAY, 10))
"""Spans in seconds, and how many requests count within each: whoever holds an old mail of somebody
else cannot fill a mailbox with it."""
REMEMBERED = max(span for span, _ in LIMITS)
ANSWERED_FOR = DAY
"""Seconds after which a request is not answered any more: who asked has long stopped waiting."""
RENEWABLE = 365
"""Days after its last one on which an old link still asks for a new one."""


@dataclass(frozen=True, slots=True)
class LinkAsked:
    """The requests of an account that counted, as far as they bound the next."""

    at: tuple[int, ...]
    """Instants, the oldest first; never none."""
    address_hash: str
    """Where the newest is answered: an e-mail address of the customer's, by its keyed hash."""

    @property
    def id(self) -> str:
        """An account has one."""
        return NEW_LINK

    @property
    def newest(self) -> int:
        """The instant of the request that is answered."""
        return self.at[-1]

    @property
    def until(self) -> int:
        """The last instant at which it is answered."""
        return self.newest + ANSWERED_FOR

    @property
    def tells(self) -> Tells:
        """Its answer, so that it goes out once."""
        return Tells(NEW_LINK, str(self.newest), "statement")

    def over(self, today: date) -> bool:
        """Whether it bounds no request from that day on."""
        gone = datetime.fromtimestamp(self.newest + REMEMBERED, UTC).date()
        return today > later(gone, 1)  # wherever the customer's day is


def counts(before: LinkAsked | None, now: int) -> bool:
    """Whether one more request counts."""
    known = before.at if before else ()
    return all(sum(one > now - span for one in known) < most for span, most in LIMITS)


def counted(before: LinkAsked | None, address_hash: str, now: int) -> LinkAsked:
    """The requests with one more."""
    known = before.at if before else ()
    kept = (one for one in known if one > now - REMEMBERED)
    return LinkAsked((*kept, now), address_hash)


def renewable(link: Link, on: date) -> bool:
    """Whether a new link may be asked for with a link: one that showed the statement, not too long
    ago. That it was revoked does not matter: what is sent goes to the customer and to nobody else.
    """
    return link.purpose in STATEMENT and on <= later(link.until, RENEWABLE)
