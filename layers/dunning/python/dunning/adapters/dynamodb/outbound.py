"""What telling other systems keeps in the cell's table: endpoints beside a creditor's settings, how
each has been doing; and the stream's records as the ledger reads them.
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from threading import Lock
from typing import Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import PutError, UpdateError

from dunning.domain.history import Record
from dunning.domain.identity import creditor_id
from dunning.domain.outbound_endpoints import Endpoint
from dunning.domain.outbound_retry import HEALTHY, Health

from . import keys
from .models import HistoryRow, Row
from .reading import get_row
from .rows import record_of
from .writes import CONDITION

FRESH_SECONDS = 60.0
"""How long a process believes what it read of a creditor's endpoints."""


class EndpointsRow(Row):
    """A creditor's endpoints, as one text."""

    source = UnicodeAttribute()


class HealthRow(Row):
    """An endpoint that failed."""

    failures = NumberAttribute()
    since = NumberAttribute()
    until = NumberAttribute()
    why = UnicodeAttribute()


class DynamoSubscriptions:
    """Endpoints by creditor. Nothing is planned by them, so no edition counts them."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._read: dict[str, tuple[float, tuple[Endpoint, ...]]] = {}
        self._lock = Lock()

    def of(self, creditor: str) -> tuple[Endpoint, ...]:
        with self._lock:
            at, found = self._read.get(creditor, (0.0, ()))
            if creditor not in self._read or self._clock() - at > FRESH_SECONDS:
                row = get_row(EndpointsRow, creditor, keys.OUTBOUND, consistent=False)
                found = _endpoints(row.source) if row is not None else ()
                self._read[creditor] = (self._clock(), found)
            return found

    def put(self, creditor: str, endpoints: tuple[Endpoint, ...]) -> bool:
        source = json.dumps([[e.id, e.url, list(e.events), e.enabled] for e in endpoints])
        row = EndpointsRow(creditor, keys.OUTBOUND, source=source)
        try:
            row.save(EndpointsRow.source.does_not_exist() | (EndpointsRow.source != source))
        except PutError as error:
            if error.cause_response_code != f"{CONDITION}Exception":
                raise
            return False
        finally:
            self._read.pop(creditor, None)
        return True


def _endpoints(source: str) -> tuple[Endpoint, ...]:
    return tuple(
        Endpoint(id_, url, tuple(events), enabled)
        for id_, url, events, enabled in json.loads(source)
    )


class DynamoHealths:
    """One item for an endpoint that has ever failed."""

    def of(self, creditor: str, endpoint: str) -> Health:
        row = get_row(HealthRow, keys.endpoints(creditor), endpoint, consistent=False)
        return _health(row) if row is not None else HEALTHY

    def failed(self, creditor: str, endpoint: str, now: int, why: str) -> Health:
        # Two failures of one moment may count as one: the next one counts.
        row = get_row(HealthRow, keys.endpoints(creditor), endpoint)
        after = (_health(row) if row is not None else HEALTHY).failed(now, why)
        self._set(creditor, endpoint, after)
        return after

    def probe(self, creditor: str, endpoint: str, seen: Health, until: int) -> bool:
        row = HealthRow(keys.endpoints(creditor), endpoint)
        try:
            row.update([HealthRow.until.set(until)], HealthRow.until == seen.until)
        except UpdateError as error:
            if error.cause_response_code != f"{CONDITION}Exception":
                raise
            return False
        return True

    def well(self, creditor: str, endpoint: str) -> None:
        self._set(creditor, endpoint, HEALTHY)

    def all(self, creditor: str) -> Iterator[tuple[str, Health]]:
        for row in HealthRow.query(keys.endpoints(creditor), consistent_read=True):
            yield row.sk, _health(row)

    def _set(self, creditor: str, endpoint: str, health: Health) -> None:
        HealthRow(keys.endpoints(creditor), endpoint).update(
            [
                HealthRow.failures.set(health.failures),
                HealthRow.since.set(health.since),
                HealthRow.until.set(health.until),
                HealthRow.why.set(health.why),
            ]
        )


def _health(row: HealthRow) -> Health:
    return Health(int(row.failures), int(row.since), int(row.until), row.why)


def seen_in(record: Mapping[str, Any]) -> tuple[str, str, Record] | None:
    """Creditor, account and the record of history that a record of the table's stream tells of;
    None: it tells of something else."""
    image = record.get("dynamodb", {}).get("NewImage")
    if record.get("eventName") != "INSERT" or not image:
        return None
    if not image["sk"]["S"].startswith(keys.HISTORY):
        return None
    account = image["pk"]["S"]
    row = HistoryRow.from_raw_data({name: dict(value) for name, value in image.items()})
    return creditor_id(keys.creditor_of(account)), account, record_of(row)
