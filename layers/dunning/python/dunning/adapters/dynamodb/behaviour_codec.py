"""Packing of how a customer pays, as HEAD keeps it, and of the tone that followed, as claims and
records keep that. Pure; every other packing is `codec`'s.
"""

from collections.abc import Iterator

from dunning.domain.behaviour import MANNERS, Count, Record, Standing

_TONES = {"friendly": "f", "persuasive": "p", "formal": "l"}
_TONES_OF = {short: tone for tone, short in _TONES.items()}
_NIBBLE = 15


def pack_tone(tone: str, standing: Standing | None, variant: str = "") -> list[str]:
    """A tone, what it followed from, and what the notice was in an experiment; nothing where there
    is none."""
    if variant:
        return [*([*pack_tone(tone, standing), "", ""][:2]), variant]
    if standing is None:
        return [_TONES.get(tone, tone)] if tone else []
    manner, *counts = standing
    known = ":".join(map(str, (MANNERS.index(manner), *counts)))
    return [_TONES.get(tone, tone), known]


def unpack_tone(fields: list[str]) -> tuple[str, Standing | None]:
    """The tone behind `pack_tone`."""
    tone, known = (*fields, "", "")[:2]
    standing = None
    if known:
        manner, *counts = map(int, known.split(":"))
        standing = Standing(MANNERS[manner], *counts)
    return _TONES_OF.get(tone, tone), standing


def pack_behaviour(record: Record) -> bytes:
    """Settled and late invoices by month: the first month in two bytes, then a byte a month, four
    bits each; a month of more than fourteen says so, and both figures in seven bits a byte."""
    if not record:
        return b""
    first, last = min(record), max(record)
    packed = bytearray(first.to_bytes(2, "big"))
    for month in range(first, last + 1):
        settled, late = record.get(month, Count())
        if settled < _NIBBLE:
            packed.append(settled << 4 | late)
        else:
            packed.append(_NIBBLE << 4)
            packed += _sevens(settled) + _sevens(late)
    return bytes(packed)


def unpack_behaviour(packed: bytes) -> dict[int, Count]:
    """The record behind `pack_behaviour`."""
    record = {}
    month = int.from_bytes(packed[:2], "big")
    rest = iter(packed[2:])
    for byte in rest:
        settled, late = divmod(byte, 16)
        if settled == _NIBBLE:
            settled, late = _number_of(rest), _number_of(rest)
        if settled:
            record[month] = Count(settled, late)
        month += 1
    return record


def _sevens(number: int) -> bytes:
    """A number in seven bits a byte, the least first; the eighth says that more follow."""
    found = bytearray()
    while number > 127:
        found.append(number & 127 | 128)
        number >>= 7
    return bytes((*found, number))


def _number_of(packed: Iterator[int]) -> int:
    number = place = 0
    for byte in packed:
        number |= (byte & 127) << place
        if byte < 128:
            break
        place += 7
    return number
