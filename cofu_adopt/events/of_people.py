"""What became true of people."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GuestSignedIn:
    """A visitor who held ropes as a guest has signed in: what was the guest's is now the person's."""

    guest_id: int
    person_id: int
