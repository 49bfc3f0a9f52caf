"""Templates that an office edits are filled in, and can do nothing else: not look behind what they are given, not go on
for ever, not fill the memory.

One rendering may take so much work (`effort`) and no more. Whatever multiplies is counted before it is done, and what would
make one text longer than `LONGEST` characters is refused. What multiplies and no message needs is not there: the filters
that pad by a number or show a value's inside, and the methods of a text for which there is a filter.
"""

from collections.abc import Callable, Iterable
from datetime import date, time
from functools import wraps
from itertools import chain, islice
from typing import Any, Final, cast

from jinja2 import nodes
from jinja2.exceptions import SecurityError
from jinja2.filters import do_join
from jinja2.nodes import EvalContext
from jinja2.runtime import Context, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import pass_eval_context
from jinja2.visitor import NodeTransformer

from duban.base.language import say
from duban.documents.effort import CALL, MAPPED, SIZED, begin, made, seen, spend, step, too_long, weight

LONGEST: Final = 100_000
_SEEN: Final = "_seen"
_NOT_THERE: Final = (
    "center", "forceescape", "format", "indent", "pprint", "random", "tojson", "urlize", "wordwrap", "xmlattr",
)  # fmt: skip
_OF_LISTS: Final = frozenset(
    (
        "batch", "count", "d", "default", "dictsort", "first", "groupby", "items", "join", "last", "length", "list",
        "map", "max", "min", "reject", "rejectattr", "reverse", "select", "selectattr", "slice", "sort", "sum", "unique",
    )
)  # fmt: skip
"""The filters that take a list; every other writes what it is given as a text first."""
_GROWING: Final = frozenset(("expandtabs", "format", "format_map", "join", "replace", "translate"))
_COMPARING: Final = frozenset(
    ("index", "lstrip", "rfind", "rindex", "rpartition", "rsplit", "rstrip", "strip", "trim")
)
"""What may hold each character of a text against each of another: the methods, and the filter."""
_PADDED: Final = 256
"""How many characters `strftime` makes of one at most, by a width such as `%999d`."""
_PLAIN: Final = (str, int, float, date, time, type(None), Undefined)


class BoundedSandbox(ImmutableSandboxedEnvironment):
    """Jinja2's sandbox with an end to all work. `begin` comes before each rendering."""

    intercepted_binops = frozenset(("*", "**", "+", "%"))

    def __init__(self, **options: Any) -> None:
        super().__init__(finalize=_written, **options)
        del self.globals["lipsum"]
        for name in _NOT_THERE:
            self.filters.pop(name)
        self.filters["join"] = _join
        self.filters = {name: _counted(name, self.filters[name]) for name in self.filters}
        self.filters[_SEEN] = seen
        self.tests = {name: _counted("default", self.tests[name]) for name in self.tests}

    def begin(self) -> None:
        """A rendering begins, with all its work before it."""
        begin()

    @staticmethod
    def concat(parts: Iterable[str]) -> str:
        """The parts of a text, put together."""
        held: list[str] = []
        coming = iter(parts)
        while some := list(islice(coming, 1000)):
            spend(sum(map(len, some)))
            held += some
        return "".join(held)

    @property
    def stepped(self) -> bool:
        """True, once a round more has counted."""
        return step()

    def _generate(
        self, source: nodes.Template, name: str | None, filename: str | None, defer_init: bool = False
    ) -> str:
        _Counting().visit(source)
        source.set_environment(self)
        return super()._generate(source, name, filename, defer_init)

    def wrap_str_format(self, value: object) -> None:
        """Nothing: `format` is not there, however carefully it is used."""

    def unsafe_undefined(self, obj: object, attribute: str) -> Undefined:
        """What stands for an attribute that a template may not read: using it says so."""
        return self.undefined(
            say(
                zh=f"模板里不能用 .{attribute}；连接、替换写成 | join(…)、| replace(…)",
                en=f"no .{attribute} in a template; join and replace are filters: | join(…), | replace(…)",
            ),
            name=attribute,
            obj=obj,
            exc=SecurityError,
        )

    def is_safe_attribute(self, obj: object, attr: str, value: object) -> bool:
        """Whether a template may read this of `obj`: not what multiplies a text, there are filters for it."""
        if isinstance(obj, (str, bytes)) and attr in _GROWING:
            return False
        return super().is_safe_attribute(obj, attr, value)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> object:
        """`left` and `right` multiplied, raised or added, unless it were longer than any message."""
        if operator == "%" and isinstance(left, (str, bytes)):
            raise too_long()
        first, second = (abs(each) if isinstance(each, (int, float)) else len(each) for each in (left, right))
        sized = isinstance(left, SIZED) or isinstance(right, SIZED)
        if operator == "**":
            size = first ** min(second, 64)
        elif operator == "*":
            size = weight(left) * second if isinstance(left, SIZED) else first * weight(right)
        else:
            size = first + second if sized else 0
        if size > LONGEST:
            raise too_long()
        if sized:
            spend(int(size))
        return super().call_binop(context, operator, left, right)

    def getitem(self, obj: object, argument: object) -> object:
        """What stands at this place: looking for it holds the whole of `argument` against what is there."""
        return cast("object", super().getitem(obj, seen(argument)))

    def call(self, context: Context, obj: object, /, *given: object, **named: object) -> object:
        """A call the sandbox allows, unless it is given a number larger than any message is long."""
        step(CALL)
        for each in chain(given, named.values()):
            _not_larger(each)
            seen(each)
        name = getattr(obj, "__name__", "")
        if name in _COMPARING:
            _held_against(getattr(obj, "__self__", None), given)
        elif name == "strftime":
            spend(_PADDED * sum(len(each) for each in chain(given, named.values()) if isinstance(each, str)))
        return made(super().call(context, obj, *given, **named))


