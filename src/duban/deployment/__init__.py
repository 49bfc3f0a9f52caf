"""What Prefect must know, and the only part of the engine that knows Prefect (beside the root folder `flows/`).

| module | question |
|---|---|
| `plan` | which deployments should there be |
| `register` | which of them must be pushed |
| `inhouse` | who runs the runs inside `duban up` |
| `side` | the thread in which Prefect's client lives |
| `runs` | what every flow has in common |
| `standing` | the workspace that stays open between runs |
| `wakeup` | facts have come in: wake the duties that wait for them |
| `health` | does every deployment have its next run |

Importing this package does not import Prefect.
"""

from duban.deployment.health import Health, health
from duban.deployment.plan import WantedDeployment, wanted_deployments
from duban.runtime.wakeup import emit_wakeup

__all__ = ["Health", "WantedDeployment", "emit_wakeup", "health", "wanted_deployments"]
