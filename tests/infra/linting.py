"""What cfn-lint says of a template: its two hundred rules are loaded once for all templates."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from cfnlint.config import ConfigMixIn
from cfnlint.decode.decode import decode_str
from cfnlint.runner import Runner

from tests.infra.reading import Reading

# CDK writes a DependsOn from each function to its role, which the function names anyway.
HARMLESS = ["W3005"]


def findings(reading: Reading) -> list[str]:
    """Every finding but the harmless ones, as cfn-lint's command line prints it."""
    template, unread = decode_str(Path(reading.template_file).read_text(encoding="utf-8"))
    assert unread == []
    return [str(match) for match in _runner().validate_template(template)]


@cache
def _runner() -> Runner:
    return Runner(ConfigMixIn(ignore_checks=HARMLESS))
