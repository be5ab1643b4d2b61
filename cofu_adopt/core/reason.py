"""Why a member of staff does something: asked for before, kept in the audit log."""

from __future__ import annotations

import unicodedata

from flask_babel import gettext as _

from cofu_adopt.core.errors import Invalid

SHORTEST = 4
LONGEST = 200


def load_reason(typed: str, *, field: str = "reason") -> str:
    """The reason, tidied. Raises Invalid for one that says nothing, or a novel."""
    kept = "".join(one for one in typed if unicodedata.category(one) not in {"Cc", "Cf"} or one.isspace())
    reason = " ".join(kept.split())
    if len(reason) < SHORTEST:
        raise Invalid({field: _("请写明原因，至少 %(count)s 个字。", count=SHORTEST)})
    if len(reason) > LONGEST:
        raise Invalid({field: _("原因最多 %(count)s 个字。", count=LONGEST)})
    return reason
