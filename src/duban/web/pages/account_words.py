"""What happened to an account, in people's words."""

from typing import Final

from duban.base.language import say

_EVENTS: Final = {
    "created": ("建立", "made"),
    "changed": ("改了角色或范围", "changed"),
    "disabled": ("停用", "closed"),
    "enabled": ("恢复", "opened again"),
    "link made": ("发了设置口令的链接", "link made"),
    "password chosen": ("设置口令", "password chosen"),
    "feed made": ("生成日历订阅地址", "calendar feed made"),
    "feed revoked": ("作废日历订阅地址", "calendar feed revoked"),
    "signed in": ("登录", "signed in"),
    "signed in by proxy": ("由统一入口登录", "signed in by the proxy"),
    "signed in by oidc": ("由统一认证登录", "signed in by single sign-on"),
    "signed out": ("退出", "signed out"),
    "signed out everywhere": ("在各处退出", "signed out everywhere"),
}


def event_word(kind: str) -> str:
    """What people call an event of an account."""
    zh, en = _EVENTS.get(kind, (kind, kind))
    return say(zh=zh, en=en)
