"""A small season on disk, tidy unless a test spoils it, and the application's context."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask import Flask

from cofu_adopt.app import create_app
from cofu_adopt.core import clock
from cofu_adopt.core.clock import SHANGHAI, FrozenClock
from config import Settings

HOUSEHOLD_HEADER = [
    "户号", "户主", "村", "手机号", "家庭人口", "低收入", "开户行", "联行号", "银行卡号", "户名", "入社日期",
]  # fmt: skip
PLOT_HEADER = [
    "格", "桁号", "线内外", "户号与份额", "品种", "挂苗日期", "苗绳数", "绳长（米）", "保单号", "经度", "纬度",
]  # fmt: skip
MEASUREMENT_HEADER = ["桁号", "测量日期", "平均壳长(毫米)", "样本数", "存活率", "水温(℃)"]
CARDS = ("6299995173266249311", "6299994287913460989", "6299992525519212052")


class SeasonFiles:
    """Three files of a small sea: 3 households, 2 squares, 3 plots of 4 ropes, 4 measurements."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.households: list[list[Any]] = [HOUSEHOLD_HEADER] + [
            [f"GQ00{n}", name, "龙泉村", f"1990000000{n}", 3, "否", "嵊泗农商银行", "402342500018", CARDS[n - 1], name,
             date(2019, 1, n)]
            for n, name in enumerate(("张信良", "余龙飞", "应和平"), start=1)
        ]  # fmt: skip
        self.plots: list[list[Any]] = [
            PLOT_HEADER,
            ["A1", "A1-01", "线内", "GQ001:60;GQ003:40", "紫贻贝", date(2025, 10, 24), 4, 2.5, "HB01", 122.731, 30.747],
            ["A1", "A1-02", "线外", "GQ002:100", "厚壳贻贝", date(2024, 10, 25), 4, 2.5, None, 122.733, 30.749],
            ["B2", "B2-01", "线内", "GQ003:100", "紫贻贝", date(2025, 10, 5), 4, 2.5, "HB03", 122.745, 30.735],
        ]
        self.measurements: list[list[Any]] = [
            MEASUREMENT_HEADER,
            ["A1-01", "2025-12-23", 19.4, 30, 0.975, 12.6],
            ["A1-01", "2026-04-08", 25.0, 30, 0.895, 11.9],
            ["A1-02", "2026-04-08", 61.0, 30, 0.9, ""],
            ["B2-01", "2026-06-09", 35.3, 30, 0.886, 20.1],
        ]

    def write(self) -> Path:
        """Write the files and return their directory."""
        for name, rows in (("households.xlsx", self.households), ("plots.xlsx", self.plots)):
            book = openpyxl.Workbook()
            for row in rows:
                book.active.append(row)  # type: ignore[union-attr]
            book.save(self.directory / name)
        with (self.directory / "measurements.csv").open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows(self.measurements)
        return self.directory


@pytest.fixture
def files(tmp_path: Path) -> SeasonFiles:
    """A tidy small season; call write() when it is as the test wants it."""
    directory = tmp_path / "season"
    directory.mkdir()
    return SeasonFiles(directory)


@pytest.fixture(scope="session")
def speaking_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """An application for its words only; nothing is stored."""
    path = tmp_path_factory.mktemp("words") / "words.sqlite3"
    return create_app(Settings(env="test", database_url=f"sqlite:///{path}"))


@pytest.fixture
def words(speaking_app: Flask) -> Iterator[Flask]:
    """Inside the application's context, so that both languages can be spoken."""
    with speaking_app.app_context():
        yield speaking_app


@pytest.fixture
def still() -> Iterator[FrozenClock]:
    """The clock stands at noon of 24 November 2026."""
    with clock.frozen(datetime(2026, 11, 24, 12, tzinfo=SHANGHAI)) as frozen:
        yield frozen


@pytest.fixture
def sea(app: Flask, still: FrozenClock) -> Iterator[Flask]:
    """The application's context, on the day of `still`."""
    with app.app_context():
        yield app
