"""What a form was shown with, sealed into a hidden field; with the keys of the links.
AES-SIV as for links: the same page seals the same text, and no bit of it can be changed.
"""

import base64
import binascii
import re

from cryptography.exceptions import InvalidTag

from dunning.domain.shown_forms import FormError, Shown, packed, unpacked

from .link_tokens import LinkKeys

LONGEST = 400
"""Characters of a sealed text; with the longest ids it has some 280."""
_CONTEXT = b"duecourse form 1"
_SHAPE = re.compile(rf"[A-Za-z0-9_-]{{24,{LONGEST}}}\Z")


class FormSeals:
    """Forms into hidden fields and back."""

    def __init__(self, keys: LinkKeys) -> None:
        self._keys = keys

    def sealed(self, shown: Shown) -> str:
        """The text for the hidden field of a form."""
        key = self._keys.newest()
        head = bytes([key.number])
        data = key.cipher.encrypt(packed(shown), [head, _CONTEXT])
        return base64.urlsafe_b64encode(head + data).decode().rstrip("=")

    def opened(self, text: str) -> Shown | None:
        """What was sealed; None for every other text, a link's token among them."""
        if not _SHAPE.match(text):
            return None
        try:
            data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
            key = self._keys.numbered(data[0])
            return unpacked(key.cipher.decrypt(data[1:], [data[:1], _CONTEXT])) if key else None
        except (binascii.Error, InvalidTag, FormError, ValueError):
            return None
