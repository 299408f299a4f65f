"""How a creditor shows itself in its messages: logo, colours that can be read, signature, and whom
to call. Values and the contrast rule of WCAG 2 (1.4.3); reading the settings is `reading_brand`'s.
"""

from typing import NamedTuple

WHITE, PAPER, NIGHT = "#ffffff", "#f2f4f3", "#242d29"
"""Grounds that the brand's colour stands on: the card, the band on it, and the band at night, which
is the lightest of the night's."""
INK = "#1b2320"
LEAST_CONTRAST = 4.5
"""Of text on its ground (WCAG 2.2, 1.4.3, level AA)."""
USUAL_COLOUR = "#0f5c47"


class Brand(NamedTuple):
    """A creditor's brand, as `brand` of creditor.json gives it. It is kept by position: what is new
    goes to the end, with a default."""

    logo: str = ""
    """https address of a picture; it is loaded from there when a mail is opened."""
    logo_width: int = 160
    """Pixels at which it is shown."""
    colour: str = USUAL_COLOUR
    """#rrggbb of bar, buttons and totals: readable on white, and white on it."""
    signature: tuple[str, ...] = ()
    """Lines below the closing; none: the creditor's name."""
    imprint: str = ""
    """What the law wants below a business letter: seat, register, tax number."""
    privacy: str = ""
    """https address of the notice on data protection."""
    contact: str = ""
    """The natural person to ask for, by name."""
    phone: str = ""
    """The number to call back, as +35315551234."""
    qr: bool = True
    """Whether mails in EUR carry a QR code of the transfer, where there is an IBAN."""

    @property
    def colour_at_night(self) -> str:
        """The colour as it can be read on a dark ground: mixed with white as far as it takes."""
        return towards(self.colour, WHITE, NIGHT)


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def readable(colour: str) -> bool:
    """Whether a brand's colour may be text on the card and its band, and carry white text."""
    return min(contrast(colour, WHITE), contrast(colour, PAPER)) >= LEAST_CONTRAST


def towards(colour: str, end: str, ground: str) -> str:
    """The colour nearest to the given one, on its way to `end`, that is readable on a ground."""
    begin, goal = _parts(colour), _parts(end)
    for tenth in range(21):
        mixed = [round(a + (b - a) * tenth / 20) for a, b in zip(begin, goal, strict=True)]
        found = "#" + "".join(f"{part:02x}" for part in mixed)
        if contrast(found, ground) >= LEAST_CONTRAST:
            return found
    return end


def _parts(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[place : place + 2], 16) for place in (1, 3, 5))


def _luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (one / 255 for one in _parts(colour))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


NO_BRAND = Brand()
"""What a creditor that says nothing of it looks like."""
