"""A mapping file: what a person answered about one layout, once, so that no file asks again.
How it is read, validated and written stands here; what the answers do is `recognise`'s.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from dunning.domain.fields import nearest
from dunning.domain.intake.bank_headings import BANK
from dunning.domain.intake.bank_headings import FIELDS as BANK_FIELDS
from dunning.domain.intake.currencies import code_of
from dunning.domain.intake.heading_words import WORDS
from dunning.domain.intake.understood import DOCUMENTS, KEEP, PAYMENTS, SETTLED, STATEMENT, Question
from dunning.domain.policy_nodes import Block, PolicyFileError, Problem, Problems, compose

DAY_FIRST, MONTH_FIRST, YEAR_FIRST = "day_first", "month_first", "year_first"
ORDERS = (DAY_FIRST, MONTH_FIRST, YEAR_FIRST)
HOLDS = (DOCUMENTS, STATEMENT, PAYMENTS, BANK)
MISSING = (KEEP, SETTLED)
KEYS = (
    "layout", "columns", "ignore", "dates", "decimal", "currency", "holds", "as_of", "missing",
    "encoding", "sheet", "header_row", "types", "statuses",
)  # fmt: skip
FIELDS = frozenset(WORDS) | {"freight", "reduction"} | BANK_FIELDS
"""Fields that a column may be named for."""
MOST_COLUMNS = 500
SKIP = "skip"
TYPE_ANSWERS = ("invoice", "credit_note", "payment", "by_sign", SKIP)
STATUS_ANSWERS = ("open", "paid", SKIP)
LAST_HEADER_ROW = 1_000

_LAYOUT = re.compile(r"[a-z0-9_-]{1,64}\Z")
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9 ._/()-]*\Z")


@dataclass(frozen=True, slots=True)
class MappingFile:
    """The answers for one layout. Whatever is None or empty is still worked out from the file."""

    layout: str = ""
    """The layout's name or fingerprint, as the report gives it; "" fits every file (offline)."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Heading by field (number: Beleg-Nr.)."""
    ignore: tuple[str, ...] = ()
    """Headings to pass over."""
    dates: str | None = None
    """day_first, month_first or year_first."""
    decimal: str | None = None
    """The decimal sign: "," or "."."""
    currency: str | None = None
    holds: str | None = None
    """documents, statement, payments or bank_statement."""
    as_of: date | None = None
    missing: str | None = None
    """keep or settled."""
    encoding: str | None = None
    sheet: str | None = None
    header_row: int | None = None
    types: Mapping[str, str] = field(default_factory=dict)
    """What words of the column of types mean: invoice, credit_note, payment, by_sign or skip."""
    statuses: Mapping[str, str] = field(default_factory=dict)
    """What words of the column of states mean: open, paid or skip."""


