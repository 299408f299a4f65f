"""PDF invoices with the XML inside (Factur-X, ZUGFeRD, XRechnung): the right attachment is found
and read. What stands on the pages is not looked at.
"""

import io
import logging
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from dunning.adapters.formats import xml_documents, xml_tree
from dunning.adapters.formats.text import file_error
from dunning.domain.fields import ReadingError, printable
from dunning.service.ports import FileRows, Source

if TYPE_CHECKING:
    from pypdf import PdfReader
    from pypdf.generic import DictionaryObject, PdfObject, StreamObject

LARGEST = 50 << 20
MOST_ATTACHMENTS = 200
MOST_READ = 10
MOST_PAGES = 50
"""Whose notes are looked at for attachments."""
DEEPEST = 16
SECONDS = 10.0
"""Of CPU, to find and unpack the attachment; real files take a hundredth."""
INVOICE_NAMES = ("factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml", "cii.xml", "ubl.xml")
"""Names that the standards prescribe, in small letters, the newer first."""
RELATIONS = ("/Alternative", "/Data", "/Source")
COLUMNS = xml_documents.COLUMNS
ASK = (
    "ask the system that made it for the invoice with its data (Factur-X, ZUGFeRD or XRechnung, as"
    " PDF or XML), or send the invoices as a table"
)


class Attachment(NamedTuple):
    """A file inside the PDF."""

    name: str
    relation: str
    """AFRelationship of PDF/A-3, "" where it has none."""
    xml: bool
    """By its name or its type."""
    stream: "StreamObject"


class _TooSlow(Exception):
    """The PDF takes longer than any invoice does."""


class _Timed(io.BytesIO):
    """The bytes of a PDF, which nobody reads from after the time is over. The library has limits
    for sizes and none for time, and some lists cost it more than they are long."""

    def __init__(self, body: bytes) -> None:
        super().__init__(body)
        self.ends = time.thread_time() + SECONDS

    def read(self, size: int | None = -1, /) -> bytes:
        self.check()
        return super().read(size)

    def check(self) -> None:
        """Raises _TooSlow when the time is over."""
        if time.thread_time() > self.ends:
            raise _TooSlow


def read(source: Source) -> FileRows:
    """The documents of the XML inside a PDF."""
    if source.size > LARGEST:
        return file_error(
            "too_large", f"the PDF has over {LARGEST >> 20} MiB; send its XML alone", COLUMNS
        )
    try:
        return _read(source)
    except ReadingError as error:
        return file_error(error.code, str(error), COLUMNS)


def _read(source: Source) -> FileRows:
    import pypdf

    # It tells of each oddity of each file; what matters of it is in the report.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    with (
        source.open() as stream,
        pypdf.apply_configuration(
            maximum_declared_stream_length=LARGEST,
            zlib_maximum_output_length=xml_tree.LARGEST,
            lzw_maximum_output_length=xml_tree.LARGEST,
            run_length_maximum_output_length=xml_tree.LARGEST,
            array_based_stream_maximum_output_length=xml_tree.LARGEST,
            stream_decoding_work_maximum_length=3 * xml_tree.LARGEST,
            stream_filters_maximum_length=4,
            zlib_maximum_recovery_input_length=1 << 20,
            disable_legacy_handling=True,
        ),
    ):
        timed = _Timed(stream.read())
        try:
            # A catalog that the trailer does not name is looked for by a search of the whole file
            # for each object: a few, then it is broken.
            reader = pypdf.PdfReader(
                timed, root_object_recovery_limit=10, xref_stream_maximum_entries=500_000
            )
            encrypted = reader.is_encrypted
            attachments = [] if encrypted else _attachments(reader, timed)
        except pypdf.errors.LimitReachedError:
            raise _too_much() from None
        except _TooSlow:
            raise _too_slow() from None
        # The library raises whatever its code meets in the bytes of a stranger.
        except Exception as error:  # noqa: BLE001
            raise _broken(error) from None
        if encrypted:
            raise ReadingError(
                "encrypted",
                "",
                "the PDF is encrypted (it asks for a password, or forbids what may be done with"
                " it); send it without, or its XML alone",
            )
        return _chosen(attachments)


def _attachments(reader: "PdfReader", timed: _Timed) -> list[Attachment]:
    """The attachments of the document, from its name tree and its list of associated files; where
    there is no XML, those of notes on its pages, as the first ZUGFeRD files have them."""
    root = reader.root_object
    told = _taken((*_named(root), *_listed(root.get("/AF"))), timed)
    if any(one.xml for one in told):
        return told
    return told + _taken(_noted(reader), timed)


def _taken(specs: "Iterable[PdfObject | None]", timed: _Timed) -> list[Attachment]:
    found: dict[int, Attachment] = {}
    for spec in specs:
        timed.check()
        made = _attachment(spec)
        if made is not None:
            key = id(made.stream)
            # The same file stands in both; one of them may not say what it is to the document.
            if key not in found or (made.relation and not found[key].relation):
                found[key] = made
        if len(found) >= MOST_ATTACHMENTS:
            break
    return list(found.values())


def _object(value: "PdfObject | None") -> "PdfObject | None":
    return None if value is None else value.get_object()


