"""The cast: 三明市 with 三元区 and 沙县区, their posts, one duty, and notices that wait to be brought to them."""

import itertools
import threading
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select, update

from duban.base.clock import SHANGHAI, FixedClock
from duban.bureau.posts import Post
from duban.bureau.project import OfficeHours, Project
from duban.bureau.units import Unit
from duban.channels.channel import INBOX, Channel
from duban.channels.routes import Channels, Route
from duban.ladders.ladder import (
    Addressee,
    Ladder,
    Rung,
    Stage,
)
from duban.ladders.office_hours import may_go_out_at
from duban.ledger.database import writing
from duban.ledger.tables import (
    DELIVERY,
    DUTY_VERSION,
    INBOX_MESSAGE,
    NOTICE,
    OBLIGATION,
    OBLIGATION_EVENT,
    RECKONING,
    SUBJECT,
    UNIT,
)

SANYUAN, SHAXIAN, CITY = "350403", "350427", "350400"
OWNER = f"{SANYUAN}/产品质量科"
LEADER = f"{SANYUAN}/分管领导"

LADDER = Ladder(
    "standard",
    (
        Rung("remind-1", Stage.REMIND, -5, "target", (Addressee(None),)),
        Rung("urge-1", Stage.URGE, 1, "deadline", (Addressee(None),)),
        Rung("supervise-1", Stage.SUPERVISE, 5, "deadline", (Addressee("分管领导"),)),
        Rung("circulate-1", Stage.CIRCULATE, 10, "deadline", (Addressee("主要领导", "city"),)),
    ),
)


def posts(*names, **more):
    return {
        name: replace(Post(name, addresses={"mail": f"p{n}@example.cn"}), **more)
        for n, name in enumerate(names)
    }


def bureau():
    """The city, its counties and their posts."""
    units = {
        CITY: Unit(CITY, "三明市市场监督管理局", "city", None, posts("主要领导")),
        SANYUAN: Unit(
            SANYUAN, "三元区市场监督管理局", "county", CITY, posts("产品质量科", "综合科", "分管领导")
        ),
        SHAXIAN: Unit(SHAXIAN, "沙县区市场监督管理局", "county", CITY, posts("产品质量科", "分管领导")),
    }
    hours = OfficeHours(time(8, 30), time(17, 30), rest_days=False)
    return Project("三明市市场监督管理局", ZoneInfo("Asia/Shanghai"), "zh-CN", hours, units)


