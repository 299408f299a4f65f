"""Own HTML blocks of mails: what may stand in a file, what is refused where, what is then shown."""

import json
import re
from dataclasses import replace
from typing import Any

import html5lib
import pytest
from dunning.adapters.own_wording_trial import OwnWordingFiles
from dunning.adapters.render import TemplateRenderer
from dunning.adapters.sample_accounts import samples
from dunning.domain.own_wording import LARGEST, OwnWording, WordingVersion
from dunning.domain.sample_account import Sample
from dunning.domain.wording_refused import OwnWordingError
from dunning.domain.wordings import DEMANDS, WORDINGS
from dunning.service.ports import Links, Message

from infra.templates import built
from tests.unit.importing import Cell

FILES = OwnWordingFiles(built())
NAME = "wording/email/en.html"
WHOLE = """\
{# the shop's own mail #}
{% block intro %}
<p><strong>{{ greeting }}</strong></p>
<p style="color: {{ brand.colour }}">{{ opening }}</p>
<ul>{% for line in lines %}<li>{{ line.name }}: {{ line.open }}{% if line.details %}
  ({{ line.details }}){% endif %}</li>{% else %}<li>{{ total }}</li>{% endfor %}</ul>
{% endblock %}
{% block intro_first_friendly %}
<p>Ahoy, {{ customer }}! {{ invoices | upper }}, {{ due }}.</p>
{% endblock %}
{% block button %}
<p><a href="{{ button.url }}" target="_blank">{{ button.label }}</a></p>
{% endblock %}
{% block extra %}
{% if links.plan and not links.statement == "x" %}
<p><a href="{{ links.plan }}">By parts?</a></p>
{% endif %}
<table role="presentation"><tbody><tr><td align="right">Galway &amp; Cork</td></tr></tbody></table>
{% endblock %}
{% block closing_formal %}<p>{{ closing }}<br />{{ signature | upper }}</p>{% endblock %}
{% block foot %}{% if brand.logo %}<img src="{{ brand.logo }}" alt="{{ creditor }}" />{% endif %}
Since 1911{% endblock %}
""".replace("{{ signature | upper }}", "{% for one in signature %}{{ one }}{% endfor %}")
PAY = '<a href="{{ button.url }}">{{ button.label }}</a>'


class Given:
    def __init__(self, links: Links) -> None:
        self.given = links

    def links(self, *_: object) -> Links:
        return self.given


def intro(markup: str) -> str:
    return f"{{% block intro %}}\n{markup}{{% endblock %}}"


def refused(text: str, name: str = NAME) -> list[tuple[int, str, str]]:
    with pytest.raises(OwnWordingError) as found:
        FILES.check(name, text)
    return [tuple(problem) for problem in found.value.problems]


def holding(text: str, sample: Sample | None = None, version: int = 4, **more: str) -> Sample:
    sample = sample or samples()[0][1]
    texts = {"email/en.html": text, **{f"email/{key}": own for key, own in more.items()}}
    own = OwnWording(
        dict.fromkeys(texts, version), lambda file, _: WordingVersion(version, texts[file], 0, "")
    )
    return replace(sample, rulebook=replace(sample.rulebook, wording=own))


def mail(sample: Sample, wording: str = "first", tone: str = "friendly", **more: Any) -> Message:
    given = Links(**sample.links)
    renderer = TemplateRenderer(built(), Given(given), **more)
    if wording in DEMANDS:
        send = sample.send(wording, tone, "email")
        return renderer.render("sample", "sample#c-1", sample.state, sample.rulebook, send)
    told, to = sample.telling(wording), sample.address("email")
    return renderer.tell(sample.state, sample.rulebook, told, tone, to, given)


def never(*found: object) -> None:
    pytest.fail(str(found))


