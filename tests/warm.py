"""Imported once by the server of processes: each of its children begins with applications that have sold a rope.

What they inherit are routes, templates and compiled statements; nothing is connected, and no row is kept in memory.
"""

from __future__ import annotations

import json
import os

from tests.crash.flow import run
from tests.crash.run import settings_of
from tests.forked import WARM

for url in json.loads(os.environ[WARM]):
    run("pay", settings_of(url))
