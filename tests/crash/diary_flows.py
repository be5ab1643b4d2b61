"""Flows of the diary: a photo comes in, an update goes out."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from errno import ENOSPC
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from sqlalchemy import select

from cofu_adopt.adoptions.models import Adoption
from cofu_adopt.core import clock
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.errors import Busy
from cofu_adopt.core.media import uploads
from cofu_adopt.core.media.errors import PhotoRefused
from cofu_adopt.core.media.rules import SMALLEST_PIECE
from cofu_adopt.core.media.store import LocalStore
from cofu_adopt.farm.models import Plot
from cofu_adopt.growth.hide_update import hide_update
from cofu_adopt.identity.models import Person
from cofu_adopt.notify import dev_inbox
from cofu_adopt.notify.models import NotifyPreference
from cofu_adopt.notify.preferences import change_preferences
from cofu_adopt.notify.push import subscribe
from cofu_adopt.notify.rules import OFFERED
from cofu_adopt.webhooks.endpoints import change_endpoint, register_endpoint, switch_endpoint
from cofu_adopt.webhooks.models import WebhookEndpoint
from cofu_adopt.webhooks.replay import replay_failed
from tests.core.media.images import PHOTO, picture, saved
from tests.growth.telling import post_update
from tests.webhooks.hooks import allow_loopback
from tests.webhooks.receiver import Arrived, Receiver, receiving

if TYPE_CHECKING:
    from tests.crash.flow import Flow


class FullStore(LocalStore):
    """A disk without room."""

    def put(self, key: str, content: bytes) -> None:
        """Write nothing."""
        raise OSError(ENOSPC, key)


def send_photo(flow: Flow) -> None:
    """A photo comes in two pieces, and something that is none; one waits for room on the disk; all are forgotten."""
    with unit_of_work(writes=False):
        person_id = db.session.scalars(select(Person.id).order_by(Person.id)).first() or 0
    with TemporaryDirectory() as folder:
        room, none = LocalStore(Path(folder)), FullStore(Path(folder))
        for name, data, store in (("a", PHOTO, room), ("b", PHOTO[:-40], room), ("c", saved(picture(), "JPEG"), none)):
            flow.app.extensions["media_store"] = store
            with suppress(PhotoRefused, Busy):
                _send(person_id, name, data)
        flow.app.extensions["media_store"] = room
        flow.tick(minutes=3)
        # Whoever died while finishing it has lost it to another worker by then.
        flow.tick(minutes=3)
        flow.tick(days=31)


def _send(person_id: int, name: str, data: bytes) -> None:
    with unit_of_work():
        row, _is_new = uploads.start_upload(person_id, name, len(data))
    for start in range(row.received_bytes, len(data), SMALLEST_PIECE):
        uploads.receive(person_id, name, start, data[start : start + SMALLEST_PIECE])
    uploads.receive(person_id, name, len(data), b"")


def tell_an_update(flow: Flow) -> None:
    """Her household posts; she is told in the product, by e-mail, SMS and push."""
    flow.hold()
    flow.pay("pay")
    flow.tick(seconds=1)
    with unit_of_work():
        person_id, plot_id = db.session.execute(select(Adoption.person_id, Adoption.plot_id)).one()
        change_preferences(person_id, channels=OFFERED, quiet=(0, 0))
        db.session.get_one(Person, person_id).phone = "13800005678"
        row = db.session.get_one(NotifyPreference, person_id)
        row.email, row.email_confirmed_at = "xiaohai@example.com", clock.now()
        subscribe(person_id, "https://fcm.googleapis.com/fcm/send/x")
    post_update([plot_id], photos=1)
    flow.tick(seconds=1)


def tell_a_program(flow: Flow) -> None:
    """A post is told to a program that is out of order at first; another is withdrawn before; one is sent again.

    Its receiver keeps each webhook-id once, in the database, which it could not while a transaction were open.
    """
    receiver = Receiver(status=503, keep=partial(_keep, flow))
    allow_loopback(flow.app)
    with receiving(receiver):
        with unit_of_work():
            endpoint_id = (
                db.session.scalar(select(WebhookEndpoint.id))
                or register_endpoint("program", receiver.url, ("update.posted",)).id
            )
            change_endpoint(endpoint_id, {"url": receiver.url})
            switch_endpoint(endpoint_id, on=True)
            plot_ids = db.session.scalars(select(Plot.id).order_by(Plot.id).limit(1)).all()
        post_update(plot_ids, uuid="told")
        flow.tick(seconds=1)
        receiver.status = 204
        gone = post_update(plot_ids, uuid="gone")
        with unit_of_work():
            hide_update(gone, "people on it")
        flow.tick(minutes=10)
        post_update(plot_ids, uuid="sent again")
        with unit_of_work():
            switch_endpoint(endpoint_id, on=False)
        flow.tick(minutes=10)
        with unit_of_work():
            switch_endpoint(endpoint_id, on=True)
            replay_failed(endpoint_id, clock.today() - timedelta(days=9))
        flow.finish()


def _keep(flow: Flow, call: Arrived) -> None:
    with flow.app.app_context():
        dev_inbox.keep(call.id, "webhook", call.told["type"], "")
