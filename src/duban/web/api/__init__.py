"""The HTTP API for other programs, version 1: facts, subjects, obligations and their moves, duties.

| module | question |
|---|---|
| `words` | how a description carries both languages, and the texts and days a caller writes |
| `calling` | who calls, may it write, and does it ask what there is to ask |
| `answering` | ETag, 304, one page after another |
| `authors` | who wrote something |
| `cursors` | where a list goes on |
| `once` | the same request twice |
| `batches` | what became of each row |
| `following` | what follows once it is answered |
| `facts` `subjects` `changes` `mergers` `duties` `obligations` `one_obligation` `owed` `moves` `move_bodies` `completion` `assignments` `assignment_bodies` | the addresses themselves |
| `holds` | delivery held until a person has looked |
| `metrics` | the engine in figures, for Prometheus |
"""

from fastapi import APIRouter

from duban.web.api import (
    assignments,
    changes,
    duties,
    facts,
    holds,
    mergers,
    metrics,
    moves,
    obligations,
    one_obligation,
    subjects,
)
from duban.web.api.calling import KnownOnly
from duban.web.gate import API


def api_router() -> APIRouter:
    """Every address of the API."""
    router = APIRouter(prefix=API, dependencies=[KnownOnly])
    for part in (
        facts,
        subjects,
        changes,
        mergers,
        obligations,
        one_obligation,
        moves,
        assignments,
        duties,
        holds,
        metrics,
    ):
        router.include_router(part.router)
    return router
