"""Where the service listens and how much it takes, from the environment."""

import os
from dataclasses import dataclass
from importlib.util import find_spec
from ipaddress import IPv4Network, IPv6Network, ip_network
from urllib.parse import urlsplit

from duban.base.objections import Objection
from duban.bureau.page_links import SETTING, operators_address
from duban.channels.redaction import remember_login

HOST = "127.0.0.1"
PORT = 4280


class WrongSetting(Objection):
    """A setting cannot be understood; the text names it and says what may be written."""


@dataclass(frozen=True)
class SignOnSettings:
    """The bureau's own sign-on (OpenID Connect)."""

    issuer: str  #: its address
    client: str  #: as what duban is known there
    secret: str  #: and by which secret
    claim: str  #: what of a person is the name of their account here


@dataclass(frozen=True)
class WebSettings:
    """`port` 0 is any free one. `body_mb` bounds the body of a request (MiB), `rate` the requests of one token a minute."""

    host: str = HOST  #: the address it listens at
    port: int = PORT  #: the port it listens at; 0: any free one
    body_mb: int = 20  #: the largest body of a request, MiB
    rate: int = 600  #: requests of one token a minute
    #: where people reach the pages, as links name it; empty: host and port
    reached_at: str = ""
    #: the proxies whose word about a caller is believed
    proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    #: the header in which they name who is signed in; empty: they sign nobody in
    user_header: str = ""
    #: the bureau's own sign-on; None: names and passwords alone
    sign_on: SignOnSettings | None = None

    @property
    def address(self) -> str:
        """What links to the pages begin with."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.reached_at or f"http://{host}:{self.port}"

    @property
    def largest_body(self) -> int:
        """The largest body of a request, in bytes."""
        return self.body_mb * 1024 * 1024


def web_settings() -> WebSettings:
    """The settings of this process, from its environment (`DUBAN_WEB_…`, `DUBAN_OIDC_…`), whose secret is struck out of every log from here on. Raises WrongSetting for the first that is not understood."""
    return WebSettings(
        host=os.environ.get("DUBAN_WEB_HOST", "").strip() or HOST,
        port=_number("DUBAN_WEB_PORT", PORT, 0, 65_535),
        body_mb=_number("DUBAN_WEB_BODY_MB", WebSettings.body_mb, 1, 1_000),
        rate=_number("DUBAN_WEB_RATE", WebSettings.rate, 1, 1_000_000),
        reached_at=_checked_address(),
        proxies=_proxies("DUBAN_WEB_PROXIES"),
        user_header=_user_header("DUBAN_WEB_USER_HEADER", os.environ.get("DUBAN_WEB_PROXIES", "")),
        sign_on=_sign_on(),
    )


def _checked_address() -> str:
    """What the operator said that links begin with. Raises WrongSetting for what is no address."""
    name, written = SETTING, operators_address()
    parts = urlsplit(written)
    if written and (parts.scheme not in {"http", "https"} or not parts.netloc or parts.query or parts.path):
        raise WrongSetting(
            zh=f"{name}={written} 看不懂，请写成 https://duban.example.cn 这样，后面不带路径",
            en=f"{name}={written} is not understood: write it like https://duban.example.cn, without a path",
        )
    return written


def _proxies(name: str) -> tuple[IPv4Network | IPv6Network, ...]:
    written = os.environ.get(name, "").replace(",", " ").split()
    try:
        found = tuple(ip_network(each) for each in written)
        if any(each.prefixlen == 0 for each in found):
            raise ValueError
    except ValueError:
        raise WrongSetting(
            zh=f"{name} 看不懂，请写代理的地址，如 10.0.0.5 或 10.0.0.0/28，几个用逗号分开；不能是所有地址",
            en=f"{name} is not understood: write the proxies' addresses, like 10.0.0.5 or 10.0.0.0/28, separated by "
            "commas; not every address there is",
        ) from None
    return found


def _user_header(name: str, proxies: str) -> str:
    written = os.environ.get(name, "").strip()
    if written and not (written.isascii() and written.replace("-", "").isalnum()):
        raise WrongSetting(
            zh=f"{name}={written} 不是请求头的名称，如 X-Remote-User",
            en=f"{name}={written} is no header's name, such as X-Remote-User",
        )
    if written and not proxies.strip():
        raise WrongSetting(
            zh=f"设了 {name} 就要设 DUBAN_WEB_PROXIES：只有指明的代理说谁登录了才算数",
            en=f"{name} needs DUBAN_WEB_PROXIES: only a proxy that is named may say who is signed in",
        )
    return written


def _sign_on() -> SignOnSettings | None:
    names = ("DUBAN_OIDC_ISSUER", "DUBAN_OIDC_CLIENT", "DUBAN_OIDC_SECRET")
    issuer, client, secret = (os.environ.get(name, "").strip() for name in names)
    if not (issuer or client or secret):
        return None
    missing = [name for name, value in zip(names, (issuer, client, secret), strict=True) if not value]
    if missing:
        raise WrongSetting(
            zh=f"统一认证还缺 {'、'.join(missing)}", en=f"for the sign-on {', '.join(missing)} is missing"
        )
    if urlsplit(issuer).scheme not in {"http", "https"}:
        raise WrongSetting(
            zh=f"DUBAN_OIDC_ISSUER={issuer} 看不懂，请写成 https://sso.example.cn 这样",
            en=f"DUBAN_OIDC_ISSUER={issuer} is not understood: write it like https://sso.example.cn",
        )
    # RFC 6749, appendix A.1 and A.2: no other signs can be sent.
    unfit = [
        name
        for name, value in zip(names[1:], (client, secret), strict=True)
        if not (value.isascii() and value.isprintable())
    ]
    if unfit:
        raise WrongSetting(
            zh=f"{'、'.join(unfit)} 只能用英文字母、数字和半角符号，请按统一认证给的原样填写",
            en=f"{', '.join(unfit)} may hold Latin letters, digits and signs alone: give it as the sign-on has it",
        )
    if find_spec("authlib") is None:
        raise WrongSetting(
            zh="统一认证要另装 authlib：pip install 'duban[oidc]'",
            en="the sign-on needs authlib: pip install 'duban[oidc]'",
        )
    remember_login(client, secret)
    claim = os.environ.get("DUBAN_OIDC_CLAIM", "").strip() or "preferred_username"
    return SignOnSettings(issuer.rstrip("/"), client, secret, claim)


def _number(name: str, otherwise: int, least: int, most: int) -> int:
    written = os.environ.get(name, "").strip()
    if not written:
        return otherwise
    if not (written.isascii() and written.isdigit() and least <= int(written) <= most):
        raise WrongSetting(
            zh=f"{name}={written} 看不懂，请写 {least} 到 {most} 的整数",
            en=f"{name}={written} is not understood: write a whole number from {least} to {most}",
        )
    return int(written)
