"""From a decision to a letter: the page of figures and words that a mail has, on paper, and the PDF
of it. Whether and when it goes is decided elsewhere; where it is put is the sender's (letters).
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dunning.domain.account import Account
from dunning.domain.due import Send
from dunning.domain.identity import account_tag, notice_id
from dunning.domain.notice import items_digest
from dunning.domain.policy import Rulebook
from dunning.domain.reach import LETTER
from dunning.domain.wordings import wording_of
from dunning.service.ports import Attachment, Links, Message
from dunning.service.printing_ports import LETTER as LAYOUT
from dunning.service.printing_ports import Printer

from .figures import day, locale_of
from .pdf_sheet import SheetWords, bank_shown, broken, paper_of, plain, recipient_of, sheet
from .render_lines import Writer
from .render_page import demand_page
from .wording import NoWording, Wordings, Words

NO_LINKS = Links()
PDF = "application/pdf"


class LetterWordings:
    """The words of letters: their own (templates/letter), over those of mails."""

    def __init__(self, templates: Path) -> None:
        self._mails = Wordings(templates / "email" / "wording")
        self._folder = templates / "letter" / "wording"
        self._read: dict[str, Words] = {}

    def languages(self) -> tuple[str, ...]:
        """What there are words in."""
        return tuple(sorted(file.stem for file in self._folder.glob("*.toml")))

    def of(self, wanted: str) -> Words:
        """The words of a language, else of English."""
        mails = self._mails.of(wanted)
        if mails.language not in self._read:
            file = self._folder / f"{mails.language}.toml"
            if not file.is_file():
                raise NoWording(f"{mails.language} has no words for letters")
            own = tomllib.loads(file.read_text(encoding="utf-8"))
            self._read[mails.language] = Words(mails.language, _over(mails.raw, own))
        return self._read[mails.language]

    def edition(self, words: Words) -> str:
        """As a history record names it: the version of the letter's words, and of the mail's."""
        return f"{words.version}.{self._mails.of(words.language).version}"


class LetterRenderer:
    """Letters from the built templates of a folder. The same account and day give the same bytes.
    Raises NoWording, NotPrinted."""

    def __init__(self, templates: Path, printer: Printer) -> None:
        self.wordings = LetterWordings(templates)
        self._sheets = SheetWords(templates)
        self._printer = printer

    def render(
        self, creditor: str, account: str, state: Account, rulebook: Rulebook, send: Send
    ) -> Message:
        """The letter of a reminder, as the one file of its message. Without a file: it holds signs
        that no font has, and is not to be sent."""
        words = self.wordings.of(state.customer.language or rulebook.creditor.language)
        view = self.view(state, rulebook, send)
        made = self._printer.print(LAYOUT, view)
        notice = notice_id(account, send.serial)
        file = Attachment(f"{notice}-{send.attempt}.pdf", PDF, made.pdf)
        wording = wording_of(rulebook.named(send.policy), send.level, send.variant)
        edition = self.wordings.edition(words)
        return Message(
            channel=LETTER,
            sender="",
            to="",
            subject="",
            text="",
            html="",
            template=f"letter-{wording}-{edition}-{words.language}-{send.tone}",
            headers=(
                ("day", send.run.isoformat()),
                ("country", (state.customer.country or "").upper()),
                ("paper", view["paper"]),
            ),
            tags=(
                ("notice", notice),
                ("attempt", str(send.attempt)),
                ("account", account_tag(account)),
                ("items", items_digest(send)),
            ),
            attachments=() if made.unshown else (file,),
            language=words.language,
        )

    def view(self, state: Account, rulebook: Rulebook, send: Send) -> dict[str, Any]:
        """What the layout places."""
        creditor, customer = rulebook.creditor, state.customer
        words = self.wordings.of(customer.language or creditor.language)
        said = self._sheets.of(words.language)
        locale = locale_of(customer, creditor)
        shown = demand_page(state, rulebook, send, Writer(words, locale, send.currency), NO_LINKS)
        labels, brand = words["labels"], creditor.brand
        bank = bank_shown(
            creditor,
            labels,
            shown["bank"],
            shown["reference"],
            minor=send.total,
            currency=send.currency,
            locale=locale,
        )
        return {
            **sheet(
                creditor,
                customer,
                said,
                title=said["letter"]["title"].format(creditor=plain(shown["creditor"])),
                day=send.run,
                # The creditor's print service prints it.
                paper=paper_of(creditor.country, customer.country),
                info=[
                    (said["sheet"]["date"], day(send.run, locale)),
                    (said["sheet"]["customer"], customer.customer),
                    (said["sheet"]["contact"], brand.contact),
                    (said["sheet"]["phone"], brand.phone),
                    (said["sheet"]["email"], creditor.reply_to or ""),
                ],
                recipient=recipient_of(creditor, customer),
                folded=True,
            ),
            "heading": plain(shown["subject"]),
            "greeting": plain(shown["greeting"]),
            "opening": plain(shown["opening"]),
            "amount": labels["open"],
            "tables": [
                *(_table(one, labels) for one in shown["tables"]),
                *_charges(shown["charges"], labels),
            ],
            "notes": [plain(shown["credit"])] if shown["credit"] else [],
            "total": shown["total"],
            "total_label": shown["total_label"],
            "request": [plain(one) for one in (shown["request"], *shown["more"])],
            "bank": bank,
            "wrong": {"heading": labels["wrong"], "text": labels["wrong_text"]},
            "closing": plain(shown["closing"]),
            "signature": [plain(line) for line in shown["signature"]],
        }


def _over(mails: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """A letter's words over a mail's, table by table; a mail's own preview and heading have no
    place on paper."""
    found = dict(mails)
    for key, value in own.items():
        before = found.get(key)
        both = isinstance(value, Mapping) and isinstance(before, Mapping) and "other" not in value
        found[key] = _over(before, value) if both and isinstance(before, Mapping) else value
    return found


def _table(table: Mapping[str, Any], labels: Mapping[str, Any]) -> dict[str, Any]:
    """A table of the mail in the rows of the layout."""
    return {
        "caption": table["caption"],
        "column": labels["invoice"],
        "lines": [
            {
                "name": broken(plain(line["name"])),
                "small": [
                    plain(one)
                    for one in (
                        _beside(line["issued"], _joined(line["due"], line["late"])),
                        _beside(*line["details"]),
                    )
                    if one
                ],
                "amount": line["open"],
                "of": "",
            }
            for line in table["lines"]
        ],
    }


def _charges(charges: list[Mapping[str, Any]], labels: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Charges in a table of their own, each with its reason."""
    lines = [
        {
            "name": broken(plain(one["name"])),
            "small": [plain(one["why"])],
            "amount": one["amount"],
            "of": "",
        }
        for one in charges
    ]
    caption = labels["charges"]
    return [{"caption": caption, "column": caption, "lines": lines}] if lines else []


def _beside(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)
