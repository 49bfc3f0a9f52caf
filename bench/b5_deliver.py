"""B5: deliver, from rows in the ledger to messages that have arrived, against a bare loop over Apprise.

The peer sends the very same messages, already worded, one after the other over one Apprise object per address that it
keeps; it reads nothing, checks nothing and writes nothing down. Both send over HTTP and SMTP to sinks on this machine
that run in a process of their own.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path
from tempfile import mkdtemp
from time import perf_counter

import apprise
from sqlalchemy import select
from sqlmodel import col

from bench.patrol_ledger import NOW, ROOT, ledger_with
from bench.rows import Row
from duban.channels.channel import INBOX, Channel
from duban.channels.routes import Channels
from duban.deliveries.apprise_adapter import problem_with
from duban.deliveries.delivering import deliver
from duban.ledger.database import insert_ignore, reading, writing
from duban.ledger.tables import DELIVERY, NOTICE, Notice, Obligation
from duban.workspace.workspace import Workspace

DIGESTS_BUDGET = 1.0
ALONE_BUDGET = 3.0
SAVED_BUDGET = 50.0
POSTS = 4
"""How many posts of each county hear of an obligation."""
RACES = 3
"""So often both sides run in the full form; the race in the middle counts."""


@dataclass(frozen=True)
class _Raced:
    """Both sides of one race: how many deliveries, in how many messages, in how many seconds."""

    rungs: int
    messages: int
    ours: float
    peer: float

    @property
    def ratio(self) -> float:
        """How many times as long as ours the peer took."""
        return self.peer / self.ours

    def row(self, work: str, budget: float) -> Row:
        """The race as a row of the table."""
        return Row(
            code="B5",
            work=work,
            ours=f"{self.ours:.2f} s, {self.messages} messages settled",
            peer=f"{self.peer:.2f} s (bare loop over Apprise, the same messages)",
            ratio=f"{self.ratio:.2f}×",
            budget=f"≥ {budget}×",
            met=self.ratio >= budget,
        )


def run(*, quick: bool = False) -> list[Row]:
    """Send what many rungs have to say to the posts of every county, over two channels: in digests, and one by one."""
    races = 1 if quick else RACES
    digests = _race_in_the_middle(races, 60 if quick else 150, alone=False)
    alone = _race_in_the_middle(races, 3 if quick else 6, alone=True)
    saved = digests.rungs / digests.messages
    return [
        digests.row(f"deliver {digests.rungs:,} rungs over HTTP and SMTP", DIGESTS_BUDGET),
        alone.row(f"deliver {alone.rungs:,} rungs that go alone", ALONE_BUDGET),
        Row(
            code="B5",
            work="messages that digests save",
            ours=f"{digests.messages} messages",
            peer=f"{digests.rungs:,} rungs",
            ratio=f"{saved:.0f}×",
            budget=f"≥ {SAVED_BUDGET:.0f}×",
            met=saved >= SAVED_BUDGET,
        ),
    ]


def _race_in_the_middle(races: int, each: int, *, alone: bool) -> _Raced:
    """Of so many races, one after the other, the one whose ratio is in the middle."""
    run = sorted((_race(each, alone=alone) for _ in range(races)), key=lambda race: race.ratio)
    return run[races // 2]


def _race(each: int, *, alone: bool) -> _Raced:
    """Both sides send the same messages; `alone`: each rung in a message of its own, since nobody is told of two obligations."""
    folder = Path(mkdtemp(prefix="duban-b5-"))
    try:
        with _sinks(folder) as (smtp, http), ledger_with(folder, each, due=0) as ws:
            rungs = _enqueue(ws, alone=alone)
            channels = _channels(smtp, http)
            for channel in channels.by_name.values():
                problem_with(channel.url)  # both sides begin with Apprise loaded
            began = perf_counter()
            done = deliver(ws, NOW, channels=channels)
            ours = perf_counter() - began
            if done.sent != rungs or done.failed or (alone and done.messages != rungs):
                raise AssertionError(done)
            return _Raced(rungs, done.messages, ours, _bare_loop(folder, channels))
    finally:
        shutil.rmtree(folder)


def _enqueue(ws: Workspace, *, alone: bool) -> int:
    """One notice for each obligation, on its way to four posts of every county over both channels; `alone`: to four others
    for each.
    """
    with reading(ws.ledger) as connection:
        obligations = connection.execute(select(col(Obligation.id), col(Obligation.deadline))).all()
    notices = [
        {
            "obligation_id": row.id,
            "rung": "remind-1",
            "stage": "remind",
            "due_on": row.deadline,
            "decided_at": NOW,
        }
        for row in obligations
    ]
    counties = ws.definitions.project.units_at("county")
    with writing(ws.ledger) as connection:
        insert_ignore(connection, NOTICE, notices)
        rows = [
            {
                "notice_id": notice.id,
                "obligation_id": notice.obligation_id,
                "recipient": f"{county.code}/{post}",
                "channel": channel,
                "not_before": NOW,
                "next_attempt_at": NOW,
            }
            for number, notice in enumerate(
                connection.execute(select(col(Notice.id), col(Notice.obligation_id)))
            )
            for county in counties
            for post in list(county.posts)[number * POSTS * alone :][:POSTS]
            for channel in ("mail", "hook")
        ]
        return insert_ignore(connection, DELIVERY, rows)


def _bare_loop(folder: Path, channels: Channels) -> float:
    """Seconds to send what arrived once more, over both channels, with the lists that came with the mails, and nothing else."""
    lines = []
    for name, messages in (("mail", _mails(folder / "mail")), ("hook", _posts(folder / "hook"))):
        line = apprise.Apprise()
        line.add(channels.by_name[name].url)
        for plugin in line:
            plugin.request_rate_per_sec = 0
        lines.append((line, messages))
    began = perf_counter()
    for line, messages in lines:
        for title, body, attached in messages:
            if not line.notify(
                title=title, body=body, body_format=apprise.NotifyFormat.TEXT, attach=attached or None
            ):
                raise AssertionError(title)
    return perf_counter() - began


def _mails(folder: Path) -> list[tuple[str, str, list[str]]]:
    """Title and text of each mail that arrived, and its files, kept again below `folder`."""
    mails = []
    for path in sorted(folder.glob("*.eml")):
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        text = mail.get_body(("plain",))
        if text is None:
            raise AssertionError(path)
        kept = []
        for number, enclosed in enumerate(mail.iter_attachments()):
            file = path.with_name(f"{path.stem}-{number}.xlsx")
            content = enclosed.get_payload(decode=True)
            if not isinstance(content, bytes):
                raise TypeError(path)
            file.write_bytes(content)
            kept.append(str(file))
        mails.append((str(mail["Subject"]), text.get_content(), kept))
    return mails


def _posts(folder: Path) -> list[tuple[str, str, list[str]]]:
    """Title and text of each message that was posted; no file goes with those."""
    posts = []
    for path in sorted(folder.iterdir()):
        _, title, _, body = path.read_text(encoding="utf-8").split("\n", 3)
        posts.append((title.removeprefix("Title: "), body, list[str]()))
    return posts


def _channels(smtp: int, http: int) -> Channels:
    mail = f"mailto://127.0.0.1:{smtp}/?from=duban@example.cn&to=post@example.cn"
    found = (Channel("mail", "apprise", mail), Channel("hook", "apprise", f"json://127.0.0.1:{http}/"))
    return Channels({INBOX: Channel(INBOX, "inbox"), **{each.name: each for each in found}}, (), (INBOX,))


@contextmanager
def _sinks(folder: Path) -> Iterator[tuple[int, int]]:
    """Both sinks in one process of their own, which ends with its input; yields their ports."""
    child = subprocess.Popen(
        [sys.executable, "-c", _SINKS, str(folder / "mail"), str(folder / "hook")],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with child:
        if child.stdin is None or child.stdout is None:
            raise AssertionError
        smtp, http = child.stdout.readline().split()
        yield int(smtp), int(http)
        child.stdin.close()


_SINKS = """
import sys
from pathlib import Path
from duban.demo.sinks import SmtpSink, WebhookSink
with SmtpSink(0, Path(sys.argv[1])) as smtp, WebhookSink(0, Path(sys.argv[2])) as http:
    print(smtp.port, http.port, flush=True)
    sys.stdin.read()
"""
