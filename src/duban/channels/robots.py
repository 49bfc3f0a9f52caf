"""Chat robots that answer 200 to everything: what they really said stands in the body.

WeCom, DingTalk, Feishu and Lark report a wrong token, a banned robot or a full minute as HTTP 200 with a code that
is not 0. Apprise reads only the HTTP status and would call such a message sent; here the code decides.
Codes: WeCom and DingTalk `errcode`, Feishu and Lark `code`.
"""

from typing import Any

import requests
from apprise.plugins.dingtalk import NotifyDingTalk
from apprise.plugins.feishu import NotifyFeishu
from apprise.plugins.lark import NotifyLark
from apprise.plugins.wecombot import NotifyWeComBot

from duban.channels.redaction import redact

# Apprise's own types are partial.
_WeComBot: Any = NotifyWeComBot
_DingTalk: Any = NotifyDingTalk
_Feishu: Any = NotifyFeishu
_Lark: Any = NotifyLark


class _JudgedByBody:
    """Posts one JSON message and believes the code in the answer's body."""

    code_key = "errcode"
    said_key = "errmsg"

    def where(self) -> tuple[str, dict[str, str]]:
        """The robot's address and its query."""
        raise NotImplementedError

    def message(self, text: str) -> dict[str, Any]:
        """The JSON the robot understands."""
        raise NotImplementedError

    def send(self: Any, body: str, title: str = "", notify_type: Any = None, **_: Any) -> bool:
        """Post the message; False unless the robot confirms it."""
        address, query = self.where()
        text = f"{title}\n\n{body}" if title else body
        try:
            answer = requests.post(
                address,
                params=query,
                json=self.message(text),
                timeout=self.request_timeout,
                verify=self.verify_certificate,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            self.logger.warning("robot not reached: %s", redact(str(error)))
            return False
        if answer.status_code != requests.codes.ok:
            self.logger.warning("robot answered HTTP %s", answer.status_code)
            return False
        try:
            said = answer.json()
            code, why = said.get(self.code_key, said.get("StatusCode")), said.get(self.said_key, "")
        except (ValueError, AttributeError):
            self.logger.warning("robot answered something else than JSON")
            return False
        if code != 0:
            self.logger.warning("robot refused: %s %s", code, redact(str(why))[:200])
            return False
        return True


class WeComRobot(_JudgedByBody, _WeComBot):  # type: ignore[misc]
    """企业微信群机器人 `wecombot://KEY`."""

    def where(self) -> tuple[str, dict[str, str]]:
        """The robot's webhook, the key in its query."""
        return str(self.api_url), {}

    def message(self, text: str) -> dict[str, Any]:
        """A text message."""
        return {"msgtype": "text", "text": {"content": text}}


class DingTalkRobot(_JudgedByBody, _DingTalk):  # type: ignore[misc]
    """钉钉群机器人 `dingtalk://SECRET@TOKEN/MOBILE`; the mobile numbers are mentioned."""

    def where(self) -> tuple[str, dict[str, str]]:
        """The robot's webhook, signed when it has a secret."""
        query: dict[str, str] = {}
        if self.secret:
            # The signature comes percent-encoded; requests encodes the query once more on its own.
            timestamp, signature = self.get_signature()
            query = {"timestamp": timestamp, "sign": self.unquote(signature)}
        return str(self.notify_url.format(token=self.token)), query

    def message(self, text: str) -> dict[str, Any]:
        """A text message that mentions the targets."""
        return {
            "msgtype": "text",
            "text": {"content": text},
            "at": {"atMobiles": self.targets, "isAtAll": False},
        }


class FeishuRobot(_JudgedByBody, _Feishu):  # type: ignore[misc]
    """飞书群机器人 `feishu://TOKEN`."""

    code_key = "code"
    said_key = "msg"

    def where(self) -> tuple[str, dict[str, str]]:
        """The robot's webhook."""
        return str(self.notify_url.format(token=self.token)), {}

    def message(self, text: str) -> dict[str, Any]:
        """A text message."""
        return {"msg_type": "text", "content": {"text": text}}


class LarkRobot(_JudgedByBody, _Lark):  # type: ignore[misc]
    """Lark's robot `lark://TOKEN`, Feishu outside China."""

    code_key = "code"
    said_key = "msg"

    def where(self) -> tuple[str, dict[str, str]]:
        """The robot's webhook."""
        return str(self.webhook_url), {}

    def message(self, text: str) -> dict[str, Any]:
        """A text message."""
        return {"msg_type": "text", "content": {"text": text}}
