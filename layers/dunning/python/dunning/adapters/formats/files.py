"""The format of a file by the ending of its name: the port `Formats`.
Each format is a module beside this one.
"""

from collections.abc import Callable
from datetime import date

from dunning.adapters.formats import jsonl, plain_csv
from dunning.adapters.formats.text import file_error
from dunning.service.ports import FileRows, Mappings, Source

READERS: dict[str, Callable[[bytes], FileRows]] = {".jsonl": jsonl.read, ".csv": plain_csv.read}


class FilesByName:
    """Every format that this version reads."""

    def rows(
        self, name: str, source: Source, on: date | None = None, mappings: Mappings | None = None
    ) -> FileRows:
        """The records of a file, or a row that says why there are none."""
        stem, dot, ending = name.rpartition(".")
        reader = READERS.get(f".{ending.lower()}") if dot and stem else None
        if reader is None:
            return file_error(
                "unknown_format",
                f"files that end so are not read; send one of {', '.join(sorted(READERS))}",
            )
        with source.open() as stream:
            return reader(stream.read())
