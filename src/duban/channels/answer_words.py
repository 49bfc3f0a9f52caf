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
    (r"(?:\[Errno \d+\] )?Connection refused", "连不上（没有程序在那里接收）", "the connection was refused"),
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
)
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
    return said


def _unescaped(found: re.Match[str]) -> str:
    """What JSON writes as an escape, as it reads."""
    try:
        return str(json.loads(f'"{found[0]}"'))
    except ValueError:
        return found[0]
