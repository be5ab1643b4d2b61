"""Every setting of cofu_adopt, read once from the environment into one frozen dataclass."""

from __future__ import annotations

import logging
import os
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from hashlib import sha256
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

ROOT = Path(__file__).parent
DEVELOPMENT_SECRET = "development-only-secret-that-production-refuses"  # noqa: S105 - refused outside development
SHORTEST_SECRET = 32
KEY_BYTES = 32
PARTS_OF_ACCOUNT = 3
DEMO_TRANSFER_ACCOUNT = "格子海演示，请勿转账 DEMO|演示银行 DEMO|0000 0000 0000 0000"
"""What development shows where money would be transferred to; production refuses it."""
SAFE_ENVIRONMENTS = frozenset({"development", "test"})
"""The environments in which the sandbox, the demo season and the default secret are allowed."""
DATABASES = "postgresql://user:password@host:5432/name (escape @, : and / in words), or sqlite:////folder/file"
DRIVERS = frozenset({"sqlite", "postgresql+psycopg"})
GATEWAYS = frozenset({"sandbox", "stripe"})
WALLETS = frozenset({"alipay", "wechat_pay", "card"})
"""The ways to pay whose rules for refunds the product knows."""
LIVE_KEYS = ("sk_live", "rk_live")
STRIPE_KEY = re.compile(r"[sr]k_(test|live)_[A-Za-z0-9_]+")
MAIL_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
SMS_TEMPLATES = ("code.zh", "code.en", "note.zh", "note.en")
"""A text that an SMS provider has approved: what it is for, and in which language."""
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
    transfer_account: str = DEMO_TRANSFER_ACCOUNT
    transfer_wait_hours: int = 48
    transfer_open_limit: int = 2
    stripe_page_origin: str = "https://checkout.stripe.com"
    stripe_wallets: tuple[str, ...] = ("alipay", "wechat_pay", "card")
    currency: str = "cny"
    refund_approval_fen: int = 20000
    refund_by_hand_days: int = 7
    refund_account_days: int = 90
    bank_accounts: tuple[str, ...] = ("main",)
    public_url: str = ""
    media_dir: str = str(ROOT / "instance" / "media")
    media_s3_bucket: str = ""
    media_s3_endpoint: str = ""
    media_s3_region: str = ""
    cookie_secure: bool = False
    staff_totp_required: bool = False
    trusted_proxies: int = 0
    sms_sender: str = "console"
    tencent_sms_secret_id: str = ""
    tencent_sms_secret_key: str = field(default="", repr=False)
    tencent_sms_app_id: str = ""
    tencent_sms_sign_name: str = ""
    tencent_sms_templates: tuple[tuple[str, str], ...] = ()
    tencent_sms_base: str = "https://sms.tencentcloudapi.com"
    smtp_url: str = field(default="", repr=False)
    mail_from: str = "gezisea@localhost"
    vapid_private_key: str = field(default="", repr=False)
    webhook_loopback: bool = False
    metrics_token: str = field(default="", repr=False)
    log_level: str = "INFO"
    crash_at: str = ""
    public_cache_seconds: int = 1

    @property
    def is_safe_environment(self) -> bool:
        """True where no real money and no real person can be touched."""
        return self.env in SAFE_ENVIRONMENTS

    @property
    def has_live_key(self) -> bool:
        """True when Stripe would move real money."""
        return self.stripe_secret_key.startswith(LIVE_KEYS)

    @property
    def webhook_secret(self) -> str:
        """The secret that signs gateway events; the sandbox derives its own from SECRET_KEY."""
        if self.stripe_webhook_secret:
            return self.stripe_webhook_secret
        return "whsec_" + sha256(f"sandbox-webhook:{self.secret_key}".encode()).hexdigest()

    @property
    def transfer_payee(self) -> tuple[str, ...]:
        """Holder, bank and number of the account to which payers transfer by hand; empty where there is none."""
        parts = tuple(part.strip() for part in self.transfer_account.split("|"))
        return parts if all(parts) else ()

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


