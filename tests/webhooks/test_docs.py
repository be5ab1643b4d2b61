"""docs/webhooks.md: its bodies have the fields that arrive, and its eight lines know ours from others'."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from cofu_adopt.core.db import unit_of_work
from cofu_adopt.growth.hide_update import hide_update
from cofu_adopt.webhooks.kinds import ALL_KINDS
from config import ROOT
from tests.growth.diary import sample
from tests.webhooks.hooks import Hooks
from tests.webhooks.receiver import Arrived

DOC = (ROOT / "docs" / "webhooks.md").read_text()
BODIES = {body["type"]: body for body in map(json.loads, re.findall(r"```json\n(.*?)```", DOC, re.DOTALL))}


def shape(value: Any) -> Any:
    """The fields of a body, whatever they say."""
    if isinstance(value, dict):
        return {name: shape(inner) for name, inner in value.items()}
    return [shape(inner) for inner in value if isinstance(inner, dict)] if isinstance(value, list) else None


@pytest.fixture
def arrived(hooks: Hooks, monkeypatch: pytest.MonkeyPatch) -> tuple[str, list[Arrived]]:
    """The secret, and one event of each kind."""
    made = hooks.register()
    uuid, _id = hooks.diary.photo()
    hooks.diary.post(readings=(("A1-01", sample(45, 20, 0.9)),), photo_uuids=(uuid,))
    hooks.send()
    gone = hooks.diary.post()
    with unit_of_work():
        hide_update(gone, "people on it")
    hooks.act("try_endpoint", made.id)
    hooks.send()
    now = hooks.diary.season.clock().timestamp()
    monkeypatch.setattr("time.time", lambda: now)
    return made.secret, hooks.receiver.take()


def test_the_page_is_as_it_is(arrived: tuple[str, list[Arrived]]) -> None:
    secret, calls = arrived
    assert {call.told["type"]: shape(call.told) for call in calls} == {
        kind: shape(body) for kind, body in BODIES.items()
    }
    (code,) = re.findall(r"```python\n(.*?)```", DOC, re.DOTALL)
    found: dict[str, Any] = {}
    exec(compile(code, "docs/webhooks.md", "exec"), found)  # noqa: S102 - our own page
    is_ours = found["is_ours"]
    for call in calls:
        assert is_ours(secret, call.headers, call.body)
        assert not is_ours(secret, call.headers, call.body + b" ")
        assert not is_ours("whsec_" + "A" * 44, call.headers, call.body)
        assert not is_ours(secret, call.headers | {"webhook-id": "evt_other"}, call.body)
        late = str(int(call.headers["webhook-timestamp"]) - 301)
        assert not is_ours(secret, call.headers | {"webhook-timestamp": late}, call.body)


def test_every_kind_has_its_body() -> None:
    assert list(BODIES) == list(ALL_KINDS)
