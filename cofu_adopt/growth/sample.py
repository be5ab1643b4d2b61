"""A sample of shells that was measured: its mean, how many, how many live. What cannot be is refused."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from flask_babel import gettext as _

from cofu_adopt.core.errors import Invalid

SHORTEST_MM, LONGEST_MM = 1, 200
"""No seed that is counted is shorter, and no mussel of these waters longer."""
MOST_SHELLS = 500


@dataclass(frozen=True, slots=True)
class Sample:
    """What was measured. `survival`: the share that lives, None when nobody counted."""

    mean_shell_length_mm: Decimal
    sample_count: int
    lengths_mm: tuple[float, ...] | None = None
    survival: Decimal | None = None


def read_sample(
    *,
    lengths_mm: Sequence[float] = (),
    mean_shell_length_mm: float | None = None,
    sample_count: int | None = None,
    survival: float | None = None,
) -> Sample:
    """A sample from several lengths, or from their mean and count. Raises Invalid for one that cannot be."""
    faults: dict[str, str] = {}
    lengths = tuple(float(length) for length in lengths_mm)
    if lengths:
        if any(not SHORTEST_MM <= length <= LONGEST_MM for length in lengths):
            faults["lengths_mm"] = _("壳长应在 %(low)s 到 %(high)s 毫米之间。", low=SHORTEST_MM, high=LONGEST_MM)
        if sample_count is not None and sample_count < len(lengths):
            faults["sample_count"] = _("量出的数比样本还多，请再数一数。")
        mean, count = sum(lengths) / len(lengths), len(lengths)
    elif mean_shell_length_mm is None or sample_count is None:
        raise Invalid({"mean_shell_length_mm": _("请填几个壳长，或者填平均壳长和量了几只。")})
    else:
        mean, count = mean_shell_length_mm, sample_count
        if not SHORTEST_MM <= mean <= LONGEST_MM:
            faults["mean_shell_length_mm"] = _(
                "壳长应在 %(low)s 到 %(high)s 毫米之间。", low=SHORTEST_MM, high=LONGEST_MM
            )
    if not 1 <= count <= MOST_SHELLS:
        faults["sample_count"] = _("一次量 1 到 %(most)s 只。", most=MOST_SHELLS)
    if survival is not None and not 0 <= survival <= 1:
        faults["survival"] = _("成活应在零到十成之间。")
    if faults:
        raise Invalid(faults)
    return Sample(
        _rounded(mean, "0.1"), count, lengths or None, None if survival is None else _rounded(survival, "0.001")
    )


def pool(samples: Collection[Sample]) -> Sample:
    """Several samples of one day as one: each shell counts once. Survival is of those who counted the living."""
    count = sum(sample.sample_count for sample in samples)
    mean = sum(sample.mean_shell_length_mm * sample.sample_count for sample in samples) / count
    counted = [(sample.survival, sample.sample_count) for sample in samples if sample.survival is not None]
    lived = sum((share * number for share, number in counted), Decimal(0))
    survival = lived / sum(number for _share, number in counted) if counted else None
    return Sample(_rounded(mean, "0.1"), count, None, None if survival is None else _rounded(survival, "0.001"))


def _rounded(value: float | Decimal, step: str) -> Decimal:
    return Decimal(str(value)).quantize(Decimal(step), ROUND_HALF_UP)
