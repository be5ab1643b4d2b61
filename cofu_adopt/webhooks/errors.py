"""What webhooks refuse."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from cofu_adopt.core.errors import DomainError


class WebhookIsOff(DomainError):
    """It is not called now, so nothing can be sent again."""

    status = 409
    code = "webhook_off"
    text = _l("这个推送地址是停着的。先开启，再重发。")


class TooManyWebhooks(DomainError):
    """As many endpoints as there may be."""

    status = 409
    code = "too_many_webhooks"
    text = _l("推送地址太多了，先删掉不用的。")
