"""Inside WeChat the gateway's code stands on the phone that should scan it: our page says how to pay all the same."""

from __future__ import annotations

from tests.season import Season

WECHAT = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) MicroMessenger/8.0.50 NetType/WIFI Language/zh_CN"
SAID = "您在微信里打开了这一页"


def test_the_way_out_is_said_before_paying_and_only_in_wechat(season: Season) -> None:
    adoption = season.hold()
    client = season.signed_in()
    for path in (f"/orders/{adoption.code}/review", f"/orders/{adoption.code}"):
        assert (SAID in client.get(path, headers={"User-Agent": WECHAT}).text) is path.endswith("review")
        assert SAID not in client.get(path, headers={"User-Agent": "Mozilla/5.0 Safari"}).text
    season.review(adoption)
    assert SAID in client.get(f"/orders/{adoption.code}", headers={"User-Agent": WECHAT}).text
