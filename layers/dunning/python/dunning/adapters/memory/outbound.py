"""Telling other systems, in memory: for tests and whoever keeps nothing."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from dunning.domain.outbound_endpoints import Endpoint
from dunning.domain.outbound_retry import HEALTHY, Health
from dunning.service.outbound_ports import Delivery, NoSecret


class MemorySubscriptions:
    """Endpoints by creditor."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[Endpoint, ...]] = {}

    def of(self, creditor: str) -> tuple[Endpoint, ...]:
        return self._kept.get(creditor, ())

    def put(self, creditor: str, endpoints: tuple[Endpoint, ...]) -> bool:
        if self._kept.get(creditor) == endpoints:
            return False
        self._kept[creditor] = endpoints
        return True


class MemoryHealths:
    """How endpoints have been doing."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], Health] = {}

    def of(self, creditor: str, endpoint: str) -> Health:
        return self._kept.get((creditor, endpoint), HEALTHY)

    def failed(self, creditor: str, endpoint: str, now: int, why: str) -> Health:
        after = self.of(creditor, endpoint).failed(now, why)
        self._kept[creditor, endpoint] = after
        return after

    def probe(self, creditor: str, endpoint: str, seen: Health, until: int) -> bool:
        known = self._kept.get((creditor, endpoint))
        if known is None or known.until != seen.until:
            return False
        self._kept[creditor, endpoint] = known._replace(until=until)
        return True

    def well(self, creditor: str, endpoint: str) -> None:
        self._kept[creditor, endpoint] = HEALTHY

    def all(self, creditor: str) -> Iterator[tuple[str, Health]]:
        mine = sorted((id_, h) for (owner, id_), h in self._kept.items() if owner == creditor)
        return iter(mine)


@dataclass
class MemoryDeliveries:
    """A queue in the order of each group: what is handed out keeps its group until it is done."""

    waiting: deque[Delivery] = field(default_factory=deque)
    put_off: list[tuple[str, int]] = field(default_factory=list)
    dead: list[Delivery] = field(default_factory=list)

    def put(self, deliveries: Iterable[Delivery]) -> None:
        self.waiting.extend(deliveries)

    def later(self, handle: str, seconds: int) -> None:
        self.put_off.append((handle, seconds))

    def give_up(self, delivery: Delivery) -> None:
        self.dead.append(delivery)


@dataclass
class MemorySigningSecrets:
    """Secrets by creditor and endpoint."""

    kept: dict[tuple[str, str], tuple[bytes, ...]] = field(default_factory=dict)

    def of(self, creditor: str, endpoint: str) -> tuple[bytes, ...]:
        found = self.kept.get((creditor, endpoint))
        if not found:
            raise NoSecret(f"{creditor}/{endpoint}")
        return found
