"""`python -m bench.diary`: the page of a rope with a long diary, and what is drawn for it.

Drawn are chart, certificate and picture. The page is that of a link, which is the adopter's own without its forms.
400 plots have 50 posts each, one has 500; every post has two photos. The server is gunicorn, as in `make bench`;
drawing is measured in this process, alone.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime

import psycopg

from bench import calls
from bench.load import run_load
from bench.sea import Sea, make_sea
from bench.server import running
from cofu_adopt.adoptions.share import get_shared
from cofu_adopt.app import create_app
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.farm import queries as farm
from cofu_adopt.screens.certificate import Certificate, draw_pdf
from cofu_adopt.screens.growth import growth_charts
from cofu_adopt.screens.preview_card import PreviewCard, draw_card
from cofu_adopt.screens.rope_diary import mark_of, view_rope
from config import Settings
from tests.postgres_server import running_postgresql

TOKEN = "bench-of-a-rope-with-500-days"  # noqa: S105 - the link of the bench
PLOT = "Z1-01"
CONNECTIONS = 4
DRAWN = 10
SQL = f"""
INSERT INTO plot_measurement (plot_id, measured_on, mean_shell_length_mm, sample_count, survival, water_temperature_c)
SELECT plot.id, date '2026-11-01' - 30 * g, 21.5 - g, 30, 0.95, 18 FROM plot, generate_series(1, 12) g
WHERE code = '{PLOT}';
INSERT INTO growth_update (household_id, person_id, on_behalf, client_uuid, note, weather, work, happened_at,
    created_at)
SELECT household.id, 1, false, g::text, '今天起绳看了三串，壳口齐，附着物不多。' || g, 'fog', '["cleaning"]',
    now() - interval '1 hour' * g, now() FROM household, generate_series(1, 20500) g;
INSERT INTO growth_update_plot (update_id, plot_id)
SELECT numbered.id, CASE WHEN numbered.n <= 500 THEN (SELECT id FROM plot WHERE code = '{PLOT}') ELSE plots.id END
FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM growth_update) numbered
JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM plot WHERE code NOT LIKE 'Z0%') plots
    ON plots.n = numbered.n % 400;
INSERT INTO photo (digest, width_px, height_px, size_bytes, created_at)
SELECT encode(sha256(g::text::bytea), 'hex'), 1280, 960, 1, now() FROM generate_series(1, 41000) g;
INSERT INTO growth_update_photo (update_id, position, photo_id, shows_people)
SELECT posts.id, photos.n % 2, photos.id, false
FROM (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM growth_update) posts
JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM photo) photos ON photos.n / 2 = posts.n;
INSERT INTO adoption (code, person_id, offer_id, plot_id, rope_number, season, state, price_fen, currency, parcels,
    promised_net_g, harvest_from_on, harvest_to_on, cancel_until_on, split_rule, request_key, created_at, held_until,
    paid_at)
SELECT 'BENCH', 1, adoption_offer.id, plot.id, 1, 2027, 'paid', 19800, 'cny', 1, 2500, current_date + 200,
    current_date + 250, current_date + 60, '{{}}', 'bench', now(), now(), now() FROM adoption_offer, plot
WHERE plot.code = '{PLOT}';
INSERT INTO rope_share (adoption_id, token, shows_name, shared_at) SELECT id, '{TOKEN}', true, now() FROM adoption;
"""  # noqa: S608 - constants only


def main() -> None:
    """Measure and print."""
    seconds = int(os.environ.get("BENCH_SECONDS", "5"))
    with running_postgresql(durable=True) as url:
        sea = make_sea(url)
        with psycopg.connect(sea.dsn) as connection:
            connection.execute(SQL.encode())
        sea.freshen()
        app = create_app(Settings(env="test", database_url=sea.url))
        with app.test_request_context():
            older = _older_mark()
            drawn = _drawing()
        rows = _serving(sea, older, seconds)
    for name, words in (*rows, *drawn):
        sys.stdout.write(f"| {name:45} | {words:38} |\n")


def _older_mark() -> str:
    """The mark of the plot's middle."""
    with unit_of_work(writes=False):
        rope = view_rope(get_shared(TOKEN), adopted_at=None, before=None)
        for _page in range(20):
            rope = view_rope(get_shared(TOKEN), adopted_at=None, before=rope.diary.older)
        return mark_of(rope.diary.entries[0].place)


def _serving(sea: Sea, older: str, seconds: int) -> list[tuple[str, str]]:
    found = []
    with running("gunicorn", sea.url) as server:
        for name, path in (
            ("empty ping", "/healthz"),
            ("a rope's page, its newest days", f"/r/{TOKEN}"),
            ("a rope's page, days of long ago", f"/r/{TOKEN}?before={older}"),
        ):
            run_load(server.port, calls.get(path), connections=CONNECTIONS, seconds=1)
            outcome = run_load(server.port, calls.get(path), connections=CONNECTIONS, seconds=seconds)
            if set(outcome.statuses) != {200}:
                raise RuntimeError(f"{path}: answers {dict(outcome.statuses)}")
            rate = outcome.statuses[200] / outcome.seconds
            times = f"p50 {outcome.percentile(0.5):.0f} ms, p99 {outcome.percentile(0.99):.0f} ms"
            found.append((name, f"{rate:,.0f} answers/s, {times}"))
    return found


def _drawing() -> list[tuple[str, str]]:
    with unit_of_work(writes=False):
        plot = farm.get_plot(PLOT)
        measured = farm.list_measurements(plot.id)
        harvest = (date(2027, 8, 20), date(2027, 10, 20))
        chart = _timed(lambda: len("".join(growth_charts(plot, measured, harvest))))
    at = datetime(2026, 10, 11, 4, tzinfo=UTC)
    address = "https://sea.example/r/" + "a" * 22
    certificate = Certificate("小满号", "D6-04-007", "D6", "D6-04", 7, 2027, "江海燕", at, address, is_shared=True)
    card = PreviewCard("小满号", "D6-04-007", "江海燕家", 78.4, 14)
    db.engine.dispose()
    return [
        ("both charts of 13 measurements, drawn", chart),
        ("certificate as PDF, drawn", _timed(lambda: len(draw_pdf(certificate)))),
        ("picture for chats, drawn", _timed(lambda: len(draw_card(card)))),
    ]


def _timed(draw: Callable[[], int]) -> str:
    draw()
    times = []
    for _turn in range(DRAWN):
        began, size = time.thread_time(), draw()
        times.append((time.thread_time() - began) * 1000)
    return f"{statistics.median(times):.1f} ms of CPU, {size / 1024:.0f} KiB"


if __name__ == "__main__":
    main()
