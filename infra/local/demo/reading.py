"""Reads a deployed local cell's table for the driver and the demo's conclusions.
It never writes, and asks the emulator itself: what it reads is not counted on the wire.
"""

import os

from dunning.adapters.dynamodb.channels import DynamoChannels
from dunning.adapters.dynamodb.ledger import DynamoLedger
from dunning.adapters.dynamodb.models import connect
from dunning.domain.account import Head
from dunning.domain.history import Record, Task
from dunning.domain.identity import account_tag

from infra.local.cloud import LocalCloud
from infra.local.identity import REGION, owner_environment


class Reader:
    """The ledger of one local cell. Its rights are the owner's, for this process."""

    def __init__(self, cloud: LocalCloud) -> None:
        os.environ.update(owner_environment(cloud.endpoint))
        connection = connect(cloud.outputs["TableName"], region=REGION, endpoint=cloud.endpoint)
        self.ledger = DynamoLedger(connection)

    def head(self, creditor: str, account: str) -> Head | None:
        """HEAD of an account, consistently."""
        return self.ledger.head(creditor, account)

    def paused_until(self, channel: str) -> int:
        """The instant until which a channel rests; read each time."""
        return DynamoChannels().paused_until(channel)

    def histories(self, creditor: str) -> dict[str, list[Record]]:
        """Every account's history, by account key."""
        return {
            account: list(self.ledger.history(creditor, account))
            for account in self.ledger.book(creditor)
        }

    def tasks(self, creditor: str) -> list[Task]:
        """The lines for people."""
        return list(self.ledger.tasks(creditor))

    def tags(self, creditor: str) -> dict[str, str]:
        """The tag that stands in messages, by customer."""
        found = {}
        for account in self.ledger.book(creditor):
            head = self.ledger.head(creditor, account)
            if head is not None:
                found[head.customer] = account_tag(account)
        return found
