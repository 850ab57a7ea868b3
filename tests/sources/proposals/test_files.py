"""Files of proposals: what they say, and what is told of those that cannot be used."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any, get_args

import jsonschema
import pytest
from tools.write_schema import build_schema

import access15
from access15.config import data_dir
from access15.config.proposal import MAX_CHANGES, MAX_NOTES, Change, ChangeKind, Note
from access15.errors import InputDataError
from access15.sources.proposals.files import check_proposal, read_proposal, read_proposals

PLACE = [9.176, 45.43]


def feature(change: str, geometry: Any = "point", **properties: Any) -> dict[str, Any]:
    shape = {"type": "Point", "coordinates": PLACE} if geometry == "point" else geometry
    return {"type": "Feature", "geometry": shape, "properties": {"change": change, **properties}}


def collection(*features: dict[str, Any], **head: Any) -> dict[str, Any]:
    about = {
        "format": "access15-proposal",
        "version": 1,
        "study": "milano",
        "area": "chiesa_rossa",
        **head,
    }
    return {"type": "FeatureCollection", "access15": about, "features": list(features)}


def put(folder: Path, content: Any, name: str = "idea.geojson") -> Path:
    path = folder / name
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


LINE = {"type": "LineString", "coordinates": [PLACE, [9.177, 45.43]]}
WHOLE = collection(
    feature("add_facility", name="Nuova CSRC", category="csrc", capacity=40) | {"id": "n1"},
    feature("move_facility", facility_id="cam-04"),
    feature("remove_facility", None, facility_id="csrc-07"),
    feature("add_link", LINE),
    *(feature(kind) for kind in ("close_link", "remove_steps", "add_kerb_ramp", "add_bench")),
    feature("set_door", facility_id="lib-1"),
    feature("note", text="qui manca una panchina"),
)


def test_a_hand_written_file_is_one_proposal_named_after_it(tmp_path: Path) -> None:
    proposal = access15.read_proposal(put(tmp_path, WHOLE))
    assert (proposal.id, proposal.name, proposal.study, proposal.area) == (
        "a",
        "idea",
        "milano",
        "chiesa_rossa",
    )
    assert {change.kind for change in proposal.changes} == set(get_args(ChangeKind))
    first, moved, gone, link = proposal.changes[:4]
    assert first == Change(
        id="n1",
        kind="add_facility",
        place=(9.176, 45.43),
        name="Nuova CSRC",
        category="csrc",
        capacity=40,
    )
    assert (moved.id, moved.facility_id, moved.place) == ("feature 2", "cam-04", (9.176, 45.43))
    assert (gone.facility_id, gone.place) == ("csrc-07", None)
    assert link.place_to == (9.177, 45.43)
    assert proposal.notes == (
        Note(id="feature 10", place=(9.176, 45.43), text="qui manca una panchina", number=1),
    )
    assert proposal.of_kind("close_link", "add_bench") == (proposal.changes[4], proposal.changes[7])


def test_a_table_program_may_give_every_feature_every_property(tmp_path: Path) -> None:
    empty = dict.fromkeys(
        ("name", "category", "capacity", "facility_id", "text", "number", "proposal", "fid")
    )
    content = copy.deepcopy(WHOLE)
    for one in content["features"]:
        one["properties"] = {**empty, **one["properties"], "fid": 3}
    assert read_proposal(put(tmp_path, content)) == read_proposal(put(tmp_path, WHOLE))


def test_several_proposals_stand_in_one_file(tmp_path: Path) -> None:
    heads = [{"id": "a", "name": "Vicino al mercato", "votes": 7}, {"id": "b", "name": "Resta"}]
    content = collection(
        feature("add_bench", proposal="b"),
        feature("add_bench"),
        feature("add_bench", proposal="a"),
        proposals=heads,
    )
    path = put(tmp_path, content)
    first, second = read_proposals(path)
    assert (first.name, first.votes, len(first.changes)) == ("Vicino al mercato", 7, 2)
    assert (second.name, second.votes, len(second.changes)) == ("Resta", 0, 1)
    assert read_proposal(path, "b") == read_proposal(path, "Resta") == second
    with pytest.raises(
        InputDataError,
        match=r"holds 2 proposals: 'a' \('Vicino al mercato'\), 'b' \('Resta'\); say which",
    ):
        read_proposal(path)
    with pytest.raises(InputDataError, match="holds no proposal 'c'"):
        read_proposal(path, "c")


BAD = [
    ("not json", "{", "not valid JSON"),
    ("a list", [1], "not a file of proposals: it needs a GeoJSON FeatureCollection"),
    ("plain geojson", {"type": "FeatureCollection", "features": []}, "with a member 'access15'"),
    (
        "a poster",
        collection(format="access15-poster"),
        "its format is 'access15-poster', not 'access15-proposal'",
    ),
    ("from tomorrow", collection(version=2), "its version is 2; this access15 reads version 1"),
    ("no study", collection(study=""), "access15.study: must not be empty"),
    (
        "unknown change",
        collection(feature("add_tower")),
        "feature 1: properties.change must be one of add_facility, ",
    ),
    (
        "no change",
        collection({"type": "Feature", "geometry": None, "properties": {}}),
        "feature 1: properties.change",
    ),
    (
        "no name",
        collection(feature("add_facility", category="cam")),
        "feature 1: properties.name: is missing; add it",
    ),
    (
        "long name",
        collection(feature("add_facility", name="x" * 100_000, category="cam")),
        "properties.name: must have at most 200 characters",
    ),
    ("no place", collection(feature("add_bench", None)), "feature 1: geometry: "),
    (
        "metres",
        collection(feature("add_bench", {"type": "Point", "coordinates": [514_000, 5_031_000]})),
        "feature 1: geometry.coordinates.0: must be at most 180",
    ),
    (
        "a link to itself",
        collection(feature("add_link", {"type": "LineString", "coordinates": [PLACE, PLACE]})),
        "a link needs two different places",
    ),
    (
        "a bench as a line",
        collection(feature("add_bench", LINE)),
        "geometry.type: must be 'Point'",
    ),
    (
        "negative room",
        collection(feature("add_facility", name="A", category="cam", capacity=-1)),
        "must be more than 0",
    ),
    (
        "stray",
        collection(feature("add_bench", proposal="z"), proposals=[{"id": "a", "name": "A"}]),
        "feature 1: proposal 'z' is not among access15.proposals: there are a",
    ),
    (
        "twice",
        collection(proposals=[{"id": "a", "name": "A"}, {"id": "a", "name": "B"}]),
        "the id 'a' stands more than once",
    ),
    (
        "seven",
        collection(proposals=[{"id": str(i), "name": "A"} for i in range(7)]),
        "access15.proposals: must hold at most 6 values",
    ),
    (
        "too many",
        collection(*[feature("add_bench")] * (MAX_CHANGES + 1)),
        "has 201 changes; at most 200",
    ),
    (
        "too much",
        collection(*[feature("note", text="a")] * (MAX_NOTES + 1)),
        "has 201 notes; at most 200",
    ),
    ("long id", collection(feature("add_bench") | {"id": "x" * 201}), "feature 1 ("),
    (
        "true is no version",
        collection(version=True),
        "its version is True; this access15 reads version 1",
    ),
    ("half a character", '{"type": "\\ud800"}', "holds half of a character"),
    ("endless number", "[" + "9" * 5000 + "]", "too large to be counted with"),
]


@pytest.mark.parametrize(
    ("content", "message"), [case[1:] for case in BAD], ids=[case[0] for case in BAD]
)
def test_files_that_cannot_be_used(tmp_path: Path, content: Any, message: str) -> None:
    path = tmp_path / "idea.geojson"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    with pytest.raises(InputDataError) as caught:
        read_proposals(path)
    assert message in str(caught.value)
    assert "idea.geojson" in str(caught.value)


def test_all_problems_are_told_at_once_with_the_feature_they_are_about(tmp_path: Path) -> None:
    content = collection(
        feature("add_facility", name="", category="cam") | {"id": "n1"}, feature("note", text="")
    )
    with pytest.raises(InputDataError) as caught:
        read_proposals(put(tmp_path, content))
    assert [problem.split(": ")[0] for problem in caught.value.problems] == [
        "feature 1 ('n1')",
        "feature 2",
    ]


def test_a_file_that_is_no_text_or_not_there_or_huge(tmp_path: Path) -> None:
    path = tmp_path / "photo.geojson"
    path.write_bytes(b"\xff\xd8\xff\xe0")
    with pytest.raises(InputDataError, match="not UTF-8 text"):
        read_proposals(path)
    path.write_bytes(b" " * 2_000_001)
    with pytest.raises(InputDataError, match=r"has 2\.0 MB; a file of proposals has at most 2 MB"):
        read_proposals(path)
    path.write_text("[" * 100_000)
    with pytest.raises(InputDataError, match="JSON nested too deep to be read"):
        read_proposals(path)
    with pytest.raises(InputDataError, match="cannot be read"):
        read_proposals(tmp_path / "none.geojson")


def test_ids_are_made_to_differ(tmp_path: Path) -> None:
    twice = [
        feature("add_bench") | {"id": "d"},
        feature("note", text="x") | {"id": "d"},
        feature("add_bench"),
    ]
    proposal = read_proposal(put(tmp_path, collection(*twice, feature("add_bench") | {"id": "d"})))
    assert [change.id for change in proposal.changes] == ["d", "feature 3", "d (3)"]
    assert proposal.notes[0].id == "d (2)"


def test_two_of_one_name_cannot_be_told_apart_by_it(tmp_path: Path) -> None:
    path = put(
        tmp_path, collection(proposals=[{"id": "a", "name": "Idea"}, {"id": "b", "name": "Idea"}])
    )
    with pytest.raises(InputDataError, match=r"holds 2 proposals named 'Idea'.*give the id of one"):
        read_proposal(path, "Idea")
    assert read_proposal(path, "b").id == "b"


def test_what_the_study_does_not_have_is_told(tmp_path: Path) -> None:
    proposal = read_proposal(
        put(
            tmp_path,
            collection(
                feature("add_facility", name="A", category="cinema"),
                feature("add_facility", name="B", category="hub"),
                feature("move_facility", facility_id="nobody"),
                feature("move_facility", facility_id="cam-04"),
                feature("remove_facility", None, facility_id="cam-04"),
                feature("move_facility", facility_id="far"),
            ),
        )
    )
    problems = check_proposal(
        proposal, categories=["cam", "csrc"], facility_ids=["cam-04", "far"], here=["cam-04"]
    )
    assert problems == [
        "proposal 'idea', 'feature 1': category 'cinema' is not in the study; known are hub, cam, "
        "csrc",
        "proposal 'idea', 'feature 3': there is no facility 'nobody' in the study; check "
        "facility_id",
        "proposal 'idea', 'feature 5': 'cam-04' is already changed by 'feature 4'",
        "proposal 'idea', 'feature 6': facility 'far' does not stand on this neighbourhood's "
        "streets, or nobody knows "
        "where; put a new one (add_facility) instead of moving or removing it",
    ]


def test_the_schema_is_published_as_the_program_reads() -> None:
    published = json.loads((data_dir() / "proposal.schema.json").read_text(encoding="utf-8"))
    assert published == build_schema(), "run python tests/tools/write_schema.py"
    jsonschema.validate(WHOLE, published)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(collection(feature("add_facility", category="cam")), published)
