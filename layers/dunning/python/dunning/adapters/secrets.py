"""A secret's value, read once a process: nothing here rotates, logs or writes one.
The address key must never change: with another key, nobody's opt-out would be recognised.
"""

from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types_boto3_secretsmanager import SecretsManagerClient


class SecretKey:
    """The bytes of one secret, fetched at the first use."""

    def __init__(self, client: "SecretsManagerClient", secret: str) -> None:
        self._client = client
        self._secret = secret
        self._value: bytes | None = None
        self._lock = Lock()

    def __call__(self) -> bytes:
        with self._lock:
            if self._value is None:
                found = self._client.get_secret_value(SecretId=self._secret)
                self._value = found.get("SecretBinary") or found["SecretString"].encode()
            return self._value

    def __repr__(self) -> str:
        return f"SecretKey({self._secret!r})"
