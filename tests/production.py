"""Settings with which production starts."""

from __future__ import annotations

from cryptography.fernet import Fernet

SOUND = {
    "COFU_ENV": "production",
    "SECRET_KEY": "k" * 32,
    "FIELD_KEYS": Fernet.generate_key().decode(),
    "DATABASE_URL": "postgresql://shop:sesame@db/shop",
    "PUBLIC_URL": "https://gezisea.example/",
    "PAYMENT_GATEWAY": "stripe",
    "STRIPE_SECRET_KEY": "sk_live_51",
    "STRIPE_WEBHOOK_SECRET": "whsec_0123456789",
    "SMS_SENDER": "tencent",
    "TENCENT_SMS_SECRET_ID": "AKID-sea",
    "TENCENT_SMS_SECRET_KEY": "k" * 32,
    "TENCENT_SMS_APP_ID": "1400",
    "TENCENT_SMS_SIGN_NAME": "格子海",
    "TENCENT_SMS_TEMPLATES": "code.zh=11, code.en=12, note.zh=21, note.en=22",
    "SMTP_URL": "smtps://sea:salt@mail.example:465",
    "MAIL_FROM": "sea@gezisea.example",
}
