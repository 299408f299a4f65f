"""How a cell telephones: from which number in which country, for how much at most, in which voice.
Read from one text of a function's settings; no request is made here.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

VOICES: Mapping[str, str] = {
    "da": "NAJA",
    "de": "VICKI",
    "en": "AMY",
    "en-AU": "NICOLE",
    "en-US": "JOANNA",
    "en-CA": "JOANNA",
    "es": "LUCIA",
    "es-MX": "MIA",
    "es-US": "LUPE",
    "fr": "LEA",
    "fr-CA": "CHANTAL",
    "it": "BIANCA",
    "ja": "MIZUKI",
    "nb": "LIV",
    "nl": "LOTTE",
    "no": "LIV",
    "pl": "EWA",
    "pt": "INES",
    "pt-BR": "CAMILA",
    "ro": "CARMEN",
    "sv": "ASTRID",
    "tr": "FILIZ",
}
"""By language, and by language and country of the number that is called: a caller who speaks as
people there do is understood. All of them are voices of SendVoiceMessage."""

CALL_SECONDS = 300
"""A call that could not be placed in that time is not placed at all. AWS tries for three days
where nobody says so, and a call of 20:55 would ring in the night."""
TEXT_SECONDS = 3_600
_PRICE = re.compile(r"[0-9]{0,2}\.[0-9]{1,5}\Z")
_COUNTRY = re.compile(r"[A-Z]{2}\Z")


class PhoneSetupError(ValueError):
    """The settings cannot be telephoned with; the message names what to mend."""


class Line(NamedTuple):
    """What a country is called from. An empty identity: that is not done there."""

    call_from: str = ""
    """Pool, number or ARN of either, for calls."""
    text_from: str = ""
    """The same, or a sender id, for texts."""
    per_minute: str = ""
    """Most US dollars a minute of a call, as `0.20`; a dearer number is not called."""
    per_text: str = ""
    """Most US dollars a part of a text."""


@dataclass(frozen=True, slots=True)
class PhoneSetup:
    """All that a sender needs to know beside the message."""

    configuration_set: str
    lines: Mapping[str, Line]
    """By the country of the number that is called."""
    protect: str = ""
    """Id of the protect configuration: which countries may be called at all."""
    voices: Mapping[str, str] = field(default_factory=dict)
    """Voices other than the usual ones, keyed as they are."""
    call_seconds: int = CALL_SECONDS
    text_seconds: int = TEXT_SECONDS

    def voice(self, language: str, country: str, asked: str = "") -> str:
        """The voice of a language in a country: the cell's own, else the one that is asked for,
        else the usual one. Empty where none speaks it."""
        short = language.replace("_", "-").partition("-")[0].lower()
        keys = (f"{short}-{country}", short)
        own = next((self.voices[key] for key in keys if key in self.voices), "")
        usual = next((VOICES[key] for key in keys if key in VOICES), "")
        return own or asked or usual


def read_setup(text: str) -> PhoneSetup:
    """The setup in a JSON text: `set`, `protect`, `voices`, `call_seconds`, `text_seconds`, and
    `lines` by country, each with `call`, `text`, `minute`, `part`. Raises PhoneSetupError."""
    try:
        raw = json.loads(text)
    except ValueError:
        raise PhoneSetupError("the telephone settings are not JSON") from None
    if not isinstance(raw, dict) or not isinstance(raw.get("lines"), dict):
        raise PhoneSetupError('write {"set": …, "lines": {"DE": {"call": …, "minute": "0.20"}}}')
    if not raw.get("set"):
        raise PhoneSetupError("set is missing: the configuration set that tells what became of it")
    return PhoneSetup(
        configuration_set=str(raw["set"]),
        lines={country: _line(country, one) for country, one in raw["lines"].items()},
        protect=str(raw.get("protect", "")),
        voices={str(key): str(value) for key, value in dict(raw.get("voices") or {}).items()},
        call_seconds=_seconds(raw, "call_seconds", CALL_SECONDS),
        text_seconds=_seconds(raw, "text_seconds", TEXT_SECONDS),
    )


def _line(country: str, raw: object) -> Line:
    if not _COUNTRY.match(country) or not isinstance(raw, dict):
        raise PhoneSetupError(f"lines.{country}: write the country as DE, and what it is called by")
    line = Line(*(str(raw.get(name) or "") for name in ("call", "text", "minute", "part")))
    for identity, price, name in (
        (line.call_from, line.per_minute, "minute"),
        (line.text_from, line.per_text, "part"),
    ):
        if (identity or price) and not _PRICE.match(price):
            raise PhoneSetupError(
                f"lines.{country}.{name} is {price!r}; say the most it may cost in dollars, as 0.20"
            )
    return line


def _seconds(raw: Mapping[str, Any], name: str, usual: int) -> int:
    value = raw.get(name, usual)
    if not isinstance(value, int) or not 5 <= value <= 259_200:
        raise PhoneSetupError(f"{name} is {value!r}; write seconds from 5 to 259200")
    return value
