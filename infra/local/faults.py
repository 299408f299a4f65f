"""Which request to AWS goes wrong, when and how: the rules of the front, and their matching.

Pure but for a lock; the front carries out what stands here.
"""

import re
import threading
from dataclasses import asdict, dataclass, field, fields
from fnmatch import fnmatchcase
from typing import Any, Literal, Self
from urllib.parse import parse_qs

from infra.local.wire import Request

# Functions act under their role's session; a person's or the deployment's key starts otherwise.
SESSION_KEY = "ASIA"

When = Literal["before", "after"]
Action = Literal["kill", "drop", "delay", "error"]

_SCOPE = re.compile(r"Credential=(?P<key>[^/,\s]+)/\d+/[^/]+/(?P<service>[^/]+)/aws4_request")
# What an S3 request asks for stands in its query, else in its method.
_S3_SUBRESOURCES = {
    "uploads": "MultipartUpload",
    "uploadId": "MultipartUpload",
    "tagging": "Tagging",
}


class RuleError(ValueError):
    """A rule that names no known field, moment or action."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """The nth request that matches, and the ones after it up to `times`, is acted on.

    `before`: the emulator never sees it. `after`: the emulator has done it, the caller never hears.
    """

    operation: str = "*"
    """`service:Operation`, with wildcards: `dynamodb:UpdateItem`, `sqs:*`."""
    function: str = "*"
    """The calling function's name, with wildcards."""
    contains: str = ""
    """Only requests whose body holds this text."""
    nth: int = 1
    times: int = 1
    when: When = "before"
    action: Action = "kill"
    seconds: float = 0.0
    """How long `delay` waits."""
    code: str = "ThrottlingException"
    """What `error` answers."""

    def __post_init__(self) -> None:
        if self.when not in ("before", "after"):
            raise RuleError(f"when is before or after, not {self.when!r}")
        if self.action not in ("kill", "drop", "delay", "error"):
            raise RuleError(f"action is kill, drop, delay or error, not {self.action!r}")
        if self.nth < 1 or self.times < 1:
            raise RuleError("nth and times count from 1")

    @classmethod
    def read(cls, data: dict[str, Any]) -> Self:
        unknown = set(data) - {f.name for f in fields(cls)}
        if unknown:
            raise RuleError(f"unknown: {', '.join(sorted(unknown))}")
        return cls(**data)

    def fits(self, call: "Call") -> bool:
        return (
            fnmatchcase(call.operation, self.operation)
            and (not self.contains or self.contains.encode() in call.request.body)
            # Last: it may have to look for the process.
            and (self.function == "*" or fnmatchcase(call.function(), self.function))
        )


@dataclass
class _Standing:
    rule: Rule
    seen: int = 0


@dataclass(frozen=True)
class Call:
    """One request to AWS, named as AWS names it."""

    request: Request
    service: str
    name: str
    access_key: str
    owner: "Owners" = field(repr=False, compare=False)

    @property
    def operation(self) -> str:
        return f"{self.service}:{self.name}"

    def function(self) -> str:
        return self.owner.function_of(self.access_key, self.request.client)


class Owners:
    """Which function an access key belongs to; a function keeps its key as long as it lives."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def function_of(self, access_key: str, client: tuple[str, int]) -> str:
        if not access_key.startswith(SESSION_KEY):
            return ""
        if access_key not in self._known:
            found = self._look(client)
            if not found:
                return ""
            self._known[access_key] = found
        return self._known[access_key]

    def _look(self, client: tuple[str, int]) -> str:
        raise LookupError(f"nobody looks for {client}")


def read_call(request: Request, owner: Owners) -> Call:
    """Names a request by its signature's scope and its target, path or method."""
    scope = _SCOPE.search(request.header("authorization"))
    service = scope["service"] if scope else "unsigned"
    target = request.header("x-amz-target")
    if target:
        name = target.rpartition(".")[2]
    elif service == "s3":
        name = _s3_name(request)
    else:
        name = f"{request.method} {request.path}"
    return Call(request, service, name, scope["key"] if scope else "", owner)


def _s3_name(request: Request) -> str:
    verb = request.method.capitalize()
    asked = parse_qs(request.query, keep_blank_values=True)
    if "partNumber" in asked:
        return "UploadPart"
    for word, name in _S3_SUBRESOURCES.items():
        if word in asked:
            return f"{verb}{name}"
    key = request.path.strip("/").partition("/")[2]
    if not key:
        return "ListObjectsV2" if "list-type" in asked else f"{verb}Bucket"
    return f"{verb}Object"


class Faults:
    """The rules that stand, and which of them a request meets."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._standing: list[_Standing] = []
        self._fired: list[dict[str, Any]] = []

    def add(self, rule: Rule) -> None:
        with self._lock:
            self._standing.append(_Standing(rule))

    def clear(self) -> None:
        with self._lock:
            self._standing.clear()
            self._fired.clear()

    def meet(self, call: Call) -> Rule | None:
        """The rule to act on, if this call is one that a rule waits for."""
        with self._lock:
            standing = list(self._standing)
        for one in standing:
            if not one.rule.fits(call):
                continue
            with self._lock:
                one.seen += 1
                first, last = one.rule.nth, one.rule.nth + one.rule.times - 1
                if first <= one.seen <= last:
                    return one.rule
        return None

    def note(self, rule: Rule, call: Call, pid: int | None) -> None:
        with self._lock:
            self._fired.append({"operation": call.operation, "pid": pid, "rule": asdict(rule)})

    def fired(self) -> list[dict[str, Any]]:
        with self._lock:
            return list(self._fired)
