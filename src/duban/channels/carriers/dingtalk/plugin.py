"""The DingTalk robot's plugin: what the robot said stands in the body."""

from typing import Any

from apprise.plugins.dingtalk import NotifyDingTalk
from requests import Response

from duban.channels.answers import Answer, give
from duban.channels.posting import Posting, as_json, by_code

_Base: Any = NotifyDingTalk  # Apprise's own types are partial
_TOO_FAST = frozenset((130101, 410100, 660026))


class DingTalkRobot(Posting, _Base):  # type: ignore[misc]
    """钉钉群机器人 `dingtalk://SECRET@TOKEN/MOBILE`; the mobile numbers are mentioned."""

    def send(self, body: str, title: str = "", notify_type: object = None, **_: object) -> bool:
        """Post a text message that mentions the targets, signed when there is a secret; `errcode` decides."""
        query: dict[str, str] = {}
        if self.secret:
            # The signature comes percent-encoded; requests encodes the query once more on its own.
            timestamp, signature = self.get_signature()
            query = {"timestamp": timestamp, "sign": self.unquote(signature)}
        message = {
            "msgtype": "text",
            "text": {"content": f"{title}\n\n{body}" if title else body},
            "at": {"atMobiles": self.targets, "isAtAll": False},
        }
        address = str(self.notify_url.format(token=self.token))
        return give(self.post(address, self._judge, params=query, **as_json(message)))

    def _judge(self, answer: Response) -> Answer:
        return by_code(answer, ("errcode",), "errmsg", _TOO_FAST)
