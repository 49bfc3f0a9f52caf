"""What has happened to an obligation, in the reader's words: its opening, notices, deliveries and moves."""

from collections.abc import Iterator, Mapping, Sequence

from sqlmodel import Session, col, select

from duban.base.language import say
from duban.bureau.unit_posts import UnitPost
from duban.channels.routes import Channels
from duban.explanations.explanation import Happening
from duban.ladders.stages import stage_word
from duban.ledger.short_ids import short_id
from duban.ledger.tables import (
    Delivery,
    InboxMessage,
    Notice,
    Obligation,
    ObligationEvent,
    ReckoningRecord,
)
from duban.ledger.units import known_units
from duban.obligations.act_words import history_word
from duban.obligations.judgement import MISSED, UNREPORTED
from duban.workdays.hours import last_moment
from duban.workdays.steps import Step, steps_in_words


def timeline(session: Session, owed: Obligation, channels: Channels) -> tuple[Happening, ...]:
    """Everything that has happened to the obligation, in order."""
    return tuple(sorted(_happenings(session, owed, channels), key=lambda happening: happening.at))


def _happenings(session: Session, owed: Obligation, channels: Channels) -> Iterator[Happening]:
    due = _first_due(session, owed)
    yield Happening(owed.opened_at, "opened", say(zh=f"开办，期限 {due}", en=f"opened, due {due}"))
    for notice in owed.notices:
        yield Happening(notice.decided_at, "notice", _notice_text(notice, owed))
    sent = [(delivery, notice) for notice in owed.notices for delivery in notice.deliveries]
    named = sent or any("whom" in event.details for event in owed.events)
    names = {unit.code: unit.name for unit in known_units(session.connection())} if named else {}
    alike: dict[tuple[int, str, str], list[Delivery]] = {}
    for delivery, notice in sorted(sent, key=lambda pair: pair[0].id):
        alike.setdefault((notice.id, delivery.recipient, outcome_words(delivery)), []).append(delivery)
    stood_in = _stood_in(session, [delivery for delivery, _ in sent])
    stages = {notice.id: stage_word(notice.stage) for notice in owed.notices}
    for (number, recipient, outcome), deliveries in alike.items():
        at = max(each.settled_at or each.next_attempt_at for each in deliveries)
        ways = say(zh="、", en=", ").join(dict.fromkeys(channels.word(each.channel) for each in deliveries))
        whom = _whom(recipient, names)
        if deputies := {stood_in[each.id] for each in deliveries if each.id in stood_in}:
            by = "、".join(sorted(deputies))
            whom += say(zh=f"，{by}代", en=f", {by} standing in")
        told = say(
            zh=f"{stages[number]} → {whom}（{ways}）：{outcome}",
            en=f"{stages[number]} → {whom} ({ways}): {outcome}",
        )
        yield Happening(at, "delivery", told)
    reopened = {(event.at, event.reason) for event in owed.events if event.kind == "reopen"}
    for event in owed.events:
        if event.kind in (MISSED, UNREPORTED) and (event.at, event.reason) in reopened:
            continue  # that it is open again says the same result
        yield Happening(event.at, event.kind, _event_text(event, names))


def _stood_in(session: Session, sent: Sequence[Delivery]) -> dict[int, str]:
    """The post that stood in for whom a delivery was meant, by the delivery: a message goes into the inbox of both."""
    known = {each.message_id for each in sent if each.message_id}
    if not known:
        return {}
    put = select(InboxMessage.message_id, InboxMessage.recipient).where(
        col(InboxMessage.message_id).in_(known)
    )
    inboxes: dict[str, list[str]] = {}
    for message, recipient in session.exec(put):
        inboxes.setdefault(message, []).append(recipient)
    return {
        each.id: UnitPost.parse(other).post
        for each in sent
        for other in inboxes.get(each.message_id or "", ())
        if other != each.recipient
    }


def _whom(written: str, names: Mapping[str, str]) -> str:
    """A post, `unit/post`, as people say it."""
    to = UnitPost.parse(written)
    return f"{names.get(to.unit, to.unit)} {to.post}"


def _first_due(session: Session, owed: Obligation) -> str:
    """The day, or the moment, it opened with as due: that of its reckoning, or of its first one where an edit has dated it anew."""
    for event in owed.events:
        earlier = event.details.get("was_reckoning")
        if isinstance(earlier, int) and (first := session.get(ReckoningRecord, earlier)) is not None:
            return _due(first)
    return _due(owed.reckoning)


