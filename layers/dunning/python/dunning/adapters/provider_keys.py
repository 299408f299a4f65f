"""The keys of creditors' payment providers, from Secrets Manager: one secret for each of the two.
Nothing here writes, rotates or logs one. What was read is believed for some minutes.
"""

import json
import time
from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING

from dunning.service.provider_ports import Keys, NotConfigured

if TYPE_CHECKING:
    from types_boto3_secretsmanager import SecretsManagerClient

FRESH_SECONDS = 300.0
"""How long a key that was taken out of a secret may go on signing."""


class SecretProviderKeys:
    """`{prefix}/{creditor}/{provider}`, a JSON object: webhook_secrets (a list; or one, as
    webhook_secret), api_key, and environment (live, sandbox)."""

    def __init__(
        self,
        client: "SecretsManagerClient",
        prefix: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client, self._prefix, self._clock = client, prefix, clock
        self._read: dict[str, tuple[float, Keys | None]] = {}
        self._lock = Lock()

    def of(self, creditor: str, provider: str) -> Keys:
        """The keys of that provider's account. Raises NotConfigured; and ValueError for a secret
        that is not written so, without quoting it."""
        name = f"{self._prefix}/{creditor}/{provider}"
        with self._lock:
            at, found = self._read.get(name, (0.0, None))
            if name not in self._read or self._clock() - at > FRESH_SECONDS:
                found = self._fetch(name)
                self._read[name] = (self._clock(), found)
        if found is None:
            raise NotConfigured(f"{creditor} has no {provider}")
        return found

    def _fetch(self, name: str) -> Keys | None:
        try:
            answer = self._client.get_secret_value(SecretId=name)
        except self._client.exceptions.ResourceNotFoundException:
            return None
        keys = _keys_in(answer["SecretString"])
        if keys is None:
            raise ValueError(f"the secret {name} is no object with webhook_secrets and api_key")
        return keys


def _keys_in(text: str) -> Keys | None:
    try:
        said = json.loads(text)
        secrets = tuple(said.get("webhook_secrets") or [said["webhook_secret"]])
        others = (said.get("api_key", ""), said.get("environment", "live"))
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    if not all(isinstance(one, str) for one in (*secrets, *others)) or not all(secrets):
        return None
    return Keys(secrets, *others)
