"""What docs/api.md says to paste, said to the API: each command, and the answer below it."""

import json
import re
import shlex
from pathlib import Path
from typing import NamedTuple

import pytest
from dunning.entry import bootstrap

from tests.unit.billing import Desk

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
ANSWER = "# → "


class Pasted(NamedTuple):
    """A command of the walk, and the answer that the page shows; None: it shows none."""

    method: str
    path: str
    body: str | None
    headers: dict[str, str]
    answer: object


def walk() -> list[Pasted]:
    (block,) = re.findall(r"```bash\n(.*?)```", PAGE, re.DOTALL)
    lines = block.splitlines()
    found = []
    for line, below in zip(lines, [*lines[1:], ""], strict=True):
        if not line.startswith("api "):
            continue
        _, method, path, *more = shlex.split(line)
        body = more.pop(0) if more and not more[0].startswith("-") else None
        named = [one for one in more if one != "-H"]
        headers = dict(one.split(": ", 1) for one in named)
        told = json.loads(below.removeprefix(ANSWER)) if below.startswith(ANSWER) else None
        found.append(Pasted(method, path, body, headers, told))
    return found


def test_every_command_of_the_walk_is_answered_as_the_page_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = Desk()
    monkeypatch.setattr(bootstrap, "api", lambda: desk.door)
    commands = walk()
    assert len(commands) == 7
    answers = {}
    for one in commands:
        headers = {name.lower().replace("-", "_"): said for name, said in one.headers.items()}
        status, answers[one.path] = desk.ask(one.method, one.path, one.body or "", **headers)
        assert status == 200, answers[one.path]
        assert one.answer in (None, answers[one.path])
    assert answers["/invoices/SI10"]["open"] == "200.00"
    (case,) = answers["/cases/c4"]["currencies"]
    assert (case["open"], case["overdue"]) == ("200.00", "0.00")
    story = answers["/cases/c4/why"]["records"]
    assert {"invoice", "payment"} <= {one.get("code") for one in story}
    assert len([one for one in story if one.get("code") == "payment"]) == 1
