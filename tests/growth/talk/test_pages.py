"""What adopters, households and the workshop see and press, without a script."""

from __future__ import annotations

import re

import pytest

from cofu_adopt.adoptions.share import share_rope
from cofu_adopt.core.db import unit_of_work
from tests.growth.diary import operator
from tests.growth.talk.talking import Talk
from tests.season import Browser


@pytest.fixture
def page(talk: Talk) -> str:
    """The address of the rope's page."""
    return f"/my/ropes/{talk.rope.code}"


@pytest.fixture
def adopter(talk: Talk) -> Browser:
    return talk.diary.season.signed_in(talk.rope.person_id)


@pytest.fixture
def family(talk: Talk) -> Browser:
    return talk.diary.season.signed_in(talk.diary.ours.person_id)


@pytest.fixture
def desk(talk: Talk) -> Browser:
    return talk.diary.season.signed_in(operator())


def test_she_cheers_and_asks_and_comes_back_to_the_post(talk: Talk, adopter: Browser, page: str) -> None:
    here = f"{page}#post-{talk.post_id}"
    assert f'id="post-{talk.post_id}"' in adopter.get(page).text
    cheer = f"{page}/updates/{talk.post_id}/cheer"
    assert adopter.post(cheer).headers["Location"] == here
    assert 'aria-pressed="true"' in adopter.get(page).text
    assert adopter.post(cheer, data={"back": "1"}).headers["Location"] == here
    assert 'aria-pressed="true"' not in adopter.get(page).text
    typed = {"client_uuid": "one", "words": "<b>长得慢吗</b>", "before": "5-1"}
    for _press in range(2):
        answer = adopter.post(f"{page}/updates/{talk.post_id}/ask", data=typed)
        assert answer.headers["Location"] == f"{page}?before=5-1#post-{talk.post_id}"
    assert adopter.get(page).text.count("&lt;b&gt;长得慢吗&lt;/b&gt;</p>") == 1
    assert adopter.post(cheer, data={"before": "//evil"}).headers["Location"] == here


def test_a_fault_keeps_what_was_typed(talk: Talk, adopter: Browser, page: str) -> None:
    ask = f"{page}/updates/{talk.post_id}/ask"
    answer = adopter.post(ask, data={"client_uuid": "one", "words": "长" * 301})
    assert answer.status_code == 422
    assert f"{'长' * 301}</textarea>" in answer.text
    assert 'aria-invalid="true"' in answer.text
    for number in range(5):
        talk.ask(f"第 {number} 问")
    answer = adopter.post(ask, data={"words": "还有一句"})
    assert (answer.status_code, len(talk.stored())) == (429, 5)
    assert "还有一句</textarea>" in answer.text
    assert adopter.get(page).text.count("看全部 5 问") == 1


def test_delete_is_for_ones_own_and_report_for_the_others(talk: Talk, adopter: Browser, page: str) -> None:
    mine, other = talk.ask().id, talk.ask("水温呢", rope=talk.neighbour).id
    shown = adopter.get(f"{page}/updates/{talk.post_id}").text
    assert re.findall(r"comments/(\d+)/(delete|report)", shown) == [(str(other), "report"), (str(mine), "delete")]
    report = f"{page}/comments/{other}/report"
    assert "水温呢" in adopter.get(report).text
    assert adopter.post(report, data={"note": "骂我"}).status_code == 422
    assert adopter.post(report, data={"reason": "rude"}).status_code == 302
    assert adopter.get(f"{page}/comments/{mine}/report").status_code == 404
    assert adopter.post(f"{page}/comments/{other}/delete").status_code == 404
    adopter.post(f"{page}/comments/{mine}/delete")
    assert talk.said() == [("水温呢", [])]


def test_whoever_has_the_link_sees_how_many_cheered_and_nothing_that_was_said(talk: Talk) -> None:
    talk.call(talk.rope.person_id, display_name="小满")
    talk.cheer()
    talk.answer(talk.ask().id)
    with unit_of_work():
        token = share_rope(talk.rope.code, talk.rope.person_id, shows_name=True).token
    shown = talk.diary.season.browser().get(f"/r/{token}").text
    assert "1 个人喜欢" in shown
    for words in ("长得慢吗", "不慢", "小满", "问一句", "举报"):
        assert words not in shown


def test_the_household_sees_what_waits_and_answers(talk: Talk, family: Browser) -> None:
    assert "个问题没回" not in family.get("/household").text
    question = talk.ask().id
    assert "1 个问题没回" in family.get("/household").text
    assert "长得慢吗" in family.get("/household/questions").text
    answer = family.post(f"/household/questions/{question}", data={"words": " "})
    assert (answer.status_code, "还没写字" in answer.text) == (422, True)
    answer = family.post(f"/household/questions/{question}", data={"words": "不慢"})
    assert answer.headers["Location"] == f"/household/questions#c-{question}"
    shown = family.get("/household/questions").text
    assert ("都回了" in shown, "不慢" in shown) == (True, True)
    family.post(f"/household/questions/{talk.stored()[1].id}/delete")
    assert talk.open() == ["长得慢吗"]
    assert family.post(f"/household/questions/{question}/report", data={"reason": "ad"}).status_code == 302
    other = talk.diary.season.signed_in(talk.diary.theirs.person_id)
    assert "长得慢吗" not in other.get("/household/questions").text
    for path in ("", "/report", "/delete"):
        answer = other.post(f"/household/questions/{question}{path}", data={"words": "我答", "reason": "ad"})
        assert answer.status_code == 404


def test_the_workshop_looks_takes_off_and_silences(talk: Talk, desk: Browser, adopter: Browser, page: str) -> None:
    question = talk.ask().id
    talk.report(question, note="骂我")
    here = f"/desk/talk/{question}"
    assert "有人举报 1" in desk.get("/desk/talk").text
    shown = desk.get(here).text
    assert ("骂我" in shown, "骂人、难听" in shown) == (True, True)
    desk.post(f"{here}/answer", data={"words": "工坊来答"})
    assert talk.said() == [("长得慢吗", ["工坊来答"])]
    answer = desk.post(f"{here}/hide", data={"reason": "嗯"})
    assert (answer.status_code, 'value="嗯"' in answer.text) == (422, True)
    assert desk.post(f"{here}/hide", data={"reason": "骂人的话"}).headers["Location"] == here
    assert "长得慢吗" not in adopter.get(page).text
    assert "长得慢吗" in desk.get("/desk/talk?pile=hidden").text
    desk.post(f"{here}/restore", data={"reason": "弄错了吧"})
    assert "长得慢吗" in adopter.get(page).text
    assert desk.post(f"{here}/mute", data={"reason": "骂人的话", "days": "x"}).status_code == 422
    desk.post(f"{here}/mute", data={"reason": "骂人的话", "days": "3"})
    answer = adopter.post(f"{page}/updates/{talk.post_id}/ask", data={"words": "水温呢"})
    assert (answer.status_code, "工坊暂停了您留言" in answer.text) == (409, True)
    desk.post(f"{here}/unmute", data={"reason": "弄错了吧"})
    assert talk.ask("水温呢").is_new
    desk.post(f"{here}/look-again")
    assert "有人举报 1" in desk.get("/desk/talk?pile=new").text
    desk.post(f"{here}/keep")
    assert "收起留言" in desk.get("/desk/audit").text