class Desk:
    """A workspace with rows of its own making."""

    def __init__(self, root, ledger, project, calendar, *, new=True):
        self.root = root
        self.ledger = ledger
        self.clock = FixedClock(datetime(2023, 10, 9, 9, 0, tzinfo=SHANGHAI))
        self.definitions = SimpleNamespace(
            root=root, project=project, calendar=calendar, ladders={"standard": LADDER}
        )
        self._numbers = itertools.count(1)
        self._duties = {}
        if not new:
            return
        with writing(ledger) as connection:
            connection.execute(
                insert(UNIT),
                [
                    {"code": each.code, "name": each.name, "level": each.level, "parent": each.parent}
                    for each in project.units.values()
                ],
            )

    def change_post(self, recipient, **changes):
        unit, _, name = recipient.partition("/")
        post = self.definitions.project.units[unit].posts
        post[name] = replace(post[name], **changes)

    def add_post(self, recipient):
        unit, _, name = recipient.partition("/")
        self.definitions.project.units[unit].posts[name] = Post(name)

    def in_office(self, moment):
        """The first moment from then on at which a message that is not urgent may go."""
        project, calendar = self.definitions.project, self.definitions.calendar
        return may_go_out_at(moment, project, calendar, urgent=False)

    def owe(
        self,
        now,
        *,
        title="告知承诺获证企业首次例行检查",
        subject="福建示例食品有限公司",
        unit=SANYUAN,
        deadline=date(2023, 9, 27),
        target=None,
        stage="urge",
        rung="urge-1",
        to=((OWNER, INBOX),),
        confidential=False,
        provisional=False,
        particulars=None,
        after=timedelta(0),
        duty="duty-0",
    ):
        """One open obligation with one notice on its way; returns (obligation, its deliveries)."""
        number = next(self._numbers)
        with writing(self.ledger) as connection:

            def add(table, **row):
                return connection.execute(insert(table).values(**row)).inserted_primary_key[0]

            if title not in self._duties:
                self._duties[title] = add(
                    DUTY_VERSION,
                    duty_id=f"duty-{len(self._duties)}",
                    fingerprint=title,
                    line="产品质量安全监督管理",
                    kind="within",
                    title=title,
                    content={
                        "id": f"duty-{len(self._duties)}",
                        "line": "产品质量安全监督管理",
                        "for_each": {"subject": "企业"},
                        "cadence": {
                            "kind": "within",
                            "period": {"amount": 1, "unit": "month"},
                            "of": "certificate.issued",
                        },
                        "title": title,
                        "ladder": "standard",
                        "evidence": ["例行检查记录表"],
                        "owner": {"unit": "county", "post": "产品质量科"},
                        "basis": [
                            {
                                "clauses": ["CP-01"],
                                "source": "",
                                "quote": "例行检查要在企业取证后一个月内完成",
                            }
                        ],
                    },
                    recorded_at=now,
                )
            subject_id = (
                add(
                    SUBJECT,
                    kind="企业",
                    code=f"E{number}",
                    name=subject,
                    unit=unit,
                    attributes=particulars or {},
                )
                if subject
                else None
            )
            target = target or deadline
            reckoning = add(
                RECKONING,
                key=f"r{number}",
                nominal=deadline,
                target=target,
                deadline=deadline,
                provisional=provisional,
                earliest=deadline,
                latest=deadline,
                steps=[],
                calendar_version="v",
            )
            obligation = add(
                OBLIGATION,
                duty_id=duty,
                duty_version_id=self._duties[title],
                unit=unit,
                subject_id=subject_id,
                period_key=f"2023-{number}",
                state="open",
                opened_on=date(2023, 8, 1),
                opened_at=now,
                target=target,
                deadline=deadline,
                provisional=provisional,
                reckoning_id=reckoning,
                confidential=confidential,
            )
            notice = add(
                NOTICE,
                obligation_id=obligation,
                rung=rung,
                stage=stage,
                due_on=deadline,
                decided_at=now,
                late=False,
            )
            deliveries = [
                add(
                    DELIVERY,
                    notice_id=notice,
                    obligation_id=obligation,
                    recipient=recipient,
                    channel=channel,
                    state="pending",
                    not_before=now + after,
                    attempts=0,
                    next_attempt_at=now + after,
                )
                for recipient, channel in to
            ]
        return obligation, deliveries

    def set_state(self, obligation, state, now):
        closed = state in ("done", "waived", "superseded", "withdrawn")
        with writing(self.ledger) as connection:
            connection.execute(
                update(OBLIGATION)
                .where(OBLIGATION.c.id == obligation)
                .values(
                    state=state,
                    closed_at=now if closed else None,
                    closed_on=now.astimezone(SHANGHAI).date() if closed else None,
                )
            )

    def deliveries(self):
        return self._all(select(DELIVERY).order_by(DELIVERY.c.id))

    def states(self):
        return [row.state for row in self.deliveries()]

    def inbox(self, recipient=None):
        query = select(INBOX_MESSAGE).order_by(INBOX_MESSAGE.c.id)
        return self._all(query if recipient is None else query.where(INBOX_MESSAGE.c.recipient == recipient))

    def events(self):
        return self._all(select(OBLIGATION_EVENT))

    def _all(self, query):
        with self.ledger.connect() as connection:
            return connection.execute(query).all()


def channels_of(*more):
    """The inbox and these channels; every route leads to all of them."""
    by_name = {INBOX: Channel(INBOX, "inbox"), **{each.name: each for each in more}}
    return Channels(by_name, (Route(frozenset(), frozenset(), frozenset(), tuple(by_name)),), (INBOX,))


class Watch:
    """A stop-watch that goes on only when somebody waits."""

    def __init__(self):
        self._seconds, self._lock = 0.0, threading.Lock()

    def elapsed(self):
        with self._lock:
            return self._seconds

    def wait(self, seconds):
        with self._lock:
            self._seconds += seconds


class Hook:
    """A webhook on this machine that answers as it is told and remembers what it got."""

    def __init__(self, host="127.0.0.1"):
        self.status, self.answer, self.got = 200, b"{}", []
        self.sizes = []  # of what was posted, in bytes
        self.answering = None  # asked for status and answer, when they depend on what came before
        self.arrived, self.go_on = threading.Event(), threading.Event()
        self.go_on.set()
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                import json

                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                hook.sizes.append(len(body))
                said = hook.take(self.path, json.loads(body) if body[:1] == b"{" else body.decode())
                if said is None:
                    self.close_connection = True
                    return
                status, answer = said
                try:
                    self.send_response(status)
                    self.send_header("Content-Length", str(len(answer)))
                    self.end_headers()
                    self.wfile.write(answer)
                except OSError:
                    pass  # the caller was killed, as the test wanted

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer((host, 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.json_url = f"json://127.0.0.1:{self.server.server_address[1]}"

    def take(self, path, posted):
        """Something was posted; the status and the answer to it, None to cut the connection."""
        self.got.append((path, posted))
        self.arrived.set()
        self.go_on.wait(20)
        return self.answering() if self.answering else (self.status, self.answer)

    def close(self):
        self.go_on.set()
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
