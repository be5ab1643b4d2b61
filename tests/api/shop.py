"""A small sea on sale, people of every role, and programs that call the API for them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from flask import Flask
from sqlalchemy import insert, select
from werkzeug.test import TestResponse

from cofu_adopt.adoptions.models import Adoption
from cofu_adopt.core import clock
from cofu_adopt.core.access import Role, Scope
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.farm.models import Household, HouseholdMember, Plot, PlotShare, Rope, SeaGrid, Species
from cofu_adopt.identity import tokens
from cofu_adopt.identity.models import Person, PersonRole
from cofu_adopt.identity.phone import phone_index
from cofu_adopt.offers.draft import draft_offer, publish_offer
from cofu_adopt.offers.load_demo import demo_terms
from cofu_adopt.payments import payouts, sandbox_book
from cofu_adopt.payments.dispute_models import Dispute
from cofu_adopt.payments.models import Payment
from cofu_adopt.payments.sandbox_pages import tell_webhook
from cofu_adopt.schedule import do_due_work

ADDRESS = {
    "recipient": "林小满", "phone": "13800005678", "province": "上海市", "city": "上海市", "district": "杨浦区",
    "street": "四平路街道", "detail": "四平路1239号",
}  # fmt: skip
REVIEW = {"delivery": ADDRESS, "receipt_email": None, "fresh_goods_confirmed": True, "remember": False}
OFFER = {
    "code": "GQ-9", "title_zh": "认养一串", "title_en": "One rope", "season": 2027, "price_fen": 19800, "parcels": 1,
    "promised_net_g": 2500, "limit_per_person": 5, "sale_from_on": "2026-11-01", "sale_to_on": "2027-03-31",
    "harvest_from_on": "2027-08-20", "harvest_to_on": "2027-10-20", "cancel_until_on": "2027-04-30",
    "service_fee_bp": 800, "fund_bp": 500, "host_bp": 300, "gateway_fee_bp": 220, "parcel_cost_fen": 3800,
    "holdback_bp": 1000, "holdback_days": 7, "household_floor_bp": 4000, "places": ["A1"],
}  # fmt: skip
PLOTS = (("A1", "A1-01"), ("A1", "A1-02"), ("B2", "B2-01"))


@dataclass
class Program:
    """A program that calls the API with a token, or without one."""

    app: Flask
    token: str | None = None
    person_id: int = 0
    language: str = "zh-Hans"
    _keys: Any = field(default_factory=itertools.count)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
        """One call, with a new Idempotency-Key unless one is given (underscores become dashes)."""
        sent = {"Accept-Language": self.language}
        if self.token is not None:
            sent["Authorization"] = f"Bearer {self.token}"
        if method == "POST":
            sent["Idempotency-Key"] = f"key-{id(self)}-{next(self._keys)}"
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        address = path if path.startswith("/api") else f"/api/v1{path}"
        return self.app.test_client(use_cookies=False).open(
            address, method=method, json=body, headers=sent, buffered=True
        )

    def get(self, path: str, **headers: str) -> TestResponse:
        """Read."""
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> TestResponse:
        """Act."""
        return self.call("POST", path, body, **headers)

    def put(self, path: str, body: Any, **headers: str) -> TestResponse:
        """Replace."""
        return self.call("PUT", path, body, **headers)

    def patch(self, path: str, body: Any) -> TestResponse:
        """Change some of it."""
        return self.call("PATCH", path, body)

    def delete(self, path: str) -> TestResponse:
        """Remove."""
        return self.call("DELETE", path)

    def read(self, path: str) -> Any:
        """What is there."""
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json

    def hold(self, offer_id: int, **wanted: Any) -> Any:
        """Hold a rope and give the order."""
        answer = self.post("/holds", {"offer_id": offer_id, **wanted})
        assert answer.status_code == 201, answer.text
        return answer.json


@dataclass
class Shop:
    """The application with a sea of three plots, two of them on sale."""

    app: Flask
    offer_id: int
    household_id: int
    _phones: Any = field(default_factory=lambda: itertools.count(13900000001))

    def visitor(self) -> Program:
        """A program without a token."""
        return Program(self.app)

    def person(self, *roles: Role, scopes: frozenset[Scope] = frozenset(Scope)) -> Program:
        """A new person with these roles and a token for these scopes."""
        phone = str(next(self._phones))
        with unit_of_work():
            person = Person(
                phone=phone, phone_index=phone_index(phone), phone_last4=phone[-4:], display_name=phone[-4:],
                locale="zh_Hans", is_guest=False, session_epoch=1, created_at=clock.now(),
            )  # fmt: skip
            db.session.add(person)
            db.session.flush()
            db.session.add_all(PersonRole(person_id=person.id, role=role) for role in roles)
            if Role.HOUSEHOLD in roles:
                db.session.add(HouseholdMember(household_id=self.household_id, person_id=person.id))
            db.session.flush()
            made = tokens._make(person.id, "test", scopes, clock.now() + timedelta(days=9), epoch=None)
            return Program(self.app, made.secret, person.id)

    def adopter(self) -> Program:
        """A new adopter."""
        return self.person(Role.ADOPTER)

    def operator(self) -> Program:
        """A new operator."""
        return self.person(Role.OPERATOR)

    def paid(self, adopter: Program) -> str:
        """A rope that the adopter has paid; the order's code."""
        code: str = adopter.hold(self.offer_id)["code"]
        assert adopter.put(f"/orders/{code}/review", REVIEW).status_code == 200
        url = adopter.post(f"/orders/{code}/payments").json["url"]  # type: ignore[index]
        self.pay_at(url)
        return code

    def pay_at(self, url: str, outcome: str = "pay") -> None:
        """Pay on the sandbox's page."""
        answer = self.app.test_client().post(url, data={"outcome": outcome, "wallet": "wechat_pay"})
        assert answer.status_code == 302, answer.text

    def dispute(self, code: str) -> int:
        """The payer disputes the order's payment; the dispute's id."""
        with unit_of_work():
            order_id = select(Adoption.id).where(Adoption.code == code).scalar_subquery()
            paid = db.session.scalars(select(Payment).where(Payment.order_id == order_id)).one()
            ref = sandbox_book.open_dispute(paid.gateway_ref or "")
        assert tell_webhook("charge.dispute.created", "dispute", ref) == 200
        with unit_of_work(writes=False):
            return db.session.scalars(select(Dispute.id).where(Dispute.gateway_ref == ref)).one()

    def gateway_pays_out(self) -> None:
        """The gateway sends what it can to the bank, and the clock asks it about that."""
        with unit_of_work():
            assert sandbox_book.pay_out()
        payouts.ask_for_payouts()
        do_due_work()


