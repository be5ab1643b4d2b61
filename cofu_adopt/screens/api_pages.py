"""The API's documentation: the OpenAPI document, and a page to read it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, current_app, json, render_template, request
from flask_babel import get_locale

from cofu_adopt.core import access
from cofu_adopt.core.openapi import METHODS, codes, document

bp = Blueprint("api_docs", __name__, template_folder="templates")


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation as the page shows it."""

    method: str
    path: str
    summary: str
    roles: list[str]
    scopes: list[str]
    parameters: list[dict[str, Any]]
    body: str
    sent_files: list[str]
    answer: str
    answer_files: list[str]
    answer_status: str
    refusals: list[tuple[str, list[str]]]
    needs: list[str]

    @property
    def anchor(self) -> str:
        """Where it stands on the page."""
        words = self.path.replace("{", "").replace("}", "").strip("/").replace("/", "-")
        return f"{self.method}-{words}"


@bp.get("/openapi.json")
@access.public(own_transactions=True)
def openapi() -> Response:
    """The OpenAPI 3.1 document."""
    response = Response(json.dumps(document(current_app)), content_type="application/json")
    response.headers["Cache-Control"] = "public, max-age=300"
    response.add_etag()
    response.make_conditional(request)
    return response


@bp.get("/api")
@access.public()
def page() -> str:
    """All operations by tag, the schemas, and every error code with its sentence."""
    made = document(current_app)
    english = str(get_locale()) == "en"
    tags = [
        (*_names(tag if english else tag["x-zh"]), list(_operations(made, tag["name"], english=english)))
        for tag in made["tags"]
    ]
    return render_template(
        "screens/api.html",
        tags=tags,
        schemas=made["components"]["schemas"],
        codes=codes(made),
        type_of=_type_of,
    )


def _operations(made: dict[str, Any], tag: str, *, english: bool) -> Iterator[Operation]:
    for path, item in made["paths"].items():
        for method in METHODS:
            operation = item.get(method)
            if operation is None or tag not in operation["tags"]:
                continue
            status, answer = next((key, value) for key, value in operation["responses"].items() if key.startswith("2"))
            given = [*item.get("parameters", ()), *operation.get("parameters", ())]
            yield Operation(
                method=method,
                path=path,
                summary=operation["summary"] if english else operation["x-zh"],
                roles=operation.get("x-roles", []),
                scopes=[scope for need in operation["security"] for scope in need["token"]],
                parameters=[one for one in given if one["in"] != "header"],
                body=_schema_of(operation.get("requestBody", {})),
                sent_files=_files_of(operation.get("requestBody", {})),
                answer=_schema_of(answer),
                answer_files=_files_of(answer),
                answer_status=f"{status} {HTTPStatus(int(status)).phrase}",
                refusals=[
                    (key, list(_examples(value)))
                    for key, value in operation["responses"].items()
                    if int(key) >= HTTPStatus.BAD_REQUEST
                ],
                needs=[one["name"] for one in given if one["in"] == "header" and one["required"]],
            )


def _names(tag: dict[str, str]) -> tuple[str, str]:
    return tag["name"], tag["description"]


def _examples(answer: dict[str, Any]) -> Iterator[str]:
    for content in answer.get("content", {}).values():
        yield from content.get("examples", {})


def _schema_of(holder: dict[str, Any]) -> str:
    content = holder.get("content", {}).get("application/json", {})
    return str(content.get("schema", {}).get("$ref", "")).rpartition("/")[2]


def _files_of(holder: dict[str, Any]) -> list[str]:
    """The kinds of what is sent or answered as a file; where files have names, with these."""
    found = []
    for kind, content in holder.get("content", {}).items():
        if kind != "application/json":
            names = ", ".join(content["schema"].get("properties", ()))
            found.append(f"{kind}: {names}" if names else kind)
    return found


def _type_of(schema: dict[str, Any]) -> tuple[str, str]:
    """The words for a schema's type, and the name of the schema it leads to."""
    ref = schema.get("$ref") or next((one["$ref"] for one in schema.get("anyOf", ()) if "$ref" in one), "")
    if ref:
        return "", ref.rpartition("/")[2]
    kind = schema.get("type", "")
    words = " | ".join(kind) if isinstance(kind, list) else kind
    if kind == "array":
        inner, leads = _type_of(schema["items"])
        return f"array of {inner}".rstrip(), leads
    if "enum" in schema:
        return f"{words}: " + ", ".join(str(one) for one in schema["enum"] if one is not None), ""
    return words + (f" ({schema['format']})" if "format" in schema else ""), ""
