"""The settings: read once, frozen, and refused by name when they are unsafe."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import FrozenInstanceError, fields, replace
from pathlib import Path

import pytest

from cofu_adopt.app import configure_process, create_app, headers_of
from cofu_adopt.payments.gateways import make_gateways
from config import (
    DEMO_TRANSFER_ACCOUNT,
    DEVELOPMENT_SECRET,
    ROOT,
    Settings,
    SettingsError,
    check_settings,
    load_settings,
)
from tests.production import SOUND

STRIPE_IN_TEST = {
    "PAYMENT_GATEWAY": "stripe",
    "STRIPE_SECRET_KEY": "rk_test_51",
    "STRIPE_WEBHOOK_SECRET": "whsec_0123456789",
    "PUBLIC_URL": "http://127.0.0.1:8101",
}


def faults_of(environ: Mapping[str, str]) -> list[str]:
    with pytest.raises(SettingsError) as raised:
        load_settings(environ)
    return str(raised.value).split("\n")


def named(environ: Mapping[str, str]) -> set[str]:
    """The settings that the refusal names, each at the head of its own line."""
    return {line.split(" ", 1)[0].split("=", 1)[0] for line in faults_of(environ)}


def test_without_any_variable_it_is_development_on_sqlite_with_the_sandbox() -> None:
    settings = load_settings({})
    assert settings == Settings()
    assert (settings.env, settings.payment_gateway, settings.is_safe_environment) == ("development", "sandbox", True)
    assert settings.database_url.startswith("sqlite:///")


def test_settings_are_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        Settings().env = "production"  # type: ignore[misc]


def test_no_secret_is_shown() -> None:
    settings = replace(
        load_settings({}),
        secret_key="s3cret-a",
        field_keys=("s3cret-b",),
        stripe_secret_key="s3cret-c",
        stripe_webhook_secret="s3cret-d",
        smtp_url="smtp://u:s3cret-e@h",
        database_url="postgresql://u:s3cret-f@h/d",
    )
    assert "s3cret" not in repr(settings)
    hidden = {field.name for field in fields(Settings) if not field.repr}
    assert {name for name in Settings.__slots__ if name.endswith(("secret", "_key", "_keys"))} <= hidden


def test_every_setting_can_be_set() -> None:
    given = {
        "COFU_ENV": "test",
        "FIELD_KEYS": f"{SOUND['FIELD_KEYS']}, {SOUND['FIELD_KEYS']}",
        "DATABASE_URL": "postgres://u@h/d",
        "DATABASE_PREPARE": "0",
        "POOL_SIZE": "3",
        "HOLD_SECONDS": "5",
        "TRUSTED_PROXIES": "0",
        "COOKIE_SECURE": "yes",
        "STAFF_TOTP_REQUIRED": "1",
        "CURRENCY": "usd",
        "LOG_LEVEL": "WARNING",
    }
    settings = load_settings(given)
    assert settings.database_url == "postgresql+psycopg://u@h/d"
    assert settings.field_keys == (SOUND["FIELD_KEYS"],) * 2
    assert (settings.database_prepare, settings.cookie_secure, settings.staff_totp_required) == (False, True, True)
    assert (settings.pool_size, settings.hold_seconds, settings.trusted_proxies) == (3, 5, 0)
    assert (settings.currency, settings.log_level) == ("usd", "WARNING")


def test_sound_production_starts() -> None:
    app = create_app(load_settings(SOUND))
    assert app.extensions["settings"].sms_sender == "tencent"
    configure_process(Settings(env="test"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", None),
        ("SECRET_KEY", ""),
        ("SECRET_KEY", DEVELOPMENT_SECRET),
        ("SECRET_KEY", "k" * 31),
        ("FIELD_KEYS", None),
        ("FIELD_KEYS", " , "),
        ("FIELD_KEYS", "not-a-key"),
        ("DATABASE_URL", None),
        ("DATABASE_URL", ""),
        ("DATABASE_URL", "sqlite:///shop.sqlite3"),
        ("PUBLIC_URL", None),
        ("PUBLIC_URL", "http://gezisea.example"),
        ("COOKIE_SECURE", "0"),
        ("STRIPE_API_BASE", "http://127.0.0.1:9"),
        ("STRIPE_PAGE_ORIGIN", "http://127.0.0.1:9"),
        ("PAYMENT_GATEWAY", None),
        ("STRIPE_SECRET_KEY", None),
        ("STRIPE_SECRET_KEY", "sk_test_51"),
        ("STRIPE_SECRET_KEY", "rk_test_51"),
        ("STRIPE_SECRET_KEY", "pk_live_51"),
        ("STRIPE_WEBHOOK_SECRET", None),
        ("SMS_SENDER", None),
        ("TENCENT_SMS_BASE", "http://127.0.0.1:9"),
        ("SMTP_URL", None),
        ("SMTP_URL", "mail.example:587"),
        ("SMTP_URL", "https://mail.example"),
        ("MAIL_FROM", None),
        ("MAIL_FROM", ""),
        ("MAIL_FROM", "sea"),
        ("MAIL_FROM", "Sea <sea@localhost>"),
    ],
)
def test_production_refuses_and_names(name: str, value: str | None) -> None:
    environ = dict(SOUND)
    environ.pop(name, None)
    if value is not None:
        environ[name] = value
    assert named(environ) == {name}


def test_production_names_every_fault_at_once() -> None:
    missing = {
        "SECRET_KEY", "FIELD_KEYS", "DATABASE_URL", "PUBLIC_URL", "PAYMENT_GATEWAY",
        "SMS_SENDER", "SMTP_URL", "MAIL_FROM",
    }  # fmt: skip
    assert named({"COFU_ENV": "production"}) == missing


@pytest.mark.parametrize(
    "name",
    ["TENCENT_SMS_SECRET_ID", "TENCENT_SMS_SECRET_KEY", "TENCENT_SMS_APP_ID", "TENCENT_SMS_SIGN_NAME"],
)
def test_sms_by_tencent_needs_all_of_its_settings(name: str) -> None:
    for value in ("", "with a blank"):
        (fault,) = faults_of({**SOUND, name: value})
        assert name in fault


@pytest.mark.parametrize("templates", ["", "code.zh=11", "code.zh=11,code.en=12,note.zh=21,note.en="])
def test_sms_by_tencent_needs_a_template_of_each_kind_in_each_language(templates: str) -> None:
    (fault,) = faults_of({**SOUND, "TENCENT_SMS_TEMPLATES": templates})
    assert fault.startswith("TENCENT_SMS_TEMPLATES lacks ")
    assert "note.en" in fault


def test_the_sandbox_never_stands_beside_a_live_key() -> None:
    for key in ("sk_live_1", "rk_live_1"):
        (fault,) = faults_of({"STRIPE_SECRET_KEY": key})
        assert "PAYMENT_GATEWAY=sandbox" in fault
        assert "STRIPE_SECRET_KEY" in fault
        assert key not in fault
    assert load_settings({"STRIPE_SECRET_KEY": "sk_test_1"}).stripe_secret_key == "sk_test_1"


def test_stripe_in_development_is_stripes_test_mode() -> None:
    settings = load_settings(STRIPE_IN_TEST | {"STRIPE_WALLETS": "wechat_pay, card", "STRIPE_API_BASE": "http://x:1/"})
    assert (settings.payment_gateway, settings.has_live_key) == ("stripe", False)
    assert (settings.stripe_wallets, settings.stripe_api_base) == (("wechat_pay", "card"), "http://x:1")
    assert settings.webhook_secret == "whsec_0123456789"
    assert load_settings(STRIPE_IN_TEST).stripe_wallets == ("alipay", "wechat_pay", "card")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("STRIPE_SECRET_KEY", ""),
        ("STRIPE_SECRET_KEY", "sk_live_51"),
        ("STRIPE_SECRET_KEY", "rk_live_51"),
        ("STRIPE_SECRET_KEY", "pk_test_51"),
        ("STRIPE_SECRET_KEY", "sk_test_51\n"),
        ("STRIPE_WEBHOOK_SECRET", ""),
        ("STRIPE_WEBHOOK_SECRET", "secret"),
        ("PUBLIC_URL", ""),
        ("PUBLIC_URL", "sea.example"),
        ("STRIPE_WALLETS", ""),
        ("STRIPE_WALLETS", "wechat_pay,paypal"),
        ("STRIPE_PAGE_ORIGIN", "https://checkout.stripe.com; script-src *"),
    ],
)
def test_stripe_is_refused_when_it_could_not_work_and_no_secret_is_said(name: str, value: str) -> None:
    (fault,) = faults_of(STRIPE_IN_TEST | {name: value})
    assert fault.startswith(f"{name} ")
    assert not value.startswith(("sk", "rk")) or value not in fault


def test_the_gateway_of_the_settings_is_made_and_browsers_may_go_to_its_page() -> None:
    settings = load_settings(STRIPE_IN_TEST)
    gateway = next(iter(make_gateways(settings).values()))
    assert (gateway.name, gateway.livemode) == ("stripe", False)
    assert "form-action 'self' https://checkout.stripe.com;" in headers_of(settings)["Content-Security-Policy"]
    assert list(make_gateways(Settings())) == ["sandbox", "transfer"]
    assert "form-action 'self';" in headers_of(Settings())["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["POOL_SIZE", "HOLD_SECONDS", "HOLD_GRACE_SECONDS", "TRUSTED_PROXIES"])
@pytest.mark.parametrize("value", ["", "-1", "1.5", "ten", "１０", "1e3"])
def test_bad_numbers_are_refused_with_words(name: str, value: str) -> None:
    (fault,) = faults_of({name: value})
    assert fault.startswith(f"{name} is {value!r}; use a whole number of at least ")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("COFU_ENV", "staging"),
        ("DATABASE_URL", ""),
        ("DATABASE_URL", "shop.sqlite3"),
        ("DATABASE_URL", "mysql://u@h/d"),
        ("DATABASE_URL", "postgresql+asyncpg://u@h/d"),
        ("DATABASE_URL", "postgresql://u:p@h:port/d"),
        ("DATABASE_URL", "postgresql://u@h"),
        ("DATABASE_URL", "sqlite://"),
        ("SECRET_KEY", ""),
        ("MEDIA_DIR", ""),
        ("COOKIE_SECURE", "flase"),
        ("DATABASE_PREPARE", ""),
        ("LOG_LEVEL", "LOUD"),
        ("CURRENCY", "CNY"),
        ("FIELD_KEYS", "c2hvcnQ="),
        ("PAYMENT_GATEWAY", "paypal"),
        ("SMS_SENDER", "pigeon"),
    ],
)
def test_what_cannot_be_right_is_refused_anywhere(name: str, value: str) -> None:
    assert named({name: value}) == {name}


def test_a_database_that_is_refused_is_not_told() -> None:
    (fault,) = faults_of({"DATABASE_URL": "postgresql://u:sesame@h:port/d"})
    assert "sesame" not in fault


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "sqlite:////dev/null/shop.sqlite3"),
        ("PROMETHEUS_MULTIPROC_DIR", "/dev/null/metrics"),
        ("COFU_ENV", "staging"),
    ],
)
def test_a_program_that_cannot_start_says_why_in_one_line(name: str, value: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import wsgi"],
        env={**os.environ, name: value},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"{name} ")


def test_an_empty_folder_of_metrics_is_none(tmp_path: Path) -> None:
    code = "from cofu_adopt.core import metrics; metrics.HOLDS.inc()"
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": "", "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", code], env=environment, cwd=tmp_path, check=True)
    assert list(tmp_path.iterdir()) == []


def test_the_application_does_not_start_with_bad_settings() -> None:
    with pytest.raises(SettingsError, match="PAYMENT_GATEWAY"):
        create_app(Settings(env="production"))
    with pytest.raises(SettingsError, match="SECRET_KEY"):
        check_settings(Settings(env="production"))


def test_nobody_is_asked_to_transfer_to_the_demos_account() -> None:
    assert load_settings(SOUND).transfer_payee == (), "without one, the way is not offered"
    for wrong in ("holder|bank", "holder||1234", DEMO_TRANSFER_ACCOUNT):
        assert "TRANSFER_ACCOUNT" in named({**SOUND, "TRANSFER_ACCOUNT": wrong})
    assert load_settings({**SOUND, "TRANSFER_ACCOUNT": "共富工坊 | 嵊泗农商银行 | 6222 0000"}).transfer_payee
