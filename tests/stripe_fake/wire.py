"""The two ways to the fake: inside the process as stripe-python's HTTP client, and over HTTP on loopback."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any
from urllib.parse import urlsplit

import stripe
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from tests.stripe_fake.answers import FakeStripe
from tests.stripe_fake.faults import Close, Hang
from tests.stripe_fake.form import decode

LONGEST_HANG_SECONDS = 60


class FakeWire(stripe.HTTPClient):
    """Give it to make_calls(): every request is answered by the fake, without a network."""

    name = "fake"

    def __init__(self, fake: FakeStripe) -> None:
        super().__init__()
        self.fake = fake

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        *,
        _usage: list[str] | None = None,
    ) -> tuple[str, int, Mapping[str, str]]:
        """Answer one request."""
        parts = urlsplit(url)
        try:
            status, answered, body = self.fake.answer(
                method.upper(), parts.path, decode(post_data or parts.query), headers or {}
            )
        except (Hang, Close) as error:
            words = type(error).__name__
            raise stripe.APIConnectionError(words, should_retry=True) from error  # type: ignore[no-untyped-call]
        return body, status, answered

    def close(self) -> None:
        """Nothing is open."""


@contextmanager
def served(fake: FakeStripe, port: int = 0) -> Iterator[str]:
    """The fake on 127.0.0.1, for STRIPE_API_BASE; gives its address. What hangs is let go at the end."""
    released = Event()

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        request = Request(environ)
        given = request.get_data(as_text=True) if request.method == "POST" else request.query_string.decode()
        try:
            status, headers, body = fake.answer(request.method, request.path, decode(given), dict(request.headers))
        except (Hang, Close) as error:
            if isinstance(error, Hang):
                released.wait(LONGEST_HANG_SECONDS)
            environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            raise ConnectionResetError from error
        return Response(body, status, headers, mimetype="application/json")(environ, start_response)

    server = make_server("127.0.0.1", port, application, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        released.set()
        server.shutdown()
        thread.join(10)
        server.server_close()
