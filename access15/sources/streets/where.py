"""Which part of an extract a study is of, and in which country it lies."""

from __future__ import annotations

import difflib
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from functools import reduce
from pathlib import Path
from typing import Final, NamedTuple

import geopandas as gpd
import shapely
from pyproj.aoi import AreaOfInterest
from pyproj.database import query_crs_info
from pyproj.enums import PJType

from access15.crs import LONLAT, utm_crs
from access15.errors import InputDataError
from access15.remarks import Remark
from access15.sources.streets.boxes import format_box
from access15.sources.streets.survey import Outline, Survey
from access15.sources.vector_layers import NO_CRS, keep_polygons, read_layer

LEAST_RADIUS_M: Final = 100.0
MOST_RADIUS_M: Final = 20_000.0
_NEAREST = 5
_MOST_KM2 = 2_000.0


class Chosen(NamedTuple):
    """The area of a study.

    Parameters
    ----------
    name : str
        Its name; empty where nothing says it.
    shape : shapely geometry
        The land in EPSG:4326.
    how : str
        How it was chosen.
    """

    name: str
    shape: shapely.Geometry
    how: str


def choose_area(
    survey: Survey,
    *,
    admin: str,
    file: Path | None,
    around: str,
    radius_m: float | None,
) -> Chosen:
    """Choose the area that is asked for; the whole extract where none is."""
    ways = {"--admin": bool(admin), "--area": file is not None, "--around": bool(around)}
    given = [name for name, is_given in ways.items() if is_given]
    if len(given) > 1:
        named = reduce(lambda first, last: Remark("both", first=first, last=last), given)
        raise InputDataError(Remark("area_said_twice", options=named))
    if bool(around) != (radius_m is not None):
        raise InputDataError(Remark("around_needs_radius"))
    if admin:
        return _find_named(survey, admin)
    if file is not None:
        return _read_area(survey, file)
    if around and radius_m is not None:
        return _draw_circle(survey, around, radius_m)
    return Chosen(name_town(survey), shapely.box(*survey.box), Remark("chosen_whole_extract"))


