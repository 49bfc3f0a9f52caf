"""The service in the foreground: all of it on one machine (`duban up`), or its parts on several.

| part | where |
|---|---|
| what can be started, of which parts | `running` |
| one after the other, a clean stop | `foreground` |
| one service and one registrar per project and machine | `duban.runtime.presence` |
| files closed, proxies left out | `surroundings` |
| its children: Prefect's server behind its door, the server of pages and API | `child`, `server`, `server_child`, `door`, `prefect_database`, `web_child` |
| the engine's own turn, edits noticed | `turning`, `watching` |
| deployments and runs | `prefect_side`, `duban.deployment.side` |
| a Prefect server that several machines share | `shared_prefect` |
| what is said | `duban.runtime.lines` |
"""

from duban.service.running import register, serve, up, work
from duban.service.shared_prefect import prefect_server_settings

__all__ = ["prefect_server_settings", "register", "serve", "up", "work"]
