"""A small sea with a few orders, and browsers of the workshop's people, for the tests of the desk."""

from __future__ import annotations

import itertools
from contextvars import Context
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import Flask
from sqlalchemy import insert, select
from werkzeug.test import TestResponse

from cofu_adopt.adoptions.hold import hold_rope
from cofu_adopt.adoptions.models import Adoption
from cofu_adopt.adoptions.pay import start_payment
from cofu_adopt.adoptions.review import find_held, save_review
from cofu_adopt.core import clock
from cofu_adopt.core.access import Role
from cofu_adopt.core.audit import AuditRecord
from cofu_adopt.core.clock import SHANGHAI, FrozenClock
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.farm.models import Household, HouseholdMember, Plot, PlotMeasurement, PlotShare, Rope, SeaGrid, Species
from cofu_adopt.identity.models import Person
from cofu_adopt.identity.people import find_or_make_by_phone, grant_role
from cofu_adopt.identity.phone import phone_index
from cofu_adopt.offers.draft import draft_offer, publish_offer
from cofu_adopt.offers.load_demo import demo_terms
from cofu_adopt.payments import apply, check, sandbox_gateway
from cofu_adopt.payments.models import Payment, Refund
from cofu_adopt.schedule import do_due_work

NOON = datetime(2026, 11, 24, 12, tzinfo=SHANGHAI)
PHONE, OTHER_PHONE, PARCEL_PHONE = "13800005678", "13911112222", "13700009999"
CARD = "6299995173266249311"
ADDRESS = {
    "recipient": "林小满",
    "phone": PARCEL_PHONE,
    "province": "上海市",
    "city": "上海市",
    "district": "杨浦区",
    "street": "四平路街道",
    "detail": "彰武路 100 号",
}


@dataclass
class Sale:
    """What the tests do, in one line each. Every method is one or more whole units of work."""

    app: Flask
    clock: FrozenClock
    offer_ids: list[int] = field(default_factory=list)
    _keys: Any = field(default_factory=itertools.count)

    def hold(self, *, phone: str = PHONE, plot: str | None = None, rope: int | None = None, offer: int = 0) -> Adoption:
        """Hold a rope for whoever has the phone."""
        with unit_of_work():
            person = find_or_make_by_phone(phone)
            return hold_rope(
                person_id=person.id,
                offer_id=self.offer_ids[offer],
                request_key=f"request-{next(self._keys)}",
                plot_code=plot,
                rope_number=rope,
            )

    def reviewed(self, *, delivery: dict[str, str] | None = None, **chosen: Any) -> Adoption:
        """A held rope with an address."""
        adoption = self.hold(**chosen)
        with unit_of_work():
            save_review(
                find_held(adoption.code, adoption.person_id),
                delivery=ADDRESS | (delivery or {}),
                receipt_email="lin@example.com",
                locale="zh_Hans",
                fresh_goods_confirmed=True,
            )
        return adoption

    def at_the_till(self, **chosen: Any) -> tuple[Adoption, str]:
        """A reviewed order whose payment page is open, and the page's reference."""
        adoption = self.reviewed(**chosen)
        url = start_payment(adoption.code, adoption.person_id, title="%(rope)s", return_url="/orders", locale="zh_Hans")
        return adoption, url.rpartition("/")[2]

    def paid(self, *, wallet: str = "wechat_pay", **chosen: Any) -> Adoption:
        """A paid order."""
        adoption, ref = self.at_the_till(**chosen)
        self.gateway_says(ref, "paid", wallet)
        check.check_order(adoption.id)
        return self.read(adoption)

    def gateway_says(self, ref: str, state: str, wallet: str = "wechat_pay") -> None:
        """Move the sandbox's checkout."""
        with unit_of_work():
            sandbox_gateway.move(ref, ("open",), state, wallet=wallet)

    def pay_again(self, adoption: Adoption) -> str:
        """Open another payment page for the order; return its reference."""
        check.check_order(adoption.id)
        url = start_payment(adoption.code, adoption.person_id, title="%(rope)s", return_url="/orders", locale="zh_Hans")
        return url.rpartition("/")[2]

    def look(self, adoption: Adoption) -> None:
        """Ask the gateway how the order's payment stands."""
        check.check_order(adoption.id)

    def late_word(self, ref: str) -> None:
        """The gateway says that an expired page was paid."""
        with unit_of_work():
            sandbox_gateway.move(ref, ("expired",), "paid", wallet="wechat_pay")
        word = sandbox_gateway.sandbox().fetch(ref)
        with unit_of_work():
            apply.apply_checkout(word)

    def tick(self, **units: float) -> None:
        """Move the clock and do what is due then."""
        self.clock.advance(**units)
        do_due_work()

    def read(self, adoption: Adoption) -> Adoption:
        """The adoption as stored now."""
        with unit_of_work(writes=False):
            return db.session.get_one(Adoption, adoption.id)

    def refunds(self, adoption: Adoption) -> list[Refund]:
        """The refunds of an order."""
        with unit_of_work(writes=False):
            query = select(Refund).join(Payment, Payment.id == Refund.payment_id)
            return list(db.session.scalars(query.where(Payment.order_id == adoption.id).order_by(Refund.id)))

    def acts(self, act: str) -> list[AuditRecord]:
        """The acts of this kind in the audit log, oldest first."""
        with unit_of_work(writes=False):
            return list(db.session.scalars(select(AuditRecord).where(AuditRecord.act == act).order_by(AuditRecord.id)))

    def rope_is_free(self, plot: str, number: int) -> bool:
        """True when nobody has the rope."""
        with unit_of_work(writes=False):
            plot_id = db.session.scalar(select(Plot.id).where(Plot.code == plot))
            return db.session.get_one(Rope, (plot_id, number)).live_adoption_id is None

    def browser(self, *roles: Role) -> Browser:
        """A browser in which somebody with these roles is signed in."""
        return Browser(self.app, roles)