def simplify_name(name: str) -> str:
    """A name in small letters without accents and signs."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return re.sub(r"[^a-z0-9]+", " ", plain.encode("ascii", "ignore").decode()).strip()


def _find_named(survey: Survey, name: str) -> Chosen:
    """The outline of that name, the smallest land of several."""
    wanted = simplify_name(name)
    hits = [one for one in survey.outlines if simplify_name(one.name) == wanted]
    whole = [one for one in hits if not shapely.is_empty(one.shape)]
    if whole:
        one = min(whole, key=lambda outline: (-outline.level, outline.shape.area))
        land = _inside(survey, one.shape, f"--admin {name!r}")
        return Chosen(one.name, land, Remark("chosen_outline", osm=one.osm))
    if hits:
        raise InputDataError(Remark("admin_in_part", name=name, osm=hits[0].osm))
    points = [one for one in survey.points if simplify_name(one.name) == wanted]
    if points:
        lat, lon = points[0].lat, points[0].lon
        raise InputDataError(Remark("admin_a_point", name=name, lat=lat, lon=lon))
    known = _list_names(survey.outlines, survey)
    if not known:
        raise InputDataError(Remark("admin_none", name=name))
    near = difflib.get_close_matches(wanted, list(known), n=_NEAREST, cutoff=0.0)
    names = [repr(known[one]) for one in near]
    raise InputDataError(Remark("admin_unknown", name=name, names=names))


def _list_names(outlines: tuple[Outline, ...], survey: Survey) -> dict[str, str]:
    """Names of boundaries and quarters, by their simplified form."""
    names = [one.name for one in outlines] + [one.name for one in survey.points]
    return {simplify_name(name): name for name in names if simplify_name(name)}


def _read_area(survey: Survey, file: Path) -> Chosen:
    """The polygons of a layer, together."""
    frame = read_layer(file, None, what="polygons", where="--area")
    if frame.crs is None:
        raise InputDataError(Remark("error_at", where=file, text=Remark(NO_CRS)))
    shapes = keep_polygons(frame.to_crs(LONLAT).geometry.to_numpy())
    shape = shapely.union_all(shapes)
    if shapely.is_empty(shape):
        raise InputDataError(Remark("area_without_polygon", path=file))
    land = _inside(survey, shape, str(file))
    return Chosen(name_town(survey), land, Remark("chosen_polygons", name=file.name))


def _draw_circle(survey: Survey, around: str, radius_m: float) -> Chosen:
    """A circle around a place."""
    lat, lon = _read_place(survey, around)
    if not LEAST_RADIUS_M <= radius_m <= MOST_RADIUS_M:
        raise InputDataError(
            Remark("radius_odd", radius=radius_m, least=LEAST_RADIUS_M, most=MOST_RADIUS_M)
        )
    crs = utm_crs(lon, lat)
    centre = gpd.GeoSeries([shapely.Point(lon, lat)], crs=LONLAT).to_crs(crs)
    circle = centre.buffer(radius_m).to_crs(LONLAT).iloc[0]
    name = _name_near(survey, lat, lon)
    land = _inside(survey, circle, f"--around {around}")
    return Chosen(name, land, Remark("chosen_circle", radius=radius_m, lat=lat, lon=lon))


def _read_place(survey: Survey, text: str) -> tuple[float, float]:
    """Latitude and longitude as somebody wrote them."""
    parts = re.split(r"[,;\s]+", text.strip())
    try:
        lat, lon = (float(part) for part in parts)
    except ValueError:
        lat = lon = math.nan
    if not (abs(lat) <= 90 and abs(lon) <= 180):
        raise InputDataError(Remark("around_unread", text=text))
    west, south, east, north = survey.box
    is_inside = west <= lon <= east and south <= lat <= north
    if not is_inside and west <= lat <= east and south <= lon <= north:
        raise InputDataError(Remark("around_swapped", text=text, lat=lon, lon=lat))
    if not is_inside:
        raise InputDataError(Remark("around_outside", text=text, box=format_box(survey.box)))
    return lat, lon


def _inside(survey: Survey, shape: shapely.Geometry, what: str) -> shapely.Geometry:
    """Land that the extract holds; refused where it holds nothing of it."""
    found = shapely.intersection(shapely.make_valid(shape), shapely.box(*survey.box))
    parts = [one for one in shapely.get_parts(found) if one.geom_type == "Polygon" and one.area > 0]
    if not parts:
        raise InputDataError(Remark("land_outside", where=what, box=format_box(survey.box)))
    return shapely.union_all(parts)


def name_town(survey: Survey) -> str:
    """The one city or town of an extract; empty where there is none, or several."""
    for kind in ("city", "town", "village"):
        names = {one.name for one in survey.points if one.kind == kind}
        if len(names) == 1:
            return names.pop()
    return ""


def _name_near(survey: Survey, lat: float, lon: float) -> str:
    """The name that stands nearest to a place; empty where the extract names nothing."""
    if not survey.points:
        return ""
    squeeze = math.cos(math.radians(lat))
    near = min(survey.points, key=lambda one: math.hypot(one.lat - lat, squeeze * (one.lon - lon)))
    return near.name


def choose_country(
    survey: Survey, area: shapely.Geometry, codes: Mapping[str, str]
) -> tuple[str, str]:
    """Code of the country, and how it was found: addresses, web addresses, else whose coordinate
    systems are made for the place. `codes` are those of countries by their English names.
    """
    for counts, is_web in ((survey.countries, False), (survey.web_countries, True)):
        if counts:
            code, n = max(counts.items(), key=lambda one: (one[1], one[0]))
            n_all = sum(counts.values())
            addresses = Remark("country_by_addresses", n=n, n_all=n_all)
            return code, Remark("country_by_web", n=n, n_all=n_all) if is_web else addresses
    middle = area.centroid
    systems = query_crs_info(
        pj_types=[PJType.PROJECTED_CRS],
        area_of_interest=AreaOfInterest(middle.x, middle.y, middle.x, middle.y),
        contains=True,
    )
    names: Counter[str] = Counter()
    for one in systems:
        name = re.split(r"[,(.]| - ", (one.area_of_use.name if one.area_of_use else "") or "")[
            0
        ].strip()
        if name in codes:
            names[codes[name]] += 1
    if names:
        return names.most_common(1)[0][0], Remark("country_by_systems")
    return "it", Remark("country_guessed")
