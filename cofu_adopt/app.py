"""create_app: extensions, blueprints, error pages. One request is one transaction, and it is opened here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import structlog
from flask import (
    Flask,
    Response,
    current_app,
    g,
    has_request_context,
    request,
    session,
    url_for,
)
from flask_babel import Babel, get_locale
from flask_migrate import Migrate
from flask_wtf.csrf import CSRFProtect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import BadRequest
from werkzeug.middleware.proxy_fix import ProxyFix

from cofu_adopt import cli, contributions, wiring
from cofu_adopt.adoptions import refund_api as _refund_api  # noqa: F401 - more operations of adoptions_api.bp
from cofu_adopt.core import (
    access,
    bus,
    clock,
    crash,
    crypto,
    error_pages,
    etag,
    logs,
    metrics,
    money,
    patience,
    problem,
)
from cofu_adopt.core.api import LONGEST_BODY, kept_answer
from cofu_adopt.core.cookie import CookieSessions
from cofu_adopt.core.db import db, init_db, unit_of_work
from cofu_adopt.core.errors import DomainError, NotFound
from cofu_adopt.core.media import pages as media_pages
from cofu_adopt.core.media.store import store_from_settings
from cofu_adopt.identity import init_identity
from cofu_adopt.payments.gateways import make_gateways
from cofu_adopt.routes import register_blueprints
from cofu_adopt.screens import (
    template_words,
)
from config import ROOT, Settings, check_settings, load_settings, make_folder

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

LANGUAGES = {"zh_Hans": "zh-Hans", "en": "en"}
REQUEST_ID = re.compile(r"[A-Za-z0-9_.-]{8,64}")
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), camera=(self), microphone=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
csrf = CSRFProtect()
log = structlog.get_logger()


class CofuAdopt(Flask):
    """Flask, with each view inside its declared access and its one unit of work."""

    session_interface = CookieSessions()

    def wsgi_app(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request with a `g` of its own, also where it is sent inside an application context.

        Flask would lend it that context's g, and with it another request's caller and language (sandbox, tests).
        """
        with self.app_context():
            answer: Iterable[bytes] = super().wsgi_app(environ, start_response)
            return answer

    def full_dispatch_request(self) -> Response:
        """Answer within the patience of whoever asks; an error's page, too."""
        began = clock.stopwatch()
        with patience.limited():
            response = super().full_dispatch_request()
        status = f"{response.status_code // 100}xx"
        metrics.REQUESTS.labels(request.endpoint or "unknown", status).observe(clock.stopwatch() - began)
        return response

    def handle_user_exception(self, e: Exception) -> Any:
        """Answer a refusal or a failure as registered below; a refusal is counted."""
        if isinstance(e, DomainError):
            metrics.REFUSALS.labels(e.code).inc()
        try:
            return super().handle_user_exception(e)
        except (PoolTimeout, DBAPIError) as trouble:
            # The page of a refusal may need the database, too.
            return error_pages.on_database_trouble(trouble)

    def dispatch_request(self) -> Any:
        """Run the view as declared: reads or writes, or opening its own short transactions."""
        if request.routing_exception is not None or request.endpoint is None:
            return super().dispatch_request()
        if request.endpoint == "static" or request.endpoint.endswith(".static"):
            return super().dispatch_request()
        view = self.view_functions[request.endpoint]
        declared: access.Access | None = getattr(view, "access", None)
        if declared is None:
            raise LookupError(f"{request.endpoint} does not declare who may call it")
        kept = kept_answer(view)
        if kept is not None:
            return kept
        if declared.own_transactions:
            if not declared.anonymous and (declared.roles is not None or session):
                with unit_of_work(writes=False):
                    access.enforce(declared)
                    access.caller()
            return super().dispatch_request()
        # A session is nothing to the API; reading it would mark public answers as different for each.
        remembered = {} if problem.is_api() else dict(session)
        try:
            with unit_of_work(request.endpoint, writes=declared.writes and request.method not in {"GET", "HEAD"}):
                access.enforce(declared)
                return self.make_response(super().dispatch_request())
        except BaseException:
            # Rolled back means that the cookie is, too: it may name a guest who was never stored, and whose number
            # the next person gets.
            if not problem.is_api() and dict(session) != remembered:
                session.clear()
                session.update(remembered)
                access.forget_caller()
            raise


