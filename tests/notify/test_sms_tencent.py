"""SMS by Tencent Cloud, through the provider's own library, against a small server on the loopback."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask
from sqlalchemy import select
from tencentcloud.sms.v20210111 import errorcodes
from tencentcloud.sms.v20210111.models import SendSmsRequest
from werkzeug import Request, Response
from werkzeug.serving import WSGIRequestHandler, make_server

from cofu_adopt.core import logs, outbox
from cofu_adopt.core.db import db, unit_of_work
from cofu_adopt.identity.codes import send_code
from cofu_adopt.notify.senders import SENDERS
from cofu_adopt.notify.sms import NoSuchPhone, Refused, Sms, Template, post_sms
from cofu_adopt.notify.sms_tencent import SENT

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

SECRET = "the-secret-key-that-never-travels"
SMS = Sms("m-1", "13800005678", "【格子海】…", Template.CODE, ("012345", "10"), "zh")


@dataclass
class Provider:
    """What it was asked, and what it answers."""

    asked: list[dict[str, Any]] = field(default_factory=list)
    code: str = SENT
    error: str = ""
    status: int = 200

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """One call."""
        return self.answer(Request(environ))(environ, start_response)

    def answer(self, request: Request) -> Response:
        """As the documentation says."""
        text = request.get_data(as_text=True)
        assert request.headers["X-TC-Action"] == "SendSms"
        assert request.headers["X-TC-Version"] == "2021-01-11"
        assert request.headers["Authorization"].startswith("TC3-HMAC-SHA256 Credential=AKID-sea/")
        assert SECRET not in f"{request.headers}{text}"
        call = json.loads(text)
        assert all(hasattr(SendSmsRequest, name) for name in call), call
        self.asked.append(call)
        status = {"Code": self.code, "Message": "of 13800005678", "PhoneNumber": call["PhoneNumberSet"][0]}
        fault = {"Error": {"Code": self.error, "Message": "of 13800005678"}}
        answer = {"RequestId": "r", **(fault if self.error else {"SendStatusSet": [status]})}
        return Response(json.dumps({"Response": answer}), self.status, content_type="application/json")


class Quiet(WSGIRequestHandler):
    """No line for each request."""

    def log(self, *_args: object, **_kwargs: object) -> None:
        """Say nothing."""


@pytest.fixture
def provider(app: Flask) -> Iterator[Provider]:
    made = Provider()
    server = make_server("127.0.0.1", 0, made, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    app.extensions["settings"] = replace(
        app.extensions["settings"],
        sms_sender="tencent",
        tencent_sms_secret_id="AKID-sea",
        tencent_sms_secret_key=SECRET,
        tencent_sms_app_id="1400",
        tencent_sms_sign_name="格子海",
        tencent_sms_templates=(("code.zh", "11"), ("code.en", "12"), ("note.zh", "21"), ("note.en", "22")),
        tencent_sms_base=f"http://127.0.0.1:{server.server_port}",
    )
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


def test_it_goes_by_its_template(provider: Provider) -> None:
    post_sms(SMS)
    post_sms(replace(SMS, phone="+447911123456", template=Template.NOTE, values=("A rope",), language="en"))
    first, second = provider.asked
    assert first == {
        "PhoneNumberSet": ["+8613800005678"],
        "SmsSdkAppId": "1400",
        "SignName": "格子海",
        "TemplateId": "11",
        "TemplateParamSet": ["012345", "10"],
        "SessionContext": "m-1",
    }
    assert (second["PhoneNumberSet"], second["TemplateId"], second["TemplateParamSet"]) == (
        ["+447911123456"], "22", ["A rope"],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("code", "raised"),
    [
        (errorcodes.FAILEDOPERATION_PHONENUMBERINBLACKLIST, NoSuchPhone),
        (errorcodes.INVALIDPARAMETERVALUE_INCORRECTPHONENUMBER, NoSuchPhone),
        (errorcodes.LIMITEXCEEDED_PHONENUMBERDAILYLIMIT, Refused),
        (errorcodes.FAILEDOPERATION_INSUFFICIENTBALANCEINSMSPACKAGE, Refused),
    ],
)
def test_a_refusal_says_whether_it_is_for_good_and_no_number(
    provider: Provider, code: str, raised: type[Exception]
) -> None:
    provider.code = code
    with pytest.raises(Refused) as refused:
        post_sms(SMS)
    assert (type(refused.value), str(refused.value)) == (raised, code)


@pytest.mark.parametrize(("status", "error"), [(200, "AuthFailure.SecretIdNotFound"), (500, "")])
def test_a_call_that_fails_is_a_refusal_for_now(provider: Provider, status: int, error: str) -> None:
    provider.status, provider.error = status, error
    with pytest.raises(Refused) as refused:
        post_sms(SMS)
    assert type(refused.value) is Refused
    assert "13800005678" not in str(refused.value)


def test_nobody_there_is_a_refusal_for_now(app: Flask, provider: Provider) -> None:
    nobody = replace(app.extensions["settings"], tencent_sms_base="http://127.0.0.1:9")
    app.extensions["settings"] = nobody
    with pytest.raises(Refused):
        post_sms(SMS)


def test_not_even_a_debug_log_tells_the_code(provider: Provider, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("DEBUG")
    try:
        post_sms(SMS)
    finally:
        logs.configure("INFO")
    assert provider.asked
    assert SMS.values[0] not in capsys.readouterr().err


@pytest.mark.parametrize(("language", "template"), [("zh_Hans", "11"), ("en", "12")])
def test_a_sign_in_code_by_the_outbox(app: Flask, provider: Provider, language: str, template: str) -> None:
    provider.code = errorcodes.LIMITEXCEEDED_PHONENUMBERTHIRTYSECONDLIMIT
    with app.test_request_context(f"/?lang={language}"), unit_of_work():
        send_code("13800005678")
    outbox.deliver(SENDERS)
    with unit_of_work(writes=False):
        row = db.session.scalars(select(outbox.OutboxRow)).one()
    assert row.last_error == f"Refused: {provider.code}"
    (call,) = provider.asked
    assert (call["TemplateId"], len(call["TemplateParamSet"][0]), call["TemplateParamSet"][1]) == (template, 6, "10")
