"""A tiny sea on sale for the tests of adopting: two plots on sale and one that is not, people, the sandbox, a clock."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select
from werkzeug.test import TestResponse

from cofu_adopt import schedule
from cofu_adopt.adoptions.cancel import cancel_adoption
from cofu_adopt.adoptions.hold import hold_rope
from cofu_adopt.adoptions.models import Adoption, AdoptionState
from cofu_adopt.adoptions.pay import start_payment
from cofu_adopt.adoptions.review import find_held, save_review
from cofu_adopt.core import clock
from cofu_adopt.core.access import Role
from cofu_adopt.core.clock import SHANGHAI, FrozenClock
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.core.verify import run_checks
from cofu_adopt.farm.models import Household, Plot, PlotShare, Rope, SeaGrid, Species
from cofu_adopt.identity.models import Person, PersonRole
from cofu_adopt.offers.draft import draft_offer, publish_offer
from cofu_adopt.payments.models import Payment, Refund

__all__ = ["Season", "make_season", "season"]

NOON = datetime(2026, 11, 24, 12, tzinfo=SHANGHAI)
SALE_ENDS_AT = NOON + timedelta(days=60)
CANCEL_UNTIL_ON = date(2027, 1, 23)
PRICE_FEN = 19800
HOLD_SECONDS = 900
GRACE_SECONDS = 7200
TERMS: dict[str, Any] = {
    "title": "认养一串，收一箱",
    "title_en": "One rope, one parcel",
    "season": 2027,
    "price_fen": PRICE_FEN,
    "parcels": 1,
    "promised_net_g": 2500,
    "limit_per_person": 3,
    "harvest_from_on": date(2027, 8, 20),
    "harvest_to_on": date(2027, 10, 20),
    "cancel_until_on": CANCEL_UNTIL_ON,
    "service_fee_bp": 800,
    "fund_bp": 500,
    "host_bp": 300,
    "gateway_fee_bp": 220,
    "parcel_cost_fen": 3800,
    "holdback_bp": 1000,
    "holdback_days": 7,
    "household_floor_bp": 4000,
}
ADDRESS = {
    "recipient": "王小海",
    "phone": "13800005678",
    "province": "上海市",
    "city": "上海市",
    "district": "浦东新区",
    "street": "花木街道",
    "detail": "锦绣路 1 号",
}
Result = TypeVar("Result")


class Browser(FlaskClient):
    """A client whose requests share nothing with the test that makes them."""

    def open(self, *arguments: Any, **named: Any) -> TestResponse:
        """Make a request in an application context of its own."""
        with self.application.app_context():
            return super().open(*arguments, **named)


@dataclass
class Season:
    """What the tests do, in one line each. Every method is one or more whole units of work."""

    app: Flask
    clock: FrozenClock
    offer_id: int
    person_id: int
    plots: dict[str, int]
    _keys: Iterator[int] = field(default_factory=itertools.count)

    def person(self) -> int:
        """One more adopter."""
        with unit_of_work():
            person = Person(display_name="5678", locale="zh_Hans", is_guest=False, created_at=clock.now())
            db.session.add(person)
            db.session.flush()
            db.session.add(PersonRole(person_id=person.id, role=Role.ADOPTER))
            return person.id

    def hold(
        self,
        person_id: int | None = None,
        *,
        key: str | None = None,
        plot: str | None = None,
        rope: int | None = None,
        offer_id: int | None = None,
    ) -> Adoption:
        """Hold a rope."""
        with unit_of_work():
            return hold_rope(
                person_id=person_id or self.person_id,
                offer_id=offer_id or self.offer_id,
                request_key=key or f"request-{next(self._keys)}",
                plot_code=plot,
                rope_number=rope,
            )

    def review(self, adoption: Adoption) -> None:
        """Give address and confirmation."""
        with unit_of_work():
            save_review(
                find_held(adoption.code, adoption.person_id),
                delivery=ADDRESS,
                receipt_email=None,
                locale="zh_Hans",
                fresh_goods_confirmed=True,
            )

    def open_page(self, adoption: Adoption, *, use_credit: bool | None = None) -> str:
        """Go to pay; return the reference of the sandbox's checkout; the order's code when credit has paid all."""
        url = start_payment(
            adoption.code,
            adoption.person_id,
            title="%(rope)s",
            return_url=f"/orders/{adoption.code}",
            locale="zh_Hans",
            use_credit=use_credit,
        )
        return url.rpartition("/")[2]

    def choose(self, ref: str, outcome: str, wallet: str = "wechat_pay") -> None:
        """Choose how the sandbox's page ends."""
        answer = self.browser().post(f"/sandbox/checkout/{ref}", data={"outcome": outcome, "wallet": wallet})
        assert answer.status_code == 302, answer.text

    def pay(self, adoption: Adoption, outcome: str = "pay", wallet: str = "wechat_pay") -> str:
        """Review, open the page, choose the outcome; return the checkout's reference."""
        self.review(adoption)
        ref = self.open_page(adoption)
        self.choose(ref, outcome, wallet)
        return ref

    def paid(self, person_id: int | None = None, **chosen: Any) -> Adoption:
        """A rope that is held and paid."""
        adoption = self.hold(person_id, **chosen)
        self.pay(adoption)
        return self.read(adoption)

    def cancel(self, adoption: Adoption) -> AdoptionState:
        """Give it up."""
        return cancel_adoption(adoption.code, adoption.person_id)

    def tick(self, **units: float) -> None:
        """Move the clock and do what is due then."""
        self.clock.advance(**units)
        schedule.do_due_work()

    def read(self, adoption: Adoption) -> Adoption:
        """The adoption as stored now."""
        with unit_of_work(writes=False):
            return db.session.get_one(Adoption, adoption.id)

    def state(self, adoption: Adoption) -> str:
        """Its state as stored now."""
        return str(self.read(adoption).state)

    def payments(self, adoption: Adoption) -> list[Payment]:
        """The payments of an order, oldest first."""
        with unit_of_work(writes=False):
            query = select(Payment).where(Payment.order_id == adoption.id).order_by(Payment.id)
            return list(db.session.scalars(query))

    def refunds(self, adoption: Adoption) -> list[Refund]:
        """The refunds of an order, oldest first."""
        with unit_of_work(writes=False):
            query = select(Refund).join(Payment, Payment.id == Refund.payment_id)
            return list(db.session.scalars(query.where(Payment.order_id == adoption.id).order_by(Refund.id)))

    def holder(self, plot: str, rope: int) -> int | None:
        """The live adoption that a rope names."""
        with unit_of_work(writes=False):
            return db.session.get_one(Rope, (self.plots[plot], rope)).live_adoption_id

    def browser(self) -> Browser:
        """A browser in which nobody is signed in."""
        return Browser(self.app, self.app.response_class, use_cookies=True)

    def signed_in(self, person_id: int | None = None) -> Browser:
        """A browser in which the person is signed in."""
        client = self.browser()
        with client.session_transaction() as session:
            session["person_id"], session["epoch"] = person_id or self.person_id, 1
        return client

    def violations(self) -> dict[str, list[str]]:
        """What `flask verify` finds."""
        return {name: found for name, found in run_checks().items() if found}

    def at_once(self, works: Sequence[Callable[[], Result]], *, threads: int = 16) -> list[Result | Exception]:
        """Do all `works` in threads of their own; each result, or what was raised, in order."""

        def run(work: Callable[[], Result]) -> Result | Exception:
            with self.app.test_request_context():
                try:
                    return work()
                except Exception as error:  # noqa: BLE001 - the test looks at it
                    return error
                finally:
                    db.session.remove()

        with ThreadPoolExecutor(max_workers=threads) as pool:
            return list(pool.map(run, works))


