"""Starts a whole local cloud with the deployed stacks in it, and stops it: emulator, front, gate.

Any number may run side by side: every port is free, every file is below the given directory.
"""

import contextlib
import json
import os
import shutil
import time
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3

from infra.local.clients import FrontClient, GateClient
from infra.local.identity import ACCOUNT, REGION, owner_environment, owner_session
from infra.local.processes import Child, Processes, free_port, sigterm_unwinds, wait_for
from infra.local.provider import GOCARDLESS_SECRET, STRIPE_SECRET, PaymentProvider

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".venv/bin/python"
EMULATOR_PYTHON = ROOT / ".venv-local/bin/python"
CDK = ROOT / "node_modules/.bin/cdk"
STACKS = ("duecourse-local-stateful", "duecourse-local-stateless")

# Reserved for examples; every address below it may send in a new cloud.
SENDER_DOMAIN = "example.com"

READY_WITHIN_SECONDS = 120.0
DEPLOYED_WITHIN_SECONDS = 1_200.0
LOOK_AGAIN_SECONDS = 0.03
SHORT_BACKLOG = 50
ANSWER_WITHIN_SECONDS = 60.0


class NotQuietError(RuntimeError):
    """Messages were still on their way when the time was up."""


class FunctionFailedError(RuntimeError):
    """A function that was invoked directly ended with an error."""


@dataclass(frozen=True)
class LocalCloud:
    """A running cloud: where it listens, what was deployed, and how to speak to it."""

    directory: Path
    endpoint: str
    gate: GateClient
    front: FrontClient
    outputs: Mapping[str, str]
    seconds: Mapping[str, float]
    """How long each part of the start took."""
    provider: PaymentProvider = field(repr=False)
    """Payment providers, whose pages and webhooks are played on this machine."""
    session: boto3.Session = field(repr=False)
    _clients: dict[str, Any] = field(default_factory=dict, repr=False)
    _deep: list[str] = field(default_factory=list, repr=False)
    """The queue that was found with a long backlog, until it is empty."""

    @property
    def gate_log(self) -> Path:
        return self.directory / "gate/log.jsonl"

    @property
    def emulator_log(self) -> Path:
        """What the emulator and every function wrote."""
        return self.directory / "logs/emulator.log"

    def client(self, service: str) -> Any:
        """A client with the account owner's rights, straight to the emulator: not counted."""
        if service not in self._clients:  # a client takes fifty milliseconds to make
            self._clients[service] = self.session.client(  # type: ignore[call-overload]
                service, endpoint_url=self.endpoint
            )
        return self._clients[service]

    def invoke(self, output: str, payload: object = None) -> Any:
        """Invoke the function whose name is the stacks' output, and read its answer."""
        answer = self.client("lambda").invoke(
            FunctionName=self.outputs[output], Payload=json.dumps(payload or {}).encode()
        )
        text = answer["Payload"].read()
        if answer.get("FunctionError"):
            raise FunctionFailedError(f"{output}: {text.decode()}")
        return json.loads(text or b"null")

    def depths(self) -> dict[str, int]:
        """Messages in each working queue, those being worked on included."""
        sqs = self.client("sqs")
        return {name: _depth(sqs, self.outputs[name]) for name in self._working_queues()}

    def dead_letters(self) -> dict[str, int]:
        sqs = self.client("sqs")
        return {
            name: _depth(sqs, url)
            for name, url in self.outputs.items()
            if name.endswith("DeadLetterQueueUrl")
        }

    def is_quiet(self) -> bool:
        """Whether no event is on its way and no message waits or is worked on. Held events stay."""
        # Twice: between a message's end and the event that it causes nothing is to be seen.
        if self._on_their_way():
            return False
        time.sleep(LOOK_AGAIN_SECONDS)
        return not self._on_their_way()

    def wait_until_quiet(self, seconds: float = 240.0) -> None:
        """Until `is_quiet`. Raises NotQuietError when the time is up."""
        until = time.monotonic() + seconds
        while not self.is_quiet():
            if time.monotonic() > until:
                left = {**self.depths(), "events": self.gate.pending()["queued"]}
                raise NotQuietError(f"after {seconds:.0f} s: {left}; see {self.emulator_log}")
            time.sleep(0.05)

    def _on_their_way(self) -> int:
        """Messages of the first queue that is not empty, or events. To look costs the emulator as
        much as the work that is waited for, so it is asked once for all queues; of one with a long
        backlog, whose messages would all be told, alone until it is empty."""
        if self._deep and (left := _depth(self.client("sqs"), self.outputs[self._deep[0]])):
            return left
        self._deep.clear()
        held = self._held()
        counts = {name: held.get(_queue(self.outputs[name]), 0) for name in self._working_queues()}
        self._deep.extend([one for one, count in counts.items() if count > SHORT_BACKLOG][:1])
        return next(filter(None, counts.values()), 0) or self.gate.pending()["queued"]

    def _held(self) -> dict[str, int]:
        """Messages of every queue by its name, waiting, delayed or worked on."""
        url = f"{self.endpoint}/_ministack/sqs/messages?account={ACCOUNT}"
        with urllib.request.urlopen(url, timeout=ANSWER_WITHIN_SECONDS) as response:
            told: dict[str, dict[str, dict[str, list[object]]]] = json.load(response)["messages"]
        regions = told.get(ACCOUNT, {})
        return {
            _queue(url): len(held) for queues in regions.values() for url, held in queues.items()
        }

    def _working_queues(self) -> list[str]:
        return [n for n in self.outputs if n.endswith("QueueUrl") and "DeadLetter" not in n]

    def verify_sender(self, identity: str) -> None:
        """An address or a domain may send from now on; the emulator asks for it as SES does."""
        self.client("sesv2").create_email_identity(EmailIdentity=identity)

    def takes_payments(self, creditor: str, *providers: str) -> None:
        """A creditor opens an account with payment providers: its keys are a secret from now on."""
        keys = {
            "stripe": {"webhook_secret": STRIPE_SECRET, "api_key": "sk_test_local"},
            "gocardless": {"webhook_secret": GOCARDLESS_SECRET, "api_key": "local-token"},
        }
        for name in providers:
            self.client("secretsmanager").create_secret(
                Name=f"duecourse/local/providers/{creditor}/{name}",
                SecretString=json.dumps(keys[name]),
            )

    @contextlib.contextmanager
    def visibility(self, output: str, seconds: int) -> Iterator[None]:
        """A failed message of this queue comes back after so many seconds instead of minutes."""
        sqs, url = self.client("sqs"), self.outputs[output]
        name = "VisibilityTimeout"
        before = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"][name]
        sqs.set_queue_attributes(QueueUrl=url, Attributes={name: str(seconds)})
        try:
            yield
        finally:
            sqs.set_queue_attributes(QueueUrl=url, Attributes={name: before})


