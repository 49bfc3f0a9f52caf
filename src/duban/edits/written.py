"""What was edited, as the person wrote it: the keys of a duty, units and posts, ladders, days of the calendar."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from duban.base.language import say
from duban.base.problems import ProblemsFound
from duban.bureau.posts import Post
from duban.channels.loading import CHANNELS_FILE
from duban.definitions.definitions import Definitions
from duban.duties.grammar import Duty
from duban.edits.assumption_changes import assumption_changes
from duban.edits.key_words import brief, key_word
from duban.edits.model import KeyChange
from duban.edits.receivers import addresses, channel_changes
from duban.edits.template_changes import FOLDER as TEMPLATES
from duban.edits.template_changes import template_changes
from duban.ladders.ladder import Addressee, Ladder, Rung
from duban.obligations.redating import days_that_moved
from duban.workdays import WorkdayCalendar

NAMED_DAYS = 4


class WrittenDuties:
    """The duties of some definitions as their files have them, each file read once."""

    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions
        self.facts = {name: kind.title for name, kind in definitions.vocabulary.facts.items()}
        self._files: dict[str, tuple[dict[str, object], dict[str, dict[str, object]]]] = {}

    def keys(self, duty_id: str) -> dict[str, object]:
        """The keys of a duty, those it takes over from its file's defaults included; none where there is no such duty."""
        duty = self._definitions.duties.get(duty_id)
        if duty is None:
            return {}
        defaults, entries = self._file(duty.path) if duty.path else ({}, {})
        entry = entries.get(duty_id)
        if entry is None:  # written in code
            return duty.model_dump(mode="json", exclude={"path", "line_no", "assumptions", "id"})
        return {key: value for key, value in {**defaults, **entry}.items() if key != "id"}

    def _file(self, path: str) -> tuple[dict[str, object], dict[str, dict[str, object]]]:
        if path not in self._files:
            self._files[path] = _entries(self._definitions.root, path)
        return self._files[path]


def duty_changes(before: WrittenDuties, after: WrittenDuties, duty_id: str) -> tuple[KeyChange, ...]:
    """The keys of a duty that differ, as they stand in the files; nothing for a duty that is new or gone."""
    old, new = before.keys(duty_id), after.keys(duty_id)
    if not old or not new:
        return ()
    return tuple(
        KeyChange(key_word(key), brief(old.get(key), before.facts), brief(new.get(key), after.facts))
        for key in dict.fromkeys((*old, *new))
        if old.get(key) != new.get(key)
    )


def standing_changes(
    before: WrittenDuties, after: WrittenDuties, old: Duty, new: Duty
) -> tuple[KeyChange, ...]:
    """What of a duty is surer, or less sure, than before, though it may be written with the same value."""
    return tuple(
        assumption_changes(old, new, before.keys(old.id), after.keys(new.id), {**before.facts, **after.facts})
    )


def meaning_changes(old: Duty, new: Duty) -> tuple[KeyChange, ...]:
    """The keys that mean something else though nothing a reader would see of them is written otherwise."""
    was, now = old.content(), new.content()
    alike = say(zh="写的值没有变，意思变了", en="the same value is written, its meaning changed")
    return tuple(
        KeyChange(key_word(key), "", alike)
        for key in now
        if key not in {"path", "line_no", "assumptions"} and was.get(key) != now[key]
    )


def content_changes(
    before: Definitions, after: Definitions, was: Mapping[str, str], now: Mapping[str, str]
) -> tuple[KeyChange, ...]:
    """What changed beside duties: units, posts, hours, ladders, days, channels and templates.

    `was` and `now` are the files; one that differs without any meaning that changed is named too.
    """
    changes = [
        *_unit_changes(before, after),
        *_project_changes(before, after),
        *_ladder_changes(before, after),
        *_day_changes(before.calendar, after.calendar),
        *_closure_changes(before.calendar, after.calendar),
    ]
    name = CHANNELS_FILE.as_posix()
    channels = was.get(name) != now.get(name) and channel_changes(before.root, after.root, after.project)
    changes += channels or []
    alone = list(_standing_alone(before, after))
    changes += [change for _, change in alone]
    explained = {
        **{path: True for path, _ in alone},
        name: bool(channels),
        "duban.yaml": before.project != after.project,
        "notifications/ladders.yaml": before.ladders != after.ladders,
    }
    calendar = before.calendar.version != after.calendar.version
    duties = {duty.path for duty in _differing(before, after)}
    for name in sorted({*was, *now}):
        if was.get(name) == now.get(name) or explained.get(name) or name in duties:
            continue
        if name.startswith("calendar/") and calendar and "festivals" not in name:
            continue
        if name.startswith(TEMPLATES) and name in was and name in now:
            changes += template_changes(name, was[name], now[name])
        else:
            changes.append(KeyChange(name, "", _kind_of_edit(name, was, now)))
    return tuple(changes)


