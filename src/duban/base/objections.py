"""Why something is not done, or cannot be meant: one sentence, in the reader's language."""

from duban.base.language import say


class Objection(Exception):
    """Why something is not done. Its sentence stands where it is raised, in both languages, or was `said` elsewhere."""

    def __init__(self, said: str = "", *, zh: str = "", en: str = "") -> None:
        super().__init__(said or say(zh=zh, en=en))


class WrongValue(Objection, ValueError):
    """What somebody wrote is not what is written there."""
