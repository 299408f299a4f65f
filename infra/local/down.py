"""`make down`: ends the cloud that `make up` started, and waits until it is gone.

Signals one process, the keeper; everything else is that one's to stop.
"""

import os
import signal
import sys
import time

from infra.local.up import is_keeper, running

GONE_WITHIN_SECONDS = 30.0


def main() -> int:
    state = running()
    if state is None:
        print("No local cloud is running.")
        return 0
    pid = int(str(state["pid"]))
    os.kill(pid, signal.SIGTERM)
    until = time.monotonic() + GONE_WITHIN_SECONDS
    while is_keeper(pid):
        if time.monotonic() > until:
            print(f"The local cloud (process {pid}) did not end.", file=sys.stderr)
            return 1
        time.sleep(0.05)
    print("The local cloud is stopped.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
