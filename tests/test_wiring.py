"""Nothing is said to nobody: events, due work, outbox rows and messages all have somebody who listens."""

from __future__ import annotations

import ast
import inspect
from dataclasses import is_dataclass
from datetime import timedelta
from typing import Any

import pytest
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask

from cofu_adopt import events, schedule
from cofu_adopt.core import clock
from cofu_adopt.notify.rules import Channel
from cofu_adopt.notify.senders import SENDERS
from cofu_adopt.notify.texts import TEXTS, text_of
from cofu_adopt.schedule import HANDLERS, TICKS, wake_silenced
from cofu_adopt.wiring import TABLE
from tests.source import Source, last_name, sources

EVENTS = [found for _name, found in inspect.getmembers(events, inspect.isclass) if is_dataclass(found)]
SAMPLE = {
    "rope": "D6-04-007", "code": "ABC", "amount_fen": 19800, "reason": "cancelled", "by_hand": False,
    "ref": "GZ-7K3M-9", "missing_fen": 100, "until": "2026-11-26T04:00:00+00:00", "to": "622****3331",
    "cause": "late_payment", "chosen": False, "ropes": 2,
    "household": "江海燕", "day": "2026-11-24", "photos": 2, "posts": 3, "mm": 60, "token": "x",
    "id": 1, "name": "screen",
    "update_id": 1, "by_workshop": 0, "plot": "D6-04", "plots": 2, "adopters": 3,
}  # fmt: skip


def published() -> set[str]:
    return {
        last_name(call.args[0].func)
        for source in sources()
        for call in source.calls("publish")
        if call.args and isinstance(call.args[0], ast.Call)
    }


def first_arguments(function: str, module: str, position: int = 0) -> dict[object, str]:
    """The values of an argument in all calls module.function(...), and where they stand."""
    found: dict[object, str] = {}
    for source in sources():
        for call in source.calls(function):
            if is_of(source, call, module) and len(call.args) > position:
                found[source.value(call.args[position])] = f"{source.path}:{call.lineno}"
    return found


def is_of(source: Source, call: ast.Call, module: str) -> bool:
    if isinstance(call.func, ast.Attribute):
        return last_name(call.func.value) == module
    return any(where.endswith(f".{module}") for where, name in source.imports() if name == last_name(call.func))


def test_every_event_is_in_the_table_and_is_said() -> None:
    assert len(EVENTS) > 5
    assert set(TABLE) == set(EVENTS)
    assert published() == {event.__name__ for event in EVENTS}


def test_every_event_says_when_it_is_true_and_cannot_be_changed() -> None:
    for event in EVENTS:
        assert event.__doc__
        assert not event.__doc__.startswith(f"{event.__name__}("), event
        assert event.__dataclass_params__.frozen, event  # type: ignore[attr-defined]


def test_every_handler_takes_the_event_that_it_gets() -> None:
    for event, handlers in TABLE.items():
        for handler in handlers:
            (parameter,) = inspect.signature(handler).parameters.values()
            assert parameter.annotation == event.__name__, f"{handler.__module__}.{handler.__name__}"


def test_every_due_kind_has_a_handler_and_every_handler_a_kind() -> None:
    declared = first_arguments("declare", "due")
    assert None not in declared, f"a kind that cannot be read at {declared.get(None)}"
    # The hot path writes its row by hand.
    assert any("INSERT INTO due_row" in words and "'end_hold'" in words for s in sources() for words in s.strings())
    assert set(HANDLERS) == set(declared) | {"end_hold"}


def test_every_outbox_type_has_a_sender() -> None:
    assert set(first_arguments("put", "outbox")) | set(Channel) == set(SENDERS)


def test_every_message_has_a_text() -> None:
    told = first_arguments("_tell", "handlers", 1) | {
        call.args[1].value: source.path
        for source in sources()
        for name in ("tell", "_tell")
        for call in source.calls(name)
        if len(call.args) > 1 and isinstance(call.args[1], ast.Constant)
    }
    noted = {
        argument.value
        for source in sources()
        for call in source.calls("Note")
        for argument in call.args[1:2]
        if isinstance(argument, ast.Constant)
    }
    assert len(noted) > 3
    assert set(told) | noted | {"confirm_email"} == set(TEXTS)


@pytest.mark.parametrize("template", TEXTS)
def test_every_text_can_be_read(app: Flask, template: str) -> None:
    with app.test_request_context():
        said = text_of(template, SAMPLE)
    assert said.title
    assert said.body
    assert "%(" not in said.title + said.body
    assert said.href is None or said.href.startswith("/")


def test_the_clock_wakes_every_kind_of_work() -> None:
    assert {work for work, _seconds in TICKS} >= {
        schedule.do_due_work, schedule.deliver_codes, schedule.deliver_letters, schedule.deliver_notes,
    }  # fmt: skip
    assert all(seconds > 0 for _work, seconds in TICKS)


def test_a_clock_that_is_set_back_does_not_silence_the_ticks() -> None:
    scheduler = BackgroundScheduler(timezone="UTC")
    scheduler.start(paused=True)
    try:
        stranded = scheduler.add_job(int, "interval", seconds=1, next_run_time=clock.now() + timedelta(days=1))
        sound = scheduler.add_job(int, "interval", seconds=600, next_run_time=clock.now() + timedelta(seconds=600))
        before: Any = sound.next_run_time
        wake_silenced(scheduler)
        assert stranded.next_run_time <= clock.now()
        assert sound.next_run_time == before
    finally:
        scheduler.shutdown()