class _Counting(NodeTransformer):
    """A template in which rounds, what is compared and what is cut out count, and `~` is the filter `join`."""

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802 - Jinja2 finds it by this name
        step = nodes.EnvironmentAttribute("stepped", lineno=node.lineno)
        if node.test is None:
            node.body.insert(0, nodes.ExprStmt(step, lineno=node.lineno))
        else:
            node.test = nodes.And(step, node.test, lineno=node.lineno)
        return self.generic_visit(node)

    def visit_Compare(self, node: nodes.Compare) -> nodes.Node:  # noqa: N802
        node.expr = _counting(node.expr)
        for operand in node.ops:
            operand.expr = _counting(operand.expr)
        return self.generic_visit(node)

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Node:  # noqa: N802
        if isinstance(node.arg, nodes.Slice):
            node.node = _counting(node.node)
        return self.generic_visit(node)

    def visit_Pair(self, node: nodes.Pair) -> nodes.Node:  # noqa: N802
        node.key = _counting(node.key)
        return self.generic_visit(node)

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802
        return self.generic_visit(_filter(nodes.List(node.nodes, lineno=node.lineno), "join"))


def _counting(given: nodes.Expr) -> nodes.Expr:
    return given if isinstance(given, nodes.Const) else _filter(given, _SEEN)


def _filter(given: nodes.Expr, name: str) -> nodes.Filter:
    return nodes.Filter(given, name, [], [], None, None, lineno=given.lineno)


def _counted(name: str, filter_or_test: object) -> Callable[..., object]:
    """A filter or a test whose work counts: what it is given and what it makes."""
    work = cast("Callable[..., object]", filter_or_test)
    first = int(hasattr(work, "jinja_pass_arg"))  # after what Jinja2 itself hands over

    @wraps(work)
    def counted(*given: object, **named: object) -> object:
        step()
        for each in chain(given[first:], named.values()):
            seen(each)
            if name not in _OF_LISTS and isinstance(each, SIZED) and not isinstance(each, str):
                raise SecurityError(
                    say(
                        zh=f"{name} 只能用在文字上，不能用在列表上",
                        en=f"{name} is for a text, not for a list",
                    )
                )
        if name in _COMPARING:
            _held_against(given[first], [*given[first + 1 :], *named.values()])
        if name == "replace":
            _replaced(*given[first:], **named)
        elif name in ("batch", "slice"):
            for each in chain(given[first + 1 :], named.values()):
                _not_larger(each)
        elif name == "sum" and any(
            isinstance(each, SIZED) for each in (*given[first + 2 :], named.get("start"))
        ):
            raise too_long()
        return made(work(*given, **named))

    return counted


@pass_eval_context
def _join(
    context: EvalContext, value: Iterable[object], d: str = "", attribute: str | int | None = None
) -> str:
    """Jinja2's own, once it has counted what it is given."""
    parts = [each if isinstance(each, str) or attribute is not None else _text(each) for each in value]
    spend(len(str(d)) * len(parts) + sum(map(weight, parts)))
    joined: str = do_join(context, parts, d, attribute)
    return joined


def _replaced(text: object, old: object, new: object, count: object = None) -> None:
    whole = str(text)
    size = len(whole) + whole.count(str(old)) * len(str(new))
    if size > LONGEST:
        raise too_long()
    spend(size)


def _held_against(text: object, others: Iterable[object]) -> None:
    for each in others:
        if isinstance(text, str | bytes) and isinstance(each, str | bytes):
            spend(len(text) * len(each))


def _written(value: object) -> object:
    """What stands between braces, before it is written."""
    return value if isinstance(value, str) else _text(value)


def _text(value: object) -> object:
    """What can be written as it is, or as it says of itself. Of lists only those of texts and numbers."""
    if isinstance(value, _PLAIN):
        return value
    if isinstance(value, SIZED):
        for each in chain.from_iterable(value.items()) if isinstance(value, MAPPED) else value:
            if not isinstance(each, _PLAIN):
                raise SecurityError(
                    say(
                        zh="列表不能整个写出来，请用 for 一项一项写",
                        en="write a list by a loop, part by part",
                    )
                )
        seen(value)
        return value
    text = str(value)
    spend(len(text))
    return text


def _not_larger(value: object) -> None:
    if isinstance(value, int) and abs(value) > LONGEST:
        raise too_long()
