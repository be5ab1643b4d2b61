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


class PaymentDisputed(DomainError):
    """The payer's bank has taken the money back for the time being and has not decided."""

    status = 409
    code = "payment_disputed"
    text = _l("付款人的银行正在查这笔款，钱由银行扣着。有了结果才能取消或退款，现在什么都没有变。")


class DisputeNotOpen(DomainError):
    """The dispute has been answered or decided: the bank takes no second answer."""

    status = 409
    code = "dispute_not_open"
    text = _l("这笔拒付已经答复过，或者银行已经有了结果，不能再改。")