@pytest.mark.parametrize(
    ("markup", "line", "said"),
    [
        ("<p>{{ totel }}</p>", 2, "totel is not known here; did you mean 'total'"),
        ("\n<p>{{ due }}</p>", 3, "due is not known here"),
        ("{{ links.pya }}", 2, ".'pya' is no part of it; did you mean 'pay'"),
        ("{{ opening.upper }}", 2, "it has no parts"),
        ("{{ lines }}", 2, "it is a list"),
        ("{{ brand }}", 2, "one of its parts"),
        ("{% for one in total %}{{ one }}{% endfor %}", 2, "goes through a list"),
        ("{% for total in lines %}{{ opening }}{% endfor %}", 2, "a meaning of its own"),
        ("{% for a in lines %}{% for b in lines %}x{% endfor %}{% endfor %}", 2, "one {% for %}"),
        ("{% if count > 1 %}{{ opening }}{% endif %}", 2, "== or !="),
        ("{{ 7 * 7 }}", 2, "(Mul) is not taken"),
        ("{{ opening[0] }}", 2, "(Getitem) is not taken"),
        ("{{ opening.format(x=1) }}", 2, "(Call) is not taken"),
        ("{{ cycler }}", 2, "not known"),
        ("{{ opening | safe }}", 2, "not taken here"),
        ("{{ ''.__class__.__mro__ }}", 2, "no parts"),
        ("{% set x = 1 %}", 2, "(Assign) is not taken"),
        ("{% include 'x' %}", 2, "(Include) is not taken"),
        ("{% macro x() %}{% endmacro %}", 2, "(Macro) is not taken"),
        ("{% autoescape false %}{% endautoescape %}", 2, "(Scope) is not taken"),
        ("{% raw %}<script>{% endraw %}{{ opening }}", 2, "{% raw %} is not taken"),
        ("{% raw %}{# <script> #}{% endraw %}{{ opening }}", 1, "hidden behind"),
        ("{% filter upper %}x{% endfilter %}", 2, "(FilterBlock) is not taken"),
        ("{% block other %}{% endblock %}", 2, "(Block) is not taken"),
        ("{{ opening ", 2, "cannot be read"),
        ("{% if opening %}", 2, "cannot be read"),
        ('{% if count == "%}<script>" %}x{% endif %}', 2, "letters and numbers"),
        ('{% if count == "%} {#" %}<script>x</script>{% endif %}{# #}', 2, "letters and numbers"),
    ],
)  # fmt: skip
def test_what_a_block_cannot_show_is_refused_with_its_line(
    markup: str, line: int, said: str
) -> None:
    found = refused(intro(markup))
    assert any(one[0] == line and said in one[2] for one in found), found


