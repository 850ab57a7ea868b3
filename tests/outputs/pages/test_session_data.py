"""What travels to a session page: exact numbers, a projection without a library, and names that
stay text.
"""

from __future__ import annotations

import base64
import json
from dataclasses import replace

import numpy as np
import pytest
from builders.pages import HOSTILE
from builders.run import CRS, make_network, make_result
from builders.session_steps import with_obstacles
from numpy.typing import NDArray
from pyproj import Transformer

from access15.core.streets.network import WHEELCHAIR, hash_network
from access15.errors import CrsError
from access15.outputs.pages.offline import dump_json
from access15.outputs.pages.projection import TOLERANCE, fit_projection
from access15.outputs.pages.session_data import build_session_data, encode_doubles
from access15.results.run import RunResult

MILAN = (9.12, 45.40, 9.22, 45.46)


def projecting(source: str, target: str) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)


def decode_doubles(text: str) -> NDArray[np.float64]:
    return np.frombuffer(base64.b64decode(text), dtype="<f8")


def decode_steps(text: str, order: int = 1) -> NDArray[np.int64]:
    """Whole numbers from their differences in variable-length bytes, lowest seven bits first."""
    steps, number, shift = [], 0, 0
    for byte in base64.b64decode(text):
        number |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            steps.append((number >> 1) ^ -(number & 1))
            number, shift = 0, 0
    found = np.array(steps, dtype=np.int64)
    for _ in range(order):
        found = np.cumsum(found)
    return found


@pytest.mark.parametrize("crs", ["EPSG:32632", "EPSG:32633", "EPSG:3003", "EPSG:6876", "EPSG:3035"])
def test_a_fitted_projection_is_projs_to_a_thousandth_of_a_millimetre(crs: str) -> None:
    there = projecting("EPSG:4326", crs)
    fit = fit_projection(lambda xy: np.column_stack(there.transform(xy[:, 0], xy[:, 1])), MILAN)
    rng = np.random.default_rng(5)
    lonlat = rng.uniform(MILAN[:2], MILAN[2:], size=(5000, 2))
    off_m = np.abs(fit(lonlat) - np.column_stack(there.transform(lonlat[:, 0], lonlat[:, 1])))
    assert off_m.max() <= TOLERANCE
    told = fit.to_json()
    a, b = ((lonlat - told["middle"]) / told["half"]).T
    by_hand = sum(
        np.outer(a**i * b**j, terms)
        for (i, j), terms in zip(told["powers"], told["terms"], strict=True)
    )
    np.testing.assert_allclose(by_hand + told["origin"], fit(lonlat), rtol=0, atol=1e-8)


