"""An S3 server on this machine that answers wrongly on purpose."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

ERROR = "<?xml version='1.0'?><Error><Code>{code}</Code><Message>no</Message></Error>"
STATUS = {"AccessDenied": 403, "NoSuchBucket": 404, "InternalError": 500, "SlowDown": 503}


@contextmanager
def store_that_answers(code: str) -> Iterator[str]:
    """A server whose every answer is the error ``code``; "half" breaks off in the body."""

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if code == "half":
                self._send(200, b"half of it", length=1000)
                self.close_connection = True
                return
            body = ERROR.format(code=code).encode()
            self._send(STATUS[code], body, length=len(body))

        def _send(self, status: int, body: bytes, *, length: int) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(length))
            self.send_header("ETag", '"e"')
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = answer

        def log_message(self, *_: object) -> None:
            """Nothing: a test's output is its own."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