@pytest.mark.parametrize(
    ("markup", "column", "said"),
    [
        ("{{ opening }}<p>Hello", 22, "<p> of line 2 is not closed before {% endblock %}"),
        ("{{ opening }}</b>", 14, "</b> closes nothing"),
        ("{{ opening }}<p><b>x</p></b>", 21, "before <b> of line 2 is closed"),
        ("{% if customer %}<p>{% else %}</p>{% endif %}", 21, "<p> of line 2 is not closed"),
        ("<p>{% if customer %}</p>{% endif %}{{ opening }}", 21, "</p> closes nothing"),
        ("<p {% if customer %}title='x'{% endif %}>{{ opening }}</p>", 1, "no attribute"),
        ("<p title=x>{{ opening }}</p>", 1, 'write name="value"'),
        ('<p title="{# " lang="#}">{{ opening }}</p>', 1, "without braces"),
        ('<p title="a" title="b">{{ opening }}</p>', 1, "twice"),
        ("<p/>{{ opening }}", 1, "no attribute"),
        ("1 < 2 {{ opening }}", 3, "&lt;"),
        ("<!-- x -->{{ opening }}", 1, "&lt;"),
        ("<script>alert(1)</script>{{ opening }}", 1, "<script> cannot stand in a mail"),
        ("<SCRIPT>alert(1)</SCRIPT>{{ opening }}", 1, "<script> cannot stand in a mail"),
        ("<style>p{}</style>{{ opening }}", 1, "<style> cannot"),
        ("<iframe></iframe>{{ opening }}", 1, "<iframe> cannot"),
        ("<form></form>{{ opening }}", 1, "<form> cannot"),
        ("<svg/onload=alert(1)>{{ opening }}", 1, "<svg> cannot"),
        ('<p onclick="x">{{ opening }}</p>', 1, "no scripts"),
        ('<a href="javascript:x">{{ opening }}</a>', 1, "the message's own pages alone"),
        ('<a href="https://pay.example">{{ opening }}</a>', 1, "the message's own pages alone"),
        ('<a href="{{ links.pay }}.evil.example">{{ opening }}</a>', 1, "own pages alone"),
        ('<a href="{{ customer }}">{{ opening }}</a>', 1, "own pages alone"),
        ("<a>{{ opening }}</a>", 1, "<a> needs href="),
        ('<img src="https://x.example/p.gif" alt="" />{{ opening }}', 1, "nothing else is loaded"),
        ('<img src="{{ brand.logo }}" />{{ opening }}', 1, "<img> needs alt="),
        ('<p style="background:url(//x)">{{ opening }}</p>', 1, "none of the styles"),
        ('<p style="color:url(//x)">{{ opening }}</p>', 1, "no value of color"),
        ('<p style="color:{{ customer }}">{{ opening }}</p>', 1, "no value of color"),
        ('<p style="margin-top:-900px">{{ opening }}</p>', 1, "nothing below zero"),
        ('<p style="position:fixed">{{ opening }}</p>', 1, "none of the styles"),
        ("{{ opening }} see www.x.example", 19, "links come from"),
        ("<p><div>{{ opening }}</div></p>", 4, "<div> cannot stand in <p>"),
        ("<li>{{ opening }}</li>", 1, "stands in <ol> or <ul> alone"),
        ("<table><tr><td>{{ opening }}</td></tr></table>", 8, "<tr> cannot stand directly"),
        ("<ul>{{ opening }} and<li>x</li></ul>", 19, "words cannot stand directly in <ul>"),
    ],
)  # fmt: skip
def test_markup_that_a_mail_may_not_hold_is_refused_with_line_and_column(
    markup: str, column: int, said: str
) -> None:
    found = refused(intro(markup))
    assert any(
        one[0] == 2 and one[2].startswith(f"column {column}: ") and said in one[2] for one in found
    ), found


@pytest.mark.parametrize(
    ("text", "line", "key", "said"),
    [
        ("\n{% block intor %}x{% endblock %}", 2, "intor", "did you mean 'intro'"),
        ("{% block zzz %}x{% endblock %}", 1, "zzz", "intro, button, extra, closing, foot"),
        ("Hello\n{% block extra %}x{% endblock %}", 1, "the file", "outside of blocks"),
        ("{{ total }}", 1, "the file", "outside of blocks"),
        ("{% extends 'x' %}", 1, "the file", "(Extends) is not taken"),
        ("{% block foot %}{% endblock %}\n{% block foot %}{% endblock %}", 2, "the file", "twice"),
        ("x" * (LARGEST + 1), 1, "the file", "longer than"),
        ("\n{% block button %}<b>Pay</b>{% endblock %}", 2, "button", "link to pay is missing"),
        ("{% block button %}{% if customer %}" + PAY + "{% endif %}{% endblock %}", 1, "button",
         "outside of any {% if %}"),
        ('{% block button_last %}<a href="{{ links.plan }}">x</a>{% endblock %}', 1, "button_last",
         "link to pay is missing"),
        ('\n{% block extra %}<a href="{{ links.plan }}">x</a>{% endblock %}', 2,
         "steps.before_due.friendly", "no such link or logo"),
        ('{% block foot %}<img src="{{ brand.logo }}" alt="x" />{% endblock %}', 1,
         "steps.before_due.friendly", "no such link or logo"),
        ("{% block intro %}Pay {{ total }}.{% endblock %}", 1, "intro",
         "in hand_over, on would be told nowhere"),
        ("{% block extra %}{{ last_day }}{% endblock %}", 1, "extra", "not known here"),
    ],
)  # fmt: skip
def test_a_file_that_would_leave_a_gap_is_refused_at_its_block(
    text: str, line: int, key: str, said: str
) -> None:
    found = refused(text)
    assert any(one[0] == line and one[1] == key and said in one[2] for one in found), found


