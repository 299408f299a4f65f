"""What making a PDF needs of the outside: a printer, what it hands back, and how it fails.
The other ports are `ports`' and `sending_ports`'.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

STATEMENT, LETTER, AGREEMENT = "statement", "letter", "agreement"
DOCUMENTS = (STATEMENT, LETTER, AGREEMENT)
"""Names of the layouts in templates/pdf."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A PDF, and the signs of its view that no font of ours has: each stands as U+FFFD in it."""

    pdf: bytes
    unshown: tuple[str, ...] = ()


class NotPrinted(RuntimeError):
    """The printer could not be reached, or could not make the document: try again."""


class Printer(Protocol):
    """From a layout and a view (strings, lists and objects of JSON; what a layout places) to a PDF.
    The same view gives the same bytes. Raises NotPrinted."""

    def print(self, document: str, view: Mapping[str, Any]) -> Printed: ...
