"""XML of strangers as trees and streams: no DTD, no entity, nothing fetched, bounded in size and
depth. What is broken is an error with its line. Which documents there are is not known here.
"""

import codecs
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple, cast

from dunning.domain.fields import ReadingError, printable

if TYPE_CHECKING:
    from lxml import etree

LARGEST = 20 << 20
"""Bytes of a document that is read as a whole: its tree is several times as large."""
MOST_NODES = 2_000_000
CHUNK = 1 << 16
HEAD = 1 << 16

ENCODINGS = {
    "utf-8": "utf-8", "utf8": "utf-8", "us-ascii": "utf-8", "ascii": "utf-8",
    "utf-16": "utf-16", "utf-16le": "utf-16-le", "utf-16be": "utf-16-be",
    "utf-32": "utf-32", "utf-32le": "utf-32-le", "utf-32be": "utf-32-be",
    **{f"iso-8859-{n}": f"iso8859-{n}" for n in (*range(1, 12), 13, 14, 15, 16)},
    **{f"windows-125{n}": f"cp125{n}" for n in range(9)},
    **{f"cp125{n}": f"cp125{n}" for n in range(9)},
    "latin1": "iso8859-1", "latin-1": "iso8859-1", "koi8-r": "koi8-r", "ibm850": "cp850",
}  # fmt: skip
"""Codec by the names that are met in XML declarations."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SHAPES = (
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
_DECLARATION = re.compile(r"<\?xml\s([^<>]*)>")
_ENCODING = re.compile(r"\bencoding\s*=\s*[\"']?([^\"'\s?]*)")
_ASIDE = re.compile(r"\s+|<!--.*?-->|<\?.*?\?>", re.DOTALL)
_PLACE = re.compile(r",? *line \d+, column \d+.*\Z", re.DOTALL)
_ROOT = re.compile(r"<(?:([\w.-]+):)?([\w.-]+)([^<>]*)>?")
_BINDING = re.compile(r"\sxmlns(?::([\w.-]+))?\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


class Prolog(NamedTuple):
    """What stands before and in the first tag. `root` is as etree writes it: {namespace}name."""

    codec: str
    skip: int
    """Bytes of the byte order mark."""
    root: str


def prolog(head: bytes) -> Prolog | None:
    """The start of an XML file (its first 64 KiB are enough); None where it is no XML. Raises
    ReadingError for an encoding or a DTD that is not taken."""
    skip, codec = next(((len(bom), name) for bom, name in _BOMS if head.startswith(bom)), (0, ""))
    if not codec:
        bare = head.lstrip(b" \t\r\n")
        codec = next((name for shape, name in _SHAPES if bare.startswith(shape)), "")
        if not codec and not bare.startswith(b"<"):
            return None
    text = head[skip : skip + HEAD].decode(codec or "latin-1", "ignore")
    start = text.lstrip()
    if not start.startswith("<"):
        return None
    if start.startswith("<?xml") and start[5:6].isspace():
        declared = _DECLARATION.match(start)
        if declared is None:
            raise broken("the XML declaration is not closed", 1)
        named = _ENCODING.search(declared.group(1))
        if not codec and named:
            codec = _codec(named.group(1))
        start = start[declared.end() :]
    aside = _ASIDE.match(start)
    while aside and aside.end():
        start = start[aside.end() :]
        aside = _ASIDE.match(start)
    if start[:9].upper() == "<!DOCTYPE":
        if start[9:].lstrip()[:4].lower() == "html":
            return Prolog(codec or "utf-8", skip, "html")
        raise _dtd()
    return Prolog(codec or "utf-8", skip, _root(start))


def tree(body: bytes) -> "etree._Element":
    """The root of a document. Raises ReadingError."""
    from lxml import etree

    if len(body) > LARGEST:
        raise ReadingError(
            "too_large",
            "",
            f"the XML has {len(body) >> 20} MiB; at most {LARGEST >> 20} are read: send it without"
            " the files that are embedded in it",
        )
    found = prolog(body)
    if found is None:
        raise ReadingError("not_xml", "", "the file is not XML; send the file as it was made")
    if body.count(b"<") + body.count(b"=") > MOST_NODES:
        raise ReadingError("too_large", "", "the XML has more elements than any invoice; split it")
    plain = body[found.skip :] if found.skip else body
    if found.codec != "utf-8":
        try:
            plain = plain.decode(found.codec).encode()
        except UnicodeError:
            raise _not_in(found.codec) from None
    try:
        root = etree.fromstring(plain.lstrip() if plain[:1].isspace() else plain, _parser())
    except etree.XMLSyntaxError as error:
        raise _syntax(error) from None
    _without_dtd(root)
    return root


def elements(stream: BinaryIO, root: str, names: Iterable[str]) -> Iterator["etree._Element"]:
    """The elements of those local names as they end, each emptied behind the reader, in bounded
    memory: first, still empty, the root, whose local name is `root`. Raises ReadingError."""
    from lxml import etree

    chunk = stream.read(HEAD)
    found = prolog(chunk)
    if found is None:
        raise ReadingError("not_xml", "", "the file is not XML; send the file as it was made")
    chunk = chunk[found.skip :] if found.skip else chunk.lstrip(b" \t\r\n")
    decoder = codecs.getincrementaldecoder(found.codec)()
    tags = [f"{{*}}{name}" for name in (root, *names)]
    parser = etree.XMLPullParser(("start", "end"), tag=tags, encoding="utf-8", **_OPTIONS)
    rooted, unread = False, 0
    try:
        while True:
            if chunk:
                parser.feed(decoder.decode(chunk).encode())
            else:
                parser.feed(decoder.decode(b"", final=True).encode())
                parser.close()
            unread += len(chunk)
            for event, one in parser.read_events():
                element = cast("etree._Element", one)
                unread = 0
                if not rooted:
                    rooted = True
                    _without_dtd(element)
                    yield element.getroottree().getroot()
                if event == "end" and element.getparent() is not None:
                    yield element
                    _forget(element)
            if not chunk:
                return
            if unread > LARGEST:
                raise ReadingError(
                    "too_large", "", f"the XML has an element of over {LARGEST >> 20} MiB; split it"
                )
            chunk = stream.read(CHUNK)
    except UnicodeError:
        raise _not_in(found.codec) from None
    except etree.XMLSyntaxError as error:
        raise _syntax(error) from None


def _forget(element: "etree._Element") -> None:
    element.clear()
    parent = element.getparent()
    while parent is not None and (before := element.getprevious()) is not None:
        parent.remove(before)


def local(element: "etree._Element") -> str:
    """An element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def broken(why: str, line: int) -> ReadingError:
    """The error of XML that breaks off or contradicts itself."""
    return ReadingError(
        "broken_xml",
        "",
        f"the XML is broken in line {line} ({why}); have the system that made it write it anew, and"
        " send it unchanged",
    )