def test_blocks_that_swell_a_mail_until_clients_cut_it_off_are_refused() -> None:
    (found,) = refused("{% block extra %}" + "very " * 16_000 + "{% endblock %}")
    assert found[:2] == (1, "steps.before_due.friendly")
    assert "cut it off" in found[2]


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_file_with_every_block_is_taken_in_each_language(language: str) -> None:
    FILES.check(f"wording/email/{language}.html", WHOLE)


def test_an_empty_file_goes_back_to_the_shipped_layout() -> None:
    FILES.check(NAME, "")
    shipped = mail(samples()[0][1])
    assert mail(holding("{# nothing #}")).html == shipped.html


def test_blocks_stand_in_their_places_and_the_text_part_stays_with_its_words() -> None:
    shipped, own = mail(samples()[0][1]), mail(holding(WHOLE), failed=never)
    assert "Ahoy, Harbour Café &amp; Söhne! " in own.html
    assert "By parts?" in own.html
    assert "Galway &amp; Cork" in own.html
    assert own.html.index("By parts?") < own.html.index("Since 1911")
    assert own.text == shipped.text
    assert own.template == shipped.template.replace("-en-", "+h4-en-")
    assert "https://links.nordlicht.example/unsubscribe/3fK9" in own.html


def test_the_most_particular_block_of_a_message_is_taken() -> None:
    file = "".join(
        f"{{% block {name} %}}<p>[{name}] {{{{ opening }}}}</p>{{% endblock %}}\n"
        for name in ("intro", "intro_formal", "intro_last", "intro_last_formal")
    )
    said = {
        (wording, tone): re.findall(r"\[(intro\w*)\]", mail(holding(file), wording, tone).html)
        for wording in ("first", "last")
        for tone in ("friendly", "formal")
    }
    assert said == {
        ("first", "friendly"): ["intro"],
        ("first", "formal"): ["intro_formal"],
        ("last", "friendly"): ["intro_last"],
        ("last", "formal"): ["intro_last_formal"],
    }


@pytest.mark.parametrize(("said", "sample"), samples())
def test_a_mail_with_own_blocks_is_valid_html_to_every_sample(said: str, sample: Sample) -> None:
    for wording in WORDINGS:
        message = mail(holding(WHOLE, sample.speaking("en")), wording, "formal", failed=never)
        html5lib.HTMLParser(strict=True).parse(message.html)
        assert "<script" not in message.html, said


def test_a_name_with_markup_is_shown_and_never_read_as_any() -> None:
    nasty = dict(samples())["markup as a name"]
    shown = mail(
        holding(intro('<p title="{{ customer }}">{{ customer }} {{ opening }}</p>'), nasty)
    )
    tree = html5lib.parse(shown.html, namespaceHTMLElements=False)
    (named,) = tree.findall(".//p[@title]")
    assert named.get("title", "").startswith("{{7*7}} <script>alert('x')</script>")
    assert not list(named)


def test_an_opening_that_says_something_particular_is_not_written_over() -> None:
    sample = samples()[0][1]
    file = (
        "{% block intro_promise_broken %}<p>You promised.</p>{% endblock %}"
        "{% block intro %}<p>[own] {{ opening }}</p>{% endblock %}"
    )
    partly = mail(holding(file, sample), "promise_broken", failed=never)
    assert "You promised." not in partly.html
    nothing_came = dict(samples())["no name"]
    assert "You promised." in mail(holding(file, nothing_came), "promise_broken").html


