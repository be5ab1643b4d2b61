"""The form of an offer: read as people type it, each fault named in words."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validates_schema

from cofu_adopt.core import clock
from cofu_adopt.core.errors import Invalid
from cofu_adopt.core.money import price

PLAIN_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
CODE = re.compile(r"[A-Za-z0-9-]+")
DEAREST_FEN = 10**8 - 1
"""No rope costs a million yuan."""


def _filled(typed: str) -> str:
    kept = typed.strip()
    if not kept:
        raise ValidationError(_("是空的，请补上。"))
    return kept


class Yuan(fields.Field[int]):
    """Yuan with at most two decimals, kept as fen."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        typed = _filled(unicodedata.normalize("NFKC", str(value)).replace(",", "").replace("¥", ""))
        if not PLAIN_NUMBER.fullmatch(typed):
            raise ValidationError(_("不是金额，请写成 198 或 198.00。"))
        fen = Decimal(typed) * 100
        if fen != fen.to_integral_value():
            raise ValidationError(_("最多两位小数，请写到分。"))
        if not 0 <= fen <= DEAREST_FEN:
            raise ValidationError(_("要在 %(low)s 和 %(high)s 之间。", low=price(0), high=price(DEAREST_FEN)))
        return int(fen)


class Scaled(fields.Field[int]):
    """A number kept as a whole multiple: per cent as 1/100 per cent, kilograms as grams."""

    def __init__(self, scale: int, low: int, high: int, **kwargs: Any) -> None:
        self.scale, self.low, self.high = scale, low, high
        super().__init__(**kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        typed = _filled(unicodedata.normalize("NFKC", str(value)))
        if not PLAIN_NUMBER.fullmatch(typed):
            raise ValidationError(_("不是数字。"))
        number = Decimal(typed) * self.scale
        if number != number.to_integral_value() or not self.low <= number <= self.high:
            low, high = Decimal(self.low) / self.scale, Decimal(self.high) / self.scale
            raise ValidationError(_("应在 %(low)s 到 %(high)s 之间。", low=f"{low:f}", high=f"{high:f}"))
        return int(number)


class Day(fields.Field[date]):
    """A day of the island's calendar."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        try:
            return clock.read_day(_filled(str(value)))
        except ValueError as error:
            raise ValidationError(_("不是日期，请写成 2026-09-12。")) from error


class Text(fields.Field[str]):
    """A text of 1 to `longest` characters."""

    def __init__(self, longest: int, **kwargs: Any) -> None:
        self.longest = longest
        super().__init__(**kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = " ".join(_filled(str(value)).split())
        if len(text) > self.longest:
            raise ValidationError(_("1 到 %(count)s 个字。", count=self.longest))
        return text


class Code(Text):
    """A short name for addresses and accounts."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if not CODE.fullmatch(text):
            raise ValidationError(_("只能用字母、数字和短横线，例如 GQ-1。"))
        return text


class OfferSchema(Schema):
    """What the desk fills in. Money in yuan, shares in per cent, weight in kilograms, days on the island."""

    class Meta:
        """The token of the form is not its business."""

        unknown = EXCLUDE

    code = Code(16, load_default="")
    title = Text(60, load_default="")
    title_en = Text(80, load_default="")
    season = Scaled(1, 2024, 2100, load_default="")
    price_fen = Yuan(data_key="price", load_default="")
    parcels = Scaled(1, 1, 12, load_default="")
    promised_net_g = Scaled(1000, 100, 100_000, data_key="promised_kg", load_default="")
    limit_per_person = Scaled(1, 1, 999, load_default="")
    sale_from_on = Day(load_default="")
    sale_to_on = Day(load_default="")
    harvest_from_on = Day(load_default="")
    harvest_to_on = Day(load_default="")
    cancel_until_on = Day(load_default="")
    service_fee_bp = Scaled(100, 0, 10_000, data_key="service_fee", load_default="")
    fund_bp = Scaled(100, 0, 10_000, data_key="fund", load_default="")
    host_bp = Scaled(100, 0, 10_000, data_key="host", load_default="")
    gateway_fee_bp = Scaled(100, 0, 10_000, data_key="gateway_fee", load_default="")
    parcel_cost_fen = Yuan(data_key="parcel_cost", load_default="")
    holdback_bp = Scaled(100, 0, 10_000, data_key="holdback", load_default="")
    holdback_days = Scaled(1, 0, 365, load_default="")
    household_floor_bp = Scaled(100, 0, 10_000, data_key="household_floor", load_default="")

    @validates_schema(skip_on_field_errors=True)
    def in_order(self, data: dict[str, Any], **_kwargs: Any) -> None:
        """First days before last days; cancelling ends before the harvest begins."""
        faults: dict[str, list[str]] = {}
        if data["sale_from_on"] > data["sale_to_on"]:
            faults["sale_to_on"] = [_("不能早于开卖那天。")]
        if data["harvest_from_on"] > data["harvest_to_on"]:
            faults["harvest_to_on"] = [_("不能早于采收第一天。")]
        if data["cancel_until_on"] >= data["harvest_from_on"]:
            faults["cancel_until_on"] = [_("要在采收开始之前。")]
        if data["price_fen"] == 0:
            faults["price"] = [_("价钱要大于零。")]
        if faults:
            raise ValidationError(faults)


def load_offer(form: dict[str, str]) -> dict[str, Any]:
    """The columns of an offer from its form. Raises Invalid that names every bad field with a sentence."""
    named = {name: form.get(field.data_key or name, "") for name, field in OfferSchema().fields.items()}
    by_key = {OfferSchema().fields[name].data_key or name: value for name, value in named.items()}
    try:
        values: dict[str, Any] = OfferSchema().load(by_key)
    except ValidationError as error:
        messages = error.messages_dict
        raise Invalid({name: str(words[0]) for name, words in messages.items()}) from error
    first, last = values.pop("sale_from_on"), values.pop("sale_to_on")
    values["sale_starts_at"] = datetime.combine(first, time.min, clock.SHANGHAI)
    values["sale_ends_at"] = datetime.combine(last, time.max, clock.SHANGHAI)
    return values
