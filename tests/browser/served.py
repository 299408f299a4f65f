"""The customers' pages by their real handlers over a cell in memory, at a port of this machine:
what a browser does with a form is seen within a second. The deployed stacks are `test_pay`'s.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread

from tests.unit.portals import Site


@contextmanager
def served(site: Site) -> Iterator[str]:
    """The address of a site while the block lasts. One request at a time, as a function has."""
    turn = Lock()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            """Says nothing: a token is in every path."""

        def do_GET(self) -> None:
            self._answer("")

        def do_POST(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            self._answer(self.rfile.read(length).decode())

        def _answer(self, sent: str) -> None:
            kind = self.headers.get("content-type") or ""
            with turn:
                post = self.command == "POST"
                told = site.post(self.path, sent, kind) if post else site.get(self.path)
            body = (told.get("body") or "").encode()
            self.send_response(told["statusCode"])
            for name, value in told["headers"].items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
