"""The sheet of a poster in a photograph: found by its corner markers, and straightened.

OpenCV comes as an argument: `access15.sources.proposals.scan` alone imports it.
"""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from access15.errors import InputDataError
from access15.remarks import Remark
from access15.sources.proposals.poster_key import PosterKey

PX_PER_MM: Final = 4.0  # of the straightened sheet
# at A3; beyond it the sheet is folded, or the markers are not of one sheet
_MAX_MISFIT_MM: Final = 1.5

Grey = NDArray[np.uint8]  # (height, width)
Photo = NDArray[np.uint8]  # (height, width, blue green red)
Corners = NDArray[np.float64]  # (4, 2), from the upper left clockwise
Sheet = NDArray[np.float64]  # (height, width, red green blue), each from 0 to 1


def find_markers(
    cv2: Any,
    photo: Photo,
    key: PosterKey,
    name: str,
) -> dict[int, Corners]:
    """Corners of the four markers in the photo, each from its upper left clockwise [px]."""
    wanted = [marker.id for marker in key.markers]
    best: dict[int, Corners] = {}
    for picture, scale in _tries(cv2, cv2.cvtColor(photo, cv2.COLOR_BGR2GRAY)):
        found, ids = _detect(cv2, picture)
        if any(ids.count(i) > 1 for i in wanted):
            raise InputDataError(Remark("photo_several_sheets", name=name))
        in_photo = {i: corners / scale for i, corners in zip(ids, found, strict=True)}
        mine = {i: corners for i, corners in in_photo.items() if i in wanted}
        best = max(best, mine, key=len)
        if len(best) == len(wanted):
            return best
    retake = Remark("photo_retake")
    if not best:
        raise InputDataError(Remark("photo_no_markers", name=name, retake=retake))
    raise InputDataError(Remark("photo_some_markers", name=name, n=len(best), retake=retake))


def _tries(cv2: Any, grey: Grey) -> list[tuple[Grey, float]]:
    """The picture as it is, smaller (against grain), and with its light evened."""
    pictures = [(grey, 1.0)]
    for side in (2400, 1400):
        scale = side / max(grey.shape)
        if scale < 0.9:
            smaller = cv2.resize(
                grey,
                None,
                fx=scale,
                fy=scale,
                interpolation=cv2.INTER_AREA,
            )
            pictures.append((smaller, scale))
    clearer = cv2.createCLAHE(clipLimit=3.0, tileGridSize=(8, 8))
    return pictures + [(clearer.apply(picture), scale) for picture, scale in pictures]


def _detect(cv2: Any, grey: Grey) -> tuple[list[Corners], list[int]]:
    """Corners of the markers in a grey picture, and their ids."""
    settings = cv2.aruco.DetectorParameters()
    settings.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_SUBPIX
    settings.minMarkerPerimeterRate = 0.015
    settings.adaptiveThreshWinSizeMax = 63
    markers = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    corners, ids, _ = cv2.aruco.ArucoDetector(markers, settings).detectMarkers(grey)
    if ids is None:
        return [], []
    squares = [np.asarray(one, dtype=np.float64).reshape(4, 2) for one in corners]
    return squares, [int(i) for i in ids.ravel()]


def fit_sheet(
    cv2: Any,
    found: dict[int, Corners],
    key: PosterKey,
    name: str,
) -> tuple[NDArray[np.float64], float]:
    """Projection from millimetres of the sheet to pixels, and how well the sheet is flat [mm]."""
    # 1. The projection that fits all corners best.
    on_sheet = np.concatenate([marker.corners_mm() for marker in key.markers])
    in_photo = np.concatenate([found[marker.id] for marker in key.markers])
    to_photo, _ = cv2.findHomography(on_sheet, in_photo, 0)
    is_lost = to_photo is None or not np.isfinite(to_photo).all()
    if is_lost or abs(np.linalg.det(to_photo)) < 1e-12:
        raise InputDataError(Remark("photo_no_sheet", name=name, retake=Remark("photo_retake")))
    # 2. Brought back to the sheet, corners of a flat one land where they were printed.
    back = cv2.perspectiveTransform(in_photo.reshape(-1, 1, 2), np.linalg.inv(to_photo))
    off_mm = back.reshape(-1, 2) - on_sheet
    misfit_mm = float(np.sqrt(np.mean(np.sum(off_mm**2, axis=1))))
    if not misfit_mm <= _MAX_MISFIT_MM * key.size_factor:
        misfit = {"off_mm": misfit_mm, "size": key.size, "retake": Remark("photo_retake")}
        raise InputDataError(Remark("photo_not_flat", name=name, **misfit))
    return np.asarray(to_photo, dtype=np.float64), misfit_mm


def straighten(
    cv2: Any,
    photo: Photo,
    to_photo: NDArray[np.float64],
    key: PosterKey,
) -> Sheet:
    """The sheet as if scanned: `PX_PER_MM` pixels per millimetre, red, green and blue from 0
    to 1.
    """
    width, height = (round(side * PX_PER_MM) for side in key.sheet_mm)
    # pixel centres: the middle of the first pixel is half a pixel from the sheet's edge
    mm = 1 / PX_PER_MM
    to_mm = np.array([[mm, 0, mm / 2], [0, mm, mm / 2], [0, 0, 1]])
    pixels = math.sqrt(abs(np.linalg.det(to_photo[:2, :2])))  # of the photo per millimetre, about
    if pixels > 1.5 * PX_PER_MM:
        photo = cv2.GaussianBlur(photo, (0, 0), 0.4 * pixels / PX_PER_MM)
    flat = cv2.warpPerspective(
        photo,
        to_photo @ to_mm,
        (width, height),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(flat[:, :, ::-1], dtype=np.float64) / 255.0


def check_code(
    cv2: Any,
    flat: Sheet,
    key: PosterKey,
    name: str,
) -> None:
    """Refuse a photo of another poster, where its code can be read at all."""
    x, y, width, height = (round(value * PX_PER_MM) for value in key.code_mm)
    code = flat[max(y, 0) : y + height, max(x, 0) : x + width, ::-1]
    crop = np.ascontiguousarray(code * 255).astype(np.uint8)
    if not crop.size:
        return
    try:
        text, _, _ = cv2.QRCodeDetector().detectAndDecode(cv2.resize(crop, None, fx=2.0, fy=2.0))
    except cv2.error:  # the detector fails on some pictures without a code
        return
    if text.startswith("access15-poster") and text != key.code:
        raise InputDataError(Remark("photo_of_another", name=name, shown=text, own=key.code))
