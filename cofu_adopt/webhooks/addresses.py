"""Where a call may go: https, and an address that everybody in the world can reach. Pure but for asking names."""

from __future__ import annotations

import socket
import threading
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from flask_babel import gettext as _

from cofu_adopt.core.errors import Invalid

LONGEST_URL = 500
TRANSLATED = (ip_network("64:ff9b::/96"), ip_network("64:ff9b:1::/48"))
"""An IPv4 address in IPv6's clothes, which a gateway (NAT64) takes off."""


class NotAllowed(Exception):
    """The name leads to an address that is not public. Its text may be shown to operators."""


class NoSuchHost(Exception):
    """The name leads nowhere, or nobody says in time where to."""


@dataclass(frozen=True, slots=True)
class Target:
    """An address as it will be called."""

    is_tls: bool
    host: str
    port: int
    path: str


def read_url(url: str, *, plain: bool) -> Target:
    """Understand an endpoint's address; `plain` also lets http pass. Raises Invalid."""
    try:
        parts = urlsplit(url)
        port = parts.port
        host = parts.hostname or ""
    except ValueError as error:
        raise Invalid({"url": _not_understood()}) from error
    fits = len(url) <= LONGEST_URL and url.isascii() and url.isprintable() and " " not in url and "\\" not in url
    if not fits or not host or parts.fragment or port == 0:
        raise Invalid({"url": _not_understood()})
    if parts.username is not None or parts.password is not None:
        raise Invalid({"url": _("网址里不能有用户名和密码。")})
    if parts.scheme not in ({"https", "http"} if plain else {"https"}):
        raise Invalid({"url": _("网址要以 https:// 开头。")})
    is_tls = parts.scheme == "https"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(is_tls, host, port or (443 if is_tls else 80), path)


def is_public(address: str) -> bool:
    """True for an address that is of the open internet, whatever clothes it wears."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    inner = _inner(found)
    if inner is not None:
        return is_public(str(inner))
    if found.is_multicast or found.is_reserved or found.is_unspecified or found.is_link_local:
        return False
    if isinstance(found, IPv6Address) and found.is_site_local:
        return False
    return found.is_global


def is_loopback(address: str) -> bool:
    """True for this machine itself."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return found.is_loopback


def resolve(host: str, port: int, *, seconds: float, loopback: bool) -> list[str]:
    """The addresses of a name, each of which may be called. Raises NoSuchHost, and NotAllowed when one may not."""
    found = _look_up(host, port, seconds)
    for address in found:
        check_address(host, address, loopback=loopback)
    return found


def check_address(host: str, address: str, *, loopback: bool) -> None:
    """Raise NotAllowed for an address that is not public, nor, where that is allowed, this machine."""
    if not (is_public(address) or (loopback and is_loopback(address))):
        raise NotAllowed(f"{host} is {address}, which is not a public address")


def _look_up(host: str, port: int, seconds: float) -> list[str]:
    # The system's resolver knows no time limit: it is asked in a thread that is left alone when it takes too long.
    answers: list[list[str]] = []

    def ask() -> None:
        try:
            infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            return
        answers.append(list(dict.fromkeys(str(info[4][0]) for info in infos)))

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(seconds)
    if not answers or not answers[0]:
        raise NoSuchHost(host)
    return answers[0]


def _inner(found: IPv4Address | IPv6Address) -> IPv4Address | None:
    if isinstance(found, IPv4Address):
        return None
    if any(found in network for network in TRANSLATED):
        return IPv4Address(int(found) & 0xFFFFFFFF)
    return found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)


def _not_understood() -> str:
    return str(_("网址看不懂，请写成 https://hook.example.cn/gezihai。"))
