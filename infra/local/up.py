"""`make up`: a local cloud kept running in the background, with its addresses on the screen.

One at a time for each work tree; `make down` stops it.
"""

import argparse
import json
import os
import subprocess
import sys
import time

import psutil

from infra.local import sample
from infra.local.cloud import DEPLOYED_WITHIN_SECONDS, ROOT, LocalCloud, local_cloud
from infra.local.serving import ended

DIRECTORY = ROOT / "build/up"
STATE = ROOT / "build/up.json"
LOG = ROOT / "build/up.log"


def running() -> dict[str, object] | None:
    """What the keeper wrote about itself, while it lives."""
    if not STATE.is_file():
        return None
    state: dict[str, object] = json.loads(STATE.read_text(encoding="utf-8"))
    return state if is_keeper(int(str(state["pid"]))) else None


def is_keeper(pid: int) -> bool:
    """Whether that process is the keeper; the number may have been given to another one."""
    try:
        command = psutil.Process(pid).cmdline()
    except psutil.Error:
        return False
    return "infra.local.up" in command and "--keep" in command


def keep() -> None:
    """Holds the cloud until it is told to end; runs as a process of its own."""
    STATE.unlink(missing_ok=True)
    with local_cloud(DIRECTORY) as cloud:
        end = ended(with_parent=False)
        addresses = {**_addresses(cloud), "api_env": str(sample.begin(cloud))}
        partial = STATE.with_suffix(".partial")
        partial.write_text(json.dumps(addresses, indent=1), encoding="utf-8")
        partial.rename(STATE)
        end.wait()
    STATE.unlink(missing_ok=True)


def _addresses(cloud: LocalCloud) -> dict[str, object]:
    return {
        "pid": os.getpid(),
        "endpoint": cloud.endpoint,
        "gate": cloud.gate.url,
        "front": cloud.front.url,
        "provider": cloud.provider.url,
        "directory": str(cloud.directory),
        "outputs": dict(cloud.outputs),
    }


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.local.up", description=__doc__)
    parser.add_argument("--keep", action="store_true", help=argparse.SUPPRESS)
    if parser.parse_args().keep:
        keep()
        return 0
    state = running() or _start()
    if state is None:
        print(f"The local cloud did not come up; the end of {LOG}:", file=sys.stderr)
        print(LOG.read_text(encoding="utf-8", errors="replace")[-4000:], file=sys.stderr)
        return 1
    _print(state)
    return 0


def _start() -> dict[str, object] | None:
    STATE.parent.mkdir(exist_ok=True)
    with LOG.open("wb") as log:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "infra.local.up", "--keep"],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    until = time.monotonic() + DEPLOYED_WITHIN_SECONDS
    while time.monotonic() < until and keeper.poll() is None:
        state = running()
        if state is not None:
            return state
        time.sleep(0.1)
    return None


def _print(state: dict[str, object]) -> None:
    print("The local cloud is running. `make down` stops it.")
    print(f"  AWS endpoint   {state['endpoint']}   (key and secret: test)")
    print(f"  sent mail      {state['gate']}/_gate/log")
    print(f"  payments       {state['provider']}   (plays Stripe and GoCardless)")
    print(f"  logs           {state['directory']}/logs")
    outputs = state["outputs"]
    if isinstance(outputs, dict):
        print(f"  API            {outputs['ApiUrl']}")
        print(f"  its document   {outputs['ApiUrl']}/openapi.json")
        print(f"  credentials    {state['api_env']}   (of the creditor {sample.CREDITOR})")
        print(f"  for a token    source {state['api_env']}")
        print('                 curl -s -u "$CLIENT_ID:$CLIENT_SECRET"', end=" ")
        print('-d grant_type=client_credentials "$TOKEN_URL"')
        for name, value in sorted(outputs.items()):
            print(f"  {name:<28} {value}")


if __name__ == "__main__":
    sys.exit(main())
