"""The frame of /api/v1: blueprints that document themselves, a strict reader of bodies, cached public reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, NoReturn, TypeVar, cast

import marshmallow as ma
from flask import Request, Response, current_app, request
from flask_babel import get_babel
from flask_smorest import Blueprint
from webargs.flaskparser import FlaskParser
from werkzeug.routing import IntegerConverter, Map

from cofu_adopt.core import clock
from cofu_adopt.core.access import Access
from cofu_adopt.core.errors import DomainError, Invalid, NotUnderstood, WrongMediaType
from cofu_adopt.core.fields import faults

PREFIX = "/api/v1"
ID_DIGITS = 15
LONGEST_BODY = 64 * 1024
MOST_KEPT = 512
FILE = {"type": "string", "format": "binary"}
"""The documentation of an answer that is a file."""
View = TypeVar("View", bound=Callable[..., Any])


class IdConverter(IntegerConverter):
    """An id in an address: a number that every database can hold. A longer one is no address of ours (404)."""

    regex = f"\\d{{1,{ID_DIGITS}}}"

    def __init__(self, map: Map) -> None:  # noqa: A002 - werkzeug's name
        super().__init__(map, max=10**ID_DIGITS - 1)


class StrictParser(FlaskParser):
    """Bodies are JSON or refused; faults leave as DomainErrors."""

    DEFAULT_UNKNOWN_BY_LOCATION = {**FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION, "query": ma.EXCLUDE}  # noqa: RUF012

    def load_json(self, req: Request, schema: ma.Schema) -> Any:
        """Read the body. A change needs one, though each of its fields may be left out: {} changes nothing."""
        loaded = super().load_json(req, schema)
        if loaded is ma.missing and req.method == "PATCH":
            raise NotUnderstood
        return loaded

    def _raw_load_json(self, req: Request) -> Any:
        # Read first: a body that is too long is 413, whatever it is.
        if req.get_data(cache=True) and not req.is_json:
            raise WrongMediaType
        try:
            return super()._raw_load_json(req)
        except (RecursionError, ValueError) as error:
            # Nested a thousand deep, or a number of thousands of digits.
            raise NotUnderstood from error

    def _handle_invalid_json_error(self, error: Any, req: Request, *args: Any, **kwargs: Any) -> NoReturn:
        raise NotUnderstood from error

    def handle_error(
        self,
        error: ma.ValidationError,
        req: Request,
        schema: ma.Schema,
        *,
        error_status_code: int | None,
        error_headers: Mapping[str, str] | None,
    ) -> NoReturn:
        """Name each bad field with its sentence."""
        found: dict[str, str] = {}
        for messages in cast("dict[str, Any]", error.messages).values():
            found |= faults(messages)
        raise Invalid(found) from error


class ApiBlueprint(Blueprint):  # type: ignore[misc] # flask-smorest has no types
    """A part of the API. Its name is `api_` and the slice; `tag` is how the documentation calls it.

    The documentation's English is that of the docstrings; `zh` is the Chinese beside it.
    """

    ARGUMENTS_PARSER = StrictParser()

    def __init__(self, name: str, import_name: str, *, tag: str, description: str, zh: tuple[str, str]) -> None:
        self.tag, self.zh = tag, zh
        super().__init__(name, import_name, url_prefix=PREFIX, description=description)

    def arguments(self, schema: ma.Schema, **options: Any) -> Callable[[View], View]:
        """Give the view what the request holds, as `schema` understands it."""
        return cast("Callable[[View], View]", super().arguments(schema, **options))

    def response(
        self, status_code: int, schema: ma.Schema | dict[str, str] | None = None, **options: Any
    ) -> Callable[[View], View]:
        """Answer with what the view returns, as `schema` writes it; a file is a Response, and a dict documents it."""
        return cast("Callable[[View], View]", super().response(status_code, schema, **options))

    def alt_response(self, status_code: int, **options: Any) -> Callable[[View], View]:
        """Document another answer of the view."""
        return cast("Callable[[View], View]", super().alt_response(status_code, **options))

    def doc(self, **options: Any) -> Callable[[View], View]:
        """Document what no schema says."""
        return cast("Callable[[View], View]", super().doc(**options))

    def get(self, rule: str, *, zh: str) -> Callable[[View], View]:
        """Register a read."""
        return self._operation("GET", rule, zh)

    def post(self, rule: str, *, zh: str) -> Callable[[View], View]:
        """Register an act."""
        return self._operation("POST", rule, zh)

    def put(self, rule: str, *, zh: str) -> Callable[[View], View]:
        """Register a replacement."""
        return self._operation("PUT", rule, zh)

    def patch(self, rule: str, *, zh: str) -> Callable[[View], View]:
        """Register an act on a part of what is there."""
        return self._operation("PATCH", rule, zh)

    def delete(self, rule: str, *, zh: str) -> Callable[[View], View]:
        """Register a removal."""
        return self._operation("DELETE", rule, zh)

    def _operation(self, method: str, rule: str, zh: str) -> Callable[[View], View]:
        def register(view: View) -> View:
            view.zh, view.has_place = zh, "<" in rule  # type: ignore[attr-defined]
            self.add_url_rule(rule, None, view, methods=[method])
            return view

        return register

    def _store_endpoint_docs(self, endpoint: str, obj: Any, parameters: Any, tags: Any, **options: Any) -> None:
        super()._store_endpoint_docs(endpoint, obj, parameters, [self.tag], **options)
        for method, doc in self._docs[endpoint].items():
            if method != "parameters":
                doc["house"] = House(
                    zh=obj.zh,
                    has_place=obj.has_place,
                    access=obj.access,
                    refusals=getattr(obj, "refusals", ()),
                    needs_match=getattr(obj, "needs_match", False),
                    is_idempotent=getattr(obj, "idempotent", False),
                )


def speaks_api() -> bool:
    """True for a request to the API, which knows tokens and no sessions."""
    return request.path.startswith(f"{PREFIX}/")


def sent_token() -> str | None:
    """The Authorization header of the request."""
    return request.headers.get("Authorization")


@dataclass(frozen=True, slots=True)
class House:
    """What the house knows of an operation beyond its schemas; core/openapi.py writes it down."""

    zh: str
    has_place: bool
    access: Access
    refusals: tuple[type[DomainError], ...]
    needs_match: bool
    is_idempotent: bool


def refuses(*errors: type[DomainError], needs_match: bool = False) -> Callable[[View], View]:
    """Document the refusals of a view beyond those that every view has. `needs_match`: it also needs If-Match."""

    def mark(view: View) -> View:
        view.refusals, view.needs_match = errors, needs_match  # type: ignore[attr-defined]
        return view

    return mark


def nothing() -> Response:
    """The answer of a removal: 204 and no body."""
    return Response(status=204)


_kept: dict[tuple[str, str, str], tuple[float, bytes, str]] = {}


def public_read(view: View) -> View:
    """Let everybody share the answer of a public read for PUBLIC_CACHE_SECONDS, in this process and on the way."""

    @wraps(view)
    def read(*args: Any, **kwargs: Any) -> Response:
        response: Response = view(*args, **kwargs)
        response.add_etag()
        seconds: int = current_app.extensions["settings"].public_cache_seconds
        known = (clock.now().timestamp() + seconds, response.get_data(), str(response.get_etag()[0]))
        if seconds:
            if len(_kept) >= MOST_KEPT:
                _kept.clear()
            _kept[_key()] = known
        return _answer(known, seconds)

    read.is_kept = True  # type: ignore[attr-defined]
    return read  # type: ignore[return-value]


def kept_answer(view: Any) -> Response | None:
    """What a public read has said within PUBLIC_CACHE_SECONDS; it needs neither the view nor the database."""
    if not getattr(view, "is_kept", False):
        return None
    known = _kept.get(_key())
    if known is None or known[0] <= clock.now().timestamp():
        return None
    return _answer(known, current_app.extensions["settings"].public_cache_seconds)


def _key() -> tuple[str, str, str]:
    language = get_babel().locale_selector()
    return current_app.config["SQLALCHEMY_DATABASE_URI"], request.full_path, language


def _answer(known: tuple[float, bytes, str], seconds: int) -> Response:
    is_known = known[2] in request.if_none_match
    answer = Response(status=304) if is_known else Response(known[1], content_type="application/json")
    answer.set_etag(known[2])
    answer.headers["Cache-Control"] = f"public, max-age={seconds}"
    return answer
