"""The secret of the sign-on and a token of the API, used in every way they can be, and then looked for in all that is left.

A running `duban up`, a sign-on of another house that says the secret back, programs that use their tokens rightly and wrongly.
"""

import base64
import re
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qs, quote, quote_plus, urlsplit

import httpx
import pytest

from duban.access.mandates import Mandate
from duban.access.tokens import make_token, revoke_token
from duban.base.clock import FixedClock
from duban.base.starter import copy_starter
from duban.runtime.presence import running_page
from duban.workspace.workspace import open_workspace
from tests.few_duties import carried, keep
from tests.ports import free_port
from tests.service.conftest import BEGAN, Up
from tests.service.sign_on import CODE, sign_on
from tests.web.pages.people import an_account

pytestmark = [
    pytest.mark.prefect,
    pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc"),
]

CLIENT, SECRET = "duban", "Gq7+w/9=Zt&x%4 Kd2?m"
PERSON = "计"
JSON = {"Content-Type": "application/json"}
KINDS = ("writes", "only looks", "is revoked")


def forms(secret):
    """A secret as it may stand somewhere: as it is, in a URL, and within Base64 however much comes before it."""
    found = {secret, quote(secret), quote(secret, safe=""), quote_plus(secret)}
    for written in (secret, quote(secret, safe=""), quote_plus(secret)):
        for before in range(3):
            coded = base64.b64encode(b"\0" * before + written.encode()).decode().rstrip("=")
            inner = coded[(0, 2, 3)[before] : len(coded) - 1]
            found |= {inner, inner.replace("+", "-").replace("/", "_")}
    return {form.encode() for form in found}


