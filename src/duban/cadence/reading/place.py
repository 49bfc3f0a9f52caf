"""Where a duty stands in its file, and what is wrong with it so far."""

from dataclasses import dataclass, field

from duban.base.language import say
from duban.base.problems import Problem
from duban.cadence.reading.assumed import UnwrappedData
from duban.yamlfile import Loc, YamlFile


@dataclass
class DutyPlace:
    """One entry under `duties:`; values it leaves to `defaults:` are looked up there."""

    file: YamlFile  #: The file it stands in.
    at: Loc  #: Where in the file.
    duty: str | None  #: Its id, where it could be read.
    written: UnwrappedData  #: What is written in the entry itself.
    defaults: UnwrappedData  #: What is written under `defaults:`.
    problems: list[Problem] = field(default_factory=list)  #: What is wrong so far.

    def wrong(
        self, loc: Loc, *, zh: str, en: str, mend: str = "", at_key: bool = False, unknown: bool = False
    ) -> None:
        """Note a problem with the value at `loc` of the entry, or with its key (`at_key`).

        `zh` and `en` say what is wrong, `mend` how to mend it; `unknown`: nothing defines the name there.
        """
        what = say(zh=zh, en=en)
        self.problems.append(
            self.file.problem(self.where(loc), what, mend, self.duty, at_key=at_key, unknown=unknown)
        )

    def where(self, loc: Loc) -> Loc:
        """The place in the file of the entry's value at `loc`."""
        if loc and loc[0] not in self.written.data and loc[0] in self.defaults.data:
            return ("defaults", *self.defaults.relocate(loc))
        return (*self.at, *self.written.relocate(loc))
