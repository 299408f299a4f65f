"""A creditor's settings from the JSON that its row keeps."""

import json
from dataclasses import fields
from typing import Any

from dunning.domain.brand import Brand
from dunning.domain.creditor import Creditor
from dunning.domain.experiments import Stopped


def settings_of(creditor: str, text: str | None) -> Creditor:
    """The settings behind their JSON; none for no text."""
    if not text:
        return Creditor(creditor)
    stored: dict[str, Any] = json.loads(text)
    names = {field.name for field in fields(Creditor)}
    known: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in stored.items()
        if name in names
    }
    if "brand" in known:
        known["brand"] = Brand._make(
            tuple(one) if isinstance(one, list) else one for one in known["brand"]
        )
    known["stopped"] = tuple(map(Stopped._make, known.get("stopped", ())))
    return Creditor(**known)