class Trial:
    """What was used, and everything that was answered or said."""

    def __init__(self, root, store, house, service, tokens):
        self.root, self.store, self.house, self.service, self.tokens = root, store, house, service, tokens
        self.heard = []  # what came with each answer, what was said of each command
        self.page = running_page(root)
        self.client = httpx.Client(base_url=self.page, trust_env=False, timeout=30)

    def ask(self, method, path, **more):
        """One request; its answer is kept to be looked through."""
        answer = self.client.request(method, path, **more)
        self.heard.append(f"{method} {answer.status_code} {answer.headers}\n{answer.text}")
        return answer

    def sign_on(self, mood):
        """The person goes to the other house, and comes back with its code; how they are received."""
        self.house.mood = mood
        sent = self.ask("GET", "/sign-in/sso?next=/me")
        assert sent.status_code == 303
        state = parse_qs(urlsplit(sent.headers["location"]).query)["state"][0]
        return self.ask("GET", "/sign-in/sso/back", params={"code": CODE, "state": state})

    def by(self, kind):
        return {"Authorization": f"Bearer {self.tokens[kind]}"}

    def command(self, *words):
        """What a command of the operator says."""
        done = subprocess.run(
            [sys.executable, "-m", "duban", *words, "--project", str(self.root)],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        self.heard.append(done.stdout + done.stderr)
        return done

    def everything(self):
        """All that is left, by where it is."""
        yield from ((f"answer {heard[:300]}", heard.encode()) for heard in self.heard)
        yield "what the service said", "\n".join(self.service.lines).encode()
        for place in (self.root, self.store):
            for file in sorted(each for each in place.rglob("*") if each.is_file()):
                yield str(file), file.read_bytes()
                if zipfile.is_zipfile(file):
                    with zipfile.ZipFile(file) as packed:
                        yield from ((f"{file}:{name}", packed.read(name)) for name in packed.namelist())
                if file.suffix == ".db":
                    with closing(sqlite3.connect(f"file:{quote(str(file))}?mode=ro", uri=True)) as database:
                        yield f"{file}, all tables", "\n".join(database.iterdump()).encode()


def programs_of(service):
    """The service's process and those it has started, by their ids, with their parents."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            told = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(stat.parent.name)] = int(told[1])
    found = {service.process.pid}
    while more := {each for each, parent in parents.items() if parent in found} - found:
        found |= more
    return found


@pytest.fixture(scope="module")
def trial(tmp_path_factory):
    folder = tmp_path_factory.mktemp("secrets")
    root, store = folder / "项目", folder / "store"
    copy_starter(root)
    keep(carried(root))
    with pytest.MonkeyPatch.context() as patched:
        patched.delenv("DUBAN_DATABASE_URL", raising=False)
        ws = open_workspace(root, FixedClock(BEGAN))
        city = SimpleNamespace(ws=ws, now=ws.clock.now())
        an_account(city, PERSON, Mandate("计审计", frozenset({"auditor"}), "350400"))
        tokens = {
            kind: make_token(ws, "350404", kind, city.now, by="管理员", read_only=kind == "only looks")[1]
            for kind in KINDS
        }
        revoke_token(ws, "is revoked", city.now)
        ws.ledger.dispose()
    with sign_on(CLIENT, SECRET, PERSON) as house:
        settings = {
            "DUBAN_OIDC_ISSUER": house.at,
            "DUBAN_OIDC_CLIENT": CLIENT,
            "DUBAN_OIDC_SECRET": SECRET,
        }
        service = Up(root, free_port(), **settings)
        try:
            service.until("就绪")
            service.until("已向 Prefect 登记")
            trial = Trial(root, store, house, service, tokens)
            yield trial
            trial.client.close()
        finally:
            if service.process.poll() is None:
                service.stop()


@pytest.fixture(scope="module")
def used(trial):
    """The trial once every secret was used, refused, said back and told in the wrong place."""
    for mood in ("refuses", "breaks", "says nothing", "leads on", "no person"):
        assert trial.sign_on(mood).status_code == 503, mood
    trial.house.person = SECRET
    assert trial.sign_on("right").status_code == 403
    trial.house.person = PERSON
    came = trial.sign_on("right")
    assert (came.status_code, came.headers["location"]) == (303, "/me")
    assert trial.ask("GET", "/me").status_code == 200
    assert set(trial.house.asked) == {(CLIENT, SECRET, CODE)}, "the secret itself was sent"
    trial.client.cookies.clear()

    works = {"kind": "工业产品生产许可证获证企业", "code": "SY-0001"}
    subject = {**works, "name": "三元水泥厂（虚构）", "unit": "350404", "attributes": {}}
    batch = {"subjects": [subject]}
    statuses = [
        trial.ask(method, path, **more).status_code
        for method, path, more in (
            ("GET", "/api/v1/obligations", {"headers": trial.by("writes")}),
            ("POST", "/api/v1/subjects", {"headers": trial.by("writes"), "json": batch}),
            ("POST", "/api/v1/subjects", {"headers": trial.by("only looks"), "json": batch}),
            ("POST", "/api/v1/subjects", {"headers": trial.by("is revoked"), "json": batch}),
            ("POST", "/api/v1/subjects", {"headers": {**trial.by("writes"), **JSON}, "content": b"{"}),
            ("DELETE", "/api/v1/subjects", {"headers": trial.by("writes")}),
        )
    ]
    assert statuses == [200, 200, 403, 401, 400, 405]
    for token in trial.tokens.values():
        misplaced(trial, token)
    broken(trial)
    for words in (("backup", str(trial.store)), ("access",), ("token", "list"), ("doctor",), ("status",)):
        trial.command(*words)
    assert [*trial.store.rglob("manifest.json")]
    return trial


def misplaced(trial, token):
    """Somebody tells a token where it does not belong, and one who may come in does so, too."""
    coded = base64.b64encode(f"duban:{token}".encode()).decode()
    trial.ask("GET", "/api/v1/obligations", headers={"Authorization": f"Basic {coded}"})
    trial.ask("GET", "/api/v1/obligations", headers={"Authorization": token})
    for headers in ({}, trial.by("writes")):
        trial.ask("GET", f"/api/v1/obligations?access_token={token}", headers=headers)
        trial.ask("GET", f"/api/v1/obligations?unit={token}", headers=headers)
        trial.ask("POST", f"/api/v1/obligations/{token}/report", headers=headers, json={})
        trial.ask("POST", f"/api/v1/{token}", headers=headers, json={})
        trial.ask("POST", f"/api/v1/facts?key={coded}", headers=headers, json={"facts": []})
        more = {**headers, "Idempotency-Key": token}
        trial.ask("POST", "/api/v1/facts", headers=more, json={"facts": []})
    trial.client.get(
        f"/{token}"
    )  # its page leads back to its own address, which stands in the browser's line anyway
    shown = trial.ask("GET", "/sign-in").text
    form = {"form_token": re.search(r'name="form_token" value="(\w+)"', shown)[1], "password": token}
    trial.ask("POST", "/sign-in", data={**form, "name": PERSON})
    trial.ask("POST", "/sign-in", data={**form, "name": "nobody"})


def broken(trial):
    """A request meets a ledger in which something is not as it should be."""
    with closing(sqlite3.connect(trial.root / ".duban/ledger.db", timeout=30)) as ledger:
        for before, after in (("deadline", "due_on"), ("due_on", "deadline")):
            ledger.execute(f"ALTER TABLE obligation RENAME COLUMN {before} TO {after}")
            answered = trial.ask("GET", "/api/v1/obligations", headers=trial.by("writes")).status_code
            assert answered == (500 if after == "due_on" else 200)


@pytest.mark.parametrize("which", ["the sign-on's secret", *KINDS])
def test_it_is_in_no_table_log_page_list_backup_or_parameter(used, which):
    secret = used.tokens.get(which, SECRET)
    looked_for = forms(secret)
    found = {
        place: form.decode() for place, content in used.everything() for form in looked_for if form in content
    }
    assert found == {}


def test_no_program_has_it_in_its_arguments_and_no_other_than_the_pages_in_its_environment(used):
    looked_for = {kind: forms(used.tokens.get(kind, SECRET)) for kind in ("the sign-on's secret", *KINDS)}
    programs = programs_of(used.service)
    assert len(programs) >= 3
    knowing = set()
    for pid in programs:
        arguments, environment = (Path(f"/proc/{pid}/{what}").read_bytes() for what in ("cmdline", "environ"))
        for which, those in looked_for.items():
            assert not [form for form in those if form in arguments], arguments
            if any(form in environment for form in those):
                module = re.search(rb"duban\.service\.\w+|duban\0up", arguments)
                knowing.add((which, module[0].decode().replace("\0", " ")))
    assert knowing <= {
        ("the sign-on's secret", "duban up"),
        ("the sign-on's secret", "duban.service.web_child"),
    }
