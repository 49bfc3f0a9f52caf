"""`duban letter`: official letters about what is owed, issued, listed, and their templates."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from duban.base.clock import local
from duban.base.language import say
from duban.base.system_words import naming
from duban.cli.acting import Actor, actor_or_login
from duban.cli.bilingual import argument, option
from duban.cli.failures import WrongUsage
from duban.cli.forms import As, RowList, hand_over_list
from duban.cli.forms import Output as ListFile
from duban.cli.grouping import MESSAGES, add_group
from duban.cli.opened import open_project
from duban.cli.options import Json, Project, read_date
from duban.cli.screen import show_json, tell

Kind = Annotated[
    str,
    argument(
        "KIND",
        zh="催办单、督办通知书、通报 或 约谈通知。",
        en="The kind of letter, by its Chinese name (see the docs).",
    ),
]
Numbers = Annotated[list[str], argument("OBLIGATION...", zh="应办事项的编号。", en="Numbers of obligations.")]
Reply = Annotated[
    date,
    option(
        "--reply-by", "DATE", parser=read_date, zh="哪天以前回复。", en="By which day an answer is asked for."
    ),
]
Output = Annotated[
    Path | None,
    option(
        "--output -o",
        "FILE",
        zh="另存一份到这个文件，.docx 或 .pdf。",
        en="Also write it here, .docx or .pdf.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    add_group(
        app,
        MESSAGES,
        "letter",
        (
            "issue",
            issue,
            "发一份文书：编号、填好、存档，记进每一项的经过。",
            "Issue a letter: numbered, filled in, kept, in the history.",
        ),
        ("list", list_issued, "发过的文书，最新的在前。", "The letters issued, newest first."),
        (
            "template",
            template,
            "写出模板，供在 WPS 里修改；改好放在 notifications/documents/。",
            "Write a template to be edited in WPS.",
        ),
        zh="督办通知书等文书。",
        en="Official letters about what is owed.",
        no_args_is_help=True,
    )


def issue(
    kind: Kind,
    numbers: Numbers,
    *,
    reply_by: Reply,
    output: Output = None,
    by: Actor = None,
    as_json: Json = False,
    project: Project = None,
) -> None:
    """Issue one letter."""
    from duban.letters.issuing import issue as issue_letter
    from duban.letters.issuing import kind_named
    from duban.obligations.listing import Filter

    with open_project(project) as ws:
        done = issue_letter(
            ws,
            kind_named(kind),
            numbers,
            ws.clock.now(),
            actor=actor_or_login(by),
            reply_by=reply_by,
            shown_to=Filter(),
        )
        if output is not None:
            _write(done.path.read_bytes(), output)
    if as_json:
        show_json(
            {
                "kind": done.kind,
                "number": done.number,
                "unit": done.unit,
                "items": done.items,
                "file": str(done.path),
            }
        )
        return
    tell(
        zh=f"已发{done.kind} {done.number}，致{done.unit}，{done.items} 项：{output or done.path}",
        en=f"issued {done.kind} {done.number} to {done.unit}, {done.items} obligations: {output or done.path}",
    )


def _write(letter: bytes, output: Path) -> None:
    """As .docx, or as PDF where the file's ending says so."""
    from duban.documents import PdfUnavailable
    from duban.letters.printed import letter_as_pdf

    try:
        with naming(output):
            output.write_bytes(letter_as_pdf(letter) if output.suffix.lower() == ".pdf" else letter)
    except PdfUnavailable as why:
        raise WrongUsage(zh=f"文书已经发了；{why}", en=f"the letter was issued; {why}") from None


def list_issued(
    *, form: As = None, output: ListFile = None, as_json: Json = False, project: Project = None
) -> None:
    """List the letters."""
    from duban.letters.issued import issued_letters

    with open_project(project, say_draft=False) as ws:
        found = issued_letters(ws)
        zone = ws.definitions.project.zone
    listing = RowList(
        title=say(zh="发过的文书", en="Letters"),
        headings=(
            say(zh="文号", en="number"),
            say(zh="文种", en="kind"),
            say(zh="致", en="to"),
            say(zh="项数", en="items"),
            say(zh="回复日期", en="reply by"),
            say(zh="发文", en="issued"),
            say(zh="谁发", en="by"),
        ),
        rows=(
            (
                each.number,
                each.kind,
                each.unit or say(zh="各有关单位", en="all concerned"),
                each.items,
                each.reply_by,
                local(each.issued_at, zone),
                each.issued_by,
            )
            for each in found
        ),
        nothing=say(zh="还没有发过文书", en="no letter was issued yet"),
    )
    hand_over_list(listing, form, output, as_json=as_json, data=found)


def template(kind: Kind, *, output: Output = None, project: Project = None) -> None:
    """Write the template of a kind."""
    from duban.bureau.project import find_root
    from duban.letters.issuing import kind_named
    from duban.letters.templates import TEMPLATES, template_of

    root = find_root(project)
    wanted = kind_named(kind)
    path = output or root / TEMPLATES / f"{wanted.name}.docx"
    if path.exists():
        raise WrongUsage(zh=f"{path} 已经有了，没有覆盖", en=f"{path} is there already and was left alone")
    path.parent.mkdir(parents=True, exist_ok=True)
    with naming(path):
        path.write_bytes(template_of(root, wanted))
    tell(
        zh=f"模板写在 {path}，用 WPS 或 Word 修改后保存即可",
        en=f"the template is {path}: edit it in WPS or Word",
    )
