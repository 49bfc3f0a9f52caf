"""What stands on the machines: databases, balancer, Prefect's servers and duban's parts, started by the shipped files."""

import ctypes
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from duban.base.starter import copy_starter
from duban.runtime.prefect_api import PrefectApi
from tests.few_duties import carried, keep
from tests.several_machines.machines import NET, Network, run

SHIPPED = Path(__file__).parents[2] / "docs" / "several-machines"
BEGAN = datetime.fromisoformat("2026-03-02T09:00:00+08:00")
LOGIN = "duban:change-me-too"
POSTGRESQL = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
CLONE_NEWNET = 0x40000000
NUMBERS = {
    "db": 2, "redis": 3, "balancer": 10, "prefect-a": 11, "prefect-b": 12, "services-a": 13, "services-b": 14,
    "registrar": 20, "worker-a": 31, "worker-b": 32, "pages-a": 41, "pages-b": 42, "people": 100,
}  # fmt: skip
DUTIES = ("cp-first-inspection", "cp-yearly-patrol", "ts-quarterly-risk-analysis", "sl-flight-check")
SHARED = ("evidence", "letters", "imports", "drafts")
CHANNELS = """\
channels:
  sink: {kind: apprise, url: "env:DUBAN_CHANNEL_SINK"}
routes: []
default: [inbox, sink]
"""


class Sink:
    """A web hook that keeps what was posted, with when."""

    def __init__(self, address):
        posts = self.posts = []

        class Hook(BaseHTTPRequestHandler):
            def do_POST(self):
                said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                posts.append((said["title"], said["message"]))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer((address, 8080), Hook)
        threading.Thread(target=server.serve_forever, daemon=True).start()


