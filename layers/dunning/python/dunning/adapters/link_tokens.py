"""Links as they travel: sealed into a short text that fits a URL and says nothing to who reads it.
What a link means is `domain.links`'; what it opens, a use case's.

AES-SIV (RFC 5297): encrypted and authenticated, the same link always the same token. So a message
that is rendered again has the links that it had, and no nonce can ever be used twice.
"""

import base64
import binascii
import hashlib
import json
import re
import time
from collections.abc import Callable, Mapping
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from dunning.domain.links import Link, LinkError, packed, unpacked

if TYPE_CHECKING:
    from types_boto3_secretsmanager import SecretsManagerClient

READ_AGAIN = 15 * 60
"""Seconds after which keys are read anew. A key that was added signs everywhere after that."""
ASK_AGAIN = 60
"""Seconds between two reads because of a key that is not known: anybody can write a number into
a URL, and each read is paid for."""
LONGEST = 300
"""Characters of a token. Ours have some 60, with the longest ids 175."""
LEAST_SECRET = 32
_CONTEXT = b"duecourse link 1"
_SHAPE = re.compile(rf"[A-Za-z0-9_-]{{24,{LONGEST}}}\Z")


class BadKeys(RuntimeError):
    """The secret holds no keys that links can be sealed with; its text is never quoted."""


class _Key(NamedTuple):
    number: int
    cipher: AESSIV


class LinkKeys:
    """The keys of a secret: a JSON object of numbers from 1 to 255 and texts. The highest number
    seals, all of them open. So a key is rotated by adding one, and a leaked one taken out."""

    def __init__(
        self,
        read: Callable[[], str],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._read = read
        self._monotonic = monotonic
        self._lock = Lock()
        self._keys: dict[int, _Key] = {}
        self._read_at = 0.0

    def newest(self) -> _Key:
        """The key that seals."""
        keys = self._known(READ_AGAIN)
        return keys[max(keys)]

    def numbered(self, number: int) -> _Key | None:
        """The key of that number, which may have been added since keys were last read."""
        found = self._known(READ_AGAIN).get(number)
        return found or self._known(ASK_AGAIN).get(number)

    def _known(self, age: float) -> dict[int, _Key]:
        with self._lock:
            now = self._monotonic()
            if not self._keys or now - self._read_at > age:
                self._keys = _keys_in(self._read())
                self._read_at = now
            return self._keys


def secret_text(client: "SecretsManagerClient", secret: str) -> Callable[[], str]:
    """Reads a secret's current text, each time it is called."""
    return lambda: client.get_secret_value(SecretId=secret)["SecretString"]


class LinkTokens:
    """Links into tokens and back."""

    def __init__(self, keys: LinkKeys) -> None:
        self._keys = keys

    def sealed(self, link: Link) -> str:
        """The token of a link. Raises LinkError for one that cannot be written down."""
        key = self._keys.newest()
        head = bytes([key.number])
        sealed = key.cipher.encrypt(packed(link), [head, _CONTEXT])
        return base64.urlsafe_b64encode(head + sealed).decode().rstrip("=")

    def opened(self, token: str) -> Link | None:
        """The link that was sealed into a token; None for every other text, whatever is wrong."""
        if not _SHAPE.match(token):
            return None
        try:
            data = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        except (binascii.Error, ValueError):
            return None
        if base64.urlsafe_b64encode(data).decode().rstrip("=") != token:
            return None  # bits that no one reads were changed: still another text than ours
        key = self._keys.numbered(data[0])
        if key is None:
            return None
        try:
            return unpacked(key.cipher.decrypt(data[1:], [data[:1], _CONTEXT]))
        except (InvalidTag, LinkError, ValueError):
            return None


def _keys_in(text: str) -> dict[int, _Key]:
    try:
        stored = json.loads(text)
    except ValueError:
        stored = None
    if not isinstance(stored, Mapping):
        raise BadKeys("the secret of the links is no JSON object of numbered keys")
    keys = {}
    for name, secret in stored.items():
        if not (name.isascii() and name.isdigit() and 1 <= int(name) <= 255):
            raise BadKeys("the keys of the links are numbered from 1 to 255")
        if not isinstance(secret, str) or len(secret) < LEAST_SECRET:
            raise BadKeys(f"key {int(name)} of the links is shorter than {LEAST_SECRET} characters")
        number = int(name)
        # SIV takes two keys of 32 bytes; the secret's text is as long as whoever made it liked.
        keys[number] = _Key(number, AESSIV(hashlib.sha512(_CONTEXT + secret.encode()).digest()))
    if not keys:
        raise BadKeys("the secret of the links holds no key")
    return keys
