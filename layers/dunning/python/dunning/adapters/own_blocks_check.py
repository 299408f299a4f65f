"""A file of own HTML blocks, read and checked before it is taken: which blocks, what they show and
which template signs they use, every problem with its line. Its markup is `own_blocks_markup`'s.
"""

import re
from collections.abc import Mapping, Sequence

from jinja2 import TemplateSyntaxError, nodes

from dunning.domain.fields import nearest, printable
from dunning.domain.own_wording import LARGEST
from dunning.domain.policy_nodes import Problem
from dunning.domain.policy_steps import TONES
from dunning.domain.wordings import WORDINGS

from .own_blocks import (
    FILTERS,
    TEXT,
    Each,
    Kind,
    environment,
    known_names,
    meant,
    names,
    names_in,
    view_of,
)
from .own_blocks_markup import Markup, signs
from .own_blocks_shelf import INTRO, PLACES
from .own_wording_places import untold
from .wording import Words

Scope = Mapping[str, Kind]
_LOOP: Kind = dict.fromkeys(("first", "last", "index"), TEXT)
_CONSTANT = re.compile(r"[\w .,-]*\Z")
"""Of a text in a condition: with braces in it, it would hide markup from whoever reads the file."""


class CheckingBlocks:
    """One file against the shipped words of its language."""

    def __init__(self, shipped: Words, text: str) -> None:
        self._shipped = shipped
        self._found: dict[Problem, None] = {}
        self._blocks: dict[str, nodes.Block] = {}
        text = text.replace("\r\n", "\n")
        if len(text) > LARGEST:
            self._add(1, "the file", f"it is longer than {LARGEST} characters")
            return
        try:
            read = environment().parse(text)
        except (TemplateSyntaxError, RecursionError) as error:
            line = error.lineno if isinstance(error, TemplateSyntaxError) else 1
            self._add(line, "the file", f"its {{% %}} or {{{{ }}}} cannot be read: {error}")
            return
        for node in read.body:
            self._top(node)
        Markup(text, self._add)
        if sum(data.data.count("<") for data in read.find_all(nodes.TemplateData)) != signs(text):
            self._add(1, "the file", "markup is hidden behind template signs; write it plainly")
        if self._found:
            return
        try:
            environment().from_string(text)
        except (TemplateSyntaxError, RecursionError) as error:
            line = error.lineno if isinstance(error, TemplateSyntaxError) else 1
            self._add(line, "the file", f"it cannot be made into a template: {error}")
            return
        self._figures()

    def problems(self) -> tuple[Problem, ...]:
        """All of them, by line."""
        return tuple(sorted(self._found))

    def add(self, path: tuple[str, ...], message: str) -> None:
        """One more, at the first block that a message of a step and tone has a part of."""
        _, wording, tone = path
        lines = [
            self._blocks[found].lineno
            for place in PLACES
            if (found := self._of(place, wording, tone)) is not None
        ]
        self._add(min(lines, default=1), ".".join(path), message)

    def _add(self, line: int, key: str, message: str) -> None:
        self._found[Problem(line, key, message)] = None

    def _of(self, place: str, wording: str, tone: str) -> str | None:
        """The block that fills a place of a message."""
        return next((one for one in names(place, wording, tone) if one in self._blocks), None)

    # --- what it shows ------------------------------------------------------------------------

    def _top(self, node: nodes.Node) -> None:
        if isinstance(node, nodes.Output):
            for part in node.nodes:
                if not isinstance(part, nodes.TemplateData) or part.data.strip():
                    said = "what stands outside of blocks is in no mail: put it in {% block … %}"
                    self._add(_line(part), "the file", said)
            return
        if not isinstance(node, nodes.Block):
            self._refused(node, "the file")
            return
        known = meant(node.name)
        if known is None:
            near = nearest(node.name, known_names())
            if not near.startswith("did"):
                near = f"there are {', '.join(PLACES)}, each also as intro_first, intro_friendly"
                near += " and intro_first_friendly"
            self._add(node.lineno, node.name, f"there is no such block; {near}")
            return
        if node.required or node.scoped:
            self._add(node.lineno, node.name, "write {% block name %} alone")
        self._blocks[node.name] = node
        self._body(node.body, view_of(known[1]), node.name, looped=False)

    def _body(self, body: Sequence[nodes.Node], scope: Scope, block: str, *, looped: bool) -> None:
        for node in body:
            if isinstance(node, nodes.Output):
                for part in node.nodes:
                    if not isinstance(part, nodes.TemplateData):
                        self._text(part, scope, block)
            elif isinstance(node, nodes.If):
                self._condition(node.test, scope, block)
                for branch in (node.body, node.elif_, node.else_):
                    self._body(branch, scope, block, looped=looped)
            elif isinstance(node, nodes.For) and not looped:
                self._loop(node, scope, block)
            else:
                self._refused(node, block)

    def _loop(self, node: nodes.For, scope: Scope, block: str) -> None:
        if not isinstance(node.target, nodes.Name) or node.test or node.recursive:
            self._add(node.lineno, block, "write {% for line in lines %}, and no more")
            return
        if node.target.name in scope:
            said = f"{node.target.name} has a meaning of its own; name it otherwise"
            self._add(node.lineno, block, said)
        kind = self._kind(node.iter, scope, block)
        if isinstance(kind, Each):
            inner = {**scope, node.target.name: kind.of, "loop": _LOOP}
            self._body(node.body, inner, block, looped=True)
        elif kind is not None:
            lists = ", ".join(sorted(one for one in scope if isinstance(scope[one], Each)))
            self._add(node.lineno, block, f"`for` goes through a list: {lists}")
        self._body(node.else_, scope, block, looped=True)

    def _text(self, node: nodes.Node, scope: Scope, block: str) -> None:
        if isinstance(node, nodes.Const):
            self._refused(node, block)
            return
        kind = self._kind(node, scope, block)
        if isinstance(kind, dict):
            said = f"it is not one text; write one of its parts: {', '.join(sorted(kind))}"
            self._add(_line(node), block, said)
        elif isinstance(kind, Each):
            said = "it is a list: write {% for one in … %}, and what each shows"
            self._add(_line(node), block, said)

    def _condition(self, node: nodes.Node, scope: Scope, block: str) -> None:
        if isinstance(node, nodes.Not):
            self._condition(node.node, scope, block)
        elif isinstance(node, nodes.And | nodes.Or):
            self._condition(node.left, scope, block)
            self._condition(node.right, scope, block)
        elif isinstance(node, nodes.Compare):
            self._kind(node.expr, scope, block)
            for operand in node.ops:
                if operand.op not in ("eq", "ne"):
                    self._add(_line(node), block, "figures are texts: compare with == or !=")
                self._kind(operand.expr, scope, block)
        else:
            self._kind(node, scope, block)

    def _kind(self, node: nodes.Node, scope: Scope, block: str) -> Kind | None:
        """What an expression is; None where that is a problem, which is told."""
        if isinstance(node, nodes.Name):
            if node.name in scope:
                return scope[node.name]
            self._add(_line(node), block, f"{node.name} is not known here; {_near(node, scope)}")
        elif isinstance(node, nodes.Getattr):
            kind = self._kind(node.node, scope, block)
            if isinstance(kind, dict):
                if node.attr in kind:
                    return kind[node.attr]  # type: ignore[no-any-return]
                said = f".{printable(node.attr)} is no part of it; {nearest(node.attr, kind)}"
                self._add(_line(node), block, said)
            elif kind is not None:
                self._add(_line(node), block, f".{printable(node.attr)}: it has no parts")
        elif isinstance(node, nodes.Const) and isinstance(node.value, str):
            if _CONSTANT.match(node.value):
                return TEXT
            said = f"{printable(node.value)}: a text in a condition holds letters and numbers"
            self._add(_line(node), block, said)
        elif isinstance(node, nodes.Filter) and node.node is not None:
            if node.name in FILTERS and not (node.args or node.kwargs):
                if self._kind(node.node, scope, block) == TEXT:
                    return TEXT
                self._add(_line(node), block, f"|{node.name} takes one text")
            else:
                said = f"|{printable(node.name)} is not taken here; {nearest(node.name, FILTERS)}"
                self._add(_line(node), block, said)
        else:
            self._refused(node, block)
        return None

    def _refused(self, node: nodes.Node, block: str) -> None:
        what = type(node).__name__
        self._add(
            _line(node),
            block,
            f"this use of template signs ({what}) is not taken: there are {{{{ name }}}},"
            " {% if %}, one {% for %}, and {% block %} around them, beside one another",
        )

    # --- what a mail would no longer tell -----------------------------------------------------

    def _figures(self) -> None:
        """By when an instalment saves the plan, who took a case over: the layout tells neither."""
        for wording in WORDINGS:
            for tone in TONES:
                name = self._of(INTRO, wording, tone)
                told = names_in(self._blocks[name]) if name else frozenset({"opening"})
                if name is None or "opening" in told:
                    continue
                before = self._shipped["steps"][wording][tone]
                said = {**before, "opening": " ".join(f"{{{one}}}" for one in sorted(told))}
                for figure in sorted(untold(wording, said, before)):
                    own = f"block {INTRO}_{wording}"
                    self._add(
                        self._blocks[name].lineno,
                        name,
                        f"in {wording}, {figure} would be told nowhere: show {{{{ opening }}}}, or"
                        f" {{{{ {figure} }}}} in a {own}",
                    )


def _near(node: nodes.Name, scope: Scope) -> str:
    return nearest(node.name, scope)


def _line(node: nodes.Node) -> int:
    """Where it stands; of what Jinja wraps, where the first thing in it does."""
    lines = (one.lineno for one in (node, *node.find_all(nodes.Node)))
    return next((line for line in lines if line), 1)
