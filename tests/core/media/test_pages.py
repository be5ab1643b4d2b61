"""Photos are served to everybody under their own path; a household's page and a program send them."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask, render_template_string
from flask.testing import FlaskClient

from cofu_adopt.core.access import Role
from cofu_adopt.core.media import uploads
from cofu_adopt.core.media.photos import PhotoRow
from cofu_adopt.core.media.rules import LARGEST_PIECE, SMALLEST_PIECE
from tests.api.shop import open_shop
from tests.core.media.images import PHOTO
from tests.people import Who, browser

A = "3f6c1a52-9a5e-4d0e-8a53-0f5d7a3c1b11"
BYTES = {"Content-Type": "application/octet-stream"}
JSON = {"Accept": "application/json"}


def test_a_rendition_is_served_bare(app: Flask, me: int) -> None:
    photo = uploads.take_photo(me, PHOTO)
    answer = app.test_client().get(f"/media/{photo.digest}/200.webp?lang=en")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/webp")
    assert answer.data.startswith(b"RIFF")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert not {"Set-Cookie", "Vary"} & set(answer.headers.keys())
    known = {"If-None-Match": answer.headers["ETag"]}
    assert app.test_client().get(f"/media/{photo.digest}/200.webp", headers=known).status_code == 304


NOWHERE = (
    f"{'a' * 64}/320.webp", "x", f"{'a' * 64}", f"{'A' * 64}/320.webp", f"{'a' * 64}/0320.webp", f"{'a' * 64}/320.png",
    f"{'a' * 64}/320.webp%0A", f"{'a' * 64}/..%2f..%2fconfig.py", "..%2f..%2f..%2fetc/passwd", f"{'a' * 64}/320.webp/",
    f"{'a' * 64}/99999.webp", "%00",
)  # fmt: skip


def test_anything_else_is_not_there(plain_app: Flask) -> None:
    for name in NOWHERE:
        answer = plain_app.test_client().get(f"/media/{name}")
        assert answer.status_code in {400, 404}, name
        assert "Set-Cookie" not in answer.headers


def test_a_template_shows_it_as_the_browser_needs_it(plain_app: Flask) -> None:
    row = PhotoRow(1, "a" * 64, 1000, 700)
    page = render_template_string("{{ photo(row, alt, sizes='50vw') }}", row=row, alt='"><script>')
    assert page == (
        f'<img src="/media/{row.digest}/640.webp" srcset="/media/{row.digest}/320.webp 320w,'
        f' /media/{row.digest}/640.webp 640w, /media/{row.digest}/1000.webp 1000w" sizes="50vw" width="1000"'
        ' height="700" alt="&#34;&gt;&lt;script&gt;" loading="lazy" decoding="async">'
    )


def test_the_households_page_sends_it_by_script(app: Flask) -> None:
    me = browser(app, Who.HOUSEHOLD)
    (token,) = re.findall(r'name="csrf_token" value="([^"]+)"', me.get("/me").text)[:1]
    headers = {"X-CSRFToken": token}
    began = me.post("/household/uploads", json={"client_uuid": A, "size_bytes": len(PHOTO)}, headers=headers)
    assert (began.status_code, began.json["offset"]) == (201, 0)  # type: ignore[index]
    first = patch(me, 0, PHOTO[:SMALLEST_PIECE], headers)
    assert first.json["offset"] == SMALLEST_PIECE
    elsewhere = patch(me, 5, PHOTO[SMALLEST_PIECE:], headers)
    assert (elsewhere.status_code, elsewhere.json["code"]) == (409, "upload_elsewhere")
    assert elsewhere.json["offset"] == SMALLEST_PIECE
    done = patch(me, SMALLEST_PIECE, PHOTO[SMALLEST_PIECE:], headers)
    assert done.json["photo"]["widths"] == [200]
    assert me.get(done.json["photo"]["url"]).status_code == 200
    assert me.get(f"/household/uploads/{A}", headers=JSON).json == done.json
    again = me.post("/household/uploads", json={"client_uuid": A, "size_bytes": len(PHOTO)}, headers=headers)
    assert (again.status_code, again.json) == (200, done.json)


def patch(client: FlaskClient, offset: int, data: bytes, headers: dict[str, str]) -> Any:
    return client.patch(f"/household/uploads/{A}?offset={offset}", data=data, headers=headers | BYTES)


def test_a_script_hears_of_every_refusal_in_json(app: Flask, client: FlaskClient) -> None:
    stranger = client.post("/household/uploads", json={})
    assert (stranger.status_code, stranger.json["code"]) == (401, "sign_in_needed")  # type: ignore[index]
    me = browser(app, Who.OPERATOR)
    assert me.post("/household/uploads", json={"client_uuid": "x"}).json["errors"].keys() == {  # type: ignore[index]
        "client_uuid",
        "size_bytes",
    }
    assert me.post("/household/uploads", json=[]).status_code == 422
    me.post("/household/uploads", json={"client_uuid": A, "size_bytes": 9})
    refused = me.patch(f"/household/uploads/{A}?offset=0", data=b"no photo!", headers=BYTES)
    assert (refused.status_code, refused.json["code"]) == (422, "photo_not_image")  # type: ignore[index]
    shown = me.get(f"/household/uploads/{A}", headers=JSON).json
    assert shown["refused"]["code"] == "photo_not_image"  # type: ignore[index]
    assert me.patch(f"/household/uploads/{A}?offset=0", data={"a": "b"}, headers=JSON).status_code == 415
    assert me.patch(f"/household/uploads/{A}", data=b"", headers=BYTES).status_code == 422
    long = me.patch(f"/household/uploads/{A}?offset=0", data=bytes(LARGEST_PIECE + 1), headers=BYTES)
    assert (long.status_code, long.json["code"]) == (413, "request_entity_too_large")  # type: ignore[index]
    app.config["WTF_CSRF_ENABLED"] = True
    stale = me.post("/household/uploads", json={})
    assert (stale.status_code, stale.json["code"]) == (400, "stale_form")  # type: ignore[index]


def test_a_program_sends_it_with_a_token(app: Flask) -> None:
    shop = open_shop(app)
    me = shop.person(Role.HOUSEHOLD)
    assert me.post("/household/uploads", {"client_uuid": A, "size_bytes": len(PHOTO)}).status_code == 201
    client = app.test_client(use_cookies=False)
    headers = {"Authorization": f"Bearer {me.token}"} | BYTES
    address = f"/api/v1/household/uploads/{A}"
    assert client.patch(f"{address}?offset=0", data=PHOTO[:70_000], headers=headers).status_code == 200
    rest = client.patch(f"{address}?offset={min(70_000, len(PHOTO))}", data=PHOTO[70_000:], headers=headers)
    assert rest.json["photo"]["width_px"] == 200  # type: ignore[index]
    assert me.read(f"/household/uploads/{A}") == rest.json
    assert shop.person(Role.HOUSEHOLD).get(f"/household/uploads/{A}").status_code == 404