def open_shop(app: Flask, *, ropes: int = 6) -> Shop:
    """Put a small sea on sale."""
    app.config["WTF_CSRF_ENABLED"] = False
    with unit_of_work():
        household = Household(
            code="GQ001", head_name="张信良", village="龙泉村", phone="19900000001",
            phone_index=phone_index("19900000001"), family_size=3, low_income=False,
            bank_name="嵊泗农商银行", bank_clearing_code="402342500018",
            bank_account="6299995173266249311", payee_name="张信良", joined_on=date(2019, 1, 1),
        )  # fmt: skip
        db.session.add(household)
        grids = {code: SeaGrid(code=code) for code in dict(PLOTS)}
        db.session.add_all(grids.values())
        db.session.flush()
        plots = [
            Plot(
                code=code, sea_grid_id=grids[grid].id, inside_line=True, species=Species.BLUE_MUSSEL,
                seeded_on=date(2026, 1, 1), rope_count=ropes, rope_length_m=Decimal("2.5"),
                longitude=Decimal("122.731"), latitude=Decimal("30.747"),
            )
            for grid, code in PLOTS
        ]  # fmt: skip
        db.session.add_all(plots)
        db.session.flush()
        for plot in plots:
            db.session.add(
                PlotShare(plot_id=plot.id, valid_from=date(2026, 1, 1), household_id=household.id, weight=100)
            )
            db.session.execute(insert(Rope), [{"plot_id": plot.id, "number": n + 1} for n in range(ropes)])
        values = demo_terms() | {
            "code": "GQ-1", "title": "认养一串，收一箱", "title_en": "One rope, one parcel", "price_fen": 19800,
            "parcels": 1, "promised_net_g": 2500,
        }  # fmt: skip
        offer_id = draft_offer(values, [plot.id for plot in plots[:2]], currency="cny")
        publish_offer(offer_id)
        return Shop(app, offer_id, household.id)
