"""Sensitive fields: encrypted at rest (Fernet), found by a keyed blind index, shown masked."""

from __future__ import annotations

import hmac
import json
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from sqlalchemy import Dialect, LargeBinary, Text, TypeDecorator


class _Keys:
    fernet: MultiFernet | None = None
    index_key: bytes = b""


def configure(keys: Sequence[str], secret_key: str) -> None:
    """Set the Fernet keys (newest first) and derive the key of the blind indexes."""
    _Keys.fernet = MultiFernet([Fernet(key) for key in keys])
    _Keys.index_key = sha256(f"blind-index:{secret_key}".encode()).digest()


def _fernet() -> MultiFernet:
    if _Keys.fernet is None:
        raise RuntimeError("crypto.configure() has not been called")
    return _Keys.fernet


def encrypt(text: str) -> str:
    """Encrypt `text` with the newest key."""
    return _fernet().encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """Decrypt what encrypt() gave, with any of the keys."""
    return _fernet().decrypt(token.encode()).decode()


def blind_index(text: str, *, purpose: str = "field") -> str:
    """A keyed hash by which an encrypted value can be found and kept unique, but not read."""
    return hmac.new(_Keys.index_key, f"{purpose}:{text}".encode(), sha256).hexdigest()


class EncryptedText(TypeDecorator[str]):
    """A text column whose content is encrypted at rest."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Encrypt on the way in."""
        return None if value is None else encrypt(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Decrypt on the way out."""
        return None if value is None else decrypt(value)


class EncryptedBytes(TypeDecorator[bytes]):
    """A file's bytes encrypted at rest."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """Encrypt on the way in."""
        return None if value is None else _fernet().encrypt(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """Decrypt on the way out."""
        return None if value is None else _fernet().decrypt(bytes(value))


class EncryptedJson(TypeDecorator[Any]):
    """A JSON value encrypted at rest, for snapshots such as a delivery address."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Encrypt on the way in."""
        return None if value is None else encrypt(json.dumps(value, ensure_ascii=False, sort_keys=True))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Decrypt on the way out."""
        return None if value is None else json.loads(decrypt(value))


def mask(text: str | None, *, head: int = 3, tail: int = 4) -> str:
    """`text` with its middle hidden: 138****5678. Short texts are hidden whole."""
    if not text:
        return ""
    if len(text) <= head + tail:
        return "*" * len(text)
    return f"{text[:head]}****{text[len(text) - tail :]}"
