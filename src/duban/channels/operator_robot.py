"""The group robot by which whoever runs duban is told of the engine itself (`DUBAN_OPERATOR_WEBHOOK`)."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import requests

from duban.base.json_values import JsonObject
from duban.channels.carriers.webhook.acceptance import judge
from duban.channels.kept import ask_once
from duban.channels.redaction import redact
from duban.channels.secret_places import NotConfigured, fetch

SETTING: Final = "DUBAN_OPERATOR_WEBHOOK"
FEISHU: Final = ("feishu.cn", "larksuite.com")
SECONDS: Final = 5.0
_LOG = logging.getLogger("duban.channels")


def operator_address(root: Path) -> str | None:
    """The robot's address (`https://…`) the operator is told at: the environment's, else the secrets file's; or None."""
    try:
        return fetch(f"env:{SETTING}" if os.environ.get(SETTING, "").strip() else f"secret:{SETTING}", root)
    except NotConfigured:
        return None


def robot_message(address: str, words: str) -> JsonObject:
    """What a robot at `address` takes to say `words` (plain text): the text robot of WeCom and DingTalk, or Feishu's."""
    host = (urlsplit(address).hostname or "").lower()
    if any(host == each or host.endswith(f".{each}") for each in FEISHU):
        return {"msg_type": "text", "content": {"text": words}}
    return {"msgtype": "text", "text": {"content": words}}


def tell_operator(root: Path, words: str) -> bool:
    """Send `words` to the operator of the project at `root`, if there is an address; whether they were taken.

    That is what the answer's body says: robots answer 200 to everything. What cannot be reached, and what is refused, is
    said in the log.
    """
    address = operator_address(root)
    if address is None:
        return False
    try:
        answer = ask_once("POST", address, SECONDS, json=robot_message(address, words))
        told = judge(answer, None) if answer.status_code < 300 else None
    except (requests.RequestException, ValueError) as why:  # an address that is none is said by either
        _LOG.warning("operator's robot: %s", redact(str(why)))
        return False
    taken = told is not None and told.accepted
    if not taken:
        _LOG.warning("operator's robot answered %s %s", answer.status_code, told.said if told else "")
    return taken
