"""The sea of the bench: a migrated database, one hot plot, 400 plots, a small one to be sold out, 20,000 adopters.

Written by SQL, as making it through the product would take longer than measuring. The hot plot has more ropes than
the product lets a plot have, so that it stays hot for the whole run.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass

import psycopg

from cofu_adopt.core import crypto
from config import load_settings

HOT, FULL = "Z0-00", "Z0-01"
HOT_ROPES, SPREAD_PLOTS, SPREAD_ROPES, FULL_ROPES = 60_000, 400, 150, 50
PEOPLE = 20_000
SQL = f"""
ALTER TABLE plot DROP CONSTRAINT ck_plot_rope_count_range;
INSERT INTO household (code, head_name, village, phone, phone_index, family_size, low_income, bank_name,
    bank_clearing_code, bank_account, payee_name, joined_on)
VALUES ('B001', '贝贝', '龙泉村', '{{secret}}', 'bench', 3, false, '银行', '402342500018', '{{secret}}', '贝贝',
    '2020-01-01');
INSERT INTO sea_grid (code) SELECT 'Z' || g FROM generate_series(0, 8) g;
INSERT INTO plot (code, sea_grid_id, inside_line, species, seeded_on, rope_count, rope_length_m, longitude, latitude)
SELECT code, (SELECT id FROM sea_grid WHERE sea_grid.code = split_part(wanted.code, '-', 1)), true, 'blue_mussel',
    '2026-10-01', ropes, 2.5, 122.7 + random() / 10, 30.7 + random() / 10
FROM (SELECT '{HOT}' AS code, {HOT_ROPES} AS ropes UNION ALL SELECT '{FULL}', {FULL_ROPES}
    UNION ALL SELECT 'Z' || 1 + g % 8 || '-' || lpad((1 + g / 8)::text, 2, '0'), {SPREAD_ROPES}
    FROM generate_series(0, {SPREAD_PLOTS - 1}) g) wanted;
INSERT INTO plot_share (plot_id, valid_from, household_id, weight)
SELECT plot.id, '2026-01-01', household.id, 100 FROM plot, household;
INSERT INTO plot_measurement (plot_id, measured_on, mean_shell_length_mm, sample_count, survival,
    water_temperature_c)
SELECT id, '2026-11-01', 21.5, 30, 0.95, 18.2 FROM plot;
INSERT INTO rope (plot_id, number) SELECT id, generate_series(1, rope_count) FROM plot;
INSERT INTO adoption_offer (code, title, title_en, season, price_fen, currency, parcels, promised_net_g,
    limit_per_person, sale_starts_at, sale_ends_at, harvest_from_on, harvest_to_on, cancel_until_on, state,
    service_fee_bp, fund_bp, host_bp, parcel_cost_fen, gateway_fee_bp, holdback_bp, holdback_days, household_floor_bp,
    published_at)
VALUES ('BENCH', '认养一串，收一箱', 'One rope, one parcel', 2027, 19800, 'cny', 1, 2500, 999, now() - interval '1 day',
    now() + interval '9 days', current_date + 200, current_date + 250, current_date + 60, 'published',
    800, 500, 300, 3800, 220, 1000, 7, 4000, now() - interval '1 day');
INSERT INTO offer_plot (offer_id, plot_id) SELECT adoption_offer.id, plot.id FROM adoption_offer, plot;
INSERT INTO person (display_name, locale, is_guest, created_at)
SELECT lpad(g::text, 5, '0'), 'zh_Hans', false, now() FROM generate_series(1, {PEOPLE}) g;
INSERT INTO person_role (person_id, role) SELECT id, 'adopter' FROM person;
INSERT INTO api_token (person_id, name, token_hash, hint, scopes, created_at, expires_at, last_used_at)
SELECT id, 'bench', encode(sha256(('cofu_bench_' || id)::bytea), 'hex'), 'ench', 'me orders:read orders:write', now(),
    now() + interval '1 day', now() FROM person;
"""  # noqa: S608 - constants only


@dataclass(frozen=True, slots=True)
class Sea:
    """A seeded database."""

    url: str

    @property
    def dsn(self) -> str:
        """Its address without the driver, for psycopg."""
        return self.url.replace("+psycopg", "")

    def ask(self, sql: str) -> int:
        """The one number that a query gives."""
        with psycopg.connect(self.dsn) as connection:
            row = connection.execute(sql.encode()).fetchone()
        return int(row[0]) if row else 0

    def freshen(self) -> None:
        """Before a measurement: statistics, no backlog of the last one, and tokens that were just used.

        A buyer has looked at the sea with her token before; its last use is noted every five minutes only.
        """
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            connection.execute("UPDATE api_token SET last_used_at = now()")
            connection.execute("VACUUM ANALYZE")
            connection.execute("CHECKPOINT")


def make_database(server_url: str, name: str) -> str:
    """A new, migrated database on the server; return its URL."""
    with psycopg.connect(server_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    url = server_url.rpartition("/")[0] + f"/{name}"
    flask(url, "db", "upgrade")
    return url


def make_sea(server_url: str) -> Sea:
    """A new database with the sea of the bench."""
    sea = Sea(make_database(server_url, "bench"))
    with psycopg.connect(sea.dsn) as connection:
        connection.execute(SQL.format(secret=_encrypted(sea.url)).encode())
    return sea


def _encrypted(url: str) -> str:
    settings = load_settings(environment(url))
    crypto.configure(settings.encryption_keys, settings.secret_key)
    return crypto.encrypt("19900000001")


def environment(url: str, **more: str) -> dict[str, str]:
    """What the product reads: everything on, as in production; only the gateway is the sandbox's."""
    return {**os.environ, "COFU_ENV": "development", "DATABASE_URL": url, "LOG_LEVEL": "INFO", **more}


def flask(url: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a flask command on the database. Raises RuntimeError with what it said when it fails."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", *words]
    done = subprocess.run(command, env=environment(url), capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"flask {' '.join(words)} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done
