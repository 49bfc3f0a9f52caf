"""Templates that an office edits are filled in, and can do nothing else: not look behind what they are given, not go on
for ever, not fill the memory.

A loop's every round is a step, and one rendering has `MOST_STEPS`. What a template multiplies or pads stays below
`LONGEST`; the filters that pad by a number are not there.
"""

from contextvars import ContextVar
from typing import Any, Final

from jinja2 import nodes
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from duban.base.language import say

MOST_STEPS: Final = 200_000
LONGEST: Final = 100_000
_STEP: Final = "_step"
_PADDING: Final = ("center", "format", "indent", "wordwrap")
_left: ContextVar[int] = ContextVar("steps left", default=MOST_STEPS)


class BoundedSandbox(ImmutableSandboxedEnvironment):
    """Jinja2's sandbox with an end to every loop. `begin` comes before each rendering."""

    intercepted_binops = frozenset(("*", "**"))

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.globals[_STEP] = _step
        del self.globals["lipsum"]
        for name in _PADDING:
            self.filters.pop(name)

    def begin(self) -> None:
        """A rendering begins, with all its steps before it."""
        _left.set(MOST_STEPS)

    def _generate(self, source: nodes.Template, *more: Any, **options: Any) -> str:
        for loop in source.find_all(nodes.For):
            step = nodes.Call(nodes.Name(_STEP, "load"), [], [], None, None, lineno=loop.lineno)
            loop.body.insert(0, nodes.ExprStmt(step, lineno=loop.lineno))
        source.set_environment(self)
        return super()._generate(source, *more, **options)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """`left * right` and `left ** right`, unless it were longer than any message."""
        first, second = (abs(each) if isinstance(each, (int, float)) else len(each) for each in (left, right))
        if (first ** min(second, 64) if operator == "**" else first * second) > LONGEST:
            raise _too_long()
        return super().call_binop(context, operator, left, right)

    def call(self, context: Context, obj: Any, /, *given: Any, **named: Any) -> Any:
        """A call the sandbox allows, unless it is given a number larger than any message is long."""
        if any(isinstance(each, int) and abs(each) > LONGEST for each in (*given, *named.values())):
            raise _too_long()
        return super().call(context, obj, *given, **named)


def _step() -> None:
    left = _left.get() - 1
    if left < 0:
        raise SecurityError(say(zh="模板里的循环太多", en="the template's loops have too many rounds"))
    _left.set(left)


def _too_long() -> SecurityError:
    return SecurityError(say(zh="模板填出来太长", en="the template makes too long a text"))
