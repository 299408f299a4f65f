"""A file is what it holds, whatever its name; what is not read is named, with what to send."""

import io
import subprocess
import sys
import zipfile

import pytest
from dunning.adapters.formats.files import FilesByName
from dunning.adapters.formats.source import BytesSource
from dunning.service.ports import Row

from tests.fuzz import samples

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504


def read(body: bytes, name: str) -> list[Row]:
    return list(FilesByName().rows(name, BytesSource(body)).rows)


def directory(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, b"x")
    return out.getvalue()


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a", "a.pdf", "a.jsonl", "a.exe"])
@pytest.mark.parametrize(
    "body",
    [
        samples.ubl().encode(),
        samples.pdf(("factur-x.xml", samples.cii().encode(), "Data")),
        samples.packed(("ubl.xml", samples.ubl().encode())),
        samples.camt().encode("utf-16"),
    ],
    ids=["xml", "pdf", "zip", "utf-16"],
)
def test_content_decides_before_the_name(name: str, body: bytes) -> None:
    (row,) = read(body, name)

    assert row.error is None
    assert row.document is not None


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0", "PNG"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF\0", "JPEG"),
        (b"GIF89a\1\0\1\0", "GIF"),
        (b"\x1f\x8b\x08\0\0\0\0\0", "gzip"),
        (b"7z\xbc\xaf\x27\x1c\0\4", "7-Zip"),
        (b"Rar!\x1a\x07\0", "RAR"),
        (OLE + "WordDocument".encode("utf-16-le"), "Word"),
        (OLE + "__substg1.0_0037001F".encode("utf-16-le"), "Outlook"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "password"),
        (OLE, "old Office"),
        (directory("[Content_Types].xml", "word/document.xml"), "Word"),
        (directory("[Content_Types].xml", "ppt/presentation.xml"), "PowerPoint"),
        (
            b"Received: from a\r\nFrom: a@b.example\r\nTo: c@d.example\r\nSubject: x\r\n\r\ny",
            "e-mail",
        ),
        (b"<!DOCTYPE html>\n<html><table><tr><td>1</td></tr></table></html>", "web page"),
        (b"<html xmlns:x='urn:schemas-microsoft-com:office:excel'><table/></html>", "web page"),
        (b":20:STARTUMS\r\n:25:10020030/1234567\r\n", "MT940"),
        (b"ABNANL2A\r\n940\r\nABNANL2A\r\n:20:ABN\r\n:25:1234567\r\n", "CAMT.053"),
        (b"OFXHEADER:100\nDATA:OFXSGML\n<OFX></OFX>\n", "OFX"),
        (b"!Type:Bank\nD01/05/2026\nT100.00\n^\n", "QIF"),
        (b"01,122099999,123456789,260105,0800,1,,,2/\n02,031001234,1\n", "BAI2"),
        (b"0000050126725" + b"05        00099999 PROFORMA\n", "CODA"),
        (b"UNA:+.? 'UNB+UNOC:3+1+2'", "EDIFACT"),
        (b"{\\rtf1\\ansi x}", "RTF"),
        (b"%!PS-Adobe-3.0\n", "PostScript"),
    ],
)
@pytest.mark.parametrize("name", ["invoices.csv", "invoices.xlsx"])
def test_what_is_not_read_is_named(body: bytes, said: str, name: str) -> None:
    (row,) = read(body, name)

    assert row.number == 0
    assert row.error is not None
    assert said in str(row.error)
    assert "send" in str(row.error) or "save" in str(row.error) or "export" in str(row.error)


@pytest.mark.parametrize("body", [b"", b" \r\n\t", b"\xef\xbb\xbf", b"\0\0\0"])
@pytest.mark.parametrize("name", ["a.csv", "a.xml", "a.pdf", "a.json", "a.zip", "a"])
def test_a_file_of_nothing_is_one_error(name: str, body: bytes) -> None:
    (row,) = read(body, name)

    assert row.error is not None


def test_a_table_that_begins_with_an_angle_bracket_is_a_table() -> None:
    found = read(b"<number>,customer\n1,2\n", "a.csv")

    assert all("XML" not in str(row.error) for row in found)


def test_the_packages_of_the_documents_layer_are_loaded_by_the_files_that_need_them_alone() -> None:
    said = subprocess.run(
        [
            sys.executable,
            "-c",
            (
                "import sys\n"
                "from dunning.adapters.formats.files import FilesByName\n"
                "from dunning.adapters.formats.source import BytesSource\n"
                "list(FilesByName().rows('a.jsonl', BytesSource(b'{\"type\":\"x\"}')).rows)\n"
                "print({'lxml', 'pypdf', 'python_calamine'} & set(sys.modules))"
            ),
        ],
        capture_output=True,
        text=True,
        check=True,
    )

    assert said.stdout.strip() == "set()"