def create_app(settings: Settings | None = None) -> Flask:
    """Make the application from `settings` (default: the environment). Raises config.SettingsError."""
    if settings is None:
        settings = load_settings()
    else:
        check_settings(settings)
    configure_process(settings)
    app = CofuAdopt(__name__, instance_path=str(ROOT / "instance"))
    app.extensions["settings"] = settings
    app.extensions["contributions"] = contributions.ALL
    app.extensions["gateways"] = make_gateways(settings)
    app.extensions["media_store"] = store_from_settings(settings)
    app.extensions["headers"] = headers_of(settings)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="cofu",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.cookie_secure,
        PERMANENT_SESSION_LIFETIME=60 * 60 * 24 * 60,
        SEND_FILE_MAX_AGE_DEFAULT=60 * 60 * 24 * 365,
        MAX_CONTENT_LENGTH=20 * 1024 * 1024,
        WTF_CSRF_TIME_LIMIT=None,
        BABEL_TRANSLATION_DIRECTORIES=";".join(map(str, translation_folders())),
        BABEL_DEFAULT_LOCALE="zh_Hans",
        BABEL_DEFAULT_TIMEZONE="Asia/Shanghai",
    )
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=count, x_proto=count, x_host=count
        )
    if settings.database_url.startswith("sqlite:///"):
        make_folder(Path(settings.database_url.removeprefix("sqlite:///")).parent, "DATABASE_URL")
    init_db(app, settings)
    Migrate(app, db, directory=str(ROOT / "migrations"), render_as_batch=True)
    Babel(app, locale_selector=select_language)
    bus.init_bus(app, wiring.TABLE)
    init_identity(app)
    # Named first, so that a stale form's answer has its id too.
    app.before_request(start_request)
    app.before_request(refuse_unstorable)
    app.after_request(finish_request)
    csrf.init_app(app)
    register_blueprints(app, settings, csrf)
    register_template_words(app, settings)
    error_pages.register(app)
    cli.register(app)
    return app


def configure_process(settings: Settings) -> None:
    """What holds for the whole process, whatever application runs in it."""
    logs.configure(settings.log_level)
    crypto.configure(settings.encryption_keys, settings.secret_key)
    crash.configure(settings.crash_at)


def headers_of(settings: Settings) -> dict[str, str]:
    """The headers of every answer. Chromium holds form-action against where a form's answer redirects to, too."""
    if settings.payment_gateway != "stripe":
        return HEADERS
    policy = CONTENT_SECURITY_POLICY.replace("form-action 'self'", f"form-action 'self' {settings.stripe_page_origin}")
    return {**HEADERS, "Content-Security-Policy": policy}


def translation_folders() -> list[Path]:
    """Where the English words lie: each slice has its own, beside what says them in Chinese."""
    return sorted(Path(__file__).parent.glob("**/translations"))


def select_language() -> str:
    """zh_Hans or en: asked for in the address, else remembered, else what the browser prefers, else Chinese."""
    if not has_request_context():
        return "zh_Hans"
    chosen = None if problem.is_api() else request.args.get("lang") or session.get("lang")
    if chosen in LANGUAGES:
        return str(chosen)
    preferred = (tag[:2].lower() for tag in request.accept_languages.values())
    return "en" if next((tag for tag in preferred if tag in {"zh", "en"}), "zh") == "en" else "zh_Hans"


def start_request() -> None:
    """Name the request, and remember a language asked for in the address."""
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if REQUEST_ID.fullmatch(given) else uuid4().hex
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)
    if problem.is_api():
        request.max_content_length = LONGEST_BODY if request.path.startswith("/api/") else None
        if "\0" in request.path:
            raise NotFound
    elif request.args.get("lang") in LANGUAGES and not request.path.startswith("/media/"):
        session["lang"] = request.args["lang"]


def refuse_unstorable() -> None:
    """A NUL is no text: PostgreSQL cannot store it, and nobody can have typed it. The API's schemas name the field."""
    given = [] if problem.is_api() else [request.path, *request.args.values(), *request.form.values()]
    if any("\0" in value for value in given):
        raise BadRequest


def finish_request(response: Response) -> Response:
    """Add the security headers and the request id, and write the one log line of the request."""
    present = set(response.headers.keys())
    response.headers.extend([pair for pair in current_app.extensions["headers"].items() if pair[0] not in present])
    response.headers["X-Request-ID"] = g.get("request_id", "")
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    if not (request.endpoint or "").endswith("static"):
        response.headers.setdefault("Cache-Control", "private, no-cache")
        if request.path.startswith("/api/"):
            response.vary.add("Accept-Language")
            response = etag.tag_answer(response)
        log.info(
            "request",
            method=request.method,
            path=request.path,
            status_code=response.status_code,
        )
    return response


def register_template_words(app: Flask, settings: Settings) -> None:
    """What every template may use."""
    template_words.register(app)
    app.jinja_env.globals.update(
        caller=access.caller,
        photo=media_pages.photo,
        may_open=lambda endpoint: access.admits(app.view_functions.get(endpoint)),
        now=clock.now,
        today=clock.today,
        sandbox=settings.payment_gateway == "sandbox",
        is_safe_environment=settings.is_safe_environment,
        html_lang=lambda: LANGUAGES.get(str(get_locale()), "zh-Hans"),
        is_english=lambda: str(get_locale()) == "en",
        other_language_url=other_language_url,
    )
    app.jinja_env.filters.update(
        yuan=money.yuan,
        price=money.price,
        kg=money.kg,
        jin=money.jin,
        day=clock.day_words,
        short_day=clock.short_day_words,
        full_day=clock.full_day_words,
        hm=clock.hm_words,
        until=clock.until_words,
        moment=clock.moment_words,
        short_moment=clock.short_moment_words,
        mask=crypto.mask,
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True


def other_language_url() -> str:
    """This page in the other language."""
    other = "zh_Hans" if str(get_locale()) == "en" else "en"
    if request.endpoint is None or request.method != "GET":
        return f"/?lang={other}"
    arguments = {**request.args.to_dict(), **(request.view_args or {}), "lang": other}
    return url_for(request.endpoint, **arguments)
