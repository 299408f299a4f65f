"""The queues of a cell by name. What feeds and empties each stands with the stack and its parts."""

from __future__ import annotations

from dataclasses import dataclass

from infra.constructs.buffer import Buffer


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
