"""The plots without news: who waits, since when, and a reminder in one tap."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from cofu_adopt.core import access
from cofu_adopt.core.access import Role
from cofu_adopt.farm.desk_plots import list_grid_codes, list_heads
from cofu_adopt.growth.desk_filter import DeskFilter, cut_page, read_filter
from cofu_adopt.growth.desk_pages import READERS
from cofu_adopt.growth.remind import Plan, Reminded, plan, remind
from cofu_adopt.growth.silent_plots import CHOICES, list_plots, list_silent
from cofu_adopt.growth.words import for_templates

bp = Blueprint("desk_silent", __name__, template_folder="templates", url_prefix="/desk/growth/silent")
bp.context_processor(for_templates)


@bp.get("")
@access.allow(*READERS)
def index() -> str:
    """The silent plots, and those that have answered a reminder."""
    wanted = read_filter(request.args)
    every = list_plots(grid_code=wanted.grid_code, household_code=wanted.household_code)
    silent = [row for row in every if row.is_silent(wanted.days)]
    shown, pages = cut_page(silent, request.args.get("page", ""))
    return render_template(
        "growth/desk_silent.html",
        rows=shown,
        pages=pages,
        answered=[row for row in every if not row.is_silent(wanted.days) and row.was_reminded_lately],
        green=len(every) - len(silent),
        waited_for=sum(row.waiting is not None for row in silent),
        people=sum(row.adopters for row in silent),
        reminded_today=sum(row.was_reminded_today for row in silent),
        choices=CHOICES,
        **_choice(wanted),
    )


@bp.get("/remind")
@access.allow(Role.OPERATOR)
def preview() -> str:
    """How many would be reminded, before anybody is."""
    wanted = read_filter(request.args)
    rows = list_silent(wanted.days, grid_code=wanted.grid_code, household_code=wanted.household_code)
    return render_template("growth/desk_remind.html", plan=plan(rows), **_choice(wanted))


@bp.post("/remind")
@access.allow(Role.OPERATOR, writes=True)
def send() -> Any:
    """Remind the households of the plots that are named, of those that are still silent."""
    wanted, codes = read_filter(request.form), set(request.form.getlist("plot"))
    planned = plan([row for row in list_silent(wanted.days) if row.plot.code in codes])
    flash(_said(planned, remind(planned)))
    row = f"p-{min(codes)}" if len(codes) == 1 else None
    return redirect(url_for("desk_silent.index", **wanted.here, _anchor=row), 303)  # type: ignore[arg-type]


def _said(planned: Plan, done: Reminded) -> str:
    if done.plot_codes:
        told = ngettext("提醒了 %(num)s 桁", "提醒了 %(num)s 桁", len(done.plot_codes))
        return str(told + ngettext("，%(num)s 个人收到。", "，%(num)s 个人收到。", done.people))
    if planned.out_of_reach:
        return str(_("这户还没有人用过格子海，收不到。请打电话。"))
    return str(_("今天提醒过了，或者已经发了记录。明天可以再提醒。"))


def _choice(wanted: DeskFilter) -> dict[str, Any]:
    heads = list_heads()
    return {
        "wanted": wanted,
        "grids": list_grid_codes(),
        "household_options": [(code, f"{code} {head}") for code, head in heads],
    }
