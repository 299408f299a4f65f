"""Where a list goes on, sealed into a text that says nothing to who reads it, and that opens only
for the creditor and the question it was made for. What a place is, is `service.lists`'.

AES-SIV (RFC 5297): encrypted and authenticated, the same place always the same text.
"""

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Callable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from dunning.service.listing_ports import Place

LONGEST = 700
"""Characters of a cursor. Ours have some 80, with the longest ids 600."""
_CONTEXT = b"duecourse cursor 1"
_SHAPE = re.compile(rf"[A-Za-z0-9_-]{{22,{LONGEST}}}\Z")


class SealedCursors:
    """Places into cursors and back. `secret` is any of the cell's; its text is hashed, together
    with what it is used for, into keys of our own."""

    def __init__(self, secret: Callable[[], bytes]) -> None:
        self._secret = secret
        self._cipher: AESSIV | None = None

    def sealed(self, creditor: str, question: str, place: Place) -> str:
        """The cursor of a place in the answer to a question."""
        plain = json.dumps([place.account, *place.within], ensure_ascii=False).encode()
        sealed = self._with().encrypt(plain, _bound(creditor, question))
        return base64.urlsafe_b64encode(sealed).decode().rstrip("=")

    def opened(self, creditor: str, question: str, cursor: str) -> Place | None:
        """The place behind a cursor; None for every other text, whatever is wrong."""
        if not _SHAPE.match(cursor):
            return None
        try:
            data = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
            plain = self._with().decrypt(data, _bound(creditor, question))
        except (binascii.Error, InvalidTag, ValueError):
            return None
        account, *within = json.loads(plain)
        return Place(account, tuple(within))

    def _with(self) -> AESSIV:
        if self._cipher is None:
            self._cipher = AESSIV(hashlib.sha512(_CONTEXT + self._secret()).digest())
        return self._cipher


def _bound(creditor: str, question: str) -> list[bytes]:
    return [_CONTEXT, creditor.encode(), question.encode()]
