"""The household's side: home, the page to post from, and what lets both open at sea without a signal."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf

from cofu_adopt.core import access
from cofu_adopt.core.access import Role
from cofu_adopt.core.errors import Invalid, NotFound
from cofu_adopt.farm import queries as farm
from cofu_adopt.farm.tell_story import LONGEST_NAME, LONGEST_STORY, tell_story
from cofu_adopt.growth.models import Weather, Work
from cofu_adopt.growth.queries import updates_of_household
from cofu_adopt.growth.talk.queries import count_open
from cofu_adopt.growth.words import for_templates
from cofu_adopt.notify.tell import count_unread, list_messages
from cofu_adopt.notify.texts import text_of
from cofu_adopt.screens import boat_shell
from cofu_adopt.screens.boat_home import owed_to, plot_cards
from cofu_adopt.screens.boat_words import script_words
from cofu_adopt.screens.static_url import asset

bp = Blueprint("household", __name__, template_folder="templates")
bp.context_processor(for_templates)
MOST_PHOTOS = 9
LONGEST_NOTE = 500
NEWEST_MESSAGES = 2
NEWEST_POSTS = 5


@bp.get("/household")
@access.allow(Role.HOUSEHOLD)
def home() -> Any:
    """The household's plots, what waits on each, what it will get, and what this phone has not sent yet."""
    return _home()


@bp.post("/household/<id:household_id>/story")
@access.allow(Role.HOUSEHOLD, writes=True)
def story(household_id: int) -> Any:
    """Change what the public reads, and whether it may."""
    if household_id not in _own_ids():
        raise NotFound
    consents = bool(request.form.get("consents"))
    before = farm.get_story(household_id).consents
    try:
        tell_story(
            household_id,
            public_name=" ".join(request.form.get("public_name", "").split()),
            story=request.form.get("story", "").strip(),
            story_en=request.form.get("story_en", "").strip(),
            consents=consents,
        )
    except Invalid as error:
        return _home(household_id, error.fields), error.status
    if before and not consents:
        flash(_("已收回，现在外面只看到村名。"))
    else:
        flash(_("记下了，外面现在就能看到。") if consents else _("记下了，还没有公开。"))
    return redirect(url_for("household.home"))


@bp.get("/household/post")
@access.allow(Role.HOUSEHOLD)
def post() -> Response:
    """Plots, photos, send. What is typed is kept on the phone by the page's script, which sends it when it can."""
    ids = _own_ids()
    plots = farm.list_plots_of_household(ids) if ids else []
    return _kept_page(
        render_template(
            "screens/boat/post.html",
            households=[farm.get_story(household_id) for household_id in ids],
            plots=plots,
            works=Work,
            weathers=Weather,
            most_photos=MOST_PHOTOS,
            longest_note=LONGEST_NOTE,
            **_for_scripts(),
        )
    )


@bp.get("/household/hello")
@access.allow(Role.HOUSEHOLD)
def hello() -> Response:
    """Who is signed in here, and the token for what the page's script sends: a page that was kept has an old one."""
    response = jsonify(person=str(access.signed_in().person_id), csrf=generate_csrf())
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/household/offline")
@access.anonymous()
def offline() -> str:
    """What the phone shows at sea when it has kept no page of whoever is signed in."""
    return render_template("screens/boat/offline.html")


@bp.get("/household/sw.js")
@access.anonymous()
def worker() -> Response:
    """The service worker of everything under /household."""
    text = boat_shell.worker([_script_url(name) for name in boat_shell.script_names()], url_for("household.offline"))
    response = Response(text, mimetype="text/javascript")
    response.headers["Service-Worker-Allowed"] = url_for("household.home")
    response.headers["Cache-Control"] = "no-cache"
    return response


@bp.get("/household/app/<version>/<name>.js")
@access.anonymous()
def script(version: str, name: str) -> Response:
    """A module of the pages. All have one version in their address, so that they import each other by name alone."""
    if f"{name}.js" not in boat_shell.script_names():
        return Response("404", 404, content_type="text/plain")
    response = Response((boat_shell.SCRIPTS / f"{name}.js").read_bytes(), mimetype="text/javascript")
    is_newest = version == boat_shell.scripts_version()
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if is_newest else "no-cache"
    return response


@bp.get("/household/manifest.webmanifest")
@access.anonymous()
def manifest() -> Response:
    """What the phone needs to put the page on its home screen."""
    home_url = url_for("household.home")
    icons = [
        {
            "src": asset(f"img/boat-{size}.png"),
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": "any maskable",
        }
        for size in (192, 512)
    ]
    body = {
        "id": home_url,
        "name": _("格子海 出海"),
        "short_name": _("出海"),
        "start_url": home_url,
        "scope": home_url,
        "display": "standalone",
        "background_color": "#F1F4F6",
        "theme_color": "#0B5866",
        "icons": icons,
        "shortcuts": [{"name": _("拍一篇日记"), "url": url_for("household.post")}],
    }
    response = jsonify(body)
    response.mimetype = "application/manifest+json"
    return response


def _own_ids() -> list[int]:
    return [row[0] for row in farm.households_of_person(access.signed_in().person_id)]


def _home(faulty_id: int | None = None, faults: dict[str, str] | None = None) -> Response:
    me, ids = access.signed_in().person_id, _own_ids()
    plots = farm.list_plots_of_household(ids) if ids else []
    messages = list_messages(me, limit=NEWEST_MESSAGES)
    return _kept_page(
        render_template(
            "screens/household.html",
            households=[farm.get_story(household_id) for household_id in ids],
            cards=plot_cards(plots),
            owed=owed_to(ids, plots),
            posts=updates_of_household(ids, limit=NEWEST_POSTS),
            unread_count=count_unread(me),
            question_count=count_open(ids),
            messages=[(row, text_of(row.template, row.params)) for row in messages],
            rope_count=sum(plot.rope_count for plot in plots),
            longest=(LONGEST_NAME, LONGEST_STORY),
            faulty_id=faulty_id,
            faults=faults or {},
            typed=request.form,
            **_for_scripts(),
        )
    )


def _for_scripts() -> dict[str, Any]:
    return {"script_words": script_words(), "person": str(access.signed_in().person_id), "script_url": _script_url}


def _kept_page(html: str) -> Response:
    """A page that the worker may keep: it says whose it is, so that nobody else's is kept beside it."""
    response = Response(html)
    response.headers["Boat-Person"] = str(access.signed_in().person_id)
    return response


def _script_url(name: str) -> str:
    return url_for("household.script", version=boat_shell.scripts_version(), name=name.removesuffix(".js"))
