"""Builds templates/ into what a sender reads: layouts of mails compiled from MJML into Python.
Only files are made here, build/templates-…/, once per content; nothing of it is committed."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from functools import cache
from importlib.metadata import version
from pathlib import Path

from dunning.adapters import mail_templates

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "templates"
BUILD = ROOT / "build"
LAYOUT = Path("email") / "layout"
"""MJML with placeholders of Jinja; `message.mjml` becomes `email/message.html.j2`."""
CURRENT = "templates"
"""The link in build/ to what was built last, for the command line."""
_NO_HTML = re.compile(r' (?:height="auto"|vertical-align="[a-z]+")(?=[ />])')
"""Attributes that the compiler writes, and that no client reads: the style beside them says it."""
_BETWEEN = re.compile(r"(?<=[>}])\s*\n\s*(?=[<{])")


class LayoutError(ValueError):
    """A layout that does not compile."""


@cache
def built(source: Path = SOURCE, build: Path = BUILD) -> Path:
    """The folder with the built templates, made if it is not there. Raises LayoutError."""
    files = sorted(file for file in source.rglob("*") if file.is_file())
    digest = hashlib.sha256(f"{version('mrml')} {version('jinja2')}\n".encode())
    for module in (__file__, mail_templates.__file__):
        digest.update(Path(module).read_bytes())
    for file in files:
        digest.update(f"{file.relative_to(source).as_posix()}\n".encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    target = build / f"{CURRENT}-{digest.hexdigest()[:16]}"
    if not target.exists():
        build.mkdir(parents=True, exist_ok=True)
        # Made aside and moved whole: two builders do not meet, a broken build leaves nothing.
        with tempfile.TemporaryDirectory(dir=build, prefix=".making-") as making:
            whole = Path(making) / CURRENT
            shutil.copytree(source, whole, ignore=shutil.ignore_patterns("*.md"))
            shutil.rmtree(whole / LAYOUT)
            mails = whole / "email"
            (mails / mail_templates.HTML).write_text(compiled(source / LAYOUT), encoding="utf-8")
            mail_templates.compile_in(mails)
            try:
                whole.rename(target)
            except OSError:
                if not target.exists():
                    raise
    _point(build / CURRENT, target)
    return target


def compiled(layout: Path) -> str:
    """The HTML of `message.mjml` and its blocks, with the placeholders where they were."""
    # Only whoever builds needs it: no function does.
    import mrml

    texts = {
        file.relative_to(layout).as_posix(): file.read_text(encoding="utf-8")
        for file in layout.rglob("*.mjml")
    }
    main = texts.pop("message.mjml")
    reading = mrml.ParserOptions(include_loader=mrml.memory_loader(texts))
    # No fonts of its own: it would load them from their maker whenever a mail is opened.
    writing = mrml.RenderOptions(fonts={})
    try:
        made = mrml.to_html(main, parser_options=reading, render_options=writing)
    except (OSError, ValueError) as error:
        raise LayoutError(f"{layout}: {error}") from None
    if made.warnings:
        raise LayoutError(f"{layout}: {'; '.join(str(one) for one in made.warnings)}")
    return _NO_HTML.sub("", _BETWEEN.sub("", made.content))


def _point(link: Path, target: Path) -> None:
    """Let the link name a folder, whoever else does the same at this moment."""
    if link.is_symlink() and link.readlink() == Path(target.name):
        return
    aside = link.with_name(f".{link.name}-{os.getpid()}")
    aside.unlink(missing_ok=True)
    aside.symlink_to(target.name)
    aside.replace(link)


if __name__ == "__main__":
    built()
