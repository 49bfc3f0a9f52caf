"""Why a message was not taken, as the person reads it who has to mend it."""

import pytest

from duban.base.language import use
from duban.channels.answer_words import in_words

POOL = "HTTPConnectionPool(host='sms.example.cn', port=80): Max retries exceeded with url: / (Caused by "
SAID = (
    (POOL + 'NewConnectionError("HTTPConnection(…): [Errno 111] Connection refused"))', "连不上 sms.example.cn:80（没有程序在那里接收）"),
    (POOL + 'NameResolutionError("…: Failed to resolve \'sms.example.cn\'"))', "找不到主机 sms.example.cn（名字解析不了）"),
    (POOL + "SSLError(SSLCertVerificationError(1, '…')))", "sms.example.cn 的加密或证书不对"),
    (POOL + "ProxyError('Unable to connect to proxy', …))", "代理连不上，到不了 sms.example.cn"),
    ("HTTPConnectionPool(host='10.1.1.1', port=8080): Read timed out. (read timeout=2.0)", "10.1.1.1:8080 过了 2.0 秒没有回音"),
    (r'refused: {"code": "4003", "msg": "\u4f59\u989d\u4e0d\u8db3"}', '对方没有收：{"code": "4003", "msg": "余额不足"}'),
    ("error=500 Internal Server Error {}", "对方回答 HTTP 500 Internal Server Error {}"),
    ("SMTP 550 no such user", "SMTP 550 no such user"),
    ("a@x.cn: error=500 x; b@x.cn: SMTP 550 no", "a@x.cn: 对方回答 HTTP 500 x; b@x.cn: SMTP 550 no"),
    ("SMTPNotSupportedError: STARTTLS extension not supported by server.", "邮件服务器不支持 STARTTLS，地址里的 mode=starttls 请去掉或换成 mode=ssl"),
    ("", ""),
)  # fmt: skip


@pytest.mark.parametrize(("said", "told"), SAID)
def test_a_reason_is_told_in_people_s_words(said, told):
    with use("zh-CN"):
        assert in_words(said) == told
    with use("en"):
        assert "ConnectionPool" not in in_words(said)
