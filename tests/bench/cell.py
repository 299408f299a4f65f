"""The product's own wiring over the emulator: real adapters, templates, rate and mail client.

Accounts are put in bulk by the row codec; what is measured then goes through the use cases.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import boto3
from dunning.adapters.dynamodb import keys
from dunning.adapters.dynamodb.rows import row_of
from dunning.domain.account import Account
from dunning.entry.bootstrap import Wiring
from dunning.entry.settings import Settings

from infra.templates import built
from tests.bench.emulated import REGION, TABLE, Database
from tests.bench.loading import Batches, Raw, rows
from tests.bench.people import CREDITOR, POLICIES, RULEBOOK, SETTINGS

AWS_RATE = 14.0
"""Mails a second of the AWS cells as they are configured (infra/config.py)."""
RATE = 100_000.0
"""Mails a second: nobody is to wait for leave to send while time is taken."""
SENDER_DOMAIN = "example.com"
CONFIGURATION_SET = "duecourse-bench"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell without functions: its database, and the parts that a function would make."""

    database: Database
    wiring: Wiring

    def put(self, states: Iterable[Account]) -> list[str]:
        """Accounts with their customers, as they stand; their keys."""
        items: list[Raw] = []
        accounts = []
        for state in states:
            account = keys.account(CREDITOR, state.head.customer)
            accounts.append(account)
            items += [*rows(state), row_of(account, state.customer).serialize()]
        Batches(self.database.endpoint).put(items)
        return accounts


def cell(database: Database) -> Cell:
    """A cell whose creditor has settings and policies, and whose sender is verified."""
    settings = Settings(
        cell="bench",
        table_name=TABLE,
        bucket_name="none",
        templates_path=built(),
        email_rate=RATE,
        email_max_receive_count=5,
        configuration_set=CONFIGURATION_SET,
    )
    wiring = Wiring(settings, REGION)
    wiring.rulebooks.put_creditor(CREDITOR, SETTINGS)
    wiring.rulebooks.put_policies(CREDITOR, RULEBOOK.policies, POLICIES)
    ses = boto3.client("sesv2")
    ses.create_email_identity(EmailIdentity=SENDER_DOMAIN)
    ses.create_configuration_set(ConfigurationSetName=CONFIGURATION_SET)
    return Cell(replace(database, connection=wiring.connection), wiring)
