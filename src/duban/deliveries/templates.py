"""Messages in words: the Jinja2 templates of `notifications/templates/`, in a sandbox.

An administrator may edit them. A template that does not work is one clear problem in `duban check`; when sending,
the shipped one takes its place, so that no message waits for a spelling mistake.
"""

import logging
import re
from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from threading import Lock

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError

from duban.base.language import (
    Language,
    current,
    say,
    use,
)
from duban.base.problems import Problem, did_you_mean
from duban.deliveries.digests import Digest, DutyGroup
from duban.deliveries.entries import Entry, QuotedBasis
from duban.deliveries.leaders_page import CountyStanding, LeadersPage
from duban.deliveries.template_words import in_words
from duban.documents.sandbox import BoundedSandbox

logger = logging.getLogger("duban.deliveries")

FOLDER = Path("notifications") / "templates"
LANGUAGES: tuple[Language, ...] = ("zh-CN", "en")
_PARTS = {
    "title": "title.{language}.txt.j2",
    "body": "digest.{language}.md.j2",
    "brief": "brief.{language}.txt.j2",
}
_compiling = Lock()
_BLANKS = re.compile(r"\n{3,}")


def shipped_folder() -> Path:
    """The folder of the templates that came with the engine: in the wheel, or in the source tree."""
    package = Path(__file__).resolve().parents[1]
    in_wheel = package / "starter" / FOLDER
    return in_wheel if in_wheel.is_dir() else package.parents[1] / FOLDER


def words(root: Path, digest: Digest) -> tuple[str, str]:
    """Title and body of a message in the reader's language, from the project's templates.

    A project's template that is missing or fails is replaced by the shipped one, and the log says so.
    """
    language = current()
    body = "brief" if digest.brief else "body"
    return _part(root, "title", language, digest), _part(root, body, language, digest)


def template_problems(root: Path) -> list[Problem]:
    """What is wrong in the project's own templates: each is rendered once with a made-up message."""
    problems = [
        Problem(
            path.relative_to(root).as_posix(),
            0,
            0,
            say(zh="没有叫这个名字的模板，不会读取", en="no template is called so: it is not read"),
            did_you_mean(path.name, _names()),
        )
        for path in sorted((root / FOLDER).glob("*.j2"))
        if path.name not in _names()
    ]
    for name in _names():
        path = root / FOLDER / name
        if not path.is_file():
            continue
        shown = (FOLDER / name).as_posix()
        problems += _wide_braces(path, shown)
        language: Language = "en" if ".en." in name else "zh-CN"
        try:
            with use(language):
                sample = _sample()
            for digest in (sample, sample.told_in_full(0, 1), sample.in_brief(1), _leaders(sample)):
                _render(path.read_text(encoding="utf-8"), digest)
        except TemplateSyntaxError as error:
            problems.append(
                Problem(shown, error.lineno, 1, say(zh="模板语法不对", en="template syntax"), in_words(error))
            )
        except (OSError, UnicodeDecodeError) as error:
            problems.append(Problem(shown, 0, 0, say(zh=f"读不了：{error}", en=f"cannot be read: {error}")))
        except Exception as error:
            told = in_words(error)
            what = say(zh=f"模板填不出消息：{told}", en=f"the template does not render: {told}")
            mend = say(
                zh="可用的词见 notifications/README.md", en="the words to use are in notifications/README.md"
            )
            problems.append(Problem(shown, _line_of(error), 1, what, mend))
    return problems


def _wide_braces(path: Path, shown: str) -> list[Problem]:
    """The lines of a template that would be sent as they stand, as their braces are full-width."""
    text = path.read_text(encoding="utf-8", errors="replace")
    what = say(zh="花括号要用英文半角的", en="braces are plain ones")
    return [
        Problem(shown, number, line.index("｛") + 1, what, say(zh="请写成 {{ }}", en="write {{ }}"))
        for number, line in enumerate(text.splitlines(), 1)
        if "｛" in line
    ]


