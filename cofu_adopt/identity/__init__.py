"""People: sign-in, roles, address book."""

from __future__ import annotations

from flask import Flask

from cofu_adopt.core import access
from cofu_adopt.identity.session import load_caller


def init_identity(_app: Flask) -> None:
    """Tell core how the caller is found."""
    access.set_loader(load_caller)
