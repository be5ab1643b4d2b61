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


class WarningsNotAccepted(DomainError):
    """Some findings need a person's acceptance and do not have it; nothing was written."""

    status = 422
    code = "warnings_not_accepted"
    text = _l("还有 %(count)s 条要确认的没有接受，什么都没有写入。")


class CannotAccept(DomainError):
    """An id that is no finding of this preview, or one of a finding that blocks."""

    status = 422
    code = "cannot_accept"
    text = _l("没有编号为 %(id)s 的要确认的一条。要改的不能接受，要改文件。")


class UploadGone(DomainError):
    """The uploaded files were imported, thrown away, or kept long enough."""

    status = 404
    code = "upload_gone"
    text = _l("这次交的文件已经不在了（只留 24 小时）。请再交一次。")
