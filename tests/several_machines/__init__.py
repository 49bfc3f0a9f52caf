"""Several machines for real: network namespaces as machines, Debian's PostgreSQL, Redis and nginx, everything killed once.

By hand, as root: `python -m tests.several_machines` (see docs/operator.md; about half an hour).
"""
