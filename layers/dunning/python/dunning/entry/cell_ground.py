"""A cell's ground: its clients, its table, and what stands there of settings and addresses. The use
cases over it are `wiring`'s.
"""

from functools import cached_property
from typing import TYPE_CHECKING, cast

from dunning.domain.creditor import DEFAULT_SHARDS
from dunning.entry import on_demand
from dunning.entry.settings import TABLE, Settings
from dunning.entry.time_zones import pin_time_zones
from dunning.service.ports import Clock

if TYPE_CHECKING:
    from botocore.client import BaseClient
    from botocore.session import Session
    from pynamodb.connection import Connection
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_secretsmanager import SecretsManagerClient

    from dunning.adapters.address_hash import KeyedHash
    from dunning.adapters.dynamodb.cell import DynamoChannels, DynamoSettings, DynamoSuppressions
    from dunning.adapters.dynamodb.ledger import DynamoLedger


class CellGround:
    """What every part of a cell stands on, each made when it is first asked for."""

    def __init__(self, settings: Settings, region: str | None = None) -> None:
        self._time_zones = pin_time_zones()
        self.settings = settings
        self._region = region

    @cached_property
    def connection(self) -> "Connection":
        from dunning.adapters.dynamodb.models import connect

        return connect(self.settings.table_name, region=self._region)

    @cached_property
    def clock(self) -> Clock:
        from dunning.adapters.clock import TableClock, WallClock

        if self.settings.clock_source == TABLE:
            return TableClock(self._dynamodb(), self.settings.table_name)
        return WallClock()

    @cached_property
    def rulebooks(self) -> "DynamoSettings":
        from dunning.adapters.dynamodb.cell import DynamoSettings
        from dunning.adapters.holiday_calendars import HolidayCalendars
        from dunning.domain.policy_file import read_policies

        return DynamoSettings(
            self.connection,
            read_policies,
            HolidayCalendars(),
            self._shipped_rules,
            on_demand.statutes,
            on_demand.effects,
        )

    @cached_property
    def ledger(self) -> "DynamoLedger":
        from dunning.adapters.dynamodb.ledger import DynamoLedger

        return DynamoLedger(self.connection, self._shards)

    @cached_property
    def suppressions(self) -> "DynamoSuppressions":
        from dunning.adapters.dynamodb.cell import DynamoSuppressions

        _ = self.connection
        return DynamoSuppressions()

    @cached_property
    def channels(self) -> "DynamoChannels":
        from dunning.adapters.dynamodb.cell import DynamoChannels

        _ = self.connection
        return DynamoChannels()

    @cached_property
    def hash_of(self) -> "KeyedHash":
        from dunning.adapters.address_hash import KeyedHash
        from dunning.adapters.secrets import SecretKey

        client = cast("SecretsManagerClient", self._client("secretsmanager"))
        return KeyedHash(SecretKey(client, self.settings.address_key_secret))

    def _shipped_rules(self) -> str:
        """Read when it is asked for: most functions never do."""
        from dunning.adapters.shipped import shipped_rules

        return shipped_rules(self.settings.channels)

    def refresh(self) -> None:
        """Forget what holds for one invocation alone: settings, and which channels rest."""
        self.rulebooks.refresh()
        self.channels.refresh()

    def _shards(self, creditor: str) -> int:
        book = self.rulebooks.rulebook(creditor)
        return book.creditor.shards if book else DEFAULT_SHARDS

    @property
    def _session(self) -> "Session":
        # The models' own: what botocore has read for one client (120 ms of CPU) serves the others.
        # Not boto3: its clients are botocore's, and the rest of it is import time.
        return self.connection.session

    def _client(self, service: str) -> "BaseClient":
        return self._session.create_client(service, region_name=self._region)

    def _dynamodb(self) -> "DynamoDBClient":
        """The models' own client: one pool of connections for all that is asked of the table."""
        return cast("DynamoDBClient", self.connection.client)
