"""The flows of a project, read from its folder `flows/`."""

import threading
from pathlib import Path
from typing import Any

from prefect import Flow
from prefect.flows import load_flow_from_entrypoint

from duban.base.objections import Objection
from duban.deployment.form import flow_file

_lock = threading.Lock()
_loaded: dict[tuple[Path, str], tuple[int, Flow[..., Any]]] = {}


class FlowMissing(Objection):
    """The project has no file for a kind of work."""


def load_flow(root: Path, flow: str) -> Flow[..., Any]:
    """The flow of that name, read again only when its file has changed. Raises FlowMissing."""
    path = root / "flows" / flow_file(flow)
    try:
        changed = path.stat().st_mtime_ns
    except FileNotFoundError:
        raise FlowMissing(
            zh=f"项目里缺少 flows/{flow_file(flow)}，请用 duban init 新建一个项目，把其中的 flows 文件夹拷过来",
            en=f"flows/{flow_file(flow)} is missing; make a new project with duban init and copy its flows folder here",
        ) from None
    with _lock:
        known = _loaded.get((path, flow))
        if known is None or known[0] != changed:
            known = changed, load_flow_from_entrypoint(f"{path}:{flow}", use_placeholder_flow=False)
            _loaded[path, flow] = known
        return known[1]
