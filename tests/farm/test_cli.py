"""flask import DIR: preview, ask, all or nothing."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.farm.models import Household, Rope
from tests.farm.conftest import SeasonFiles


def run(app: Flask, *words: str, typed: str | None = None) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["import", *words], input=typed)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def count_ropes() -> int:
    with unit_of_work(writes=False):
        return db.session.scalar(select(func.count()).select_from(Rope)) or 0


def test_it_asks_before_it_writes(sea: Flask, files: SeasonFiles) -> None:
    code, output = run(sea, str(files.write()), typed="n\n")
    assert code == 1
    assert "养殖户 households：新 new 3，改 changed 0，同 same 0" in output
    assert count_ropes() == 0
    code, output = run(sea, str(files.directory), typed="y\n")
    assert (code, count_ropes()) == (0, 12)
    assert "已写入" in output


def test_a_dry_run_writes_nothing(sea: Flask, files: SeasonFiles) -> None:
    code, output = run(sea, str(files.write()), "--dry-run", "--yes")
    assert (code, count_ropes()) == (0, 0)
    assert "桁 plots：新 new 3" in output


def test_yes_does_not_ask_and_a_second_import_shows_what_changes(sea: Flask, files: SeasonFiles) -> None:
    assert run(sea, str(files.write()), "--yes")[0] == 0
    files.households[1][2] = "奇观村"
    files.households[1][8] = "6299990109152834860"
    code, output = run(sea, str(files.write()), "--yes")
    assert code == 0
    assert "GQ001: village 龙泉村 → 奇观村；bank_account 629****9311 → 629****4860" in output
    assert "同 same 2" in output


def test_a_blocked_import_names_its_findings_and_fails(sea: Flask, files: SeasonFiles) -> None:
    files.plots[1][3] = "GQ001:60"
    files.measurements[2][4] = 0.98
    code, output = run(sea, str(files.write()), "--yes")
    assert (code, count_ropes()) == (1, 0)
    assert "[要改] plots.xlsx 第 2 行 户号与份额：份额加起来是 60，应是 100，每户至少 1。" in output
    assert "什么都没有写入" in output


def test_warnings_do_not_block(sea: Flask, files: SeasonFiles) -> None:
    files.measurements[2][4] = 0.98
    code, output = run(sea, str(files.write()), "--yes")
    assert (code, count_ropes()) == (0, 12)
    assert "[请看] measurements.csv 第 3 行 存活率" in output


def test_long_lists_are_cut_unless_all_is_asked_for(sea: Flask, files: SeasonFiles) -> None:
    for _ in range(50):
        files.measurements.append(["Z9-01", "2026-01-01", 20, 30, 0.9, 10])
    cut, whole = run(sea, str(files.write()))[1], run(sea, str(files.directory), "--all")[1]
    assert "还有 10 条" in cut
    assert whole.count("Z9-01") == 50


def test_a_change_in_between_is_told(sea: Flask, files: SeasonFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(sea, str(files.write()), "--yes")[0] == 0
    files.households[1][2] = "奇观村"
    directory = str(files.write())

    def confirm(*_: object, **__: object) -> bool:
        with unit_of_work():
            db.session.scalars(select(Household).where(Household.code == "GQ001")).one().village = "干斜村"
        return True

    monkeypatch.setattr("cofu_adopt.farm.cli.click.confirm", confirm)
    code, output = run(sea, directory)
    assert code == 1
    assert "请重新预览" in output
