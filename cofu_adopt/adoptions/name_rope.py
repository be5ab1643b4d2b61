"""The adopter names her rope."""

from __future__ import annotations

import unicodedata

from flask_babel import gettext as _

from cofu_adopt.adoptions.models import AdoptionState
from cofu_adopt.adoptions.queries import find_own
from cofu_adopt.adoptions.rules import LONGEST_NAME
from cofu_adopt.core.errors import Invalid
from cofu_adopt.core.showable import is_showable, unshowable

NAMEABLE = frozenset({AdoptionState.PAID, AdoptionState.HARVESTED, AdoptionState.DELIVERED})


def name_rope(code: str, person_id: int, name: str) -> None:
    """Name the rope of the person's paid adoption; an empty name takes it away.

    Raises NotFound, or Invalid when it is longer than LONGEST_NAME characters or holds what is no text.
    """
    adoption = find_own(code, person_id, lock=True)
    if adoption.state not in NAMEABLE:
        raise Invalid({"name": _("付款以后就可以起名。")})
    name = " ".join(unicodedata.normalize("NFC", name).split())
    if len(name) > LONGEST_NAME:
        raise Invalid({"name": _("最多 %(count)s 个字。", count=LONGEST_NAME)})
    if not is_showable(name):
        raise Invalid({"name": unshowable()})
    adoption.rope_name = name or None
