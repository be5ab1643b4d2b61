"""People: sign-in, roles, address book."""

from __future__ import annotations

from flask import Flask

from cofu_adopt.core import access
from cofu_adopt.core.access import Caller
from cofu_adopt.core.api import sent_token, speaks_api
from cofu_adopt.identity.bearer import caller_of
from cofu_adopt.identity.session import load_caller


def init_identity(_app: Flask) -> None:
    """Tell core how the caller is found."""
    access.set_loader(find_caller)


def find_caller() -> Caller | None:
    """Whom the session names; for the API, whom the token names. Neither is taken for the other."""
    if not speaks_api():
        return load_caller()
    token = sent_token()
    return None if token is None else caller_of(token)