class Town:
    """The machines with everything on them."""

    def __init__(self, net: Network):
        self.net = net
        self.at = {name: net.machine(name, number) for name, number in NUMBERS.items()}
        self._to_people()
        self.sink = Sink(self.at["people"].address)
        self.secret = ""
        self._clock_from = time.monotonic()

    def _to_people(self):
        """From here on this process is on the machine `people`: its sockets live in that namespace."""
        with Path(f"/run/netns/{self.at['people'].namespace}").open() as place:
            if ctypes.CDLL(None, use_errno=True).setns(place.fileno(), CLONE_NEWNET):
                raise OSError(ctypes.get_errno(), "setns")

    # --- what the shipped files say, with this town's addresses

    def _here(self, text):
        for name, machine in self.at.items():
            text = text.replace(f"{name}.example", machine.address)
        return text.replace("10.0.0.0/24", f"{NET}.10/32")

    def environment(self, machine):
        """The shipped /etc/duban.env, and the town's clock as of now."""
        written = re.findall(
            r"^([A-Z_]+)=(.*)$", self._here((SHIPPED / "duban.env").read_text("utf-8")), re.MULTILINE
        )
        plain = {k: v for k, v in os.environ.items() if not k.startswith(("DUBAN", "PREFECT", "COV_"))}
        return plain | dict(written) | {
            "DUBAN_PROJECT": str(machine.folder / "project"),
            "DUBAN_WEB_ADDRESS": f"http://{self.at['balancer'].address}",
            "DUBAN_CHANNEL_SINK": f"json://{self.at['people'].address}:8080/",
            "DUBAN_CLOCK": f"{BEGAN + timedelta(seconds=time.monotonic() - self._clock_from):%Y-%m-%dT%H:%M:%S+08:00}/run",
            "PYTHONUNBUFFERED": "1",
            "COLUMNS": "300",
        }  # fmt: skip

    def unit(self, name):
        """The command line of a shipped unit."""
        text = (SHIPPED / f"{name}.service").read_text("utf-8")
        return [
            sys.executable,
            "-m",
            "duban",
            *re.search(r"^ExecStart=\S+/duban (.*)$", text, re.MULTILINE)[1].split(),
        ]

    # --- what runs

    def databases(self):
        """PostgreSQL and Redis."""
        db = self.at["db"]
        data = db.folder / "data"
        secret = db.folder / "secret"
        secret.write_text("change-me")
        shutil.chown(db.folder, "postgres", "postgres")
        shutil.chown(secret, "postgres", "postgres")
        programs = POSTGRESQL[-1]
        run("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", programs / "initdb", "-D", data, "-U", "duban",
            "--pwfile", secret, "-A", "scram-sha-256", "-E", "UTF8", "--locale=C.UTF-8", cwd=db.folder)  # fmt: skip
        with (data / "pg_hba.conf").open("a") as file:
            file.write(f"host all all {NET}.0/24 scram-sha-256\n")
        db.start("postgresql", [programs / "postgres", "-D", data, "-c", f"listen_addresses={db.address}", "-c",
                                f"unix_socket_directories={db.folder}"], os.environ.copy(), user="postgres")  # fmt: skip
        self.until("PostgreSQL", lambda: "ready to accept" in db.said("postgresql"))
        run("ip", "netns", "exec", db.namespace, programs / "createdb", "-h", db.address, "-U", "duban", "-O", "duban",
            "-T", "template0", "duban", env={**os.environ, "PGPASSWORD": "change-me"})  # fmt: skip
        redis = self.at["redis"]
        redis.start("redis", ["redis-server", "--bind", redis.address, "--appendonly", "yes", "--dir", redis.folder,
                              "--requirepass", "change-me-three"], os.environ.copy())  # fmt: skip

    def balancer(self):
        """nginx, with the shipped file."""
        place = self.at["balancer"]
        (place.folder / "duban.conf").write_text(self._here((SHIPPED / "nginx.conf").read_text("utf-8")))
        (place.folder / "nginx.conf").write_text(
            f"daemon off; pid {place.folder}/pid; error_log {place.folder}/error.log; events {{}}\n"
            f"http {{ access_log off; include {place.folder}/duban.conf; }}\n"
        )
        place.start(
            "nginx", ["nginx", "-c", place.folder / "nginx.conf", "-p", place.folder], os.environ.copy()
        )

    def duban(self, place, unit, words=()):
        """A shipped unit on a machine, which has a project folder of its own and what people handed in from all.

        With `words` another command of duban there, called `unit`.
        """
        machine = self.at[place]
        project = machine.folder / "project"
        if not project.exists():
            copy_starter(project)
            carried(keep(project, DUTIES))
            (project / "notifications" / "channels.yaml").write_text(CHANNELS, "utf-8")
        shared = []
        for name in SHARED:
            all_of = self.net.folder / "shared" / name
            all_of.mkdir(parents=True, exist_ok=True)
            shared.append((all_of, project / ".duban" / name))
        command = [sys.executable, "-m", "duban", *words] if words else self.unit(unit)
        return machine.start(unit, command, lambda: self.environment(machine), shared=shared)

    def once(self, place, unit, words=()):
        """A shipped unit, or another command, that runs once and ends well."""
        process = self.duban(place, unit, words)
        assert process.child.wait(600) == 0, self.at[place].said(unit)

    # --- what people and programs ask

    def prefect(self):
        """Prefect's API, by the balancer."""
        return PrefectApi(f"http://{self.at['balancer'].address}:4200/api", LOGIN, seconds=60)

    def asked(self, method, path, what=None, place="balancer", port=80):
        """What the pages answer; None while they do not."""
        request = urllib.request.Request(
            f"http://{self.at[place].address}:{port}{path}",
            data=None if what is None else json.dumps(what).encode(),
            method=method,
            headers={"Authorization": f"Bearer {self.secret}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refused:
            said = refused.read().decode("utf-8", "replace")
            if refused.code >= 500:
                return None
            raise AssertionError(f"{refused.code} {said[:500]}") from None
        except (OSError, ValueError):
            return None

    def until(self, what, question, seconds=600):
        """Ask again and again; the answer, and how long it took is printed by who asked."""
        until = time.monotonic() + seconds
        while not (answer := question()):
            if time.monotonic() > until:
                raise TimeoutError(what)
            time.sleep(0.5)
        return answer


def programs_missing():
    """What this machine lacks, and how to get it."""
    missing = [each for each in ("ip", "nginx", "redis-server", "setpriv") if not shutil.which(each)]
    if not POSTGRESQL:
        missing.append("postgresql")
    if subprocess.run([sys.executable, "-c", "import prefect_redis"], capture_output=True).returncode:
        missing.append("prefect-redis (pip install 'duban[machines]')")
    if os.geteuid() != 0:
        missing.append("root (for network namespaces)")
    return missing
