"""Photographs made small for a page, from what they show alone."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import filetype

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

_SIDE: Final = 400
_MOST_PIXELS: Final = 50_000_000
_SHOWN: Final = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif", "image/bmp"})


def is_shown(path: Path) -> bool:
    """Whether a page can show a file small: an image by its content, and none that would fill the memory."""
    with _opened(path) as image:
        return image is not None


def thumbnail(path: Path) -> bytes | None:
    """The image as a small JPEG; None for what is no image, or one too large to be opened.

    That is 50 million pixels; of a JPEG, which can be read small, those of the small one: a telephone makes 200 million.
    """
    from PIL import ImageOps

    with _opened(path) as image:
        if image is None:
            return None
        try:
            upright = ImageOps.exif_transpose(image)
            upright.thumbnail((_SIDE, _SIDE))
            small = io.BytesIO()
            upright.convert("RGB").save(small, "JPEG", quality=80)
        except (OSError, ValueError, SyntaxError):
            return None
    return small.getvalue()


@contextmanager
def _opened(path: Path) -> Iterator[Picture | None]:
    """The image as far as its head, at the scale it is wanted where its kind allows that."""
    from PIL import Image

    kind = filetype.guess(str(path)) if path.is_file() else None
    if kind is None or kind.mime not in _SHOWN:
        yield None
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            image = Image.open(path)
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
            yield None
            return
        with image:
            image.draft("RGB", (_SIDE, _SIDE))
            yield image if image.width * image.height <= _MOST_PIXELS else None
