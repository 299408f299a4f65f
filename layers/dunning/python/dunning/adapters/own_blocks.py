"""Own HTML blocks in the layout of a mail: which places there are, what a block may show, and how
its HTML is made. What may stand in a file was checked when it was uploaded (`own_blocks_check`).
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from jinja2 import StrictUndefined, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from dunning.domain.policy_steps import TONES
from dunning.domain.wordings import WORDINGS

from .own_blocks_shelf import BUTTON, INTRO, NOTHING, PLACES
from .wording import ALWAYS, PLACEHOLDERS

FILTERS = ("lower", "upper")


class BlockError(ValueError):
    """A block that would leave a gap in the mail."""


class Each(NamedTuple):
    """A list: `for` goes through it."""

    of: "Kind"


TEXT = "text"
Kind = str | Each | dict[str, Any]
"""A text, a list, or a record with named kinds."""
LINKS = ("pay", "plan", "paid", "dispute", "wrong_person", "statement")
LINE = ("name", "issued", "due", "late", "open", "details")
VIEW: Mapping[str, Kind] = {
    **dict.fromkeys(("language", "heading", "greeting", "opening", "request"), TEXT),
    **dict.fromkeys(("closing", "reference", "total_label"), TEXT),
    "signature": Each(TEXT),
    "lines": Each(dict.fromkeys(LINE, TEXT)),
    "charges": Each(dict.fromkeys(("name", "why", "amount"), TEXT)),
    "bank": Each(dict.fromkeys(("label", "value"), TEXT)),
    "button": dict.fromkeys(("label", "url"), TEXT),
    "links": dict.fromkeys(LINKS, TEXT),
    "brand": dict.fromkeys(("colour", "logo", "privacy", "imprint"), TEXT),
}
"""What a block may show beside the placeholders of its step: all as the mail says it elsewhere."""


def names(place: str, wording: str, tone: str) -> tuple[str, ...]:
    """The blocks that may fill a place of a message, the most particular first."""
    return (f"{place}_{wording}_{tone}", f"{place}_{wording}", f"{place}_{tone}", place)


def meant(block: str) -> tuple[str, str | None] | None:
    """Place and step of a block's name; None for no such name."""
    return _MEANT.get(block)


def known_names() -> tuple[str, ...]:
    """Every name of a block."""
    return tuple(_MEANT)


def _meanings() -> Iterator[tuple[str, tuple[str, str | None]]]:
    for place in PLACES:
        yield place, (place, None)
        for tone in TONES:
            yield f"{place}_{tone}", (place, None)
        for wording in WORDINGS:
            yield f"{place}_{wording}", (place, wording)
            for tone in TONES:
                yield f"{place}_{wording}_{tone}", (place, wording)


_MEANT = dict(_meanings())


def view_of(step: str | None) -> dict[str, Kind]:
    """What a block of a step may show; of every step: what all have. By when and to whom a last
    reminder hands over is told by its own sentence, where the policy says so."""
    figures = ALWAYS if step is None else PLACEHOLDERS[step]
    if step == "last":
        figures = figures - {"deadline", "receiver"}
    return {**VIEW, **dict.fromkeys(figures, TEXT)}


def environment() -> ImmutableSandboxedEnvironment:
    """Jinja for blocks: sandboxed, escaped, nothing undefined, no functions and no files."""
    made = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    made.globals.clear()
    made.tests.clear()
    made.filters = {name: made.filters[name] for name in FILTERS}
    return made


def names_in(block: nodes.Node) -> frozenset[str]:
    """What a block names."""
    return frozenset(name.name for name in block.find_all(nodes.Name))


class Blocks:
    """One version of a file of blocks."""

    def __init__(self, source: str, version: int) -> None:
        """Raises TemplateSyntaxError."""
        made = environment()
        self.version = version
        self._template = made.from_string(source)
        self._opened = frozenset(
            block.name
            for block in made.parse(source).find_all(nodes.Block)
            if "opening" in names_in(block)
        )

    def placed(self, shown: Mapping[str, Any], wording: str, tone: str) -> dict[str, str]:
        """The HTML of each place that has a block, of what the mail shows. A block that says
        nothing leaves the shipped words. Raises BlockError, and what a template raises."""
        found: dict[str, str] = {**NOTHING}
        view: dict[str, Any] | None = None
        for place in PLACES:
            name = next(
                (one for one in names(place, wording, tone) if one in self._template.blocks), None
            )
            if name is None or (place == BUTTON and not shown["primary"]):
                continue
            if place == INTRO and not shown["usual"] and name not in self._opened:
                continue  # the shipped opening says what is particular: only charges are left
            if view is None:
                view = _view(shown)
            context = self._template.new_context(view)
            html = "".join(self._template.blocks[name](context)).strip()
            if html:
                found[place] = _sound(name, place, html, view)
        return found


def _view(shown: Mapping[str, Any]) -> dict[str, Any]:
    table = shown["tables"][0]["lines"] if shown["tables"] else []
    plain = {name: shown[name] for name, kind in VIEW.items() if kind == TEXT}
    return {
        **shown["named"],
        **plain,
        "signature": shown["signature"],
        "lines": [{**line, "details": "; ".join(line["details"])} for line in table],
        "charges": shown["charges"],
        "bank": shown["bank"],
        "button": shown["primary"] or {"label": "", "url": ""},
        "links": {name: shown["links"].get(name, "") for name in LINKS},
        "brand": {**shown["brand"], "privacy": shown["privacy"], "imprint": shown["imprint"]},
    }


def _sound(name: str, place: str, html: str, view: Mapping[str, Any]) -> Markup:
    if 'href=""' in html or "href=''" in html or 'src=""' in html or "src=''" in html:
        raise BlockError(
            f"block {name}: this message has no such link or logo; put it between"
            " {% if links.plan %} and {% endif %}, with the name of what it shows"
        )
    if place == BUTTON and str(escape(view["button"]["url"])) not in html:
        raise BlockError(f"block {name}: the link to pay, {{{{ button.url }}}}, is missing")
    return Markup(html)  # checked on upload; its figures were escaped
