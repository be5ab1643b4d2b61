"""A closed-loop client for HTTP/1.1 on the loopback: so many connections, each one request at a time.

It sends bytes that were made before and reads as little as it can, so that it takes little of the machine.
"""

from __future__ import annotations

import multiprocessing
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

Make = Callable[[int, int], bytes]
"""The request of a connection (by number) for its nth turn, as bytes."""


@dataclass(slots=True)
class Outcome:
    """What came back: how often each status, the latencies in milliseconds, and how long it took."""

    statuses: Counter[int] = field(default_factory=Counter)
    latencies_ms: list[float] = field(default_factory=list)
    seconds: float = 0.0

    def percentile(self, share: float) -> float:
        """The latency in milliseconds below which `share` of the answers came."""
        ordered = sorted(self.latencies_ms)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


def run_load(port: int, make: Make, *, connections: int, seconds: float, processes: int = 2) -> Outcome:
    """Send requests for `seconds` over `connections`, from `processes` processes; a hundred seconds at most."""
    context = multiprocessing.get_context("fork")
    queue: multiprocessing.Queue[Outcome] = context.Queue()
    shares = [list(range(number, connections, processes)) for number in range(processes)]
    workers = [
        context.Process(target=_process, args=(port, make, share, min(seconds, 100), queue))
        for share in shares
        if share
    ]
    began = time.perf_counter()
    for worker in workers:
        worker.start()
    outcome = Outcome()
    for _ in workers:
        part = queue.get()
        outcome.statuses += part.statuses
        outcome.latencies_ms += part.latencies_ms
    outcome.seconds = time.perf_counter() - began
    for worker in workers:
        worker.join()
    return outcome


def _process(port: int, make: Make, numbers: list[int], seconds: float, queue: multiprocessing.Queue[Outcome]) -> None:
    outcome = Outcome()
    until = time.perf_counter() + seconds
    threads = [threading.Thread(target=_connection, args=(port, make, number, until, outcome)) for number in numbers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    queue.put(outcome)


def _connection(port: int, make: Make, number: int, until: float, outcome: Outcome) -> None:
    connection = socket.create_connection(("127.0.0.1", port), timeout=30)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    turn = 0
    try:
        while (began := time.perf_counter()) < until:
            connection.sendall(make(number, turn))
            status, closes = _answer(connection)
            outcome.latencies_ms.append((time.perf_counter() - began) * 1000)
            outcome.statuses[status] += 1
            turn += 1
            if closes:
                connection.close()
                connection = socket.create_connection(("127.0.0.1", port), timeout=30)
    finally:
        connection.close()


def _answer(connection: socket.socket) -> tuple[int, bool]:
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            raise ConnectionError("the server hung up")
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head.lower().split(b"\r\n")
    status = int(lines[0].split(b" ")[1])
    length = next((int(line[15:]) for line in lines if line.startswith(b"content-length:")), 0)
    missing = 0 if status == 304 else length - len(body)
    while missing > 0:
        piece = connection.recv(65536)
        if not piece:
            raise ConnectionError("the server hung up")
        missing -= len(piece)
    return status, b"connection: close" in lines
