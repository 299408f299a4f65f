"""What the demo leaves in build/demo: mails that can be opened, the ledger, tables and the summary.
Writes files and prints; counts come from `audit`, figures from the gate and the table.
"""

import csv
import json
from base64 import b64decode
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from rich.console import Console
from rich.table import Table

CONSOLE = Console(width=110)


def write_mails(directory: Path, messages: Iterable[tuple[int, Mapping[str, Any]]]) -> int:
    """Every accepted mail as .eml and .html; returns how many."""
    directory.mkdir(parents=True, exist_ok=True)
    count = 0
    for n, whole in messages:
        request = whole["request"]
        simple = request["Content"]["Simple"]
        body = simple["Body"]
        mail = EmailMessage()
        mail["From"] = request["FromEmailAddress"]
        mail["To"] = ", ".join(request["Destination"]["ToAddresses"])
        if request.get("ReplyToAddresses"):
            mail["Reply-To"] = ", ".join(request["ReplyToAddresses"])
        mail["Subject"] = simple["Subject"]["Data"]
        for header in simple.get("Headers", ()):
            mail[header["Name"]] = header["Value"]
        mail.set_content(body["Text"]["Data"])
        html = body["Html"]["Data"]
        mail.add_alternative(html, subtype="html")
        page: Any = list(mail.iter_parts())[-1]
        for picture in simple.get("Attachments", ()):
            kind, raw, cid = picture["ContentType"], picture["RawContent"], picture.get("ContentId")
            main, _, sub = kind.partition("/")
            name = picture["FileName"]
            if cid is None:
                mail.add_attachment(b64decode(raw), main, sub, filename=name)
                continue
            page.add_related(b64decode(raw), main, sub, cid=f"<{cid}>", filename=name)
            # A browser knows nothing of the parts of a mail.
            html = html.replace(f"cid:{cid}", f"data:{kind};base64,{raw}")
        (directory / f"{n:05}.eml").write_bytes(bytes(mail))
        (directory / f"{n:05}.html").write_text(html, encoding="utf-8")
        count += 1
    return count


def write_calls(directory: Path, messages: Iterable[Mapping[str, Any]]) -> int:
    """Every placed call: its script as it was sent, and what is heard, with who was called and what
    became of it; returns how many."""
    directory.mkdir(parents=True, exist_ok=True)
    count = 0
    for whole in messages:
        request = whole["request"]
        script = str(request["MessageBody"])
        heard = " ".join("".join(ElementTree.fromstring(script).itertext()).split())
        told = (
            f"To: {request['DestinationPhoneNumber']}\n"
            f"From: {request['OriginationIdentity']}\n"
            f"Voice: {request['VoiceId']}\n"
            f"Outcome: {whole.get('failed_by') or 'answered'}\n\n{heard}\n"
        )
        (directory / f"{whole['n']:05}.ssml").write_text(script, encoding="utf-8")
        (directory / f"{whole['n']:05}.txt").write_text(told, encoding="utf-8")
        count += 1
    return count


def write_lines(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """JSON Lines."""
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path.write_text(text, encoding="utf-8")


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """A table as CSV."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)


def show(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """A table on the terminal."""
    table = Table(title=title, title_justify="left", header_style="bold")
    for column in columns:
        table.add_column(column, justify="right" if column in ("count", "mails") else "left")
    for row in rows:
        table.add_row(*(str(cell) for cell in row))
    CONSOLE.print(table)


def by_week(log: Iterable[Mapping[str, Any]], day_of: Mapping[int, str]) -> list[tuple[str, int]]:
    """Accepted mails by week of the demo's own time."""
    weeks: Counter[str] = Counter()
    for row in log:
        if row["accepted"]:
            weeks[day_of[row["n"]][:8] + ("01-15" if day_of[row["n"]][8:] <= "15" else "16-")] += 1
    return sorted(weeks.items())


def outcomes(log: Iterable[Mapping[str, Any]]) -> list[tuple[str, int]]:
    """What the gate did, counted."""
    counted = Counter(
        row["outcome"] + (f", then {row['failed_by']}" if row.get("failed_by") else "")
        for row in log
    )
    return counted.most_common()
