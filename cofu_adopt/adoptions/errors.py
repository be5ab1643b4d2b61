"""The refusals of adoptions, in the house's voice."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from cofu_adopt.core.errors import DomainError


class RopeTaken(DomainError):
    """The chosen rope has just been adopted by somebody else."""

    status = 409
    code = "rope_taken"
    text = _l("%(rope)s 号刚被别人认走，您没有付款。")


class RopeSoldOut(DomainError):
    """No rope of the plot or offer is free; checked again before it was said."""

    status = 409
    code = "sold_out"
    text = _l("这里刚刚认满，您没有付款。海图上还有别的格子。")


class LimitReached(DomainError):
    """The person has as many ropes of this offer as it allows; `over`, when paying: so many must be released first."""

    status = 409
    code = "limit_reached"
    text = _l("这个方案每人最多认养 %(limit)s 串，您已经有这么多了。")


class OfferNotOnSale(DomainError):
    """The offer is not published, not begun, or over."""

    status = 409
    code = "not_on_sale"
    text = _l("这个方案现在不卖，您没有付款。")


class HoldExpired(DomainError):
    """The hold is over."""

    status = 409
    code = "hold_expired"
    text = _l("留的时间到了，%(rope)s 号已放开，您没有付款。")


class NotCancellable(DomainError):
    """It cannot be cancelled by the adopter any more."""

    status = 409
    code = "not_cancellable"
    text = _l("已经过了可以自己取消的日子。")


class AlreadyPaid(DomainError):
    """The payment came first."""

    status = 409
    code = "already_paid"
    text = _l("这一单已经付款，绳是您的了。")


class ChoiceAwaited(DomainError):
    """The order is paid and has no rope; the adopter has to choose what she gets instead."""

    status = 409
    code = "choice_awaited"
    text = _l("这一单的钱收到了，绳没能留住。请先选怎么办。")


class ReviewIncomplete(DomainError):
    """Address or confirmation is missing."""

    status = 409
    code = "review_incomplete"
    text = _l("还差收货地址或鲜活商品确认，补好再付款。")


class PreviewOutdated(DomainError):
    """What the staff member saw before confirming is no longer what would be done."""

    status = 409
    code = "preview_outdated"
    text = _l("订单刚刚变了，还没有取消。请看一看新的结果，再确认。")


class RefundPreviewOutdated(PreviewOutdated):
    """The same, of money that would go back while nobody has asked for it yet."""

    code = "refund_preview_outdated"
    text = _l("有订单刚刚变了，还没有提。请看一看新的结果。")


class NotRefundable(DomainError):
    """A part of its price cannot go back in this state: not paid, over, or split already."""

    status = 409
    code = "not_refundable"
    text = _l("这一单现在不能退一部分：没有付款，已经结束，或已经签收。")


class WholeMeansOver(DomainError):
    """All that is left of a paid order's money goes back only together with the order's end."""

    status = 409
    code = "whole_means_over"
    text = _l("这是剩下的全部。全退请选“取消订单，全部退回”。")


class TwoPeopleNeeded(DomainError):
    """More goes back than one member of staff may decide alone."""

    status = 409
    code = "two_people_needed"
    text = _l("退款超过一个人能定的数，要先提申请，由另一个人批。")


class TooManyOrders(DomainError):
    """More orders than one request may hold."""

    status = 409
    code = "too_many_orders"
    text = _l("一次最多 %(most)s 单，请分几次，或把条件收窄。")


class NothingToShow(DomainError):
    """Only a rope that is hers has something to show."""

    status = 409
    code = "nothing_to_show"
    text = _l("这一单没有绳可以给人看。")
