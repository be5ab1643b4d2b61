"""What the households of the demo season have posted: invented words of invented people."""

from __future__ import annotations

from dataclasses import dataclass

from cofu_adopt.growth.models import Weather, Work

SUNNY, CLOUDY, RAIN, FOG, WINDY = Weather.SUNNY, Weather.CLOUDY, Weather.RAIN, Weather.FOG, Weather.WINDY
HANGING, THINNING, CLEANING, LOOKING = Work.HANGING, Work.THINNING, Work.CLEANING, Work.INSPECTION


@dataclass(frozen=True, slots=True)
class Told:
    """A post. `photos` are names of files; `people`: those on which somebody can be seen, who has agreed to it.

    `measured`: with shell lengths that fit the plot. `misread_mm`: by so much too long, until it was `corrected`.
    `edited`: what the note says since an hour later. `on_behalf`: the workshop posted it.
    """

    plots: tuple[str, ...]
    days_ago: int
    note: str
    weather: Weather
    work: tuple[Work, ...] = ()
    photos: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    measured: bool = False
    misread_mm: float = 0
    corrected: str = ""
    edited: str = ""
    on_behalf: bool = False


POSTS = (
    Told(("D6-04",), 57, "天刚亮就到了桁上。浮子一排都在，绳挂得直，一串没少。", SUNNY, (LOOKING,), ("dawn",)),
    Told(
        ("D6-04",), 39, "起了几串看，壳边新长的一圈发亮。量了十只，记在本子上。", SUNNY, (LOOKING,), ("measure",),
        measured=True,
    ),
    Told(("D6-04",), 22, "认的人多起来了，我把绳号牌都擦了一遍，字看得清。", CLOUDY, (LOOKING,), ("boat",)),
    Told(
        ("D6-04",), 11, "清附着物。海藻和小牡蛎刮下来一大桶，贻贝这才透得过气。忙了一上午，腰有点酸。",
        CLOUDY, (CLEANING,), ("deck",),
    ),
    Told(
        ("D6-04",), 2, "今天两个人出海，一个扶绳一个量。壳口闭得紧，拿在手里沉。您那串我也看了，好好的。",
        SUNNY, (LOOKING,), ("people", "cluster", "measure"), people=("people",), measured=True,
    ),
    Told(
        ("A1-01", "D1-10"), 52, "一个人一条船，慢慢来。两条桁都看了，绳没事，浮子也没事。",
        SUNNY, (LOOKING,), ("dawn",),
    ),
    Told(
        ("A1-01",), 33, "雾大，隔十来步就看不见浮子，听着机器声往前开。看了一圈就回，没敢久留。",
        FOG, (LOOKING,), ("fog",),
    ),
    Told(
        ("A1-01",), 15, "量了十只，比上回长了一截。这阵子水里有吃的，它不客气。", SUNNY, (), ("measure", "cluster"),
        measured=True,
    ),
    Told(
        ("A1-01",), 8, "信良的手机掉进海里了，工坊替他发一条：昨天看过，绳都好，请您放心。",
        WINDY, (LOOKING,), ("boat",),
        on_behalf=True,
    ),
    Told(
        ("A1-01",), 1, "换了新手机。今天清附着物，一百串有主的都过了一遍，没有掉的。", CLOUDY, (CLEANING,),
        ("deck", "boat"),
    ),
    Told(
        ("D1-10",), 16, "这一桁靠外，浪大，路也远，一趟要半个钟头。加了两个浮子，绳往上提了些。",
        WINDY, (LOOKING,), ("wind",),
    ),
    Told(("A2-01",), 47, "分苗。一串太密，拆成两串，各长各的。", CLOUDY, (THINNING,), ("deck",)),
    Told(("A2-01",), 20, "风停了才出海，水还浑。绳上多了些小藻，下回来清。", CLOUDY, (LOOKING,)),
    Told(
        ("A2-01",), 5, "量了十只。长得慢，壳可是厚的。小的那几只我也算进去了，不挑大的量。",
        SUNNY, (), ("measure",), measured=True,
    ),
    Told(("A3-01",), 50, "早上海面平得像镜子。看了一圈，绳都在。", SUNNY, (LOOKING,), ("dawn",)),
    Told(
        ("A3-01",), 18, "下雨，衣服里外都湿。几串挂歪的重新绑了，回家喝了一大碗姜汤。", RAIN, (LOOKING,), ("wind",)
    ),
    Told(
        ("A3-01",), 3, "起一串给您看，沉得我一只手提不动。看完又放回去了。", CLOUDY, (LOOKING,), ("cluster", "boat")
    ),
    Told(("A5-01",), 45, "九十来串都有主了，我心里踏实，也不敢偷懒。", SUNNY, (LOOKING,), ("boat",)),
    Told(
        ("A5-01",), 24, "量了十只，这回长得比我想的快。", CLOUDY, (), ("measure",), measured=True, misread_mm=14,
        corrected="上回尺子没对准零，多报了一截。同一串又量了十只，这个数才对。",
    ),
    Told(("A5-01",), 6, "孩子放假，跟我上了船。他管清，我管绑，半天做完。", SUNNY, (CLEANING,), ("deck",)),
    Told(("B1-01",), 41, "浪打得船直晃，绳倒是稳。固定绳有一根磨毛了，换了新的。", WINDY, (LOOKING,), ("wind",)),
    Told(("B1-01",), 12, "量了十只，个个闭得紧。", CLOUDY, (), ("measure",), measured=True),
    Told(("B1-01",), 4, "今天没风，顺着桁从头看到尾。", SUNNY, (LOOKING,), ("dawn", "cluster")),
    Told(("B4-01",), 36, "雾里出的海，没敢走远，近处这几排看过了。", FOG, (LOOKING,), ("fog",)),
    Told(
        ("B4-01",), 13, "清了三十串。", SUNNY, (CLEANING,), ("deck",),
        edited="清了三十串，剩下的过两天再来。刮下来的海草拿回去喂鸡。",
    ),
    Told(("C1-02",), 54, "水清，往下能看到第二节绳。好兆头。", SUNNY, (LOOKING,), ("dawn",)),
    Told(("C1-02",), 26, "老二掌舵，我起绳。量了十只，壳比手掌心宽了。", SUNNY, (), ("boat", "measure"), measured=True),
    Told(("C1-02",), 7, "雨小的时候赶出去的。绳绑牢了，人淋了，值。", RAIN, (LOOKING,), ("wind",)),
    Told(("C4-01",), 43, "清附着物，一串一串过手。藤壶不多，今年水好。", CLOUDY, (CLEANING,), ("deck",)),
    Told(("C4-01",), 17, "一大早到，太阳刚上来。拍一张给您。", SUNNY, (LOOKING,), ("dawn",)),
    Told(("C4-01",), 4, "量了十只。差不多了，再等等，它自己知道。", SUNNY, (), ("cluster", "measure"), measured=True),
    Told(("D6-01",), 29, "看了一遍，绳号都对得上。", CLOUDY, (LOOKING,), ("boat",)),
    Told(("D6-01",), 9, "风浪过去了，掉了一个浮子，补上了。", WINDY, (LOOKING,), ("wind",)),
    Told(("D6-03",), 34, "船底刮干净了，跑得轻快。到桁上先看绳，再看天。", SUNNY, (LOOKING,), ("boat",)),
    Told(
        ("D6-03",), 19, "东边第三排清完了。", CLOUDY, (CLEANING,), ("deck",),
        corrected="写错了，清的是西边第三排。东边的这周去。",
    ),
    Told(("D6-03",), 6, "东边的也清了。雾一散就动手，中午前回来。", FOG, (CLEANING,), ("fog", "deck")),
)  # fmt: skip
