"""The refusals of remedies, in the house's voice."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from cofu_adopt.core.errors import DomainError


class NoEqualRope(DomainError):
    """No rope of the offer is free at this moment."""

    status = 409
    code = "no_equal_rope"
    text = _l("刚刚没有空着的绳了，钱还在。可以等一等再换，也可以记成余额，或者退款。")


class AlreadyChosen(DomainError):
    """Something else has been chosen before."""

    status = 409
    code = "already_chosen"
    text = _l("这一单已经选过了，照先选的办。")


class ChoiceOver(DomainError):
    """The time to choose is over; what was said beforehand happens."""

    status = 409
    code = "choice_over"
    text = _l("选的时间过了，钱会全额退给您。")


class NotOffered(DomainError):
    """This is not one of what is offered."""

    status = 422
    code = "not_offered"
    text = _l("请从给出的几样里选一样。")
