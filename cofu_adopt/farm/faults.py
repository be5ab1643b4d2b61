"""Every fault that an import knows, by its code: how grave it is, and its short name for a list."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l


class Level(StrEnum):
    """What a finding does to the import."""

    BLOCK = "block"
    """要改: nothing is written until the file is mended; it cannot be accepted."""
    WARN = "warn"
    """要确认: what would be understood is shown; a person accepts it, one by one or all."""
    NOTE = "note"
    """说明: understood without doubt, told so that nothing happens in silence."""


BLOCK, WARN, NOTE = Level.BLOCK, Level.WARN, Level.NOTE

FAULTS: dict[str, tuple[Level, Any]] = {
    # the file as a whole
    "file_missing": (WARN, _l("少一个文件")),
    "file_left_out": (NOTE, _l("这次没有交的文件")),
    "too_big": (BLOCK, _l("文件太大")),
    "unreadable": (BLOCK, _l("文件打不开")),
    "encrypted": (BLOCK, _l("文件有密码")),
    "old_xls": (BLOCK, _l("旧的 .xls 格式")),
    "not_a_table": (BLOCK, _l("不是表格文件")),
    "too_many_rows": (BLOCK, _l("行太多")),
    "too_many_findings": (BLOCK, _l("毛病太多")),
    "missing_column": (BLOCK, _l("少了列")),
    "column_twice": (BLOCK, _l("有两列同名")),
    "two_sheets": (BLOCK, _l("有两张一样的工作表")),
    "no_rows": (BLOCK, _l("没有内容")),
    "gb18030": (NOTE, _l("按 GB18030 读的文件")),
    "hidden": (WARN, _l("隐藏的行、列或工作表")),
    "merged": (BLOCK, _l("合并的格")),
    "row_too_long": (BLOCK, _l("比表头长的行")),
    "beside_table": (NOTE, _l("表外的字")),
    "unread_columns": (NOTE, _l("没有读的列")),
    "unread_sheets": (NOTE, _l("没有读的工作表")),
    "other_sheet": (NOTE, _l("不在第一张工作表")),
    "rows_above_header": (NOTE, _l("表头上面的行")),
    "header_spaces": (NOTE, _l("列名里有空格")),
    "blank_rows": (NOTE, _l("空行")),
    "header_again": (NOTE, _l("重复的表头")),
    "total_row": (NOTE, _l("合计行")),
    "total_differs": (WARN, _l("合计对不上")),
    "stray_row": (BLOCK, _l("表里的一句话")),
    "remark_row": (NOTE, _l("备注行")),
    # any cell
    "empty": (BLOCK, _l("空着的格")),
    "too_long": (BLOCK, _l("太长")),
    "error_value": (BLOCK, _l("公式出错的格")),
    "formula_empty": (BLOCK, _l("没有算出来的公式")),
    "formula": (WARN, _l("公式算出来的值")),
    "full_width": (NOTE, _l("全角字符")),
    "invisible": (NOTE, _l("看不见的字符")),
    "unknown_word": (BLOCK, _l("看不懂的词")),
    "short_word": (WARN, _l("简写")),
    "bad_code": (BLOCK, _l("编号不对")),
    "similar_code": (BLOCK, _l("像别的编号")),
    "bad_policy": (BLOCK, _l("保单号不对")),
    "no_policy": (NOTE, _l("写明没有保单")),
    # numbers
    "not_a_number": (BLOCK, _l("不是数字")),
    "not_whole": (BLOCK, _l("不是整数")),
    "out_of_range": (BLOCK, _l("不可能的数")),
    "number_as_text": (NOTE, _l("文本格式的数字")),
    "chinese_number": (WARN, _l("汉字写的数")),
    "unit_in_cell": (NOTE, _l("数字带单位或逗号")),
    "percent_sign": (NOTE, _l("带百分号的数")),
    "percent_for_fraction": (WARN, _l("百分数当小数")),
    "more_decimals": (NOTE, _l("多出来的小数")),
    "swapped": (WARN, _l("经纬度写反")),
    # days
    "not_a_date": (BLOCK, _l("不是日期")),
    "too_early": (BLOCK, _l("太早的日期")),
    "in_future": (BLOCK, _l("将来的日期")),
    "other_date": (NOTE, _l("别样写的日期")),
    "serial_date": (NOTE, _l("Excel 数字日期")),
    "serial_date_in_text": (WARN, _l("像 Excel 数字的日期")),
    # people
    "bad_phone": (BLOCK, _l("手机号不对")),
    "phone_twice": (BLOCK, _l("两户同一个手机号")),
    "phone_taken": (BLOCK, _l("手机号已有别户在用")),
    "spaces_or_dashes": (NOTE, _l("号码里的空格和横线")),
    "spaces_in_name": (NOTE, _l("名字里的空格")),
    "bad_character": (BLOCK, _l("别人看不到的字")),
    "outside_gbk": (WARN, _l("银行写不出的字")),
    "payee_differs": (WARN, _l("收款人不是户主")),
    "bad_clearing_code": (BLOCK, _l("联行号不对")),
    "card_length": (BLOCK, _l("卡号位数不对")),
    "card_check_digit": (BLOCK, _l("卡号校验位不对")),
    "card_twice": (WARN, _l("两户同一张卡")),
    "zeros_at_end": (WARN, _l("末几位都是 0 的卡号")),
    "rounded": (BLOCK, _l("末几位丢了的号码")),
    # rows beside each other
    "duplicate": (BLOCK, _l("重复的行")),
    "same_row": (WARN, _l("一模一样的行")),
    "wrong_grid": (BLOCK, _l("桁和格对不上")),
    "unknown_household": (BLOCK, _l("名册里没有的户")),
    "unknown_plot": (BLOCK, _l("台账里没有的桁")),
    "bad_share": (BLOCK, _l("看不懂的份额")),
    "share_twice": (BLOCK, _l("一户写了两次")),
    "shares_total": (BLOCK, _l("份额不是 100")),
    "share_form": (NOTE, _l("别样写的份额")),
    "whole_share": (WARN, _l("没有写的份额")),
    "length_fell": (WARN, _l("壳长变小")),
    "survival_rose": (WARN, _l("存活率变高")),
    # beside what is stored
    "before_seeding": (WARN, _l("早于挂苗的测量")),
    "rope_adopted": (BLOCK, _l("要减的绳有人认养")),
    "absent": (NOTE, _l("这次没有列出")),
}
