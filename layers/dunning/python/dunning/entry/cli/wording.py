"""`dunning wording`: a creditor's own words, tried before they are uploaded, listed and taken back.
What may be said is the adapters' to check; what holds is what stands in the bucket.
"""

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from dunning.adapters.own_wording_trial import OwnWordingFiles
from dunning.adapters.sample_accounts import samples
from dunning.domain.account import VOICE
from dunning.domain.calendar import iso_instant
from dunning.domain.calling import SMS
from dunning.domain.fields import ReadingError, nearest
from dunning.domain.own_wording import WordingVersion, file_of, name_of, nothing, said_in
from dunning.domain.policy_steps import TONES
from dunning.domain.sample_account import read_sample
from dunning.domain.wording_refused import OwnWordingError
from dunning.domain.wordings import FIRST, SPOKEN, TEXTED, WORDINGS
from dunning.entry.cli import cell as cells
from dunning.entry.cli.cell import Cell, OfCreditor, creditor_in
from dunning.entry.cli.output import fail, lines, object_of, say, text_of
from dunning.entry.cli.render import BUILT, message_of

if TYPE_CHECKING:
    from dunning.entry.bootstrap import Wiring

Which = Annotated[
    str, typer.Option("--file", help="Which file, as email/de, email/de.html, voice/en or sms/fr.")
]
Built = Annotated[
    Path | None,
    typer.Option("--templates", help="Built templates; else those of `make templates`."),
]
app = typer.Typer(no_args_is_help=True, help="A creditor's own words.")


@app.command()
def check(
    path: Annotated[Path, typer.Argument(help="The file (TOML, or HTML).")],
    file: Which,
    templates: Built = None,
) -> None:
    """Whether a file would be taken: one line a problem on standard error, exit code 2."""
    _checked(templates, file, text_of(path, "the file"))
    lines([{"file": file, "upload_as": f"config/CREDITOR/{name_of(file)}", "problems": 0}])


@app.command()
def preview(
    file: Which,
    path: Annotated[
        Path | None, typer.Option("--own", help="A file that nobody has uploaded yet.")
    ] = None,
    cell: Annotated[str | None, typer.Option(help="Else a cell, for what was uploaded.")] = None,
    creditor: OfCreditor = None,
    version: Annotated[int | None, typer.Option(help="Of the cell's; else what holds.")] = None,
    template: Annotated[str, typer.Option(help=f"What it says: {', '.join(WORDINGS)}.")] = FIRST,
    tone: Annotated[str, typer.Option(help="friendly, persuasive or formal.")] = TONES[0],
    account: Annotated[
        str | None, typer.Option(help="An account as of `dunning render`; else a usual one.")
    ] = None,
    templates: Built = None,
) -> None:
    """One message in these words, as `dunning render` prints it. Nothing is sent or stored."""
    if (path is None) == (cell is None):
        fail("give --own with a file, or --cell for what was uploaded")
    channel, language = said_in(file)
    known = {VOICE: SPOKEN, SMS: TEXTED}.get(channel, WORDINGS)
    for option, word, words in (("template", template, known), ("tone", tone, TONES)):
        if word not in words:
            fail(f"--{option}: {word!r} is not one; there are {', '.join(words)}")
    if path is not None:
        text = text_of(path, "--own")
    else:
        assert cell is not None
        wiring = cells.wiring_of(cell)
        text = _version(wiring, creditor_in(wiring, creditor), file, version).source
    files = _checked(templates, file, text)
    try:
        sample = (
            samples()[0][1] if account is None else read_sample(object_of(account, "--account"))
        )
        sample = sample.speaking(language)
        sample = replace(sample, rulebook=replace(sample.rulebook, wording=files.trial(file, text)))
        lines([message_of(channel, templates or BUILT, sample, template, tone)])
    except ReadingError as error:
        fail(f"--account: {error} ({error.code})")


@app.command(name="list")
def listed(cell: Cell, creditor: OfCreditor = None) -> None:
    """Every version of every file, the newest first, and which one holds."""
    wiring = cells.wiring_of(cell)
    owner = creditor_in(wiring, creditor)
    lines(
        {
            "creditor": owner,
            "file": file,
            "version": number,
            "holds": number == newest,
            "taken": iso_instant(found.at),
            "upload": found.upload or None,
            "characters": len(found.source),
        }
        for file, newest in sorted(_versions(wiring, owner).items())
        for number in range(newest, 0, -1)
        if (found := wiring.rulebooks.wording(owner, file, number)) is not None
    )


@app.command()
def show(
    file: Which,
    cell: Cell,
    creditor: OfCreditor = None,
    version: Annotated[int | None, typer.Option(help="Else the one that holds.")] = None,
) -> None:
    """The text of one version, as it was uploaded."""
    wiring = cells.wiring_of(cell)
    sys.stdout.write(_version(wiring, creditor_in(wiring, creditor), file, version).source)


@app.command()
def rollback(
    file: Which,
    to: Annotated[int, typer.Option(help="The version that is to hold again; 0: none of our own.")],
    cell: Cell,
    creditor: OfCreditor = None,
    templates: Built = None,
) -> None:
    """Upload an older version again: it is checked like any upload, and holds as a new version."""
    wiring = cells.wiring_of(cell)
    owner = creditor_in(wiring, creditor)
    text = nothing(file) if to == 0 else _version(wiring, owner, file, to).source
    newest = _versions(wiring, owner).get(file, 0)
    if newest == 0:
        fail(f"--file: {owner} has no words of its own in {file}: there is nothing to take back")
    _checked(templates, file, text)
    key = f"config/{owner}/{name_of(file)}"
    wiring.blobs.write(owner, key, text.encode(), "text/plain; charset=utf-8")
    say(f"dunning: uploaded {key}; `dunning wording list` shows it once it is taken")
    lines([{"creditor": owner, "file": file, "again": to, "before": newest}])


def _checked(templates: Path | None, file: str, text: str) -> OwnWordingFiles:
    """The checks, after they were passed."""
    folder = templates or BUILT
    if not (folder / "email" / "message.html.j2").is_file():
        fail(f"--templates: {folder} holds no built templates; run `make templates`")
    files = OwnWordingFiles(folder)
    try:
        files.check(name_of(file), text)
    except OwnWordingError as error:
        fail(*(f"{file}: {problem}" for problem in error.problems))
    except ReadingError:
        _unknown(file, tuple(map(file_of, files.known())))
    return files


def _unknown(file: str, known: tuple[str, ...]) -> NoReturn:
    fail(f"--file: {file!r} is none; {nearest(file, known)}")


def _versions(wiring: "Wiring", creditor: str) -> dict[str, int]:
    book = wiring.rulebooks.rulebook(creditor)
    return dict(book.wording.versions) if book else {}


def _version(wiring: "Wiring", creditor: str, file: str, version: int | None) -> WordingVersion:
    known = _versions(wiring, creditor)
    if file not in known:
        fail(f"--file: {creditor} has words of its own in {', '.join(sorted(known)) or 'no file'}")
    found = wiring.rulebooks.wording(creditor, file, version or known[file])
    if found is None:
        fail(f"{file} has versions 1 to {known[file]}, and no {version}")
    return found
