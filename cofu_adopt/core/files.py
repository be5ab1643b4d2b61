"""Files that a program sends: multipart/form-data, read whole before anything else, fingerprinted by what they hold."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import wraps
from hashlib import sha256
from typing import Any, TypeVar

from flask import request
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import RequestEntityTooLarge

from cofu_adopt.core.errors import DomainError, Invalid

MULTIPART = "multipart/form-data"
NO_FIELD = _l("没有这个字段。")
NO_FILE = _l("这里要一个文件。")
View = TypeVar("View", bound=Callable[..., Any])


class NotMultipart(DomainError):
    """Files were sent as something else."""

    status = 415
    code = "not_multipart"
    text = _l("请用 multipart/form-data 发送文件。")


class FilesTooLarge(DomainError):
    """The files are larger together than the operation takes."""

    status = 413
    code = "files_too_large"
    text = _l("文件太大了。请分几次发送。")


def body_of(names: Collection[str]) -> dict[str, Any]:
    """The documentation of a body that holds files with these names, at least one."""
    each = {name: {"type": "string", "format": "binary"} for name in names}
    schema = {"type": "object", "properties": each, "additionalProperties": False, "minProperties": 1}
    return {"required": True, "content": {MULTIPART: {"schema": schema}}}


def takes_files(names: Collection[str], *, most_bytes: int) -> Callable[[View], View]:
    """Let a view find files with some of these `names` in request.files, together not above `most_bytes`.

    They are whole before the view begins, and before the database is asked. Refuses with NotMultipart, FilesTooLarge,
    and Invalid for a name that is unknown or no single file.
    """

    def mark(view: View) -> View:
        @wraps(view)
        def receive(*args: Any, **kwargs: Any) -> Any:
            request.max_content_length = most_bytes
            if request.mimetype != MULTIPART:
                raise NotMultipart
            try:
                faults = {name: str(NO_FIELD) for name in {*request.files, *request.form} - set(names)}
            except RequestEntityTooLarge as error:
                raise FilesTooLarge from error
            faults |= {
                name: str(NO_FILE)
                for name in names
                if request.form.getlist(name) or len(request.files.getlist(name)) > 1
            }
            if faults:
                raise Invalid(faults)
            return view(*args, **kwargs)

        return receive  # type: ignore[return-value]

    return mark


def fingerprint_files() -> list[list[str]]:
    """What files the request holds: names and a hash of the content, whatever the boundary between them is."""
    found = []
    for name, file in request.files.items(multi=True):
        found.append([name, file.filename or "", sha256(file.read()).hexdigest()])
        file.seek(0)
    return found
