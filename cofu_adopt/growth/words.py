"""What the diary calls weather, work and the state of a reading."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from cofu_adopt.growth.models import Weather, Work

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


def for_templates() -> dict[str, Any]:
    """The words above, for the diary's templates."""
    return {"weather_words": WEATHERS, "work_words": WORKS, "question_words": QUESTIONS}
