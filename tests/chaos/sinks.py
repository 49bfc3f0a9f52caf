"""Where the messages of a chaos run arrive: a mail server and a webhook in a bad mood, which remember what they took."""

import email
import itertools
import time
from email import policy
from random import Random
from threading import Lock

from tests.channels.mail_server import MailServer
from tests.chaos.place import tick
from tests.deliveries.cast import Hook
from tests.simulation_of_faults.faults import number_in

MOODS = {"takes": 14, "refuses": 2, "fails": 1, "takes and cuts": 2, "takes in silence": 1, "cuts": 1}
"""How often, of so many messages, each is done."""
SILENCE = 1.6
"""Seconds it says nothing: longer than the channels wait for an answer."""


class Arrivals:
    """What the sinks have taken, by the steady time at which they did."""

    def __init__(self, seed):
        self._random, self._lock = Random(seed), Lock()
        self._moods = list(itertools.chain.from_iterable([mood] * often for mood, often in MOODS.items()))
        self.new, self.by_number = [], {}
        self.calm = self.down = False

    def mood(self):
        with self._lock:
            if self.down:
                return "refuses"
            return "takes" if self.calm else self._random.choice(self._moods)

    def took(self, text, *, group):
        with self._lock:
            number = number_in(text)
            self.new.append({"tick": tick(), "what": "arrived", "number": number, "group": group})
            self.by_number[number] = self.by_number.get(number, 0) + 1

    def taken(self):
        """What is new since the last time this was asked."""
        with self._lock:
            new, self.new = self.new, []
            return new


class MailSink(MailServer):
    """A mail server of that mood."""

    def __init__(self, arrivals, host):
        super().__init__(host)
        self.server.handle_error = _gone
        self._arrivals = arrivals

    def take(self, to, content):
        mood = self._arrivals.mood()
        if mood.startswith("takes"):
            mail = email.message_from_string(content.replace("\r\n..", "\r\n."), policy=policy.default)
            self._arrivals.took(mail.get_body(("plain",)).get_content(), group=False)
        if mood == "takes in silence":
            time.sleep(SILENCE)
        return {"takes": "250 kept", "refuses": "550 no", "fails": "451 later"}.get(mood)


class WebSink(Hook):
    """A group's webhook of that mood."""

    def __init__(self, arrivals, host):
        super().__init__(host)
        self.server.handle_error = _gone
        self._arrivals = arrivals

    def take(self, path, posted):
        mood = self._arrivals.mood()
        if mood.startswith("takes"):
            self._arrivals.took(posted["message"], group=True)
        if mood == "takes in silence":
            time.sleep(SILENCE)
        return {"takes": (200, b"{}"), "refuses": (403, b"no"), "fails": (500, b"oh")}.get(mood)


def _gone(*_):
    """Whoever was sending has been killed on the way."""
