"""Cells that a spreadsheet would calculate, and the apostrophe that keeps it from doing so.
A customer's name may be one: whoever opens a file of ours is to see it, and not to run it.
"""

import re

_FORMULA = re.compile(r"[\t\r\n]|[\s\ufeff\u200b-\u200d\u2060]*[=+\-@\uff1d\uff0b\uff0d\uff20]")
"""How one begins (OWASP, CSV injection): behind blanks and signs that nobody sees, and as wide as
Chinese and Japanese are written too."""


def escaped(cell: str) -> str:
    """A cell that no spreadsheet calculates."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unescaped(cell: str) -> str:
    """A cell as it was before that."""
    return cell[1:] if cell[:1] == "'" and _FORMULA.match(cell, 1) else cell
