"""What `wiring` makes of PDFs: the printer, and what is printed by it.
Each is made when it is first asked for; no rule lives here.
"""

from functools import cache, cached_property
from typing import TYPE_CHECKING, Protocol, cast

from dunning.entry.observability import logger, metrics

if TYPE_CHECKING:
    from types_boto3_lambda import LambdaClient
    from types_boto3_s3 import S3Client

    from dunning.adapters.attached_statement import AttachedStatements
    from dunning.adapters.letters import LetterFolder
    from dunning.adapters.pdf_agreement import AgreementPdf
    from dunning.adapters.pdf_statement import StatementPdf
    from dunning.adapters.render_letter import LetterRenderer
    from dunning.domain.account import Account
    from dunning.domain.due import Send
    from dunning.domain.policy import Rulebook
    from dunning.entry.wiring import Wiring
    from dunning.service.printing_ports import Printer
    from dunning.service.sending_ports import Attachment


class PdfFiles(Protocol):
    """What is printed for customers."""

    @property
    def statements(self) -> "StatementPdf": ...

    @property
    def agreements(self) -> "AgreementPdf": ...


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
    def letters(self) -> "LetterRenderer":
        from dunning.adapters.render_letter import LetterRenderer

        return LetterRenderer(self._here.settings.templates_path, self.printer)

    @cached_property
    def letter_folder(self) -> "LetterFolder":
        """Where the print service takes letters from."""
        from dunning.adapters.letters import LetterFolder

        def client() -> "S3Client":
            return cast("S3Client", self._here.client("s3"))

        return LetterFolder(cache(client), self._here.settings.bucket_name)

    def attached(
        self, state: "Account", rulebook: "Rulebook", send: "Send"
    ) -> "tuple[Attachment, ...]":
        """What a mail of a creditor that asks for it brings along. Made when the first is."""
        return self._attaching.of(state, rulebook, send)

    @cached_property
    def _attaching(self) -> "AttachedStatements":
        from dunning.adapters.attached_statement import AttachedStatements

        return AttachedStatements(self.statements, _not_attached)

    @cached_property
    def agreements(self) -> "AgreementPdf":
        from dunning.adapters.pdf_agreement import AgreementPdf

        return AgreementPdf(self._here.settings.templates_path, self.printer)

    @cached_property
    def statements(self) -> "StatementPdf":
        from dunning.adapters.pdf_statement import StatementPdf

        return StatementPdf(self._here.settings.templates_path, self.printer)


def _not_attached(creditor: str, why: str) -> None:
    """A mail went with its link alone."""
    metrics().count("StatementNotAttached")
    logger().error("statement not attached", extra={"creditor": creditor, "reason": why})
