"""The markup of own HTML blocks: which elements, attributes and styles a mail may hold, closed
where they were opened. Read strictly, so that no browser reads more. What stands in `{{ }}` is
`own_blocks_check`'s.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from dunning.domain.fields import nearest, printable

from .own_blocks import meant
from .own_blocks_shelf import BUTTON

INLINE = frozenset({"a", "b", "br", "em", "i", "img", "small", "span", "strong", "sub", "sup", "u"})
BLOCK = frozenset({"blockquote", "div", "h2", "h3", "hr", "ol", "p", "table", "ul"})
_INSIDE = {
    "ul": frozenset({"li"}),
    "ol": frozenset({"li"}),
    "table": frozenset({"caption", "thead", "tbody"}),
    "thead": frozenset({"tr"}),
    "tbody": frozenset({"tr"}),
    "tr": frozenset({"th", "td"}),
}
"""What alone may stand directly within these, and within nothing else."""
_PARTS = frozenset().union(*_INSIDE.values())
_FLOW = frozenset({"blockquote", "div", "li", "td", "th"})
TAGS = INLINE | BLOCK | _PARTS
VOID = frozenset({"br", "hr", "img"})
_EVERY = frozenset({"style", "lang", "dir", "title"})
_SIZES = frozenset({"width", "align", "valign"})
ATTRIBUTES = {
    "a": frozenset({"href", "target"}),
    "img": frozenset({"src", "alt", "width", "height"}),
    "table": frozenset({"role", "width", "border", "cellpadding", "cellspacing"}),
    "td": _SIZES | {"colspan", "rowspan"},
    "th": _SIZES | {"colspan", "rowspan", "scope"},
}
_EDGES = ("", "-bottom", "-left", "-right", "-top")
STYLES = frozenset(
    {
        *(f"{name}{edge}" for name in ("border", "margin", "padding") for edge in _EDGES),
        *("background-color", "border-collapse", "border-radius", "border-spacing", "color"),
        *("font-size", "font-style", "font-weight", "letter-spacing", "line-height", "max-width"),
        *("text-align", "text-decoration", "vertical-align", "white-space", "width"),
    }
)
_TOKEN = re.compile(
    r"\{\{.*?\}\}|\{%[-+]?\s*(?P<word>\w*)\s*(?P<name>\w*).*?%\}|\{\#.*?\#\}"
    r"|(?P<tag></?[a-zA-Z](?:[^<>\"']|\"[^\"]*\"|'[^']*')*>)|(?P<stray><)",
    re.DOTALL,
)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_ATTRIBUTE = re.compile(r"\s+([a-zA-Z][a-zA-Z-]*)(?:\s*=\s*(?:\"([^\"<>]*)\"|'([^'<>]*)'))?")
_SHOWN = re.compile(r"\{\{[^{}\"'<>]*\}\}")
_LINK = re.compile(r"\{\{\s*(?:links\.\w+|button\.url|brand\.privacy)\s*\}\}\Z")
_PAY = re.compile(r"\{\{\s*button\.url\s*\}\}\Z")
_LOGO = re.compile(r"\{\{\s*brand\.logo\s*\}\}\Z")
_COLOUR = re.compile(r"\{\{\s*brand\.colour\s*\}\}")
_VALUE = re.compile(r"(?!-)[#\w.,% -]+\Z")
_ADDRESS = re.compile(r"(?:https?:|mailto:|\bwww\.)", re.IGNORECASE)
_WHY = {
    "script": "mail clients run none, and a message that tries is taken for an attack",
    "style": "it would change the layout around it; write style= at the element",
    "iframe": "it shows what nobody has checked",
    "form": "answers come from the pages behind the message's own links",
}


def signs(text: str) -> int:
    """How many `<` of a file stand outside of template signs."""
    return sum(token[0].count("<") for token in _TOKEN.finditer(text) if token[0][0] == "<")


class Open(NamedTuple):
    """An element, or a `{% … %}`, that is not closed yet."""

    name: str
    line: int
    statement: bool = False


Tell = Callable[[int, str, str], None]
"""Told of line, block and problem."""


class Markup:
    """One file, read from its begin to its end."""

    def __init__(self, text: str, tell: Tell) -> None:
        self._text, self._tell = text, tell
        self._open: list[Open] = []
        self._block, self._begun, self._payable = "the file", 1, False
        end = 0
        for token in _TOKEN.finditer(text):
            self._words(end, token.start())
            end = token.end()
            if token["word"] is not None:
                self._statement(token["word"], token["name"], token.start())
            elif token["stray"]:
                self._add(token.start(), "this `<` begins no element: write &lt; for the sign")
            elif token["tag"]:
                self._element(token["tag"], token.start())
        self._words(end, len(text))

    def _add(self, place: int, message: str) -> None:
        begin = self._text.rfind("\n", 0, place) + 1
        self._tell(self._line(place), self._block, f"column {place - begin + 1}: {message}")

    def _line(self, place: int) -> int:
        return self._text.count("\n", 0, place) + 1

    def _words(self, begin: int, end: int) -> None:
        said = self._text[begin:end]
        if address := _ADDRESS.search(said):
            self._add(
                begin + address.start(),
                f"{printable(address[0])}: links come from the message's own buttons, so that"
                " nobody is sent anywhere else; take the address out",
            )
        parent = self._parent()
        if said.strip() and parent in _INSIDE:
            place = begin + len(said) - len(said.lstrip())
            self._add(place, f"words cannot stand directly in <{parent}>: put them in a cell")

    def _parent(self) -> str:
        return next((one.name for one in reversed(self._open) if not one.statement), "")

    # --- {% … %} ------------------------------------------------------------------------------

    def _statement(self, word: str, name: str, place: int) -> None:
        """Each branch closes what it opened: then every mail does, whatever it shows."""
        if word in ("block", "if", "for"):
            if word == "block":
                self._block, self._begun, self._payable = name, self._line(place), False
            self._open.append(Open(word, self._line(place), statement=True))
        elif word in ("elif", "else"):
            self._close_to_statement(word, place)
        elif word.startswith("end"):
            self._close_to_statement(word, place)
            if self._open:
                self._open.pop()
            if word == "endblock":
                self._end_of_block()
        else:
            self._add(place, f"{{% {word} %}} is not taken: there are block, if and for")

    def _close_to_statement(self, word: str, place: int) -> None:
        while self._open and not self._open[-1].statement:
            left = self._open.pop()
            self._add(
                place,
                f"<{left.name}> of line {left.line} is not closed before {{% {word} %}}: write"
                f" </{left.name}>",
            )

    def _end_of_block(self) -> None:
        known = meant(self._block)
        if known and known[0] == BUTTON and not self._payable:
            said = (
                'the link to pay is missing: <a href="{{ button.url }}">, outside of any {% if %}'
            )
            self._tell(self._begun, self._block, said)
        self._block = "the file"

    # --- elements -----------------------------------------------------------------------------

    def _element(self, tag: str, place: int) -> None:
        head = _TAG.match(tag)
        assert head is not None
        name = head[2].lower()
        if name not in TAGS:
            why = _WHY.get(name) or nearest(name, TAGS)
            self._add(place, f"<{head[1]}{name}> cannot stand in a mail: {why}")
        elif head[1]:
            self._closed(name, tag[head.end() : -1].strip(), place)
        else:
            self._placed(name, place)
            rest = tag[head.end() : -1]
            given, left = _attributes(rest)
            if left.strip() not in ("", "/") or (left.strip() and name not in VOID):
                self._add(
                    place,
                    f"<{name}>: {printable(left.strip())} is no attribute; write"
                    ' name="value", and no {% %} within an element',
                )
            self._given(name, dict(given), place)
            if len(dict(given)) < len(given):
                self._add(place, f"<{name}> says an attribute twice")
            if name not in VOID:
                self._open.append(Open(name, self._line(place)))

    def _closed(self, name: str, rest: str, place: int) -> None:
        if rest:
            self._add(place, f"</{name}> takes no attributes")
        since = [one.name for one in self._open[self._since_statement() :]]
        if name in VOID or name not in since:
            self._add(place, f"</{name}> closes nothing that was opened here: take it out")
            return
        while (left := self._open.pop()).name != name:
            self._add(place, f"</{name}> comes before <{left.name}> of line {left.line} is closed")

    def _since_statement(self) -> int:
        return max((at + 1 for at, one in enumerate(self._open) if one.statement), default=0)

    def _placed(self, name: str, place: int) -> None:
        parent = self._parent()
        within = {one.name for one in self._open if not one.statement}
        if parent in _INSIDE and name not in _INSIDE[parent]:
            allowed = ", ".join(f"<{one}>" for one in sorted(_INSIDE[parent]))
            self._add(place, f"<{name}> cannot stand directly in <{parent}>: that holds {allowed}")
        elif name in _PARTS and parent not in _INSIDE:
            holds = " or ".join(f"<{one}>" for one in sorted(_INSIDE) if name in _INSIDE[one])
            self._add(place, f"<{name}> stands in {holds} alone")
        elif name in BLOCK and parent and parent not in _FLOW:
            self._add(place, f"<{name}> cannot stand in <{parent}>: close that before")
        if name == "a" and "a" in within:
            self._add(place, "a link cannot stand in a link")

    def _given(self, name: str, given: dict[str, str | None], place: int) -> None:
        for key, value in given.items():
            said = self._wrong(name, key, value)
            if said:
                self._add(place, f"<{name} {key}>: {said}")
        needed = {"a": ("href",), "img": ("src", "alt")}.get(name, ())
        for key in needed:
            if key not in given:
                self._add(place, f"<{name}> needs {key}=")
        guarded = any(one.statement and one.name != "block" for one in self._open)
        if name == "a" and _PAY.match(given.get("href") or "") and not guarded:
            self._payable = True

    def _wrong(self, name: str, key: str, value: str | None) -> str:
        """What is wrong about an attribute; empty: nothing."""
        allowed = _EVERY | ATTRIBUTES.get(name, frozenset())
        if key.startswith("on"):
            return "mail clients run no scripts; take it out"
        if key not in allowed:
            return f"there is no such attribute here; {nearest(key, allowed)}"
        if value is None:
            return f'write {key}="value"'
        if key == "href":
            shown = "{{ links.plan }}, {{ button.url }} or {{ brand.privacy }}"
            said = f"a link leads to the message's own pages alone: {shown}"
            return "" if _LINK.match(value) else said
        if key == "src":
            said = "the creditor's logo alone, {{ brand.logo }}: nothing else is loaded from afar"
            return "" if _LOGO.match(value) else said
        if key == "style":
            return _style(_COLOUR.sub("#000000", value))
        bare = _SHOWN.sub("", value) if key in ("alt", "title") else value
        if "{" in bare or "}" in bare or "\n" in bare:
            return "this is written out, without braces and line breaks"
        if _ADDRESS.search(bare):
            return "links come from the message's own buttons; take the address out"
        if key == "target" and value != "_blank":
            return 'write target="_blank"'
        return ""


def _attributes(rest: str) -> tuple[list[tuple[str, str | None]], str]:
    """Names and values, and what is left that is none."""
    found: list[tuple[str, str | None]] = []
    end = 0
    while one := _ATTRIBUTE.match(rest, end):
        value = one[2] if one[2] is not None else one[3]
        found.append((one[1].lower(), value))
        end = one.end()
    return found, rest[end:]


def _style(value: str) -> str:
    for name, said in _declarations(value):
        if name not in STYLES:
            return f"{printable(name)} is none of the styles of a mail; {nearest(name, STYLES)}"
        if not _VALUE.match(said) or re.search(r"(?:^| )-", said):
            return (
                f"{printable(said)} is no value of {name} here: numbers, names and colours as"
                " #0f5c47, nothing below zero, and of {{ }} {{ brand.colour }} alone"
            )
    return ""


def _declarations(value: str) -> Iterator[tuple[str, str]]:
    for one in value.split(";"):
        if one.strip():
            name, _, said = one.partition(":")
            yield name.strip().lower(), said.strip()
