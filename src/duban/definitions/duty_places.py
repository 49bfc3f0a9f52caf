"""Where in its file a part of a duty stands, for what is found wrong with it."""

from duban.base.problems import Problem, ProblemsFound
from duban.definitions.definitions import Definitions
from duban.duties.grammar import Duty
from duban.yamlfile import Loc, YamlFile, read


class DutyPlaces:
    """Where in its file a part of a duty stands. Files are read again only for what is wrong."""

    def __init__(self, definitions: Definitions) -> None:
        self._root = definitions.root
        self._files: dict[str, YamlFile | None] = {}

    def problem(self, duty: Duty, loc: Loc, what: str, mend: str = "") -> Problem:
        """A problem at `loc` of a duty's entry; at the duty itself where the file cannot be read any more."""
        file = self._file(duty.path)
        at = None if file is None else _entry(file, duty.id)
        if file is None or at is None:
            return Problem(duty.path, duty.line_no, 1 if duty.line_no else 0, what, mend, duty.id)
        return file.problem((*at, *loc), what, mend, duty.id)  # a single basis may stand without its list

    def _file(self, path: str) -> YamlFile | None:
        if path not in self._files:
            try:
                self._files[path] = read(self._root / path, root=self._root) if path else None
            except ProblemsFound:
                self._files[path] = None
        return self._files[path]


def _entry(file: YamlFile, duty_id: str) -> Loc | None:
    duties = file.data.get("duties") if isinstance(file.data, dict) else None
    for number, entry in enumerate(duties if isinstance(duties, list) else ()):
        if isinstance(entry, dict) and entry.get("id") == duty_id:
            return ("duties", number)
    return None
