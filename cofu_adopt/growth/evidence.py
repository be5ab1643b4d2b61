"""What the diary can tell a bank of an order: how its plot was looked after since it was paid, as everybody may see."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext as _
from flask_babel import ngettext

from cofu_adopt.adoptions.models import Adoption
from cofu_adopt.core import clock
from cofu_adopt.core.clock import full_day_words, full_moment_words
from cofu_adopt.core.db import db
from cofu_adopt.core.media.photos import find_photos
from cofu_adopt.core.registry import EvidenceText, evidence
from cofu_adopt.farm import queries as farm
from cofu_adopt.growth.queries import timeline
from cofu_adopt.growth.rows import UpdateRow
from cofu_adopt.growth.words import WORKS
from cofu_adopt.notify.fan_out import LAST_ID
from cofu_adopt.notify.links import absolute

MOST_POSTS = 30
"""A bank reads no more, and its form takes no more."""


@evidence("diary")
def tell_diary(order_id: int) -> Iterator[EvidenceText]:
    """The newest posts about the order's plot, from its payment to its end; nothing when there is none."""
    order = db.session.get_one(Adoption, order_id)
    if order.paid_at is None:
        return
    end = order.ended_at or clock.now()
    seen = timeline([order.plot_id], (end, LAST_ID), MOST_POSTS + 1)
    posts = [post for post in seen[:MOST_POSTS] if post.happened_at >= order.paid_at]
    if not posts:
        return
    photos = find_photos({photo for post in posts for photo in post.photos})
    urls = {photo.id: absolute(photo.url) for photo in photos.values()}
    more = _("只列最近的 %(count)s 条。", count=MOST_POSTS) if seen[MOST_POSTS:] and len(posts) == MOST_POSTS else ""
    head = _(
        "%(plot)s 这一桁，从 %(day)s 付款以来养殖户在海上记的：",
        plot=farm.plot_code(order.plot_id),
        day=full_day_words(order.paid_at),
    )
    yield EvidenceText(_("海上的记录"), "\n".join([head + more, *(_line(post, urls) for post in posts)]))


def _line(post: UpdateRow, urls: dict[int, str]) -> str:
    parts = [full_moment_words(post.happened_at)]
    if post.household_name:
        parts.append(_("%(name)s家", name=post.household_name))
    parts += [str(WORKS[work]) for work in post.work]
    parts += [
        _("壳长 %(length)s 毫米", length=f"{reading.mean_shell_length_mm:.1f}")
        + " "
        + ngettext("%(num)s 只", "%(num)s 只", reading.sample_count)
        for reading in post.readings
    ]
    if post.note:
        parts.append(post.note)
    return " · ".join([*parts, *(urls[photo] for photo in post.photos if photo in urls)])
