"""The statement as a PDF: whole in every language, for accounts that nobody likes to render; for
screen readers too; the same bytes for the same account; and its text is never taken for markup.
"""

import json
from dataclasses import replace

import pytest
import zxingcpp
from dunning.adapters import pdf_printer, pdf_remote
from dunning.adapters.figures import locale_of, money
from dunning.adapters.pdf_remote import RemotePrinter, answered
from dunning.adapters.pdf_statement import StatementPdf
from dunning.adapters.portal_words import LANGUAGES
from dunning.adapters.transfer_code import drawing, payload, picture
from dunning.domain.owed import owed
from dunning.service.printing_ports import NotPrinted, Printed

from infra.templates import built
from tests.portal_example import NORTHWIND, cases, customer
from tests.unit.printed import bare, printer, reader, tags, text
from tests.unit.telling import NASTY, PLAIN, TODAY, Told
from tests.unit.test_transfer_code import pixels

STATEMENTS = StatementPdf(built(), printer())


def made(told: Told, language: str, *, named: bool = True) -> Printed:
    state = told.state
    who = replace(state.customer, language=language)
    return STATEMENTS.statement(told.rulebook.creditor, who, owed(state, TODAY), TODAY, named=named)


CASES = (
    *((PLAIN, language) for language in LANGUAGES),
    *((told, LANGUAGES[1 + place]) for place, told in enumerate(NASTY)),
)
"""The plain account in every language, and each of the nasty ones in one."""


@pytest.mark.parametrize(("account", "language"), CASES, ids=lambda one: getattr(one, "name", one))
def test_every_statement_is_whole(account: Told, language: str) -> None:
    printed = made(account, language)
    said = text(printed.pdf)
    assert printed.unshown == ()
    locale = locale_of(replace(account.state.customer, language=language), NORTHWIND)
    for item in account.state.open:
        assert bare(item.ref.invoice) in bare(said)
        assert bare(money(item.open, account.currency, locale)) in bare(said)
    (case,) = owed(account.state, TODAY)
    assert bare(money(case.now, account.currency, locale)) in bare(said)
    name = account.state.customer.name
    if name.isascii() or "Zürich" in name:
        assert bare(name) in bare(said)
    if account.currency == "EUR":
        assert "IE29 AIBK 9311 5212 3456 78" in said
    pages = len(reader(printed.pdf).pages)
    assert bare(f"{pages}") in bare(said.splitlines()[-1])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_screen_reader_finds_its_way(language: str) -> None:
    pdf = made(PLAIN, language).pdf
    root = reader(pdf).trailer["/Root"]
    assert root["/Lang"].partition("-")[0] == language  # type: ignore[index]
    assert root["/MarkInfo"]["/Marked"].value is True  # type: ignore[index]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True  # type: ignore[index]
    assert b"pdfuaid:part" in reader(pdf).trailer["/Root"]["/Metadata"].get_object().get_data()  # type: ignore[index]
    found = tags(pdf)
    assert next(one for one in found if one.startswith("H")) == "H1"
    assert {"Table", "TR", "TH", "TD", "Figure"} <= set(found)


def test_what_a_file_says_of_itself_names_the_creditor_and_nobody_else() -> None:
    told = reader(made(PLAIN, "en").pdf)
    assert told.metadata is not None
    assert told.metadata["/Title"] == "Statement of account, Northwind Traders"
    assert told.metadata["/Author"] == "Northwind Traders"
    beside = told.trailer["/Root"]["/Metadata"].get_object().get_data().decode()  # type: ignore[index]
    for private in ("Harbour", "c-1042", "NW-1042", "office@"):
        assert private not in str(dict(told.metadata)) + beside


def test_behind_a_link_that_may_be_forwarded_stands_no_name() -> None:
    assert "Harbour" in text(made(PLAIN, "en").pdf)
    assert "Harbour" not in text(made(PLAIN, "en", named=False).pdf)


def test_the_same_account_is_the_same_bytes_and_another_day_is_not() -> None:
    one = made(PLAIN, "it").pdf
    other = StatementPdf(built(), pdf_printer.TypstPrinter(built()))
    state = PLAIN.state
    who = replace(state.customer, language="it")
    again = other.statement(PLAIN.rulebook.creditor, who, owed(state, TODAY), TODAY, named=True)
    assert again.pdf == one
    tomorrow = TODAY.replace(day=24)
    later = STATEMENTS.statement(NORTHWIND, who, owed(state, tomorrow), tomorrow, named=True)
    assert later.pdf != one


@pytest.mark.parametrize(
    "name",
    [
        '#panic("x")',
        "*bold* _slanted_ `raw` $x^2$ = heading",
        '@label <label> #import "sheet.typ"',
        "// no comment /* nor this */ \\ # [ ] { }",
        "#{sys.inputs.view} http://x.example",
    ],
)
def test_what_customers_write_is_text_and_never_markup(name: str) -> None:
    told = replace(PLAIN, state=replace(PLAIN.state, customer=replace(customer(), name=name)))
    assert bare(name) in bare(text(made(told, "en").pdf))