def _differing(before: Definitions, after: Definitions) -> Iterator[Duty]:
    for duty_id in {*before.duties, *after.duties}:
        old, new = before.duties.get(duty_id), after.duties.get(duty_id)
        if (old and old.fingerprint) != (new and new.fingerprint):
            yield from (duty for duty in (old, new) if duty is not None)


def _standing_alone(before: Definitions, after: Definitions) -> Iterator[tuple[str, KeyChange]]:
    """What of a duty is as sure as before, for another reason or on another paper, with its file: nothing climbs otherwise.

    A confidential duty's file is only named.
    """
    was, now = WrittenDuties(before), WrittenDuties(after)
    for duty in after.duties.values():
        old = before.duties.get(duty.id)
        if old is None or old.fingerprint != duty.fingerprint or duty.confidential:
            continue
        if old.assumptions != duty.assumptions:
            for change in standing_changes(was, now, old, duty):
                yield duty.path, KeyChange(f"{duty.title} {change.key}", change.was, change.now)


def _entries(root: Path, path: str) -> tuple[dict[str, object], dict[str, dict[str, object]]]:
    from duban.yamlfile import read

    try:
        data = read(root / path, root=root).data
    except ProblemsFound:
        return {}, {}
    written = [entry for entry in data.get("duties", ()) if isinstance(entry, dict)]
    return dict(data.get("defaults") or {}), {entry.get("id", ""): entry for entry in written}


def _unit_changes(before: Definitions, after: Definitions) -> Iterator[KeyChange]:
    old, new = before.project.units, after.project.units
    unit_word, post_word = say(zh="单位", en="unit"), say(zh="岗位", en="post")
    for code in dict.fromkeys((*old, *new)):
        was, now = old.get(code), new.get(code)
        if was is None or now is None:
            yield KeyChange(f"{unit_word} {code}", was.name if was else "", now.name if now else "")
            continue
        if (was.name, was.parent) != (now.name, now.parent):
            yield KeyChange(f"{unit_word} {code}", f"{was.name} < {was.parent}", f"{now.name} < {now.parent}")
        for name in dict.fromkeys((*was.posts, *now.posts)):
            if was.posts.get(name) != now.posts.get(name):
                told = (_post(was.posts.get(name)), _post(now.posts.get(name)))
                if told[0] == told[1]:  # the hidden part of an address
                    told = (told[0], say(zh=f"{told[1]}（通讯地址改了）", en=f"{told[1]} (another address)"))
                yield KeyChange(f"{post_word} {now.name}/{name}", *told)


def _post(post: Post | None) -> str:
    """A post with its holder, its addresses half hidden: a plan may be shown to anybody."""
    if post is None:
        return ""
    parts = [say(zh="空缺", en="vacant") if post.vacant else post.holder or say(zh="在岗", en="staffed")]
    if post.serves_as:
        parts.append(post.serves_as)
    if post.lines is not None:
        listed = say(zh="、", en=", ").join(post.lines)
        parts.append(say(zh=f"负责 {listed or '（没有条线）'}", en=f"lines: {listed or 'none'}"))
    if post.addresses:
        parts.append(addresses(post))
    if post.deputy:
        parts.append(say(zh=f"代理 {post.deputy}", en=f"deputy {post.deputy}"))
    parts += [say(zh=f"{first} 至 {last} 不在", en=f"away {first} to {last}") for first, last in post.away]
    return say(zh="，", en=", ").join(parts)


def _project_changes(before: Definitions, after: Definitions) -> Iterator[KeyChange]:
    old, new = before.project, after.project
    hours = [
        f"{each.office_hours.start:%H:%M}–{each.office_hours.end:%H:%M}"
        + (say(zh="，休息日也发", en=", rest days too") if each.office_hours.rest_days else "")
        for each in (old, new)
    ]
    for key, was, now in (
        ("bureau", old.bureau, new.bureau),
        ("time_zone", str(old.zone), str(new.zone)),
        ("language", old.language, new.language),
        ("office_hours", *hours),
        ("approval", str(old.approvers), str(new.approvers)),
    ):
        if was != now:
            yield KeyChange(key_word(key), was, now)


