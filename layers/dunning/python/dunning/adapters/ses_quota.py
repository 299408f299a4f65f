"""What SES says of the account that we send from: `GetAccount`, once a sweep.
What follows from it is `service.sending_quota`'s.
"""

import logging
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from dunning.service.ports import HEALTHY, AccountSending

from .once import Fresh

if TYPE_CHECKING:
    from types_boto3_sesv2 import SESV2Client

UNLIMITED = -1
"""How SES writes a quota that there is not."""


class SesAccount:
    """The account of the cell's region. Never raises for SES: a sweep goes on without it."""

    def __init__(self, client: "SESV2Client", log: logging.Logger | None = None) -> None:
        self._client = client
        # A sweep's client has been idle for a quarter of an hour, and asks once.
        self._fresh = Fresh(client)
        self._log = log or logging.getLogger(__name__)

    def sending(self) -> AccountSending | None:
        try:
            with self._fresh.connection():
                told = self._client.get_account()
        except (ClientError, BotoCoreError) as error:
            self._log.warning("SES' account could not be read: %s", _code(error))
            return None
        quota = told.get("SendQuota", {})
        rate, day = quota.get("MaxSendRate"), quota.get("Max24HourSend")
        if rate is None or day is None:
            self._log.warning("SES' account could not be read: it names no quota")
            return None
        return AccountSending(
            rate=float(rate),
            day=None if day == UNLIMITED else float(day),
            sent=float(quota.get("SentLast24Hours", 0.0)),
            enabled=told.get("SendingEnabled", True),
            production=told.get("ProductionAccessEnabled", True),
            standing=told.get("EnforcementStatus", HEALTHY),
        )


def _code(error: Exception) -> str:
    """The kind of failure, never its text."""
    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Code", ""))
    return type(error).__name__
