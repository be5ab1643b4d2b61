"""A wire to the database that a test can slow, silence, cut and unplug."""

from __future__ import annotations

import contextlib
import socket
import threading


class Proxy:
    """Passes bytes between whoever connects to `port` and the server at `target`."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._ends: list[socket.socket] = []
        self._slow_seconds = 0.0
        self._open = threading.Event()
        self._closed = threading.Event()
        self._open.set()
        self._threads: list[threading.Thread] = []
        self._start(self._accept, self._listener)

    def slow(self, seconds: float) -> None:
        """Keep back each piece from now on for `seconds`."""
        self._slow_seconds = seconds

    def silence(self) -> None:
        """Accept everything and pass nothing on."""
        self._open.clear()

    def heal(self) -> None:
        """Pass on as before, also what was kept back."""
        self._slow_seconds = 0.0
        self._open.set()

    def cut(self) -> None:
        """Close every connection."""
        for end in self._ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def unplug(self) -> None:
        """Cut, and refuse new connections for good."""
        self._closed.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()

    def close(self) -> None:
        """End all threads."""
        self.unplug()
        self.heal()
        for thread in self._threads:
            thread.join(timeout=10)
        for end in self._ends:
            end.close()

    def _start(self, work: object, *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _accept(self, listener: socket.socket) -> None:
        while not self._closed.is_set():
            try:
                client, _ = listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self._target))
            self._ends += [client, server]
            self._start(self._pass_on, client, server)
            self._start(self._pass_on, server, client)

    def _pass_on(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if self._slow_seconds:
                    self._closed.wait(self._slow_seconds)
                self._open.wait()
                sink.sendall(data)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
