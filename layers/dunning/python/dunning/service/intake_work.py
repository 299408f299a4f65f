"""The files that an import keeps beside itself while it runs, under `work/`, and what is in them.
Where a file is cut, and what a part does to the ledger, is `intake_cut`'s and `record_import`'s.
"""

import gzip
import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, get_type_hints

from dunning.domain.intake.understood import STATEMENT, Question, Understood
from dunning.service.intake_ports import Run

WORK, RESULTS = "work", "results"
PACKED = 1
"""How hard parts are packed: they are written once and read once, and so hardly."""


def run_id(key: str, version: str) -> str:
    """The run of one version of one file: every event of it is about the same."""
    return hashlib.sha256(f"{key}\n{version}".encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Places:
    """Keys of a run's files."""

    creditor: str
    run: Run

    @property
    def result(self) -> str:
        """The results' common beginning."""
        return f"{RESULTS}/{self.creditor}/{self.run.file}/{self.run.version}"

    @property
    def progress(self) -> str:
        return f"{self.result}.progress.json"

    def header(self, cut: str = "") -> str:
        return f"{self._work(cut)}/file.json.gz"

    def part(self, number: int, cut: str = "") -> str:
        return f"{self._work(cut)}/part-{number:05}.jsonl.gz"

    def piece(self, number: int, cut: str = "") -> str:
        """What came of a part; of number 0: of what comes into no part."""
        return f"{self._work(cut)}/part-{number:05}.result.json.gz"

    def bad(self, number: int, cut: str = "") -> str:
        """The bad rows of a part."""
        return f"{self._work(cut)}/part-{number:05}.bad.jsonl"

    def note(self, number: int, resumes: int) -> str:
        """How far a part came that stopped by itself."""
        return f"{self._work('')}/part-{number:05}.note-{resumes}.json.gz"

    def numbers(self, cut: str = "") -> str:
        """The documents of a statement."""
        return f"{self._work(cut)}/numbers"

    def missing(self, page: int) -> str:
        """What one page of the book lacks in a statement."""
        return f"{self._work('')}/missing-{page:05}.json.gz"

    def settled(self, page: int) -> str:
        """What of that could not be settled, where it should be."""
        return f"{self._work('')}/missing-{page:05}.settled.json.gz"

    def _work(self, cut: str) -> str:
        return f"{WORK}/{self.creditor}/{self.run.id}/{cut or self.run.cut}"


@dataclass(slots=True)
class Header:
    """What all parts of a file have in common."""

    columns: tuple[str, ...]
    dated: bool
    understood: Understood
    continued: frozenset[int] = frozenset()
    """Parts whose last account goes on in the next one, which then waits for them."""
    currencies: tuple[str, ...] = ()
    """Those of a statement's documents."""
    credits: bool = False
    """Whether a statement lists credits too: one that lists none says nothing of those it lacks."""
    replanned: int = 0
    last: int = 0
    """The first part of rows that are nobody's by their own words, as a bank's payments: it waits
    for all parts before it, whose invoices they may name. 0: none waits so."""

    def heads(self, parts: int) -> list[int]:
        """The parts that wait for no other."""
        waiting = {*(n + 1 for n in self.continued), self.last}
        return [n for n in range(1, parts + 1) if n not in waiting]

    def freed(self, done: Collection[int], part: int = 0) -> list[int]:
        """The parts that waited for `part`, or for all of those that are done, and for no other."""
        found = [part + 1] if part in self.continued else []
        if self.last and all(n in done for n in range(1, self.last)):
            found.append(self.last)
        return [n for n in found if n not in done]

    def packed(self) -> bytes:
        """As it is kept."""
        return as_gzip(
            {
                "columns": self.columns,
                "dated": self.dated,
                "understood": _out(self.understood),
                "continued": sorted(self.continued),
                "currencies": self.currencies,
                "credits": self.credits,
                "replanned": self.replanned,
                "last": self.last,
            }
        )

    @classmethod
    def read(cls, packed: bytes) -> "Header":
        """As it was kept."""
        found = of_gzip(packed)
        return cls(
            columns=tuple(found["columns"]),
            dated=found["dated"],
            understood=_in(found["understood"]),
            continued=frozenset(found["continued"]),
            currencies=tuple(found["currencies"]),
            credits=found.get("credits", False),
            replanned=found["replanned"],
            last=found.get("last", 0),
        )


def as_gzip(what: object) -> bytes:
    """Anything JSON has words for."""
    text = json.dumps(what, ensure_ascii=False, separators=(",", ":"), default=str)
    return gzip.compress(text.encode("utf-8", "surrogatepass"), PACKED, mtime=0)


def of_gzip(packed: bytes) -> Any:  # noqa: ANN401
    """What was packed."""
    return json.loads(gzip.decompress(packed).decode("utf-8", "surrogatepass"))


def lines_out(lines: Iterable[bytes]) -> bytes:
    """Lines as the file of a part."""
    return gzip.compress(b"\n".join(lines), PACKED, mtime=0)


def lines_in(packed: bytes) -> Iterator[bytes]:
    """The lines of a part's file."""
    return (line for line in gzip.decompress(packed).split(b"\n") if line)


def described(understood: Understood) -> dict[str, object]:
    """What was understood, for a report: only what there is to say."""
    found = {
        name: value
        for name, value in _out(understood).items()
        if name not in ("questions", "members", "answered", "read_as", "shown")
        and value not in ("", 0, None, [], {})
    }
    if understood.holds != STATEMENT:
        found.pop("missing", None)
    if understood.members:
        found["files"] = {name: described(one) for name, one in understood.members.items()}
    return found


def asked(question: Question) -> dict[str, object]:
    """A question as a report puts it."""
    return {
        "code": question.code,
        "text": question.text,
        "answers": [{"line": line, "means": means} for line, means in question.answers],
    }


def _out(understood: Understood) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in fields(Understood):
        value = getattr(understood, one.name)
        if one.name == "members":
            value = {name: _out(member) for name, member in value.items()}
        elif one.name == "questions":
            value = [[getattr(q, f.name) for f in fields(Question)] for q in value]
        elif isinstance(value, date):
            value = value.isoformat()
        elif isinstance(value, Mapping):
            value = dict(value)
        found[one.name] = value
    return found


def _in(found: dict[str, Any]) -> Understood:
    known = {name: value for name, value in found.items() if name in _HINTS}
    return Understood(**{name: _value(name, value) for name, value in known.items()})


def _value(name: str, value: Any) -> Any:  # noqa: ANN401
    hint = _HINTS[name]
    if name == "members":
        return {member: _in(one) for member, one in value.items()}
    if name == "questions":
        return [_question(one) for one in value]
    if name == "skipped":
        return Counter(value)
    if hint == date | None:
        return date.fromisoformat(value) if value else None
    return tuple(value) if isinstance(value, list) and hint != list[str] else value


def _question(values: list[Any]) -> Question:
    named = dict(zip((one.name for one in fields(Question)), values, strict=False))
    named["answers"] = tuple((line, means) for line, means in named.get("answers", ()))
    return Question(**named)


_HINTS = get_type_hints(Understood)
