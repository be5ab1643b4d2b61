"""Every setting of cofu_adopt, read once from the environment into one frozen dataclass."""

from __future__ import annotations

import logging
import os
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).parent
DEVELOPMENT_SECRET = "development-only-secret-that-production-refuses"  # noqa: S105 - refused outside development
SHORTEST_SECRET = 32
KEY_BYTES = 32
SAFE_ENVIRONMENTS = frozenset({"development", "test"})
"""The environments in which the sandbox, the demo season and the default secret are allowed."""
FLAGS = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}


class SettingsError(Exception):
    """A setting is missing or unsafe; the message says which one and what to do."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings. Names follow the environment variable in lower case."""

    env: str = "development"
    secret_key: str = field(default=DEVELOPMENT_SECRET, repr=False)
    field_keys: tuple[str, ...] = field(default=(), repr=False)
    database_url: str = field(default=f"sqlite:///{ROOT / 'instance' / 'cofu_adopt.sqlite3'}", repr=False)
    database_prepare: bool = True
    pool_size: int = 10
    hold_seconds: int = 900
    hold_grace_seconds: int = 7200
    payment_gateway: str = "sandbox"
    stripe_secret_key: str = field(default="", repr=False)
    stripe_webhook_secret: str = field(default="", repr=False)
    stripe_api_base: str = "https://api.stripe.com"
    currency: str = "cny"
    public_url: str = ""
    cookie_secure: bool = False
    staff_totp_required: bool = False
    trusted_proxies: int = 0
    sms_sender: str = "console"
    smtp_url: str = field(default="", repr=False)
    mail_from: str = "gezisea@localhost"
    vapid_private_key: str = field(default="", repr=False)
    metrics_token: str = field(default="", repr=False)
    log_level: str = "INFO"
    crash_at: str = ""
    public_cache_seconds: int = 1

    @property
    def is_safe_environment(self) -> bool:
        """True where no real money and no real person can be touched."""
        return self.env in SAFE_ENVIRONMENTS

    @property
    def webhook_secret(self) -> str:
        """The secret that signs gateway events; the sandbox derives its own from SECRET_KEY."""
        if self.stripe_webhook_secret:
            return self.stripe_webhook_secret
        return "whsec_" + sha256(f"sandbox-webhook:{self.secret_key}".encode()).hexdigest()

    @property
    def push_key(self) -> str:
        """The key with which web push is signed: 32 bytes in URL-safe base64. Empty: no web push.

        Development derives one from SECRET_KEY, so that a browser can subscribe; what would be sent is in /dev/inbox.
        """
        if self.vapid_private_key or not self.is_safe_environment:
            return self.vapid_private_key
        return urlsafe_b64encode(sha256(f"push:{self.secret_key}".encode()).digest()).decode().rstrip("=")

    @property
    def encryption_keys(self) -> tuple[str, ...]:
        """Fernet keys for sensitive fields, newest first; development derives one from SECRET_KEY."""
        if self.field_keys:
            return self.field_keys
        return (urlsafe_b64encode(sha256(f"fields:{self.secret_key}".encode()).digest()).decode(),)


