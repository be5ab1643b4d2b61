"""The two ways to the fake: inside the process as stripe-python's HTTP client, and over HTTP on loopback."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any
from urllib.parse import urlsplit

import stripe
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from tests.stripe_fake.answers import FakeStripe
from tests.stripe_fake.faults import Close, Hang
from tests.stripe_fake.form import decode

LONGEST_HANG_SECONDS = 60
PAGE = "/c/pay/"


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


class _Quiet(WSGIRequestHandler):
    def log(self, *_args: object, **_kwargs: object) -> None:
        """Say nothing."""


@contextmanager
def served(fake: FakeStripe, port: int = 0) -> Iterator[str]:
    """The fake on 127.0.0.1, for STRIPE_API_BASE and STRIPE_PAGE_ORIGIN; gives its address.

    Its page pays at the press of a wallet. What hangs is let go at the end.
    """
    released = Event()

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        request = Request(environ)
        if request.path.startswith(PAGE):
            return _page(fake, request)(environ, start_response)
        given = request.get_data(as_text=True) if request.method == "POST" else request.query_string.decode()
        try:
            status, headers, body = fake.answer(request.method, request.path, decode(given), dict(request.headers))
        except (Hang, Close) as error:
            if isinstance(error, Hang):
                released.wait(LONGEST_HANG_SECONDS)
            environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            raise ConnectionResetError from error
        return Response(body, status, headers, mimetype="application/json")(environ, start_response)

    server = make_server("127.0.0.1", port, application, threaded=True, request_handler=_Quiet)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    fake.page_origin = f"http://127.0.0.1:{server.server_port}"
    try:
        yield fake.page_origin
    finally:
        released.set()
        server.shutdown()
        thread.join(10)
        server.server_close()


def _page(fake: FakeStripe, request: Request) -> Response:
    session = fake.get(request.path.removeprefix(PAGE), "checkout.session")
    if request.method == "POST":
        with fake.lock:
            fake.pay(session["id"], request.form["wallet"])
        return Response(status=303, headers={"Location": session["success_url"]})
    buttons = "".join(
        f'<button name="wallet" value="{wallet}">{wallet}</button>' for wallet in session["payment_method_types"]
    )
    return Response(f'<h1>{session["amount_total"]}</h1><form method="post">{buttons}</form>', mimetype="text/html")
