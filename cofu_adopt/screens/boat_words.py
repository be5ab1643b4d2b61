"""What the scripts on the boat say, in the language of the page. {names} are filled in on the phone."""

from __future__ import annotations

from flask_babel import gettext as _


def script_words() -> dict[str, str]:
    """The sentences by name."""
    return {
        "waiting": _("在手机上"),
        "sending": _("发送中"),
        "sent": _("已发出"),
        "questioned": _("要您回答"),
        "refused": _("被退回"),
        "photo_part": _("第 {n} 张，{percent}%"),
        "between": _("、"),
        "photos": _("{n} 张照片"),
        "no_photos": _("没有照片"),
        "length": _("壳长 {mm} 毫米"),
        "held": _("手机里有 {n} 篇"),
        "held_offline": _("手机里有 {n} 篇，等信号"),
        "all_sent": _("都发出去了"),
        "no_signal": _("没有信号"),
        "rest": _("有信号自己发，只发一次，关机也不丢。"),
        "sign_in": _("登录过期了。{n} 篇还在手机里，重新登录就接着发。"),
        "sign_in_action": _("重新登录"),
        "other_person": _("这部手机换了人登录。这一页是上一位的，请重新打开。"),
        "open_again": _("重新打开"),
        "again": _("{time} 再试"),
        "send_now": _("现在就发"),
        "measure_again": _("再量一次"),
        "it_is_right": _("没错"),
        "mend": _("改一改"),
        "without_photos": _("去掉坏照片再发"),
        "drop": _("删掉"),
        "drop_sure": _("删掉就没有了。再按一次删掉"),
        "photo_refused": _("第 {n} 张照片：{reason}"),
        "photo_lost": _("手机里找不到这张照片了。"),
        "refused_plain": _("没有收下（{status}）。请改一改再发，或者找工坊。"),
        "choose_plot": _("请先选一条桁。"),
        "nothing_said": _("拍一张照片，或者写一句，再发。"),
        "too_many_photos": _("一次最多 {n} 张照片，多的没有收。"),
        "photo_too_big": _("{name} 超过 15 MB，没有收。请用普通大小拍。"),
        "photo_unreadable": _("{name} 读不出来，没有收。请再拍一张。"),
        "not_numbers": _("壳长只写数字，用空格隔开，例如 71 72.5 69。"),
        "count_needed": _("只有一个平均数时，请写量了几只。"),
        "not_a_number": _("这里只写数字。"),
        "full": _("手机存满了，这一篇没有存下。请删掉些照片或视频再按发出去，写的都还在。"),
        "not_kept": _("这个浏览器不肯存东西，这一篇没有存下。请关掉无痕模式，或换一个浏览器。"),
        "remove_photo": _("去掉第 {n} 张"),
        "people_on_photo": _("第 {n} 张上有人"),
        "picture": _("照片 {n}"),
    }
