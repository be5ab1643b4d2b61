"""People: sign-in, roles, address book."""

from __future__ import annotations

from flask import Flask, request

from cofu_adopt.core import access
from cofu_adopt.core.access import Caller
from cofu_adopt.core.api import PREFIX
from cofu_adopt.identity.bearer import caller_of
from cofu_adopt.identity.session import load_caller


def init_identity(_app: Flask) -> None:
    """Tell core how the caller is found."""
    access.set_loader(find_caller)


def find_caller() -> Caller | None:
    """The API knows tokens only, pages know sessions only: neither is taken for the other."""
    if not request.path.startswith(f"{PREFIX}/"):
        return load_caller()
    authorization = request.headers.get("Authorization")
    return None if authorization is None else caller_of(authorization)
