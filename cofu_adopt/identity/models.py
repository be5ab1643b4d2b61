"""Tables of people, their roles, sign-in codes, limits and addresses."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from cofu_adopt.core.access import Role
from cofu_adopt.core.crypto import EncryptedJson, EncryptedText
from cofu_adopt.core.db import Base, id_column


class Person(Base):
    """Somebody who signs in: by phone (adopters, households) or by user name (staff). A guest has neither yet."""

    __tablename__ = "person"

    id: Mapped[int] = id_column()
    phone: Mapped[str | None] = mapped_column(EncryptedText)
    phone_index: Mapped[str | None] = mapped_column(String(64), unique=True)
    phone_last4: Mapped[str | None] = mapped_column(String(4), index=True)
    username: Mapped[str | None] = mapped_column(String(40), unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    display_name: Mapped[str] = mapped_column(String(40))
    email: Mapped[str | None] = mapped_column(EncryptedText)
    locale: Mapped[str] = mapped_column(String(10))
    is_guest: Mapped[bool]
    session_epoch: Mapped[int] = mapped_column(default=1, server_default="1")
    created_at: Mapped[datetime]


class PersonRole(Base):
    """A role that a person has."""

    __tablename__ = "person_role"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    role: Mapped[Role] = mapped_column(String(20), primary_key=True)


class SignInCode(Base):
    """A one-time code sent to a phone. It dies by use, by its fifth wrong try, by age, or by a newer one."""

    __tablename__ = "sign_in_code"
    __table_args__ = (Index(None, "phone_index", "id"),)

    id: Mapped[int] = id_column()
    phone_index: Mapped[str] = mapped_column(String(64))
    code_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    used_at: Mapped[datetime | None]


class Totp(Base):
    """A staff member's second step. `pending_secret` becomes `secret` when a first code confirms it."""

    __tablename__ = "totp"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    secret: Mapped[str | None] = mapped_column(EncryptedText)
    pending_secret: Mapped[str | None] = mapped_column(EncryptedText)
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(default=0, server_default="0")
    """The newest half minute whose code was used; only a later one is taken."""


class RecoveryCode(Base):
    """A code that takes the place of the phone, once."""

    __tablename__ = "recovery_code"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    used_at: Mapped[datetime | None]


class LimitCount(Base):
    """How often something was tried within a window, per phone, user name or network address (hashed)."""

    __tablename__ = "limit_count"

    kind: Mapped[str] = mapped_column(String(30), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    window: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    count: Mapped[int]


class Address(Base):
    """An entry of a person's address book; the content is encrypted."""

    __tablename__ = "address"

    id: Mapped[int] = id_column()
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    content: Mapped[dict[str, str]] = mapped_column(EncryptedJson)
    used_at: Mapped[datetime]


class ApiToken(Base):
    """A token that programs send instead of a session. Only its hash is kept.

    A token made by signing in ends with the person's session_epoch; a named one lives until it expires or is revoked.
    """

    __tablename__ = "api_token"
    __table_args__ = (Index(None, "person_id", "id"),)

    id: Mapped[int] = id_column()
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(String(40))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    hint: Mapped[str] = mapped_column(String(4))
    scopes: Mapped[str] = mapped_column(String(200))
    epoch: Mapped[int | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
