"""The database: base class, column types, and unit_of_work(), the only commit in the product."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from prometheus_client import Counter
from psycopg.errors import ReadOnlySqlTransaction
from sqlalchemy import (
    BigInteger,
    DateTime,
    Dialect,
    Engine,
    Identity,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    TypeDecorator,
    UniqueConstraint,
    event,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, MappedColumn, mapped_column, registry

from cofu_adopt.core import crash, metrics, patience
from cofu_adopt.core.errors import DomainError
from config import Settings

Result = TypeVar("Result")
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC moment; refuses a naive one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive moments; SQLite keeps UTC without an offset so that text order is time order."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back an aware UTC moment on both databases."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


BigId = BigInteger().with_variant(Integer(), "sqlite")


class Base(DeclarativeBase):
    """Root of all tables."""

    # A registry, as Flask-SQLAlchemy copies this class's attributes and SQLAlchemy refuses a type map beside one.
    # Every whole number has 64 bits: ids and sums of fen outgrow 32.
    registry = registry(
        metadata=MetaData(naming_convention=NAMING), type_annotation_map={datetime: UtcDateTime(), int: BigId}
    )


db = SQLAlchemy(
    model_class=Base,
    session_options={"expire_on_commit": False},
    disable_autonaming=True,
)


def id_column() -> MappedColumn[int]:
    """A 64-bit identity primary key that also counts up by itself on SQLite."""
    return mapped_column(BigId, Identity(), primary_key=True)


@dataclass(slots=True)
class _Unit:
    writes: bool
    afterwards: list[Callable[[], None]] = field(default_factory=list)
    counted: list[Counter] = field(default_factory=list)


_unit: ContextVar[_Unit | None] = ContextVar("unit_of_work", default=None)


def init_db(app: Flask, settings: Settings) -> None:
    """Bind the database to `app` and set up how each engine begins its transactions."""
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    # A failed statement is logged without its values: they are names, addresses, codes.
    options: dict[str, Any] = {"pool_pre_ping": True, "hide_parameters": True}
    if settings.database_url.startswith("sqlite"):
        options["connect_args"] = {"timeout": patience.ANSWER_SECONDS}
    else:
        options |= {
            "poolclass": patience.CountedPool,
            "pool_size": settings.pool_size,
            "max_overflow": 0,
            "pool_timeout": patience.POOL_SECONDS,
        }
        # A server notices within a second that the client has left, and stops what it was doing for it.
        connect: dict[str, Any] = {
            "connect_timeout": patience.CONNECT_SECONDS,
            "options": "-c statement_timeout=15000 -c lock_timeout=2000 -c timezone=UTC"
            " -c idle_in_transaction_session_timeout=30000 -c client_connection_check_interval=1000",
        }
        if not settings.database_prepare:
            connect["prepare_threshold"] = None
        options["connect_args"] = connect
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options
    db.init_app(app)
    with app.app_context():
        metrics.watch_pool(db.engine)
        if db.engine.dialect.name == "sqlite":
            _set_up_sqlite(db.engine)
        else:
            _set_up_postgresql(db.engine)


def _set_up_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        # The driver must not begin transactions by itself: its deferred BEGIN oversold 140 of 500 in a trial.
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        unit = _unit.get()
        writes = unit is None or unit.writes
        connection.exec_driver_sql(f"PRAGMA query_only={0 if writes else 1}")
        with patience.waiting() as seconds:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={int(seconds * 1000)}")
            connection.exec_driver_sql("BEGIN IMMEDIATE" if unit is not None and writes else "BEGIN")


def _set_up_postgresql(engine: Engine) -> None:
    @event.listens_for(engine, "do_connect")
    def connect(_dialect: Any, _record: Any, words: tuple[Any, ...], named: dict[str, Any]) -> Any:
        with patience.waiting():
            return patience.ImpatientConnection.connect(*words, **named)

    @event.listens_for(engine, "handle_error")
    def error(context: Any) -> None:
        # A server that has become a replica, or is locked as its disk is full: the next connection may find another.
        if isinstance(context.original_exception, ReadOnlySqlTransaction):
            context.is_disconnect = True

    ask = engine.dialect.do_ping

    def ping(connection: Any) -> bool:
        return connection.is_surely_there() or ask(connection)

    engine.dialect.do_ping = ping  # type: ignore[method-assign,assignment]


@contextmanager
def unit_of_work(name: str = "", *, writes: bool = True) -> Iterator[None]:
    """Run the block as one transaction: returned = committed, raised = rolled back.

    One that matters after a crash has a `name`: its commit lies between two crash points (core/crash.py).
    The transaction begins with its first statement. With `writes` False, SQLite refuses to write in it.
    A constraint violation leaves as the DomainError that its constraint's name was mapped to.
    """
    if _unit.get() is not None:
        raise RuntimeError("a unit of work is already open; one request is one transaction")
    unit = _Unit(writes)
    token = _unit.set(unit)
    try:
        try:
            yield
            _commit(name if writes else "")
            for counter in unit.counted:
                counter.inc()
        except BaseException:
            db.session.rollback()
            raise
        finally:
            db.session.remove()
            _unit.reset(token)
            for write in unit.afterwards:
                with unit_of_work():
                    write()
    except IntegrityError as error:
        mapped = _by_constraint.get(constraint_name(error) or "")
        if mapped is None:
            raise
        raise mapped() from error


def _commit(name: str) -> None:
    if name:
        crash.point(f"{name}.before_commit")
    db.session.commit()
    if name:
        crash.point(f"{name}.after_commit")


def attempt(run: Callable[[], Result | None]) -> Result | None:
    """Call `run` within a savepoint: what it wrote and locked is let go again when it returns None."""
    savepoint = db.session.begin_nested()
    result = run()
    if result is None:
        savepoint.rollback()
    else:
        savepoint.commit()
    return result


@contextmanager
def undone_on_error() -> Iterator[None]:
    """A savepoint: what the block wrote is undone when it raises, so that a view may answer the refusal itself."""
    with db.session.begin_nested():
        yield


def in_unit_of_work() -> bool:
    """True inside a unit of work."""
    return _unit.get() is not None


def count(counter: Counter) -> None:
    """Count one more once the open unit of work has committed: what is rolled back has not happened."""
    unit = _unit.get()
    if unit is not None:
        unit.counted.append(counter)


def record_apart(write: Callable[[], None]) -> None:
    """Run `write` in a tiny unit of work of its own, right after the open one has ended, however it ends.

    For a fact that must survive a refusal: a denied approval in the audit log, an inbox row's last error.
    """
    unit = _unit.get()
    if unit is None:
        with unit_of_work():
            write()
    else:
        unit.afterwards.append(write)


_by_constraint: dict[str, type[DomainError]] = {}


def map_constraint(name: str, error: type[DomainError]) -> None:
    """Let a violation of the constraint or unique index `name` leave as `error`."""
    _by_constraint[name] = error


def constraint_name(error: IntegrityError) -> str | None:
    """The name of the violated constraint, on both databases."""
    diagnostics = getattr(error.orig, "diag", None)
    if diagnostics is not None:
        name: str | None = diagnostics.constraint_name
        return name
    message = str(error.orig)
    kind, _, rest = message.partition(" constraint failed: ")
    if kind == "CHECK":
        return rest
    if kind == "UNIQUE":
        if rest.startswith("index '"):
            return rest.removeprefix("index '").removesuffix("'")
        return _unique_names().get(frozenset(rest.split(", ")))
    return None


def _unique_names() -> dict[frozenset[str], str]:
    # SQLite names only the columns of a violated unique key; the tables know the key's name.
    names: dict[frozenset[str], str] = {}
    for table in Base.metadata.tables.values():
        keys: list[Any] = [key for key in table.constraints if isinstance(key, UniqueConstraint | PrimaryKeyConstraint)]
        keys += [index for index in table.indexes if index.unique]
        for key in keys:
            names[frozenset(f"{table.name}.{column.name}" for column in key.columns)] = str(key.name)
    return names


def is_postgresql() -> bool:
    """True when the bound database is PostgreSQL."""
    return bool(db.engine.dialect.name == "postgresql")
