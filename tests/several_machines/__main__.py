"""The story: start everything, kill each piece once, and say what still works; at the end nothing lost, nothing twice.

`python -m tests.several_machines [FOLDER] [--begin]`; with `--begin` it only starts everything and looks whether it works.
"""

import signal
import sys
import tempfile
import time
import zipfile
from collections import Counter
from pathlib import Path

from sqlalchemy import create_engine, text

from duban.access.tokens import make_token
from duban.base.clock import FixedClock
from duban.runtime.prefect_api import answers
from duban.workspace.workspace import open_workspace
from tests.several_machines.machines import Network
from tests.several_machines.town import BEGAN, NUMBERS, Town, programs_missing

LEDGER = f"postgresql+psycopg://duban:change-me@10.77.0.{NUMBERS['db']}/duban"
_told = []
_number = iter(range(1, 1000))


def tell(line):
    """Say and keep a line, with the seconds since the start."""
    text_ = f"{time.monotonic() - _told[0]:6.0f} s  {line}" if _told else line
    print(text_, flush=True)
    _told.append(text_ if _told else time.monotonic())


def report(town, about, *, place="balancer", port=80, wait=900, nudge=True):
    """Report a fact whose obligation is overdue at once, and wait until its reminder is at the sink; the seconds."""
    number = next(_number)
    works = {"kind": "工业产品生产许可证获证企业", "code": f"M-{number:04d}"}
    subject = works | {
        "name": f"第{number:04d}号厂（虚构）",
        "unit": "350404",
        "attributes": {"发证方式": "告知承诺"},
    }
    fact = {
        "kind": "certificate.issued",
        "subject": works,
        "happened_on": "2026-02-02",
        "source": "许可系统",
        "ref": f"m{number}",
    }
    began = time.monotonic()
    town.until(
        f"{about}: the subject",
        lambda: town.asked("POST", "/api/v1/subjects", {"subjects": [subject]}, place, port),
    )
    taken = town.until(
        f"{about}: the fact", lambda: town.asked("POST", "/api/v1/facts", {"facts": [fact]}, place, port)
    )
    assert taken["new"] == 1 or taken["unchanged"] == 1, taken
    posted = time.monotonic()
    nudged = 0.0

    def opened():
        found = town.asked("GET", "/api/v1/obligations?duty=cp-first-inspection&limit=200", None, place, port)
        return found and any(
            (each["subject"] or {}).get("code") == works["code"] for each in found["obligations"]
        )

    opened_at = reached = None
    until = time.monotonic() + wait
    while reached is None:
        if time.monotonic() > until:
            raise TimeoutError(
                f"{about}: no reminder of {works['code']} after {wait} s (opened: {opened_at})"
            )
        if opened_at is None and opened():
            opened_at = time.monotonic()
        if nudge and opened_at and time.monotonic() - nudged > 60:  # else a patrol comes every five minutes
            nudged = time.monotonic()
            run_now(town, "patrol")
        if any(subject["name"] in message for _, message in list(town.sink.posts)):
            reached = time.monotonic()
        time.sleep(0.5)
    opened_at = opened_at or reached
    tell(f"    {about}: taken after {posted - began:.1f} s, opened {opened_at - posted:.1f} s later, reminder at the sink "
         f"{reached - opened_at:.1f} s after that")  # fmt: skip


def run_now(town, flow):
    """Let Prefect run a flow now, as its page's button does."""
    try:
        with town.prefect() as server:
            found = server.ask(
                "POST", "/deployments/filter", {"deployments": {"name": {"any_": [flow]}}, "limit": 1}
            )
            server.ask("POST", f"/deployments/{found[0]['id']}/create_flow_run", {})
    except Exception as why:
        tell(f"    (Prefect could not be asked to run {flow}: {str(why)[:80]})")


def evidence(town):
    """What is handed in at one page is there at the other."""
    found = town.asked("GET", "/api/v1/obligations?duty=cp-first-inspection&limit=1", None, "pages-a", 4280)
    number = found["obligations"][0]["id"]
    paper = {"actor": "陈工", "evidence": [{"name": "例行检查记录表", "text": "检查了，合格"}]}
    town.asked("POST", f"/api/v1/obligations/{number}/report", paper, "pages-a", 4280)
    pack = town.net.folder / "pack.zip"
    town.once("pages-b", "pack", ["evidence", "pack", number, "--output", str(pack)])
    with zipfile.ZipFile(pack) as held:
        tell(f"handed in at pages-a, packed at pages-b: {held.namelist()}")


def killed(town, place, unit, about, *, how=signal.SIGKILL):
    """Kill a piece, see what works, start it again, see that all is well."""
    tell(f"killed: {place} ({unit})")
    town.at[place].kill(unit, how)
    report(town, f"while {about} is gone")
    town.at[place].again(unit)
    report(town, f"after {about} is back")


