"""What the operating system says when a file or a connection fails, in the reader's language."""

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from duban.base.language import say

_WORDS: Final = {
    errno.ENOSPC: ("磁盘已满", "the disk is full"),
    errno.EDQUOT: ("磁盘配额已用完", "the disk quota is used up"),
    errno.EFBIG: ("文件超过允许的大小", "the file is larger than is allowed"),
    errno.EROFS: ("所在的磁盘是只读的", "its disk is read-only"),
    errno.EACCES: ("没有权限", "not permitted"),
    errno.EPERM: ("没有权限", "not permitted"),
    errno.ENOENT: ("文件或文件夹不存在", "no such file or folder"),
    errno.ENOTDIR: ("不是文件夹", "not a folder"),
    errno.EISDIR: ("是文件夹，不是文件", "a folder, not a file"),
    errno.EEXIST: ("已经存在", "it exists already"),
    errno.EIO: ("读写磁盘时出错，请检查磁盘", "the disk failed: check it"),
    errno.EMFILE: ("打开的文件太多", "too many open files"),
    errno.ENFILE: ("打开的文件太多", "too many open files"),
    errno.ENOMEM: ("内存不够", "not enough memory"),
    errno.EADDRINUSE: ("端口已被占用", "the port is in use"),
    errno.ECONNREFUSED: ("对方没有开放这个端口", "nobody listens there"),
}

_NEXT_TO_NOTHING: Final = 64 * 1024
"""Bytes with which no database can go on."""


def system_reason(error: OSError) -> str:
    """What is wrong, in one line; in the system's own words where it is none of the usual failures."""
    known = _WORDS.get(error.errno or 0)
    if known is not None:
        return say(zh=known[0], en=known[1])
    return error.strerror or first_line(error)


def first_line(error: BaseException) -> str:
    """The first line of what an exception says, in its own words; its kind where it says nothing (“None” is nothing)."""
    said = str(error).strip().splitlines()
    return said[0] if said and said[0] != "None" else type(error).__name__


def no_room(folder: Path) -> str:
    """That the disk of a folder is full, in one line; empty where it is not, or nobody can tell."""
    try:
        free = shutil.disk_usage(folder).free
    except OSError:
        return ""
    return system_reason(OSError(errno.ENOSPC, "")) if free < _NEXT_TO_NOTHING else ""


@contextmanager
def naming(place: Path) -> Iterator[None]:
    """A failure of the block is that of this file or folder: a write that fails names none by itself."""
    try:
        yield
    except OSError as error:
        if error.errno is None or error.filename is not None:
            raise
        raise OSError(error.errno, error.strerror, str(place)) from error


def system_line(error: OSError) -> str:
    """Which file the system says no to, and what is wrong with it, in the reader's language; without a file, the reason alone."""
    return f"{error.filename}: {system_reason(error)}" if error.filename else system_reason(error)
