"""A new kind of channel is one new folder: nothing else has to name it."""

import subprocess
import sys
from pathlib import Path

import duban.channels.carriers

FOLDER = r'''
"""传真: a made-up service."""

from duban.channels.carriers.carrier import Carrier, CarrierLimits, no_tags

CARRIER = Carrier(
    "fax",
    {"fax": "duban.channels.carriers.fax.plugin:FaxPlugin"},
    CarrierLimits(max_length=900, per_second=1),
    neutral=no_tags,
    secrets=((r"(?P<head>fax://)\S+", r"\g<head>***"),),
)
'''
PLUGIN = """
from apprise.plugins import NotifyBase

from duban.channels.answers import ACCEPTED, give


class FaxPlugin(NotifyBase):
    protocol = "fax"
    templates = ("{schema}://{host}",)

    def send(self, body, title="", **_):
        print(self.host, title, body)
        return give(ACCEPTED)

    def url(self, *_, **__):
        return "fax://" + self.host
"""
USE = """
from pathlib import Path
from duban.channels.loading import load_channels
from duban.channels.redaction import redact
from duban.deliveries.apprise_adapter import Sender
from duban.channels.carriers import BY_SCHEME
channels = load_channels(Path(), {"F": "fax://12345"})
[channel] = [each for each in channels.by_name.values() if each.name == "f"]
print(channel.max_length, channel.per_second, channel.absent or "configured", redact("at fax://99999"))
[place] = channel.destinations({})
with Sender() as sender:
    print(sender.send(channel, place, "Title", "Body")[0].accepted)
"""


def test_it_is_found_limited_struck_out_and_sent_over(tmp_path):
    """In a process of its own, with a folder that stands beside the shipped ones."""
    (tmp_path / "more" / "fax").mkdir(parents=True)
    (tmp_path / "more" / "fax" / "__init__.py").write_text(FOLDER, "utf-8")
    (tmp_path / "more" / "fax" / "plugin.py").write_text(PLUGIN, "utf-8")
    (tmp_path / "notifications").mkdir()
    (tmp_path / "notifications" / "channels.yaml").write_text(
        "channels: {f: {kind: apprise, url: 'env:F'}}", "utf-8"
    )
    shipped = Path(duban.channels.carriers.__file__).parent
    for folder in shipped.iterdir():
        if folder.name != "__pycache__":
            (tmp_path / "more" / folder.name).symlink_to(folder)
    source = tmp_path / "source" / "duban"
    (source / "channels").mkdir(parents=True)
    for path in shipped.parents[1].iterdir():
        if path.name not in ("channels", "__pycache__"):
            (source / path.name).symlink_to(path)
    for path in shipped.parent.iterdir():
        if path.name not in ("carriers", "__pycache__"):
            (source / "channels" / path.name).symlink_to(path)
    (source / "channels" / "carriers").symlink_to(tmp_path / "more")

    ran = subprocess.run(
        [sys.executable, "-W", "error::UserWarning", "-c", USE],
        cwd=tmp_path,
        env={"PYTHONPATH": str(source.parent), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.stdout.splitlines() == ["900 1 configured at fax://***", "12345 Title Body", "True"], (
        ran.stderr
    )
