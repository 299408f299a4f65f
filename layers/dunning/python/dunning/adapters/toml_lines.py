"""On which line of a TOML text a key stands: the library that reads TOML does not say.
Values are not read here, only passed over.
"""

import re

Path = tuple[str, ...]
_PART = r"""(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')"""
_TABLE = re.compile(rf"\s*\[\[?\s*({_PART}(?:\s*\.\s*{_PART})*)\s*\]")
_KEY = re.compile(rf"\s*({_PART}(?:\s*\.\s*{_PART})*)\s*=")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"""|' + r"'''.*?'''|" + r'"(?:[^"\\\n]|\\.)*"' + r"|'[^'\n]*'|#[^\n]*",
    re.DOTALL,
)


class Lines:
    """The lines of a text that is TOML."""

    def __init__(self, text: str) -> None:
        self._found: dict[Path, int] = {}
        hidden = _STRING.sub(_blank, text)
        table: Path = ()
        depth = 0
        for number, (line, plain) in enumerate(
            zip(text.split("\n"), hidden.split("\n"), strict=True), 1
        ):
            if depth == 0:
                if head := _TABLE.match(line):
                    table = _parts(head[1])
                    self._found.setdefault(table, number)
                elif (key := _KEY.match(line)) and "=" in plain:
                    self._found.setdefault((*table, *_parts(key[1])), number)
            depth += sum(map(plain.count, "[{")) - sum(map(plain.count, "]}"))

    def of(self, path: Path) -> int:
        """The line of a key, else of the first below it, else of the nearest above; 1: of none."""
        for end in range(len(path), 0, -1):
            for key, number in self._found.items():
                if key[:end] == path[:end] and (end == len(path) or len(key) == end):
                    return number
        return 1


def _parts(text: str) -> Path:
    return tuple(part.strip("\"'") for part in re.findall(_PART, text))


def _blank(found: "re.Match[str]") -> str:
    """As many lines with nothing in them that could be taken for a key."""
    return re.sub(r"[^\n]", "_", found[0])