def _ladder_changes(before: Definitions, after: Definitions) -> Iterator[KeyChange]:
    word = say(zh="催办阶梯", en="ladder")
    for name in dict.fromkeys((*before.ladders, *after.ladders)):
        was, now = before.ladders.get(name), after.ladders.get(name)
        if was == now:
            continue
        if was is None or now is None:
            yield KeyChange(f"{word} {name}", _ladder(was), _ladder(now))
            continue
        old = {rung.key: rung for rung in was.rungs}
        new = {rung.key: rung for rung in now.rungs}
        for key in dict.fromkeys((*old, *new)):
            if old.get(key) != new.get(key):
                yield KeyChange(f"{word} {name}/{key}", _rung(old.get(key)), _rung(new.get(key)))


def _ladder(ladder: Ladder | None) -> str:
    return say(zh=f"{len(ladder.rungs)} 级", en=f"{len(ladder.rungs)} rungs") if ladder else ""


def _rung(rung: Rung | None) -> str:
    if rung is None:
        return ""
    anchor = {
        "opening": say(zh="开办", en="opening"),
        "target": say(zh="应办日", en="target"),
        "deadline": say(zh="逾期", en="deadline"),
    }[rung.anchor]
    days = f"{rung.offset:+d}" if rung.offset else ""
    when = f"{anchor}{days}{say(zh='个工作日' if days else '', en=' workdays' if days else '')}"
    told = say(zh="、", en=", ").join(_addressee(each) for each in rung.to)
    urgent = say(zh="，紧急", en=", urgent") if rung.urgent else ""
    return f"{rung.stage.title()} {when} {told}{urgent}"


def _addressee(addressee: Addressee) -> str:
    whose = {"own": "", "parent": say(zh="上级/", en="parent/"), "city": say(zh="市局/", en="city/")}
    return whose[addressee.unit] + (addressee.post or say(zh="承办岗位", en="owner"))


def _day_changes(before: WorkdayCalendar, after: WorkdayCalendar) -> Iterator[KeyChange]:
    if before.version == after.version:
        return
    old = {year.year: year for year in before.years}
    new = {year.year: year for year in after.years}
    first, last = min(before.first_day, after.first_day), max(before.last_day, after.last_day)
    days = days_that_moved(before, after, first, last)
    for number in sorted({*old, *new}):
        was, now = old.get(number), new.get(number)
        moved = [day for day in days if day.startswith(str(number))]
        if was == now and not moved:
            continue
        shown = moved[:NAMED_DAYS]
        if len(moved) > NAMED_DAYS:
            shown.append(say(zh=f"……共 {len(moved)} 天", en=f"… {len(moved)} days in all"))
        status = tuple(_in_words(year.status) if year else "" for year in (was, now))
        told = say(zh="；", en="; ").join(([status[1]] if status[0] != status[1] else []) + shown)
        changed = told or say(zh="放假通知的写法改了", en="the notice is written otherwise")
        key = say(zh=f"日历 {number}", en=f"calendar {number}")
        yield KeyChange(key, status[0] if status[0] != status[1] else "", changed)


def _in_words(status: str) -> str:
    return say(zh="正式", en="official") if status == "official" else say(zh="暂定", en="provisional")


def _closure_changes(before: WorkdayCalendar, after: WorkdayCalendar) -> Iterator[KeyChange]:
    """Units that are closed, or no longer closed, on some days."""
    was, now = before.closures, after.closures
    for closure in sorted({*was, *now}, key=lambda each: (each.from_, each.unit)):
        if (closure in was) != (closure in now):
            told = f"{closure.from_} — {closure.to} {closure.reason}（{closure.notice}）"
            key = say(zh=f"停工 {closure.unit}", en=f"closed {closure.unit}")
            yield KeyChange(key, told if closure in was else "", told if closure in now else "")


def _kind_of_edit(name: str, was: Mapping[str, str], now: Mapping[str, str]) -> str:
    if name not in was:
        return say(zh="新文件", en="a new file")
    if name not in now:
        return say(zh="文件删掉了", en="the file is gone")
    if name.startswith("notifications/") or name.endswith(("vocabulary.yaml", "festivals.yaml")):
        return say(zh="文件改了", en="the file was edited")
    return say(zh="只改了注释、排版或说明", en="only comments, layout or reasons were edited")
