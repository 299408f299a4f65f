"""The format of a file by what is in it, and by the ending of its name where that leaves a choice:
the port `Formats`. Each format is a module beside this one; what is not read is named all the same.
"""

import re
import zipfile
from collections.abc import Sequence
from datetime import date

from dunning.adapters.formats import (
    archive,
    delimited,
    json_documents,
    pdf,
    table,
    workbook,
    xml_documents,
    xml_tree,
)
from dunning.adapters.formats.text import as_text, file_error
from dunning.adapters.formats.zip_kind import WORKBOOK, ZIP, kind_of, what_it_is
from dunning.domain.fields import ReadingError
from dunning.domain.intake.table import Table
from dunning.service.ports import FileRows, Mappings, Source

HEAD = 1 << 16
ENDINGS = ".csv, .tsv, .txt, .xlsx, .json, .jsonl, .xml, .pdf, .zip"
TABLES = (".csv", ".tsv", ".tab", ".txt", ".asc", ".dat", ".prn", ".xls", ".xlsx", ".xlsm")
"""Endings of delimited text, which some systems call a workbook."""
_BOOKS = (".xlsx", ".xlsm", ".xlsb", ".ods")
SEND = "send invoices as CSV, XLSX, JSON, XML (UBL, CII), PDF with XML inside, or a ZIP of those"

_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PDF_WITHIN = 1024
_MAIL = re.compile(
    rb"(?:\A|\n)(?:received|return-path|from|to|subject|date|mime-version|message-id|delivered-to|"
    rb"content-type|dkim-signature)[ \t]*:[ \t]",
    re.IGNORECASE,
)
_JSON = re.compile(r"\s*(?:\{\s*(?:[\"}]|\Z)|\[\s*(?:[\[{\]\"]|\Z))")
_CAMT = (
    "ask your bank for the account statement in CAMT.053 (XML of ISO 20022; over EBICS the order"
    " type C53) and send that"
)
_NAMED = (
    (
        re.compile(rb"\s*(?:\{1:F01|:20:|(?:[^\n]{0,80}\n){1,4}:20:[^\n]*\n(?:[^\n]*\n){0,3}:25:)"),
        f"an MT940 (or MT942) bank statement; {_CAMT}",
    ),
    (re.compile(rb"\s*(?:OFXHEADER:|<\?OFX|<OFX>)"), f"an OFX bank statement; {_CAMT}"),
    (re.compile(rb"\s*!Type:"), f"a QIF list of transactions; {_CAMT}"),
    (re.compile(rb"01,[^,\n]{1,30},[^,\n]{1,30},\d{6},\d{4},"), f"a BAI2 bank report; {_CAMT}"),
    (re.compile(rb"0000\d{9}05"), f"a CODA bank statement; {_CAMT}"),
    (re.compile(rb"11\d{18}\d{12}[12]\d{14}\d{3}"), f"a Norma 43 bank statement; {_CAMT}"),
    (re.compile(rb"01\d{5} {4}\d{5}[A-Z]{3}\d"), f"a CFONB 120 bank statement; {_CAMT}"),
    (re.compile(rb"\s*UN[AB][:+]"), f"an EDIFACT message; {SEND}"),
    (re.compile(rb"BEGIN:V(?:CARD|CALENDAR)"), f"a card or a calendar; {SEND}"),
    (re.compile(rb"%!PS"), f"a PostScript document; {SEND}"),
    (re.compile(rb"\{\\rtf"), f"a text document (RTF); {SEND}"),
)
_OLE_KINDS = (
    ("Workbook", ""),
    ("Book", ""),
    ("WordDocument", "an old Word document (.doc)"),
    ("__substg1.0_", "an Outlook message (.msg); send the file that is attached to it"),
    ("PowerPoint Document", "an old PowerPoint presentation (.ppt)"),
    ("EncryptedPackage", "a workbook with a password; save it without"),
)


class FilesByName:
    """Every format that this version reads."""

    def rows(
        self, name: str, source: Source, on: date | None = None, mappings: Mappings | None = None
    ) -> FileRows:
        """The records of a file, or a row that says why there are none."""
        return _File(name, source, on, mappings).rows(archived=False)


