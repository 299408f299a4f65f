"""ZIP archives: every member read on its own, and bombs refused before they are unpacked."""

import io
import struct
import time
import zipfile
import zlib
from pathlib import Path

import pytest
from dunning.adapters.formats import archive
from dunning.adapters.formats.files import FilesByName
from dunning.adapters.formats.source import BytesSource
from dunning.service.ports import FileRows, Row

from tests.fuzz import samples
from tests.fuzz.samples import packed

INVOICE = samples.ubl().encode()


def file_of(body: bytes, name: str = "a.zip") -> FileRows:
    return FilesByName().rows(name, BytesSource(body))


def rows(body: bytes) -> list[Row]:
    return list(file_of(body).rows)


def refused(body: bytes) -> Row:
    began = time.process_time()
    (row,) = rows(body)
    assert time.process_time() - began < 2
    assert row.error is not None
    return row


def test_files_of_several_formats_are_read_and_each_row_names_its_file() -> None:
    found = file_of(
        packed(
            ("b/facturx.pdf", samples.pdf(("factur-x.xml", samples.cii().encode(), "Data"))),
            ("a/ubl.xml", INVOICE),
            ("c.camt.xml", samples.camt().encode()),
            ("d.jsonl", samples.json_lines(samples.BODIES)),
        )
    )
    listed = list(found.rows)

    assert [row.file for row in listed] == [
        "a/ubl.xml", "b/facturx.pdf/factur-x.xml", "c.camt.xml", "d.jsonl", "d.jsonl"
    ]  # fmt: skip
    assert all(row.error is None for row in listed)
    assert found.understood.format == "zip"
    assert found.understood.layout_title == "ZIP archive (1 camt.053, 1 jsonl, 1 pdf, 1 ubl)"


