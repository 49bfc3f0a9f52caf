"""The plugins for web addresses: posted as Apprise would, over a kept connection, and judged by what the body says."""

from html import escape
from json import dumps
from re import sub
from typing import Any

from apprise.plugins.custom_form import NotifyForm
from apprise.plugins.custom_json import NotifyJSON
from apprise.plugins.custom_xml import NotifyXML

from duban.channels.answers import Answer, give
from duban.channels.carriers.webhook.acceptance import judge
from duban.channels.posting import Posting

# Apprise's own types are partial.
_Json: Any = NotifyJSON
_Form: Any = NotifyForm
_Xml: Any = NotifyXML


class _Hook(Posting):
    """What the three have in common: where they post to, and who logs in."""

    def hand_in(self: Any, headers: dict[str, str], **content: object) -> bool:
        """Post the content and believe the answer's body."""
        address = f"{'https' if self.secure else 'http'}://{self.host}"
        if isinstance(self.port, int):
            address += f":{self.port}"
        answer: Answer = self.post(
            address + self.fullpath,
            lambda said: judge(said, self.accepted),
            self.method,
            headers={"User-Agent": self.app_id, **headers, **self.headers},
            auth=(self.user, self.password) if self.user else None,
            **{"params": getattr(self, "params", None), **content},
        )
        return give(answer)


class JsonHook(_Hook, _Json):  # type: ignore[misc]
    """`json://HOST/PATH`, or `jsons` over TLS."""

    def send(self, body: str, title: str = "", notify_type: object = None, **_: object) -> bool:
        """Post title and message as JSON; `:name=value` of the address renames, removes or adds a field."""
        posted: dict[str, object] = {
            "version": self.json_version,
            "title": title,
            "message": body,
            "attachments": [],
            "type": getattr(notify_type, "value", "info"),
        }
        for name, value in self.payload_extras.items():
            if name not in posted:
                posted[name] = value
            else:
                known = posted.pop(name)
                if value:
                    posted[value] = known
        return self.hand_in({"Content-Type": "application/json"}, data=dumps(posted))


class FormHook(_Hook, _Form):  # type: ignore[misc]
    """`form://HOST/PATH`, or `forms` over TLS."""

    def send(self, body: str, title: str = "", notify_type: object = None, **_: object) -> bool:
        """Post title and message as a form, in the query when the method is GET."""
        fields = {
            "version": self.form_version,
            "title": title,
            "message": body,
            "type": getattr(notify_type, "value", "info"),
        }
        posted = {self.payload_map[name]: value for name, value in fields.items() if self.payload_map[name]}
        posted |= self.payload_extras
        if self.method == "GET":
            return self.hand_in({}, params={**posted, **self.params})
        return self.hand_in({}, data=posted)


class XmlHook(_Hook, _Xml):  # type: ignore[misc]
    """`xml://HOST/PATH`, or `xmls` over TLS."""

    def send(self, body: str, title: str = "", notify_type: object = None, **_: object) -> bool:
        """Post title and message as a SOAP notification."""
        fields = {
            "Version": self.xsd_ver,
            "Subject": title,
            "Message": body,
            "MessageType": getattr(notify_type, "value", "info"),
        }
        posted = {self.payload_map[name]: value for name, value in fields.items() if self.payload_map[name]}
        posted |= self.payload_extras
        inner = "".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in posted.items())
        around = {
            "{{CORE}}": inner,
            "{{ATTACHMENTS}}": "",
            "{{XSD_URL}}": f' xmlns:xsi="{self.xsd_url}"' if self.xsd_url else "",
        }
        content = sub(
            r"\{\{(?:CORE|ATTACHMENTS|XSD_URL)\}\}", lambda found: around[found.group()], self.payload
        )
        return self.hand_in({"Content-Type": "application/xml"}, data=content.encode())
