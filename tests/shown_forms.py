"""The forms of a page as whoever fills them in sees them; for tests over handlers and over HTTP."""

import re
from typing import NamedTuple
from urllib.parse import urlencode

_FORM = re.compile(r'<form[^>]* action="([^"]+)">(.*?)</form>', re.DOTALL)
_FIELD = re.compile(r'<input type="(\w+)" name="([\w-]+)" value="([^"]*)"( checked)?>')
_BUTTON = re.compile(r'<button type="submit" name="(\w+)" value="([\w-]+)">([^<]+)</button>')


class Form(NamedTuple):
    """One form: its address, its fields (kind, name, value, checked), its buttons (name, value,
    label)."""

    action: str
    fields: list[tuple[str, str, str, str]]
    buttons: list[tuple[str, str, str]]

    @property
    def labels(self) -> list[str]:
        """What stands on its buttons."""
        return [label for _, _, label in self.buttons]

    @property
    def items(self) -> list[str]:
        """What may be chosen of it."""
        return [value for _, name, value, _ in self.fields if name == "item"]

    @property
    def chosen(self) -> list[str]:
        """What is chosen beforehand."""
        return [value for kind, name, value, on in self._sent() if name == "item"]

    def body(self, button: int = 0, **other: object) -> str:
        """What a browser sends for one of its buttons; `other` fields stand in place of its own."""
        said = [(name, value) for _, name, value, _ in self._sent() if name not in other]
        pressed, value, _ = self.buttons[button]
        said += [(pressed, value)] if pressed not in other else []
        return urlencode([*said, *other.items()], doseq=True)

    def _sent(self) -> list[tuple[str, str, str, str]]:
        return [one for one in self.fields if one[0] == "hidden" or one[3]]


def pay_forms(html: str) -> list[Form]:
    """The forms of a page that begin a payment."""
    found = (
        Form(action, _FIELD.findall(inside), _BUTTON.findall(inside))
        for action, inside in _FORM.findall(html)
    )
    return [form for form in found if form.action.endswith("pay")]
