"""The queues of a cell by name, and how long what takes a message from each may be at work on it.
What feeds and empties each stands with the stack and its parts."""

from __future__ import annotations

from dataclasses import dataclass

import aws_cdk as cdk
from constructs import Construct

from infra.config import Cell
from infra.constructs.buffer import Buffer

IMPORT_TIMEOUT = cdk.Duration.minutes(15)
_IMPORT_AGAIN = cdk.Duration.minutes(16)
"""A file whose reader died is read anew as soon as the reader could no longer be at work. Not six
timeouts: those are for messages that are handed out and turned away for want of workers, which the
mapping's own maximum prevents; and two readers at once would do no harm."""
PART_TIMEOUT = cdk.Duration.minutes(2)
_PART_AGAIN = cdk.Duration.minutes(4)
"""A part takes seconds, stops by itself before its time is over and is sent on; one whose worker
died is taken up again after four minutes, for somebody waits for the report."""
MESSAGE_TIMEOUT = cdk.Duration.seconds(60)


@dataclass(frozen=True)
class Queues:
    """One of each; `voice` only of a cell that telephones."""

    imports: Buffer
    parts: Buffer
    email: Buffer
    feedback: Buffer
    sent: Buffer
    voice: Buffer | None = None
    """Of a cell that telephones: calls and texts."""

    @classmethod
    def made(cls, scope: Construct, cell: Cell) -> Queues:
        """Those of a cell, each with its dead letters."""
        return cls(
            imports=Buffer(
                scope, "Imports", function_timeout=IMPORT_TIMEOUT, visibility=_IMPORT_AGAIN
            ),
            parts=Buffer(scope, "Parts", function_timeout=PART_TIMEOUT, visibility=_PART_AGAIN),
            email=Buffer(scope, "Email", function_timeout=MESSAGE_TIMEOUT),
            feedback=Buffer(scope, "Feedback", function_timeout=MESSAGE_TIMEOUT),
            sent=Buffer(
                scope,
                "Sent",
                function_timeout=MESSAGE_TIMEOUT,
                window_seconds=cell.sent_window_seconds,
            ),
            voice=Buffer(scope, "Voice", function_timeout=MESSAGE_TIMEOUT) if cell.phone else None,
        )

    def named(self) -> dict[str, Buffer]:
        voice = {"Voice": self.voice} if self.voice else {}
        return {
            **voice,
            "Imports": self.imports,
            "Parts": self.parts,
            "Email": self.email,
            "Feedback": self.feedback,
            "Sent": self.sent,
        }
