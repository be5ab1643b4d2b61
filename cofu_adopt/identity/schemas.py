"""What the forms of identity hold."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from marshmallow import EXCLUDE, Schema, fields, pre_load

from cofu_adopt.core.errors import Invalid
from cofu_adopt.core.showable import is_showable, unshowable
from cofu_adopt.identity import regions
from cofu_adopt.identity.phone import normalise_phone


class AddressSchema(Schema):
    """A delivery address as it is typed: tidied, and each fault named in words."""

    class Meta:
        """Other fields of the form are not its business."""

        unknown = EXCLUDE

    recipient = fields.String(load_default="")
    phone = fields.String(load_default="")
    province = fields.String(load_default="")
    city = fields.String(load_default="")
    district = fields.String(load_default="")
    street = fields.String(load_default="")
    detail = fields.String(load_default="")

    @pre_load
    def tidy(self, data: Any, **_kwargs: Any) -> dict[str, str]:
        """Outer and doubled spaces are nobody's meaning."""
        return {name: " ".join(str(value).split()) for name, value in data.items()}


LONGEST = {"recipient": 20, "city": 40, "district": 40, "street": 40, "detail": 80}


def load_address(form: dict[str, str]) -> dict[str, str]:
    """The address of a form. Raises Invalid that names every bad field with a sentence."""
    content: dict[str, str] = AddressSchema().load(form)
    faults: dict[str, str] = {}
    for name in ("recipient", "phone", "province", "city", "district", "detail"):
        if not content[name]:
            faults[name] = _("是空的，请补上。")
    for name, longest in LONGEST.items():
        if len(content[name]) > longest:
            faults[name] = _("太长，最多 %(count)s 个字。", count=longest)
    faults |= {name: unshowable() for name, value in content.items() if name != "phone" and not is_showable(value)}
    if content["phone"]:
        try:
            content["phone"] = normalise_phone(content["phone"])
        except Invalid as error:
            faults |= error.fields
    faults = _region_faults(content["province"], content["city"]) | faults
    if faults:
        raise Invalid(faults)
    return content


def _region_faults(province: str, city: str) -> dict[str, str]:
    if province and province not in regions.PROVINCES:
        return {"province": _("没有这个省份，请从列表里选。")}
    if province in regions.NOT_DELIVERED:
        return {"province": _("鲜活贝送不到这里，请换一个地址。")}
    if province in regions.MUNICIPALITIES and city != province:
        return {"city": _("直辖市的市要写成%(province)s。", province=province)}
    return {}
