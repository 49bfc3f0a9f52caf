"""The pages (网页): what people see in a browser, rendered here and complete without a script.

| module | question |
|---|---|
| `door` | may this request come in: language, foreign forms, headers, and an answer that people can read whatever goes wrong |
| `visiting` | who looks: what every page asks for first |
| `forms` | is this form one of ours |
| `rendering` | a template, or one block of it, as an answer |
| `refusals` | a refusal as a page |
| `coming_in` | signing in and out, choosing a password by a link |
| `single_sign_on` | coming in by the bureau's own sign-on |
| `my_account` `feeds` | one's own account: password, and where one is signed in · what a calendar fetches of what one owes |
| `accounts` `tokens` | who may sign in or call, for admins |
| `operations` | who wrote what, when and from where, for admins and auditors |
| `imports`, `import_files` | a table handed in, rehearsed, mended and taken |
| `engine` | how the engine stands, for the operator |
| `home` | what the first page shows, by who looks |
| `board`, `lists`, `exports`, `one_owed`, `messages`, `catalogue`, `ahead`, `reports`, `letters`, `packs` | the pages of what is owed |
| `file_list`, `editing`, `plans`, `versions`, `weekly_changes`, `letter_templates` | the project's files: listed, edited, planned and put in force; forms for what changes weekly; templates of letters |
| `acting`, `act_forms`, `uploads` | acting on one obligation or several; what a form asks for; the files handed in |
| `assigning` | what is assigned once: the form, its rehearsal, what became of it |
| `guide` | how the pages are used, from the handbook |
| `page_words`, `assets` | how a page says days and distances · the files it names |

A page takes `Visitor` (whoever is signed in) or `Visitor` of certain roles (`visitor_who_is`), and answers `page(visit, …)`.
"""

from typing import Final

from fastapi import APIRouter, Depends, FastAPI

from duban.handbook.making import page_pictures
from duban.web.pages import (
    accounts,
    acting,
    ahead,
    assigning,
    board,
    catalogue,
    coming_in,
    editing,
    engine,
    exports,
    feeds,
    file_list,
    guide,
    home,
    import_files,
    imports,
    letter_templates,
    letters,
    lists,
    messages,
    my_account,
    one_owed,
    operations,
    packs,
    plans,
    reports,
    single_sign_on,
    tokens,
    versions,
    weekly_changes,
)
from duban.web.pages.assets import FOLDER, STATIC, KeptFiles
from duban.web.pages.forms import form_is_ours

PARTS: Final = (
    coming_in,
    single_sign_on,
    home,
    my_account,
    feeds,
    accounts,
    tokens,
    operations,
    import_files,
    imports,
    engine,
    board,
    catalogue,
    lists,
    exports,
    one_owed,
    acting,
    assigning,
    messages,
    ahead,
    letters,
    packs,
    reports,
    guide,
    file_list,
    editing,
    letter_templates,
    plans,
    versions,
    weekly_changes,
)


def add_pages(app: FastAPI) -> None:
    """Serve every page, and the files they name."""
    router = APIRouter(dependencies=[Depends(form_is_ours)], include_in_schema=False)
    for part in PARTS:
        router.include_router(part.router)
    app.include_router(router)
    if pictures := page_pictures():
        app.mount(guide.GUIDE_PICTURES, KeptFiles(directory=pictures), name="guide")
    app.mount(STATIC, KeptFiles(directory=FOLDER), name="static")
