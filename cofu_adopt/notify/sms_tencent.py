"""SMS by Tencent Cloud (SendSms of 2021-01-11). Why this one: docs/decisions/0013-sms.md.

Source: https://cloud.tencent.com/document/product/382/55981.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from tencentcloud.common.credential import Credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.sms.v20210111 import errorcodes
from tencentcloud.sms.v20210111.models import SendSmsRequest
from tencentcloud.sms.v20210111.sms_client import SmsClient

from cofu_adopt.notify.sms import NoSuchPhone, Refused, Sms
from config import Settings

SECONDS = 10
REGION = "ap-guangzhou"
"""The nearest of the three that send; what is sent does not depend on it."""
GONE = frozenset({
    errorcodes.INVALIDPARAMETERVALUE_INCORRECTPHONENUMBER,
    errorcodes.FAILEDOPERATION_PHONENUMBERINBLACKLIST,
    errorcodes.UNSUPPORTEDOPERATION_UNSUPPORTEDREGION,
})  # fmt: skip
"""Another try would be refused, too."""
SENT = "Ok"


def send(sms: Sms, settings: Settings) -> None:
    """Send it. Raises Refused, NoSuchPhone.

    The provider knows no idempotency keys: one whose answer was lost is sent twice, with the same words. Its id
    travels along, and comes back in the provider's records.
    """
    request = SendSmsRequest()
    request.PhoneNumberSet = [sms.phone if sms.phone.startswith("+") else f"+86{sms.phone}"]
    request.SmsSdkAppId = settings.tencent_sms_app_id
    request.SignName = settings.tencent_sms_sign_name
    request.TemplateId = dict(settings.tencent_sms_templates)[f"{sms.template}.{sms.language}"]
    request.TemplateParamSet = list(sms.values)
    request.SessionContext = sms.id
    try:
        answer = _client(settings).SendSms(request)
    except TencentCloudSDKException as error:
        raise Refused(error.code) from None
    code = answer.SendStatusSet[0].Code if answer.SendStatusSet else "no status"
    if code != SENT:
        raise (NoSuchPhone if code in GONE else Refused)(code)


def _client(settings: Settings) -> SmsClient:
    address = urlsplit(settings.tencent_sms_base)
    http = HttpProfile(protocol=address.scheme, endpoint=address.netloc, reqTimeout=SECONDS)
    profile = ClientProfile(signMethod="TC3-HMAC-SHA256", httpProfile=http)
    key = Credential(settings.tencent_sms_secret_id, settings.tencent_sms_secret_key)
    return SmsClient(key, REGION, profile)
