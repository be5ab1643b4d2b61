"""Errors of the API and of webhooks: problem documents (RFC 9457) with a stable code and a sentence for the person."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Response, g, json, request
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from marshmallow import Schema, fields

from cofu_adopt.core.errors import (
    Busy,
    DomainError,
    NotFound,
    ScopeMissing,
    SignInNeeded,
    TokenNotValid,
    TooMany,
)

CONTENT_TYPE = "application/problem+json"
BUSY_RETRY_SECONDS = 5
SENTENCES: dict[int, Any] = {
    400: _l("这个请求没有读懂。"),
    404: _l("没有这一项，或者它不是您的。"),
    405: _l("这个地址不接受这种方法。"),
    413: _l("请求太大了，请分小一点。"),
    415: _l("请用 application/json 发送。"),
    500: _l("我们的服务器出了错，您的绳和钱都没动。过一会儿再试。"),
}
"""What is said when there is no sentence of a DomainError."""


class ProblemSchema(Schema):
    """A problem document (RFC 9457)."""

    type = fields.String(
        required=True, metadata={"description": "Where the code is explained.", "format": "uri-reference"}
    )
    title = fields.String(required=True, metadata={"description": "The status in English words."})
    status = fields.Integer(required=True)
    code = fields.String(required=True, metadata={"description": "Stable and machine-readable."})
    detail = fields.String(
        required=True, metadata={"description": "A sentence for the person, in the language of Accept-Language."}
    )
    request_id = fields.String(required=True, metadata={"description": "Name it when you ask us about the error."})
    errors = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        metadata={"description": "With code invalid: a sentence for each bad field."},
    )
    offset = fields.Integer(metadata={"description": "With code upload_elsewhere: where the next piece begins."})
    questions = fields.List(
        fields.Dict(keys=fields.String(), values=fields.String()),
        metadata={"description": "With code reading_questioned: plot_code, question and words of each question."},
    )


def is_api() -> bool:
    """True for requests that are answered in JSON: the API and webhooks."""
    return request.path.startswith(("/api/", "/webhooks/"))


def wants_problem() -> bool:
    """True where a problem document is understood, and a page is not: also a script on a page of ours, by what it asks.

    Such a script says that it accepts JSON, or sends JSON or bytes; no form and no link does that.
    """
    by_script = request.is_json or request.mimetype == "application/octet-stream"
    return is_api() or by_script or request.accept_mimetypes.best == "application/json"


def problem(status: int, code: str, detail: str = "", extra: dict[str, Any] | None = None) -> Response:
    """The problem document of an error; `extra` is what a program needs besides."""
    body: dict[str, Any] = {
        "type": f"/api#{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail or str(SENTENCES.get(status, SENTENCES[HTTPStatus.BAD_REQUEST])),
        "request_id": g.get("request_id", ""),
    }
    body |= extra or {}
    response = Response(json.dumps(body), status, content_type=CONTENT_TYPE)
    response.headers["Content-Language"] = "en" if str(get_locale()) == "en" else "zh-Hans"
    return response


def problem_of(error: DomainError) -> Response:
    """The problem document of a refusal."""
    # NotFound speaks of a page; here it is a thing.
    detail = "" if type(error) is NotFound else error.message
    return problem(error.status, error.code, detail, error.extra)


def headers_of(error: DomainError) -> dict[str, str]:
    """What a refusal says in its headers, on pages and in the API: when to come back, how to sign in."""
    if isinstance(error, TooMany):
        return {"Retry-After": str(error.retry_after_seconds)}
    if isinstance(error, Busy):
        return {"Retry-After": str(BUSY_RETRY_SECONDS)}
    if isinstance(error, TokenNotValid):
        return {"WWW-Authenticate": 'Bearer realm="cofu", error="invalid_token"'}
    if isinstance(error, SignInNeeded):
        return {"WWW-Authenticate": 'Bearer realm="cofu"'}
    if isinstance(error, ScopeMissing):
        return {"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{error.params["scope"]}"'}
    return {}
