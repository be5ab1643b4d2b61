"""What an import refuses."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from cofu_adopt.core.errors import DomainError


class ImportBlocked(DomainError):
    """The input has findings that block; nothing was written."""

    status = 422
    code = "import_blocked"
    text = _l("有要改的地方，什么都没有写入。改好文件再来。")


class ImportStale(DomainError):
    """What is stored has changed since the preview, so the import would do something else than was shown."""

    status = 409
    code = "import_stale"
    text = _l("预览以后库里有了变化，什么都没有写入。请重新预览。")


class RopesInUse(DomainError):
    """Ropes that the file leaves out are adopted or belong to an order; nothing was written."""

    status = 409
    code = "ropes_in_use"
    text = _l("%(code)s 要减掉的绳里，有的已在订单上，不能减掉。什么都没有写入。")