def begin(town):
    """Everything up, in the order of the guide."""
    town.databases()
    town.once("prefect-a", "duban-prefect-upgrade")
    tell("Prefect's tables are made")
    for place in ("prefect-a", "prefect-b"):  # two that start on new tables at once trip over each other
        town.duban(place, "duban-prefect-api")
        town.until(place, lambda place=place: answers(f"http://{town.at[place].address}:4200/api"))
    for place in ("services-a", "services-b"):
        town.duban(place, "duban-prefect-services")
    town.balancer()
    for place, unit in (("registrar", "duban-register"), ("worker-a", "duban-work"), ("worker-b", "duban-work"),
                        ("pages-a", "duban-serve"), ("pages-b", "duban-serve")):  # fmt: skip
        town.duban(place, unit)
    town.until("registered", lambda: "已向 Prefect 登记" in town.at["registrar"].said("duban-register"))
    tell(town.at["registrar"].said("duban-register").strip().splitlines()[-1])
    ws = open_workspace(
        town.at["people"].folder / "project", FixedClock(BEGAN), LEDGER.replace("+psycopg", "")
    )
    _, town.secret = make_token(ws, "350404", "三元", ws.clock.now(), by="管理员")
    ws.ledger.dispose()
    town.until("pages", lambda: town.asked("GET", "/healthz"))
    for place in ("worker-a", "worker-b"):
        town.until(place, lambda place=place: "转了一次" in town.at[place].said("duban-work"))
    tell("every part is up; a minute for Prefect's triggers to listen")
    time.sleep(60)
    report(town, "all there")


def story(town):
    """Piece by piece."""
    begin(town)
    evidence(town)
    if "--begin" in sys.argv:
        return
    killed(town, "prefect-a", "duban-prefect-api", "one Prefect API")
    killed(town, "worker-a", "duban-work", "one worker")
    killed(town, "services-a", "duban-prefect-services", "one of the background services")
    killed(town, "pages-a", "duban-serve", "one page")
    killed(town, "registrar", "duban-register", "the registrar")

    tell("killed: redis, empty for 20 s, then again with what it had on disk")
    town.at["redis"].kill("redis")
    time.sleep(20)
    town.at["redis"].again("redis")
    report(town, "after Redis is back")

    tell("cut off: worker-b, for 60 s")
    town.at["worker-b"].cut(off=True)
    report(town, "while one worker is cut off")
    town.at["worker-b"].cut(off=False)

    tell("killed: PostgreSQL, for 10 s")
    town.at["db"].kill("postgresql", signal.SIGQUIT)
    time.sleep(10)
    town.at["db"].again("postgresql")
    report(town, "after PostgreSQL is back")

    tell("killed: both background services")
    for place in ("services-a", "services-b"):
        town.at[place].kill("duban-prefect-services")
    try:
        report(town, "while no background services run", wait=240)
    except TimeoutError as why:
        tell(f"    {why}")
    for place in ("services-a", "services-b"):
        town.at[place].again("duban-prefect-services")
    report(town, "after they are back")

    tell("killed: the balancer; facts go to a page's own address, Prefect is out of everybody's reach")
    town.at["balancer"].kill("nginx")
    report(town, "without the balancer", place="pages-b", port=4280, nudge=False, wait=1500)
    town.at["balancer"].again("nginx")
    report(town, "after the balancer is back")


def account(town):
    """What the ledger and the sink say of everything that was ever to be sent."""
    engine = create_engine(LEDGER)
    until = time.monotonic() + 400
    waiting = "SELECT count(*) FROM delivery WHERE settled_at IS NULL"
    with engine.connect() as connection:
        while connection.execute(text(waiting)).scalar() and time.monotonic() < until:
            connection.rollback()
            time.sleep(2)
        connection.rollback()
        states = dict(
            connection.execute(text("SELECT channel||' '||state, count(*) FROM delivery GROUP BY 1"))
            .tuples()
            .all()
        )
        twice = connection.execute(
            text(
                "SELECT count(*) FROM (SELECT duty_id, subject_id, unit, period_key FROM obligation "
                "GROUP BY 1,2,3,4 HAVING count(*) > 1) AS twice"
            )
        ).scalar()
        attempts = Counter(dict(connection.execute(
            text("SELECT coalesce(outcome,'on the line'), count(*) FROM attempt GROUP BY 1")).tuples().all()))  # fmt: skip
    posts = Counter(town.sink.posts)
    doubled = {title: number for (title, _), number in posts.items() if number > 1}
    tell(f"deliveries: {states}; attempts: {dict(attempts)}; posts at the sink: {len(town.sink.posts)}")
    tell(f"messages at the sink more than once: {doubled or 'none'}; obligations twice: {twice}")
    with town.prefect() as server:
        for state in ("COMPLETED", "FAILED", "CRASHED"):
            runs = server.every("/flow_runs/filter", {"flow_runs": {"state": {"type": {"any_": [state]}}}})
            by = Counter(each["labels"].get("prefect.worker.name", "?")[-8:] for each in runs)
            tell(f"runs {state.lower()}: {len(runs)} {dict(by)}")
    alive = [
        f"{m.name}/{n}"
        for m in town.at.values()
        for n in m.running
        if not m.lives(n) and n not in ("pack", "duban-prefect-upgrade")
    ]
    tell(f"dead: {alive or 'none'}")


def main():
    missing = programs_missing()
    if missing:
        print("missing here:", ", ".join(missing))
        return 1
    named = [each for each in sys.argv[1:] if not each.startswith("-")]
    folder = Path(named[0] if named else tempfile.mkdtemp(prefix="duban-machines-"))
    folder.mkdir(parents=True, exist_ok=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    folder.chmod(0o755)
    tell(f"everything is kept in {folder}")
    with Network(folder) as net:
        town = Town(net)
        try:
            story(town)
        finally:
            account(town)
    return 0


if __name__ == "__main__":
    sys.exit(main())
