"""The PDFs that docs/images/*-pdf-*.png show: made-up accounts, as they are printed.

`python -m tests.pdf_pictures FOLDER` draws them anew. Nothing is asserted here.
"""

import sys
from pathlib import Path

from dunning.adapters.pdf_printer import TypstPrinter
from dunning.adapters.pdf_statement import StatementPdf
from dunning.adapters.render_letter import LetterRenderer

from infra.templates import built
from tests.portal_example import NORTHWIND, TODAY, cases, customer
from tests.unit.telling import PLAIN
from tests.unit.test_letters import at_home

DOTS_PER_INCH = 110.0


class Drawn(TypstPrinter):
    """Prints pictures of the first page in place of PDFs."""

    def picture(self, document: str, view: dict[str, object]) -> bytes:
        self.print(document, view)
        pages = self.compiler(document).compile(
            format="png", ppi=DOTS_PER_INCH, sys_inputs=self.inputs(view)
        )
        return pages[0] if isinstance(pages, list) else pages or b""


def main(folder: Path) -> None:
    """Write the pictures."""
    draws = Drawn(built())
    statements = StatementPdf(built(), draws)
    view = statements.view(NORTHWIND, customer("de"), cases(), TODAY, named=False)
    (folder / "statement-pdf-de.png").write_bytes(draws.picture("statement", view))
    told = at_home(PLAIN, "de", name="Harbour Café & Söhne")
    send = told.send("second", "persuasive", channel="letter")
    letter = LetterRenderer(built(), draws).view(told.state, told.rulebook, send)
    (folder / "letter-pdf-de.png").write_bytes(draws.picture("letter", letter))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
