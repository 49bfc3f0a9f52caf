"""Who watches the engine is told by Prefect when patrol, deliver or audit failed or crashed: an automation with a block.

Only of the engine, never of a duty: the message names the round and how it ended. Without an address there is no
automation, and `duban doctor` says so.
"""

from duban.base.language import say
from duban.channels.operator_robot import robot_message
from duban.deployment.form import Json, agrees
from duban.runtime.prefect_api import PrefectApi, PrefectRefuses

WATCHED = ("patrol", "deliver", "audit")
AUTOMATION = "duban: tell the operator that patrol, deliver or audit failed"
BLOCK = "duban-operator"
BLOCK_TYPE = "custom-webhook"
QUIET_SECONDS = 1800
"""After a message none more for half an hour: a deliver that fails each minute must not ring each minute."""


def keep_alarm(server: PrefectApi, address: str | None) -> None:
    """Bring Prefect's notification block and automation to `address`; without one, take both away.

    Safe to do at every look. Raises PrefectSilent; PrefectRefuses.
    """
    standing = server.every("/automations/filter", {"automations": {"name": {"any_": [AUTOMATION]}}})
    block = _block(server)
    if address is None:
        due = None
    else:
        block = _kept_block(server, block, address)
        due = automation_form(str(block["id"]))
    kept = [each for each in standing if due is not None and _same(due, each)][:1]
    for each in standing:
        if each not in kept:
            server.ask("DELETE", f"/automations/{each['id']}")
    if due is None and block is not None:
        server.ask("DELETE", f"/block_documents/{block['id']}")
    elif due is not None and not kept:
        server.ask("POST", "/automations/", due)


def automation_form(block_id: str) -> Json:
    """The automation as Prefect's API takes it; `{{ … }}` is filled in by Prefect."""
    return {
        "name": AUTOMATION,
        "description": say(
            zh="引擎的巡查、发送、自查失败或中断时告诉运维",
            en="tells the operator when a round of the engine fails",
        ),
        "enabled": True,
        "trigger": {
            "type": "event",
            "match": {"prefect.resource.id": "prefect.flow-run.*"},
            "match_related": {"prefect.resource.role": "flow", "prefect.resource.name": list(WATCHED)},
            "after": [],
            "expect": ["prefect.flow-run.Failed", "prefect.flow-run.Crashed"],
            "for_each": [],
            "posture": "Reactive",
            "threshold": 1,
            "within": QUIET_SECONDS,
        },
        "actions": [
            {
                "type": "send-notification",
                "block_document_id": block_id,
                "subject": say(zh="督办：引擎有一轮没有跑成", en="duban: a round of the engine failed"),
                "body": say(
                    zh="{{ flow.name }} {{ flow_run.state.name }}。运行 duban doctor 看原因；半小时内不再重复。",
                    en="{{ flow.name }} {{ flow_run.state.name }}. duban doctor says why; not repeated for half an hour.",
                ),
            }
        ],
    }


def block_data(address: str) -> Json:
    """What the notification block holds: the text robot of WeCom and DingTalk, or Feishu's; the address is its secret."""
    return {
        "name": BLOCK,
        "url": "{{address}}",
        "method": "POST",
        "json_data": robot_message(address, "{{subject}}\n{{body}}"),
        "secrets": {"address": address},
    }


def _same(due: Json, standing: Json) -> bool:
    return (
        bool(standing["enabled"])
        and agrees(due["trigger"], standing["trigger"])
        and len(standing["actions"]) == 1
        and agrees(due["actions"][0], standing["actions"][0])
    )


def _block(server: PrefectApi) -> Json | None:
    place = f"/block_types/slug/{BLOCK_TYPE}/block_documents/name/{BLOCK}?include_secrets=true"
    try:
        row: Json = server.ask("GET", place)
    except PrefectRefuses as why:
        if why.status == 404:
            return None
        raise
    return row


def _kept_block(server: PrefectApi, block: Json | None, address: str) -> Json:
    data = block_data(address)
    if block is None:
        number = server.ask("GET", f"/block_types/slug/{BLOCK_TYPE}")["id"]
        of_type = {"block_schemas": {"block_type_id": {"any_": [number]}}, "limit": 1}
        [schema] = server.ask("POST", "/block_schemas/filter", of_type)
        row: Json = server.ask(
            "POST",
            "/block_documents/",
            {"name": BLOCK, "data": data, "block_schema_id": schema["id"], "block_type_id": number},
        )
        return row
    if not agrees(data, block["data"]):
        server.ask("PATCH", f"/block_documents/{block['id']}", {"data": data, "merge_existing_data": False})
    return block
