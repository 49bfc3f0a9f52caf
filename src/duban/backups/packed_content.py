"""The project's content files as one file of a backup, packed and unpacked."""

import zipfile
import zlib
from pathlib import Path
from typing import Final

from duban.backups.store import BackupRefused
from duban.workspace.standing import CONTENT

LARGEST: Final = 200 * 1024 * 1024
"""Bytes of all content files together, unpacked. A bureau's take less than a hundredth."""
_DAMAGED: Final = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)
"""What the library of such files says of what it cannot unpack."""


def pack(root: Path, packed_file: Path) -> None:
    """Pack the content files of the project at `root` into a new file."""
    with zipfile.ZipFile(packed_file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in CONTENT:
            place = root / name
            for file in sorted(place.rglob("*")) if place.is_dir() else [place]:
                if file.is_file():
                    packed.write(file, file.relative_to(root).as_posix())


def unpack(packed_file: Path, root: Path) -> None:
    """Lay the content files out at `root`. Raises BackupRefused, with nothing laid out, for what else is in the file, for more
    than `LARGEST`, and for a file that cannot be read.
    """
    try:
        with zipfile.ZipFile(packed_file) as packed:
            members = packed.infolist()
            for each in members:
                if not _is_content(each.filename):
                    raise BackupRefused(
                        zh=f"备份的 {packed_file.name} 里有“{each.filename}”，不是内容文件；没有恢复",
                        en=f"“{each.filename}” in the backup's {packed_file.name} is no content file: nothing was restored",
                    )
            if sum(each.file_size for each in members) > LARGEST:
                raise BackupRefused(
                    zh=f"备份的 {packed_file.name} 展开后超过 {LARGEST >> 20} MB，不像内容文件；没有恢复",
                    en=f"the backup's {packed_file.name} unfolds to more than {LARGEST >> 20} MB: nothing was restored",
                )
            packed.extractall(root)
    except (*_DAMAGED, NotADirectoryError, IsADirectoryError, FileExistsError) as error:
        raise BackupRefused(
            zh=f"备份的 {packed_file.name} 已损坏，没有恢复；请用另一份备份",
            en=f"the backup's {packed_file.name} is damaged, nothing was restored; take another backup",
        ) from error


def _is_content(name: str) -> bool:
    first, *more = name.split("/")
    return first in CONTENT and ".." not in more and bool(more) == ("." not in first)