@contextlib.contextmanager
def local_cloud(directory: Path, *, deploy: bool = True) -> Iterator[LocalCloud]:
    """A cloud in `directory` (emptied first), with the stacks unless told otherwise."""
    directory = directory.resolve()
    if directory.exists():
        shutil.rmtree(directory)
    directory.mkdir(parents=True)
    seconds: dict[str, float] = {}
    with (
        sigterm_unwinds(),
        _only_words_stay(directory),
        Processes(directory / "logs") as processes,
        contextlib.ExitStack() as stack,
    ):
        endpoint, front = _start_emulator(processes, directory, seconds)
        gate = _start_gate(processes, directory, endpoint, seconds)
        provider = stack.enter_context(_payment_provider())
        session = owner_session()
        outputs: dict[str, str] = {}
        if deploy:
            with _timed(seconds, "deploy"):
                _make_asset_bucket(session, endpoint)
                outputs = _deploy(processes, directory, endpoint, gate, provider.url)
        cloud = LocalCloud(
            directory=directory,
            endpoint=endpoint,
            gate=GateClient(gate),
            front=FrontClient(front),
            outputs=outputs,
            seconds=seconds,
            provider=provider,
            session=session,
        )
        if deploy:
            provider.now = lambda: _cell_s_instant(cloud)
            provider.callback = lambda name, creditor: "/".join(
                (outputs["PortalUrl"], "callbacks", name, *([creditor] if creditor else []))
            )
        cloud.verify_sender(SENDER_DOMAIN)
        yield cloud


@contextlib.contextmanager
def _only_words_stay(directory: Path) -> Iterator[None]:
    """In the end: logs, mails and outputs. Unpacked layers and templates are hundreds of MB."""
    try:
        yield
    finally:
        for bulk in ("tmp", "state", "cdk.out"):
            shutil.rmtree(directory / bulk, ignore_errors=True)


