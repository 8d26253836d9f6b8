"""A server on this machine that gives one and the same answer to everything."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer


class Answer(BaseHTTPRequestHandler):
    """Gives the answer of its server to everything, and remembers what it was told."""

    def answer(self) -> None:
        self.server.heard.append(dict(self.headers))
        self.rfile.read(int(self.headers.get('Content-Length', 0)))
        status, body = self.server.instead.get(self.command, self.server.says)
        self.send_response(status)
        self.send_header('Content-Length', str(len(body)))
        self.send_header('ETag', '"1"')
        self.send_header('Last-Modified', 'Sat, 21 Nov 2026 08:00:00 GMT')
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_PUT = do_DELETE = answer  # noqa: N815 - the names that http.server calls

    def log_message(self, *_: object) -> None:
        """Nothing: the tests are quiet."""


@contextmanager
def answering_server() -> Iterator[HTTPServer]:
    """`says` is (status, body) to every request, `instead` the same by method; `heard` the headers it was sent."""
    server = HTTPServer(('127.0.0.1', 0), Answer)
    server.heard, server.says, server.instead = [], (200, b''), {}
    thread = threading.Thread(target=server.serve_forever, kwargs={'poll_interval': 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
