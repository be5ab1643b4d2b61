"""Take a pasted address apart: recipient, phone, 省 市 区 街道 and the rest, in whatever order it comes. Pure."""

from __future__ import annotations

import re
import unicodedata

from cofu_adopt.identity.regions import MUNICIPALITIES, PROVINCES, short_name

PHONE = re.compile(r"(?<!\d)(?:\+?86[ -]?)?(1[3-9]\d)[ -]?(\d{4})[ -]?(\d{4})(?!\d)")
LABELS = re.compile(
    r"(收货人|收件人|联系人|姓名|联系电话|联系方式|手机号码|手机号|手机|电话|所在地区|地区|详细地址|收货地址|地址)\s*[:：]"
)
CITY = re.compile(r"^(.{1,10}?(?:自治州|地区|盟|市))")
DISTRICT = re.compile(r"^(.{1,11}?(?:自治县|自治旗|新区|区|县|旗|市))")
STREET = re.compile(r"^(.{1,14}?(?:街道|镇|乡|苏木))")
TITLES = re.compile(r"(先生|女士|小姐|老师|收)$")
NAME = re.compile(r"^[\u4e00-\u9fff·•]{2,6}$|^[A-Za-z][A-Za-z .'-]{1,29}$")
ADDRESS_WORDS = re.compile(r"[省市区县镇乡村路街巷弄号楼栋室苑园]")


def parse_address(pasted: str) -> dict[str, str]:
    """The parts that were understood; what was not is absent, so that a form keeps what was typed there."""
    text = unicodedata.normalize("NFKC", pasted)
    found: dict[str, str] = {}
    phone = PHONE.search(text)
    if phone:
        found["phone"] = "".join(phone.groups())
        text = f"{text[: phone.start()]} {text[phone.end() :]}"
    text = LABELS.sub(" ", text)
    pieces = [piece for piece in re.split(r"[\s,，;；、|/]+", text) if piece]
    name = _find_name(pieces)
    if name is not None:
        found["recipient"] = TITLES.sub("", pieces.pop(name))
    found |= _places("".join(_spaced(pieces)))
    return {field: value for field, value in found.items() if value}


def _spaced(pieces: list[str]) -> list[str]:
    # Latin words and numbers keep a space between them, Chinese needs none.
    spaced: list[str] = []
    for piece in pieces:
        if spaced and piece[0].isascii() and spaced[-1][-1].isascii():
            spaced.append(" ")
        spaced.append(piece)
    return spaced


def _find_name(pieces: list[str]) -> int | None:
    candidates = [
        place
        for place, piece in enumerate(pieces)
        if NAME.match(TITLES.sub("", piece) or piece) and _province(piece) is None and not ADDRESS_WORDS.search(piece)
    ]
    if not candidates:
        return None
    outer = [place for place in candidates if place in {0, len(pieces) - 1}]
    return (outer or candidates)[0]


def _province(text: str) -> str | None:
    for province in PROVINCES:
        if text.startswith((province, short_name(province))):
            return province
    return None


def _places(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    province = _province(text)
    if province is not None:
        found["province"] = province
        text = text.removeprefix(province) if text.startswith(province) else text[len(short_name(province)) :]
        text = text.removeprefix("省")
        if province in MUNICIPALITIES:
            # 上海市 上海市 杨浦区, 上海 杨浦区, 北京市 市辖区 海淀区: the city is the municipality itself.
            found["city"] = province
            text = text.removeprefix(province).removeprefix("市辖区")
    for field, pattern in (("city", CITY), ("district", DISTRICT), ("street", STREET)):
        if field in found:
            continue
        match = pattern.match(text)
        if match:
            found[field] = match[1]
            text = text[match.end() :]
    found["detail"] = text.strip()
    return found