class _File:
    """One file, and the way of its tables."""

    def __init__(
        self, name: str, source: Source, on: date | None, mappings: Mappings | None
    ) -> None:
        self.name, self.source, self.on, self.mappings = name, source, on, mappings
        stem, dot, ending = name.rpartition(".")
        self.ending = f".{ending.lower()}" if dot and stem else ""

    def rows(self, *, archived: bool) -> FileRows:
        with self.source.open() as stream:
            head = stream.read(HEAD)
        if not head.strip() and self.source.size <= len(head):
            return file_error("empty_file", "the file is empty; upload it with its rows")
        if b"%PDF-" in head[:_PDF_WITHIN] and not head.startswith(_ZIP):
            return pdf.read(self.source)
        if head.startswith(_ZIP):
            return self._zip(archived=archived)
        if head.startswith(_OLE):
            return self._ole()
        named = next((what for mark, what in _NAMED if mark.match(head)), None)
        if named is None and head[:1].isalpha() and len(_MAIL.findall(head[:4096])) >= 3:
            named = "an e-mail message; send the file that is attached to it"
        if named is not None:
            return _is(named)
        return self._text(head)

    def _text(self, head: bytes) -> FileRows:
        try:
            found = xml_tree.prolog(head)
        except ReadingError as error:
            return file_error(error.code, str(error))
        if found is not None and found.root == "html":
            return _is(
                "a web page (HTML), whatever its name says; open it in a spreadsheet and save it as"
                " .xlsx"
            )
        plain = head[:8192].replace(b"\0", b"")
        declared = any(word in plain[:64] for word in (b"<?xml", b"<!--")) or b"xmlns" in plain
        if found is not None and (found.root or declared) and not self._says_table(declared):
            return xml_documents.read(self.source)
        if self._is_json(head):
            return json_documents.read(self.name, self.source, self._table)
        if self.ending in TABLES:
            return self._delimited()
        text = as_text(self.source)
        if isinstance(text, FileRows):
            return text
        return file_error(
            "unknown_format",
            f"the file is none that is read, by what is in it; send one of {ENDINGS}",
        )

    def _says_table(self, declared: bool) -> bool:
        return self.ending in TABLES and not declared

    def _is_json(self, head: bytes) -> bool:
        if self.ending in (".json", *json_documents.LINES):
            return True
        text = head.lstrip(b"\xef\xbb\xbf\xff\xfe").replace(b"\0", b"")
        return _JSON.match(text[:200].decode("latin-1")) is not None

    def _zip(self, *, archived: bool) -> FileRows:
        kind = kind_of(self.source)
        if kind == WORKBOOK:
            return self._workbook()
        if kind != ZIP:
            return _is(what_it_is(kind))
        if self.name.lower().endswith(_BOOKS) and not self._opens():
            return file_error(
                "broken_workbook",
                "the workbook is damaged; open it, save it anew as XLSX, or as CSV (UTF-8)",
            )
        if archived:
            return file_error(
                "archive_in_archive",
                "an archive inside an archive is not opened; pack its files into one",
            )
        return archive.read(self.source, self._member)

    def _opens(self) -> bool:
        with self.source.open() as stream:
            return zipfile.is_zipfile(stream)

    def _member(self, name: str, source: Source) -> FileRows:
        return _File(name, source, self.on, self.mappings).rows(archived=True)

    def _ole(self) -> FileRows:
        with self.source.open() as stream:
            body = stream.read(archive.IN_MEMORY)
        for name, what in _OLE_KINDS:
            if name.encode("utf-16-le") in body:
                return _is(f"{what}; {SEND}") if what else self._workbook()
        return _is(f"an old Office document; {SEND}")

    def _delimited(self) -> FileRows:
        found = delimited.table(self.source)
        known = (self.name, self.on, self.mappings)
        if not isinstance(found, FileRows):
            return table.rows(found, *known, self._in_encoding)
        if any(row.error and row.error.code == "unknown_encoding" for row in found.rows):
            return table.in_named_encoding(found, *known, self._in_encoding)
        return found

    def _in_encoding(self, encoding: str) -> Table | FileRows:
        return delimited.table(self.source, encoding)

    def _workbook(self) -> FileRows:
        return self._table(workbook.tables(self.source))

    def _table(self, found: Table | Sequence[Table] | FileRows) -> FileRows:
        if isinstance(found, FileRows):
            return found
        return table.rows(found, self.name, self.on, self.mappings)


def _is(what: str) -> FileRows:
    return file_error("unknown_format", f"the file is {what}")
