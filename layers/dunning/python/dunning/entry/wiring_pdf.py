"""What `wiring` makes of PDFs: the printer, and what is printed by it.
Each is made when it is first asked for; no rule lives here.
"""

from functools import cache, cached_property
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from types_boto3_lambda import LambdaClient

    from dunning.adapters.pdf_statement import StatementPdf
    from dunning.entry.wiring import Wiring
    from dunning.service.printing_ports import Printer


class PdfFiles(Protocol):
    """What is printed for customers."""

    @property
    def statements(self) -> "StatementPdf": ...


class PdfWiring:
    """The parts of one cell that have to do with PDFs."""

    def __init__(self, here: "Wiring") -> None:
        self._here = here

    @cached_property
    def printer(self) -> "Printer":
        """The function that prints: Typst is loaded nowhere else."""
        from dunning.adapters.pdf_remote import RemotePrinter

        def client() -> "LambdaClient":
            return cast("LambdaClient", self._here.client("lambda"))

        return RemotePrinter(cache(client), self._here.settings.pdf_function)

    @cached_property
    def statements(self) -> "StatementPdf":
        from dunning.adapters.pdf_statement import StatementPdf

        return StatementPdf(self._here.settings.templates_path, self.printer)
