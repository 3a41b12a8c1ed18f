"""An object store that speaks as much of S3's protocol as one client needs, and keeps its objects in memory."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit


class _Server(ThreadingHTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.objects: dict[str, bytes] = {}
        self.signed = True


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    @property
    def place(self) -> str:
        return unquote(urlsplit(self.path).path)

    def do_PUT(self) -> None:
        self._note_signature()
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.objects[self.place] = body if "aws-chunked" not in self.headers.get("Content-Encoding", "") else _chunks(body)
        self._answer(200)

    def do_GET(self) -> None:
        self._note_signature()
        self._answer(*((200, self.server.objects[self.place]) if self.place in self.server.objects else (404, b"")))

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_DELETE(self) -> None:
        self._note_signature()
        self.server.objects.pop(self.place, None)
        self._answer(204)

    def log_message(self, format: str, *args: object) -> None:
        """Stay silent."""

    def _note_signature(self) -> None:
        self.server.signed = self.server.signed and self.headers.get("Authorization", "").startswith("AWS4-HMAC-SHA256 ")

    def _answer(self, status: int, body: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", '"1"')
        self.send_header("Last-Modified", formatdate(usegmt=True))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def _chunks(body: bytes) -> bytes:
    """Put the pieces of a signed upload together: each is its size in hexadecimal, its bytes, and an empty line."""
    whole = b""
    while body:
        head, _, rest = body.partition(b"\r\n")
        size = int(head.partition(b";")[0], 16)
        if size == 0:
            break
        whole, body = whole + rest[:size], rest[size + 2 :]
    return whole


@contextmanager
def object_store() -> Iterator[tuple[str, dict[str, bytes]]]:
    """Give the address of a store, and its objects by bucket and name."""
    server = _Server()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", server.objects
        assert server.signed
    finally:
        server.shutdown()
        server.server_close()
