"""What a ZIP file is, by the names in its directory: an archive of files, a workbook, or another
document that is packed as one. Nothing is unpacked.
"""

import struct
import zipfile

from dunning.adapters.formats.archive import directory_fits
from dunning.service.ports import Source

WORKBOOK, ZIP = "workbook", "zip"
_PARTS = (
    ("xl/workbook.", WORKBOOK),
    ("word/document.", "a Word document (.docx)"),
    ("ppt/presentation.", "a PowerPoint presentation (.pptx)"),
    ("index/document.iwa", "a Numbers or Pages document; export it as .xlsx"),
    ("meta-inf/manifest.mf", "a program (.jar)"),
)
_OPEN_DOCUMENT = {
    "application/vnd.oasis.opendocument.spreadsheet": WORKBOOK,
    "application/vnd.oasis.opendocument.text": "a text document (.odt)",
    "application/epub+zip": "an e-book (.epub)",
}
_LONGEST_TYPE = 100


def kind_of(source: Source) -> str:
    """WORKBOOK, ZIP (also where it is too large or broken: its opening tells), or in words."""
    if not directory_fits(source):
        return ZIP
    try:
        with source.open() as stream, zipfile.ZipFile(stream) as archive:
            names = [info.filename.replace("\\", "/").lower() for info in archive.infolist()]
            for name in names:
                kind = next((kind for part, kind in _PARTS if name.startswith(part)), None)
                if kind is not None:
                    return kind
            if names and names[0] == "mimetype":
                with archive.open(archive.infolist()[0]) as member:
                    said = member.read(_LONGEST_TYPE).decode("latin-1").strip()
                return _OPEN_DOCUMENT.get(said, ZIP)
    except (zipfile.BadZipFile, ValueError, struct.error, OSError, EOFError, OverflowError):
        return ZIP
    except (NotImplementedError, RuntimeError):
        return ZIP
    return ZIP


def what_it_is(kind: str) -> str:
    """The sentence for a document that is no archive and no workbook."""
    return f"{kind}; send invoices as CSV, XLSX, JSON, XML or PDF with XML inside"
