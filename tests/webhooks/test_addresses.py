"""Where a call may go."""

from __future__ import annotations

import socket
import threading
from typing import Any

import pytest

from cofu_adopt.core.errors import Invalid
from cofu_adopt.webhooks.addresses import NoSuchHost, NotAllowed, is_public, read_url, resolve

INSIDE = (
    "127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
    "0.0.0.0",  # noqa: S104 - nothing is bound
    "100.64.0.1", "100.100.100.200", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.7", "203.0.113.9", "224.0.0.1",
    "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "fec0::1",
    "ff02::1", "2001:db8::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe", "64:ff9b:1::a00:1", "2002:7f00:1::", "2002:a9fe:a9fe::1",
    "2001:0:4136:e378:8000:63bf:f5ff:fffe",
    "100::1", "", "nonsense", "1.2.3", "0x7f000001",
)  # fmt: skip
OUTSIDE = ("1.1.1.1", "114.114.114.114", "8.8.8.8", "2606:4700:4700::1111", "2400:3200::1", "::ffff:8.8.8.8",
           "64:ff9b::808:808")  # fmt: skip
REFUSED = (
    "", "hook", "ftp://hook.example/", "http://hook.example/", "https://", "https:///x", "https://user@hook.example/",
    "https://user:word@hook.example/", "https://@hook.example/", "https://hook.example:0/", "https://hook.example:99999/",
    "https://hook.example/#part", "https://hook.example/a b", "https://hook.example/\r\nX: y", "https://海.example/",
    "https://hook.example\\@evil.example/", "https://[::1/", "javascript:alert(1)", "https://hook.example/" + "a" * 500,
)  # fmt: skip


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """What the resolver knows."""
    known: dict[str, list[str]] = {}

    def look_up(host: str, port: int, **_named: Any) -> list[Any]:
        if host not in known:
            raise socket.gaierror
        return [(None, None, None, "", (address, port)) for address in known[host]]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return known


@pytest.mark.parametrize("address", INSIDE)
def test_what_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", OUTSIDE)
def test_what_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("url", REFUSED)
def test_what_is_no_address_to_call(sentences: None, url: str) -> None:
    with pytest.raises(Invalid) as raised:
        read_url(url, plain=False)
    assert set(raised.value.fields) == {"url"}


def test_what_an_address_says(sentences: None) -> None:
    target = read_url("https://Hook.example:8443/a/b?c=d", plain=False)
    assert (target.is_tls, target.host, target.port, target.path) == (True, "hook.example", 8443, "/a/b?c=d")
    assert read_url("https://hook.example", plain=False).path == "/"
    assert read_url("http://hook.example", plain=True).port == 80


def test_one_address_inside_is_enough_to_refuse(names: dict[str, list[str]]) -> None:
    names["both.example"] = ["1.1.1.1", "10.0.0.7"]
    with pytest.raises(NotAllowed):
        resolve("both.example", 443, seconds=1, loopback=True)
    names["fine.example"] = ["1.1.1.1", "2606:4700:4700::1111", "1.1.1.1"]
    assert resolve("fine.example", 443, seconds=1, loopback=False) == ["1.1.1.1", "2606:4700:4700::1111"]


def test_this_machine_only_where_the_settings_say_so(names: dict[str, list[str]]) -> None:
    names["localhost"] = ["127.0.0.1", "::1"]
    assert resolve("localhost", 80, seconds=1, loopback=True) == ["127.0.0.1", "::1"]
    with pytest.raises(NotAllowed):
        resolve("localhost", 80, seconds=1, loopback=False)


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "017700000001", "127.1"])
def test_other_spellings_of_this_machine_lead_nowhere(host: str) -> None:
    with pytest.raises((NotAllowed, NoSuchHost)):
        resolve(host, 443, seconds=5, loopback=False)


def test_a_resolver_that_hangs_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: over.wait(10) and [])
    with pytest.raises(NoSuchHost):
        resolve("slow.example", 443, seconds=0.02, loopback=False)
    over.set()
