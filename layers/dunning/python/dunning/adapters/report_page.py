"""The report of an import as a page for people in finance: no script, printable, fit for a phone.
What is said stands in the report; here it is only put into words and places.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote

from babel.dates import format_date
from jinja2 import FileSystemLoader, StrictUndefined, Template
from jinja2.sandbox import SandboxedEnvironment

SHOWN = 50
"""Rows to mend that the page shows; the file of bad rows has all."""
SHOWN_ABSENT = 20

FORMATS = {
    "csv": "CSV",
    "tsv": "TSV",
    "xlsx": "Excel workbook",
    "json": "JSON",
    "jsonl": "JSON Lines",
    "ubl": "UBL electronic invoice",
    "cii": "CII electronic invoice",
    "zip": "ZIP archive",
    "datev": "DATEV export",
    "camt.053": "CAMT.053 bank statement",
}
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
HOLDS = {
    "bodies": "ledger bodies",
    "documents": "invoices and credit notes",
    "statement": "a statement of what is open",
    "payments": "payments",
}
KINDS = {
    "credit_note": ("credit note", "credit notes"),
    "write_off": ("write-off", "write-offs"),
    "waive": ("waived charge", "waived charges"),
    "opt_out": ("opt-out", "opt-outs"),
    "wrong_person": ("report of a wrong person", "reports of wrong persons"),
    "match": ("match of a payment", "matches of payments"),
    "plan": ("payment plan", "payment plans"),
}
PLURALS = {"feedback": "feedback", "creditor": "creditor settings"}
NOTES = {
    "terms_applied": "no due day stated; worked out by your terms",
    "terms_of_file": "no due day stated; worked out by the file's own terms",
    "before_statement": "a payment from before the newest statement, which may have counted it",
    "future_day": "of a day to come; taken as of the day of the upload",
    "paid_before": "money for an invoice whose document said it was paid; it is on account",
    "overpaid": "overpaid; nothing is open, and the credit was not recorded",
    "settled_later": "settled on a day that is still to come; the settlement was not recorded",
    "payable_is_more": "more to pay than the total; what is to pay was taken",
    "prepaid_before": "paid in part before; the instalments are of what is left",
    "nothing_owed": "nothing owed, and nothing recorded",
    "amended": "an invoice that was known before, amended",
    "reopened": "more is open than was known; opened again",
    "older_word": "known by a later word; nothing was changed",
    "unmatched": "payments that name nobody; kept until a match says whose they are",
    "waits_for_invoice": "money for an invoice that is not known yet; it waits on account",
    "invoice_of_another_customer": "money for another customer's invoice; it stays on account",
    "other_email": "another e-mail address than the known one, which stays",
    "bad_email": "something that is no e-mail address, left out",
    "bad_phone": "something that is no phone number, left out",
    "bad_country": "something that is no country, left out",
    "bad_language": "something that is no language, left out",
}
FIELDS = {
    "number": "Number",
    "customer": "Customer number",
    "name": "Customer name",
    "due": "Due day",
    "issued": "Day of issue",
    "total": "Amount with tax",
    "open": "Left to pay",
    "email": "E-mail",
    "phone": "Phone",
    "currency": "Currency",
    "settled_on": "Day of payment",
    "disputed": "Disputed",
    "country": "Country",
    "reference": "Payment reference",
}


SKIPPED = {
    "title": ("title row", "title rows"),
    "blank": ("blank row", "blank rows"),
    "group": ("group heading", "group headings"),
    "subtotal": ("subtotal", "subtotals"),
    "total": ("total", "totals"),
    "heading": ("repeated heading", "repeated headings"),
    "draft": ("draft", "drafts"),
    "cash_sale": ("sale paid at once", "sales paid at once"),
    "skipped": ("row of a word to skip", "rows of words to skip"),
}


class ReportPages:
    """Pages from the template below a folder."""

    def __init__(self, templates: Path) -> None:
        self._folder = templates / "reports"

    def page(self, creditor: str, report: Mapping[str, Any]) -> bytes:
        """A report's page: one file that needs no other."""
        return self._template.render(_view(report)).encode("utf-8", "replace")

    @cached_property
    def _template(self) -> Template:
        environment = SandboxedEnvironment(
            loader=FileSystemLoader(self._folder),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        return environment.get_template("import.html.j2")


def _view(report: Mapping[str, Any]) -> dict[str, Any]:
    accepted, unchanged, rejected = (report[name] for name in ("accepted", "unchanged", "rejected"))
    errors = [_error(one) for one in report["errors"][:SHOWN]]
    more = sum(report["reasons"].values()) - len(errors)
    absent = report["understood"].get("absent", {}).get("first", [])
    return {
        "title": f"{report['file']}: what was taken",
        "creditor": report.get("creditor_name") or report["creditor"],
        "file": report["file"],
        "verdict": _verdict(report),
        "asks": _asks(report["questions"]),
        "accepted": f"{accepted:,}",
        "accepted_words": _types(report["types"]) or ("" if accepted else "nothing new in it"),
        "unchanged": f"{unchanged:,}",
        "unchanged_words": "was known already, or repeats another row" if unchanged else "",
        "rejected": f"{rejected:,}",
        "rejected_words": "not taken; see below" if rejected else "every row could be read",
        "some_rejected": bool(rejected),
        "errors": errors,
        "errors_words": (
            "Each stands in the file of rows to mend as it came, with the reason behind it. Mend it"
            " there and upload that file: only these rows are in it."
        ),
        "errors_file": quote(f"{report['version']}.errors.csv", safe=""),
        "more_errors": f"And {more:,} more, in the file of rows to mend." if more > 0 else "",
        "warnings": report["warnings"],
        "absent": absent[:SHOWN_ABSENT],
        "notes": [_note(note) for note in report["notes"]],
        "read": _read(report["understood"]),
        "footer": (
            f"Uploaded on {_day(report['uploaded_on'])}, version {report['version']}. The same"
            " file uploaded again changes nothing."
        ),
    }


def _day(iso: str) -> str:
    if not iso:
        return ""
    return format_date(date.fromisoformat(iso), "d MMMM y", locale="en")


def _verdict(report: Mapping[str, Any]) -> str:
    accepted, unchanged, rejected = (report[name] for name in ("accepted", "unchanged", "rejected"))
    if report["questions"] and not accepted:
        return "Nothing was taken yet: one thing only you can say."
    if rejected and not accepted and not unchanged:
        return "Nothing could be taken."
    if rejected:
        taken = f"{_rows(accepted)} taken" if accepted else "Nothing new"
        return f"{taken}, {_rows(rejected)} to mend."
    if accepted:
        return "Everything in this file was taken."
    return "Nothing new: everything in this file was known already."


def _rows(count: int) -> str:
    return f"{count:,} {'row' if count == 1 else 'rows'}"


def _types(types: Mapping[str, int]) -> str:
    return ", ".join(_counted(kind, count) for kind, count in types.items())


def _counted(kind: str, count: int) -> str:
    one, many = KINDS.get(kind, (kind, PLURALS.get(kind, f"{kind}s")))
    return f"{count:,} {one if count == 1 else many}"


def _error(error: Mapping[str, Any]) -> dict[str, str]:
    row = f"{error['row']:,}" if error["row"] else "the file"
    if error.get("in"):
        row = f"{error['in']}, {row}"
    message = str(error["message"])
    return {
        "row": row,
        "column": str(error.get("column") or ""),
        "value": str(error.get("value") or ""),
        "message": message[:1].upper() + message[1:] + ("" if message.endswith(".") else "."),
    }


def _asks(questions: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Questions by the file that answers them."""
    asks: dict[str, dict[str, Any]] = {}
    for question in questions:
        file = question.get("mapping_file") or {}
        upload_as = file.get("upload_as", "")
        ask = asks.setdefault(
            upload_as,
            {
                "heading": "Before anything can be taken",
                "questions": [],
                "upload_as": upload_as,
                "name": upload_as.rpartition("/")[2],
                "text": file.get("text", ""),
            },
        )
        ask["questions"].append(question)
    return list(asks.values())


def _note(note: Mapping[str, Any]) -> dict[str, str]:
    count, code = note["count"], note["code"]
    examples = note["examples"]
    if code in NOTES:
        example = f"For example {examples[0]}." if examples else ""
        return {"words": f"{_rows(count)}: {NOTES[code]}.", "example": example}
    said = examples[0] if examples else code.replace("_", " ")
    return {"words": f"{_rows(count)}: {said}", "example": ""}


def _read(understood: Mapping[str, Any]) -> list[dict[str, Any]]:
    """How the file was read, and each file in it that has more to say."""
    found = [_part("How this file was read", understood)]
    found += [
        _part(f"How {name} was read", one)
        for name, one in list(understood.get("files", {}).items())[:SHOWN]
    ]
    return [part for part in found if part["facts"] or part["columns"]]


def _part(heading: str, understood: Mapping[str, Any]) -> dict[str, Any]:
    said = understood.get
    layout, skipped = said("layout_title") or said("layout"), said("skipped", {})
    if str(layout).startswith("columns-"):
        layout = f"read by its headings ({layout})"
    facts = (
        ("Format", FORMATS.get(said("format", ""), said("format"))),
        ("Layout", layout),
        ("Sheet", said("sheet")),
        ("Encoding", said("encoding")),
        ("Between the cells", DELIMITERS.get(said("delimiter", ""), said("delimiter"))),
        ("Headings in row", said("header_row")),
        ("Days", said("dates")),
        ("Amounts", said("numbers")),
        ("Currency", _with_source(said("currency"), said("currency_from"))),
        ("It holds", HOLDS.get(said("holds", ""), said("holds"))),
        ("As of", _with_source(_day(said("as_of", "")), said("as_of_from"))),
        ("Answers from", said("mapping")),
        ("Passed over", ", ".join(_passed_over(why, count) for why, count in skipped.items())),
        ("Taken for granted", " ".join(said("assumed", ()))),
    )
    return {
        "heading": heading,
        "facts": [{"name": name, "value": value} for name, value in facts if value],
        "columns": [
            {"heading": heading_, "field": FIELDS.get(field, field.replace("_", " ").capitalize())}
            for field, heading_ in said("columns", {}).items()
        ],
        "unused": ", ".join(said("unused", ())),
    }


def _passed_over(why: str, count: int) -> str:
    one, many = SKIPPED.get(why, (why.replace("_", " "),) * 2)
    return f"{count:,} {one if count == 1 else many}"


def _with_source(value: object, source: object) -> str:
    if not value:
        return ""
    return f"{value} ({source})" if source else str(value)
