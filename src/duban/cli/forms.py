"""The form somebody asks a report in, and where it goes: the terminal, standard output or a file."""

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from duban.base.language import say
from duban.base.system_words import naming
from duban.cli.bilingual import option
from duban.cli.failures import WrongUsage
from duban.cli.screen import show, tell
from duban.documents import (
    Column,
    ColumnKind,
    DataTable,
    Document,
    Form,
    Part,
    PdfUnavailable,
    Sentence,
    as_docx,
    as_html,
    as_markdown,
    as_object,
    as_pdf,
    as_xlsx,
)
from duban.documents.document import Value
from duban.documents.objects import plain

As = Annotated[
    Form | None,
    option(
        "--as",
        "FORM",
        zh="terminal、md、html、xlsx、docx、pdf 或 json；不写就看文件名后缀，再不然显示在终端。",
        en="terminal, md, html, xlsx, docx, pdf or json; else by the file's ending, else on the terminal.",
    ),
]
Output = Annotated[Path | None, option("--output -o --out", "FILE", zh="写进文件。", en="Write into a file.")]
_FILES = {Form.EXCEL: "Excel", Form.WORD: "Word", Form.PDF: "PDF"}


def asked_form(form: Form | None, output: Path | None, *, as_json: bool, named: str) -> Form:
    """The form that is meant: the one named, else that of the file's ending, else the terminal.

    `named` is what a file of it could be called. Raises WrongUsage for an ending nobody knows, and for a workbook
    that would go to a screen.
    """
    wanted = Form.JSON if as_json else form or _by_ending(output)
    if wanted in _FILES and output is None and sys.stdout.isatty():
        raise WrongUsage(
            zh=f"{_FILES[wanted]} 要写进文件：加 -o {named}.{wanted}",
            en=f"{_FILES[wanted]} goes into a file: add -o {named}.{wanted}",
        )
    return wanted


def _by_ending(output: Path | None) -> Form:
    if output is None:
        return Form.TERMINAL
    endings = {form.value: form for form in Form if form is not Form.TERMINAL}
    ending = output.suffix.removeprefix(".").lower()
    if ending not in endings:
        first, *others = (
            form.value for form in (Form.HTML, Form.EXCEL, Form.WORD, Form.PDF, Form.MARKDOWN, Form.JSON)
        )
        raise WrongUsage(
            zh=f"看不出要什么格式：{output}，加 --as {first}（或 {'、'.join(others)}）",
            en=f"what form is {output}? add --as {first} (or {', '.join(others)})",
        )
    return endings[ending]


def hand_over(document: Document, form: Form, output: Path | None, *, data: object = None) -> None:
    """Show the document, or write it into the file; a screen's form becomes Markdown in a file.

    `data` is what programs get instead of the document's own object, where a report has keys of its own.
    """
    if form is Form.TERMINAL and output is None:
        show(document)
        return
    written = _written(document, form, as_object(document) if data is None else data)
    if output is not None:
        with naming(output):
            output.write_bytes(written)
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(written)


def _written(document: Document, form: Form, data: object) -> bytes:
    match form:
        case Form.TERMINAL | Form.MARKDOWN:
            return as_markdown(document).encode()
        case Form.HTML:
            return as_html(document).encode()
        case Form.EXCEL:
            return as_xlsx(document)
        case Form.WORD:
            return as_docx(document)
        case Form.PDF:
            try:
                return as_pdf(document)
            except PdfUnavailable as why:
                raise WrongUsage(str(why)) from None
        case Form.JSON:
            return (json.dumps(plain(data), ensure_ascii=False, indent=2) + "\n").encode()


def tell_written(output: Path | None, told: str) -> None:
    """Say what stands in the file that was written; nothing when there is none."""
    if output is not None:
        tell(zh=f"已写入 {output}：{told}", en=f"{output} written: {told}")


@dataclass(frozen=True)
class RowList:
    """What a command lists, before the form is chosen."""

    title: str  #: Over the list on a page and in a workbook; a screen goes without.
    headings: Sequence[str]  #: Over the columns.
    rows: Iterable[Sequence[Value]]  #: As many values as headings; days and numbers stay what they are.
    nothing: str  #: Said when there are no rows.
    under: Sequence[str] = ()  #: Said under the list, as how far it goes.
    hints: Sequence[str] = ()  #: Said on a screen alone: what to type next.
    numbers: str = ""  #: The headings of columns of numbers, between spaces.


def hand_over_list(
    listing: RowList, form: Form | None, output: Path | None, *, as_json: bool, data: object
) -> None:
    """Show the list, or write it in the form somebody asked for; programs get `data`. Raises WrongUsage as `asked_form`."""
    wanted = asked_form(form, output, as_json=as_json, named=listing.title)
    rows = list(listing.rows)
    if wanted is Form.TERMINAL and output is None:
        said = Document("", _list_parts(listing, rows))
        show(said) if rows else tell(listing.nothing)
        for line in listing.hints if rows else ():
            tell(line)
        return
    hand_over(Document(listing.title, _list_parts(listing, rows)), wanted, output, data=data)
    tell_written(output, say(zh=f"{len(rows)} 行", en=f"{len(rows)} rows"))


def _list_parts(listing: RowList, rows: Sequence[Sequence[Value]]) -> tuple[Part, ...]:
    if not rows:
        return (Sentence(listing.nothing),)
    numbers = listing.numbers.split()
    kinds = (ColumnKind.NUMBER if heading in numbers else ColumnKind.TEXT for heading in listing.headings)
    columns = tuple(map(Column, listing.headings, kinds))
    return (DataTable(columns, rows), *map(Sentence, listing.under))
