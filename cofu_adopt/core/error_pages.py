"""Every failure ends in a page, or a problem document, that says what has happened and what to do."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import structlog
from flask import Flask, Response, current_app, g, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from cofu_adopt.core import patience, problem
from cofu_adopt.core.errors import Busy, DomainError, SignInNeeded
from cofu_adopt.core.logs import in_one_line

log = structlog.get_logger()


def register(app: Flask) -> None:
    """Every failure ends in a page (or problem document under /api and for webhooks) that says what to do."""
    app.register_error_handler(DomainError, on_domain_error)
    app.register_error_handler(CSRFError, on_csrf_error)
    app.register_error_handler(HTTPException, on_http_error)
    app.register_error_handler(PoolTimeout, on_database_trouble)
    app.register_error_handler(DBAPIError, on_database_trouble)
    app.register_error_handler(Exception, on_failure)


def error_answer(status: int, code: str, message: str = "") -> Response:
    """The page or problem document of an error."""
    # The page's frame asks who is calling; after a failure the database must not be asked again.
    g.setdefault("caller", None)
    if problem.wants_problem():
        return problem.problem(status, code, message)
    partial = request.headers.get("HX-Request") == "true"
    return Response(render_template("error.html", status=status, code=code, message=message, partial=partial), status)


def on_domain_error(error: DomainError) -> Any:
    """A refusal: its own status and sentence; a visitor who must sign in is sent there and comes back."""
    if problem.wants_problem():
        response = problem.problem_of(error)
    elif isinstance(error, SignInNeeded):
        here = request.full_path.rstrip("?") if request.method == "GET" else page_before()
        endpoint = "identity.staff_sign_in" if error.staff else "identity.sign_in"
        return redirect(url_for(endpoint, next=here))
    else:
        response = error_answer(error.status, error.code, error.message)
    response.headers.update(problem.headers_of(error))
    return response


def page_before() -> str:
    """The path of the page whose form was sent; "/" when it is unknown, another site's, or an answer to a form."""
    before = urlsplit(request.referrer or "")
    adapter = current_app.create_url_adapter(request)
    if before.netloc != request.host or adapter is None or not adapter.test(before.path, method="GET"):
        return "/"
    return urlunsplit(("", "", before.path, before.query, ""))


def on_csrf_error(_error: CSRFError) -> Response:
    """A form from a page that is too old, or from another site."""
    return error_answer(400, "stale_form")


def on_http_error(error: HTTPException) -> Any:
    """Werkzeug's own refusals: 404, 405, 413 ..."""
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error
    response = error_answer(error.code, (error.name or "error").lower().replace(" ", "_"))
    for name, value in error.get_headers():
        if name not in {"Content-Type", "Content-Length"}:
            response.headers[name] = value
    return response


def on_database_trouble(error: Exception) -> Response:
    """The database is slow, full, locked or away: nothing has happened, try again soon."""
    if not patience.is_passing(error):
        return on_failure(error)
    log.warning("database.trouble", error=in_one_line(error))
    return on_domain_error(Busy())  # type: ignore[no-any-return]


def on_failure(error: Exception) -> Response:
    """Our own fault."""
    log.error("request.failed", exc_info=error)
    return error_answer(500, "our_fault")
