"""One message to a sample account, made and sent to nobody: what `dunning render`, previews of own
words and the API show. Words, layout and figures are the renderers'.
"""

from pathlib import Path

from dunning.adapters.gsm import parts
from dunning.adapters.render import NoSender, TemplateRenderer
from dunning.adapters.render_text import TextRenderer, Unwritable
from dunning.adapters.render_voice import SpeechRenderer, Unspeakable
from dunning.adapters.wording import NoWording
from dunning.domain.account import EMAIL, VOICE
from dunning.domain.calling import SMS
from dunning.domain.sample_account import Sample
from dunning.domain.wordings import DEMANDS
from dunning.service.ports import Links

UNSAYABLE = (NoWording, NoSender, Unspeakable, Unwritable)
"""What is raised where there is no such message, or it cannot be said to that account."""


class _Given:
    """The links of the account's file."""

    def __init__(self, links: Links) -> None:
        self._links = links

    def links(self, *_: object) -> Links:
        return self._links


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
    return {
        "template": said.template,
        "language": said.language,
        "voice": said.voice_id,
        "limited": said.limited,
        "speech": said.ssml,
        "text": said.text,
    }
