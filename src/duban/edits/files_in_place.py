"""Putting changed files in place: each is written beside its old self and then takes its name; all of them, or none."""

import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from duban.base.entrance import by_entrance
from duban.base.language import say
from duban.base.problems import Problem, ProblemsFound


def replace_files(
    root: Path, texts: Mapping[str, str | None], seen: Mapping[str, bytes | None] | None = None
) -> None:
    """Write each text (path under `root` → text; None: the file goes) whole. Raises OSError, with every file as it was.

    A reader sees each file as it was or as it will be, never half of it. When one cannot be put in place, those that
    were are put back. `seen` holds the files as they were when the texts were made (None: not there); raises
    ProblemsFound when somebody has changed one since.
    """
    _refuse_changed(root, seen or {})
    made: dict[Path, Path | None] = {}
    done: dict[Path, bytes | None] = {}
    try:
        for name, text in texts.items():
            made[root / name] = None if text is None else _beside(root / name, text.encode())
        for path, written in made.items():
            done[path] = path.read_bytes() if path.exists() else None
            if written is None:
                path.unlink(missing_ok=True)
            else:
                written.replace(path)
    except BaseException:
        for path, old in done.items():
            _put_back(path, old)
        for written in filter(None, made.values()):
            written.unlink(missing_ok=True)
        raise
    for folder in {path.parent for path in made}:
        _settle(folder)


def files_seen(root: Path, names: Iterable[str]) -> dict[str, bytes | None]:
    """The files as they are now; None for one that is not there."""
    return {name: (root / name).read_bytes() if (root / name).exists() else None for name in names}


def _refuse_changed(root: Path, seen: Mapping[str, bytes | None]) -> None:
    now = files_seen(root, seen)
    changed = [name for name, content in seen.items() if now[name] != content]
    if changed:
        what = say(zh="刚才有人改了这个文件", en="somebody has just changed this file")
        mend = say(
            zh=f"什么也没有写，请再{by_entrance(command='运行', page='试')}一次",
            en=f"nothing was written; {by_entrance(command='run it', page='try')} again",
        )
        raise ProblemsFound([Problem(name, 0, 0, what, mend) for name in changed])


def _beside(path: Path, content: bytes) -> Path:
    """A finished file next to `path`, with the same permissions, a new one as open as its folder; its name ends in nothing
    anybody reads.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".new")
    written = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        written.chmod(path.stat().st_mode & 0o777 if path.exists() else path.parent.stat().st_mode & 0o666)
    except BaseException:
        written.unlink(missing_ok=True)
        raise
    return written


def _put_back(path: Path, old: bytes | None) -> None:
    if old is None:
        path.unlink(missing_ok=True)
    elif not path.exists() or path.read_bytes() != old:
        _beside(path, old).replace(path)


def _settle(folder: Path) -> None:
    """Make the new names survive a power cut, where the system can."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:
        pass
    finally:
        os.close(handle)
