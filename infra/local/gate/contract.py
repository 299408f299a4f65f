"""Whether a request is one that AWS would take: botocore's own model of the service, read strictly.

ParamValidator knows names, types and what is required; the rest of the model is checked here.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any
from xml.etree import ElementTree

import botocore.session
from botocore.model import ListShape, MapShape, ServiceModel, Shape, StructureShape
from botocore.validate import ParamValidator

SES = "sesv2"
VOICE = "pinpoint-sms-voice-v2"

# Documented for message tags, but not part of the model.
_TAG = re.compile(r"[A-Za-z0-9_-]{1,256}\Z")
MOST_RECIPIENTS = 50
MOST_MAIL_BYTES = 40 * 1_000_000
"""A mail as it travels, attachments in Base64 (SES v2 quota)."""
LONGEST_TEXT = 3_000


@cache
def service_model(service: str) -> ServiceModel:
    return botocore.session.get_session().get_service_model(service)


def problems(service: str, operation: str, params: object) -> list[str]:
    """Every reason for which AWS would refuse the request; empty when it would take it."""
    shape = service_model(service).operation_model(operation).input_shape
    if shape is None:
        return []
    if not isinstance(params, dict):
        return ["the body is not a JSON object"]
    report = ParamValidator().validate(params, shape)
    if report.has_errors():
        return report.generate_report().splitlines()
    found = [*_strict(params, shape, "")]
    if (service, operation) == (SES, "SendEmail"):
        found += _mail(params)
    if (service, operation) == (VOICE, "SendVoiceMessage"):
        found += _call(params)
    return found


def _strict(value: Any, shape: Shape, at: str) -> Iterator[str]:
    if value is None:
        yield f"{at}: null is not a value"
    elif isinstance(shape, StructureShape):
        for name, member in shape.members.items():
            if name in value:
                yield from _strict(value[name], member, f"{at}.{name}")
    elif isinstance(shape, ListShape):
        yield from _size(len(value), shape, at)
        for index, item in enumerate(value):
            yield from _strict(item, shape.member, f"{at}[{index}]")
    elif isinstance(shape, MapShape):
        yield from _size(len(value), shape, at)
        for key, item in value.items():
            yield from _strict(key, shape.key, f"{at}.{key} (key)")
            yield from _strict(item, shape.value, f"{at}.{key}")
    else:
        yield from _scalar(value, shape, at)


def _scalar(value: Any, shape: Shape, at: str) -> Iterator[str]:
    if isinstance(value, str):
        yield from _size(len(value), shape, at)
        enum = getattr(shape, "enum", None)
        if enum and value not in enum:
            yield f"{at}: {value!r} is none of {', '.join(enum)}"
        fits = _pattern(shape.metadata.get("pattern"))
        if not fits(value):
            yield f"{at}: {value!r} does not match {shape.metadata['pattern']}"
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield from _size(value, shape, at)


def _size(size: float, shape: Shape, at: str) -> Iterator[str]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and size < float(least):
        yield f"{at}: {size} is less than {least}"
    if most is not None and size > float(most):
        yield f"{at}: {size} is more than {most}"


@cache
def _pattern(text: str | None) -> Callable[[str], bool]:
    if text is None:
        return lambda _: True
    try:
        compiled = re.compile(text)
    except re.error:
        # The model writes Java's dialect; what Python cannot read is left unchecked.
        return lambda _: True
    return lambda value: compiled.fullmatch(value) is not None


def _call(params: dict[str, Any]) -> Iterator[str]:
    """What the model leaves to the documentation: SSML is one element, and text is shorter."""
    body, kind = str(params.get("MessageBody", "")), params.get("MessageBodyTextType", "TEXT")
    if not body:
        yield "MessageBody: nothing is said"
    if kind == "TEXT" and len(body) > LONGEST_TEXT:
        yield f"MessageBody: {len(body)} characters of text are more than {LONGEST_TEXT}"
    if kind == "SSML" and body:
        try:
            root = ElementTree.fromstring(body)
        except ElementTree.ParseError as error:
            yield f"MessageBody: not well-formed ({error})"
            return
        if root.tag.rpartition("}")[2] != "speak":
            yield f"MessageBody: SSML is one speak element, not {root.tag}"
        said = "".join(root.itertext())
        if len(said) > LONGEST_TEXT:
            yield f"MessageBody: {len(said)} characters are said, more than {LONGEST_TEXT}"


def _mail(params: dict[str, Any]) -> Iterator[str]:
    destination = params.get("Destination") or {}
    everyone = [address for kind in destination.values() for address in kind]
    if not everyone:
        yield "Destination: no recipient"
    if len(everyone) > MOST_RECIPIENTS:
        yield f"Destination: more than {MOST_RECIPIENTS} recipients"
    yield from (
        f"Destination: {address!r} is not an address" for address in everyone if "@" not in address
    )
    content = params["Content"]
    if len(content) != 1:
        yield "Content: exactly one of Simple, Raw, Template"
    if "Raw" not in content and not params.get("FromEmailAddress"):
        yield "FromEmailAddress: missing"
    simple = content.get("Simple") or {}
    files = simple.get("Attachments", ())
    if sum(len(file["RawContent"]) for file in files) > MOST_MAIL_BYTES:
        yield f"Attachments: more than {MOST_MAIL_BYTES} bytes as they travel"
    names = [tag["Name"] for tag in params.get("EmailTags", [])]
    if len(names) != len(set(names)):
        yield "EmailTags: a name occurs twice"
    for tag in params.get("EmailTags", []):
        for part in ("Name", "Value"):
            if not _TAG.match(tag[part]):
                yield f"EmailTags: {part} {tag[part]!r} has other than A-Z a-z 0-9 _ -"