def make_folder(folder: Path, name: str) -> None:
    """Make the folder that the setting `name` speaks of, if it is missing. Raises SettingsError when it cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(f"{name} names a folder that cannot be made: {error}.") from error


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
        field_keys=_list(environ, "FIELD_KEYS", default.field_keys),
        database_url=normalise_database_url(environ.get("DATABASE_URL", default.database_url)),
        database_prepare=_flag(environ, "DATABASE_PREPARE", default=True),
        pool_size=_count(environ, "POOL_SIZE", default.pool_size),
        hold_seconds=_count(environ, "HOLD_SECONDS", default.hold_seconds),
        hold_grace_seconds=_count(environ, "HOLD_GRACE_SECONDS", default.hold_grace_seconds),
        payment_gateway=environ.get("PAYMENT_GATEWAY", default.payment_gateway),
        stripe_secret_key=environ.get("STRIPE_SECRET_KEY", ""),
        stripe_webhook_secret=environ.get("STRIPE_WEBHOOK_SECRET", ""),
        stripe_api_base=environ.get("STRIPE_API_BASE", default.stripe_api_base).rstrip("/"),
        stripe_page_origin=environ.get("STRIPE_PAGE_ORIGIN", default.stripe_page_origin).rstrip("/"),
        stripe_wallets=_list(environ, "STRIPE_WALLETS", default.stripe_wallets),
        transfer_account=environ.get("TRANSFER_ACCOUNT", default.transfer_account if env in SAFE_ENVIRONMENTS else ""),
        transfer_wait_hours=_count(environ, "TRANSFER_WAIT_HOURS", default.transfer_wait_hours),
        transfer_open_limit=_count(environ, "TRANSFER_OPEN_LIMIT", default.transfer_open_limit),
        currency=environ.get("CURRENCY", default.currency),
        refund_approval_fen=_count(environ, "REFUND_APPROVAL_FEN", default.refund_approval_fen, least=0),
        refund_by_hand_days=_count(environ, "REFUND_BY_HAND_DAYS", default.refund_by_hand_days),
        refund_account_days=_count(environ, "REFUND_ACCOUNT_DAYS", default.refund_account_days),
        bank_accounts=tuple(name.strip() for name in environ.get("BANK_ACCOUNTS", "main").split(",") if name.strip()),
        public_url=environ.get("PUBLIC_URL", "").rstrip("/"),
        media_dir=environ.get("MEDIA_DIR", default.media_dir),
        media_s3_bucket=environ.get("MEDIA_S3_BUCKET", ""),
        media_s3_endpoint=environ.get("MEDIA_S3_ENDPOINT", "").rstrip("/"),
        media_s3_region=environ.get("MEDIA_S3_REGION", ""),
        cookie_secure=_flag(environ, "COOKIE_SECURE", default=env == "production"),
        staff_totp_required=_flag(environ, "STAFF_TOTP_REQUIRED", default=env == "production"),
        trusted_proxies=_count(environ, "TRUSTED_PROXIES", 0, least=0),
        sms_sender=environ.get("SMS_SENDER", default.sms_sender),
        tencent_sms_secret_id=environ.get("TENCENT_SMS_SECRET_ID", ""),
        tencent_sms_secret_key=environ.get("TENCENT_SMS_SECRET_KEY", ""),
        tencent_sms_app_id=environ.get("TENCENT_SMS_APP_ID", ""),
        tencent_sms_sign_name=environ.get("TENCENT_SMS_SIGN_NAME", ""),
        tencent_sms_templates=_pairs(environ, "TENCENT_SMS_TEMPLATES"),
        tencent_sms_base=environ.get("TENCENT_SMS_BASE", default.tencent_sms_base).rstrip("/"),
        smtp_url=environ.get("SMTP_URL", ""),
        mail_from=environ.get("MAIL_FROM", default.mail_from),
        vapid_private_key=environ.get("VAPID_PRIVATE_KEY", ""),
        webhook_loopback=_flag(environ, "WEBHOOK_LOOPBACK", default=False),
        metrics_token=environ.get("METRICS_TOKEN", ""),
        log_level=environ.get("LOG_LEVEL", default.log_level),
        crash_at=environ.get("COFU_CRASH_AT", ""),
        public_cache_seconds=_count(environ, "PUBLIC_CACHE_SECONDS", default.public_cache_seconds, least=0),
    )
    check_settings(settings)
    return settings


def check_settings(settings: Settings) -> None:
    """Raise SettingsError, naming every fault at once, when `settings` are unsafe for their environment."""
    faults = _faults_of_storage(settings)
    faults += _faults_in_transfers(settings)
    faults += _faults_of_gateway(settings)
    faults += _faults_of_sms(settings)
    if settings.smtp_url and not re.fullmatch(r"smtps?://([^@/\s]+@)?[^@/:\s]+(:\d+)?/?", settings.smtp_url):
        faults.append("SMTP_URL is no address such as smtps://user:password@mail.example:465; escape @ and / in words.")
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


def _faults_of_storage(settings: Settings) -> list[str]:
    # The address itself is not told: it holds a password.
    rules = (
        (not _is_database(settings.database_url), f"DATABASE_URL is no address such as {DATABASES}."),
        (not settings.secret_key, "SECRET_KEY is empty; set a random one, or leave it out in development."),
        (not settings.media_dir, "MEDIA_DIR is empty; name a folder, or leave it out."),
    )
    return [words for is_fault, words in rules if is_fault]


def _is_database(url: str) -> bool:
    try:
        found = make_url(url)
    except (ArgumentError, ValueError):
        return False
    return found.drivername in DRIVERS and bool(found.database)


def _faults_in_transfers(settings: Settings) -> list[str]:
    faults = []
    if settings.transfer_account and len(settings.transfer_payee) != PARTS_OF_ACCOUNT:
        faults.append("TRANSFER_ACCOUNT is not three parts with | between: holder|bank|number.")
    if not re.fullmatch("[A-Za-z0-9-]{1,20}(,[A-Za-z0-9-]{1,20})*", ",".join(settings.bank_accounts)):
        faults.append("BANK_ACCOUNTS must name at least one account, each of letters, digits and dashes, with commas.")
    return faults


def _faults_of_gateway(settings: Settings) -> list[str]:
    if settings.payment_gateway == "stripe":
        return _faults_with_stripe(settings)
    if settings.payment_gateway not in GATEWAYS:
        return [f"PAYMENT_GATEWAY is {settings.payment_gateway!r}; use sandbox or stripe."]
    if settings.has_live_key:
        return ["PAYMENT_GATEWAY=sandbox stands beside a live STRIPE_SECRET_KEY; remove one of them."]
    return []


def _faults_with_stripe(settings: Settings) -> list[str]:
    key = STRIPE_KEY.fullmatch(settings.stripe_secret_key)
    mode = key.group(1) if key else ""
    needed = "live" if settings.env == "production" else "test"
    here = f"With COFU_ENV={settings.env} it is one that begins with sk_{needed}_ or rk_{needed}_."
    rules = (
        (not key, f"STRIPE_SECRET_KEY is missing or no secret key. {here}"),
        (bool(key) and mode != needed, f"STRIPE_SECRET_KEY is a {mode} key. {here}"),
        (
            not re.fullmatch(r"whsec_\S{8,}", settings.stripe_webhook_secret),
            "STRIPE_WEBHOOK_SECRET is missing or no signing secret (whsec_...): no notification could be trusted.",
        ),
        (
            not re.fullmatch(r"https?://[^/\s]+", settings.public_url),
            "PUBLIC_URL is missing or no address such as https://sea.example: nobody would find back from paying.",
        ),
        (
            not settings.stripe_wallets or not WALLETS.issuperset(settings.stripe_wallets),
            f"STRIPE_WALLETS is {','.join(settings.stripe_wallets)!r}; use some of {', '.join(sorted(WALLETS))}.",
        ),
        (
            not re.fullmatch(r"https?://[A-Za-z0-9.:-]+", settings.stripe_page_origin),
            "STRIPE_PAGE_ORIGIN is no address such as https://checkout.stripe.com: browsers would not go there.",
        ),
    )
    return [words for is_fault, words in rules if is_fault]


def _faults_of_sms(settings: Settings) -> list[str]:
    if settings.sms_sender == "console":
        return []
    if settings.sms_sender != "tencent":
        return [f"SMS_SENDER is {settings.sms_sender!r}; use tencent, or console in development."]
    needed = ("secret_id", "secret_key", "app_id", "sign_name")
    wrong = [name for name in needed if not re.fullmatch(r"\S+", getattr(settings, f"tencent_sms_{name}"))]
    missing = [f"TENCENT_SMS_{name.upper()}" for name in wrong]
    lacking = [name for name in SMS_TEMPLATES if name not in dict(settings.tencent_sms_templates)]
    rules = (
        (bool(missing), f"SMS_SENDER=tencent needs {', '.join(missing)}, without blanks."),
        (bool(lacking), f"TENCENT_SMS_TEMPLATES lacks {', '.join(lacking)}; write code.zh=1234567,code.en=…"),
        (
            not re.fullmatch(r"https?://[A-Za-z0-9.:-]+", settings.tencent_sms_base),
            "TENCENT_SMS_BASE is no address such as https://sms.tencentcloudapi.com.",
        ),
    )
    return [words for is_fault, words in rules if is_fault]


def _faults_of_push(settings: Settings) -> list[str]:
    is_address = MAIL_ADDRESS.fullmatch(settings.mail_from)
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
        (
            bool(settings.secret_key) and weak,
            f"SECRET_KEY is missing, default or shorter than {SHORTEST_SECRET} characters; set a random one.",
        ),
        (not settings.field_keys, "FIELD_KEYS is missing; set at least one Fernet key for sensitive fields."),
        (
            not settings.database_url.startswith("postgresql"),
            "DATABASE_URL is missing or SQLite; production runs PostgreSQL.",
        ),
        (settings.payment_gateway == "sandbox", "PAYMENT_GATEWAY is 'sandbox': it never starts in production."),
        (
            settings.transfer_account == DEMO_TRANSFER_ACCOUNT,
            "TRANSFER_ACCOUNT is the demo's: nobody would get the money.",
        ),
        (not settings.smtp_url, "SMTP_URL is missing: receipts and confirmations would reach nobody."),
        (
            not MAIL_ADDRESS.fullmatch(parseaddr(settings.mail_from)[1]),
            "MAIL_FROM is no address such as sea@example.com: mail servers would refuse it.",
        ),
        (settings.sms_sender == "console", "SMS_SENDER is 'console': sign-in codes would be printed, not sent."),
        (not settings.tencent_sms_base.startswith("https://"), "TENCENT_SMS_BASE is not https://."),
        (settings.webhook_loopback, "WEBHOOK_LOOPBACK is on: webhooks could call this machine's own services."),
        (bool(settings.crash_at), "COFU_CRASH_AT is set: it kills the process on purpose."),
        (not settings.public_url.startswith("https://"), "PUBLIC_URL is missing or not https://."),
        (not settings.cookie_secure, "COOKIE_SECURE is off: the session would travel in clear text."),
        (not settings.stripe_api_base.startswith("https://"), "STRIPE_API_BASE is not https://."),
        (not settings.stripe_page_origin.startswith("https://"), "STRIPE_PAGE_ORIGIN is not https://."),
    )
    return [words for is_fault, words in rules if is_fault]


def _flag(environ: Mapping[str, str], name: str, *, default: bool) -> bool:
    value = environ.get(name)
    if value is None:
        return default
    if value.strip().lower() not in FLAGS:
        raise SettingsError(f"{name} is {value!r}; use 1 or 0.")
    return FLAGS[value.strip().lower()]


def _pairs(environ: Mapping[str, str], name: str) -> tuple[tuple[str, str], ...]:
    parts = [part.partition("=") for part in _list(environ, name, ())]
    return tuple((key.strip(), value.strip()) for key, _sign, value in parts if value.strip())


def _list(environ: Mapping[str, str], name: str, default: tuple[str, ...]) -> tuple[str, ...]:
    text = environ.get(name)
    return default if text is None else tuple(part.strip() for part in text.split(",") if part.strip())


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
