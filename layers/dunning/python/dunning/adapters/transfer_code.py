"""The QR code of a SEPA credit transfer (EPC069-12, version 002): what it holds, and its picture.
Whether a mail carries one is rendering's; what the figures are, the notice's.
"""

import struct
import zlib

LEAST, MOST = 1, 99_999_999_999
"""Cents that a transfer may have: 0.01 to 999,999,999.99."""
LONGEST_NAME, LONGEST_TEXT, LONGEST_PAYLOAD = 70, 140, 331
MASK = 3
"""Any of the eight masks is read by every reader; to look for the fairest costs four times the CPU
of the code itself."""
SCALE, BORDER = 4, 4
"""Pixels a module (a hexadecimal digit of its row), and modules of quiet zone around."""
_PIXELS = bytes.maketrans(b"\x00\x01", b"f0")
_SPACES = str.maketrans("", "", " \t\n\r")


def payload(*, holder: str, iban: str, bic: str, cents: int, reference: str) -> str | None:
    """The text of the code; None: such a transfer has none."""
    account = iban.translate(_SPACES).upper()
    name = " ".join(holder.split())[:LONGEST_NAME]
    if not name or not _is_iban(account) or not LEAST <= cents <= MOST:
        return None
    structured = reference if _is_creditor_reference(reference) else ""
    text = "" if structured else " ".join(reference.split())[:LONGEST_TEXT]
    said = "\n".join(
        (
            "BCD",
            "002",
            "1",  # UTF-8
            "SCT",
            bic.translate(_SPACES).upper(),
            name,
            account,
            f"EUR{cents // 100}.{cents % 100:02}",
            "",  # purpose
            structured.translate(_SPACES),
            text,
        )
    )
    return said if len(said.encode()) <= LONGEST_PAYLOAD else None


def picture(said: str) -> bytes:
    """The code as a PNG of one bit a pixel."""
    matrix = _matrix(said)
    size = len(matrix) + 2 * BORDER
    quiet = b"f" * BORDER
    blank = _line(b"f" * size)
    rows = [blank * (BORDER * SCALE)]
    rows += [_line(quiet + row.translate(_PIXELS) + quiet) * SCALE for row in matrix]
    rows.append(blank * (BORDER * SCALE))
    size *= SCALE
    header = struct.pack(">IIBBBBB", size, size, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(kind, data)
        for kind, data in (
            (b"IHDR", header),
            (b"IDAT", zlib.compress(b"".join(rows), 6)),
            (b"IEND", b""),
        )
    )


def drawing(said: str) -> str:
    """The code as SVG, sharp at any size: what is printed."""
    matrix = _matrix(said)
    size = len(matrix) + 2 * BORDER
    dark = "".join(
        f"M{x + BORDER} {y + BORDER}h1v1h-1z"
        for y, row in enumerate(matrix)
        for x, module in enumerate(row)
        if module
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}">'
        f'<path fill="#fff" d="M0 0h{size}v{size}H0z"/><path d="{dark}"/></svg>'
    )


def _matrix(said: str) -> tuple[bytearray, ...]:
    """The modules of the code, row by row: 1 is dark."""
    # Read when a message first carries a code: to import it takes as long as ten codes.
    import segno

    code = segno.make_qr(said, error="M", boost_error=False, encoding="utf-8", mask=MASK)
    return code.matrix


def _line(modules: bytes) -> bytes:
    """One row of pixels, from a hexadecimal digit a module: no filter, then the bits, filled up to
    whole bytes."""
    return b"\x00" + bytes.fromhex((modules + b"f" * (len(modules) % 2)).decode())


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _is_iban(account: str) -> bool:
    """Whether its check digits fit (ISO 13616)."""
    return 15 <= len(account) <= 34 and account[:2].isalpha() and _mod97(account)


def _is_creditor_reference(reference: str) -> bool:
    """Whether it is a structured reference with check digits (ISO 11649, RF…)."""
    plain = reference.translate(_SPACES)
    return plain.startswith("RF") and 5 <= len(plain) <= 25 and _mod97(plain)


def _mod97(text: str) -> bool:
    moved = text[4:] + text[:4]
    if not (moved.isascii() and moved.isalnum()):
        return False
    return int("".join(str(int(sign, 36)) for sign in moved)) % 97 == 1
