"""PDFs as a reader sees them: their text, tags and properties. What tests of documents share."""

import io
import re
from functools import cache
from typing import Any

from dunning.adapters.pdf_printer import TypstPrinter
from pypdf import PdfReader

from infra.templates import built

GLUE = re.compile(r"[\s\u200b\u00ad\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}]+")


@cache
def printer() -> TypstPrinter:
    """One for all tests, as a function has one."""
    return TypstPrinter(built())


def reader(pdf: bytes) -> PdfReader:
    assert pdf.startswith(b"%PDF-1.")
    return PdfReader(io.BytesIO(pdf))


def text(pdf: bytes) -> str:
    """All text of all pages."""
    return "\n".join(page.extract_text() for page in reader(pdf).pages)


def bare(said: str) -> str:
    """A text without blanks and places where it may be broken: where lines end is the layout's."""
    return GLUE.sub("", said)


def tags(pdf: bytes) -> list[str]:
    """The kinds of the elements in the tree that screen readers follow, in its order."""
    root = reader(pdf).trailer["/Root"]["/StructTreeRoot"]  # type: ignore[index]
    found: list[str] = []

    def walk(node: Any) -> None:
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for one in node:
                walk(one)
        elif isinstance(node, dict):
            if "/S" in node:
                found.append(str(node["/S"]).lstrip("/"))
            if "/K" in node:
                walk(node["/K"])

    walk(root["/K"])
    return found
