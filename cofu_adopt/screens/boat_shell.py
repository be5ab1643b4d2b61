"""What the phone keeps so that the household's pages open without a signal, and the version of it."""

from __future__ import annotations

import json
from functools import cache
from hashlib import sha256

from cofu_adopt.screens.static_url import STATIC, asset

SCRIPTS = STATIC / "js" / "boat"
WORKER = "sw.js"
ICONS = ("img/logo.svg", "img/boat-192.png", "img/boat-512.png")


@cache
def scripts_version() -> str:
    """One version for all modules: they import each other by name, so they change their address together."""
    digest = sha256()
    for path in sorted(SCRIPTS.glob("*.js")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def script_names() -> list[str]:
    """The modules of the pages; the worker has an address of its own."""
    return sorted(path.name for path in SCRIPTS.glob("*.js") if path.name != WORKER)


def worker(module_urls: list[str], offline_url: str) -> str:
    """The service worker with what it keeps. Whatever changes there changes its text, so that phones fetch it anew."""
    shell = [
        asset("app.css"),
        asset("boat.css"),
        asset("js/app.js"),
        *(asset(name) for name in ICONS),
        *module_urls,
        offline_url,
    ]
    version = sha256("\n".join([scripts_version(), *shell]).encode()).hexdigest()[:12]
    head = f"const VERSION = {json.dumps(version)};\nconst SHELL = {json.dumps(shell)};\n"
    head += f"const OFFLINE = {json.dumps(offline_url)};\n"
    return head + (SCRIPTS / WORKER).read_text(encoding="utf-8")
