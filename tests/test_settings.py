"""The settings: read once, frozen, and refused by name when they are unsafe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import FrozenInstanceError, fields, replace

import pytest
from cryptography.fernet import Fernet

from cofu_adopt.app import create_app
from config import DEMO_TRANSFER_ACCOUNT, DEVELOPMENT_SECRET, Settings, SettingsError, check_settings, load_settings

SOUND = {
    "COFU_ENV": "production",
    "SECRET_KEY": "k" * 32,
    "FIELD_KEYS": Fernet.generate_key().decode(),
    "DATABASE_URL": "postgresql://shop:sesame@db/shop",
    "PUBLIC_URL": "https://gezisea.example/",
}
NOT_BUILT = {"PAYMENT_GATEWAY", "SMS_SENDER"}
"""What production refuses today whatever is set: nothing but the sandbox and the console is built yet."""


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


def test_sound_production_is_refused_only_for_what_is_not_built() -> None:
    assert named(SOUND) == NOT_BUILT


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
    ],
)
def test_production_refuses_and_names(name: str, value: str | None) -> None:
    environ = dict(SOUND)
    environ.pop(name, None)
    if value is not None:
        environ[name] = value
    assert named(environ) == {name} | NOT_BUILT


def test_production_names_every_fault_at_once() -> None:
    assert named({"COFU_ENV": "production"}) == NOT_BUILT | {"SECRET_KEY", "FIELD_KEYS", "DATABASE_URL", "PUBLIC_URL"}


def test_the_sandbox_never_stands_beside_a_live_key() -> None:
    for key in ("sk_live_1", "rk_live_1"):
        (fault,) = faults_of({"STRIPE_SECRET_KEY": key})
        assert "PAYMENT_GATEWAY=sandbox" in fault
        assert "STRIPE_SECRET_KEY" in fault
        assert key not in fault
    assert load_settings({"STRIPE_SECRET_KEY": "sk_test_1"}).stripe_secret_key == "sk_test_1"


@pytest.mark.parametrize("name", ["POOL_SIZE", "HOLD_SECONDS", "HOLD_GRACE_SECONDS", "TRUSTED_PROXIES"])
@pytest.mark.parametrize("value", ["", "-1", "1.5", "ten", "１０", "1e3"])
def test_bad_numbers_are_refused_with_words(name: str, value: str) -> None:
    (fault,) = faults_of({name: value})
    assert fault.startswith(f"{name} is {value!r}; use a whole number of at least ")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("COFU_ENV", "staging"),
        ("COOKIE_SECURE", "flase"),
        ("DATABASE_PREPARE", ""),
        ("LOG_LEVEL", "LOUD"),
        ("CURRENCY", "CNY"),
        ("FIELD_KEYS", "c2hvcnQ="),
        ("PAYMENT_GATEWAY", "stripe"),
        ("SMS_SENDER", "pigeon"),
    ],
)
def test_what_cannot_be_right_is_refused_anywhere(name: str, value: str) -> None:
    assert named({name: value}) == {name}


def test_the_application_does_not_start_with_bad_settings() -> None:
    with pytest.raises(SettingsError, match="PAYMENT_GATEWAY"):
        create_app(Settings(env="production"))
    with pytest.raises(SettingsError, match="SECRET_KEY"):
        check_settings(Settings(env="production"))


def test_nobody_is_asked_to_transfer_to_the_demos_account() -> None:
    assert "TRANSFER_ACCOUNT" not in named(SOUND), "without one, the way is not offered"
    for wrong in ("holder|bank", "holder||1234", DEMO_TRANSFER_ACCOUNT):
        assert "TRANSFER_ACCOUNT" in named({**SOUND, "TRANSFER_ACCOUNT": wrong})
    assert "TRANSFER_ACCOUNT" not in named({**SOUND, "TRANSFER_ACCOUNT": "共富工坊 | 嵊泗农商银行 | 6222 0000"})