class MappingFileError(PolicyFileError):
    """A mapping file that cannot be taken, with all of its problems."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(problems)
        self.code = "bad_mapping"


def read_mapping(text: str) -> MappingFile:
    """The answers of a mapping file. Raises MappingFileError with every problem, each with its line
    and a sentence that says how to mend it."""
    if not text.strip():
        said = "it is empty; write a line such as `dates: day_first`"
        raise MappingFileError((Problem(1, "the file", said),))
    try:
        problems = Problems()
        file = Block(compose(text), "a mapping file", KEYS, (), problems)
        found = _read(file)
        problems.stop()
    except PolicyFileError as error:
        raise MappingFileError(error.problems) from None
    return found


def _read(file: Block) -> MappingFile:
    layout = file.text("layout") or ""
    if layout and not _LAYOUT.match(layout):
        file.problem("layout", "write it as the report of the file gives it, as columns-1a2b3c4d")
    decimal = file.text("decimal")
    if decimal not in (None, ",", "."):
        file.problem("decimal", 'the decimal sign is "," or "."')
    currency = file.text("currency")
    if currency is not None and currency != code_of(currency):
        file.problem(
            "currency", f"{currency[:20]!r} is not a currency of ISO 4217; write it as EUR"
        )
    return MappingFile(
        layout=layout,
        columns=_columns(file),
        ignore=file.texts("ignore"),
        dates=_one_of(file, "dates", ORDERS),
        decimal=decimal,
        currency=currency,
        holds=_one_of(file, "holds", HOLDS),
        as_of=_day(file, "as_of"),
        missing=_one_of(file, "missing", MISSING),
        encoding=_encoding(file),
        sheet=file.text("sheet"),
        header_row=_row(file, "header_row"),
        types=_words(file, "types", TYPE_ANSWERS),
        statuses=_words(file, "statuses", STATUS_ANSWERS),
    )


def _columns(file: Block) -> dict[str, str]:
    given = file.child("columns", None, ())
    found: dict[str, str] = {}
    for name in given.keys() if given else ():
        if given is None:
            break
        heading = given.text(name)
        if name not in FIELDS:
            given.problem(name, f"this is not a field; {nearest(name, FIELDS)}")
        elif heading is None:
            given.problem(name, "this names no column; write its heading behind the colon")
        elif heading in found.values():
            given.problem(name, f"the column {heading[:60]!r} is named for two fields; keep one")
        else:
            found[name] = heading
    if len(found) > MOST_COLUMNS:
        file.problem("columns", f"at most {MOST_COLUMNS} columns are named")
    return found


def _words(file: Block, key: str, answers: Iterable[str]) -> dict[str, str]:
    """What words of a column mean, as a person said."""
    given = file.child(key, None, ())
    if given is None:
        return {}
    found = {word: _one_of(given, word, answers) for word in list(given.keys())}
    return {word: answer for word, answer in found.items() if answer is not None}


def _one_of(file: Block, key: str, words: Iterable[str]) -> str | None:
    value = file.text(key)
    known = tuple(words)
    if value is not None and value not in known:
        file.problem(key, f"{value[:40]!r} is not known; {nearest(value, known)}")
        return None
    return value


def _day(file: Block, key: str) -> date | None:
    value = file.text(key)
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        file.problem(key, f"{value[:20]!r} is not a day; write it as 2025-12-31")
        return None


def _encoding(file: Block) -> str | None:
    value = file.text("encoding")
    if value is None:
        return None
    try:
        "".encode(value)
    except (LookupError, ValueError):
        file.problem("encoding", f"{value[:40]!r} is not an encoding; write utf-8 or windows-1252")
        return None
    return value


def _row(file: Block, key: str) -> int | None:
    value = file.text(key)
    if value is None:
        return None
    if value.isascii() and value.isdigit() and 1 <= int(value) <= LAST_HEADER_ROW:
        return int(value)
    file.problem(key, f"{value[:20]!r} is not a row from 1 to {LAST_HEADER_ROW}")
    return None


def as_line(key: str, value: str) -> str:
    """A line of a mapping file; values are quoted where YAML would read them as something else."""
    return f"{key}: {quoted(value)}"


def quoted(value: str) -> str:
    """A value as YAML takes it for text."""
    plain = _PLAIN.match(value) and not value.endswith(" ") and value.lower() != "null"
    return value if plain else '"' + "".join(map(_escaped, value)) + '"'


def _escaped(character: str) -> str:
    """A character between double quotes."""
    if character in '\\"':
        return f"\\{character}"
    return character if character.isprintable() else f"\\U{ord(character):08x}"


def answer_for(field_name: str, heading: str) -> str:
    """The line that takes a column for a field."""
    return f"columns: {{{field_name}: {_flow(heading)}}}"


def words_line(key: str, words: Mapping[str, str]) -> str:
    """The line that says what words of a column mean."""
    said = ", ".join(f"{_flow(word)}: {meaning}" for word, meaning in words.items())
    return f"{key}: {{{said}}}"


def _flow(value: str) -> str:
    text = quoted(value)
    return text if text.startswith('"') or not set(",[]{}") & set(text) else f'"{text}"'


def answers_of(mapping: MappingFile) -> tuple[str, ...]:
    """All that a mapping file says but its layout, a line each: what another file for the layout
    has to say again, for the newest alone holds."""
    columns = ", ".join(f"{name}: {_flow(heading)}" for name, heading in mapping.columns.items())
    found = [f"columns: {{{columns}}}"] if columns else []
    if mapping.ignore:
        found.append(f"ignore: [{', '.join(map(_flow, mapping.ignore))}]")
    for key, words in (("types", mapping.types), ("statuses", mapping.statuses)):
        if words:
            found.append(words_line(key, words))
    for key in KEYS:
        value = getattr(mapping, key)
        if key not in ("layout", "columns", "ignore", "types", "statuses") and value is not None:
            found.append(as_line(key, str(value)))
    return tuple(found)


def skeleton(layout: str, questions: Iterable[Question], answered: Iterable[str] = ()) -> str:
    """A mapping file that answers questions with their likelier answers: to be checked, corrected,
    and uploaded. Each question stands above its answer, the other answers behind `# or`; what was
    answered before stands in it too."""
    lines = [as_line("layout", layout)] if layout else []
    asked = list(questions)
    keys = {_key(line) for question in asked for line, _ in question.answers[:1]}
    kept = {_key(line): line for line in answered}
    lines += [line for key, line in kept.items() if key not in keys]
    of_columns = [one for one in asked if one.answers and _key(one.answers[0][0]) == "columns"]
    of_ignored = [one for one in asked if one.answers and _key(one.answers[0][0]) == "ignore"]
    for question in asked:
        if question not in of_columns and question not in of_ignored:
            lines += _answer(question)
    if of_ignored:
        lines += _ignored(kept.get("ignore", ""), of_ignored)
    if of_columns:
        lines += ["columns:", *_columns_before(kept.get("columns", ""), of_columns)]
        for question in of_columns:
            lines += [f"  {line}" for line in _answer(question)]
    return "\n".join(lines) + "\n"


def _ignored(before: str, questions: Sequence[Question]) -> list[str]:
    """One line of columns to pass over: those of before, and the likelier answer of each question,
    which stands above it with its other answers."""
    said = [_answer(question) for question in questions]
    named = [before, *(question.answers[0][0] for question in questions)]
    headings = dict.fromkeys(one for line in named if line for one in read_mapping(line).ignore)
    comments = [line if line.startswith("#") else f"# {line}" for lines in said for line in lines]
    return [*comments, f"ignore: [{', '.join(map(_flow, headings))}]"]


def _answer(question: Question) -> list[str]:
    lines = [f"# {line}" for line in question.text.splitlines()]
    for place, (line, meaning) in enumerate(question.answers):
        own = [line]
        if line.startswith(_FLOW) and line.endswith("}"):
            own = [line.removeprefix(_FLOW).removesuffix("}")]
            if len(named := read_mapping(line).columns) > 1:
                own = [f"{name}: {_flow(heading)}" for name, heading in named.items()]
        lines += [f"{'# or ' if place else ''}{one}  # {meaning}" for one in own]
    return lines


def _columns_before(line: str, questions: Iterable[Question]) -> list[str]:
    """Columns that were named before, but for those that are asked for anew."""
    if not line:
        return []
    anew = [read_mapping(question.answers[0][0]).columns for question in questions]
    fields = {name for one in anew for name in one}
    headings = {heading for one in anew for heading in one.values()}
    return [
        f"  {name}: {_flow(heading)}"
        for name, heading in read_mapping(line).columns.items()
        if name not in fields and heading not in headings
    ]


_FLOW = "columns: {"


def _key(line: str) -> str:
    return line.partition(":")[0]
