"""Who is at the other end of a connection on this machine, and how to take them down.

Used by the gate and the front alone: both play the moment in which a function's process is lost.
"""

import contextlib
import logging

import psutil

log = logging.getLogger(__name__)

FUNCTION_NAME = "AWS_LAMBDA_FUNCTION_NAME"


def client_process(client: tuple[str, int], server_port: int) -> psutil.Process | None:
    """The process that holds the client's end, or None when it has gone."""
    with contextlib.suppress(psutil.Error):
        for connection in psutil.net_connections("tcp"):
            if (
                connection.pid
                and tuple(connection.laddr) == client
                and connection.raddr
                and connection.raddr.port == server_port
            ):
                return psutil.Process(connection.pid)
    return None


def function_of(process: psutil.Process | None) -> str:
    """The Lambda function that a process runs; empty for any other process."""
    if process is None:
        return ""
    try:
        return process.environ().get(FUNCTION_NAME, "")
    except psutil.Error:
        return ""


def kill_function(client: tuple[str, int], server_port: int) -> int | None:
    """SIGKILL the Lambda worker at the client's end; its pid. No other process is ever touched."""
    process = client_process(client, server_port)
    if process is None or not function_of(process):
        log.warning("no Lambda worker at %s:%s, nothing killed", *client)
        return None
    process.kill()
    return process.pid
