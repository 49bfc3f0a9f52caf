"""The WeCom robot's plugin: what the robot said stands in the body."""

from typing import Any

from apprise.plugins.wecombot import NotifyWeComBot
from requests import Response

from duban.channels.answers import Answer, give
from duban.channels.posting import Posting, as_json, by_code

_Base: Any = NotifyWeComBot  # Apprise's own types are partial
_TOO_FAST = frozenset((45009,))


class WeComRobot(Posting, _Base):  # type: ignore[misc]
    """企业微信群机器人 `wecombot://KEY`."""

    def send(self, body: str, title: str = "", notify_type: object = None, **_: object) -> bool:
        """Post a text message; the robot's `errcode` decides."""
        text = f"{title}\n\n{body}" if title else body
        message = {"msgtype": "text", "text": {"content": text}}
        return give(self.post(str(self.api_url), self._judge, **as_json(message)))

    def _judge(self, answer: Response) -> Answer:
        return by_code(answer, ("errcode",), "errmsg", _TOO_FAST)