def normalise_database_url(url: str) -> str:
    """Return `url` with the psycopg 3 driver named, whatever short form was given."""
    for prefix in ("postgres://", "postgresql://", "postgresql+psycopg2://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def load_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings from `environ`.

    Raises SettingsError when production lacks a secret, has a default one, or would run the sandbox.
    """
    default = Settings()
    env = environ.get("COFU_ENV", default.env)
    if env not in SAFE_ENVIRONMENTS | {"production"}:
        raise SettingsError(f"COFU_ENV is {env!r}; use development, test or production.")
    settings = Settings(
        env=env,
        secret_key=environ.get("SECRET_KEY", default.secret_key),
        field_keys=tuple(key.strip() for key in environ.get("FIELD_KEYS", "").split(",") if key.strip()),
        database_url=normalise_database_url(environ.get("DATABASE_URL", default.database_url)),
        database_prepare=_flag(environ, "DATABASE_PREPARE", default=True),
        pool_size=_count(environ, "POOL_SIZE", default.pool_size),
        hold_seconds=_count(environ, "HOLD_SECONDS", default.hold_seconds),
        hold_grace_seconds=_count(environ, "HOLD_GRACE_SECONDS", default.hold_grace_seconds),
        payment_gateway=environ.get("PAYMENT_GATEWAY", default.payment_gateway),
        stripe_secret_key=environ.get("STRIPE_SECRET_KEY", ""),
        stripe_webhook_secret=environ.get("STRIPE_WEBHOOK_SECRET", ""),
        stripe_api_base=environ.get("STRIPE_API_BASE", default.stripe_api_base),
        currency=environ.get("CURRENCY", default.currency),
        public_url=environ.get("PUBLIC_URL", "").rstrip("/"),
        cookie_secure=_flag(environ, "COOKIE_SECURE", default=env == "production"),
        staff_totp_required=_flag(environ, "STAFF_TOTP_REQUIRED", default=env == "production"),
        trusted_proxies=_count(environ, "TRUSTED_PROXIES", 0, least=0),
        sms_sender=environ.get("SMS_SENDER", default.sms_sender),
        smtp_url=environ.get("SMTP_URL", ""),
        mail_from=environ.get("MAIL_FROM", default.mail_from),
        vapid_private_key=environ.get("VAPID_PRIVATE_KEY", ""),
        metrics_token=environ.get("METRICS_TOKEN", ""),
        log_level=environ.get("LOG_LEVEL", default.log_level),
        crash_at=environ.get("COFU_CRASH_AT", ""),
        public_cache_seconds=_count(environ, "PUBLIC_CACHE_SECONDS", default.public_cache_seconds, least=0),
    )
    check_settings(settings)
    return settings


def check_settings(settings: Settings) -> None:
    """Raise SettingsError, naming every fault at once, when `settings` are unsafe for their environment."""
    faults: list[str] = []
    if settings.payment_gateway != "sandbox":
        faults.append("PAYMENT_GATEWAY must be 'sandbox': no other gateway is built yet.")
    if settings.payment_gateway == "sandbox" and settings.stripe_secret_key.startswith(("sk_live", "rk_live")):
        faults.append("PAYMENT_GATEWAY=sandbox stands beside a live STRIPE_SECRET_KEY; remove one of them.")
    if settings.sms_sender != "console":
        faults.append("SMS_SENDER must be 'console': no other sender is built yet.")
    if not all(_is_key(key) for key in settings.field_keys):
        faults.append("FIELD_KEYS holds what is no Fernet key; each is 32 random bytes in URL-safe base64.")
    faults += _faults_of_push(settings) if settings.vapid_private_key else []
    if settings.log_level not in logging.getLevelNamesMapping():
        faults.append(f"LOG_LEVEL is {settings.log_level!r}; use DEBUG, INFO, WARNING or ERROR.")
    if not re.fullmatch("[a-z]{3}", settings.currency):
        faults.append(f"CURRENCY is {settings.currency!r}; use three small letters, such as cny.")
    if settings.metrics_token and len(settings.metrics_token) < SHORTEST_SECRET:
        faults.append(f"METRICS_TOKEN is shorter than {SHORTEST_SECRET} characters; set a random one, or none.")
    if settings.env == "production":
        faults += _faults_in_production(settings)
    if faults:
        raise SettingsError("\n".join(faults))


def _faults_of_push(settings: Settings) -> list[str]:
    is_address = re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", settings.mail_from)
    rules = (
        (
            not _is_key(settings.vapid_private_key + "="),
            "VAPID_PRIVATE_KEY is no P-256 key; it is 32 random bytes in URL-safe base64, without padding.",
        ),
        (not is_address, "VAPID_PRIVATE_KEY needs MAIL_FROM to be a plain address: push services write to it."),
    )
    return [words for is_fault, words in rules if is_fault]


def _faults_in_production(settings: Settings) -> list[str]:
    weak = settings.secret_key == DEVELOPMENT_SECRET or len(settings.secret_key) < SHORTEST_SECRET
    rules = (
        (weak, f"SECRET_KEY is missing, default or shorter than {SHORTEST_SECRET} characters; set a random one."),
        (not settings.field_keys, "FIELD_KEYS is missing; set at least one Fernet key for sensitive fields."),
        (
            not settings.database_url.startswith("postgresql"),
            "DATABASE_URL is missing or SQLite; production runs PostgreSQL.",
        ),
        (settings.payment_gateway == "sandbox", "PAYMENT_GATEWAY is 'sandbox': it never starts in production."),
        (settings.sms_sender == "console", "SMS_SENDER is 'console': sign-in codes would be printed, not sent."),
        (bool(settings.crash_at), "COFU_CRASH_AT is set: it kills the process on purpose."),
        (not settings.public_url.startswith("https://"), "PUBLIC_URL is missing or not https://."),
        (not settings.cookie_secure, "COOKIE_SECURE is off: the session would travel in clear text."),
        (not settings.stripe_api_base.startswith("https://"), "STRIPE_API_BASE is not https://."),
    )
    return [words for is_fault, words in rules if is_fault]


def _flag(environ: Mapping[str, str], name: str, *, default: bool) -> bool:
    value = environ.get(name)
    if value is None:
        return default
    if value.strip().lower() not in FLAGS:
        raise SettingsError(f"{name} is {value!r}; use 1 or 0.")
    return FLAGS[value.strip().lower()]


def _count(environ: Mapping[str, str], name: str, default: int, *, least: int = 1) -> int:
    text = environ.get(name)
    if text is None:
        return default
    if not text.isascii() or not text.isdigit() or int(text) < least:
        raise SettingsError(f"{name} is {text!r}; use a whole number of at least {least}.")
    return int(text)


def _is_key(key: str) -> bool:
    try:
        return len(urlsafe_b64decode(key)) == KEY_BYTES
    except ValueError:
        return False