def _part(root: Path, part: str, language: Language, digest: Digest) -> str:
    name = _PARTS[part].format(language=language)
    own = root / FOLDER / name
    if own.is_file():
        try:
            return _tidy(part, _render(own.read_text(encoding="utf-8"), digest))
        except Exception as error:
            # Whatever an edit did to the template, the message still goes out.
            logger.warning("%s: %s", own.relative_to(root).as_posix(), error)
    return _tidy(part, _render((shipped_folder() / name).read_text(encoding="utf-8"), digest))


def _tidy(part: str, text: str) -> str:
    return " ".join(text.split()) if part == "title" else _BLANKS.sub("\n\n", text).strip() + "\n"


def _render(source: str, digest: Digest) -> str:
    _environment().begin()
    with _compiling:  # of several senders that begin at once, one puts a template together for all
        template = _compiled(source)
    text: str = template.render(digest=digest)
    if not text.strip():
        raise TemplateError(say(zh="填出来是空的", en="it renders to nothing"))
    return text


@lru_cache(maxsize=32)
def _compiled(source: str):  # type: ignore[no-untyped-def]  # noqa: ANN202
    return _environment().from_string(source)


class _Sandbox(BoundedSandbox):
    """A template may read what a message is made of, and nothing behind it."""

    def getattr(self, obj: object, attribute: str) -> object:
        """The public attributes of a message's parts without a long look; all else as the sandbox judges."""
        if type(obj) in _PARTS_OF_A_MESSAGE and not attribute.startswith("_"):
            try:
                return getattr(obj, attribute)
            except AttributeError:
                pass
        return super().getattr(obj, attribute)


_PARTS_OF_A_MESSAGE = frozenset((Digest, DutyGroup, Entry, QuotedBasis, LeadersPage, CountyStanding))


@lru_cache(maxsize=1)
def _environment() -> BoundedSandbox:
    # Messages are plain text: nothing is escaped, because no reader interprets it.
    return _Sandbox(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=False, autoescape=False)


def _names() -> list[str]:
    return [pattern.format(language=language) for language in LANGUAGES for pattern in _PARTS.values()]


def _line_of(error: Exception) -> int:
    """The template line an error came from: the deepest frame that Jinja2 compiled from the template."""
    line, trace = 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _sample() -> Digest:
    entry = Entry(
        ref="DB-000042",
        whom=say(zh="示例企业", en="Example Ltd"),
        stage="urge",
        target=date(2023, 9, 28),
        deadline=date(2023, 10, 7),
        provisional=True,
        overdue=True,
        overdue_days=2,
        days_left=None,
        period="2023-Q3",
        note=say(zh="备注", en="note"),
        progress=say(zh="进度", en="progress"),
        about=say(zh="地址", en="address"),
        said=(("remind", 2), ("urge", 2)),
        county=say(zh="三元区", en="Sanyuan"),
        last_day=say(zh="最后期限", en="deadline"),
    )
    basis = QuotedBasis("CP-01", say(zh="原文", en="the clause"))
    group = DutyGroup(
        say(zh="示例事项", en="Example duty"),
        say(zh="条线", en="line"),
        (basis,),
        (entry,),
        evidence=(say(zh="记录表", en="the record"),),
        contact=say(zh="市局", en="the city"),
        tentative=say(zh="暂定", en="tentative"),
    )
    return Digest(
        unit=say(zh="三元区", en="Sanyuan"),
        post=say(zh="产品质量科", en="product quality"),
        holder="",
        acting_for="",
        groups=(group,),
        as_of="2023-10-09 09:00",
        message_id="XX-000007",
        unnamed=0,
    )


def _leaders(sample: Digest) -> Digest:
    """The made-up message as a leader gets it."""
    county = CountyStanding(say(zh="三元区", en="Sanyuan"), 40, 5)
    causes = ((sample.groups[0].title, 1),)
    whose = ((say(zh="产品质量科", en="product quality"), 1),)
    page = LeadersPage(county, (county,), whose, causes, say(zh="建议", en="proposal"))
    group = replace(sample.groups[0], entries=(replace(sample.groups[0].entries[0], owner=whose[0][0]),))
    return replace(sample, groups=(group,), summary=page, attached=True)
