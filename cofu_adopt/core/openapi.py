"""The OpenAPI 3.1 document, made from the schemas and declarations of the routes when it is first asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from flask import Flask
from flask_babel import force_locale
from flask_smorest import Api

from cofu_adopt.core.access import Scope
from cofu_adopt.core.api import ApiBlueprint, House, IdConverter
from cofu_adopt.core.errors import (
    Busy,
    DomainError,
    Invalid,
    NotFound,
    NotUnderstood,
    ScopeMissing,
    SignInNeeded,
    TokenNotValid,
    WrongMediaType,
)
from cofu_adopt.core.etag import Changed, MatchNeeded
from cofu_adopt.core.idempotency import KeyNeeded, KeyReused
from cofu_adopt.core.problem import CONTENT_TYPE, SENTENCES, ProblemSchema

DESCRIPTION = """\
Adopt a rope of mussels: the sea, the offers, and all that an adopter, a household and the workshop do with them.

Sign in with a phone and a one-time code, or make a named token, and send it as `Authorization: Bearer ...`.
Money is whole fen, times are UTC, days are those of Asia/Shanghai. Every error is a problem document (RFC 9457) with a
stable `code` and a sentence in Chinese or English, as Accept-Language asks. Lists are read page by page with `cursor`.
Reads carry an ETag. A POST that creates or pays needs an `Idempotency-Key`: sent again, it has one effect and one
answer.
"""
METHODS = ("get", "post", "put", "patch", "delete")
REFERENCE = {"$ref": "#/components/schemas/Problem"}


class _Api(Api):  # type: ignore[misc] # flask-smorest has no types
    """flask-smorest's document, without its own error answers: those are core/problem.py's."""

    ERROR_SCHEMA = ProblemSchema
    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        """Leave the application's handlers alone."""


_documents: dict[tuple[str, ...], dict[str, Any]] = {}


def document(app: Flask) -> dict[str, Any]:
    """The document of all blueprints of the API that `app` has; made once a process."""
    blueprints = [blueprint for blueprint in app.blueprints.values() if isinstance(blueprint, ApiBlueprint)]
    names = tuple(blueprint.name for blueprint in blueprints)
    if names not in _documents:
        _documents[names] = _make(app, blueprints)
    return _documents[names]


def codes(made: dict[str, Any]) -> dict[str, tuple[int, str, str]]:
    """Every error code of the document `made`: its status and its sentence in Chinese and in English."""
    found = {
        code: (int(status), *_both(SENTENCES[status]))
        for status, code in ((HTTPStatus.METHOD_NOT_ALLOWED, "method_not_allowed"), (HTTPStatus(500), "our_fault"))
    }
    for item in made["paths"].values():
        for operation in (item[method] for method in METHODS if method in item):
            for status, answer in operation["responses"].items():
                for code, example in answer.get("content", {}).get(CONTENT_TYPE, {}).get("examples", {}).items():
                    value = example["value"]
                    found[code] = (int(status), value["detail"], example["summary"])
    return dict(sorted(found.items()))


def _make(app: Flask, blueprints: Iterable[ApiBlueprint]) -> dict[str, Any]:
    options = {
        "info": {"description": DESCRIPTION},
        "servers": [{"url": "/"}],
        "title": "cofu_adopt",
        "version": "v1",
        "openapi_version": "3.1.0",
    }
    api = _Api(spec_kwargs=options)
    api.init_app(app)
    api.register_converter(IdConverter, lambda converter: {"type": "integer", "minimum": 0, "maximum": converter.max})
    api.spec.components.security_scheme(
        "token",
        {
            "type": "http",
            "scheme": "bearer",
            "description": "A token from POST /api/v1/sign-in or POST /api/v1/tokens. Scopes: "
            + "; ".join(f"`{scope}`" for scope in Scope)
            + ".",
        },
    )
    for blueprint in blueprints:
        blueprint._prepare_doc_cbks = [*blueprint._prepare_doc_cbks[:4], _prepare_house_doc]  # noqa: SLF001
        blueprint.register_views_in_doc(api, app, api.spec, name=blueprint.name, parameters=None)
        chinese = dict(zip(("name", "description"), blueprint.zh, strict=True))
        api.spec.tag({"name": blueprint.tag, "description": blueprint.description, "x-zh": chinese})
    made: dict[str, Any] = api.spec.to_dict()
    # Named by flask-smorest for paging by number, which we have not.
    made["components"]["schemas"].pop("PaginationMetadata", None)
    _examples_as_in_3_1(made["components"]["schemas"])
    return made


def _examples_as_in_3_1(part: Any) -> None:
    # In OpenAPI 3.1 a schema is JSON Schema, whose word is "examples".
    if isinstance(part, dict):
        if "example" in part and ("type" in part or "anyOf" in part) and not isinstance(part["example"], dict):
            part["examples"] = [part.pop("example")]
        for inner in part.values():
            _examples_as_in_3_1(inner)