def test_one_bad_file_does_not_stop_the_others() -> None:
    found = rows(
        packed(
            ("a.xml", INVOICE[:-9]),
            ("b.xml", INVOICE),
            ("c.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
            ("d.xml", INVOICE),
        )
    )

    assert [row.error is None for row in found] == [False, True, False, True]
    assert [row.file for row in found if row.error] == ["a.xml", "c.png"]
    assert all(row.cells[0][0] == row.file for row in found)


def test_a_statement_inside_is_known_as_one_when_its_rows_come() -> None:
    found = file_of(packed(("a.csv", samples.GERMAN.encode()), ("b.csv", samples.CSV.encode())))
    holds = {row.file: found.understood.of(row.file).holds for row in found.rows}

    assert holds == {"a.csv": "statement", "b.csv": "documents"}
    assert found.understood.holds == "documents"


def test_folders_and_what_systems_leave_behind_are_counted_and_passed_over() -> None:
    found = file_of(
        packed(
            ("a/", b""),
            ("a/ubl.xml", INVOICE),
            ("__MACOSX/a/._ubl.xml", b"\0\5\x16\7"),
            ("a/.DS_Store", b"\0\0\0\1Bud1"),
            ("Thumbs.db", b"x"),
        )
    )

    assert [row.file for row in found.rows] == ["a/ubl.xml"]
    assert found.understood.skipped == {"folder": 1, "system_file": 3}


@pytest.mark.parametrize(
    "name", ["../../etc/passwd.xml", "/tmp/x.xml", "C:\\x.xml", "a\n\x1b[2J.xml"]
)
def test_a_path_is_shown_and_never_written(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (row,) = rows(packed((name, INVOICE)))

    assert row.document is not None
    assert row.file.isprintable()
    assert list(tmp_path.iterdir()) == []


def test_lines_of_bodies_need_their_day_inside_an_archive_too() -> None:
    (row,) = rows(packed(("a.jsonl", b'{"type":"release","id":"1"}\n')))

    assert row.body is None
    assert row.error is not None
    assert row.error.field == "on"


def test_an_archive_inside_an_archive_is_not_opened() -> None:
    found = rows(packed(("a.zip", packed(("x.xml", INVOICE))), ("b.xml", INVOICE)))

    assert [row.error.code if row.error else "" for row in found] == ["archive_in_archive", ""]


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_member_packed_in_a_rare_way_is_refused(method: int) -> None:
    (row,) = rows(packed(("a.xml", INVOICE), method=method))

    assert row.error is not None
    assert row.error.code == "unknown_packing"


def test_an_encrypted_member_is_refused() -> None:
    body = bytearray(packed(("a.xml", INVOICE)))
    body[6] |= 1
    body[body.index(b"PK\1\2") + 8] |= 1
    (row,) = rows(bytes(body))

    assert row.error is not None
    assert row.error.code == "encrypted"


def test_a_member_whose_bytes_were_damaged_is_an_error_of_its_own() -> None:
    body = bytearray(packed(("a.xml", INVOICE), ("b.xml", INVOICE), method=zipfile.ZIP_STORED))
    body[60] ^= 1
    found = rows(bytes(body))

    assert [row.error.code if row.error else "" for row in found] == ["broken_zip", ""]


@pytest.mark.parametrize("cut", [4, 30, 200, -1, -30])
def test_an_archive_that_breaks_off_is_told(cut: int) -> None:
    row = refused(packed(("a.xml", INVOICE))[:cut])

    assert row.error is not None
    assert row.error.code == "broken_zip"


def test_an_empty_archive_is_told() -> None:
    assert refused(packed()).error.code == "empty_file"  # type: ignore[union-attr]
    assert refused(packed(("a/", b""))).error.code == "empty_file"  # type: ignore[union-attr]


def bomb(name: str, size: int, claimed: int | None = None) -> bytes:
    """An archive of one member of zeros, which may claim another size than it has."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    zeros = bytes(1 << 20)
    data = b"".join(packer.compress(zeros) for _ in range(size >> 20)) + packer.flush()
    said = size if claimed is None else claimed
    common = struct.pack("<5H3L2H", 20, 0, 8, 0, 0, 0, len(data), said, len(name), 0)
    local = b"PK\3\4" + common + name.encode() + data
    entry = b"PK\1\2\x14\0" + common + struct.pack("<3H2L", 0, 0, 0, 0, 0) + name.encode()
    return local + entry + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, len(entry), len(local), 0)


def test_a_member_far_smaller_than_what_it_unpacks_to_is_a_bomb() -> None:
    assert refused(bomb("a.csv", 64 << 20)).error.code == "archive_too_large"  # type: ignore[union-attr]


def test_a_member_that_is_larger_than_it_claims_is_cut_where_it_claims() -> None:
    row = refused(bomb("a.csv", 64 << 20, claimed=1000))

    assert row.error is not None
    assert row.error.code == "broken_zip"


def test_members_that_overlap_are_a_bomb() -> None:
    body = packed(("a.xml", INVOICE), ("b.xml", INVOICE))
    second = body.rindex(b"PK\1\2") + 42
    body = body[:second] + struct.pack("<L", 0) + body[second + 4 :]

    assert refused(body).error.code == "archive_too_large"  # type: ignore[union-attr]


def test_a_hundred_thousand_members_are_refused_before_their_list_is_read() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for number in range(archive.MOST_MEMBERS + 1):
            made.writestr(zipfile.ZipInfo(str(number)), b"")
    body = out.getvalue()

    assert refused(body).error.code == "archive_too_large"  # type: ignore[union-attr]


@pytest.mark.parametrize("claim", [0xFFFFFFFF, 0x7FFFFFFF, 7 << 20])
def test_a_directory_that_claims_to_be_huge_is_not_read(claim: int) -> None:
    body = packed(("a.xml", INVOICE))
    end = body.rindex(b"PK\5\6")
    body = body[: end + 12] + struct.pack("<L", claim) + body[end + 16 :]

    assert refused(body).error.code == "archive_too_large"  # type: ignore[union-attr]


def test_members_that_unpack_to_over_a_gibibyte_together_are_refused() -> None:
    body = bytearray(packed(*((f"{n}.csv", b"a,b\n" * 100_000) for n in range(3))))
    at = body.find(b"PK\1\2")
    while at >= 0:
        packed_size, size = struct.unpack_from("<2L", body, at + 20)
        assert size == 400_000
        struct.pack_into("<2L", body, at + 20, packed_size, 400 << 20)
        at = body.find(b"PK\1\2", at + 4)

    assert refused(bytes(body)).error.code == "archive_too_large"  # type: ignore[union-attr]


def test_a_large_member_is_read_as_a_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "IN_MEMORY", 100)
    body = packed(("a.jsonl", samples.json_lines(samples.BODIES * 50)), ("b.xml", INVOICE))
    found = rows(body)

    assert [row.error for row in found] == [None] * 101
    assert found[-1].document is not None


def test_damage_in_a_stream_is_an_error_behind_the_rows_that_came(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(archive, "IN_MEMORY", 100)
    entries = [samples.entry(reference=f"<AcctSvcrRef>{n}</AcctSvcrRef>") for n in range(400)]
    content = samples.camt(*entries).encode()
    body = bytearray(packed(("a.xml", content), ("b.xml", INVOICE), method=zipfile.ZIP_STORED))
    body[len(content) - 1_000] ^= 1
    found = rows(bytes(body))

    codes = [row.error.code for row in found if row.error]
    assert codes[-1:] == ["broken_zip"]
    assert found[-1].file == "b.xml"
    assert found[-1].document is not None
