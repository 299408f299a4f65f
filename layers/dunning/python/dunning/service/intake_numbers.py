"""The numbers of a statement's documents, eight bytes each: enough to tell what it leaves out.
Two numbers share a fingerprint once in some billion statements; an invoice is then left open.
"""

import hashlib
from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterator
from typing import NoReturn

MOST_CURRENCIES = 200


class Numbers:
    """Gathered while a file is read."""

    def __init__(self) -> None:
        self._found: array[int] = array("Q")
        self.currencies: set[str] = set()

    def add(self, number: str, currency: str) -> None:
        """A document that the statement names, whether it can be taken or not."""
        self._found.append(_fingerprint(number))
        if len(self.currencies) < MOST_CURRENCIES:
            self.currencies.add(currency)

    def __len__(self) -> int:
        return len(self._found)

    def packed(self) -> bytes:
        """In their order, to be looked up by halves."""
        return array("Q", sorted(self._found)).tobytes()


class Present(Collection[str]):
    """Gathered before: which numbers are there can be asked, and nothing else."""

    def __init__(self, packed: bytes) -> None:
        self._found: array[int] = array("Q")
        self._found.frombytes(packed)

    def __contains__(self, number: object) -> bool:
        wanted = _fingerprint(str(number))
        at = bisect_left(self._found, wanted)
        return at < len(self._found) and self._found[at] == wanted

    def __len__(self) -> int:
        return len(self._found)

    def __iter__(self) -> Iterator[str]:
        self._forgotten()

    def _forgotten(self) -> NoReturn:
        raise TypeError("only fingerprints of the numbers are kept")


def _fingerprint(number: str) -> int:
    digest = hashlib.blake2b(number.strip().encode("utf-8", "surrogatepass"), digest_size=8)
    return int.from_bytes(digest.digest(), "little")
