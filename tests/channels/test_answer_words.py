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
    ("SMTP 550 no such user", "没有这个邮箱，或者不收这里的信（SMTP 550 no such user）"),
    ("a@x.cn: error=500 x; b@x.cn: SMTP 550 no", "a@x.cn: 对方回答 HTTP 500 x; b@x.cn: 没有这个邮箱，或者不收这里的信（SMTP 550 no）"),
    ("SMTP 450 4.2.0 greylisted", "请过一会儿再发，到时自动再试（SMTP 450 4.2.0 greylisted）"),
    ("SMTP 535 5.7.8 authentication failed", "账号、密码或授权码不对（SMTP 535 5.7.8 authentication failed）"),
    ("SMTP 552 5.2.2 over quota", "对方的邮箱满了（SMTP 552 5.2.2 over quota）"),
    ("SMTP 554 5.7.1 no", "对方不收（SMTP 554 5.7.1 no）"),
    ("SMTPServerDisconnected: Connection unexpectedly closed", "对方中途断开了连接"),
    ("ConnectionRefusedError: [Errno 111] Connection refused", "连不上（没有程序在那里接收）"),
    ("SSLError: [SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)", "加密没有谈成：对方在这个端口上不说 TLS，请核对端口和 mode"),
    ("SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] self-signed", "对方的证书不被信任（自签的、过期的，或者不是它的）"),
    ("OSError: [Errno 101] Network is unreachable", "到不了（网络不通）"),
    ("SMTPDataError: what it says", "what it says"),
    ("SMTPNotSupportedError: STARTTLS extension not supported by server.", "邮件服务器不支持 STARTTLS，地址里的 mode=starttls 请去掉或换成 mode=ssl"),
    ("", ""),
)  # fmt: skip


@pytest.mark.parametrize(("said", "told"), SAID)
def test_a_reason_is_told_in_people_s_words(said, told):
    with use("zh-CN"):
        assert in_words(said) == told
    with use("en"):
        assert "ConnectionPool" not in in_words(said)
