"""Machines: network namespaces on one bridge, in a namespace of their own; the processes that run in them."""

import os
import shlex
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

NET = "10.77.0"
HUB = "duban-hub"


def run(*words, **more):
    """Run a command that must succeed; what it says."""
    return subprocess.run(words, check=True, capture_output=True, text=True, **more).stdout


@dataclass
class Process:
    """What runs on a machine, so that it can be killed and started again as it was."""

    name: str
    words: list
    environment: dict
    folder: Path
    user: str = ""
    log: Path = None
    child: subprocess.Popen = None
    starts: int = 0


@dataclass
class Machine:
    """A namespace with one address on the bridge."""

    name: str
    number: int
    folder: Path
    running: dict = field(default_factory=dict)

    @property
    def address(self):
        return f"{NET}.{self.number}"

    @property
    def namespace(self):
        return f"duban-{self.name}"

    def make(self):
        """Make the namespace and its link to the bridge."""
        inside, outside = "eth0", f"v{self.number}"
        run("ip", "netns", "add", self.namespace)
        run(
            "ip",
            "-n",
            HUB,
            "link",
            "add",
            outside,
            "type",
            "veth",
            "peer",
            "name",
            inside,
            "netns",
            self.namespace,
        )
        run("ip", "-n", HUB, "link", "set", outside, "master", "bridge0", "up")
        run("ip", "-n", self.namespace, "addr", "add", f"{self.address}/24", "dev", inside)
        run("ip", "-n", self.namespace, "link", "set", inside, "up")
        run("ip", "-n", self.namespace, "link", "set", "lo", "up")
        self.folder.mkdir(parents=True, exist_ok=True)

    def cut(self, *, off):
        """Cut the machine off the network, or connect it again."""
        run("ip", "-n", HUB, "link", "set", f"v{self.number}", "down" if off else "up")

    def start(self, name, words, environment, *, user="", shared=()):
        """Start a process here; `shared` are (folder of all, folder here) that are mounted for it."""
        mounts = [
            f"mkdir -p {shlex.quote(str(to))} && mount --bind {shlex.quote(str(of))} {shlex.quote(str(to))}"
            for of, to in shared
        ]
        command = " ".join(shlex.quote(str(each)) for each in words)
        if user:
            command = f"setpriv --reuid={user} --regid={user} --clear-groups {command}"
        line = " && ".join([*mounts, f"exec {command}"])
        process = Process(
            name, ["ip", "netns", "exec", self.namespace, "sh", "-c", line], environment, self.folder
        )
        process.log = self.folder / f"{name}.log"
        self.running[name] = process
        self.again(name)
        return process

    def again(self, name):
        """Start a process as it was started before."""
        process = self.running[name]
        with process.log.open("ab") as log:
            process.child = subprocess.Popen(
                process.words,
                env=process.environment() if callable(process.environment) else process.environment,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        process.starts += 1

    def kill(self, name, how=signal.SIGKILL):
        """End a process with all it started."""
        child = self.running[name].child
        try:
            os.killpg(child.pid, how)
        except ProcessLookupError:
            return
        child.wait(60)

    def lives(self, name):
        return self.running[name].child.poll() is None

    def said(self, name):
        """Everything a process has printed."""
        return self.running[name].log.read_text("utf-8", "replace")


class Network:
    """All machines; whatever they left is taken away at the end."""

    def __init__(self, folder):
        self.folder = folder
        self.machines = {}

    def __enter__(self):
        self.clean()
        run("ip", "netns", "add", HUB)
        run("ip", "-n", HUB, "link", "add", "bridge0", "type", "bridge")
        run("ip", "-n", HUB, "link", "set", "bridge0", "up")
        return self

    def machine(self, name, number):
        """A new machine."""
        made = self.machines[name] = Machine(name, number, self.folder / name)
        made.make()
        return made

    def __exit__(self, *why):
        for machine in self.machines.values():
            for name in machine.running:
                machine.kill(name)
        time.sleep(0.5)
        self.clean()

    @staticmethod
    def clean():
        """Take away the namespaces of this and of a broken-off run."""
        for line in run("ip", "netns", "list").splitlines():
            name = line.split()[0]
            if name.startswith("duban-"):
                for number in run("ip", "netns", "pids", name).split():
                    if int(number) != os.getpid():
                        with suppress(ProcessLookupError):
                            os.kill(int(number), signal.SIGKILL)
                subprocess.run(["ip", "netns", "del", name], check=False)
