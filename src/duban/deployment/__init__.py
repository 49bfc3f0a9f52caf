"""What Prefect must know, and the only part of the engine that knows Prefect (beside the root folder `flows/`).

| module | question |
|---|---|
| `plan` | which deployments should there be |
| `form` | how Prefect's API writes one, and what may not be altered |
| `state` | what stands in the server, and how it differs |
| `register` | which of them must be pushed |
| `inhouse` | who runs the runs inside `duban up` |
| `side` | the thread in which Prefect's client lives |
| `runs` | what every flow has in common |
| `alarm` | who is told when a round fails |
| `naming`, `artifacts` | what Prefect's page shows of a run |
| `health` | does all of it stand as it should, with its next run |
| `server_inside` | what is changed inside Prefect's own server |

Importing this package does not import Prefect.
"""

from duban.deployment.health import PrefectHealth, health
from duban.deployment.plan import WantedDeployment, wanted_deployments
from duban.runtime.wakeup import emit_wakeup

__all__ = ["PrefectHealth", "WantedDeployment", "emit_wakeup", "health", "wanted_deployments"]
