"""Photographs made small for a page, from what they show alone."""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import Final

import filetype

_SIDE: Final = 400
_MOST_PIXELS: Final = 50_000_000
PHOTOGRAPHS: Final = frozenset({".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp"})
"""What kept photographs end with, that a page can show small."""
_SHOWN: Final = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif", "image/bmp"})


def is_photograph(path: Path) -> bool:
    """Whether a file is, by its content, an image a page can show small."""
    kind = filetype.guess(str(path))
    return kind is not None and kind.mime in _SHOWN


def thumbnail(path: Path) -> bytes | None:
    """The image as a small JPEG; None for what is no image, or one too large to be opened (50 million pixels)."""
    from PIL import Image, ImageOps

    if not is_photograph(path):
        return None
    try:
        with warnings.catch_warnings(), Image.open(path) as image:
            warnings.simplefilter("ignore")
            if image.width * image.height > _MOST_PIXELS:
                return None
            image.draft("RGB", (_SIDE, _SIDE))
            upright = ImageOps.exif_transpose(image)
            upright.thumbnail((_SIDE, _SIDE))
            small = io.BytesIO()
            upright.convert("RGB").save(small, "JPEG", quality=80)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    return small.getvalue()
