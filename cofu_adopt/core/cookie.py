"""Sessions in a signed cookie, as Flask makes them; a request without the cookie costs nothing."""

from __future__ import annotations

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface


class CookieSessions(SecureCookieSessionInterface):
    """Begins an empty session where there is no cookie, without preparing to read one."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Read the session from its cookie."""
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)
