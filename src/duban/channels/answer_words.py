"""Why a message was not taken, in people's words: what the libraries and the servers on the way say is for programmers.

The ledger keeps what was said as it was; whoever shows it words it.
"""

import json
import re

from duban.base.language import say

_WHERE = r".*ConnectionPool\(host='(?P<host>[^']+)', port=(?P<port>\d+)\)"
_SENTENCES = (
    (_WHERE + r".*NameResolution.*", "找不到主机 {host}（名字解析不了）", "no such host: {host}"),
    (
        _WHERE + r".*Read timed out.*?timeout=(?P<seconds>[\d.]+)\).*",
        "{host}:{port} 过了 {seconds} 秒没有回音",
        "{host}:{port} did not answer within {seconds} seconds",
    ),
    (
        _WHERE + r".*(?:ConnectTimeout|timed out).*",
        "连不上 {host}:{port}（没有应答）",
        "{host}:{port} cannot be reached (no answer)",
    ),
    (
        _WHERE + r".*refused.*",
        "连不上 {host}:{port}（没有程序在那里接收）",
        "{host}:{port} cannot be reached (refused)",
    ),
    (_WHERE + r".*SSL.*", "{host} 的加密或证书不对", "the encryption or certificate of {host} is wrong"),
    (_WHERE + r".*(?:unreachable|No route).*", "到不了 {host}（网络不通）", "no way to {host}"),
    (_WHERE + r".*Proxy.*", "代理连不上，到不了 {host}", "the proxy on the way to {host} fails"),
    (
        r"(?:\w+: )?(?:\[Errno \d+\] )?(?:Connection refused|All connection attempts failed)",
        "连不上（没有程序在那里接收）",
        "the connection was refused",
    ),
    (
        r".*(?:Name or service not known|Temporary failure in name resolution|gaierror).*",
        "找不到主机（名字解析不了）",
        "no such host",
    ),
    (
        r"SMTPNotSupportedError: STARTTLS extension.*",
        "邮件服务器不支持 STARTTLS，地址里的 mode=starttls 请去掉或换成 mode=ssl",
        "the mail server knows no STARTTLS: drop mode=starttls from the address, or make it mode=ssl",
    ),
    (
        r"SMTPAuthenticationError: (?P<why>.*)",
        "邮件服务器不认这个用户名和密码（{why}）",
        "the mail server refuses the login ({why})",
    ),
    (
        r"(?:\w+: )?.*CERTIFICATE_VERIFY_FAILED.*",
        "对方的证书不被信任（自签的、过期的，或者不是它的）",
        "its certificate is not trusted (self-signed, expired, or another's)",
    ),
    (
        r"(?:SSLError: |\w+: \[SSL).*",
        "加密没有谈成：对方在这个端口上不说 TLS，请核对端口和 mode",
        "no encryption was agreed on: nobody speaks TLS at that port; look at port and mode",
    ),
    (
        r"(?:SMTPServerDisconnected|ConnectionResetError|BrokenPipeError)\b.*|.*(?:reset by peer|RemoteDisconnected).*",
        "对方中途断开了连接",
        "the other side broke the connection off",
    ),
    (r"(?:TimeoutError|\w+: timed out)\b.*", "对方没有应答，超时了", "it did not answer in time"),
    (r"(?:\w+: )?.*(?:unreachable|No route to host).*", "到不了（网络不通）", "no way there"),
)
_SMTP = re.compile(r"SMTP (?P<code>[45]\d\d)\b.*", re.DOTALL)
_SMTP_WORDS = (
    ("535", "账号、密码或授权码不对", "the login is refused"),
    ("530", "要先登录才能发", "it wants a login"),
    ("552", "对方的邮箱满了", "the mailbox is full"),
    ("4", "请过一会儿再发，到时自动再试", "not now; it is tried again"),
    ("550", "没有这个邮箱，或者不收这里的信", "no such mailbox, or it takes no mail from here"),
    ("5", "对方不收", "not taken"),
)
"""What the answers of mail servers mean (RFC 5321 4.2), by how their code begins."""
_CLASS_BEFORE = re.compile(r"[A-Za-z_.]*(?:Error|Exception|Disconnected): (?=\S)")
"""The name of a program's own error before its words."""
_ANSWERED = re.compile(
    r"(?:(?P<refused>(?:robot )?refused: )|error=(?P<status>\d{3}) ?)(?P<body>.*)", re.DOTALL
)
_ESCAPED = re.compile(r"(?:\\u[0-9a-fA-F]{4})+")


def in_words(said: str) -> str:
    """The reason in the reader's language; what is not known is told as it was said. Each of several addresses its own."""
    return "; ".join(_one(part) for part in said.split("; "))


def _one(said: str) -> str:
    address, colon, reason = said.partition(": ")
    if colon and "@" in address and " " not in address:
        return f"{address}: {_one(reason)}"
    for pattern, zh, en in _SENTENCES:
        if found := re.fullmatch(pattern, said, re.DOTALL):
            named = found.groupdict()
            return say(zh=zh.format(**named), en=en.format(**named))
    if found := _ANSWERED.fullmatch(said):
        body = _ESCAPED.sub(_unescaped, found["body"])
        if found["status"]:
            return (
                say(zh=f"对方回答 HTTP {found['status']}", en=f"HTTP {found['status']}") + f" {body}".rstrip()
            )
        return say(zh=f"对方没有收：{body}", en=f"refused: {body}")
    if found := _SMTP.fullmatch(said):
        zh, en = next((zh, en) for begins, zh, en in _SMTP_WORDS if found["code"].startswith(begins))
        return say(zh=f"{zh}（{said}）", en=f"{en} ({said})")
    return _CLASS_BEFORE.sub("", said, count=1)


def _unescaped(found: re.Match[str]) -> str:
    """What JSON writes as an escape, as it reads."""
    try:
        return str(json.loads(f'"{found[0]}"'))
    except ValueError:
        return found[0]
