"""Who sees the rooms of the desk, and who acts in them."""

from __future__ import annotations

from cofu_adopt.core.access import Role

READERS = (Role.OPERATOR, Role.FINANCE_MAKER, Role.FINANCE_CHECKER, Role.AUDITOR)
"""They read; to all others these pages do not exist."""
FINANCE = (Role.FINANCE_MAKER, Role.FINANCE_CHECKER)
"""They act where money is."""
ACTORS = (Role.OPERATOR,)
"""They also act."""
MONEY_ACTORS = (Role.OPERATOR, Role.FINANCE_MAKER, Role.FINANCE_CHECKER)
"""They act on payments where no second person is needed."""
ASKERS = (Role.OPERATOR, Role.FINANCE_MAKER)
"""They ask for refunds, and decide up to a set amount alone."""
MAKERS = (Role.FINANCE_MAKER,)
"""They prepare what moves money, and record that it has moved."""
CHECKERS = (Role.FINANCE_CHECKER,)
"""They approve what another person prepared."""