_OPTIONS: dict[str, Any] = {
    "resolve_entities": False,
    "load_dtd": False,
    "dtd_validation": False,
    "attribute_defaults": False,
    "no_network": True,
    "huge_tree": False,
    "recover": False,
    "remove_comments": True,
    "remove_pis": True,
    "collect_ids": False,
}


def _parser() -> "etree.XMLParser":
    from lxml import etree

    return etree.XMLParser(encoding="utf-8", **_OPTIONS)


def _codec(name: str) -> str:
    plain = name.strip().lower().replace("_", "-")
    codec = ENCODINGS.get(plain)
    if codec is None:
        raise ReadingError(
            "bad_encoding",
            "",
            f"the XML says that it is written in {printable(name)}, which is no encoding that is"
            " read; have it written in UTF-8",
        )
    # Bytes that are wide have said so by their shape: here every character is one byte or UTF-8.
    return "utf-8" if codec.startswith(("utf-16", "utf-32")) else codec


def _root(start: str) -> str:
    found = _ROOT.match(start)
    if found is None:
        return ""
    prefix, name, rest = found.groups()
    for bound, double, single in _BINDING.findall(rest):
        if bound == (prefix or ""):
            return f"{{{double or single}}}{name}"
    return name


def _without_dtd(element: "etree._Element") -> None:
    if element.getroottree().docinfo.internalDTD is not None:
        raise _dtd()


def _dtd() -> ReadingError:
    return ReadingError(
        "xml_dtd",
        "",
        "the XML has a document type (<!DOCTYPE …>), which no invoice has and which is not read;"
        " have it written without",
    )


def _not_in(codec: str, line: int = 0) -> ReadingError:
    where = f" (line {line})" if line else ""
    return ReadingError(
        "bad_encoding",
        "",
        f"the XML is not written in {codec.upper()}, as it says{where}; have the system that made"
        " it write UTF-8",
    )


def _syntax(error: "etree.XMLSyntaxError") -> ReadingError:
    said = _PLACE.sub("", error.msg or "it ends too early")
    if "huge" in said.lower() or "too long" in said.lower() or "maximum" in said.lower():
        return ReadingError(
            "too_large",
            "",
            "the XML holds a text or a nesting larger than is read (10 MB, 256 levels); send it"
            " without the files that are embedded in it",
        )
    if "character encoding" in said:
        return _not_in("utf-8", error.lineno or 1)
    return broken(printable(said, 90).strip("'"), error.lineno or 1)
