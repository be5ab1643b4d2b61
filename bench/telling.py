"""A growth update told to 100,000 adopters, beside one plain INSERT ... SELECT of the same rows; then their sending."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.synchronize import Barrier
from statistics import median

from flask import Flask
from sqlalchemy import text

from bench.product import Wrong
from bench.sea import Sea, environment, make_database
from cofu_adopt import schedule
from cofu_adopt.app import create_app
from cofu_adopt.core import crypto, due, outbox
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.growth import tell_adopters
from config import load_settings

ADOPTERS, ROUNDS, SENT = 100_000, 3, 5_000
SQL = """
ALTER TABLE plot DROP CONSTRAINT ck_plot_rope_count_range;
INSERT INTO household (code, head_name, village, phone, phone_index, family_size, low_income, bank_name,
    bank_clearing_code, bank_account, payee_name, joined_on)
VALUES ('B001', '贝贝', '龙泉村', '{secret}', 'bench', 3, false, '银行', '402342500018', '{secret}', '贝贝',
    '2020-01-01');
INSERT INTO sea_grid (code) VALUES ('Z1');
INSERT INTO plot (code, sea_grid_id, inside_line, species, seeded_on, rope_count, rope_length_m, longitude, latitude)
SELECT 'Z1-01', id, true, 'blue_mussel', '2026-10-01', {adopters}, 2.5, 122.7, 30.7 FROM sea_grid;
INSERT INTO rope (plot_id, number) SELECT id, generate_series(1, rope_count) FROM plot;
INSERT INTO adoption_offer (code, title, title_en, season, price_fen, currency, parcels, promised_net_g,
    limit_per_person, sale_starts_at, sale_ends_at, harvest_from_on, harvest_to_on, cancel_until_on, state,
    service_fee_bp, fund_bp, host_bp, parcel_cost_fen, gateway_fee_bp, holdback_bp, holdback_days, household_floor_bp,
    published_at)
VALUES ('BENCH', '认养一串', 'One rope', 2027, 19800, 'cny', 1, 2500, 999, now() - interval '1 day',
    now() + interval '9 days', current_date + 200, current_date + 250, current_date + 60, 'published',
    800, 500, 300, 3800, 220, 1000, 7, 4000, now() - interval '1 day');
INSERT INTO person (display_name, locale, is_guest, created_at)
SELECT lpad(g::text, 6, '0'), 'zh_Hans', false, now() FROM generate_series(1, {adopters}) g;
INSERT INTO adoption (code, person_id, offer_id, plot_id, rope_number, season, state, price_fen, currency, parcels,
    promised_net_g, harvest_from_on, harvest_to_on, cancel_until_on, split_rule, request_key, created_at, held_until,
    paid_at)
SELECT 'B' || person.id, person.id, adoption_offer.id, plot.id, person.id, 2027, 'paid', 19800, 'cny', 1, 2500,
    current_date + 200, current_date + 250, current_date + 60, '{{}}', 'x', now(), now(), now() - interval '1 hour'
FROM person, adoption_offer, plot;
"""
RAW = """
INSERT INTO message (person_id, template, params, fact, created_at)
SELECT person_id, 'update', json_build_object('household', '', 'day', '2026-11-24', 'photos', 0, 'rope', rope,
    'code', code, 'ropes', ropes), 'raw:{number}', now()
FROM (SELECT person_id, min(plot.code || '-' || lpad(rope_number::text, 3, '0')) AS rope, min(adoption.code) AS code,
    count(*) AS ropes
    FROM adoption JOIN plot ON plot.id = plot_id WHERE state = 'paid' AND plot_id = 1 GROUP BY person_id) told
