"""How a creditor's settings change: one transaction on its row as it stood, tried again where
somebody came between. What changes is the caller's.
"""

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import NamedTuple

from pynamodb.connection import Connection
from pynamodb.exceptions import TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from dunning.domain.creditor import Creditor

from . import keys
from .models import CreditorRow, PolicyRow, RegistryRow, WordingRow
from .reading import get_row
from .writes import CONDITION, CONFLICT

TRIES = 5
"""Times that settings are written anew because somebody else changed them meanwhile."""


class SettingsContendedError(RuntimeError):
    """A creditor's settings kept changing under the write; nothing was written."""


class Change(NamedTuple):
    """What to set of a creditor's row, what must still stand there, and what is put beside it."""

    actions: list[Action]
    stands: Condition
    beside: PolicyRow | WordingRow | None = None
    version: int = 0


def of_settings(row: CreditorRow | None, wanted: Creditor) -> Change:
    """Settings in place of those that a row has."""
    text = json.dumps(asdict(wanted), ensure_ascii=False, sort_keys=True)
    stands = (
        CreditorRow.settings == row.settings
        if row is not None and row.settings
        else CreditorRow.settings.does_not_exist()
    )
    return Change([CreditorRow.settings.set(text)], stands)


class CreditorChanges:
    """Writes of a creditor's row."""

    def __init__(self, connection: Connection, rules: Callable[[], str]) -> None:
        self._connection = connection
        self._rules = rules

    def make(
        self, creditor: str, following: Callable[[CreditorRow | None], Change | None]
    ) -> Change | None:
        """Write what follows from the row as it stands, until nobody comes between; what was
        written, or None where nothing is to be changed."""
        for _ in range(TRIES):
            row = get_row(CreditorRow, creditor, keys.CREDITOR)
            change = following(row)
            if change is None or self._update(creditor, change, new=row is None):
                return change
        raise SettingsContendedError(creditor)

    def _update(self, creditor: str, change: Change, *, new: bool) -> bool:
        """One transaction; a new creditor is entered in the registry by it. False: meanwhile
        changed by somebody else."""
        try:
            with TransactWrite(connection=self._connection) as transaction:
                if change.beside is not None:
                    kind = type(change.beside)
                    transaction.save(change.beside, kind.pk.does_not_exist())
                row = CreditorRow(creditor, keys.CREDITOR)
                actions = change.actions
                if new:
                    actions = [*actions, CreditorRow.rules.set(self._rules())]
                transaction.update(row, actions, change.stands)
                if new:
                    registry = RegistryRow(*keys.REGISTRY)
                    transaction.update(registry, [RegistryRow.names.add({creditor})])
        except TransactWriteError as error:
            codes = {reason.code for reason in error.cancellation_reasons if reason}
            if codes & {CONDITION, CONFLICT}:
                return False
            raise
        return True
