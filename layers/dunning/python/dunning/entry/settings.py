"""The environment of a function as one typed value, read once. Nobody else reads os.environ.
Values only: what is made of them is the bootstrap's.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TABLE = "table"
WALL = "wall"
TEMPLATES = "/opt/templates"
COMMON = ("TABLE_NAME", "BUCKET_NAME", "CELL")


class SettingsError(RuntimeError):
    """The environment cannot be run with; the message names every variable at fault."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a cell's functions are told. What a function does not need may be empty; what it does
    need is named where the settings are read."""

    cell: str
    table_name: str
    bucket_name: str
    address_key_secret: str = ""
    clock_source: str = WALL
    """`table` in the local cell alone: a template test holds that no AWS cell has it."""
    templates_path: Path = Path(TEMPLATES)
    email_queue_url: str = ""
    email_rate: float = 0.0
    email_max_receive_count: int = 0
    parts_queue_url: str = ""
    parts_max_receive_count: int = 0
    configuration_set: str = ""
    channels: tuple[str, ...] = ("email",)
    """What the cell carries; on other channels nothing is planned."""
    phone: str = ""
    """How it telephones, as JSON (adapters/phone_setup.py); empty: not at all."""
    voice_queue_url: str = ""
    voice_rate: float = 0.0
    sms_rate: float = 0.0
    voice_max_receive_count: int = 0
    opt_out_list: str = ""
    """Name of the telephone service's list of numbers that are not called; empty: there is none."""
    link_keys_secret: str = ""
    portal_url: str = ""
    """Where the pages behind links are; empty: messages carry no links."""
    provider_secrets: str = ""
    """What the names of the secrets begin with that hold the keys of creditors' providers."""
    provider_api: str = ""
    """Where providers are spoken with in the local cloud; empty: each at its own address."""
    link_requests_url: str = ""
    """The queue of who asks for a new link."""
    callback_queue_url: str = ""
    callback_max_receive_count: int = 0
    pdf_function: str = ""
    """Name of the function that prints; empty: there are no PDFs."""
    webhook_queue_url: str = ""
    webhook_dead_letters_url: str = ""
    webhook_secrets: str = ""
    """What the names of the secrets begin with that sign for creditors' endpoints."""
    webhooks_to_loopback: bool = False
    """Of the local cell alone, as a template test holds: a receiver on this machine is called."""

    @classmethod
    def read(cls, environment: Mapping[str, str], needs: tuple[str, ...] = ()) -> "Settings":
        """The settings of an environment that has the common variables and those in `needs`."""
        missing = [name for name in (*COMMON, *needs) if not environment.get(name)]
        if missing:
            raise SettingsError(f"missing in the environment: {', '.join(missing)}")
        clock = environment.get("CLOCK_SOURCE") or WALL
        if clock not in (WALL, TABLE):
            raise SettingsError(f"CLOCK_SOURCE is {clock!r}; write {WALL} or {TABLE}, or leave it")
        return cls(
            cell=environment["CELL"],
            table_name=environment["TABLE_NAME"],
            bucket_name=environment["BUCKET_NAME"],
            address_key_secret=environment.get("ADDRESS_KEY_SECRET", ""),
            clock_source=clock,
            templates_path=Path(environment.get("TEMPLATES_PATH") or TEMPLATES),
            email_queue_url=environment.get("EMAIL_QUEUE_URL", ""),
            email_rate=_positive(environment, "EMAIL_RATE"),
            email_max_receive_count=int(_positive(environment, "EMAIL_MAX_RECEIVE_COUNT")),
            parts_queue_url=environment.get("PARTS_QUEUE_URL", ""),
            parts_max_receive_count=int(_positive(environment, "PARTS_MAX_RECEIVE_COUNT")),
            configuration_set=environment.get("CONFIGURATION_SET", ""),
            channels=_names(environment.get("CHANNELS") or "email"),
            phone=environment.get("PHONE", ""),
            voice_queue_url=environment.get("VOICE_QUEUE_URL", ""),
            voice_rate=_positive(environment, "VOICE_RATE"),
            sms_rate=_positive(environment, "SMS_RATE"),
            voice_max_receive_count=int(_positive(environment, "VOICE_MAX_RECEIVE_COUNT")),
            opt_out_list=environment.get("OPT_OUT_LIST", ""),
            link_keys_secret=environment.get("LINK_KEYS_SECRET", ""),
            portal_url=environment.get("PORTAL_URL", ""),
            provider_secrets=environment.get("PROVIDER_SECRETS", ""),
            provider_api=environment.get("PROVIDER_API", ""),
            link_requests_url=environment.get("LINK_REQUESTS_URL", ""),
            callback_queue_url=environment.get("CALLBACK_QUEUE_URL", ""),
            callback_max_receive_count=int(_positive(environment, "CALLBACK_MAX_RECEIVE_COUNT")),
            pdf_function=environment.get("PDF_FUNCTION", ""),
            webhook_queue_url=environment.get("WEBHOOK_QUEUE_URL", ""),
            webhook_dead_letters_url=environment.get("WEBHOOK_DEAD_LETTERS_URL", ""),
            webhook_secrets=environment.get("WEBHOOK_SECRETS", ""),
            webhooks_to_loopback=environment.get("WEBHOOKS_TO_LOOPBACK") == "yes",
        )


@cache
def from_environment(*needs: str) -> Settings:
    """The settings of this process."""
    return Settings.read(os.environ, needs)


def on_aws_lambda() -> bool:
    """Whether this process is a function's, and may prepare itself before the first event."""
    return "AWS_LAMBDA_INITIALIZATION_TYPE" in os.environ


def _names(text: str) -> tuple[str, ...]:
    return tuple(name for part in text.split(",") if (name := part.strip()))


def _positive(environment: Mapping[str, str], name: str) -> float:
    text = environment.get(name, "")
    if not text:
        return 0.0
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise SettingsError(f"{name} is {text!r}; write a number above 0")
    return value
