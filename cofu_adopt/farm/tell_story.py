"""What a household tells the public about itself. Shown only with its consent, which it can take back."""

from __future__ import annotations

from flask_babel import gettext as _

from cofu_adopt.core import audit, clock
from cofu_adopt.core.db import db
from cofu_adopt.core.errors import Invalid, NotFound
from cofu_adopt.core.showable import is_showable, unshowable
from cofu_adopt.farm.models import Household

LONGEST_NAME = 12
"""What fits a plot's card."""
LONGEST_STORY = 400


def tell_story(household_id: int, *, public_name: str, story: str, story_en: str, consents: bool) -> None:
    """Keep the household's public name and story, and the moment of its consent.

    The caller has checked that the household itself or an operator asks. Raises NotFound; Invalid for a text that is
    too long, and for consent without a name to show.
    """
    household = db.session.get(Household, household_id)
    if household is None:
        raise NotFound
    faults = {
        name: _("最多 %(count)s 个字。", count=longest)
        for name, value, longest in (
            ("public_name", public_name, LONGEST_NAME),
            ("story", story, LONGEST_STORY),
            # The same thing takes about three times as many letters in English.
            ("story_en", story_en, 3 * LONGEST_STORY),
        )
        if len(value) > longest
    }
    if not is_showable(public_name):
        faults["public_name"] = unshowable()
    if consents and not public_name:
        faults["public_name"] = _("要公开，先填一个称呼。")
    if faults:
        raise Invalid(faults)
    before = _told(household)
    household.public_name, household.public_story = public_name or None, story or None
    household.public_story_en = story_en or None
    if not consents:
        household.public_consent_at = None
    elif household.public_consent_at is None:
        household.public_consent_at = clock.now()
    db.session.flush()
    audit.record("household.story", "household", household_id, before=before, after=_told(household))


def _told(household: Household) -> dict[str, object]:
    return {
        "public_name": household.public_name,
        "story": household.public_story,
        "story_en": household.public_story_en,
        "consent": household.public_consent_at is not None,
    }
