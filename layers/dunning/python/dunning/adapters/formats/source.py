"""The bytes of a file behind the port `Source`: in memory, or a file on disk.
Where they come from (S3, a command line) is the caller's.
"""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO


@dataclass(frozen=True, slots=True)
class BytesSource:
    """A file in memory."""

    body: bytes

    @property
    def size(self) -> int:
        return len(self.body)

    def open(self) -> BinaryIO:
        return io.BytesIO(self.body)


@dataclass(frozen=True, slots=True)
class PathSource:
    """A file on disk."""

    path: Path

    @property
    def size(self) -> int:
        return self.path.stat().st_size

    def open(self) -> BinaryIO:
        return self.path.open("rb")
