"""What settings of a creditor need of contact rules: whether they can be used."""

from typing import Protocol

from dunning.domain.contact.ruleset import Ruleset


class ContactRules(Protocol):
    """What a creditor may be under. Raises ContactRulesetError, which says how to mend."""

    def check_name(self, name: str) -> None:
        """Whether it may name a shipped ruleset."""

    def check_own(self, text: str) -> Ruleset:
        """Its own rules, from the text of their file."""
