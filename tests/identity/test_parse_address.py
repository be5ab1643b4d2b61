"""Pasted addresses, in the forms in which chats and shops give them."""

from __future__ import annotations

import pytest

from cofu_adopt.identity.parse_address import parse_address

LIN = {
    "recipient": "林小满", "phone": "13800005678", "province": "上海市", "city": "上海市", "district": "杨浦区",
    "street": "四平路街道", "detail": "国康路88号1203室",
}  # fmt: skip
ZHOU = {
    "recipient": "周建国", "phone": "13912345678", "province": "浙江省", "city": "舟山市", "district": "嵊泗县",
    "street": "枸杞乡", "detail": "龙泉村12号",
}  # fmt: skip


@pytest.mark.parametrize(
    "pasted",
    [
        "林小满 13800005678 上海市杨浦区四平路街道国康路88号1203室",
        "上海市杨浦区四平路街道国康路88号1203室 林小满 13800005678",
        "13800005678 林小满 上海市杨浦区四平路街道国康路88号1203室",
        "林小满，138 0000 5678，上海市 上海市 杨浦区 四平路街道 国康路88号1203室",
        "林小满 138-0000-5678 上海 杨浦区 四平路街道 国康路88号1203室",
        "上海市市辖区杨浦区四平路街道国康路88号1203室,林小满,13800005678",
        "收货人：林小满\n手机号码：13800005678\n所在地区：上海市杨浦区四平路街道\n详细地址：国康路88号1203室",
        "收件人: 林小满 联系电话: +86 13800005678 地址: 上海市 杨浦区 四平路街道 国康路88号1203室",
        "姓名：林小满；电话：１３８００００５６７８；收货地址：上海市杨浦区四平路街道国康路８８号１２０３室",
        "林小满女士 13800005678 上海市杨浦区四平路街道国康路88号1203室",
        "上海市杨浦区四平路街道国康路88号1203室（林小满收）13800005678".replace("（", " ").replace("）", " "),
        "林小满 | 13800005678 | 上海市/杨浦区/四平路街道/国康路88号1203室",
    ],
)
def test_one_address_in_many_forms(pasted: str) -> None:
    assert parse_address(pasted) == LIN


@pytest.mark.parametrize(
    "pasted",
    [
        "周建国 13912345678 浙江省舟山市嵊泗县枸杞乡龙泉村12号",
        "周建国 13912345678 浙江舟山市嵊泗县枸杞乡龙泉村12号",
        "浙江省 舟山市 嵊泗县 枸杞乡 龙泉村12号 周建国 13912345678",
    ],
)
def test_a_province_with_city_county_and_township(pasted: str) -> None:
    assert parse_address(pasted) == ZHOU


@pytest.mark.parametrize(
    ("pasted", "places"),
    [
        ("内蒙古自治区呼和浩特市新城区海拉尔大街1号", ("内蒙古自治区", "呼和浩特市", "新城区", None, "海拉尔大街1号")),
        ("内蒙古呼和浩特市新城区海拉尔大街1号", ("内蒙古自治区", "呼和浩特市", "新城区", None, "海拉尔大街1号")),
        ("广西壮族自治区南宁市青秀区民族大道9号", ("广西壮族自治区", "南宁市", "青秀区", None, "民族大道9号")),
        (
            "云南省大理白族自治州大理市下关镇人民路3号",
            ("云南省", "大理白族自治州", "大理市", "下关镇", "人民路3号"),
        ),
        ("江苏省苏州市昆山市玉山镇前进路5号", ("江苏省", "苏州市", "昆山市", "玉山镇", "前进路5号")),
        ("北京市海淀区中关村街道苏州街7号", ("北京市", "北京市", "海淀区", "中关村街道", "苏州街7号")),
        ("重庆市彭水苗族土家族自治县汉葭街道1号", ("重庆市", "重庆市", "彭水苗族土家族自治县", "汉葭街道", "1号")),
        ("黑龙江省哈尔滨市南岗区学府路8号", ("黑龙江省", "哈尔滨市", "南岗区", None, "学府路8号")),
    ],
)
def test_the_parts_of_a_place(pasted: str, places: tuple[str | None, ...]) -> None:
    found = parse_address(pasted)
    assert tuple(found.get(name) for name in ("province", "city", "district", "street", "detail")) == places


@pytest.mark.parametrize(
    ("pasted", "left_out"),
    [
        ("", set(LIN)),
        ("   \n ", set(LIN)),
        ("13800005678", set(LIN) - {"phone"}),
        ("林小满", set(LIN) - {"recipient"}),
        ("上海市杨浦区四平路街道国康路88号1203室", {"recipient", "phone"}),
    ],
)
def test_what_is_not_there_is_left_out(pasted: str, left_out: set[str]) -> None:
    found = parse_address(pasted)
    assert set(LIN) - set(found) == left_out
    assert all(LIN[name] == value for name, value in found.items())


def test_a_longer_number_is_no_phone() -> None:
    assert "phone" not in parse_address("订单 2026138000056781 上海市杨浦区")


def test_a_name_in_latin_letters() -> None:
    found = parse_address("Jane O'Neil 13800005678 上海市杨浦区四平路街道国康路88号 Room 1203")
    assert found["phone"] == "13800005678"
    assert found["detail"].endswith("Room 1203")
