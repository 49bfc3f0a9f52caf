"""网址: a message posted to a web address as JSON, a form or XML, for the OA, an SMS gateway or a program of one's own."""

from duban.channels.carriers.carrier import MOBILE, Carrier

_PLUGIN = "duban.channels.carriers.webhook.plugin"

CARRIER = Carrier(
    "webhook",
    {
        "json": f"{_PLUGIN}:JsonHook",
        "jsons": f"{_PLUGIN}:JsonHook",
        "form": f"{_PLUGIN}:FormHook",
        "forms": f"{_PLUGIN}:FormHook",
        "xml": f"{_PLUGIN}:XmlHook",
        "xmls": f"{_PLUGIN}:XmlHook",
    },
    clear=True,
    host_is_public=True,
    body_decides=True,
    address_forms={"mobile": MOBILE},
)
