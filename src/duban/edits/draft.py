"""The content that is to be planned: the folder as it stands, or what an earlier version was."""

from collections.abc import Mapping
from pathlib import Path

from duban.base.entrance import by_entrance
from duban.definitions.definitions import Definitions, load_definitions
from duban.edits.model import Plan, PlanRefused
from duban.ledger.content import (
    applied_versions,
    content_fingerprint,
    files_of,
    lay_out,
    read_content,
    write_files,
)
from duban.ledger.database import reading
from duban.workspace.workspace import Workspace

DRAFTS = Path(".duban") / "drafts"
Draft = tuple[Definitions, dict[str, str]]


def draft_of_folder(ws: Workspace) -> Draft:
    """The folder's definitions and its files, path → text. Raises ProblemsFound with every mistake in it."""
    load_definitions(ws.root)
    files = read_content(ws.root)
    return load_definitions(lay_out(ws.root, files)), files


def draft_of_version(ws: Workspace, number: int) -> Draft:
    """The content of an applied version. Raises PlanRefused when there is no such version."""
    with reading(ws.ledger) as connection:
        content = {each.number: each.content_id for each in applied_versions(connection)}
    if number not in content:
        raise PlanRefused(
            zh=f"没有第 {number} 版，{by_entrance(command='duban versions', page='“版本”')} 列出全部版本",
            en=f"there is no version {number}; {by_entrance(command='duban versions', page='“Versions”')} lists them",
        )
    return draft_of_content(ws, content[number])


def draft_of_content(ws: Workspace, content_id: int) -> Draft:
    """Content the ledger keeps under this number."""
    with reading(ws.ledger) as connection:
        files = files_of(connection, content_id)
    return load_definitions(lay_out(ws.root, files)), files


def refuse_edited_folder(ws: Workspace, plan: Plan) -> None:
    """Raise PlanRefused when the folder is no longer what the plan was made of."""
    if content_fingerprint(read_content(ws.root)) != plan.draft:
        raise PlanRefused(
            zh="文件在这之后又改过，请重新" + by_entrance(command="运行 duban plan", page="看计划"),
            en="the files were edited since this plan; plan again",
        )


def put_back(ws: Workspace, files: Mapping[str, str]) -> Path:
    """Make the folder what these files are; the files as they stood are kept where the answer says."""
    present = read_content(ws.root)
    kept = ws.root / DRAFTS / content_fingerprint(present)[:16]
    write_files(kept, present)
    for name in present.keys() - files.keys():
        (ws.root / name).unlink()
    write_files(ws.root, {name: text for name, text in files.items() if present.get(name) != text})
    return kept
