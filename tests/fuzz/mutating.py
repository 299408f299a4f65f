"""Strategies of hypothesis: valid files, damaged as bytes and as what they are made of."""

import json
import re
from collections.abc import Callable

from hypothesis import strategies as st

from tests.fuzz import samples

NASTY_TEXT = (
    "", " ", "0", "-1", "1e999", "NaN", "Infinity", "9" * 40, "1,5", "٣", "\u202e", "\ufeff",
    "x" * 300, "\\ud800", "\\u0000",
    "2026-02-30", "20260230", "0000-00-00", "9999-12-31", "99991231", "2026-13-01T99", "EUR", "XXX",
    "--", "380", "325", "=1+1", "a@b", "\x7f", "\ud7ff", "<", "&amp;", "&#0;", "]]>", "'\"",
    "1899-12-31", "-0", "+.", "٢٠٢٦-٠١-٠١", "1_000", "0x10", "\n\n", "\t",
)  # fmt: skip
SAMPLES = samples.every()
TEXTS = tuple(name for name in SAMPLES if name.endswith((".xml", ".json", ".jsonl")))
TABLES = ("plain.csv", "german.csv", "lines.csv", "datev.csv")
_TEXT = re.compile(r">([^<>]+)<|'([^'<>]*)'|\"([^\"<>]*)\"|([0-9][0-9.\-]*)")
_TAG = re.compile(r"</?[\w:]+[^<>]*>")


@st.composite
def damaged_bytes(draw: st.DrawFn) -> tuple[str, bytes]:
    """A valid file with a few bytes cut, doubled, swapped or overwritten."""
    name = draw(st.sampled_from(sorted(SAMPLES)))
    body = SAMPLES[name]
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(body)))
        end = min(len(body), at + draw(st.integers(0, 40)))
        how = draw(st.integers(0, 4))
        part = body[at:end]
        other = draw(st.binary(max_size=8)) if how == 1 else b""
        body = {
            0: body[:at] + body[end:],
            1: body[:at] + other + body[end:],
            2: body[:end] + part * 3 + body[end:],
            3: body[:at] + part[::-1] + body[end:],
            4: body[:at],
        }[how]
    return name, body


@st.composite
def damaged_texts(draw: st.DrawFn) -> tuple[str, bytes]:
    """A valid XML or JSON file with other values, or with its elements elsewhere."""
    name = draw(st.sampled_from(TEXTS))
    if name == "utf16.xml":
        text, written = SAMPLES[name].decode("utf-16"), "utf-16"
    else:
        text, written = SAMPLES[name].decode(), draw(st.sampled_from(("utf-8", "latin-1")))
    for _ in range(draw(st.integers(1, 4))):
        pattern, change = draw(st.sampled_from(_CHANGES))
        found = list(pattern.finditer(text))
        if found:
            one = draw(st.sampled_from(found))
            text = change(draw, text, one)
    return name, text.encode(written, "replace")


def _value(draw: st.DrawFn, text: str, one: re.Match[str]) -> str:
    group = next(number for number in range(1, 5) if one.group(number) is not None)
    value = draw(st.sampled_from(NASTY_TEXT) | st.text(max_size=20))
    return text[: one.start(group)] + value + text[one.end(group) :]


def _without(draw: st.DrawFn, text: str, one: re.Match[str]) -> str:
    return text[: one.start()] + text[one.end() :]


def _doubled(draw: st.DrawFn, text: str, one: re.Match[str]) -> str:
    """An element, whole, several times (or what begins there, if it has no end)."""
    tag = re.match(r"<([\w:]+)", one.group())
    end = text.find(f"</{tag.group(1)}>", one.end()) if tag else -1
    stop = end + len(one.group()) + 1 if end >= 0 else one.end()
    return text[:stop] + text[one.start() : stop] * draw(st.integers(1, 3)) + text[stop:]


_Change = Callable[[st.DrawFn, str, "re.Match[str]"], str]
_CHANGES: tuple[tuple[re.Pattern[str], _Change], ...] = (
    (_TEXT, _value), (_TEXT, _value), (_TAG, _without), (_TAG, _doubled)
)  # fmt: skip


@st.composite
def damaged_tables(draw: st.DrawFn) -> tuple[str, bytes]:
    """A valid table with other cells, without some, with rows or columns moved or doubled."""
    name = draw(st.sampled_from(TABLES))
    text = {"lines.csv": samples.LINES, "german.csv": samples.GERMAN, "datev.csv": samples.DATEV}
    rows = [re.split(r"[,;\t]", row) for row in text.get(name, samples.CSV).splitlines()]
    for _ in range(draw(st.integers(1, 5))):
        at = draw(st.integers(0, len(rows) - 1))
        how = draw(st.integers(0, 4))
        if how == 0:
            cell = draw(st.integers(0, len(rows[at]) - 1))
            rows[at][cell] = draw(st.sampled_from(NASTY_TEXT) | st.text(max_size=12))
        elif how == 1:
            rows.insert(draw(st.integers(0, len(rows))), list(rows[at]))
        elif how == 2 and len(rows) > 1:
            del rows[at]
        elif how == 3 and len(rows[at]) > 1:
            del rows[at][draw(st.integers(0, len(rows[at]) - 1))]
        else:
            rows[at].insert(0, draw(st.sampled_from(NASTY_TEXT)))
    made = draw(st.sampled_from(",;\t|")).join
    encoding = draw(st.sampled_from(("utf-8", "utf-8-sig", "cp1252", "utf-16")))
    return name, "\r\n".join(map(made, rows)).encode(encoding, "replace")


def json_values() -> st.SearchStrategy[object]:
    """JSON of the keys that matter, with values that may not."""
    keys = st.sampled_from(
        ("type", "on", "object", "data", "currency", "total", "number", "customer", "due_date",
         "amount_remaining", "status", "created", "status_transitions", "livemode", "invoiceNumber")
    )  # fmt: skip
    leaf = (
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False)
        | st.sampled_from((*NASTY_TEXT, "invoice", "list", "eur", "payment", "2026-01-01"))
    )  # fmt: skip
    return st.recursive(
        leaf,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=6),
        max_leaves=20,
    )


def json_files() -> st.SearchStrategy[tuple[str, bytes]]:
    """JSON, and JSON Lines, of such values."""
    whole = json_values().map(lambda value: ("a.json", json.dumps(value).encode()))
    lines = st.lists(json_values(), max_size=4).map(
        lambda values: ("a.jsonl", samples.json_lines(values))
    )
    return whole | lines