"""
POST = """
INSERT INTO growth_update (household_id, person_id, on_behalf, client_uuid, note, work, happened_at, created_at)
VALUES (1, 1, false, :uuid, '', '[]', now(), now()) RETURNING id
"""

CHANNELS = """
INSERT INTO notify_channel (person_id, kind, channel)
SELECT id, 'update', CASE WHEN mod(id, 6) = 0 THEN 'push' ELSE 'email' END FROM person WHERE mod(id, 3) = 0
"""


@dataclass(frozen=True, slots=True)
class Telling:
    """Messages a second: the plain statement, the product by one worker and by two, with a third on e-mail or push."""

    raw_rate: float
    rate: float
    two_rate: float
    going_out_rate: float
    sent_rate: float
    sent_by_two_rate: float


def measure_telling(server_url: str) -> Telling:
    """Measure on a new database; the raw statement and the product take turns."""
    sea = Sea(make_database(server_url, "bench_telling"))
    app = create_app(load_settings(environment(sea.url, LOG_LEVEL="WARNING")))
    raw: list[float] = []
    one: list[float] = []
    two: list[float] = []
    with app.app_context(), app.test_request_context():
        _run(SQL.format(adopters=ADOPTERS, secret=crypto.encrypt("19900000001")))
        for number in range(ROUNDS):
            raw.append(_plain(sea, number))
            one.append(_tell(sea, f"one {number}"))
            two.append(_tell(sea, f"two {number}", workers=2))
        _run(CHANNELS)
        going_out = _tell(sea, "going out")
        if sea.ask("SELECT count(*) FROM message") != ADOPTERS * (3 * ROUNDS + 1):
            raise Wrong("not everybody was told once")
        if sea.ask("SELECT count(*) FROM outbox") != ADOPTERS // 3:
            raise Wrong("not everybody who wanted it gets an e-mail or a push")
        _run("UPDATE outbox SET next_try_at = now()")
        sea.freshen()
        sent, seconds = _at_once(sea.url, 1, _send)
        sent_by_two, seconds_of_two = _at_once(sea.url, 2, _send)
        db.session.remove()
        db.engine.dispose()
    return Telling(
        raw_rate=ADOPTERS / median(raw),
        rate=ADOPTERS / median(one),
        two_rate=ADOPTERS / median(two),
        going_out_rate=ADOPTERS / going_out,
        sent_rate=sent / seconds,
        sent_by_two_rate=sent_by_two / seconds_of_two,
    )


def _plain(sea: Sea, number: int) -> float:
    sea.freshen()
    began = time.perf_counter()
    _run(RAW.format(number=number))
    return time.perf_counter() - began


def _tell(sea: Sea, uuid: str, *, workers: int = 0) -> float:
    """Seconds from the declared row to the last message, in this process or in so many others."""
    with unit_of_work():
        update_id = db.session.execute(text(POST), {"uuid": uuid}).scalar_one()
        db.session.execute(text("INSERT INTO growth_update_plot VALUES (:update_id, 1)"), {"update_id": update_id})
    sea.freshen()
    began = time.perf_counter()
    with unit_of_work():
        tell_adopters.declare_update(update_id)
    if workers:
        return _at_once(sea.url, workers, _do_due)[1]
    schedule.do_due_work()
    return time.perf_counter() - began


def _do_due() -> int:
    """Work as a clock's worker does, which looks again each second: here it does not wait so long."""
    done = schedule.do_due_work()
    while sum_of_waiting():
        done += schedule.do_due_work()
    return done


def sum_of_waiting() -> int:
    """Rows that somebody still has to do."""
    with unit_of_work(writes=False):
        return due.count_waiting()


def _run(sql: str) -> None:
    with unit_of_work():
        db.session.execute(text("SET LOCAL statement_timeout = 0"))
        db.session.connection().exec_driver_sql(sql)


def _at_once(url: str, workers: int, work: Callable[[], int]) -> tuple[int, float]:
    """Let so many processes work; what they did together, and the seconds. Starting them is not counted."""
    context = multiprocessing.get_context("spawn")
    ready = context.Barrier(workers + 1)
    with context.Pool(workers, _open, (url, ready)) as pool:
        doing = [pool.apply_async(_work, (work,)) for _ in range(workers)]
        ready.wait()
        began = time.perf_counter()
        return sum(one.get() for one in doing), time.perf_counter() - began


_app: Flask
_ready: Barrier


def _open(url: str, ready: Barrier) -> None:
    global _app, _ready
    _app, _ready = create_app(load_settings(environment(url, LOG_LEVEL="WARNING"))), ready


def _work(work: Callable[[], int]) -> int:
    with _app.app_context(), _app.test_request_context():
        with unit_of_work(writes=False):
            db.session.execute(text("SELECT 1"))
        _ready.wait()
        return work()


def _send() -> int:
    """Send by a sender that takes no time: what is left is the outbox's own work."""
    senders: dict[str, outbox.Send] = {"email": lambda _message: None, "push": lambda _message: None}
    sent = 0
    while sent < SENT and (claimed := outbox.deliver(senders)):
        sent += claimed
    return sent
