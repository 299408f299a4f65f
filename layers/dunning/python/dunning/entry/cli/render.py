"""`dunning render`: what a message says to an account, without sending it.
Reads an account and prints the message; words, layout and figures are the renderers'.
"""

from pathlib import Path
from typing import Annotated

import typer

from dunning.domain.account import EMAIL, VOICE
from dunning.domain.calling import SMS
from dunning.domain.fields import ReadingError
from dunning.domain.policy_steps import TONES
from dunning.domain.sample_account import Sample, read_sample
from dunning.domain.wordings import FIRST, WORDINGS
from dunning.entry import sample_messages
from dunning.entry.cli.output import fail, lines, object_of, say

CHANNELS = (EMAIL, VOICE, SMS)
BUILT = Path(__file__).resolve().parents[6] / "build" / "templates"


def render(
    account: Annotated[
        str, typer.Option(help="The account (JSON), in a file; - for standard input.")
    ],
    template: Annotated[str, typer.Option(help=f"What it says: {', '.join(WORDINGS)}.")] = FIRST,
    channel: Annotated[str, typer.Option(help="email, voice or sms.")] = EMAIL,
    tone: Annotated[str, typer.Option(help="friendly, persuasive or formal.")] = TONES[0],
    language: Annotated[str | None, typer.Option(help="As de; without it, the customer's.")] = None,
    limited: Annotated[
        bool | None,
        typer.Option(help="A call that anybody may hear; without it, by the customer's class."),
    ] = None,
    templates: Annotated[
        Path | None, typer.Option(help="Built templates; without it, those of `make templates`.")
    ] = None,
) -> None:
    """One line: subject, text and html of a mail, speech and text of a call, or a text."""
    for name, word, known in (
        ("template", template, WORDINGS),
        ("channel", channel, CHANNELS),
        ("tone", tone, TONES),
    ):
        if word not in known:
            fail(f"--{name}: {word!r} is not one; there are {', '.join(known)}")
    folder = templates or BUILT
    if not (folder / "email" / "message.html.j2").is_file():
        fail(f"--templates: {folder} holds no built templates; run `make templates`")
    try:
        sample = read_sample(object_of(account, "--account"))
        if language is not None:
            sample = sample.speaking(language)
        lines([message_of(channel, folder, sample, template, tone, limited)])
    except ReadingError as error:
        fail(f"--account: {error} ({error.code})")
    except sample_messages.UNSAYABLE as error:
        fail(str(error))


def message_of(
    channel: str,
    folder: Path,
    sample: Sample,
    wording: str,
    tone: str,
    limited: bool | None = None,
) -> dict[str, object]:
    """One message to a sample account, as it is printed. Raises what its renderer does."""
    said = sample_messages.message_of(channel, folder, sample, wording, tone, limited)
    if said.get("limited") and limited is None:
        say("dunning: this is what anybody may hear: of a natural person's debt no call speaks")
    return said
