"""flask import DIR: preview, ask, all or nothing."""

from __future__ import annotations

import re

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
    assert "GQ001: 村 龙泉村 → 奇观村；银行卡号 629****9311 → 629****4860" in output
    assert "同 same 2" in output


def test_a_blocked_import_names_its_findings_and_fails(sea: Flask, files: SeasonFiles) -> None:
    files.plots[1][3] = "GQ001:60"
    files.measurements[2][4] = 0.98
    code, output = run(sea, str(files.write()), "--yes")
    assert (code, count_ropes()) == (1, 0)
    assert "[要改] plots.xlsx 第 2 行 户号与份额：份额加起来是 60，应是 100，每户至少 1。" in output
    assert "什么都没有写入" in output


def test_a_warning_waits_until_it_is_accepted(sea: Flask, files: SeasonFiles) -> None:
    files.measurements[2][4] = 0.98
    code, output = run(sea, str(files.write()), "--yes")
    assert (code, count_ropes()) == (1, 0)
    found = re.search(r"\[要确认\] measurements.csv 第 3 行 存活率：.*\(--accept (\w{10})\)", output)
    assert found
    assert "还有 1 条要确认，什么都没有写入" in output
    code, output = run(sea, str(files.directory), "--yes", "--accept", found[1])
    assert (code, count_ropes()) == (0, 12)
    assert f"(已接受 accepted {found[1]})" in output


def test_a_directory_without_any_of_the_files_is_refused(sea: Flask, files: SeasonFiles) -> None:
    (files.directory / "桁地台账.xlsx").write_bytes(b"PK")
    code, output = run(sea, str(files.directory), "--yes", "--accept-all")
    assert code == 1
    assert "里没有 households.xlsx、plots.xlsx、measurements.csv，名字要一模一样。" in output


def test_all_warnings_can_be_accepted_at_once(sea: Flask, files: SeasonFiles) -> None:
    files.measurements[2][4] = 0.98
    files.households[1][9] = "李秀英"
    assert run(sea, str(files.write()), "--yes", "--accept-all")[0] == 0
    assert count_ropes() == 12


def test_what_blocks_and_what_is_not_there_cannot_be_accepted(sea: Flask, files: SeasonFiles) -> None:
    code, output = run(sea, str(files.write()), "--yes", "--accept", "0123456789")
    assert (code, count_ropes()) == (1, 0)
    assert "没有编号为 0123456789 的要确认的一条" in output
    files.plots[1][3] = "GQ001:60"
    assert run(sea, str(files.write()), "--yes", "--accept-all")[0] == 1
    assert count_ropes() == 0


def test_a_repeat_says_that_there_is_nothing_to_write(sea: Flask, files: SeasonFiles) -> None:
    assert run(sea, str(files.write()), "--yes")[0] == 0
    code, output = run(sea, str(files.directory), "--yes")
    assert code == 0
    assert "和库里一样，没有要写的" in output
    assert "已写入" not in output


def test_a_directory_with_one_file_imports_it_once_that_is_accepted(sea: Flask, files: SeasonFiles) -> None:
    assert run(sea, str(files.write()), "--yes")[0] == 0
    files.measurements.append(["B2-01", "2026-11-20", 58.1, 30, 0.8, 17])
    files.write()
    (files.directory / "households.xlsx").unlink()
    (files.directory / "plots.xlsx").unlink()
    code, output = run(sea, str(files.directory), "--yes")
    assert code == 1
    assert "[要确认] households.xlsx：没有这个文件，这一部分原样留着。" in output
    code, output = run(sea, str(files.directory), "--yes", "--accept-all")
    assert code == 0
    assert "测量 measurements：新 new 1，改 changed 0，同 same 4" in output


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


def test_the_remarks_are_told_in_english_too(sea: Flask, files: SeasonFiles) -> None:
    files.plots[1][3] = "GQ001:60"
    code, output = run(sea, str(files.write()), "--language", "en")
    assert (code, count_ropes()) == (1, 0)
    assert "plots.xlsx row 2" in output
    assert "60" in output
    assert "份额加起来" not in output
