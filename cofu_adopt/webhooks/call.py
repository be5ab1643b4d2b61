"""One call to an endpoint: to the address that was checked, within ten seconds in all, no step further.

The name is asked once and the connection goes to the address that was found, so that a name that leads elsewhere a
moment later (DNS rebinding) gains nothing. No redirect is followed, no proxy is asked, of the answer little is read.
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cofu_adopt.core import clock
from cofu_adopt.core.errors import Invalid
from cofu_adopt.webhooks.addresses import NoSuchHost, NotAllowed, Target, check_address, read_url, resolve
from cofu_adopt.webhooks.reach import Reach

CALL_SECONDS = 10.0
LEAST_SECONDS = 0.001
MOST_READ = 64 * 1024
KEPT_CHARACTERS = 500


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a call. `status` is None when there was no answer; then `error` says why."""

    status: int | None
    error: str | None = None
    text: str = ""
    retry_after: str | None = None
    duration_ms: int = 0

    @property
    def is_success(self) -> bool:
        """True for 2xx, and for nothing else."""
        return self.status is not None and 200 <= self.status < 300  # noqa: PLR2004


def call(url: str, body: bytes, headers: Mapping[str, str], reach: Reach) -> Answer:
    """Post `body`; whatever goes wrong is an answer, too."""
    began = clock.stopwatch()
    until = began + CALL_SECONDS
    try:
        status, text, retry_after = _post(read_url(url, plain=reach.plain), body, headers, until, reach)
        found = Answer(status, None if 200 <= status < 300 else f"HTTP {status}", text, retry_after)  # noqa: PLR2004
    except (NotAllowed, Invalid) as error:
        found = Answer(None, f"not allowed: {error}" if isinstance(error, NotAllowed) else "not allowed: address")
    except NoSuchHost as error:
        found = Answer(None, f"no such host: {error}")
    except TimeoutError:
        found = Answer(None, f"no answer within {CALL_SECONDS:.0f} s")
    except ssl.SSLError as error:
        found = Answer(None, f"TLS: {getattr(error, 'verify_message', '') or error.reason or 'failed'}")
    except (OSError, http.client.HTTPException) as error:
        found = Answer(None, f"{type(error).__name__}: {error}")
    duration_ms = int((clock.stopwatch() - began) * 1000)
    error_text = None if found.error is None else _shown(found.error)[:200]
    return Answer(found.status, error_text, found.text, found.retry_after, duration_ms)


class _Timed:
    """A socket on which everything together has one end. http.client needs no more of it than this."""

    def __init__(self, wrapped: socket.socket, until: float) -> None:
        self._socket, self._until = wrapped, until

    def sendall(self, data: bytes) -> None:
        self._socket.settimeout(_left(self._until))
        self._socket.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_TimedReader(self._socket, self._until))

    def close(self) -> None:
        """Not yet: http.client closes it before the answer is read."""

    def end(self) -> None:
        self._socket.close()


class _TimedReader(io.RawIOBase):
    def __init__(self, wrapped: socket.socket, until: float) -> None:
        self._socket, self._until = wrapped, until

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._socket.settimeout(_left(self._until))
        return self._socket.recv_into(buffer)


class _Pinned(http.client.HTTPConnection):
    """A connection to one of the addresses that were checked, which still asks for the host by its name."""

    def __init__(self, target: Target, addresses: list[str], until: float, reach: Reach) -> None:
        super().__init__(target.host, target.port)
        self.default_port = 443 if target.is_tls else 80
        self._target, self._addresses, self._until, self._reach = target, addresses, until, reach
        self.timed: _Timed | None = None

    def connect(self) -> None:
        found = _connect(self._addresses, self._target.port, self._until)
        try:
            check_address(self._target.host, str(found.getpeername()[0]), loopback=self._reach.loopback)
            if self._target.is_tls:
                found.settimeout(_left(self._until))
                found = ssl.create_default_context().wrap_socket(found, server_hostname=self._target.host)
        except BaseException:
            found.close()
            raise
        self.timed = _Timed(found, self._until)
        self.sock = self.timed


def _connect(addresses: list[str], port: int, until: float) -> socket.socket:
    failure: OSError | None = None
    for address in addresses:
        try:
            return socket.create_connection((address, port), timeout=_left(until))
        except OSError as error:
            failure = error
    raise failure or OSError("no address")


def _post(
    target: Target, body: bytes, headers: Mapping[str, str], until: float, reach: Reach
) -> tuple[int, str, str | None]:
    addresses = resolve(target.host, target.port, seconds=_left(until), loopback=reach.loopback)
    connection = _Pinned(target, addresses, until, reach)
    sent = {"Content-Type": "application/json", "User-Agent": "cofu_adopt-webhooks/1", "Connection": "close", **headers}
    try:
        connection.request("POST", target.path, body=body, headers=sent)
        with connection.getresponse() as response:
            return response.status, _read(response), response.headers.get("Retry-After")
    finally:
        if connection.timed is not None:
            connection.timed.end()


def _read(response: http.client.HTTPResponse) -> str:
    # The status has come and counts; what follows is only for people to read.
    try:
        found = response.read(MOST_READ)
    except http.client.IncompleteRead as error:
        found = error.partial
    except (OSError, http.client.HTTPException):
        return ""
    return _shown(found.decode(errors="replace"))[:KEPT_CHARACTERS]


def _left(until: float) -> float:
    left = until - clock.stopwatch()
    if left <= 0:
        raise TimeoutError
    return max(left, LEAST_SECONDS)


def _shown(text: str) -> str:
    """What a row can keep and a page can show."""
    return "".join(one for one in text if one in "\n\t" or unicodedata.category(one) not in {"Cc", "Cf", "Cs"})