def _start_emulator(
    processes: Processes, directory: Path, seconds: dict[str, float]
) -> tuple[str, str]:
    """The front first: the functions' way to AWS is part of the emulator's environment."""
    with _timed(seconds, "emulator"):
        port = free_port()
        endpoint = f"http://127.0.0.1:{port}"
        front = _serve(processes, directory, "front", ["--upstream", endpoint])
        scratch = directory / "tmp"
        scratch.mkdir()
        environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(scratch),
            "LANG": "C.UTF-8",
            "TMPDIR": str(scratch),
            "STATE_DIR": str(directory / "state"),
            "S3_DATA_DIR": str(directory / "state/s3"),
            "AUTH": "true",
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(port),
            "MINISTACK_HOST": "127.0.0.1",
            "MINISTACK_REGION": REGION,
            "MINISTACK_ACCOUNT_ID": ACCOUNT,
            # Functions inherit this environment, so this is how they find AWS.
            "AWS_ENDPOINT_URL": front,
            "AWS_DEFAULT_REGION": REGION,
        }
        emulator = [str(EMULATOR_PYTHON), str(ROOT / "infra/local/emulator.py")]
        child = processes.start("emulator", emulator, env=environment, cwd=directory)
        wait_for(child, lambda: _answers(f"{endpoint}/_ministack/ready"), READY_WITHIN_SECONDS)
    return endpoint, front


def _start_gate(
    processes: Processes, directory: Path, endpoint: str, seconds: dict[str, float]
) -> str:
    with _timed(seconds, "gate"):
        options = ["--upstream", endpoint, "--region", REGION]
        options += ["--directory", str(directory / "gate")]
        return _serve(processes, directory, "gate", options)


def _serve(processes: Processes, directory: Path, name: str, options: list[str]) -> str:
    """A server of ours; it writes its address when it listens."""
    ready = directory / f"{name}.ready"
    argv = [str(PYTHON), "-m", f"infra.local.{name}", "--ready", str(ready), *options]
    child: Child = processes.start(name, argv, env=_clean_environment(), cwd=ROOT)
    wait_for(child, ready.exists, READY_WITHIN_SECONDS)
    return ready.read_text(encoding="utf-8")


@contextlib.contextmanager
def _payment_provider() -> Iterator[PaymentProvider]:
    """It listens before the stacks are deployed: functions are told where."""
    provider = PaymentProvider()
    provider.start()
    try:
        yield provider
    finally:
        provider.stop()


def _cell_s_instant(cloud: LocalCloud) -> int:
    """What the cell's clock shows: a webhook that is signed long ago is refused."""
    key = {"pk": {"S": "CLOCK"}, "sk": {"S": "CLOCK"}}
    table = cloud.outputs["TableName"]
    found = cloud.client("dynamodb").get_item(TableName=table, Key=key, ConsistentRead=True)
    return int(found["Item"]["now"]["N"]) if "Item" in found else int(time.time())


def _make_asset_bucket(session: boto3.Session, endpoint: str) -> None:
    """All of a bootstrap that a deployment with the caller's own credentials needs."""
    s3 = session.client("s3", endpoint_url=endpoint)
    s3.create_bucket(Bucket=f"cdk-hnb659fds-assets-{ACCOUNT}-{REGION}")


def _deploy(
    processes: Processes, directory: Path, endpoint: str, gate: str, provider: str
) -> dict[str, str]:
    outputs = directory / "outputs.json"
    argv = [
        str(CDK), "deploy", *STACKS,
        "--context", "cell=local", "--context", f"gate={gate}", "--context", f"endpoint={endpoint}",
        "--context", f"provider={provider}",
        "--output", str(directory / "cdk.out"), "--outputs-file", str(outputs),
        "--require-approval", "never", "--method", "direct", "--progress", "events", "--ci",
    ]  # fmt: skip
    environment = {
        **_clean_environment(),
        **owner_environment(endpoint),
        "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "1",
        "NODE_OPTIONS": "--no-warnings",
        # tests/infra validates the templates of every cell; here it would only be waited for.
        "CDK_VALIDATION": "false",
    }
    processes.run("deploy", argv, env=environment, cwd=ROOT, seconds=DEPLOYED_WITHIN_SECONDS)
    stacks: dict[str, dict[str, str]] = json.loads(outputs.read_text(encoding="utf-8"))
    return {name: value for stack in stacks.values() for name, value in stack.items()}


def _clean_environment() -> dict[str, str]:
    """Ours, without whatever points at somebody's real account."""
    return {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}


def _queue(url: str) -> str:
    return url.rpartition("/")[2]


def _depth(sqs: Any, url: str) -> int:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    names.append("ApproximateNumberOfMessagesDelayed")
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(int(found.get(name, 0)) for name in names)


def _answers(url: str) -> bool:
    with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=1) as response:
        return bool(response.status == 200)
    return False


@contextlib.contextmanager
def _timed(seconds: dict[str, float], name: str) -> Iterator[None]:
    start = time.monotonic()
    yield
    seconds[name] = round(time.monotonic() - start, 2)