def _due(reckoning: ReckoningRecord) -> str:
    return last_moment(map(Step.kept, reckoning.steps)) or str(reckoning.deadline)


def _notice_text(notice: Notice, owed: Obligation) -> str:
    late = say(zh="（补记）", en=" (late)") if notice.late else ""
    stage = stage_word(notice.stage)
    if owed.due_at is not None:  # counted in minutes: the moment it was said stands before it
        return f"{stage}{late}"
    return say(zh=f"{stage}，应于 {notice.due_on}{late}", en=f"{stage}, due {notice.due_on}{late}")


def outcome_words(delivery: Delivery) -> str:
    """What became of a delivery, in the reader's words."""
    told: Mapping[str, str] = {
        "pending": say(zh="待发送", en="waiting"),
        "sending": say(zh="发送中", en="being sent"),
        "sent": say(zh="已送达", en="sent"),
        "failed": say(
            zh=f"失败，将重试（已试 {delivery.attempts} 次）",
            en=f"failed {delivery.attempts} times, retrying",
        ),
        "unknown": say(zh="结果不明", en="outcome unknown"),
        "dead": say(zh="已放弃", en="given up"),
        "cancelled": say(zh="已取消", en="cancelled"),
    }
    why = say(zh=f"（{delivery.last_error}）", en=f" ({delivery.last_error})") if delivery.last_error else ""
    return f"{told.get(delivery.state, delivery.state)}{why}"


_OF_THE_LEDGER = (
    "content",
    "versions",
    "was_reckoning",
    "was_target",
    "target",
    "from",
    "to",
    "unit",
    "now",
    "origin",
    "merged_into",
    "parted",
    "letter",
    "assignment",
)
"""Details that the reason tells better, of what the engine does to an obligation whose duty, days or subject changed."""
_FIGURES = ("part", "whole", "bound", "unreported", "counted", "goal")
_UNDOING = ("before", "undone", "undoes", "unsaid", "hears", "called")
_STATES = ("from", "to", "request", "reviewer", "fact_id", "done_by", *_FIGURES, *_UNDOING)
"""What the kind of the event or its reason says already, or only the ledger calls so."""
_WORDS = {
    "until": lambda: say(zh="希望延到", en="until"),
    "on": lambda: say(zh="办理日", en="done on"),
    "was": lambda: say(zh="原期限", en="was due"),
    "deadline": lambda: say(zh="期限", en="due"),
    "evidence": lambda: say(zh="材料", en="evidence"),
    "missing": lambda: say(zh="还缺材料", en="missing"),
}
_BY_THE_ENGINE = ("rehome", "redate", "carry", "reinstate", "letter", "receipt", "assign")


def _worth_telling(event: ObligationEvent) -> Iterator[tuple[str, object]]:
    """The details a person reads: for what the engine did of itself, only the days and the successor."""
    details = event.details
    of_an_edit_or_merger = {"content", "origin", "parted"} & {*details}
    told_by_its_reason = bool(of_an_edit_or_merger) or event.kind in _BY_THE_ENGINE
    for key, value in details.items():
        if key in _STATES or (told_by_its_reason and key in _OF_THE_LEDGER):
            continue
        if key == "superseded_by":
            yield say(zh="由", en="by"), short_id(int(str(value)))
        elif key == "steps":
            yield say(zh="依据", en="steps"), [*steps_in_words(value)]
        elif key in _WORDS:
            yield _WORDS[key](), value
        else:
            yield key, value


def _told(value: object) -> str:
    return say(zh="；", en="; ").join(map(str, value)) if isinstance(value, list) else str(value)


def _event_text(event: ObligationEvent, names: Mapping[str, str]) -> str:
    details = "，".join(f"{key}: {_told(value)}" for key, value in _worth_telling(event))
    if whom := event.details.get("whom"):
        posts = say(zh="、", en=", ").join(
            _whom(str(post), names) for post in (whom if isinstance(whom, list) else [whom])
        )
        files = event.details.get("evidence")
        handed = say(zh=f"，材料：{_told(files)}", en=f", evidence: {_told(files)}") if files else ""
        away = event.details.get("left")
        left = _whom(str(away[0]), names) + " " if isinstance(away, list) and away else ""
        details = f"{left}→ {posts}{handed}"
    return " · ".join(part for part in (history_word(event), event.actor, event.reason, details) if part)
