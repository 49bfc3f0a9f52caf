"""`python -m tests.older_program COMMIT --database postgres`: a rolling upgrade with the program of that commit.

The older `duban work --alone` and `duban serve` live alone for a while, then beside the present ones, which migrate the ledger;
facts are told and acts done through the pages of both in turn. What the ledger and the sink hold in the end is what they
hold where the present program did it all. Started again, the older one refuses in one line.
"""

import argparse
import shutil
import subprocess
import tempfile
from collections import Counter
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pendulum
from sqlalchemy import create_engine, text

from duban.base.clock import SHANGHAI
from tests.deliveries.cast import Hook
from tests.few_duties import keep
from tests.older_program.programs import Program, until
from tests.postgresql import databases, own_server, printed
from tests.simulation_of_faults.faults import number_in

HERE = Path(__file__).parents[2]
BEGAN = pendulum.datetime(2023, 10, 9, 9, 30, tz=SHANGHAI)
ALONE, BESIDE, STEP = 4, 10, 3
"""How many looks the older one has alone and then both together, and the days between two."""
DUTIES = ("cp-first-inspection", "cp-yearly-patrol", "ts-quarterly-risk-analysis", "sl-flight-check")
KIND = "工业产品生产许可证获证企业"
CHANNELS = 'channels:\n  sink: {kind: apprise, url: "%s/"}\nroutes: []\ndefault: [inbox, sink]\n'
WHOSE = "SELECT o.duty_id, s.code, o.unit, o.period_key"
OF = "JOIN obligation o ON o.id = n.obligation_id LEFT JOIN subject s ON s.id = o.subject_id"
LEFT = {
    "owed": f"{WHOSE}, o.state, o.target, o.deadline, o.course FROM obligation n {OF.replace('n.obligation_id', 'n.id')}",
    "rungs": f"{WHOSE}, n.rung, n.due_on, n.late FROM notice n {OF}",
    "deliveries": f"{WHOSE}, n.rung, d.recipient, d.channel, d.state FROM delivery d JOIN notice n ON n.id = d.notice_id {OF}",
}
"""What the ledger must hold in the end, in words that do not depend on who wrote a row first."""
REFUSES = "是更新版本的程序写的"


