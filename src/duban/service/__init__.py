"""`duban up`: the whole service in the foreground.

| part | where |
|---|---|
| one service per project | `duban.runtime.presence` |
| files closed, proxies left out | `surroundings` |
| Prefect's server, a child, behind its door | `server`, `server_child`, `door`, `prefect_database` |
| the engine's own turn, edits noticed | `turning` |
| deployments and runs | `duban.deployment.side` |
| what is said | `duban.runtime.lines` |
"""

from duban.service.running import up

__all__ = ["up"]