def test_names_of_many_scripts_are_written_in_their_own_signs() -> None:
    names = "Ωμέγα ΑΕ, Жук и сыновья, שלום, شركة, 山田太郎, 김철수, Nguyễn, Łódź, ąęș"
    told = replace(PLAIN, state=replace(PLAIN.state, customer=replace(customer(), name=names)))
    printed = made(told, "en")
    assert printed.unshown == ()
    fonts = {
        str(font["/BaseFont"]).partition("+")[2]
        for page in reader(printed.pdf).pages
        for font in page["/Resources"]["/Font"].values()  # type: ignore[index]
    }
    assert {one.partition("-")[0] for one in fonts} == {
        "NotoSans", "Heebo", "NotoSansArabic", "NotoSansCJKtc"
    }  # fmt: skip


def test_a_sign_that_no_font_has_is_told_and_stands_as_one_that_says_so() -> None:
    told = replace(PLAIN, state=replace(PLAIN.state, customer=replace(customer(), name="A🦊B ก")))
    printed = made(told, "en")
    assert set(printed.unshown) == {"🦊", "ก"}
    assert "A\N{REPLACEMENT CHARACTER}B \N{REPLACEMENT CHARACTER}" in text(printed.pdf)


def test_nothing_open_is_said() -> None:
    pdf = STATEMENTS.statement(NORTHWIND, customer("de"), (), TODAY, named=False).pdf
    assert "Es ist nichts offen" in text(pdf)
    assert "IBAN" not in text(pdf)


@pytest.mark.parametrize(("country", "width"), [("US", 612), ("CA", 612), ("IE", 595), (None, 595)])
def test_the_paper_is_that_of_the_customers_country(country: str | None, width: int) -> None:
    who = replace(customer(), country=country)
    pdf = STATEMENTS.statement(NORTHWIND, who, cases(), TODAY, named=False).pdf
    assert int(reader(pdf).pages[0].mediabox.width) == width


def test_two_currencies_have_no_code_as_a_transfer_has_one() -> None:
    told = NASTY[0]
    both = (*owed(PLAIN.state, TODAY), *owed(told.state, TODAY))
    view = STATEMENTS.view(NORTHWIND, customer(), both, TODAY, named=False)
    assert view["bank"]["qr"] is None
    assert STATEMENTS.view(NORTHWIND, customer(), both[:1], TODAY, named=False)["bank"]["qr"]


def test_the_drawn_code_has_the_modules_of_the_picture_that_readers_read() -> None:
    said = payload(
        holder="Northwind", iban="IE29AIBK93115212345678", bic="", cents=1, reference="x"
    )
    assert said is not None
    grey = pixels(picture(said))
    (found,) = zxingcpp.read_barcodes(grey)
    assert found.text == said
    size = grey.shape[0] // 4  # type: ignore[index]
    dark = {(x, y) for y in range(size) for x in range(size) if not grey[4 * y, 4 * x]}
    drawn = drawing(said)
    assert {
        tuple(map(int, one.partition("h")[0].split()))
        for one in drawn.split('d="')[2].split('"')[0].split("M")[1:]
    } == dark


class Asked:
    """The function as its client sees it, with nothing between."""

    def __init__(self, error: str = "") -> None:
        self.error = error
        self.asked: list[str] = []

    def invoke(self, FunctionName: str, Payload: bytes) -> dict[str, object]:  # noqa: N803
        self.asked.append(FunctionName)

        class Body:
            def read(self) -> bytes:
                event = json.loads(Payload)
                return json.dumps(answered(printer(), event)).encode()

        return {"Payload": Body(), **({"FunctionError": self.error} if self.error else {})}


def test_another_functions_printer_gives_the_same_pdf() -> None:
    view = STATEMENTS.view(NORTHWIND, customer(), cases(), TODAY, named=False)
    client = Asked()
    remote = RemotePrinter(lambda: client, "duecourse-x-print-pdf")  # type: ignore[arg-type,return-value]
    assert remote.print("statement", view) == printer().print("statement", view)
    assert client.asked == ["duecourse-x-print-pdf"]


def test_what_failed_there_is_told_without_what_it_was_about() -> None:
    view = STATEMENTS.view(NORTHWIND, customer(), cases(), TODAY, named=False)
    client = Asked("Unhandled")
    remote = RemotePrinter(lambda: client, "prints")  # type: ignore[arg-type,return-value]
    with pytest.raises(NotPrinted, match=r"^prints: Unhandled$"):
        remote.print("statement", view)


def test_a_layout_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotPrinted):
        printer().print("../secret", {"day": 0})
    monkeypatch.setattr(pdf_remote, "MOST_BYTES", 10)
    view = STATEMENTS.view(NORTHWIND, customer(), cases(), TODAY, named=False)
    with pytest.raises(NotPrinted, match="more than an answer holds"):
        answered(printer(), {"document": "statement", "view": view})
