"""How a text travels: in the network's own alphabet (3GPP TS 23.038) or, if one character is not in
it, in UCS-2, and in how many parts. What is said is `render_text`'s.
"""

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€\f")
"""These take two places."""
_PLAINER = {
    0x00A0: " ", 0x202F: " ", 0x2009: " ", 0x2018: "'", 0x2019: "'", 0x201A: "'", 0x201C: '"',
    0x201D: '"', 0x201E: '"', 0x00AB: '"', 0x00BB: '"', 0x2010: "-", 0x2011: "-", 0x2013: "-",
    0x2014: "-", 0x2212: "-", 0x2026: "...", 0x200E: "", 0x200F: "", 0x00AD: "", 0x0060: "'",
}  # fmt: skip
"""Signs of print that the alphabet lacks, and what says the same in it. Letters are left alone."""
SINGLE, PART = 160, 153
SINGLE_WIDE, PART_WIDE = 70, 67


def plainer(text: str) -> str:
    """The same without signs of print that would make every character twice as long."""
    return text.translate(_PLAINER)


def parts(text: str) -> int:
    """In how many parts a text travels, each of which is paid for."""
    if all(one in _BASIC or one in _EXTENDED for one in text):
        places = sum(2 if one in _EXTENDED else 1 for one in text)
        single, part = SINGLE, PART
    else:
        places = len(text.encode("utf-16-be")) // 2
        single, part = SINGLE_WIDE, PART_WIDE
    return 1 if places <= single else -(-places // part)
