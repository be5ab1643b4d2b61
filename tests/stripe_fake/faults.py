"""What can go wrong on the way to Stripe and back, chosen by a test."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["400", "401", "403", "409", "429", "lock_timeout", "500", "503", "timeout", "closed", "garbage"]
ANSWERS: dict[str, tuple[int, dict[str, str]]] = {
    "400": (400, {"type": "invalid_request_error", "message": "Refused by choice of the test."}),
    "401": (401, {"type": "invalid_request_error", "message": "Invalid API Key provided."}),
    "403": (403, {"type": "invalid_request_error", "message": "The key may not do this."}),
    "409": (409, {"type": "idempotency_error", "code": "idempotency_key_in_use", "message": "Still at it."}),
    "429": (429, {"type": "invalid_request_error", "code": "rate_limit", "message": "Too many requests."}),
    "lock_timeout": (429, {"type": "invalid_request_error", "code": "lock_timeout", "message": "It is locked."}),
    "500": (500, {"type": "api_error", "message": "Something went wrong on Stripe's end."}),
    "503": (503, {"type": "api_error", "message": "Not now."}),
}
STORED = frozenset({"500"})
"""Kinds that Stripe remembers under the key and says again for a day; the others never reached its endpoint."""


class Hang(Exception):
    """No answer comes."""


class Close(Exception):
    """The connection closes without an answer."""


@dataclass
class Fault:
    """What goes wrong, and how often: before anything is done, or after it, so that only the answer is lost."""

    kind: Kind
    after: bool
    method: str
    path: str
    times: int

    def fits(self, method: str, path: str) -> bool:
        """True when it shall happen to this request."""
        return self.times > 0 and method == self.method and re.fullmatch(self.path, path) is not None
