"""Zone, clock, language, root and unit of time are handed over, never assumed: a default would hide whose they are."""

import ast
from pathlib import Path

import pytest

ENGINE = Path(__file__).parents[2] / "src" / "duban"
NAMES = {"zone", "time_zone", "clock", "language", "root", "now", "today"}
TYPES = {"ZoneInfo", "Timezone", "Clock", "Language", "TimeGrain"}


def defaults(function):
    """Each parameter of a function that has a default."""
    placed = [*function.args.posonlyargs, *function.args.args]
    yield from placed[len(placed) - len(function.args.defaults) :]
    for parameter, default in zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True):
        if default is not None:
            yield parameter


def hidden(source):
    """What has a default and must not: `function(parameter)`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for parameter in defaults(node):
                words = {each.id for each in ast.walk(parameter) if isinstance(each, ast.Name)}
                if parameter.arg in NAMES or words & TYPES:
                    yield f"{node.name}({parameter.arg})"


def test_no_function_of_the_engine_assumes_one():
    found = {
        str(path.relative_to(ENGINE)): sorted(hidden(path.read_text(encoding="utf-8")))
        for path in ENGINE.rglob("*.py")
    }
    assert {path: names for path, names in found.items() if names} == {}


@pytest.mark.parametrize(
    "source",
    [
        "def business_date(now, zone=SHANGHAI): ...",
        "def overdue(ws, *, now=None): ...",
        "def reckon(start, amount, grain: TimeGrain = TimeGrain.WORKDAY): ...",
        "async def stamp(moment, where: ZoneInfo | None = None): ...",
    ],
)
def test_one_would_be_noticed(source):
    assert len(list(hidden(source))) == 1
