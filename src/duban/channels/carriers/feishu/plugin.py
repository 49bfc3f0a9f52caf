"""The plugins of Feishu's robot and Lark's: what the robot said stands in the body."""

from typing import Any

from apprise.plugins.feishu import NotifyFeishu
from apprise.plugins.lark import NotifyLark
from requests import Response

from duban.channels.answers import Answer, give
from duban.channels.posting import Posting, as_json, by_code

# Apprise's own types are partial.
_Feishu: Any = NotifyFeishu
_Lark: Any = NotifyLark
_TOO_FAST = frozenset((9499, 11232, 99991400))


class _Robot(Posting):
    """A robot that takes Feishu's text messages."""

    def where(self) -> str:
        """The robot's webhook."""
        raise NotImplementedError

    def send(self, body: str, title: str = "", notify_type: object = None, **_: object) -> bool:
        """Post a text message; `code`, or `StatusCode` of an older robot, decides."""
        text = f"{title}\n\n{body}" if title else body
        message = {"msg_type": "text", "content": {"text": text}}
        return give(self.post(self.where(), self._judge, **as_json(message)))

    def _judge(self, answer: Response) -> Answer:
        return by_code(answer, ("code", "StatusCode"), "msg", _TOO_FAST)


class FeishuRobot(_Robot, _Feishu):  # type: ignore[misc]
    """飞书群机器人 `feishu://TOKEN`."""

    def where(self: Any) -> str:
        """The robot's webhook."""
        return str(self.notify_url.format(token=self.token))


class LarkRobot(_Robot, _Lark):  # type: ignore[misc]
    """Lark's robot `lark://TOKEN`, Feishu outside China."""

    def where(self: Any) -> str:
        """The robot's webhook."""
        return str(self.webhook_url)
