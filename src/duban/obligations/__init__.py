"""The life of an obligation (应办事项): opened, completed, moved, handed over, superseded, withdrawn, listed.

| what happens to it | module | who causes it |
|---|---|---|
| open 开办 | `opening`, `opening_by_period`, `placings`, `opening_by_fact` | days, facts, subjects, edits |
| acknowledge 签收 | `acknowledgement` | people |
| report 反馈, recall 收回 | `feedback` | people, facts (`answers`, `retraction`) |
| approve 复核通过, return 退回 | `review` | people (`reviewers`) |
| request 申请, grant 同意, refuse 不同意 | `requests` | people |
| dispatch 派单, take-back 收回派单 | `dispatching` | people |
| transfer 转办 | `transferring` | people |
| co-handle 会办, release 撤销会办, contribute 会办反馈 | `cohandling` | people |
| complete 办结 | `completion` | people, facts (`answers`, `measurement`) |
| extend 延期 | `extension` | people |
| waive 免办 | `waiver` | people |
| suspend 中止, resume 恢复 | `suspension` | people |
| reopen 重新打开, reinstate 恢复效力 | `reopening` | people, corrections, subjects, mergers taken back, edits undone |
| redate 改期, carry 承接 | `redating` | edits, another unit's calendar |
| rehome 移交 | `handover` | subjects that move, mergers, edits |
| supersede 替换 | `succession` | corrections, another grade, mergers, edits |
| withdraw 撤回 | `withdrawal` | corrections, subjects that close, another grade, mergers, edits |

Each verb takes the connection, which obligations (by number, with what the event of each keeps; or a condition, where they
may be very many), and the cause: who, when, why. It is one transaction with whatever caused it, leaves one event in the
history of each, and refuses all of them when one does not allow it. What may follow what is one table (`moves`); what is
written is one place (`transitions`); when the ladder speaks next is one place (`arming`). Another state is a row of that table and a module beside
these.

Who may do what now, and why not, is one set of rules for the command, the API and the page (`permissions`); what a reviewer
is told, whoever asked, and whoever was told of what is not owed any more (`ending`), stands beside the ladder (`calls`).

What causes a verb: `actions` (people), `answers`, `measurement` and `judgement` (facts), `corrections` and `retraction` (facts that were wrong),
`changed_subjects`, `mergers` and `regrading` (subjects), and `duban.edits` (content). `verdicts` says whether what is open is
still owed under other content, and when. `listing` finds obligations, `history` reads what happened to them.
"""
