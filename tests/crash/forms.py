"""What the flows fill in."""

from __future__ import annotations

REVIEW = {
    "recipient": "王小海",
    "phone": "13800005678",
    "province": "上海市",
    "city": "上海市",
    "district": "浦东新区",
    "street": "花木街道",
    "detail": "锦绣路 1 号",
    "receipt_email": "xiaohai@example.com",
    "fresh_goods": "1",
}
