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


_PROGRAMS: Final = (
    ("wxwork", "企业微信", "WeCom"),
    ("MicroMessenger", "微信", "WeChat"),
    ("DingTalk", "钉钉", "DingTalk"),
    ("QIHU", "360 浏览器", "360"),
    ("360SE", "360 浏览器", "360"),
    ("QQBrowser", "QQ 浏览器", "QQ browser"),
    ("Edg", "Edge", "Edge"),
    ("Firefox", "Firefox", "Firefox"),
    ("Chrome", "Chrome", "Chrome"),
    ("Safari", "Safari", "Safari"),
)
_MACHINES: Final = (
    ("iPhone", "iPhone", "iPhone"),
    ("iPad", "iPad", "iPad"),
    ("HarmonyOS", "鸿蒙设备", "HarmonyOS"),
    ("Android", "安卓设备", "Android"),
    ("Windows", "Windows 电脑", "Windows"),
    ("Macintosh", "苹果电脑", "Mac"),
    ("Linux", "Linux 电脑", "Linux"),
)
"""What a browser says of itself, and what people call that; the first that is there."""


def browser_word(agent: str) -> str:
    """Which browser on which machine, by what the browser says of itself: 安卓设备 · 微信; that itself where none is known."""

    def named(words: tuple[tuple[str, str, str], ...]) -> str:
        return next((say(zh=zh, en=en) for sign, zh, en in words if sign in agent), "")

    return " · ".join(filter(None, (named(_MACHINES), named(_PROGRAMS)))) or agent
