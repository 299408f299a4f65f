"""PDF by Typst, in this process: layouts of templates/pdf, fonts of packages, nothing downloaded.
What a document says is its view's; where the other functions reach this one is `pdf_remote`'s.

PDF/UA-1 is asked for, so that Typst itself refuses what a screen reader could not read: a document
without title or language, a picture without words, a sign that no font has.
"""

import json
import re
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any, Literal

import typst

from dunning.service.printing_ports import DOCUMENTS, NotPrinted, Printed

FONT_PACKAGES = (
    "fontpkg_noto_sans",
    "fontpkg_heebo",
    "fontpkg_noto_sans_arabic",
    "cvttf_NotoSansCJK_Regular",
)
"""Latin, Greek, Cyrillic, Vietnamese and Devanagari; Hebrew; Arabic; Chinese, Japanese, Korean."""
NO_SIGN = "\N{REPLACEMENT CHARACTER}"
STANDARD: Literal["ua-1"] = "ua-1"
MOST_SIGNS = 40
"""Unknown signs that are taken out one by one before the document is given up."""
_UNKNOWN = re.compile(r'the text `?"(?P<text>.+?)"`? could not be displayed', re.DOTALL)
_ESCAPED = re.compile(r"\\u\{([0-9a-fA-F]+)\}")


class TypstPrinter:
    """Prints the layouts of a folder. One document at a time, whoever asks."""

    def __init__(self, templates: Path) -> None:
        self._folder = templates / "pdf"
        fonts = typst.Fonts(
            include_system_fonts=False,
            include_embedded_fonts=False,
            font_paths=[str(folder) for folder in font_folders()],
        )
        self._compilers: dict[str, typst.Compiler] = {}
        self._fonts = fonts
        self._lock = Lock()

    def print(self, document: str, view: Mapping[str, Any]) -> Printed:
        """The PDF of a view. Its date is the view's `day` (seconds since 1970): the same view gives
        the same bytes."""
        if document not in DOCUMENTS:
            raise NotPrinted(f"there is no layout {document!r}")
        unshown: list[str] = []
        with self._lock:
            for _ in range(MOST_SIGNS):
                try:
                    return Printed(self._compiled(document, view), tuple(unshown))
                except typst.TypstError as error:
                    found = _unknown(error)
                    if not found or set(found) <= {*unshown, NO_SIGN}:
                        raise NotPrinted(error.message) from None
                    unshown += [sign for sign in found if sign not in unshown]
                    view = _without(view, frozenset(unshown))
        raise NotPrinted(f"more than {MOST_SIGNS} signs that no font has")

    def compiler(self, document: str) -> typst.Compiler:
        """Of a layout, kept from one document to the next."""
        found = self._compilers.get(document)
        if found is None:
            found = self._compilers[document] = typst.Compiler(
                input=str(self._folder / f"{document}.typ"),
                root=str(self._folder),
                font_paths=self._fonts,
                ignore_system_fonts=True,
            )
        return found

    @staticmethod
    def inputs(view: Mapping[str, Any]) -> dict[str, str]:
        """What a layout reads: strings alone, so that nothing of a view is ever code."""
        return {"view": json.dumps(view, ensure_ascii=False)}

    def _compiled(self, document: str, view: Mapping[str, Any]) -> bytes:
        made = self.compiler(document).compile(
            format="pdf",
            sys_inputs=self.inputs(view),
            pdf_standards=STANDARD,
            timestamp=int(view["day"]),
        )
        assert isinstance(made, bytes)
        return made


def font_folders() -> Iterator[Path]:
    """Where the fonts of the packages lie. Found, not imported: they hold nothing to run."""
    for package in FONT_PACKAGES:
        spec = find_spec(package)
        if spec is None or not spec.submodule_search_locations:
            raise NotPrinted(f"the fonts of {package} are not installed")
        yield from (Path(place) for place in spec.submodule_search_locations)


def _unknown(error: typst.TypstError) -> str:
    """The signs of a text that could not be displayed; empty: it is another error."""
    found = _UNKNOWN.search(error.message)
    if found is None:
        return ""
    return _ESCAPED.sub(lambda code: chr(int(code[1], 16)), found["text"])


def _without(value: Any, signs: frozenset[str]) -> Any:  # noqa: ANN401 - JSON
    """The view with the replacement character in place of these signs."""
    if isinstance(value, str):
        return "".join(NO_SIGN if sign in signs else sign for sign in value)
    if isinstance(value, Mapping):
        return {key: _without(one, signs) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_without(one, signs) for one in value]
    return value
