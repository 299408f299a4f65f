"""Every mail and every page, by html-validate: elements, attributes, nesting, ids,
entities, and of accessibility what a machine can check. What mails need for old clients is allowed.
"""

import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from dunning.adapters.form_pages import FormPages
from dunning.adapters.render import TemplateRenderer
from dunning.domain import wordings

from infra.templates import built
from tests.pay_example import paying
from tests.portal_example import ROOT, forms, shown
from tests.report_example import NAME, played
from tests.unit.telling import EMAIL, LINKS, PLAIN, messages, told

VALIDATOR = ROOT / "node_modules/html-validate/bin/html-validate.mjs"
RULES = ["html-validate:standard", "html-validate:document", "html-validate:a11y"]
HOSTILE = told(
    "hostile", "{{7*7}} <script>alert('x')</script> & \"O'Brien\"", (119_000, -400), number='{}"<&'
)
OF_OLD_CLIENTS = {
    "table": {
        "align": "Outlook centres by it and knows no margin: auto",
        "cellpadding": "Outlook and old web clients pad cells unless it is 0",
        "cellspacing": "Outlook and old web clients space cells unless it is 0",
        "width": "Outlook reads a table's width here and not from its style",
    },
    "td": {
        "align": "Outlook aligns what is in a cell by it alone",
        "bgcolor": "Outlook gives a button its colour by it",
        "valign": "Outlook places what is in a cell by it alone",
    },
}
"""Attributes that HTML no longer has, and why mails have them all the same."""
OF_MAILS = {"prefer-native-element": "clients drop <article> and keep a <div> that has its role"}
OF_PAGES = {"heading-level": "what is wrong with a form is summed up before the page's h1"}
ESCAPED = "&(?:amp|lt|gt|quot|#34|#39);"
SPOKEN = re.compile(rf"(?<=>)(?:[^<>&]|{ESCAPED})+(?=<)")
SAID = re.compile(rf'\b(alt|aria-label|content|href|lang|title|value)="(?:[^"<>&]|{ESCAPED})*"')


def shape(html: str) -> str:
    """What is left of a document without its words: whoever checks one of two that differ in
    nothing else, has checked both. Signs of markup that nobody escaped stay where they are."""
    return SPOKEN.sub("", SAID.sub(r"\1", html))


def mails() -> Iterator[tuple[str, str]]:
    """Every wording in every tone and language, of a plain account and of a hostile one."""
    renderer = TemplateRenderer(built())
    for account in (PLAIN, HOSTILE):
        for language, wording, tone in messages(renderer.wordings.languages()):
            one = account.speaking(language)
            if wording in wordings.DEMANDS:
                send = one.send(wording, tone)
                mail = renderer.render("northwind", "northwind#c", one.state, one.rulebook, send)
            else:
                telling = one.telling(wording)
                mail = renderer.tell(one.state, one.rulebook, telling, tone, EMAIL, LINKS)
            yield f"{account.name}-{language}-{wording}-{tone}", mail.html


def pages() -> Iterator[tuple[str, str]]:
    """Every page, and those with forms in every language."""
    made = FormPages(ROOT / "templates")
    for name, page in shown(made).items():
        yield name, page.html
    for language in TemplateRenderer(built()).wordings.languages():
        for name, page in {**forms(made, language), **paying(made, language)}.items():
            yield f"{name}-{language}", page.html


def reports() -> Iterator[tuple[str, str]]:
    """The report of an import, with rows to mend."""
    yield "report", played().output(NAME, "report.html").decode()


def written(folder: Path, documents: Iterator[tuple[str, str]]) -> int:
    """One document of each shape, in the folder; how many there were in all."""
    folder.mkdir()
    shapes, count = set(), 0
    for name, html in documents:
        count += 1
        if (what := shape(html)) not in shapes:
            shapes.add(what)
            (folder / f"{name}.html").write_text(html, encoding="utf-8")
    return count


def configure(
    folder: Path,
    excused: Mapping[str, str],
    attributes: Mapping[str, Mapping[str, str]] | None = None,
) -> None:
    """The rules for the documents of a folder."""
    elements = {
        name: {"attributes": {one: {"deprecated": False} for one in those}}
        for name, those in (attributes or {}).items()
    }
    config = {
        "root": True,
        "extends": RULES,
        "elements": ["html5", elements],
        "rules": {"no-deprecated-attr": "error", **dict.fromkeys(excused, "off")},
    }
    (folder / ".htmlvalidate.json").write_text(json.dumps(config), encoding="utf-8")


def remarks(folder: Path) -> list[str]:
    """What is wrong with the documents below a folder: where, and by which rule."""
    found = folder / "found.json"  # what goes into a pipe may be cut off when node ends
    done = subprocess.run(
        ["node", str(VALIDATOR), "--formatter", f"json={found}", f"{folder}/**/*.html"],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr
    return sorted(
        f"{Path(one['filePath']).stem}:{said['line']} {said['ruleId']}: {said['message']}"
        for one in json.loads(found.read_text(encoding="utf-8"))
        for said in one["messages"]
    )


def test_every_mail_and_every_page_is_valid_html(tmp_path: Path) -> None:
    assert written(tmp_path / "mails", mails()) == 2 * 6 * len(wordings.WORDINGS) * 3
    assert written(tmp_path / "pages", pages()) > 100
    assert written(tmp_path / "reports", reports()) == 1
    configure(tmp_path / "reports", {})
    configure(tmp_path / "mails", OF_MAILS, OF_OLD_CLIENTS)
    configure(tmp_path / "pages", OF_PAGES)
    assert remarks(tmp_path) == []


def test_the_validator_sees_what_is_wrong(tmp_path: Path) -> None:
    body = (
        '<h1 id="a">x</h1><p id="a">5 &notasign; 3</p><ul><p>x</p></ul><img src="x.png">'
        '<p><div>x</div></p><td>x</td><font>x</font><input aria-describedby="none">'
        '<table bgcolor="#fff"><tbody><tr><td>x</td></tr></tbody></table>'
    )
    page = f'<!doctype html><html lang="en"><head><title>x</title></head><body>{body}</body></html>'
    for kind in ("mail", "page"):
        assert written(tmp_path / kind, iter([(kind, page)])) == 1
    configure(tmp_path / "mail", OF_MAILS, OF_OLD_CLIENTS)
    configure(tmp_path / "page", OF_PAGES)
    seen = {tuple(one.split(":")[:2]) for one in remarks(tmp_path)}
    rules = (
        "close-order",
        "deprecated",
        "element-permitted-content",
        "no-deprecated-attr",
        "no-dup-id",
        "no-missing-references",
        "unrecognized-char-ref",
        "wcag/h37",
    )
    assert seen >= {(kind, f"1 {rule}") for kind in ("mail", "page") for rule in rules}


def test_a_document_has_the_shape_of_another_only_where_words_alone_differ() -> None:
    assert shape('<p lang="de">Guten Tag</p>') == shape('<p lang="en">Hello &amp; bye</p>')
    for other in ("<p>a < b</p>", "<p>a &bad; b</p>", "<p>a &b</p>", '<p id="a">b</p>', "<p>a</p"):
        assert shape(other) != shape("<p>a b</p>")
    assert shape('<a href="a"b">x</a>') != shape('<a href="ab">x</a>')