def make_season(app: Flask, frozen: FrozenClock, *, ropes: int = 6, limit: int = 3) -> Season:
    """A1-01 and A1-02 with `ropes` ropes each on sale, B2-01 not, and one adopter."""
    app.config["WTF_CSRF_ENABLED"] = False
    with unit_of_work():
        plots = _make_sea(ropes)
        values = TERMS | {
            "code": "GQ-1",
            "limit_per_person": limit,
            "sale_starts_at": NOON - timedelta(days=1),
            "sale_ends_at": SALE_ENDS_AT,
        }
        offer_id = draft_offer(values, [plots["A1-01"], plots["A1-02"]], currency="cny")
        publish_offer(offer_id)
    season = Season(app, frozen, offer_id, 0, plots)
    season.person_id = season.person()
    return season


def _make_sea(ropes: int) -> dict[str, int]:
    household = Household(
        code="GQ001",
        head_name="张信良",
        village="龙泉村",
        phone="19900000001",
        phone_index="GQ001",
        family_size=3,
        low_income=False,
        bank_name="嵊泗农商银行",
        bank_clearing_code="402342500018",
        bank_account="6299995173266249311",
        payee_name="张信良",
        joined_on=date(2019, 1, 1),
    )
    db.session.add(household)
    db.session.flush()
    plots: dict[str, int] = {}
    for grid_code, codes in (("A1", ("A1-01", "A1-02")), ("B2", ("B2-01",))):
        grid = SeaGrid(code=grid_code)
        db.session.add(grid)
        db.session.flush()
        for code in codes:
            plot = Plot(
                code=code,
                sea_grid_id=grid.id,
                inside_line=True,
                species=Species.BLUE_MUSSEL,
                seeded_on=date(2026, 10, 1),
                rope_count=ropes,
                rope_length_m=Decimal("2.5"),
                longitude=Decimal("122.731"),
                latitude=Decimal("30.747"),
            )
            db.session.add(plot)
            db.session.flush()
            plots[code] = plot.id
            db.session.add(
                PlotShare(plot_id=plot.id, valid_from=date(2026, 10, 1), household_id=household.id, weight=100)
            )
            rows = [{"plot_id": plot.id, "number": number} for number in range(1, ropes + 1)]
            db.session.execute(insert(Rope), rows)
    return plots


@pytest.fixture
def season(app: Flask) -> Iterator[Season]:
    """The tiny sea at noon of 24 November 2026, within a request, as the clock and the web have one."""
    with clock.frozen(NOON) as frozen, app.test_request_context():
        yield make_season(app, frozen)
