"""The house as docs/architecture.md draws it: rooms without loose modules, one meaning for each name, no large module."""

import ast
import builtins
import re
import tomllib
from collections import defaultdict
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[2]
ENGINE = ROOT / "src/duban"
CARRIERS = ENGINE / "channels/carriers"
"""One folder for each way a message may go, alike on purpose: each has its plugin."""
LARGEST = 300
"""Lines of a module. What a migration wrote once stays as it is."""
MOST_UNTYPED = 150
"""`Any` in an annotation is for values of libraries that ship no types."""
MOST_COLUMNS = 200
"""`TABLE.c.name` where a statement could name the class: for bulk work under the class."""


def modules(folder=ENGINE):
    return [path for path in sorted(folder.rglob("*.py")) if "migrations" not in path.parts]


def floors():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = next(
        contract["layers"]
        for contract in settings["tool"]["importlinter"]["contracts"]
        if contract["type"] == "layers"
    )
    return [[room.strip(" ()") for room in layer.split("|")] for layer in layers]


def test_every_module_stands_in_a_room():
    loose = {path.name for path in ENGINE.glob("*.py")}
    assert loose == {"__init__.py", "__main__.py"}


def test_every_room_has_its_place_on_a_floor_and_in_the_picture():
    rooms = {path.name for path in ENGINE.iterdir() if (path / "__init__.py").is_file()}
    picture = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    assert {room for floor in floors() for room in floor} - {"__main__"} == rooms
    assert {room for room in rooms if f"`{room}`" not in picture} == set()


def test_a_public_class_name_has_one_meaning():
    defined = defaultdict(list)
    for path in modules():
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                defined[node.name].append(str(path.relative_to(ENGINE)))
    assert {name: places for name, places in defined.items() if len(places) > 1} == {}


@pytest.mark.parametrize("floor", floors(), ids=":".join)
def test_a_module_name_stands_once_on_its_floor(floor):
    places = defaultdict(list)
    for room in floor:
        for path in modules(ENGINE / room):
            if not path.name.startswith("__") and CARRIERS not in path.parents:
                places[path.stem].append(str(path.relative_to(ENGINE)))
    assert {stem: where for stem, where in places.items() if len(where) > 1} == {}


@pytest.mark.parametrize(
    "path", [*modules(), *sorted((ROOT / "flows").glob("*.py"))], ids=lambda path: str(path.relative_to(ROOT))
)
def test_a_module_can_be_read_in_one_sitting(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LARGEST


def public_fields():
    """Each field of a public dataclass or model: its module, its lines in it, its class, itself, what follows it."""
    found = [
        (path, path.read_text(encoding="utf-8").splitlines(), node)
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    ]
    models, known = {"NamedTuple", "BaseModel", "SQLModel", "TypedDict"}, 0
    while known != len(models):  # a model of a model is one
        known = len(models)
        models |= {node.name for _, _, node in found if has_fields(node, models)}
    for path, lines, node in found:
        if has_fields(node, models) and not node.name.startswith("_"):
            for field, follows in zip(node.body, [*node.body[1:], None], strict=True):
                if isinstance(field, ast.AnnAssign) and not ast.unparse(field.target).startswith("_"):
                    yield path, lines, node.name, field, follows


def has_fields(node, models):
    bases = {ast.unparse(base).split("[")[0].rpartition(".")[2] for base in node.bases}
    return bool(bases & models) or any("dataclass" in ast.unparse(each) for each in node.decorator_list)


def is_told(lines, field, follows):
    """By a `#:` comment at it or right above it, a text right below it, or a description that its reader is shown."""
    first = field.lineno - 1
    while lines[first - 1].lstrip().startswith("#"):
        first -= 1
    written = "\n".join(lines[first : field.end_lineno])
    described = re.search(r"#:|description=|\b(Key|described)\(|Annotated\[.*, [A-Z_]+\]|ClassVar", written)
    return bool(described) or (isinstance(follows, ast.Expr) and isinstance(follows.value, ast.Constant))


def test_every_public_field_says_what_it_holds():
    silent = [
        f"{path.relative_to(ENGINE)}: {name}.{ast.unparse(field.target)}"
        for path, lines, name, field, follows in public_fields()
        if not is_told(lines, field, follows)
    ]
    assert silent == []


def test_few_values_are_of_no_type():
    untyped = [
        f"{path.relative_to(ENGINE)}:{node.lineno}"
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Name) and node.id == "Any"
    ]
    assert len(untyped) < MOST_UNTYPED, untyped


