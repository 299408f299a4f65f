"""Runs MiniStack in its own environment, and ends it when whoever started it is gone.

Started by path with that environment's interpreter; imports nothing of this project.
"""

import os
import signal
import threading
import time

from ministack.app import main  # type: ignore[import-not-found]

LOOK_EVERY_SECONDS = 0.5


def end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_EVERY_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    threading.Thread(target=end_with, args=(os.getppid(),), daemon=True).start()
    main()
