"""What the gate saw: one line a request, and each accepted message whole.

The only memory of the gate that outlives it; whoever counts duplicates and losses counts here.
"""

import json
import threading
from datetime import datetime
from pathlib import Path
from typing import Any

ITEMS_HEADER = "X-Duecourse-Items"


class Journal:
    """Appends to `log.jsonl` and writes `messages/{n}.json` in its directory."""

    def __init__(self, directory: Path) -> None:
        self._lock = threading.Lock()
        self._directory = directory
        self._messages = directory / "messages"
        self._last = 0
        self._rows: list[dict[str, Any]] = []
        self._messages.mkdir(parents=True, exist_ok=True)
        self.path = directory / "log.jsonl"
        self.path.touch()

    def number(self) -> int:
        """The next request's serial; requests are numbered as they arrive."""
        with self._lock:
            self._last += 1
            return self._last

    def write(self, row: dict[str, Any], whole: dict[str, Any] | None = None) -> None:
        """The message first: who reads a line of the log finds what it speaks of."""
        if whole is not None:
            path = self._messages / f"{row['n']}.json"
            path.write_text(json.dumps(whole, ensure_ascii=False, indent=1), encoding="utf-8")
        with self._lock:
            self._rows.append(row)
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row, ensure_ascii=False) + "\n")

    def rows(self, after: int = 0) -> list[dict[str, Any]]:
        with self._lock:
            return [row for row in self._rows if row["n"] > after]

    def message(self, n: int) -> dict[str, Any] | None:
        path = self._messages / f"{n}.json"
        if not path.is_file():
            return None
        whole: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return whole

    def clear(self) -> None:
        with self._lock:
            self._rows.clear()
            self.path.write_text("", encoding="utf-8")
            for path in self._messages.glob("*.json"):
                path.unlink()


def mail_row(n: int, at: datetime, params: dict[str, Any], to: str) -> dict[str, Any]:
    """What the log says of a mail, before its outcome is known; of a request of any shape."""
    simple = _dict(_dict(params.get("Content")).get("Simple"))
    tags = _pairs(params.get("EmailTags"))
    return {
        "n": n,
        "at": at.isoformat(timespec="milliseconds"),
        "service": "ses",
        "channel": "email",
        "to": to,
        "notice": tags.get("notice"),
        "attempt": tags.get("attempt"),
        "account": tags.get("account"),
        "items": _pairs(simple.get("Headers")).get(ITEMS_HEADER),
        "subject": _dict(simple.get("Subject")).get("Data"),
    }


def call_row(
    n: int, at: datetime, params: dict[str, Any], channel: str = "voice"
) -> dict[str, Any]:
    """What the log says of a call or a text, before its outcome is known."""
    context = _dict(params.get("Context"))
    return {
        "n": n,
        "at": at.isoformat(timespec="milliseconds"),
        "service": "voice",
        "channel": channel,
        "to": str(params.get("DestinationPhoneNumber", "")),
        "notice": context.get("notice"),
        "attempt": context.get("attempt"),
        "account": context.get("account"),
        "items": context.get("items"),
        "subject": None,
    }


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _pairs(value: object) -> dict[str, str]:
    pairs = [_dict(pair) for pair in value] if isinstance(value, list) else []
    return {pair["Name"]: pair["Value"] for pair in pairs if {"Name", "Value"} <= set(pair)}