class Browser:
    """A signed-in browser; each request has a context of its own, as in a server."""

    def __init__(self, app: Flask, roles: tuple[Role, ...]) -> None:
        self.client = app.test_client()
        with unit_of_work():
            name = "_".join(roles) or "nobody"
            person = db.session.scalar(select(Person).where(Person.username == name))
            if person is None:
                person = Person(
                    username=name, display_name=f"工坊 {name}"[:40], locale="zh_Hans", is_guest=False,
                    session_epoch=1, created_at=NOON,
                )  # fmt: skip
                db.session.add(person)
                db.session.flush()
                for role in roles:
                    grant_role(person.id, role)
            self.person_id = person.id
        with self.client.session_transaction() as session:
            session["person_id"], session["epoch"] = self.person_id, 1

    def get(self, path: str, **more: Any) -> TestResponse:
        """GET."""
        self._prove()
        return Context().run(self.client.get, path, buffered=True, **more)

    def post(self, path: str, data: dict[str, str] | None = None, **more: Any) -> TestResponse:
        """POST a form."""
        self._prove()
        return Context().run(self.client.post, path, data=data, buffered=True, **more)

    def _prove(self) -> None:
        """However far the clock was moved, the password was given just now."""
        with self.client.session_transaction() as session:
            session["proved_at"] = int(clock.now().timestamp())

    def rows(self, path: str) -> list[str]:
        """The keys of the rows of a list, in its order."""
        answer = self.get(path, follow_redirects=True)
        assert answer.status_code == 200, answer.status
        return rows_of(answer.text)


def rows_of(html: str) -> list[str]:
    """The last part of the addresses of a list's rows."""
    parts = html.split(" data-row href=")[1:]
    return [part[1:].split('"')[0].rpartition("/")[2] for part in parts]


def make_sale(app: Flask, frozen: FrozenClock, *, ropes: int = 20) -> Sale:
    """Two squares, three plots, two households, two offers."""
    app.config["WTF_CSRF_ENABLED"] = False
    sale = Sale(app, frozen)
    with unit_of_work():
        first = _household("GQ001", "张信良", "19900000001")
        second = _household("GQ002", "余龙飞", "19900000002")
        plots = [
            _plot(code, grid, first if code != "A1-02" else second, ropes)
            for grid, code in (("A1", "A1-01"), ("A1", "A1-02"), ("D6", "D6-04"))
        ]
        db.session.add(PlotShare(plot_id=plots[0], valid_from=date(2026, 11, 1), household_id=second, weight=60))
        db.session.add(PlotShare(plot_id=plots[0], valid_from=date(2026, 11, 1), household_id=first, weight=40))
        for number in (1, 2):
            values = demo_terms() | {
                "code": f"GQ-{number}",
                "title": f"认养一串，收{number}箱",
                "title_en": f"One rope, {number} parcels",
                "price_fen": 19800 + 7000 * (number - 1),
                "parcels": number,
                "promised_net_g": 2500 * number,
                "limit_per_person": 99,
            }
            offer_id = draft_offer(values, plots, currency="cny")
            publish_offer(offer_id)
            sale.offer_ids.append(offer_id)
    return sale


def _household(code: str, head: str, phone: str) -> int:
    household = Household(
        code=code,
        head_name=head,
        village="龙泉村",
        phone=phone,
        phone_index=phone_index(phone),
        family_size=3,
        low_income=False,
        bank_name="嵊泗农商银行",
        bank_clearing_code="402342500018",
        bank_account=CARD,
        payee_name=head,
        joined_on=date(2019, 1, 1),
    )
    db.session.add(household)
    db.session.flush()
    person = find_or_make_by_phone(phone)
    db.session.add(HouseholdMember(household_id=household.id, person_id=person.id))
    return household.id


def _plot(code: str, grid_code: str, household_id: int, ropes: int) -> int:
    grid = db.session.scalar(select(SeaGrid).where(SeaGrid.code == grid_code))
    if grid is None:
        grid = SeaGrid(code=grid_code)
        db.session.add(grid)
        db.session.flush()
    plot = Plot(
        code=code,
        sea_grid_id=grid.id,
        inside_line=code != "A1-02",
        species=Species.BLUE_MUSSEL,
        seeded_on=date(2026, 10, 1),
        rope_count=ropes,
        rope_length_m=Decimal("2.5"),
        insurance_number="HB01" if code == "D6-04" else None,
        longitude=Decimal("122.731"),
        latitude=Decimal("30.747"),
    )
    db.session.add(plot)
    db.session.flush()
    db.session.add(PlotShare(plot_id=plot.id, valid_from=date(2026, 10, 1), household_id=household_id, weight=100))
    db.session.add(
        PlotMeasurement(
            plot_id=plot.id, measured_on=date(2026, 11, 20), mean_shell_length_mm=Decimal("38.4"), sample_count=30,
            survival=Decimal("0.91"),
        )
    )  # fmt: skip
    db.session.execute(insert(Rope), [{"plot_id": plot.id, "number": number} for number in range(1, ropes + 1)])
    return plot.id
