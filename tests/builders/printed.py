"""Pages printed and looked at."""

from __future__ import annotations

import numpy as np
import pypdfium2
from numpy.typing import NDArray
from playwright.sync_api import Page

PIXELS_PER_MM = 8


MARGIN_MM = 8


MAP_MM = (250, 190)


MEDIUM_ROAD = (0xA9, 0x9D, 0x88)  # as paint.js draws its edges


def print_page(page: Page, *, paper: str, landscape: bool) -> list[NDArray[np.uint8]]:
    """Pictures of the printed pages, shape (height, width, 3), as a browser prints by itself:
    without backgrounds.
    """
    document = pypdfium2.PdfDocument(page.pdf(format=paper, landscape=landscape))
    scale = PIXELS_PER_MM * 25.4 / 72
    return [
        sheet.render(scale=scale, rev_byteorder=True).to_numpy()[:, :, :3] for sheet in document
    ]


def n_like(picture: NDArray[np.uint8], colour: tuple[int, ...]) -> int:
    """Pixels of nearly a colour."""
    return int((np.abs(picture.astype(int) - np.array(colour)) <= 10).all(axis=2).sum())


def inked(picture: NDArray[np.uint8]) -> float:
    """Share of the paper that is not left white."""
    return float((picture < 255).any(axis=2).mean())