class Trial:
    """A bureau with two programs, which are the same where the second checkout is the first."""

    def __init__(self, folder, url, older):
        folder.mkdir()
        self.sink, self.hand = Hook(), folder / "clock"
        self._set(0)
        settings = {"DUBAN_DATABASE_URL": url, "TRIAL_CLOCK": str(self.hand), "DUBAN_WEB_RATE": "6000"}
        self.older = Program(older, folder / "older", settings)
        self.newer = Program(HERE, folder / "newer", settings)
        self.url, self.gone, self.reported = url, "neither left", None
        said, code = self.older.command("init", self.older.folder)
        assert code == 0, said
        (keep(self.older.folder, DUTIES) / "notifications" / "channels.yaml").write_text(
            CHANNELS % self.sink.json_url
        )
        shutil.copytree(self.older.folder, self.newer.folder)

    def lived(self):
        """The whole story; what is left in the ledger."""
        try:
            self.older.start()
            said, _ = self.older.command("token", "create", "--unit", "350400", "--name", "trial")
            self.secret = next(word for word in said.split() if word.startswith("duban_"))
            at_work = [self.older]
            for look in range(ALONE + BESIDE):
                self._set(look)
                if look == ALONE:
                    self.newer.start()
                    at_work.append(self.newer)
                self._all_turn(at_work)
                self._people(look, [each for each in at_work if each.answers() == 200])
                self._all_turn(at_work)
            self._set(ALONE + BESIDE)
            self._all_turn(at_work)
            self._all_turn(at_work)
            if self.older.checkout != HERE:
                self._refuses()
            return self._left()
        finally:
            self.older.close()
            self.newer.close()

    def _set(self, look):
        draft = self.hand.with_suffix(".new")
        draft.write_text(BEGAN.add(days=STEP * look).isoformat())
        draft.replace(self.hand)

    def _all_turn(self, at_work):
        """Each that is at work turns twice, so that one turn began after whatever was before; one that may not go on goes."""
        before = {each: each.turned() for each in at_work}
        for each in list(at_work):
            until(
                f"{each.folder.name} turns: {each.said()[-300:]}",
                lambda each=each: each.turned() >= before[each] + 2 or each.work.poll() is not None,
            )
            if each.work.poll() is not None:
                assert each is self.older
                assert REFUSES in each.said(), each.said()
                self.gone = f"left, exit code {each.work.poll()}, pages {each.answers()}: {each.said()[-90:]}"
                at_work.remove(each)

    def _people(self, look, pages):
        """Two enterprises come, with certificates of different days; who owes acts on what came before."""
        ask = lambda turn, *what: pages[(look + turn) % len(pages)].ask(self.secret, *what)
        codes = [f"M-{look:02d}{letter}" for letter in "AB"]
        shops = [
            {
                "kind": KIND,
                "code": code,
                "name": f"{code} 厂（虚构）",
                "unit": "350404",
                "attributes": {"发证方式": "告知承诺"},
            }
            for code in codes
        ]
        ask(0, "POST", "/subjects", {"subjects": shops})
        happened = BEGAN.add(days=STEP * look)
        for turn, (code, ago) in enumerate(zip(codes, (20, 27), strict=True)):
            fact = {
                "kind": "certificate.issued",
                "subject": {"kind": KIND, "code": code},
                "source": "许可",
                "ref": code,
            }
            day = happened.subtract(days=ago).to_date_string()
            assert ask(turn, "POST", "/facts", {"facts": [fact | {"happened_on": day}]})["new"] == 1
        found = "/obligations?duty=cp-first-inspection&limit=200"
        owed = lambda: {each["subject"]["code"]: each["id"] for each in ask(1, "GET", found)["obligations"]}
        numbers = until(
            f"{codes} of {owed()} opened", lambda: mine if set(codes) <= (mine := owed()).keys() else None
        )
        if look >= 2:
            early, late = numbers[f"M-{look - 2:02d}A"], numbers[f"M-{look - 2:02d}B"]
            paper = {"actor": "陈工", "evidence": [{"name": "例行检查记录表", "text": "合格"}]}
            later = {"actor": "林局", "reason": "停产", "to": happened.add(days=12).to_date_string()}
            ask(0, "POST", f"/obligations/{early}/acknowledge", {"actor": "陈工"})
            ask(1, "POST", f"/obligations/{late}/extend", later)
            if look % 2:
                self.reported = early
                ask(1, "POST", f"/obligations/{early}/report", paper)
            elif self.reported:  # the engines have turned since: whoever reviews was called, in each life
                ask(0, "POST", f"/obligations/{self.reported}/approve", {"actor": "林局"})

    def _refuses(self):
        """The older one, started again."""
        self.older.close()
        for words in (("work", "--alone"), ("status",)):
            said, code = self.older.command(*words)
            lines = [line for line in said.splitlines() if REFUSES in line]
            assert (code > 0, len(lines), "Traceback" in said) == (True, 1, False), said
            print(f"  started again, {' '.join(words)}: exit code {code}, {lines[0].strip()}", flush=True)

    def _left(self):
        engine = create_engine(self.url)
        with engine.connect() as connection:
            left = {
                what: Counter(map(tuple, connection.execute(text(each)).all())) for what, each in LEFT.items()
            }
        engine.dispose()
        arrived = Counter(number_in(posted["message"]) for _, posted in self.sink.got)
        assert not [number for number, times in arrived.items() if times > 1], "a message arrived twice"
        return left | {"messages, each once": arrived}


@contextmanager
def checked_out(commit):
    """A checkout of that commit in a folder of its own, until the block ends."""
    with tempfile.TemporaryDirectory(prefix="duban-older-") as folder:
        place = Path(folder) / "checkout"
        subprocess.run(["git", "worktree", "add", "--quiet", "--detach", place, commit], cwd=HERE, check=True)
        try:
            yield place
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", place], cwd=HERE, check=True)


def lived_twice(older, fresh):
    """What is left where the present program did it all, and where the older one was there, too."""
    for name, checkout in (("the present program alone", HERE), ("with the older one", older)):
        with tempfile.TemporaryDirectory(prefix="duban-trial-") as folder:
            url = printed(fresh(migrated=False)) if fresh else f"sqlite:///{folder}/ledger.db"
            trial = Trial(Path(folder) / "trial", url, checkout)
            left = trial.lived()
            counts = ", ".join(f"{rows.total()} {what}" for what, rows in left.items())
            print(f"{name}: {counts}; {trial.gone}", flush=True)
            yield left


def main():
    asked = argparse.ArgumentParser(prog="python -m tests.older_program")
    asked.add_argument("commit")
    asked.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    given = asked.parse_args()
    with ExitStack() as stack:
        older, fresh = stack.enter_context(checked_out(given.commit)), None
        if given.database == "postgres":
            fresh, _ = stack.enter_context(databases(stack.enter_context(own_server())))
        alone, beside = lived_twice(older, fresh)
    differs = {what for what in LEFT if alone[what] != beside[what]}
    for what in differs:
        print(
            f"{what}: only without the older {alone[what] - beside[what]}, only with it {beside[what] - alone[what]}"
        )
    print("not the same" if differs else "the same, row by row")
    return bool(differs)


if __name__ == "__main__":
    raise SystemExit(main())
