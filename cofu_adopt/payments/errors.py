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


class PaymentRefused(DomainError):
    """The gateway does not take this payment; nothing happened, and asking again brings the same answer."""

    status = 409
    code = "payment_refused"
    text = _l("支付渠道不收这一笔，没有扣款，绳还给您留着。请换一种方式付，或者联系工坊。")


class RefundTooLarge(DomainError):
    """More than what is left of the payment; `left` says how much that is."""

    status = 409
    code = "refund_too_large"
    text = _l("这笔付款最多还能退 %(left)s。")


class RefundMoved(DomainError):
    """The refund is no longer in the state in which this can be done."""

    status = 409
    code = "refund_moved"
    text = _l("这笔退款刚刚变了，这一步没有做。请看一看现在的情况。")


class RequestDecided(DomainError):
    """Somebody has decided about the request already."""

    status = 409
    code = "refund_request_decided"
    text = _l("这份申请已经有人决定了。")


class AnotherPersonNeeded(DomainError):
    """Whoever asked may not approve, and whoever approved may not pay."""

    status = 409
    code = "another_person_needed"
    text = _l("这一步要换一个人来做：自己提的不能自己批，自己批的不能自己付。")


class AccountMissing(DomainError):
    """The adopter has not said where to pay."""

    status = 409
    code = "refund_account_missing"
    text = _l("认养人还没有给收款账户，付不了。")


class AccountFixed(DomainError):
    """The account can no longer be changed: it is being paid to."""

    status = 409
    code = "refund_account_fixed"
    text = _l("这笔退款现在不用再填账户，或已经在付了。")


class ReferenceUsed(DomainError):
    """The bank's reference stands at another payment."""

    status = 409
    code = "bank_reference_used"
    text = _l("这个银行流水号已经记在另一笔上，请核对。")


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


class CreditChanged(DomainError):
    """What the person agreed to is not what would go back now; nothing was done."""

    status = 409
    code = "credit_changed"
    text = _l("余额刚刚变了，还没有退。请看一看新的数，再确认。")
