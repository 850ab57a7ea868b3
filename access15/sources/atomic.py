"""Files that are whole or not there: written beside their place, then renamed."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from access15.errors import Access15Error


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a temporary path beside a file and rename it into place when the block ends well.

    Parameters
    ----------
    path : Path
        The file to make; its folder is made when missing.

    Yields
    ------
    Path
        Where to write; same folder and suffix.

    Raises
    ------
    Access15Error
        If it cannot be written; the previous file is unchanged.
    """
    partial = path.with_name(f".access15-partial-{secrets.token_hex(4)}{path.suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield partial
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
    except Access15Error:
        raise
    except OSError as error:
        reason = error.strerror or str(error)
        raise Access15Error(
            f"{path} cannot be written ({reason}); check that you may write there and that the disk has room"
        ) from error
