"""Rule tests: examples in `duties/tests/` of what a duty makes, judged by the engine itself.

| an example says | the engine answers with |
|---|---|
| which subjects there are, which facts happen on which days | the real ledger, opening and ladders, on an empty ledger |
| what is owed in the end: dates, state, rungs | every difference, at the place of the expectation |
"""
