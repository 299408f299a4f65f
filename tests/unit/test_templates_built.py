"""How templates are built: once per content, whole, with placeholders where they were."""

import re
import shutil
from pathlib import Path

import pytest
from dunning.adapters.mail_templates import COMPILED, environment
from dunning.adapters.own_blocks_shelf import NOTHING
from jinja2 import FileSystemLoader, meta

from infra.templates import LAYOUT, SOURCE, LayoutError, built, compiled


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "templates"
    shutil.copytree(SOURCE, folder)
    return folder


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"\{\{.*?\}\}|\{%.*?%\}", text))


def test_what_is_built_holds_every_placeholder_of_the_layout() -> None:
    written: set[str] = set()
    for file in (SOURCE / LAYOUT).rglob("*.mjml"):
        written |= placeholders(file.read_text(encoding="utf-8"))
    assert len(written) > 40
    assert placeholders(compiled(SOURCE / LAYOUT)) == written


def test_a_layout_loads_nothing_from_those_who_made_the_compiler() -> None:
    html = compiled(SOURCE / LAYOUT)
    assert "fonts.googleapis" not in html
    assert "<link" not in html
    assert "@import" not in html


def test_the_same_content_is_built_once_and_another_beside_it(source: Path, tmp_path: Path) -> None:
    build = tmp_path / "build"
    first = built.__wrapped__(source, build)
    assert (build / "templates").resolve() == first
    made = (first / "email" / "message.html.j2").stat().st_mtime_ns
    assert built.__wrapped__(source, build) == first
    assert (first / "email" / "message.html.j2").stat().st_mtime_ns == made
    wording = source / "email/wording/en.toml"
    wording.write_text(wording.read_text(encoding="utf-8") + "# other\n", encoding="utf-8")
    second = built.__wrapped__(source, build)
    assert second != first
    assert first.exists(), "whoever reads it is not disturbed"
    assert (build / "templates").resolve() == second
    assert not [*build.glob(".making-*")]


def test_a_layout_that_does_not_compile_leaves_what_was_built(source: Path, tmp_path: Path) -> None:
    build = tmp_path / "build"
    first = built.__wrapped__(source, build)
    (source / LAYOUT / "message.mjml").write_text("<mjml><mj-body>", encoding="utf-8")
    with pytest.raises(LayoutError, match="layout"):
        built.__wrapped__(source, build)
    assert (build / "templates").resolve() == first
    assert not [*build.glob(".making-*")]


def test_templates_are_read_as_python_and_say_the_same_as_their_text() -> None:
    folder = built() / "email"
    quick = environment(folder)
    slow = quick.overlay(loader=FileSystemLoader(folder))
    assert len([*(folder / COMPILED).glob("*.py")]) == 2
    for name in ("message.txt.j2", "message.html.j2"):
        text = (folder / name).read_text(encoding="utf-8")
        names = dict.fromkeys(meta.find_undeclared_variables(slow.parse(text)), "")
        assert quick.get_template(name).filename is None or COMPILED in str(
            quick.get_template(name).filename
        )
        given = {**names, "brand": {"logo": "", "colour": "<", "night": ""}, "labels": {}}
        given |= {"facts": None, "plan": None, "total": "", "bank": [], "objected": False}
        given |= {"own": NOTHING}
        assert quick.get_template(name).render(given) == slow.get_template(name).render(given)