def _prepare_house_doc(doc: dict[str, Any], doc_info: dict[str, Any], *, method: str, **_others: Any) -> dict[str, Any]:
    house: House = doc_info["house"]
    parameters = doc.setdefault("parameters", [])
    # Success answers are named by number in flask-smorest; OpenAPI wants text.
    answers: dict[str, Any] = {str(status): answer for status, answer in doc["responses"].items()}
    answers.pop("422", None)
    if house.is_idempotent:
        words = "A new one for each request; the same when it is sent again."
        key = "3f6c1a52-9a5e-4d0e-8a53-0f5d7a3c1b11"
        parameters.append(_header("Idempotency-Key", words, pattern="^[A-Za-z0-9_-]{8,64}$", example=key))
    if house.needs_match:
        parameters.append(_header("If-Match", "The ETag of what is to be changed.", example='"2f1c..."'))
    if method == "get":
        parameters.append(
            _header("If-None-Match", "The ETag that the caller has.", required=False, example='"2f1c..."')
        )
        answers["200"].setdefault("headers", {})["ETag"] = {"schema": {"type": "string"}}
        answers["304"] = {"description": "The caller has it already."}
    refusals = _refusals(house, has_body="requestBody" in doc, parameters=parameters)
    for status, errors in sorted(refusals.items()):
        answers[str(status)] = _refusal(status, errors)
    if "requestBody" in doc:
        answers["413"] = _plain(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "request_entity_too_large")
    doc["responses"] = answers
    doc["security"] = (
        [] if house.access.roles is None else [{"token": [house.access.scope] if house.access.scope else []}]
    )
    doc["x-zh"] = house.zh
    if house.access.roles is not None:
        doc["x-roles"] = sorted(house.access.roles)
    if not parameters:
        del doc["parameters"]
    return doc


def _refusals(house: House, *, has_body: bool, parameters: list[Any]) -> dict[int, list[type[DomainError]]]:
    errors: list[type[DomainError]] = [*house.refusals, Busy]
    if house.has_place or house.access.roles is not None:
        errors.append(NotFound)
    if house.access.roles is not None:
        errors += [SignInNeeded, TokenNotValid]
    if house.access.scope is not None:
        errors.append(ScopeMissing)
    if has_body:
        errors += [NotUnderstood, WrongMediaType]
    if has_body or any(parameter["in"] == "query" for parameter in parameters):
        errors.append(Invalid)
    if house.is_idempotent:
        errors += [KeyNeeded, KeyReused]
    if house.needs_match:
        errors += [MatchNeeded, Changed]
    found: dict[int, list[type[DomainError]]] = defaultdict(list)
    for error in dict.fromkeys(errors):
        found[error.status].append(error)
    return found


def _refusal(status: int, errors: list[type[DomainError]]) -> dict[str, Any]:
    examples = {}
    for error in errors:
        # NotFound speaks of a page; here it is a thing.
        chinese, english = _both(SENTENCES[HTTPStatus.NOT_FOUND] if error is NotFound else error.text)
        value = _example(status, error.code, chinese)
        if issubclass(error, Invalid):
            value["errors"] = {"name": "…"}
        examples[error.code] = {"summary": english, "value": value}
    words = ", ".join(f"`{error.code}`" for error in errors)
    answer = _answer(f"{HTTPStatus(status).phrase}: {words}", examples)
    if status in {429, 503}:
        answer["headers"] = {"Retry-After": {"description": "In seconds.", "schema": {"type": "integer"}}}
    return answer


def _plain(status: HTTPStatus, code: str) -> dict[str, Any]:
    chinese, english = _both(SENTENCES[status])
    examples = {code: {"summary": english, "value": _example(status, code, chinese)}}
    return _answer(f"{status.phrase}: `{code}`", examples)


def _answer(description: str, examples: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {CONTENT_TYPE: {"schema": REFERENCE, "examples": examples}}}


def _example(status: int, code: str, sentence: str) -> dict[str, Any]:
    return {
        "type": f"/api#{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": sentence,
        "request_id": "0f5d7a3c1b11",
    }


def _both(words: Any) -> tuple[str, str]:
    """A sentence in Chinese and in English; what it names in the case is left open."""
    with force_locale("zh_Hans"):
        chinese = str(words) % defaultdict(lambda: "…")
    with force_locale("en"):
        return chinese, str(words) % defaultdict(lambda: "…")


def _header(name: str, description: str, *, example: str, required: bool = True, **schema: Any) -> dict[str, Any]:
    return {
        "name": name,
        "in": "header",
        "required": required,
        "description": description,
        "schema": {"type": "string", **schema},
        "example": example,
    }