def test_a_seam_cannot_be_fitted() -> None:
    def torn(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.where(xy > 0, xy + 1000.0, xy)

    with pytest.raises(CrsError, match="bends too much in the box"):
        fit_projection(torn, (-1.0, -1.0, 1.0, 1.0))
    with pytest.raises(CrsError, match="has no values in the box"):
        fit_projection(lambda xy: np.full_like(xy, np.inf), (0.0, 0.0, 1.0, 1.0))


def test_doubles_travel_to_the_last_bit() -> None:
    values = np.array([0.1, -0.0, np.inf, 1 / 3, 5e-324])
    assert decode_doubles(encode_doubles(values)).tobytes() == values.tobytes()


def test_the_same_run_gives_the_same_bytes_and_both_languages() -> None:
    one, other = (
        dump_json(build_session_data(make_result(), "chiesa_rossa", "it")) for _ in range(2)
    )
    assert one == other
    data = json.loads(one)
    assert data["languages"] == ["it", "en"]
    for labelled in (*data["profiles"], *data["groups"], *data["categories"]):
        assert labelled["label"]["it"]
        assert labelled["label"]["en"]
    assert {"it", "en"} == set(data["facts"]) == set(data["attribution"])


def test_people_and_places_are_those_of_the_run() -> None:
    result = make_result()
    area = result.areas["chiesa_rossa"]
    data = build_session_data(result, "chiesa_rossa", "it")
    homes = data["homes"]
    for group in result.study.population.groups:
        units = decode_steps(homes["people"][group])
        people = area.residents[group] * homes["units_per_person"]
        np.testing.assert_array_equal(units, np.rint(people))
    xy_cm = np.column_stack([decode_steps(homes[f"{axis}_cm"], order=2) for axis in "xy"])
    np.testing.assert_allclose(
        (xy_cm + homes["corner_cm"]) / 100.0,
        np.column_stack([area.residents.geometry.x, area.residents.geometry.y]),
        rtol=0,
        atol=0.0051,
    )
    to_metres = projecting("EPSG:4326", CRS)
    ids = set(area.facilities["facility_id"])
    for place in data["facilities"]:
        assert place["id"] in ids
        assert (
            np.hypot(
                *np.subtract(
                    to_metres.transform(place["lon"], place["lat"]), (place["x"], place["y"])
                )
            )
            < 0.02
        )
    assert sum(one.get("hub", False) for one in data["facilities"]) == len(area.area.hubs)
    assert "hub" in data["known"]
    assert "pharmacy" not in data["known"], "of what nobody knows nothing is said"


def test_hostile_names_are_text_inside_the_page() -> None:
    nasty = {
        "facility_id": "nasty",
        "name": HOSTILE * 2000,
        "address": HOSTILE,
        "category": "library",
        "lat": 45.43,
        "lon": 9.179,
        "precision": "official point",
        "source": HOSTILE,
    }
    text = dump_json(build_session_data(make_result(facilities=[nasty]), "chiesa_rossa", "it"))
    assert "</script" not in text.lower()
    assert "<" not in text
    names = [place["name"] for place in json.loads(text)["facilities"] if place["id"] == "nasty"]
    assert len(names) == 1
    assert len(names[0]) < 200


def test_the_hash_names_what_walks_depend_on() -> None:
    network = make_network("chiesa_rossa")
    steps = network.steps.copy()
    steps[3] = True
    length_m = network.length_m.copy()
    length_m[3] += 0.01
    incline = network.incline.copy()
    incline[3] = 0.05
    denied = np.full_like(network.wheelchair, WHEELCHAIR.index("no"))
    changed = [
        replace(network, steps=steps),
        replace(network, length_m=length_m),
        replace(network, incline=incline),
        replace(network, wheelchair=denied),
        *(
            replace(network, **{name: np.ones_like(getattr(network, name))})
            for name in ("slope", "one_way", "conveying", "surface", "smoothness", "width_m")
        ),
        replace(network, step_share=network.step_share / 2),
    ]
    assert len({hash_network(one) for one in (network, *changed)}) == 12
    assert hash_network(
        replace(network, street_names=("",) * len(network.street_names))
    ) == hash_network(network)


def test_who_must_sit_is_on_the_page_where_seats_are_known(sketch: RunResult) -> None:
    """Not where nobody knows of any: then nobody knows either whether they get there."""
    sitting = sketch.sitting
    assert sitting is not None
    assert sitting.id == "frail_seats"
    data = build_session_data(sketch, "chiesa_rossa", "it")
    assert [one["id"] for one in data["profiles"]] == list(sketch.profiles)
    seated = replace(with_obstacles(sketch), profiles=sketch.profiles)
    data = build_session_data(seated, "chiesa_rossa", "it")
    assert [one["id"] for one in data["profiles"]] == [*sketch.profiles, "frail_seats"]
    assert data["profiles"][-1]["needs_seat"] is True
    assert data["profiles"][-1]["is_at_most"] is False
    own = replace(seated, sitting=None)
    data = build_session_data(own, "chiesa_rossa", "it")
    assert [one["id"] for one in data["profiles"]] == list(sketch.profiles)
