"""When the ledger cannot be used: one clear line for the person who can mend it.

Whatever the database driver says, the engine raises `LedgerUnavailable`, from opening the ledger to any statement
later on. The sentence names the place without its password.
"""

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import URL, Engine, ExceptionContext, event

from duban.base.language import say
from duban.base.objections import Objection


class LedgerUnavailable(Objection):
    """The ledger is missing, locked, full, unreachable or not ours to read. The text is one line."""


class LedgerOfNewer(LedgerUnavailable):
    """A newer program has taken the ledger over: this one has to be replaced, waiting mends nothing."""


def shown(url: URL) -> str:
    """Where the ledger is, fit to be printed: the password hidden, connection options left out."""
    if url.get_backend_name() == "sqlite":
        return str(url.database or "")
    return url.set(query={}).render_as_string(hide_password=True)


_FILE_FAILED = (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN)


def speak_plainly(engine: Engine, taken_over: Callable[[], LedgerOfNewer | None]) -> None:
    """From now on, failures of the database itself come out of `engine` as LedgerUnavailable, and what a statement lacks because a
    newer program has taken the ledger over meanwhile (`taken_over` looks) as LedgerOfNewer.

    What listens holds the address alone: mappers keep the dialects they wrote with, and those what listens to them. Were
    the engine held there, it would stay with all its compiled statements long after the ledger was closed.
    """
    url = engine.url

    @event.listens_for(engine, "handle_error")
    def _translate(context: ExceptionContext) -> LedgerUnavailable | None:
        if context.is_pre_ping:  # a connection that went stale is replaced, not reported
            return None
        error = context.original_exception
        if isinstance(error, sqlite3.Error) and _code(error) in _FILE_FAILED:
            # What it remembers of that file may not be so any more: the next one opens it anew.
            context.is_disconnect = True
        sentence = what_is_wrong(error, url)
        # A defect, unless the ledger became another under what was going on.
        newer = taken_over() if not sentence or _lacks_a_table(error) else None
        if newer is not None:
            return newer
        return LedgerUnavailable(sentence) if sentence else None


def what_is_wrong(error: BaseException, url: URL) -> str:
    """One line, in the reader's language, on why the database at `url` cannot be used; its password is not told.

    Empty if the mistake is in what was asked of it: `error` is a defect then.
    """
    if _lacks_a_table(error):
        return _in_part(shown(url))
    if isinstance(error, sqlite3.Error):
        return _sqlite(_code(error), shown(url))
    return _postgresql(error, shown(url))


def _lacks_a_table(error: BaseException) -> bool:
    if isinstance(error, sqlite3.Error):
        return str(error).startswith("no such table")
    return getattr(error, "sqlstate", None) == "42P01"


def _code(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _in_part(place: str) -> str:
    return say(
        zh=f"台账 {place} 不完整，少了应有的表；请从备份恢复",
        en=f"the ledger {place} is not whole, a table is missing; restore it from a backup",
    )


def _sqlite(code: int, place: str) -> str:
    match code:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return say(
                zh=f"台账 {place} 正被另一个程序占用，等了一会儿仍未放开；请关闭占用它的程序后重试",
                en=f"the ledger {place} is locked by another program; close that program and try again",
            )
        case sqlite3.SQLITE_FULL:
            return say(
                zh=f"磁盘已满，台账 {place} 写不进去；未写入的内容会在腾出空间后重新写入",
                en=f"the disk is full, the ledger {place} cannot be written; it will be once there is room",
            )
        case sqlite3.SQLITE_CANTOPEN if _is_read_only(place):
            return _read_only(place)
        case sqlite3.SQLITE_CANTOPEN:
            return say(
                zh=f"打不开台账 {place}：文件或文件夹不存在，或没有权限",
                en=f"cannot open the ledger {place}: the file or its folder is missing, or not permitted",
            )
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM | sqlite3.SQLITE_AUTH:
            return _read_only(place)
        case sqlite3.SQLITE_NOTADB | sqlite3.SQLITE_CORRUPT:
            return say(
                zh=f"{place} 不是完好的台账文件；请从备份恢复",
                en=f"{place} is not a sound ledger file; restore it from a backup",
            )
        case sqlite3.SQLITE_IOERR:
            return say(
                zh=f"读写台账 {place} 时磁盘出错；请检查磁盘",
                en=f"the disk failed while reading or writing the ledger {place}; check the disk",
            )
        case _:
            return ""


def _is_read_only(place: str) -> bool:
    """Whether a file that is there, or its folder, takes no writing: without it SQLite cannot even begin to read."""
    file = Path(place)
    return os.access(file, os.F_OK) and not (os.access(file, os.W_OK) and os.access(file.parent, os.W_OK))


def _read_only(place: str) -> str:
    return say(
        zh=f"台账 {place} 是只读的；请检查磁盘、文件和文件夹的权限",
        en=f"the ledger {place} is read-only; check the disk and the permissions of the file and its folder",
    )


def _postgresql(error: BaseException, place: str) -> str:
    code = str(getattr(error, "sqlstate", None) or _code_while_connecting(str(error)))
    if code.startswith("53") and code != "53300":
        return say(
            zh=f"台账数据库 {place} 的磁盘或内存已满，写不进去",
            en=f"the ledger's database {place} is out of disk or memory, nothing can be written",
        )
    if "invalid connection option" in str(error):
        return say(
            zh=f"台账地址 {place} 的问号后面有 PostgreSQL 不认识的选项",
            en=f"the ledger's address {place} has an option after its question mark that PostgreSQL does not know",
        )
    if code == "3D000":
        return say(
            zh=f"台账数据库 {place} 不存在；请先建库", en=f"the ledger's database {place} does not exist"
        )
    if code.startswith("28"):
        return say(
            zh=f"台账数据库 {place} 拒绝登录；请检查用户名和密码",
            en=f"the ledger's database {place} refused the login; check user and password",
        )
    if code == "42501":
        return say(
            zh=f"台账数据库 {place} 没有授予所需的权限",
            en=f"the ledger's database {place} does not grant the permissions needed",
        )
    if code == "25006":
        return say(
            zh=f"台账数据库 {place} 现在只读，写不进去；备用库要先升为主库，或改用主库的地址",
            en=f"the ledger's database {place} is read-only: promote the standby, or use the primary's address",
        )
    if code in ("55P03", "40P01"):  # waited too long, or each for the other
        return say(
            zh=f"台账 {place} 正被另一个程序占用，等了一会儿仍未放开",
            en=f"the ledger {place} is locked by another program",
        )
    if code == "53300" or code.startswith(("08", "57P")) or (not code and _lost_connection(error)):
        return say(
            zh=f"连不上台账数据库 {place}；请检查数据库是否在运行、地址是否正确",
            en=f"cannot reach the ledger's database {place}; check that it runs and that the address is right",
        )
    return ""


def _code_while_connecting(text: str) -> str:
    """While connecting, the driver hands on the server's words without their code."""
    if "FATAL" not in text:
        return "28000" if "no password supplied" in text else ""
    if "database" in text and "does not exist" in text:
        return "3D000"
    if "authentication failed" in text or "role" in text or "pg_hba" in text:
        return "28000"
    return ""


def _lost_connection(error: BaseException) -> bool:
    kind: type[object] = type(error)
    return kind.__module__.startswith("psycopg") and kind.__name__ in (
        "OperationalError",
        "ConnectionTimeout",
    )
