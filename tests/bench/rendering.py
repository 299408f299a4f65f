"""What it costs to write a thousand reminders, beside Jinja2 alone placing ready strings.

One process, nothing else of a reminder: neither table nor provider.
"""

import time
from collections.abc import Callable
from dataclasses import replace

from dunning.adapters.figures import locale_of
from dunning.adapters.render import NO_LINKS, TemplateRenderer
from dunning.adapters.render_lines import Writer
from dunning.adapters.render_page import demand_page
from dunning.domain import wordings
from dunning.service.ports import Message
from jinja2 import Environment, FileSystemLoader

from infra.templates import built
from tests.bench.figures import Board
from tests.unit.telling import NORTHWIND, PLAIN, Told

NOTICES = 1_000
WARM = 50


def measure(board: Board) -> None:
    """Mails of three items and three charges in English, with and without the transfer's code."""
    bare = replace(NORTHWIND, brand=NORTHWIND.brand._replace(qr=False))
    without = replace(PLAIN, rulebook=replace(PLAIN.rulebook, creditor=bare))
    plain = _milliseconds(_jinja(without))
    one = _mail(without)
    board.add(
        "render_cpu",
        _milliseconds(_renderer(without)),
        "ms of CPU",
        f"A reminder from decision to mail, mean of {NOTICES:,}: three items and charges, text of"
        f" {len(one.text):,} characters and HTML of {len(one.html):,}, no QR code. Floor: plain"
        " Jinja2 placing the same strings in the same two templates",
        floor=plain,
    )
    picture = _mail(PLAIN).inline[0]
    board.add(
        "render_qr_cpu",
        _milliseconds(_renderer(PLAIN)),
        "ms of CPU",
        f"The same with the QR code of its transfer, a PNG of {len(picture.data)} bytes. Floor as"
        " above",
        floor=plain,
    )


def _renderer(told: Told) -> Callable[[], object]:
    return lambda: _mail(told)


_RENDERER = TemplateRenderer(built())


def _mail(told: Told) -> Message:
    send = told.send(wordings.SECOND, "persuasive")
    return _RENDERER.render("northwind", "northwind#c-1042", told.state, told.rulebook, send)


def _jinja(told: Told) -> Callable[[], object]:
    """Both parts, of strings that are ready."""
    creditor = told.rulebook.creditor
    write = Writer(_RENDERER.wordings.of("en"), locale_of(told.state.customer, creditor), "EUR")
    send = told.send(wordings.SECOND, "persuasive")
    shown = demand_page(told.state, told.rulebook, send, write, NO_LINKS)
    plain = Environment(
        loader=FileSystemLoader(built() / "email"),
        autoescape=lambda name: name is not None and name.endswith(".html.j2"),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    parts = [plain.get_template(name) for name in ("message.txt.j2", "message.html.j2")]
    return lambda: [part.render(shown) for part in parts]


def _milliseconds(make: Callable[[], object]) -> float:
    """CPU of one, once what is read once has been read."""
    for _ in range(WARM):
        make()
    begin = time.process_time()
    for _ in range(NOTICES):
        make()
    return (time.process_time() - begin) / NOTICES * 1_000