def _named(root: "DictionaryObject") -> "Iterator[PdfObject | None]":
    """The values of the name tree of embedded files; a tree that bites its tail is left."""
    from pypdf.generic import ArrayObject, DictionaryObject

    names = _object(root.get("/Names"))
    top = _object(names.get("/EmbeddedFiles")) if isinstance(names, DictionaryObject) else None
    waiting, seen = [(top, 0)], set[int]()
    while waiting:
        node, depth = waiting.pop()
        if not isinstance(node, DictionaryObject) or id(node) in seen or depth > DEEPEST:
            continue
        seen.add(id(node))
        pairs = _object(node.get("/Names"))
        if isinstance(pairs, ArrayObject):
            yield from (_object(pairs[at]) for at in range(1, len(pairs), 2)[:MOST_ATTACHMENTS])
        kids = _object(node.get("/Kids"))
        if isinstance(kids, ArrayObject) and len(waiting) < MOST_ATTACHMENTS:
            waiting += [(_object(kid), depth + 1) for kid in kids[:MOST_ATTACHMENTS]]


def _listed(value: "PdfObject | None") -> "Iterator[PdfObject | None]":
    from pypdf.generic import ArrayObject

    many = _object(value)
    if isinstance(many, ArrayObject):
        yield from map(_object, many[:MOST_ATTACHMENTS])
    elif many is not None:
        yield many


def _noted(reader: "PdfReader") -> "Iterator[PdfObject | None]":
    """The files of notes (annotations of type FileAttachment) on the first pages."""
    from pypdf.generic import ArrayObject, DictionaryObject

    for page in islice(reader.pages, MOST_PAGES):
        notes = _object(page.get("/Annots"))
        for each in notes[:MOST_ATTACHMENTS] if isinstance(notes, ArrayObject) else ():
            note = _object(each)
            if isinstance(note, DictionaryObject) and note.get("/Subtype") == "/FileAttachment":
                yield _object(note.get("/FS"))


def _attachment(spec: "PdfObject | None") -> Attachment | None:
    from pypdf.generic import DictionaryObject, StreamObject

    files = _object(spec.get("/EF")) if isinstance(spec, DictionaryObject) else None
    if not isinstance(spec, DictionaryObject) or not isinstance(files, DictionaryObject):
        return None
    stream = _object(files.get("/UF")) or _object(files.get("/F"))
    if not isinstance(stream, StreamObject):
        return None
    given: object = _object(spec.get("/UF")) or _object(spec.get("/F")) or ""
    name = given.decode("latin-1") if isinstance(given, bytes) else str(given)
    kind = str(_object(stream.get("/Subtype")) or "").lower()
    return Attachment(
        name=name[:200],
        relation=str(_object(spec.get("/AFRelationship")) or ""),
        xml=name.lower().endswith(".xml") or "xml" in kind,
        stream=stream,
    )


def _rank(one: Attachment) -> tuple[int, int]:
    """First by the names of the standards, then by what it is to the document."""
    name = one.name.replace("\\", "/").rpartition("/")[2].lower()
    known = INVOICE_NAMES.index(name) if name in INVOICE_NAMES else len(INVOICE_NAMES)
    relation = RELATIONS.index(one.relation) if one.relation in RELATIONS else len(RELATIONS)
    return known, relation


def _chosen(attachments: list[Attachment]) -> FileRows:
    """The documents of the first attachment, by rank, that holds any. One with a name of the
    standards is the invoice: if it is broken, no other is taken for it."""
    ranked = sorted((one for one in attachments if one.xml), key=_rank)
    refused: ReadingError | None = None
    for one in ranked[:MOST_READ]:
        try:
            found = xml_documents.of(_data(one))
        except ReadingError as error:
            if refused is None or refused.code == "unknown_document":
                said = f"the PDF's attachment {_shown(one.name)}: {error}"
                refused = ReadingError(error.code, "", said)
            if _rank(one)[0] < len(INVOICE_NAMES) and error.code != "unknown_document":
                break
            continue
        found.understood.layout = found.understood.format
        found.understood.format = "pdf"
        return replace(
            found,
            rows=tuple(row._replace(file=_shown(one.name)) for row in found.rows),
        )
    if refused is not None:
        raise refused
    others = ", ".join(_shown(one.name) for one in attachments[:3])
    said = f"the PDF holds no XML (it holds {others})" if others else "the PDF holds no XML"
    raise ReadingError("no_xml", "", f"{said}, only pages to look at; {ASK}")


def _data(one: Attachment) -> bytes:
    import pypdf

    try:
        data = one.stream.get_data()
    except pypdf.errors.LimitReachedError:
        raise _too_much() from None
    except _TooSlow:
        raise _too_slow() from None
    except Exception as error:  # noqa: BLE001
        raise _broken(error) from None
    return data if isinstance(data, bytes) else str(data).encode()


def _shown(name: str) -> str:
    return printable(name, 80)[1:-1]


def _too_much() -> ReadingError:
    return ReadingError(
        "too_large",
        "",
        f"the PDF holds lists or texts that are longer (over {xml_tree.LARGEST >> 20} MiB unpacked)"
        " than any invoice's; send its XML alone",
    )


def _too_slow() -> ReadingError:
    return ReadingError(
        "too_large",
        "",
        f"the PDF takes more than {SECONDS:.0f} seconds to open, which no invoice does; send its"
        " XML alone",
    )


def _broken(error: Exception) -> ReadingError:
    why = printable(error, 80) if str(error) else type(error).__name__
    return ReadingError(
        "broken_pdf",
        "",
        f"the PDF cannot be read ({why}); send it again as it was made, unchanged and whole",
    )
