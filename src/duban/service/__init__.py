"""`duban up`: the whole service in the foreground.

| part | where |
|---|---|
| one service per project | `duban.runtime.presence` |
| files closed, proxies left out | `surroundings` |
| its children: Prefect's server behind its door, the server of pages and API | `child`, `server`, `server_child`, `door`, `prefect_database`, `web_child` |
| the engine's own turn, edits noticed | `turning` |
| deployments and runs | `duban.deployment.side` |
| what is said | `duban.runtime.lines` |
"""

from duban.service.running import up

__all__ = ["up"]
