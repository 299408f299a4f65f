"""Which sheet of a file lists documents, with its header and the answers kept for its layout.
A file that waits for an answer, or that is refused whole, ends here.
"""

from collections.abc import Callable, Sequence

from dunning.domain.fields import ReadingError

from .header import Header, header_of
from .mapping import MappingFile, answers_of, as_line, skeleton
from .table import Table
from .understood import Question, Understood

Mappings = Callable[[str], "tuple[str, MappingFile] | None"]


class NotRecognised(Exception):
    """A file of which nothing is taken: why, under which columns, and what was understood."""

    def __init__(
        self, error: ReadingError, understood: Understood, columns: Sequence[str] = ("line",)
    ) -> None:
        super().__init__(str(error))
        self.error = error
        self.understood = understood
        self.columns = tuple(columns)


def sheet_of(
    tables: Sequence[Table], mappings: Mappings | None, understood: Understood
) -> tuple[Table, Header, MappingFile, str]:
    """The sheet whose header names invoices, with the answers for its layout and the currency of
    files that name none; notes and empty sheets are passed over."""
    ask = mappings or (lambda _: None)
    generic = ask("")
    anywhere = generic[1] if generic else MappingFile()
    found = [
        (table, header)
        for table in tables
        if (header := header_of(table, anywhere.header_row)) is not None
    ]
    complete = [one for one in found if one[1].complete]
    shown = [one for one in complete if not one[0].hidden] or complete
    for _, header in shown or found:
        answer = ask(header.key)
        understood.answered = answers_of(answer[1]) if answer else understood.answered
        if answer is not None and answer[1].sheet:
            named = [one for one in found if one[0].sheet == answer[1].sheet]
            shown = named or shown
            break
    if not found:
        _about(understood, tables[0])
        raise NotRecognised(
            ReadingError(
                "no_header",
                "",
                "no row names the columns; the row above the first invoice names them, as: number,"
                " customer, currency, issued, due, amount",
            ),
            understood,
        )
    if len({one[0].sheet for one in shown}) > 1:
        raise _which_sheet(shown, understood)
    table, header = (shown or [max(found, key=lambda one: one[1].score)])[0]
    answer = ask(header.key)
    mapping = answer[1] if answer else MappingFile()
    if mapping.header_row and mapping.header_row != header.number:
        header = header_of(table, mapping.header_row) or header
    understood.mapping, understood.answered = answer[0] if answer else "", answers_of(mapping)
    _about(understood, table)
    for other in tables:
        if other is not table:
            why = "hidden" if other.hidden else "lists no documents" if shown else "has no header"
            understood.assumed.append(f"the sheet {other.sheet!r} ({why}) was passed over")
    return table, header, mapping, anywhere.currency or ""


def _which_sheet(shown: Sequence[tuple[Table, Header]], understood: Understood) -> NotRecognised:
    table, header = shown[0]
    _about(understood, table)
    understood.layout = header.key
    names = [one.sheet for one, _ in shown]
    question = Question(
        "sheet",
        f"Which sheet lists what is to be taken: {', '.join(map(repr, names))}? Several do.",
        tuple((as_line("sheet", name), f"only {name!r} is taken") for name in names),
    )
    return asked(understood, [question], header.cells)


def _about(understood: Understood, table: Table) -> None:
    understood.format, understood.encoding = table.format, table.encoding
    understood.delimiter, understood.sheet = table.delimiter, table.sheet
    understood.assumed += table.notes


def asked(
    understood: Understood, questions: Sequence[Question], columns: Sequence[str]
) -> NotRecognised:
    """The file that waits for an answer: the question, its answers, and a file that gives them."""
    understood.questions += questions
    first = questions[0]
    answers = "; or ".join(f"`{line}` ({meaning})" for line, meaning in first.answers)
    said = (
        f"{first.text} Nothing was taken. Answer in a mapping file with {answers}. The mapping"
        f" file:\n{skeleton(understood.layout, questions, understood.answered)}"
    )
    return NotRecognised(ReadingError("question", first.code, said), understood, columns)
