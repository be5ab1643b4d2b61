"""Take the workshop's files out of what a browser or a program sent."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage

from cofu_adopt.core.showable import is_showable
from cofu_adopt.farm.open_file import MOST_BYTES
from cofu_adopt.farm.read_season import FILE_NAMES, KINDS
from cofu_adopt.farm.sheet import SeasonFile

NO_FILES = _l("还没有选文件。至少选一个。")


def take_files(given: Mapping[str, FileStorage]) -> dict[str, SeasonFile]:
    """The files by kind, without fields that were left empty."""
    files: dict[str, SeasonFile] = {}
    for kind in KINDS:
        file = given.get(kind)
        if file is not None and file.filename:
            files[kind] = SeasonFile(kind, _name_of(file.filename) or FILE_NAMES[kind], file.read(MOST_BYTES + 1))
    return files


def _name_of(path: str) -> str:
    """The file's own name, without what nobody can see or a database cannot keep."""
    return "".join(filter(is_showable, path.replace("\\", "/").rpartition("/")[2]))
