"""The staff of the demo season."""

from __future__ import annotations

from cofu_adopt.core.access import Role
from cofu_adopt.identity.people import enrol_staff

DEMO_PASSWORD = "gouqi-2026"  # noqa: S105 - shown in the README; only safe environments load it
DEMO_ADOPTER = "13800005678"
STAFF = (
    ("operator", "工坊 小周", (Role.OPERATOR,)),
    ("maker", "财务 小陈", (Role.FINANCE_MAKER,)),
    ("checker", "财务 老徐", (Role.FINANCE_CHECKER,)),
    ("auditor", "审计 老金", (Role.AUDITOR,)),
    ("host", "主播 阿珍", (Role.HOST,)),
    ("admin", "管理员", (Role.ADMINISTRATOR,)),
)


def load_demo_people() -> list[str]:
    """Enrol the demo's staff and return the lines that say how to sign in."""
    for username, name, roles in STAFF:
        enrol_staff(username, DEMO_PASSWORD, name, roles)
    names = " / ".join(username for username, _name, _roles in STAFF)
    return [
        f"认养人 adopter     /sign-in        {DEMO_ADOPTER} has a rope, others start anew; code at /dev/inbox",
        "养殖户 household   /sign-in        19900000001 … 19900000189; code at /dev/inbox",
        f"工坊 staff         /staff/sign-in  {names}; password {DEMO_PASSWORD}",
    ]
