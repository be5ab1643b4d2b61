"""One call: what counts as arrived, how much is read, how long it may take, and where it does not go."""

from __future__ import annotations

import socket
import ssl
import threading
from http.client import HTTPResponse
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from cofu_adopt.webhooks import call as calling
from cofu_adopt.webhooks.call import Answer, call
from cofu_adopt.webhooks.reach import Reach
from tests.webhooks.certificates import make_certificate
from tests.webhooks.receiver import Receiver, receiving

pytestmark = pytest.mark.usefixtures("sentences")
HERE = Reach(plain=True, loopback=True)
HEAD = b"HTTP/1.1 200 OK\r\n"


def post(url: str, reach: Reach = HERE) -> Answer:
    return call(url, b'{"a":1}', {"webhook-id": "evt_1"}, reach)


def write(*pieces: bytes, hold: threading.Event | None = None) -> Any:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        for piece in pieces:
            handler.wfile.write(piece)
            handler.wfile.flush()
        if hold is not None:
            hold.wait(10)
        handler.close_connection = True

    return answer


def test_what_is_sent(receiver: Receiver) -> None:
    receiver.text = "海 thanks\x00\x1b"
    answer = post(receiver.url + "?a=b")
    (arrived,) = receiver.take()
    assert (arrived.path, arrived.body, arrived.id) == ("/hook?a=b", b'{"a":1}', "evt_1")
    assert arrived.headers["content-type"] == "application/json"
    assert arrived.headers["host"] == urlsplit(receiver.url).netloc
    receiver.status = 200
    answer = post(receiver.url)
    assert (answer.is_success, answer.status, answer.text, answer.error) == (True, 200, "海 thanks", None)


@pytest.mark.parametrize("status", [301, 302, 307, 308, 400, 404, 410, 500, 503])
def test_only_2xx_has_arrived_and_nobody_is_followed(receiver: Receiver, status: int) -> None:
    receiver.status, receiver.headers = status, {"Location": receiver.url + "/further", "Retry-After": "7"}
    answer = post(receiver.url)
    assert (answer.is_success, answer.status, answer.error) == (False, status, f"HTTP {status}")
    assert answer.retry_after == "7"
    assert [one.path for one in receiver.take()] == ["/hook"]


def test_of_a_long_answer_little_is_read(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    receiver.status, receiver.text = 200, "x" * 2_000_000
    asked: list[int] = []
    read = HTTPResponse.read

    def noted(self: Any, amount: int) -> bytes:
        asked.append(amount)
        return bytes(read(self, amount))

    monkeypatch.setattr(HTTPResponse, "read", noted)
    assert len(post(receiver.url).text) == calling.KEPT_CHARACTERS
    assert asked == [calling.MOST_READ]


def test_ten_seconds_are_for_everything(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """A head that comes drop by drop: each drop is quick, the whole is not."""
    monkeypatch.setattr(calling, "CALL_SECONDS", 0.2)
    over = threading.Event()

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(HEAD)
        while not over.wait(0.01):
            handler.wfile.write(b"X-A: b\r\n")
            handler.wfile.flush()

    receiver.answer = drip
    answer = post(receiver.url)
    over.set()
    assert (answer.status, answer.error) == (None, "no answer within 0 s")
    assert 200 <= answer.duration_ms < 5000


def test_a_body_that_never_ends_does_not_undo_its_status(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calling, "CALL_SECONDS", 0.2)
    over = threading.Event()
    receiver.answer = write(HEAD + b"Content-Length: 9999\r\n\r\nabc", hold=over)
    answer = post(receiver.url)
    over.set()
    assert (answer.is_success, answer.status) == (True, 200)


@pytest.mark.parametrize(
    "nonsense", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 twenty\r\n\r\n", HEAD + b"A: " + b"b" * 70000]
)
def test_what_is_no_answer(receiver: Receiver, nonsense: bytes) -> None:
    receiver.answer = write(nonsense)
    answer = post(receiver.url)
    assert (answer.status, answer.is_success) == (None, False)
    assert answer.error


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert post(f"http://127.0.0.1:{port}/").error is not None


def test_not_to_this_machine_and_not_in_clear_text(receiver: Receiver) -> None:
    inside = post(receiver.url, Reach(plain=True))
    assert inside.error is not None
    assert inside.error.startswith("not allowed: 127.0.0.1 is 127.0.0.1")
    assert post(receiver.url, Reach(loopback=True)).error == "not allowed: address"
    assert receiver.take() == []


def test_the_address_that_was_checked_is_the_one_that_is_called(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that is public when it is asked and this machine a moment later (DNS rebinding) is asked once."""
    answers = iter([["93.184.215.14"], ["127.0.0.1"]])
    connected: list[tuple[str, int]] = []

    def look_up(_host: str, port: int, **_named: Any) -> list[Any]:
        return [(None, None, None, "", (address, port)) for address in next(answers)]

    def connect(address: tuple[str, int], **_named: Any) -> Any:
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(socket, "create_connection", connect)
    port = urlsplit(receiver.url).port
    assert post(f"http://rebinding.example:{port}/", Reach(plain=True)).status is None
    assert connected == [("93.184.215.14", port)]


def test_a_connection_that_ended_up_inside_is_dropped(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calling, "resolve", lambda *_, **__: ["127.0.0.1"])
    refused = post(receiver.url.replace("127.0.0.1", "hook.example"), Reach(plain=True))
    assert refused.error is not None
    assert refused.error.startswith("not allowed")
    assert receiver.take() == []


def test_the_certificate_must_be_the_hosts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = make_certificate(tmp_path / "hook.pem")
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(file)
    monkeypatch.setattr(calling, "resolve", lambda *_, **__: ["127.0.0.1"])
    with receiving(tls=tls) as receiver:
        port = urlsplit(receiver.url).port
        unknown = post(f"https://hook.example:{port}/", Reach(loopback=True))
        assert unknown.error is not None
        assert unknown.error.startswith("TLS: self")
        trusting = ssl.create_default_context(cafile=str(file))
        monkeypatch.setattr(ssl, "create_default_context", lambda: trusting)
        wrong = post(f"https://other.example:{port}/", Reach(loopback=True))
        assert wrong.error is not None
        assert wrong.error.startswith("TLS: Hostname mismatch")
        assert post(f"https://hook.example:{port}/", Reach(loopback=True)).status == 204
        (arrived,) = receiver.take()
        assert arrived.headers["host"] == f"hook.example:{port}"
