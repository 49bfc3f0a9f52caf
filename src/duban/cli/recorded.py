"""`duban fact list`, `duban subject changes`: what was recorded, and by whom."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from duban.base.language import say
from duban.cli.acting import looking_on
from duban.cli.bilingual import option
from duban.cli.forms import As, Output, RowList, hand_over_list
from duban.cli.opened import open_project, unit_meant
from duban.cli.options import Json, Project, read_date
from duban.cli.subject_meant import find_subject

Kind = Annotated[str | None, option("--kind", "KIND", zh="哪一种事实。", en="The kind of fact.")]
About = Annotated[
    str | None,
    option("--subject", "[KIND:]CODE[@UNIT]", zh="关于哪个监管对象。", en="The subject they are about."),
]
Owner = Annotated[
    str | None, option("--recorded-by", "UNIT", zh="哪个单位记的。", en="The unit that recorded them.")
]
Since = Annotated[
    date | None,
    option(
        "--since", "DATE", parser=read_date, zh="发生在这一天或以后。", en="Happened on this day or later."
    ),
]
Most = Annotated[
    int,
    option("--limit", least=1, most=10_000, zh="最多列几条，最近的。", en="How many at most, the newest."),
]


def list_facts(
    *,
    kind: Kind = None,
    subject: About = None,
    recorded_by: Owner = None,
    since: Since = None,
    limit: Most = 100,
    form: As = None,
    output: Output = None,
    project: Project = None,
    as_json: Json = False,
) -> None:
    """List facts with who recorded them."""
    from duban.facts.looking import FactFilter, recorded_facts, signed
    from duban.ledger.sessions import looking

    with open_project(project) as workspace:
        tree = workspace.definitions.project
        whose = find_subject(workspace, subject) if subject else None
        wanted = FactFilter(
            kind=kind,
            subject_kind=whose.kind if whose else None,
            subject_code=whose.code if whose else None,
            owner=unit_meant(tree, recorded_by) if recorded_by else None,
            since=since,
        )
        with looking(workspace.ledger) as session:
            found = recorded_facts(session, wanted, looking_on(workspace), size=limit, newest=True)
    told = [
        {
            "happened_on": each.fact.happened_on,
            "kind": each.fact.kind,
            "about": each.subject.code if each.subject else each.fact.unit,
            "name": each.subject.name if each.subject else tree.name_of(each.fact.unit or ""),
            "source": each.fact.source,
            "ref": each.fact.ref,
            "corrects": f"{each.revised.source}/{each.revised.ref}" if each.revised else None,
            "withdrawn": bool(each.fact.data.get("withdrawn")),
            "recorded_at": each.fact.recorded_at.astimezone(tree.zone),
            "recorded_by": signed(each.author, tree) or None,
            "entrance": each.author.entrance if each.author else None,
        }
        for each in found
    ]
    titles = workspace.definitions.vocabulary.facts
    listing = RowList(
        title=say(zh="事实", en="Facts"),
        headings=say(
            zh="哪天 什么事 关于 来源/编号 记于 谁记的", en="day fact about source/number recorded by"
        ).split(),
        rows=(
            (
                str(each["happened_on"]),
                _what(each, titles[str(each["kind"])].title if each["kind"] in titles else str(each["kind"])),
                str(each["name"]),
                f"{each['source']}/{each['ref']}",
                f"{each['recorded_at']:%Y-%m-%d %H:%M}",
                str(each["recorded_by"] or say(zh="不详", en="unknown")),
            )
            for each in told
        ),
        nothing=say(zh="没有符合条件的事实。", en="No facts match."),
    )
    hand_over_list(listing, form, output, as_json=as_json, data=told)


def list_changes(
    subject: About = None,
    *,
    limit: Most = 100,
    form: As = None,
    output: Output = None,
    project: Project = None,
    as_json: Json = False,
) -> None:
    """List what was made of subjects, and by whom."""
    from duban.facts.looking import changes_in_words, recorded_changes, signed
    from duban.ledger.sessions import looking

    with open_project(project) as workspace:
        tree = workspace.definitions.project
        whose = find_subject(workspace, subject) if subject else None
        with looking(workspace.ledger) as session:
            found = recorded_changes(
                session,
                looking_on(workspace),
                kind=whose.kind if whose else None,
                code=whose.code if whose else None,
                size=limit,
                newest=True,
            )
    told = [
        {
            "at": each.change.at.astimezone(tree.zone),
            "kind": each.subject.kind,
            "code": each.subject.code,
            "name": each.subject.name,
            "changed": each.change.changed,
            "recorded_by": signed(each.author, tree),
            "entrance": each.author.entrance,
        }
        for each in found
    ]
    listing = RowList(
        title=say(zh="监管对象的变更", en="Changes of subjects"),
        headings=say(zh="什么时候 监管对象 改了什么 谁改的", en="when subject change by").split(),
        rows=(
            (
                f"{each.change.at.astimezone(tree.zone):%Y-%m-%d %H:%M}",
                f"{each.subject.name}（{each.subject.code}）",
                changes_in_words(list(each.change.changed.items())),
                signed(each.author, tree),
            )
            for each in found
        ),
        nothing=say(zh="没有变更。", en="No changes."),
    )
    hand_over_list(listing, form, output, as_json=as_json, data=told)


def _what(told: Mapping[str, object], title: str) -> str:
    """What a fact says: a correction and a withdrawal are said to be one."""
    if told["withdrawn"]:
        return say(zh=f"撤销：{title}", en=f"withdrawn: {title}")
    return say(zh=f"更正：{title}", en=f"corrected: {title}") if told["corrects"] else title


Author = Annotated[
    str | None,
    option("--name", "NAME", zh="谁：人或者令牌的名称。", en="Whose: a person's or a token's name."),
]
On = Annotated[
    date | None, option("--since", "DATE", parser=read_date, zh="从这一天起。", en="From this day on.")
]


def list_accesses(
    *,
    name: Author = None,
    since: On = None,
    limit: Most = 100,
    form: As = None,
    output: Output = None,
    project: Project = None,
    as_json: Json = False,
) -> None:
    """List who wrote what, when and from where."""
    from datetime import datetime, time

    from duban.facts.looking import signed
    from duban.ledger.access_log import noted_accesses
    from duban.ledger.sessions import looking

    with open_project(project) as workspace:
        tree = workspace.definitions.project
        start = datetime.combine(since, time(), tree.zone) if since else None
        with looking(workspace.ledger) as session:
            found = noted_accesses(session, size=limit, since=start, name=name)
    told = [
        {
            "at": each.at.astimezone(tree.zone),
            "by": signed(each.author, tree),
            "entrance": each.author.entrance,
            "address": each.address,
            "act": each.act,
            "outcome": each.outcome,
            "touched": each.touched,
            "count": each.count,
        }
        for each in found
    ]
    listing = RowList(
        title=say(zh="操作记录", en="Access log"),
        headings=say(
            zh="什么时候 谁 从哪里来 做什么 结果 动了哪些", en="when by from act outcome touched"
        ).split(),
        rows=(
            (
                f"{each['at']:%Y-%m-%d %H:%M:%S}",
                str(each["by"]),
                str(each["address"] or say(zh="本机", en="the machine")),
                str(each["act"]),
                outcome_word(str(each["outcome"])),
                _touched(found[number].touched, found[number].count),
            )
            for number, each in enumerate(told)
        ),
        nothing=say(zh="没有记录。", en="Nothing was written."),
    )
    hand_over_list(listing, form, output, as_json=as_json, data=told)


def outcome_word(outcome: str) -> str:
    """What came of an act, in the reader's words; an HTTP status is left as it is."""
    words = {
        "done": say(zh="办了", en="done"),
        "partly": say(zh="办了一部分", en="done in part"),
        "refused": say(zh="没办成", en="refused"),
    }
    return words.get(outcome, outcome)


def _touched(numbers: list[str], count: int) -> str:
    comma = say(zh="、", en=", ")
    if count <= 5:
        return comma.join(numbers)
    shown = comma.join(numbers[:4])
    return say(zh=f"{shown} …… {numbers[-1]}，共 {count} 个", en=f"{shown} … {numbers[-1]}, {count} in all")
