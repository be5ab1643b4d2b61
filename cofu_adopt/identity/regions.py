"""The provinces of the address form, by their full official names."""

from __future__ import annotations

MUNICIPALITIES = ("北京市", "天津市", "上海市", "重庆市")
PROVINCES = (
    *MUNICIPALITIES,
    "河北省", "山西省", "辽宁省", "吉林省", "黑龙江省", "江苏省", "浙江省", "安徽省", "福建省", "江西省", "山东省",
    "河南省", "湖北省", "湖南省", "广东省", "海南省", "四川省", "贵州省", "云南省", "陕西省", "甘肃省", "青海省",
    "内蒙古自治区", "广西壮族自治区", "西藏自治区", "宁夏回族自治区", "新疆维吾尔自治区",
    "香港特别行政区", "澳门特别行政区", "台湾省",
)  # fmt: skip
NOT_DELIVERED = frozenset({"香港特别行政区", "澳门特别行政区", "台湾省", "西藏自治区", "新疆维吾尔自治区"})
"""Where live mussels cannot arrive within 48 hours; a setting of the workshop's carrier."""


def short_name(province: str) -> str:
    """The name as people write it: 浙江, 内蒙古, 广西."""
    for ending in ("特别行政区", "维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "省", "市"):
        if province.endswith(ending):
            return province.removesuffix(ending)
    return province
