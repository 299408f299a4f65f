"""What telling other systems needs of the outside: who subscribes, a queue in order, the way to an
endpoint, its secrets, and how it has been doing. What is told is `domain.outbound_data`'s.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

from dunning.domain.outbound_endpoints import Endpoint
from dunning.domain.outbound_retry import Health


class Subscriptions(Protocol):
    """The endpoints of each creditor, as its newest settings file names them."""

    def of(self, creditor: str) -> tuple[Endpoint, ...]:
        """As they were within the last minute; none for a creditor that nobody listens to."""

    def put(self, creditor: str, endpoints: tuple[Endpoint, ...]) -> bool:
        """Store them all; False if they are what is stored."""


class Delivery(NamedTuple):
    """A message of the queue: an event by its record, and the endpoint that it is for."""

    account: str
    seq: int
    endpoint: str
    again: str = ""
    """What makes one that is told again another message than the first."""

    @property
    def group(self) -> str:
        """What is told in order: an account's events to one endpoint."""
        return f"{self.endpoint}#{self.account}"


class DeliveryQueue(Protocol):
    """A queue that hands the messages of one group out in the order in which they were put, the
    next only when the one before is done."""

    def put(self, deliveries: Iterable[Delivery]) -> None: ...

    def later(self, handle: str, seconds: int) -> None:
        """A message that was handed out comes again after so long, and its group waits for it."""

    def give_up(self, delivery: Delivery) -> None:
        """Keep it with the dead letters, for a person."""


class Healths(Protocol):
    """How endpoints have been doing: kept only while one fails."""

    def of(self, creditor: str, endpoint: str) -> Health: ...

    def failed(self, creditor: str, endpoint: str, now: int, why: str) -> Health:
        """After one more failure."""

    def probe(self, creditor: str, endpoint: str, seen: Health, until: int) -> bool:
        """Take the one try that is made after a rest; False where somebody else has."""

    def well(self, creditor: str, endpoint: str) -> None:
        """It took an event: forget its failures."""

    def all(self, creditor: str) -> Iterator[tuple[str, Health]]: ...


class NoSecret(LookupError):
    """The endpoint has no secret to sign with."""


class SigningSecrets(Protocol):
    """The secrets of endpoints."""

    def of(self, creditor: str, endpoint: str) -> tuple[bytes, ...]:
        """The newest first; more than one while it is being replaced. Raises NoSecret."""


class NotTaken(Exception):
    """The endpoint did not answer with a status of success: a code, never what it said. `after`:
    seconds for which it asks to be left alone."""

    def __init__(self, code: str, after: int = 0) -> None:
        super().__init__(code)
        self.code, self.after = code, after


class Poster(Protocol):
    """The way to an endpoint."""

    def post(self, url: str, body: bytes, headers: dict[str, str]) -> None:
        """Raises NotTaken."""
