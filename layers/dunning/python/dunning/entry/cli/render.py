"""`dunning render`: what a message says to an account, without sending it.
Reads an account and prints the message; words, layout and figures are the renderers'.
"""

from pathlib import Path
from typing import Annotated

import typer

from dunning.adapters.gsm import parts
from dunning.adapters.render import NoSender, TemplateRenderer
from dunning.adapters.render_text import TextRenderer, Unwritable
from dunning.adapters.render_voice import SpeechRenderer, Unspeakable
from dunning.adapters.wording import NoWording
from dunning.domain.account import EMAIL, VOICE
from dunning.domain.calling import SMS
from dunning.domain.fields import ReadingError
from dunning.domain.policy_steps import TONES
from dunning.domain.sample_account import Sample, read_sample
from dunning.domain.wordings import DEMANDS, FIRST, WORDINGS
from dunning.entry.cli.output import fail, lines, object_of, say
from dunning.service.ports import Links

CHANNELS = (EMAIL, VOICE, SMS)
BUILT = Path(__file__).resolve().parents[6] / "build" / "templates"


class _Given:
    """The links of the account's file."""

    def __init__(self, links: Links) -> None:
        self._links = links

    def links(self, *_: object) -> Links:
        return self._links


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
    except (NoWording, NoSender, Unspeakable, Unwritable) as error:
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
    made = {EMAIL: _mail, VOICE: _call, SMS: _text}[channel]
    return made(folder, sample, wording, tone, limited)


def _mail(
    folder: Path, sample: Sample, wording: str, tone: str, _: bool | None
) -> dict[str, object]:
    links = Links(**sample.links)
    renderer = TemplateRenderer(folder, _Given(links))
    creditor = sample.rulebook.creditor.creditor
    if wording in DEMANDS:
        send = sample.send(wording, tone, EMAIL)
        key = f"{creditor}#{sample.state.head.customer}"
        mail = renderer.render(creditor, key, sample.state, sample.rulebook, send)
    else:
        telling, to = sample.telling(wording), sample.address(EMAIL)
        mail = renderer.tell(sample.state, sample.rulebook, telling, tone, to, links)
    return {
        "template": mail.template,
        "from": mail.sender,
        "to": mail.to,
        "subject": mail.subject,
        "text": mail.text,
        "html": mail.html,
        "pictures": [picture.cid for picture in mail.inline],
    }


def _text(
    folder: Path, sample: Sample, wording: str, tone: str, _: bool | None
) -> dict[str, object]:
    renderer = TextRenderer(folder)
    if wording in DEMANDS:
        said = renderer.render_text(sample.state, sample.rulebook, sample.send(wording, tone, SMS))
    else:
        telling = sample.telling(wording)
        said = renderer.tell_text(sample.state, sample.rulebook, telling, tone)
    return {
        "template": said.template,
        "language": said.language,
        "parts": parts(said.text),
        "text": said.text,
    }


def _call(
    folder: Path, sample: Sample, wording: str, tone: str, limited: bool | None
) -> dict[str, object]:
    renderer = SpeechRenderer(folder)
    if wording in DEMANDS:
        send = sample.send(wording, tone, VOICE)
        said = renderer.render_voice(sample.state, sample.rulebook, send, limited=limited)
    else:
        telling = sample.telling(wording)
        said = renderer.tell_voice(sample.state, sample.rulebook, telling, tone, limited=limited)
    if said.limited and limited is None:
        say("dunning: this is what anybody may hear: of a natural person's debt no call speaks")
    return {
        "template": said.template,
        "language": said.language,
        "voice": said.voice_id,
        "limited": said.limited,
        "speech": said.ssml,
        "text": said.text,
    }
