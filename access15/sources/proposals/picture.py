"""What a picture says of itself before it is decoded: a small file can unfold into more than a
computer holds.
"""

from __future__ import annotations

import io
import warnings
from typing import Final

from PIL import Image, UnidentifiedImageError

from access15.errors import InputDataError
from access15.remarks import Remark

MAX_PIXELS: Final = 120_000_000
_MOST: Final = {"millions": MAX_PIXELS // 1_000_000}
MIN_SIDE_PX: Final = 50  # no sheet can be seen on less
_FORMATS: Final = ("JPEG", "PNG", "WEBP", "TIFF", "BMP")


def check_picture(data: bytes, name: str) -> None:
    """Refuse what is no picture, and a picture too large to be decoded."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of many pixels, of damaged tags: told here as errors
            with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
                width, height = picture.size
    except Image.DecompressionBombError as error:
        raise InputDataError(Remark("picture_unfolds", name=name, **_MOST)) from error
    except (
        UnidentifiedImageError,
        OSError,
        SyntaxError,
        ValueError,
        OverflowError,
        MemoryError,
    ) as error:
        raise InputDataError(describe_no_picture(name)) from error
    if min(width, height) < MIN_SIDE_PX:
        raise InputDataError(Remark("picture_too_small", name=name, width=width, height=height))
    if width * height > MAX_PIXELS:
        size = {"width": width, "height": height}
        raise InputDataError(Remark("picture_too_large", name=name, **size, **_MOST))


def describe_no_picture(name: str) -> Remark:
    """Say that a file is no picture."""
    return Remark("picture_none", name=name)