def test_few_statements_name_columns_by_their_table():
    named = [
        f"{path.relative_to(ENGINE)}:{node.lineno}"
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "c"
    ]
    assert len(named) < MOST_COLUMNS, named


def test_no_row_is_of_any_type():
    assert [path for path in modules() if "Row[Any]" in path.read_text(encoding="utf-8")] == []


def test_no_two_modules_stand_on_each_other():
    """Imports inside functions and those for types alone are counted."""
    graph = grimp.build_graph("duban", cache_dir=None)
    below = {each: graph.find_modules_directly_imported_by(each) for each in graph.modules}
    while free := {each for each, others in below.items() if not others & below.keys()}:
        below = {each: others for each, others in below.items() if each not in free}
    assert {each: sorted(others & below.keys()) for each, others in below.items()} == {}


NOUNS_IN_ED_OR_ING = {
    "Ending", "Feed", "Finding", "Happening", "Heading", "Listing", "Mapping", "Opening", "Padding", "Parting",
    "Placing", "Posting", "Reading", "Reckoning", "Sending", "Setting", "Standing",
    "Taking",
}  # fmt: skip
"""Words of the trade that only look like participles."""
NO_NOUN = re.compile(r"(?:ed|ing|Told|Made|Given|Known|Left|Out|Before|After|On|Owed|Due|Why|Once|Within)$")


def test_a_type_is_named_by_a_noun():
    """An exception is named for what happened; every other public class for what it is."""
    found = [
        (node.name, {ast.unparse(base).rpartition(".")[2] for base in node.bases})
        for path in modules()
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    ]
    raised, known = {name for name in dir(builtins) if name.endswith(("Error", "Exception"))}, 0
    while known != len(raised):  # what comes of an exception is one
        known = len(raised)
        raised |= {name for name, bases in found if bases & raised}
    assert [
        name
        for name, _ in found
        if name not in raised
        and NO_NOUN.search(name)
        and re.findall("[A-Z][a-z]*", name)[-1] not in NOUNS_IN_ED_OR_ING
    ] == []


OF_THE_LIBRARY = {"hexdigest", "file_digest", "compare_digest"}
"""What Python calls a fingerprint."""


def names(tree):
    """Each name a module gives or uses; what is called without a word is a hash of Python's own giving its bytes."""
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call) and not node.args}
    for node in ast.walk(tree):
        for field in ("name", "id", "arg", "attr"):
            if isinstance(name := getattr(node, field, None), str) and not (
                name == "digest" and field == "attr" and id(node) in called
            ):
                yield name


def test_a_digest_is_a_letter():
    """It says many reminders at once; what content is known by is its fingerprint."""
    assert {
        f"{path.relative_to(ENGINE)}: {name}"
        for path in modules()
        if ENGINE / "deliveries" not in path.parents
        for name in names(ast.parse(path.read_text(encoding="utf-8")))
        if "digest" in name.lower() and name not in OF_THE_LIBRARY
    } == set()


def test_what_tests_share_stands_in_no_test():
    """It stands in the conftest of their folder, or in a module of its own beside them."""
    assert [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sorted((ROOT / "tests").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (getattr(node, "module", "") or "", *(each.name for each in node.names))
        if name.rpartition(".")[2].startswith("test_")
    ] == []
