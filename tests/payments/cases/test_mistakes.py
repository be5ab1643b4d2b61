"""Every mistake of mistakes.py makes the test fail that it names: no test of a case only looks as if it tested."""

from __future__ import annotations

import inspect

import pytest

from tests.payments.cases.mistakes import MISTAKES, Mistake
from tests.stripe_fake import StripeSeason

FAILS = (AssertionError, pytest.fail.Exception)


@pytest.mark.parametrize(
    ("database_url", "mistake"),
    [pytest.param(one.database, one, id=one.make.__name__) for one in MISTAKES],
    indirect=["database_url"],
)
def test_the_mistake_is_caught(stripe_season: StripeSeason, mistake: Mistake, monkeypatch: pytest.MonkeyPatch) -> None:
    test = getattr(mistake.module, mistake.test)
    values = dict(mistake.values)
    if "monkeypatch" in inspect.signature(test).parameters:
        values["monkeypatch"] = monkeypatch
    mistake.make(monkeypatch)
    with pytest.raises(FAILS):
        test(stripe_season, **values)
