"""The rows of one file while it is cut: a database in a temporary file, so that a file of any
length is sorted by account in a few megabytes of memory. It is gone when the block ends.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

from dunning.service.intake_ports import Kept, Together

BATCH = 2_000
"""Rows that are handed to the database at once."""
HOPS = 6
"""How far a row may be from the one that names its customer: a release of a hold is one step away,
the reversal of a refund of a payment two."""
_SETTINGS = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA locking_mode = EXCLUSIVE;
PRAGMA temp_store = FILE;
PRAGMA cache_size = -8000;
CREATE TABLE rows (
    seq INTEGER PRIMARY KEY, account TEXT, key TEXT, name TEXT, ref TEXT, line BLOB, size INTEGER,
    alone INTEGER
);
"""
_BY_NAME = "CREATE INDEX by_name ON rows (name, seq) WHERE name <> ''"
_RESOLVE = """
UPDATE rows SET account = coalesce((
    SELECT named.account FROM rows AS named
    WHERE named.name = rows.ref AND named.name <> '' AND named.account <> ''
    ORDER BY named.seq LIMIT 1
), '')
WHERE account = '' AND ref <> ''
"""
_TOGETHER = (
    """
CREATE TABLE documents AS
    SELECT key, min(seq) AS first, count(*) AS n FROM rows WHERE key <> ''
    GROUP BY key HAVING n > 1
""",
    "CREATE UNIQUE INDEX by_key ON documents (key)",
    "CREATE TABLE accounts AS SELECT account, min(seq) AS first FROM rows GROUP BY account",
    "CREATE UNIQUE INDEX by_account ON accounts (account)",
    """
CREATE TABLE places (
    place INTEGER PRIMARY KEY, seq INTEGER, document INTEGER, n INTEGER, account TEXT
)
""",
    """
INSERT INTO places (seq, document, n, account)
    SELECT rows.seq, coalesce(documents.first, rows.seq) AS document, coalesce(documents.n, 1),
        head.account
    FROM rows
    LEFT JOIN documents ON rows.key <> '' AND documents.key = rows.key
    JOIN rows AS head ON head.seq = coalesce(documents.first, rows.seq)
    JOIN accounts ON accounts.account = head.account
    ORDER BY accounts.account = '', accounts.first, document, rows.seq
""",
)
_TAKE = """
SELECT places.document, places.n, places.account, rows.key, rows.line, rows.size, rows.alone
FROM places CROSS JOIN rows ON rows.seq = places.seq ORDER BY places.place
"""


class SqliteGather:
    """Rows in the order in which they were put, until `take` puts them in the order of accounts."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._waiting: list[Kept] = []
        self._count = 0
        self._refer = False
        database.executescript(_SETTINGS)
        # One transaction for all: nothing of this is ever read by anybody else, or again.
        database.execute("BEGIN")

    def put(self, kept: Kept) -> None:
        self._waiting.append(kept)
        self._count += 1
        if kept.ref:
            self._refer = True
        if len(self._waiting) >= BATCH:
            self._flush()

    def resolve(self, owner: Callable[[str], str], most: int) -> None:
        if not self._refer:
            return
        self._flush()
        self._database.execute(_BY_NAME)
        self._follow()
        unknown = self._database.execute(
            "SELECT DISTINCT ref FROM rows WHERE account = '' AND ref <> '' ORDER BY seq LIMIT ?",
            (most,),
        ).fetchall()
        found = [(account, ref) for (ref,) in unknown if (account := owner(ref))]
        if found:
            self._database.executemany(
                "UPDATE rows SET account = ? WHERE account = '' AND ref = ?", found
            )
            self._follow()

    def take(self, most: int) -> Iterator[Together]:
        self._flush()
        for statement in _TOGETHER:
            self._database.execute(statement)
        found = self._database.execute(_TAKE)
        for (_, n, account, key), rows in groupby(found, lambda row: row[:4]):
            if n == 1 or n > most:
                for *_, line, size, alone in rows:
                    yield Together(account, key, [line], n, size, bool(alone))
            else:
                held = list(rows)
                lines, sizes = [row[4] for row in held], [row[5] for row in held]
                yield Together(account, key, lines, n, sum(sizes), alone=False)

    def __len__(self) -> int:
        return self._count

    def _follow(self) -> None:
        """Rows that refer to rows that refer to rows: one hop further each time."""
        for _ in range(HOPS):
            before = self._database.total_changes
            unknown = self._count_unknown()
            self._database.execute(_RESOLVE)
            if self._database.total_changes == before or self._count_unknown() == unknown:
                return

    def _count_unknown(self) -> int:
        asked = "SELECT count(*) FROM rows WHERE account = '' AND ref <> ''"
        return int(self._database.execute(asked).fetchone()[0])

    def _flush(self) -> None:
        self._database.executemany(
            "INSERT INTO rows (account, key, name, ref, line, size, alone)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            self._waiting,
        )
        self._waiting.clear()


@contextmanager
def sqlite_gather() -> Iterator[SqliteGather]:
    """A new empty place on the disk."""
    with TemporaryDirectory(prefix="gather-") as folder:
        database = sqlite3.connect(Path(folder) / "rows.sqlite", isolation_level=None)
        try:
            yield SqliteGather(database)
        finally:
            database.close()
