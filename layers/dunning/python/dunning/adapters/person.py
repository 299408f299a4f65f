"""The channel `task`: a line for a person in place of a message. The line itself is written with
the end of the claim (service/settlement): there is one for each notice, whoever stops when.
"""

from dunning.domain.account import Account
from dunning.domain.due import Send
from dunning.domain.identity import notice_id
from dunning.domain.policy import Rulebook
from dunning.domain.reach import TASK
from dunning.service.ports import Message

TEMPLATE = "task-1"
"""What the history record says of the words: the line has but one form."""


class TaskRenderer:
    """What a person is told is made of the claim, and holds no words of any language."""

    def render(
        self, creditor: str, account: str, state: Account, rulebook: Rulebook, send: Send
    ) -> Message:
        return Message(
            channel=TASK,
            sender="",
            to="",
            subject="",
            text="",
            html="",
            template=TEMPLATE,
            tags=(("notice", notice_id(account, send.serial)),),
        )


class TaskSender:
    """Nothing leaves: to confirm the claim is to write the line. Never fails."""

    def send(self, creditor: str, message: Message) -> str:
        return dict(message.tags)["notice"]


class NoLimit:
    """Lines for people wait for nobody's leave."""

    def take(self, creditor: str, channel: str) -> bool:
        return True
