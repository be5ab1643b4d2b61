"""The refusals of offline transfers."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from cofu_adopt.core.errors import DomainError
from cofu_adopt.payments.errors import PaymentUnderWay


class OtherWayUnderWay(PaymentUnderWay):
    """The order's live payment goes another way: it has to be settled before this one is begun."""


class TooManyTransfers(DomainError):
    """So many ropes wait for this person's transfers that one more would be unfair to others."""

    status = 409
    code = "too_many_transfers"
    text = _l("您已有 %(limit)s 串在等转账。先转好一笔，或改用在线支付。")


class NoTransferOpen(DomainError):
    """The order waits for no transfer."""

    status = 409
    code = "no_transfer"
    text = _l("这一单没有在等转账。")


class LineKnown(DomainError):
    """This line of the bank has been written down before."""

    status = 409
    code = "bank_line_known"
    text = _l("这个银行流水号已经登记过，没有再记一次。")


class LineTaken(DomainError):
    """The line is counted, voided, or on its way back already."""

    status = 409
    code = "bank_line_taken"
    text = _l("这笔到款刚被别人处理过，什么都没有变。请看它现在的样子。")


class TransferChanged(DomainError):
    """Counting the line would mean something else than what the person agreed to."""

    status = 409
    code = "transfer_changed"
    text = _l("这笔转账刚变了，什么都没有做。请看现在会怎样，再决定。")


class NotYourOwn(DomainError):
    """Money goes out, or is taken back, by another person than the one who asked or counted it."""

    status = 409
    code = "second_person_needed"
    text = _l("这一步要另一位财务来做，自己做的不能自己批。")


class UndoTooLate(DomainError):
    """What followed from the line cannot be taken back by itself any more."""

    status = 409
    code = "undo_too_late"
    text = _l("这笔钱已经在退，或订单已经往下走了，不能撤回。请从订单页处理退款。")
