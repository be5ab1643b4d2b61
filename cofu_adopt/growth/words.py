"""What the diary calls weather, work and the state of a reading."""

from __future__ import annotations

from typing import Any

from babel.dates import format_date
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from cofu_adopt.farm.models import Species
from cofu_adopt.growth.harvest_calendar import Bucket, Unit
from cofu_adopt.growth.models import Weather, Work
from cofu_adopt.growth.outlook import Reach

WEATHERS: dict[Weather, Any] = {
    Weather.SUNNY: _l("晴"),
    Weather.CLOUDY: _l("多云"),
    Weather.RAIN: _l("雨"),
    Weather.FOG: _l("雾"),
    Weather.WINDY: _l("大风"),
}
WORKS: dict[Work, Any] = {
    Work.HANGING: _l("挂苗"),
    Work.THINNING: _l("分苗"),
    Work.CLEANING: _l("清附着物"),
    Work.INSPECTION: _l("巡检"),
}
QUESTIONS: dict[str, Any] = {
    "falls": _l("变小了"),
    "outside_band": _l("跟往常对不上"),
    "survival_rises": _l("成活高了"),
}
REACHES: dict[Reach, Any] = {
    Reach.NO: _l("长不到"),
    Reach.DOUBTFUL: _l("悬"),
    Reach.UNKNOWN: _l("没量过"),
    Reach.LIKELY: _l("多半能到"),
    Reach.SURE: _l("能到"),
    Reach.UNPROMISED: _l("没有方案"),
}
SPECIES: dict[Species, Any] = {Species.BLUE_MUSSEL: _l("紫贻贝"), Species.HARD_MUSSEL: _l("厚壳贻贝")}
QUICK_REASONS: dict[str, tuple[bool, Any]] = {
    "measured_again": (True, _l("再量过，还是这个数")),
    "seen_on_photo": (True, _l("看照片对得上")),
    "misread": (False, _l("读错了尺子")),
    "wrong_plot": (False, _l("记到别的桁上了")),
}
"""Whether a reading stands, and why, in one key; anything else is typed."""


def bucket_words(bucket: Bucket, unit: Unit) -> str:
    """A column's head: 2027 年 8 月, Aug 2027; of a week its Monday: 8 月 17 日, 17 Aug."""
    locale = get_locale() or "zh_Hans"
    is_english = str(locale).startswith("en")
    months, weeks = (
        ("MMM y", "d MMM")
        if is_english
        else ("y\N{NO-BREAK SPACE}年 M\N{NO-BREAK SPACE}月", "M\N{NO-BREAK SPACE}月 d\N{NO-BREAK SPACE}日")
    )
    pattern = months if unit is Unit.MONTH else weeks
    return str(format_date(bucket.from_on, pattern, locale=locale))


def for_templates() -> dict[str, Any]:
    """The words above, for the diary's templates."""
    return {
        "weather_words": WEATHERS,
        "work_words": WORKS,
        "question_words": QUESTIONS,
        "reach_words": REACHES,
        "species_words": SPECIES,
        "quick_reasons": QUICK_REASONS,
    }