def test_a_button_of_its_own_leads_where_the_shipped_one_does() -> None:
    own = mail(holding("{% block button %}<p>" + PAY + "</p>{% endblock %}"))
    assert own.html.count("https://links.nordlicht.example/pay/3fK9") == 1
    told = mail(holding(WHOLE), "hand_over")
    assert "/pay/" not in told.html


def test_blocks_that_cannot_be_placed_any_more_give_way_and_somebody_is_told() -> None:
    told: list[tuple[str, str, str]] = []

    def failed(creditor: str, file: str, error: Exception) -> None:
        told.append((creditor, file, type(error).__name__))

    shipped = mail(samples()[0][1])
    for text in (
        "{% block intro %}{{ figure_of_old }}{% endblock %}",
        "{% block intro %}{% gone %}{% endblock %}",
        "{% block button %}<b>Pay</b>{% endblock %}",
        "{% block extra %}{{ opening.__class__.__mro__ }}{% endblock %}",
        "{% block extra %}{{ lines.append(1) }}{% endblock %}",
    ):
        assert mail(holding(text), failed=failed).html == shipped.html
    assert [one[1] for one in told] == ["email/en.html"] * 5
    assert [one[2] for one in told] == [
        "UndefinedError", "TemplateSyntaxError", "BlockError", "SecurityError", "SecurityError",
    ]  # fmt: skip


def test_own_words_are_said_where_only_the_blocks_fail_and_within_blocks_that_do_not() -> None:
    words = '[steps.first.friendly]\nopening = "Just a line from Galway."\n'
    files: list[str] = []

    def failed(creditor: str, file: str, error: Exception) -> None:
        files.append(file)

    broken = mail(holding("{% block intro %}{{ gone }}{% endblock %}", en=words), failed=failed)
    assert files == ["email/en.html"]
    assert "Just a line from Galway." in broken.html
    assert re.fullmatch(r"first-\d+\+4-en-friendly", broken.template)
    both = mail(holding(intro("<p>[own] {{ opening }}</p>"), en=words), failed=never)
    assert "[own] Just a line from Galway." in both.html
    assert re.fullmatch(r"first-\d+\+4\+h4-en-friendly", both.template)


def test_a_version_is_read_once_a_process_and_a_newer_one_at_once() -> None:
    read: list[int] = []

    def found(_: str, number: int) -> WordingVersion:
        read.append(number)
        return WordingVersion(number, intro(f"[{number}] {{{{ opening }}}}"), 0, "")

    renderer, sample = TemplateRenderer(built()), samples()[0][1]
    said = []
    for version in (1, 1, 2, 2):
        own = OwnWording({"email/en.html": version}, found)
        book = replace(sample.rulebook, wording=own)
        send = sample.send("first", "friendly", "email")
        made = renderer.render("sample", "sample#c-1", sample.state, book, send)
        said.append(f"[{version}]" in made.html)
    assert said == [True] * 4
    assert read == [1, 2]


def test_an_upload_is_taken_as_a_version_beside_the_words_and_a_bad_one_leaves_it_standing() -> (
    None
):
    cell = Cell()
    cell.upload("creditor.json", json.dumps({"name": "Acme", "language": "en"}), "config")
    assert cell.upload(NAME, WHOLE, "config")["accepted"] == 1
    assert cell.upload(NAME, WHOLE, "config")["unchanged"] == 1
    assert cell.upload("wording/email/en.toml", "", "config")["accepted"] == 1
    bad = cell.upload(NAME, "\n{% block intro %}<p>{{ opening }}{% endblock %}", "config")
    (error,) = bad["errors"]
    assert (error["row"], error["code"]) == (2, "bad_wording")
    assert "line 2: intro: column 34: <p> of line 2 is not closed" in error["message"]
    book = cell.settings.rulebook("acme")
    assert book is not None
    assert book.wording.versions == {"email/en.html": 1, "email/en": 1}
    assert book.wording.source("email/en.html") == WHOLE
