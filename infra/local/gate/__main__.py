"""Starts the gate as a process: `python -m infra.local.gate`.

The wiring of the gate, and nothing else.
"""

import argparse
from pathlib import Path

from infra.local.gate.bus import EmulatedBus
from infra.local.gate.courier import Courier
from infra.local.gate.journal import Journal
from infra.local.gate.server import Gate
from infra.local.identity import ACCOUNT, owner_session
from infra.local.serving import serve
from infra.local.wire import Server, Upstream


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m infra.local.gate", description=__doc__)
    parser.add_argument("--upstream", required=True, help="the emulator's address")
    parser.add_argument("--region", required=True)
    parser.add_argument("--directory", required=True, type=Path, help="where the journal is kept")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--ready", required=True, help="file that gets this server's address")
    arguments = parser.parse_args()
    bus = EmulatedBus(owner_session(arguments.region), arguments.upstream)
    gate = Gate(
        upstream=Upstream(arguments.upstream),
        courier=Courier(bus),
        journal=Journal(arguments.directory),
        account=ACCOUNT,
        region=arguments.region,
    )
    server = Server(gate.handle, arguments.port)
    gate.port = server.server_address[1]
    serve(server, arguments.ready)


if __name__ == "__main__":
    main()
