"""Signatures of webhooks by the scheme of Standard Webhooks (version 1, symmetric), and the secrets
that make them, from Secrets Manager. A secret is read, never logged.
"""

import base64
import binascii
import hashlib
import hmac
import json
import secrets as randomness
import time
from collections.abc import Callable, Sequence
from threading import Lock
from typing import TYPE_CHECKING

from dunning.service.outbound_ports import NoSecret

if TYPE_CHECKING:
    from types_boto3_secretsmanager import SecretsManagerClient

PREFIX = "whsec_"
LEAST_BYTES, MOST_BYTES = 24, 64
NEW_BYTES = 32
MOST_SECRETS = 3
FRESH_SECONDS = 300.0
"""How long a secret that was taken out may go on signing, and a new one may not sign yet."""


def signed(id_: str, at: int, body: bytes, secrets: tuple[bytes, ...]) -> dict[str, str]:
    """The three headers of a webhook: its id, the instant, and a signature by each secret over
    id, instant and the very bytes."""
    content = f"{id_}.{at}.".encode() + body
    made = [
        base64.b64encode(hmac.new(secret, content, hashlib.sha256).digest()).decode()
        for secret in secrets
    ]
    return {
        "webhook-id": id_,
        "webhook-timestamp": str(at),
        "webhook-signature": " ".join(f"v1,{one}" for one in made),
    }


def secret_bytes(text: str) -> bytes:
    """The bytes of a secret as it is written. Raises ValueError, without quoting it."""
    try:
        found = base64.b64decode(text.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        raise ValueError("a secret is not base64") from None
    if not text.startswith(PREFIX) or not LEAST_BYTES <= len(found) <= MOST_BYTES:
        raise ValueError(f"a secret is {PREFIX} and {LEAST_BYTES} to {MOST_BYTES} bytes in base64")
    return found


def new_secret() -> str:
    """A secret that nobody has had."""
    return PREFIX + base64.b64encode(randomness.token_bytes(NEW_BYTES)).decode()


class SecretsOfEndpoints:
    """`{prefix}/{creditor}/{endpoint}`, a JSON object: `signing`, the newest secret first."""

    def __init__(
        self,
        client: "SecretsManagerClient",
        prefix: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client, self._prefix, self._clock = client, prefix, clock
        self._read: dict[str, tuple[float, tuple[bytes, ...]]] = {}
        self._lock = Lock()

    def of(self, creditor: str, endpoint: str) -> tuple[bytes, ...]:
        """Raises NoSecret where there is none; and ValueError for one that is not written so."""
        name = self.name(creditor, endpoint)
        with self._lock:
            at, found = self._read.get(name, (0.0, ()))
            if not found or self._clock() - at > FRESH_SECONDS:
                found = tuple(map(secret_bytes, self.written(creditor, endpoint)))
                self._read[name] = (self._clock(), found)
        if not found:
            raise NoSecret(name)
        return found

    def name(self, creditor: str, endpoint: str) -> str:
        """The secret's name."""
        return f"{self._prefix}/{creditor}/{endpoint}"

    def written(self, creditor: str, endpoint: str) -> tuple[str, ...]:
        """What stands in the secret; none where there is none."""
        name = self.name(creditor, endpoint)
        try:
            answer = self._client.get_secret_value(SecretId=name)
        except self._client.exceptions.ResourceNotFoundException:
            return ()
        try:
            found = json.loads(answer["SecretString"])["signing"]
        except (ValueError, KeyError, TypeError):
            raise ValueError(f"the secret {name} is no object with `signing`") from None
        if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
            raise ValueError(f"`signing` in the secret {name} is no list of texts")
        return tuple(found)

    def write(self, creditor: str, endpoint: str, signing: Sequence[str]) -> None:
        """Make the secret, or put these into it."""
        name, text = self.name(creditor, endpoint), json.dumps({"signing": list(signing)})
        try:
            self._client.put_secret_value(SecretId=name, SecretString=text)
        except self._client.exceptions.ResourceNotFoundException:
            about = f"Signs the webhooks of {creditor} to its endpoint {endpoint}"
            self._client.create_secret(Name=name, SecretString=text, Description=about)
