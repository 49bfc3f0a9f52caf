"""`duban schema`: the JSON Schemas that let an editor complete and check the content files."""

from typing import Annotated

import typer

from duban.cli.bilingual import argument
from duban.cli.grouping import STARTING, add_commands
from duban.cli.options import Project
from duban.cli.screen import tell


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    add_commands(
        app,
        STARTING,
        (
            "schema",
            schema,
            "写出各种 YAML 文件的 JSON Schema，编辑器据此补全和检查（升级以后运行一次）。",
            "Write the JSON Schemas of the YAML files, for editors to complete and check (run after an upgrade).",
        ),
    )


def schema(
    name: Annotated[
        str | None,
        argument(
            "NAME", zh="只显示这一种文件的，不写文件。", en="Print this one instead of writing the files."
        ),
    ] = None,
    *,
    project: Project = None,
) -> int:
    """Write every schema into `schemas/`, or print one."""
    from duban.base.language import current
    from duban.base.problems import did_you_mean
    from duban.bureau.project import find_root
    from duban.cli.failures import WrongUsage
    from duban.schemas import SCHEMAS, write_schemas
    from duban.schemas.files import as_text

    if name is not None:
        kinds = {kind.name: kind for kind in SCHEMAS}
        if name not in kinds:
            near = did_you_mean(name, kinds)
            raise WrongUsage(zh=f"没有“{name}”这种文件，{near}", en=f"no kind of file “{name}”, {near}")
        tell(as_text(kinds[name]))
        return 0
    for path in write_schemas(find_root(project), current()):
        tell(str(path))
    return 0
