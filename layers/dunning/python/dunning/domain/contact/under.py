"""Under which rules an attempt was made, as one short text that claims and records keep. Pure text;
what the rules say is their ruleset's.
"""

import re
from typing import NamedTuple

OWN = "own-"
"""Before the version of a creditor's own contact rules, in place of a ruleset's name."""
_UNDER = re.compile(
    r"(?P<name>.*)@(?P<version>[^@/]*)/(?P<zones>[^@/ ]*)(?P<rest>( -\S+)*)\Z", re.DOTALL
)


class Under(NamedTuple):
    """`standard@2026-11-22/2026f`: ruleset, version of the shipped rules, version of the time-zone
    data; behind them ` -p_us_hours` for each rule that was out of force, signed off."""

    name: str
    version: str
    time_zones: str
    overrides: tuple[str, ...] = ()

    @property
    def own(self) -> int:
        """The version of the creditor's own rules; 0: it was under shipped ones."""
        number = self.name.removeprefix(OWN)
        return int(number) if number != self.name and number.isdigit() else 0

    @property
    def text(self) -> str:
        """As claims and records keep it."""
        rest = "".join(f" -{rule}" for rule in self.overrides)
        return f"{self.name}@{self.version}/{self.time_zones}{rest}"


def under(text: str) -> Under | None:
    """What a record says of the rules; None: it is of gates without a ruleset."""
    found = _UNDER.match(text)
    if found is None:
        return None
    rules = tuple(word[1:] for word in found["rest"].split())
    return Under(found["name"], found["version"], found["zones"], rules)
