"""`duban up`: the whole service in the foreground.

| part | where |
|---|---|
| one service per project | `presence` |
| Prefect's server, a child | `server`, `server_child`, `environment` |
| the engine's own turn, edits noticed | `turning` |
| deployments and runs | `duban.deployment.side` |
| what is said | `lines` |
"""

from duban.service.running import up

__all__ = ["up"]
