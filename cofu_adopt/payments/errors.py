"""The refusals of payments."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from cofu_adopt.core.errors import DomainError


class PaymentUnderWay(DomainError):
    """Another payment for this order is open or not yet confirmed."""

    status = 409
    code = "payment_under_way"
    text = _l("还没收到支付结果，先别重付。绳给您留着。")


class GatewayTrouble(DomainError):
    """The gateway did not answer in time; whether it acted is not known, and the same key is sent again."""

    status = 503
    code = "gateway_trouble"
    text = _l("支付那边没有回应，绳还给您留着。过一会儿再试，不会付两次。")


class RefundTooLarge(DomainError):
    """More than what is left of the payment."""

    status = 409
    code = "refund_too_large"
    text = _l("退款比这笔付款剩下的还多。")


class CreditChanged(DomainError):
    """What the person agreed to is not what would go back now; nothing was done."""

    status = 409
    code = "credit_changed"
    text = _l("余额刚刚变了，还没有退。请看一看新的数，再确认。")
