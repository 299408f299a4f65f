"""What the desk of a creditor does over the API: publishes policies and own words, and looks at
messages before anybody gets one. Made when it is first asked for: most requests never need it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from dunning.adapters.own_wording_trial import OwnWordingFiles
from dunning.adapters.sample_accounts import samples
from dunning.domain.account import EMAIL
from dunning.domain.fields import ReadingError, nearest, printable
from dunning.domain.own_wording import name_of, said_in
from dunning.domain.sample_account import read_sample
from dunning.domain.wordings import SPOKEN, WORDINGS
from dunning.entry import sample_messages
from dunning.service.publishing import Publishing


@dataclass(frozen=True)
class Desk:
    """The use cases behind /policies and /templates."""

    publishing: Publishing
    files: OwnWordingFiles
    templates: Path

    def preview(
        self,
        file: str,
        text: str | None,
        template: str,
        tone: str,
        account: Mapping[str, Any] | None,
    ) -> dict[str, object]:
        """One message, in the words of a text (None: the shipped ones alone), to a usual account or
        the one that is given. Raises OwnWordingError for words that would be refused, and
        ReadingError for an account or a message that there is not."""
        channel, language = said_in(file)
        if name_of(file) not in self.files.known():
            raise ReadingError("unknown_file", "", f"there is no file of wording {printable(file)}")
        messages = WORDINGS if channel == EMAIL else SPOKEN
        if template not in messages:
            said = f"template {printable(template)} is not one; {nearest(template, messages)}"
            raise ReadingError("no_such_message", "template", said)
        if text is not None:
            self.files.check(name_of(file), text)
        sample = samples()[0][1] if account is None else read_sample(account)
        sample = sample.speaking(language)
        if text is not None:
            words = self.files.trial(file, text)
            sample = replace(sample, rulebook=replace(sample.rulebook, wording=words))
        try:
            return sample_messages.message_of(channel, self.templates, sample, template, tone)
        except sample_messages.UNSAYABLE as error:
            raise ReadingError("no_such_message", "template", str(error)) from None
