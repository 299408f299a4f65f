"""What a form on a customer's page was shown with: whose, for what, when, and what it was about.
Pure: how that travels in the form is an adapter's, and what a form does a use case's.

It makes a form harmless to send twice, and tells amounts that were seen from amounts that have
changed since. It is no proof of who sends it: that is the link below which the form is posted.
"""

from collections.abc import Iterable
from datetime import date
from hashlib import sha256
from typing import NamedTuple

from .calendar import later

HOLDS_DAYS = 2
"""Days after the one on which a page was shown for which its forms are taken."""
_DIGEST = 8


class FormError(ValueError):
    """Bytes that no form of ours was shown with."""


class Shown(NamedTuple):
    """A form as it was shown: the account's key, the action, the day (UTC), the account's revision,
    and a digest of what it was about (`about`)."""

    account: str
    action: str
    on: date
    rev: int
    digest: str

    def holds(self, on: date) -> bool:
        """Whether it is taken on a day."""
        return self.on <= on <= later(self.on, HOLDS_DAYS)

    @property
    def id(self) -> str:
        """An id for what follows from it: sent again, the same form is the same id."""
        return f"portal-{sha256(packed(self)).hexdigest()[:24]}"

    def filled(self, said: Iterable[object]) -> str:
        """An id for what follows from it as it was filled in: whoever goes back and fills it in
        otherwise says something else, which is not to be taken for the same."""
        return f"portal-{sha256(packed(self) + about(said).encode()).hexdigest()[:24]}"


def about(values: Iterable[object]) -> str:
    """A digest of what a form is about: 16 hexadecimal digits; of other values it is another."""
    return sha256("\n".join(map(str, values)).encode()).hexdigest()[: 2 * _DIGEST]


def packed(one: Shown) -> bytes:
    """A form as bytes."""
    digest = bytes.fromhex(one.digest) if one.digest else bytes(_DIGEST)
    day, rev = one.on.toordinal().to_bytes(3), one.rev.to_bytes(6)
    name = one.action.encode()
    return day + rev + digest + len(name).to_bytes(1) + name + one.account.encode()


def unpacked(data: bytes) -> Shown:
    """The form behind `packed`. Raises FormError."""
    try:
        day, rev, digest, rest = data[:3], data[3:9], data[9 : 9 + _DIGEST], data[9 + _DIGEST :]
        name = rest[1 : 1 + rest[0]]
        return Shown(
            rest[1 + rest[0] :].decode(),
            name.decode(),
            date.fromordinal(int.from_bytes(day)),
            int.from_bytes(rev),
            "" if digest == bytes(_DIGEST) else digest.hex(),
        )
    except (ValueError, IndexError) as error:
        raise FormError(f"not a form: {error}") from None
