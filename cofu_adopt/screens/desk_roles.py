"""Who sees the rooms of the desk, and who acts in them."""

from __future__ import annotations

from cofu_adopt.core.access import Role

READERS = (Role.OPERATOR, Role.FINANCE_MAKER, Role.FINANCE_CHECKER, Role.AUDITOR)
"""They read; to all others these pages do not exist."""
FINANCE = (Role.FINANCE_MAKER, Role.FINANCE_CHECKER)
"""They act where money is."""
ACTORS = (Role.OPERATOR,)
"""They also act."""
